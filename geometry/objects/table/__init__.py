"""Tables and desks: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.table.leg import (
    Bar_cuboid_leg,
    Bar_cylindrical_leg,
    Regular_leg,
    Regular_with_splat_leg,
    Star_leg,
)
from geometry.objects.table.sample import sample
from geometry.objects.table.storage import (
    Cylindrical_sublayer,
    Regular_backboard,
    Regular_door,
    Regular_drawer,
    Regular_partition,
    Regular_sublayer,
)
from geometry.objects.table.templates import (
    Cylindrical_desktop,
    Regular_desktop,
)
from geometry.schema.template import Category

TABLE = Category(
    "Table",
    [
        Regular_desktop,
        Cylindrical_desktop,
        Regular_leg,
        Regular_with_splat_leg,
        Star_leg,
        Bar_cylindrical_leg,
        Bar_cuboid_leg,
        Regular_sublayer,
        Cylindrical_sublayer,
        Regular_backboard,
        Regular_partition,
        Regular_door,
        Regular_drawer,
    ],
    sampler=sample,
    fixed=("desktop", "leg", "sublayer", "backboard", "partition"),
)
