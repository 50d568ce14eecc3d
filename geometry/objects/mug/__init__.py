"""Mugs: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.mug.sample import sample
from geometry.objects.mug.templates import (
    Curved_Handle,
    Cylindrical_Body,
    Multilevel_Body,
    Prismatic_Body,
    Single_Cylinder,
    Trifold_Handle,
)
from geometry.schema.template import Category

MUG = Category(
    "Mug",
    [
        Cylindrical_Body,
        Prismatic_Body,
        Multilevel_Body,
        Curved_Handle,
        Trifold_Handle,
        Single_Cylinder,
    ],
    sampler=sample,
    fixed=("body", "handle"),
)
