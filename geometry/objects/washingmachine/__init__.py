"""Washing machines: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.washingmachine.sample import sample
from geometry.objects.washingmachine.templates import (
    Controller_With_Button,
    Cuboidal_Body,
    Cuboidal_Door,
    Front_Facing_Roller_Body,
    Roller_Door,
    Upright_Roller_Body,
)
from geometry.schema.template import Category

WASHINGMACHINE = Category(
    "Washingmachine",
    [
        Front_Facing_Roller_Body,
        Upright_Roller_Body,
        Cuboidal_Body,
        Roller_Door,
        Cuboidal_Door,
        Controller_With_Button,
    ],
    sampler=sample,
    fixed=("body",),
)
