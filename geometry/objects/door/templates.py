"""Doors of one or two leaves with frame and hinges; the plane of the door is x, y, the front +z.

All parts share a frame whose origin is the middle of the shut door. Here are leaves, frame and
hinges; `door_handle` has the handles.
"""

from __future__ import annotations

from collections.abc import Iterator

from geometry.maths import Number, cosd, label, maximum, sind
from geometry.schema.joint import Joint, hinge
from geometry.schema.kinds import Count, Deg2, Flags2, Vec2, Vec3, Vec4
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder

#: (name, side) of the leaves; the side is where the hinge line is.
LEAVES = (("left", -1), ("right", 1))
#: How far a leaf opens, degrees.
OPEN = 90.0


def edge(existence_of_door: tuple[bool, bool], width: Number) -> Number:
    """x of the hinge lines: a single leaf is in the middle, two meet there."""
    return width if all(existence_of_door) else width / 2


def leaf_hinges(existence_of_door, width, door_rotation) -> Iterator[Joint]:
    """The hinge of each leaf; doors and their handles share it."""
    at = edge(existence_of_door, width)
    for index, (door, side) in enumerate(LEAVES):
        if existence_of_door[index]:
            turned = side * door_rotation[index]
            limits = (-turned, side * OPEN - turned)
            name = f"{door}_leaf"
            pivot = (side * at, 0, 0)
            yield hinge((0, 1, 0), pivot, limits, door, name=name, shared=True, closed=-turned)


def _leaves(existence_of_door, size, door_rotation) -> Iterator[Joint]:
    yield from leaf_hinges(existence_of_door, size[0], door_rotation)


@template("door", order="yxz", offset_first=True, joints=_leaves)
def Standard_Door(existence_of_door: Flags2, size: Vec3, door_rotation: Deg2):
    """One or two leaves on upright hinge lines at their outer edges.

    existence_of_door: whether there is a left leaf, a right leaf
    size: of one leaf, x, y and z
    door_rotation: how far the left, the right leaf is open; positive swings it to the front
    """
    width, height, thick = size
    at = edge(existence_of_door, width)
    label(width=width, height=height, thick=thick, at=at)
    for index, (name, side) in enumerate(LEAVES):
        if existence_of_door[index]:
            turn = door_rotation[index]
            x, z = side * (at - width / 2 * cosd(turn)), width / 2 * sind(turn)
            label(turn=turn, x=x)
            yield Cuboid(height, width, thick).turn(y=side * turn).at(x, 0, z).of(name)


@template("frame", order="yxz", offset_first=True)
def Standard_Doorframe(
    door_size: Vec3,
    existence_of_doorframe: Flags2,
    main_outer_size: Vec3,
    main_inner_outer_offset: Vec2,
    main_offset: Vec2,
    sub1_outer_size: Vec3,
    sub1_inner_size: Vec2,
    sub1_inner_outer_offset: Vec2,
    sub1_offset: Vec2,
    sub2_outer_size: Vec3,
    sub2_inner_size: Vec2,
    sub2_inner_outer_offset: Vec2,
    sub2_offset: Vec2,
):
    """A lintel on two posts around the opening, and such a trim in front and behind.

    door_size: opening in x and y; the third number is not used
    existence_of_doorframe: whether there is a trim in front, behind
    main_outer_size: outside of the main frame, x, y and z
    main_inner_outer_offset: x makes the left post thinner and the right one thicker, y lifts posts
        and the lintel's top
    main_offset: shift of the main frame in x and z
    sub1_outer_size: outside of the front trim, x, y and z
    sub1_inner_size: its opening, x and y
    sub1_inner_outer_offset: as for the main frame
    sub1_offset: shift of the front trim in x and y
    sub2_outer_size: outside of the rear trim, x, y and z
    sub2_inner_size: its opening, x and y
    sub2_inner_outer_offset: as for the main frame
    sub2_offset: shift of the rear trim in x and y
    """
    floor = -door_size[1] / 2
    depth = main_outer_size[2]
    x, z = main_offset
    yield from _frame(main_outer_size, door_size[:2], main_inner_outer_offset, x, floor, z)
    front, rear = existence_of_doorframe
    if front:
        at = z + depth / 2 - sub1_outer_size[2] / 2
        label(at=at)
        trim = sub1_outer_size, sub1_inner_size, sub1_inner_outer_offset
        x, y = sub1_offset
        # The right post is placed as if it were as wide as the left one.
        yield from _frame(*trim, x, floor + y, at, slip=sub1_inner_outer_offset[0])
    if rear:
        at = z - depth / 2 - sub2_outer_size[2] / 2
        label(at=at)
        trim = sub2_outer_size, sub2_inner_size, sub2_inner_outer_offset
        yield from _frame(*trim, sub2_offset[0], floor + sub2_offset[1], at)


def _frame(outer, inner, offset, x, floor, z, slip: Number = 0.0) -> Iterator[Cuboid]:
    """Lintel, left post, right post; `floor` is the y of their lower ends without the offset."""
    (wide, high, depth), (opening, clear), (aside, up) = outer, inner, offset
    lintel = maximum(high + up - clear, 0.0)
    left, right = maximum((wide - opening) / 2 - aside, 0.0), (wide - opening) / 2 + aside
    right = maximum(right, 0.0)
    yield Cuboid(lintel, opening, depth).at(x, floor + clear + lintel / 2, z)
    middle = floor + high / 2 + up
    label(x=x, floor=floor, z=z, wide=wide, high=high, depth=depth, opening=opening, clear=clear)
    label(aside=aside, up=up, lintel=lintel, left=left, right=right, middle=middle)
    yield Cuboid(high, left, depth).at(x - opening / 2 - left / 2, middle, z)
    yield Cuboid(high, right, depth).at(x + opening / 2 + right / 2 - slip, middle, z)


@template("hinge")
def Standard_Hinge(
    number_of_hinge: Count,
    size: Vec2,
    separation: Vec4,
    offset_1: Vec3,
    offset_2: Vec3,
    existence_of_door: Flags2,
):
    """A row of upright pins for each leaf.

    number_of_hinge: pins of a row, 0 to 5
    size: of a pin: radius, height
    separation: gaps between neighbours, from below
    offset_1: lower end of the first row
    offset_2: lower end of the second row
    existence_of_door: whether there is a left leaf, a right leaf
    """
    radius, height = size
    label(radius=radius, height=height)
    for start in (offset_1, offset_2)[: sum(existence_of_door)]:
        y = start[1]
        for index in range(min(max(number_of_hinge, 0), 5)):
            yield Cylinder(height, radius).at(start[0], y + height / 2, start[2])
            y = y + height + (separation[index] if index < 4 else 0.0)
            label(y=y)


# Registered in this order: handles, the sampler.
