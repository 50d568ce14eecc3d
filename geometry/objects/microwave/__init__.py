"""Microwave ovens: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.microwave.sample import sample
from geometry.objects.microwave.templates import (
    Controller_With_Button,
    Cuboidal_Body,
    Cuboidal_Door,
    Cuboidal_Handle,
    Curve_Handle,
    Cylindrical_Tray,
    Sunken_Door,
    Trifold_Curve_Handle,
    Trifold_Handle,
)
from geometry.schema.template import Category

MICROWAVE = Category(
    "Microwave",
    [
        Cuboidal_Body,
        Cuboidal_Door,
        Sunken_Door,
        Controller_With_Button,
        Cuboidal_Handle,
        Trifold_Handle,
        Trifold_Curve_Handle,
        Curve_Handle,
        Cylindrical_Tray,
    ],
    sampler=sample,
    fixed=("body",),
    carried={"handle": "door"},
)
