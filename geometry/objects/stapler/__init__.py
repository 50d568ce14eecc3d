"""Staplers: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.stapler.sample import sample
from geometry.objects.stapler.templates import (
    Carved_Cover,
    Carved_Magazine,
    Complex_Magazine,
    Simplified_Cover,
    Standard_Body,
)
from geometry.schema.template import Category

STAPLER = Category(
    "Stapler",
    [
        Standard_Body,
        Simplified_Cover,
        Carved_Cover,
        Carved_Magazine,
        Complex_Magazine,
    ],
    sampler=sample,
    fixed=("body",),
)
