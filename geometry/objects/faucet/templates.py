"""Faucets: a base, a spout, a switch; this file has the bases and what the other two build on.

Water comes out towards +z; positions are added before rotations.
"""

from __future__ import annotations

from geometry.maths import Number, acosd, atand, label, sqrt, where
from geometry.schema.kinds import Count, Length, Vec2, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder

Point = tuple[Number, Number, Number]

#: Components of a tube's direction up to this are raised by it, as public codes were drawn.
NUDGE = 1e-5


def tube(start: Point, along: Point, radius: Number, mirrored: bool = True) -> Cylinder:
    """A straight round tube from a point along a vector.

    mirrored: a vector towards -z is turned by 180 degrees about the vertical, the flaw with which
    public codes were drawn.
    """
    x, y, z = (where(value <= NUDGE, value + NUDGE, value) for value in along)
    z = where(z == 0, NUDGE, z)
    length = sqrt(x * x + y * y + z * z)
    tilt = acosd(y / length)
    if not mirrored:
        tilt = where(z < 0, -tilt, tilt)
    return Cylinder(length, radius).at(y=length / 2).turn(tilt, atand(x / z)).at(*start)


def ends(start: Point, *steps: Point) -> list[Point]:
    """The points reached from a start by one vector after the other."""
    points = [start]
    for step in steps:
        x, y, z = points[-1]
        points.append((x + step[0], y + step[1], z + step[2]))
    return points


@template("base", order="yxz", offset_first=True)
def Cuboidal_Base(number_of_box: Count, size_0: Vec3, size_1: Vec3, offset_1: Vec3):
    """A square riser whose top front edge is the x axis, perhaps on a square foot.

    number_of_box: 1 without, 2 with the foot
    size_0: riser, x, y and z
    size_1: foot, x, y and z
    offset_1: shift of the foot from hanging under the middle of the riser
    """
    x, y, z = offset_1
    label(x=x, y=y, z=z)
    yield Cuboid(size_0[1], size_0[0], size_0[2]).at(y=-size_0[1] / 2, z=-size_0[2] / 2)
    if number_of_box >= 2:
        foot = Cuboid(size_1[1], size_1[0], size_1[2]).at(x, y, z)
        yield foot.at(y=-size_0[1] - size_1[1] / 2, z=-size_0[2] / 2)


@template("base", order="yxz", offset_first=True)
def Cylindrical_Base(number_of_cylinder: Count, size_0: Vec2, size_1: Vec2, offset_1: Vec3):
    """A round riser that touches the plane z = 0 from behind, perhaps on a round foot.

    number_of_cylinder: 1 without, 2 with the foot
    size_0: riser: radius, height
    size_1: foot: radius, height
    offset_1: shift of the foot from hanging under the middle of the riser
    """
    x, y, z = offset_1
    label(x=x, y=y, z=z)
    yield Cylinder(size_0[1], size_0[0]).at(y=-size_0[1] / 2, z=-size_0[0])
    if number_of_cylinder >= 2:
        foot = Cylinder(size_1[1], size_1[0]).at(x, y, z)
        yield foot.at(y=-size_0[1] - size_1[1] / 2, z=-size_0[0])


@template("base", order="yxz", offset_first=True)
def UShapedXZ_Base(R: Length, size_tube: Vec2, size_base: Vec2):
    """A U of pipe on a wall: two flanges, two pipes to the front, one across.

    R: radius of the pipes
    size_tube: distance of the two pipes in x, their length in z
    size_base: flange: radius, length in z
    """
    apart, length = size_tube
    flange, depth = size_base
    label(apart=apart, length=length, flange=flange, depth=depth)
    for x in (-apart / 2, apart / 2):
        yield Cylinder(length, R).turn(x=90).at(x, 0, depth + length / 2)
        yield Cylinder(depth, flange).turn(x=90).at(x, 0, depth / 2)
    yield Cylinder(apart, R).turn(z=90).at(z=depth + length)


# Registered in this order: spouts, switches, the sampler.
