"""Laptops: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.laptop.sample import sample
from geometry.objects.laptop.templates import (
    Cuboidal_Connector,
    Cylindrical_Connector,
    Regular_Base,
    Regular_Screen,
)
from geometry.schema.template import Category

LAPTOP = Category(
    "Laptop",
    [
        Regular_Base,
        Regular_Screen,
        Cuboidal_Connector,
        Cylindrical_Connector,
    ],
    sampler=sample,
    fixed=("base", "connector"),
)
