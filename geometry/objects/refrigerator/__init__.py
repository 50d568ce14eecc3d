"""Fridges: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.refrigerator.sample import sample
from geometry.objects.refrigerator.templates import (
    Cuboidal_Body,
    Cuboidal_Door,
    Cuboidal_Handle,
    Cuboidal_Vessel,
    Curve_Handle,
    Double_Layer_Body,
    Drawer_Like_Tray,
    Flat_Tray,
    Left_Right_Double_Layer_Body,
    Multilevel_Leg,
    Sunken_Door,
    Trifold_Curve_Handle,
    Trifold_Handle,
)
from geometry.schema.template import Category

REFRIGERATOR = Category(
    "Refrigerator",
    [
        Cuboidal_Body,
        Double_Layer_Body,
        Left_Right_Double_Layer_Body,
        Cuboidal_Door,
        Sunken_Door,
        Cuboidal_Handle,
        Trifold_Handle,
        Trifold_Curve_Handle,
        Curve_Handle,
        Cuboidal_Vessel,
        Flat_Tray,
        Drawer_Like_Tray,
        Multilevel_Leg,
    ],
    sampler=sample,
    fixed=("body", "leg"),
    carried={"handle": "door", "vessel": "door"},
)
