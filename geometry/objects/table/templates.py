"""Tables and desks: the tops."""

from __future__ import annotations

from geometry.maths import label
from geometry.objects.shared.boards import box
from geometry.schema.kinds import Vec2, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cylinder


@template("desktop")
def Regular_desktop(size: Vec3):
    """A rectangular top, its middle at the origin.

    size: x, y, z
    """
    yield box(size)


@template("desktop")
def Cylindrical_desktop(size: Vec2):
    """A round top, its middle at the origin.

    size: radius, height
    """
    radius, height = size
    label(radius=radius, height=height)
    yield Cylinder(height, radius)
