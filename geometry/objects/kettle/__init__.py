"""Kettles: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.kettle.handle import (
    Curved_Handle,
    Cylindrical_Handle,
    Flat_U_Handle,
    Ring_Handle,
    Round_U_Handle,
    Trifold_Handle,
)
from geometry.objects.kettle.sample import sample
from geometry.objects.kettle.spout import (
    Curved_Spout,
    Straight_Spout,
)
from geometry.objects.kettle.templates import (
    Multilevel_Body,
    Semi_Spherical_Body,
    Spherical_Cylindrical_Body,
    Standard_Cover,
)
from geometry.schema.template import Category

KETTLE = Category(
    "Kettle",
    [
        Semi_Spherical_Body,
        Spherical_Cylindrical_Body,
        Multilevel_Body,
        Standard_Cover,
        Trifold_Handle,
        Curved_Handle,
        Ring_Handle,
        Cylindrical_Handle,
        Round_U_Handle,
        Flat_U_Handle,
        Straight_Spout,
        Curved_Spout,
    ],
    sampler=sample,
    fixed=("body", "straight handle", "spout"),
)
