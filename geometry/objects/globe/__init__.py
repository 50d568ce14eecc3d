"""Globes: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.globe.sample import sample
from geometry.objects.globe.templates import (
    Cuboidal_Base,
    Cylindrical_Base,
    Enclosed_Bracket,
    Semi_Ring_Bracket,
    Special_Base,
    Standard_Sphere,
    Star_Shaped_Base,
    Table_Like_Base,
    Tilted_Bracket,
)
from geometry.schema.template import Category

GLOBE = Category(
    "Globe",
    [
        Standard_Sphere,
        Semi_Ring_Bracket,
        Tilted_Bracket,
        Enclosed_Bracket,
        Cylindrical_Base,
        Cuboidal_Base,
        Star_Shaped_Base,
        Table_Like_Base,
        Special_Base,
    ],
    sampler=sample,
    fixed=("bracket", "base"),
)
