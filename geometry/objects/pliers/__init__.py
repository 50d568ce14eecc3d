"""Pliers: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.pliers.front import (
    Curved_Baffle,
    Curved_Gripper,
    Cusp_Gripper,
    Rectangular_Baffle,
)
from geometry.objects.pliers.sample import sample
from geometry.objects.pliers.templates import (
    Middle_Curved_Handle,
    Rear_Curved_Handle,
    Rectangular_Shaft,
    Round_Shaft,
    Straight_Handle,
)
from geometry.schema.template import Category

PLIERS = Category(
    "Pliers",
    [
        Round_Shaft,
        Rectangular_Shaft,
        Straight_Handle,
        Rear_Curved_Handle,
        Middle_Curved_Handle,
        Cusp_Gripper,
        Curved_Gripper,
        Rectangular_Baffle,
        Curved_Baffle,
    ],
    sampler=sample,
    fixed=("shaft",),
)
