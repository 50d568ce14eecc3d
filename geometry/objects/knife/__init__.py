"""Knives: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.knife.sample import sample
from geometry.objects.knife.templates import (
    Cuboidal_Handle,
    Curved_Blade,
    Curved_Handle,
    Cusp_Blade,
    Cylindrical_Handle,
    Enveloping_Handle,
    Multideck_Handle,
    Regular_Button,
    T_Shaped_Handle,
)
from geometry.schema.template import Category

KNIFE = Category(
    "Knife",
    [
        Cuboidal_Handle,
        T_Shaped_Handle,
        Cylindrical_Handle,
        Curved_Handle,
        Multideck_Handle,
        Enveloping_Handle,
        Cusp_Blade,
        Curved_Blade,
        Regular_Button,
    ],
    sampler=sample,
    fixed=("handle", "fixed blade"),
    carried={"button": "blade"},
)
