"""Waste bins: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.trashcan.sample import sample
from geometry.objects.trashcan.templates import (
    Cuboidal_Cover,
    Cuboidal_Hollow_Cover,
    Cuboidal_Shell,
    Cylindrical_Body,
    Cylindrical_Cover,
    Cylindrical_Hollow_Cover,
    Cylindrical_Shell,
    Double_Layer_Cuboidal_Cover,
    Holed_Cuboidal_Cover,
    Holed_Cylindrical_Cover,
    Prismatic_Body,
    Separated_Cylindrical_Body,
)
from geometry.schema.template import Category

TRASHCAN = Category(
    "Trashcan",
    [
        Prismatic_Body,
        Cylindrical_Body,
        Separated_Cylindrical_Body,
        Cuboidal_Shell,
        Cylindrical_Shell,
        Cuboidal_Cover,
        Double_Layer_Cuboidal_Cover,
        Cuboidal_Hollow_Cover,
        Holed_Cuboidal_Cover,
        Cylindrical_Cover,
        Cylindrical_Hollow_Cover,
        Holed_Cylindrical_Cover,
    ],
    sampler=sample,
    fixed=("body", "shell"),
)
