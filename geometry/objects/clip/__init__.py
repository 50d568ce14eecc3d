"""Clips: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.clip.sample import sample
from geometry.objects.clip.templates import (
    Curved_jaw,
    Regular_jaw,
    Regular_lever,
)
from geometry.schema.template import Category

CLIP = Category(
    "Clip",
    [
        Regular_lever,
        Regular_jaw,
        Curved_jaw,
    ],
    sampler=sample,
)
