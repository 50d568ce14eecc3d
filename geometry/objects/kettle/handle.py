"""Handles of kettles: behind the body, or as a bail over its cover."""

from __future__ import annotations

from collections.abc import Iterator

from geometry.maths import cosd, label, maximum, sind
from geometry.objects.mug.templates import Trifold_Handle as in_front
from geometry.schema.joint import Joint, hinge
from geometry.schema.kinds import Deg, Deg2, Length, Vec2, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder, Ring, Torus

#: How far a bail tips to either side, degrees.
TIP = 45.0
#: Sine of the slope from which on a bent handle counts as a bail over the cover.
STEEP = 0.7


def _tip() -> Iterator[Joint]:
    """A bail tips sideways about the line through its feet."""
    yield hinge((0, 0, 1), (0, 0, 0), (-TIP, TIP))


def _tip_fold(horizontal_separation, mounting_offset, rotation) -> Iterator[Joint]:
    """The same for a handle that stands up from its feet; one behind the body is fixed."""
    across, along = horizontal_separation, -mounting_offset
    if sind(rotation[0]) > STEEP and across**2 + along**2 > 0:
        yield hinge((0, across, along), (0, -across / 2, 0), (-TIP, TIP))


def _tip_bow(ring: float, angle: float, rotation: tuple[float, float, float]) -> Iterator[Joint]:
    across, along = 1 - cosd(angle), -sind(angle)
    if -cosd(angle / 2 + rotation[0]) > STEEP and across**2 + along**2 > 1e-6:
        yield hinge((0, across, along), (0, -ring, 0), (-TIP, TIP))


def _tip_tube(radius, exist_angle, rotation) -> Iterator[Joint]:
    yield from _tip_bow(radius[0], exist_angle, rotation)


def _tip_band(size, exist_angle, rotation) -> Iterator[Joint]:
    yield from _tip_bow((size[0] + size[1]) / 2, exist_angle, rotation)


@template("handle", joints=_tip_fold)
def Trifold_Handle(
    horizontal_thickness: Vec2,
    horizontal_length: Vec2,
    vertical_thickness: Vec2,
    horizontal_rotation: Deg2,
    horizontal_separation: Length,
    mounting_offset: Length,
):
    """Two straight bars that leave the body towards -z, and one that joins their far ends.

    horizontal_thickness: x and y size of the section of both outgoing bars
    horizontal_length: length of the upper and the lower bar
    vertical_thickness: x and z size of the section of the joining bar
    horizontal_rotation: tilt of the upper and the lower bar; positive lowers the far end
    horizontal_separation: distance in y of the two mounting ends
    mounting_offset: how far the upper mounting end is behind the lower one
    """
    bars = in_front(
        horizontal_thickness,
        horizontal_length,
        vertical_thickness,
        horizontal_rotation,
        horizontal_separation,
        mounting_offset,
    )
    yield from (bar.turn(y=180) for bar in bars)


@template("handle", joints=_tip_tube)
def Curved_Handle(radius: Vec2, exist_angle: Deg):
    """A round arc in the plane x = 0, from -y over -z; a half turn is a D.

    radius: centre line, tube
    exist_angle: angle covered by the arc
    """
    ring, tube = radius
    yield Torus(ring, tube, exist_angle).turn(x=180, z=-90)


@template("handle", joints=_tip_band)
def Ring_Handle(size: Vec3, exist_angle: Deg):
    """A flat arc in the plane x = 0, from -y over -z; a half turn is a D.

    size: outer radius, inner radius, width in x
    exist_angle: angle covered by the arc
    """
    outer, inner, width = size
    label(outer=outer, inner=inner, width=width)
    yield Ring(width, outer, inner, exist_angle).turn(x=180, z=-90)


@template("straight handle")
def Cylindrical_Handle(size: Vec3):
    """A round stick towards -z.

    size: radius at the free end, radius at the body, length
    """
    free, fixed, length = size
    label(free=free, fixed=fixed, length=length)
    yield Cylinder(length, free, fixed).turn(x=-90).at(z=-length / 2)


@template("bail", joints=_tip)
def Round_U_Handle(mounting_radius: Length, vertical_separation: Length, vertical_length: Length):
    """A bent round rod: two posts under half a circle in the plane x = 0.

    mounting_radius: radius of the rod
    vertical_separation: distance of the posts' axes in z
    vertical_length: height of the posts
    """
    half = vertical_separation / 2
    label(half=half)
    for z in (half, -half):
        yield Cylinder(vertical_length, mounting_radius).at(y=vertical_length / 2, z=z)
    yield Torus(half, mounting_radius, 180).turn(x=-90, y=90).at(y=vertical_length)


@template("bail", joints=_tip)
def Flat_U_Handle(vertical_size: Vec3, vertical_separation: Length):
    """A bent flat band: two posts under half a ring in the plane x = 0.

    vertical_size: a post, x, y and z
    vertical_separation: distance of the posts' middles in z
    """
    wide, tall, thick = vertical_size
    half = vertical_separation / 2
    label(wide=wide, tall=tall, thick=thick, half=half)
    for z in (half, -half):
        yield Cuboid(tall, wide, thick).at(y=tall / 2, z=z)
    inner = maximum(half - thick / 2, 0.0)
    yield Ring(wide, half + thick / 2, inner, 180).turn(x=-90, y=90).at(y=tall)
