"""Cabinets, wardrobes, bookcases: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.storage_furniture.sample import sample
from geometry.objects.storage_furniture.templates import (
    Enclosed_leg,
    Regular_door,
    Regular_drawer,
    Regular_front_panel,
    Storagefurniture_body,
)
from geometry.schema.template import Category

STORAGE_FURNITURE = Category(
    "StorageFurniture",
    [
        Storagefurniture_body,
        Enclosed_leg,
        Regular_door,
        Regular_drawer,
        Regular_front_panel,
    ],
    sampler=sample,
    fixed=("body", "leg", "panel"),
)
