"""Boxes: an open box, under a hinged hollow lid (a chest) or flaps (a carton), perhaps on legs."""

from __future__ import annotations

from collections.abc import Iterator

from geometry.maths import label, minimum, safe_divide
from geometry.schema.joint import Joint, hinge
from geometry.schema.kinds import Count, Deg4, Flags4, Length, Vec2, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, RectangularRing


@template("body")
def Cuboidal_Body(
    top_size: Vec2, bottom_size: Vec2, height: Length, top_bottom_offset: Vec2, thickness: Vec3
):
    """Four walls on a floor; the base is centred, at half the height below the origin.

    top_size: outer rim, x and z
    bottom_size: outer base, x and z
    height: total height
    top_bottom_offset: shift of the rim against the base, x and z
    thickness: walls in x, floor in y, walls in z
    """
    (top_x, top_z), (base_x, base_z), (shift_x, shift_z) = top_size, bottom_size, top_bottom_offset
    wall_x, floor, wall_z = thickness
    floor = minimum(floor, height)
    k = safe_divide(floor, height, otherwise=1)
    x, z = top_x * k + base_x * (1 - k), top_z * k + base_z * (1 - k)  # on top of the floor
    label(top_x=top_x, top_z=top_z, base_x=base_x, base_z=base_z, shift_x=shift_x, shift_z=shift_z)
    label(floor=floor, k=k, x=x, z=z)
    yield RectangularRing(
        front_height=height - floor,
        outer_top_length=top_x,
        outer_top_width=top_z,
        inner_top_length=top_x - 2 * wall_x,
        inner_top_width=top_z - 2 * wall_z,
        outer_bottom_length=x,
        outer_bottom_width=z,
        inner_bottom_length=x - 2 * wall_x,
        inner_bottom_width=z - 2 * wall_z,
        top_bottom_offset=(shift_x * (1 - k), shift_z * (1 - k)),
    ).at(x=k * shift_x, y=floor / 2, z=k * shift_z)
    yield Cuboid(
        height=floor,
        top_length=x,
        top_width=z,
        bottom_length=base_x,
        bottom_width=base_z,
        top_offset=(k * shift_x, k * shift_z),
    ).at(y=-(height - floor) / 2)


def _flap_hinges(has_cover, cover_separation, cover_rotation) -> Iterator[Joint]:
    """Every flap about its lower edge, from shut over the box to beyond hanging straight down."""
    front_z, side_x = cover_separation[0] / 2, cover_separation[1] / 2
    edges = (
        ("front", (1, 0, 0), (0, 0, front_z), 1),
        ("behind", (1, 0, 0), (0, 0, -front_z), -1),
        ("left", (0, 0, 1), (-side_x, 0, 0), 1),
        ("right", (0, 0, 1), (side_x, 0, 0), -1),
    )
    for index, (link, axis, pivot, out) in enumerate(edges):
        if has_cover[index]:
            angle, stated = cover_rotation[index], ("cover_rotation", index)
            shut, hanging = -90 * out - angle, 120 * out - angle
            yield hinge(axis, pivot, (shut, hanging), link, closed=shut, number=stated)


@template("cover", joints=_flap_hinges)
def Fourfold_Cover(
    has_cover: Flags4,
    front_behind_size: Vec3,
    left_right_size: Vec3,
    cover_separation: Vec2,
    cover_rotation: Deg4,
):
    """Up to four flaps, hinged at their lower edges on the rim of a carton.

    has_cover: whether there is a flap in front, behind, left, right
    front_behind_size: flap in front and behind, upright: length x, height y, thickness z
    left_right_size: flap left and right, upright: thickness x, height y, length z
    cover_separation: distance of the hinges front to behind in z, left to right in x
    cover_rotation: angle of the flap in front, behind, left, right; 0 is upright
    """
    length, height, thick = front_behind_size
    side_thick, side_height, side_length = left_right_size
    front_z, side_x = cover_separation[0] / 2, cover_separation[1] / 2
    label(length=length, height=height, thick=thick, side_thick=side_thick, side_height=side_height)
    label(side_length=side_length, front_z=front_z, side_x=side_x)
    front, behind, left, right = has_cover
    if front:
        yield _flap(height, length, thick).turn(x=cover_rotation[0]).at(z=front_z).of("front")
    if behind:
        yield _flap(height, length, thick).turn(x=cover_rotation[1]).at(z=-front_z).of("behind")
    if left:
        flap = _flap(side_height, side_thick, side_length)
        yield flap.turn(z=cover_rotation[2]).at(x=-side_x).of("left")
    if right:
        flap = _flap(side_height, side_thick, side_length)
        yield flap.turn(z=cover_rotation[3]).at(x=side_x).of("right")


def _flap(height, length, width) -> Cuboid:
    """A board that stands on its lower edge."""
    return Cuboid(height, length, width).at(y=height / 2)


def _lid_hinge(rotation) -> Iterator[Joint]:
    """About the lower back edge; 0 is shut, negative opens."""
    limits = -120 - rotation[0], -rotation[0]
    yield hinge((1, 0, 0), (0, 0, 0), limits, closed=-rotation[0])


@template("cover", joints=_lid_hinge)
def Regular_Cover(outer_size: Vec3, inner_size: Vec3):
    """A hollow lid, open downwards; the origin is on its lower back edge, which is the hinge.

    outer_size: outside, x, y and z
    inner_size: hollow, x, y and z
    """
    length, height, width = outer_size
    hollow_length, hollow_height, hollow_width = inner_size
    hollow_height = minimum(hollow_height, height)
    label(length=length, height=height, width=width, hollow_height=hollow_height)
    yield Cuboid(height - hollow_height, length, width).at(
        y=(height + hollow_height) / 2, z=width / 2
    )
    yield RectangularRing(hollow_height, length, width, hollow_length, hollow_width).at(
        y=hollow_height / 2, z=width / 2
    )


@template("leg")
def Cuboidal_Leg(
    front_legs_size: Vec3, rear_legs_size: Vec3, legs_separation: Vec3, num_legs: Count
):
    """One plinth, two runners, or three or four legs, under the plane y = 0.

    front_legs_size: leg in front (or only leg), x, y and z
    rear_legs_size: leg at the rear, x, y and z
    legs_separation: distance of the front pair in x, of the rear pair in x, front to rear in z
    num_legs: 1 to 4; of three the single one is at the rear
    """
    number = min(max(num_legs, 1), 4)
    front_x, rear_x = legs_separation[0] / 2, legs_separation[1] / 2
    middle = legs_separation[2] / 2 if number > 2 else 0.0
    label(front_x=front_x, rear_x=rear_x, middle=middle)
    for x in (0.0,) if number == 1 else (front_x, -front_x):
        yield _leg(front_legs_size).at(x=x, z=middle)
    if number > 2:
        for x in (0.0,) if number == 3 else (rear_x, -rear_x):
            yield _leg(rear_legs_size).at(x=x, z=-middle)


def _leg(size) -> Cuboid:
    """A board that hangs from its top face."""
    length, height, width = size
    return Cuboid(height, length, width).at(y=-height / 2)
