"""Doors: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.door.handle import (
    Cylindrical_Handle,
    LShape_Handle,
    PiShape_Handle,
    Spherical_Handle,
)
from geometry.objects.door.sample import sample
from geometry.objects.door.templates import (
    Standard_Door,
    Standard_Doorframe,
    Standard_Hinge,
)
from geometry.schema.template import Category

DOOR = Category(
    "Door",
    [
        Standard_Door,
        Standard_Doorframe,
        Standard_Hinge,
        LShape_Handle,
        PiShape_Handle,
        Cylindrical_Handle,
        Spherical_Handle,
    ],
    sampler=sample,
    fixed=("frame", "hinge"),
)
