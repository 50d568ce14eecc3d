"""Dispensers: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.dispenser.sample import sample
from geometry.objects.dispenser.templates import (
    Cuboidal_Body,
    Multilevel_Body,
    Press_Nozzle,
    Spray_Nozzle,
)
from geometry.schema.template import Category

DISPENSER = Category(
    "Dispenser",
    [
        Multilevel_Body,
        Cuboidal_Body,
        Spray_Nozzle,
        Press_Nozzle,
    ],
    sampler=sample,
    fixed=("body",),
)
