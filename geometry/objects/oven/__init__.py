"""Ovens: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.oven.sample import sample
from geometry.objects.oven.templates import (
    Controller_With_Button,
    Cuboidal_Baffle,
    Cuboidal_Body,
    Cuboidal_Door,
    Curve_Handle,
    Double_Layer_Body,
    Drawer_Like_Tray,
    Flat_Tray,
    Multilevel_Leg,
    Sunken_Door,
    Top_With_Burner,
    Trifold_Curve_Handle,
    Trifold_Handle,
)
from geometry.schema.template import Category

OVEN = Category(
    "Oven",
    [
        Cuboidal_Body,
        Double_Layer_Body,
        Cuboidal_Door,
        Sunken_Door,
        Trifold_Handle,
        Trifold_Curve_Handle,
        Curve_Handle,
        Flat_Tray,
        Drawer_Like_Tray,
        Cuboidal_Baffle,
        Controller_With_Button,
        Top_With_Burner,
        Multilevel_Leg,
    ],
    sampler=sample,
    fixed=("body", "baffle", "burner", "leg"),
    carried={"handle": "door"},
)
