"""Dishwashers: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.dishwasher.sample import sample
from geometry.objects.dishwasher.templates import (
    Cuboidal_Body,
    Cuboidal_Door,
    Cuboidal_Handle,
    Cuboidal_Topcover,
    Curve_Handle,
    Double_Layer_Body,
    Drawer_Like_Tray,
    Multilevel_Leg,
    Single_Leg,
    Sunken_Door,
    Trifold_Curve_Handle,
    Trifold_Handle,
)
from geometry.schema.template import Category

DISHWASHER = Category(
    "Dishwasher",
    [
        Cuboidal_Body,
        Double_Layer_Body,
        Cuboidal_Door,
        Sunken_Door,
        Cuboidal_Handle,
        Trifold_Handle,
        Trifold_Curve_Handle,
        Curve_Handle,
        Drawer_Like_Tray,
        Cuboidal_Topcover,
        Single_Leg,
        Multilevel_Leg,
    ],
    sampler=sample,
    fixed=("body", "cover", "leg"),
    carried={"handle": "door"},
)
