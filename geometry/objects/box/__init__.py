"""Boxes: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.box.sample import sample
from geometry.objects.box.templates import (
    Cuboidal_Body,
    Cuboidal_Leg,
    Fourfold_Cover,
    Regular_Cover,
)
from geometry.schema.template import Category

BOX = Category(
    "Box",
    [
        Cuboidal_Body,
        Fourfold_Cover,
        Regular_Cover,
        Cuboidal_Leg,
    ],
    sampler=sample,
    fixed=("body", "leg"),
)
