"""Pots and pans: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.kitchen_pot.sample import sample
from geometry.objects.kitchen_pot.templates import (
    Carved_Cylindrical_Cover,
    Cuboidal_Sidehandle,
    Cuboidal_Tophandle,
    Cylindrical_Body,
    Cylindrical_Cover,
    L_Shaped_Sidehandle,
    Multilevel_Tophandle,
    Semi_Ring_Tophandle,
    Semi_Spherical_Cover,
    Trifold_Sidehandle,
    Trifold_Tophandle,
)
from geometry.schema.template import Category

KITCHEN_POT = Category(
    "KitchenPot",
    [
        Cylindrical_Body,
        Cylindrical_Cover,
        Carved_Cylindrical_Cover,
        Semi_Spherical_Cover,
        Cuboidal_Tophandle,
        Trifold_Tophandle,
        Semi_Ring_Tophandle,
        Multilevel_Tophandle,
        Trifold_Sidehandle,
        L_Shaped_Sidehandle,
        Cuboidal_Sidehandle,
    ],
    sampler=sample,
    fixed=("body", "side handle"),
    carried={"top handle": "cover"},
)
