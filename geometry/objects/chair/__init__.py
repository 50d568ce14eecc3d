"""Chairs, sofas and stools: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.chair.armrest import Office_armrest, Solid_armrest
from geometry.objects.chair.leg import (
    Barstool_leg,
    C_shaped_office_leg,
    Regular_leg,
    Regular_leg_with_splat,
    Star_leg,
)
from geometry.objects.chair.sample import sample
from geometry.objects.chair.templates import (
    Ladder_back,
    Latice_back,
    Regular_seat,
    Round_seat,
    Slat_back,
    Solid_back,
    Splat_back,
)
from geometry.schema.template import Category

CHAIR = Category(
    "Chair",
    [
        Regular_seat,
        Round_seat,
        Solid_back,
        Ladder_back,
        Splat_back,
        Latice_back,
        Slat_back,
        Regular_leg,
        Regular_leg_with_splat,
        C_shaped_office_leg,
        Star_leg,
        Barstool_leg,
        Solid_armrest,
        Office_armrest,
    ],
    sampler=sample,
    fixed=("leg",),
    carried={"back": "seat", "armrest": "seat"},
)
