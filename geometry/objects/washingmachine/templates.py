"""Washing machines: a drum behind a round door or below a lid, and a panel on top."""

from __future__ import annotations

from collections.abc import Iterator

from geometry.maths import absolute, label, maximum, minimum
from geometry.objects.shared import button_panel
from geometry.objects.shared.numbered import Numbered
from geometry.schema.joint import Joint, hinge
from geometry.schema.kinds import Count, Vec2, Vec3, Vec4
from geometry.schema.template import template
from geometry.solids.primitives import BoxCylinderRing, Cuboid, Cylinder, RectangularRing, Ring

buttons = Numbered("button", 8, {"size": Vec3, "offset": Vec2})

#: How far a door or a lid opens, degrees.
OPEN = 90.0


@template("body")
def Front_Facing_Roller_Body(outer_size: Vec3, inner_size: Vec2, inner_offset: Vec2):
    """A box with a round drum that is open to the front, its middle at the origin.

    outer_size: x, y and z
    inner_size: drum, radius and depth
    inner_offset: the drum's axis, x and y
    """
    (x, y, z), (radius, depth), (aside, above) = outer_size, inner_size, inner_offset
    room = minimum(x / 2 - absolute(aside), y / 2 - absolute(above))
    label(x=x, y=y, z=z, radius=radius, depth=depth, aside=aside, above=above, room=room)
    yield from _drum(outer_size, inner_size, inner_offset, room)


@template("body")
def Upright_Roller_Body(outer_size: Vec3, inner_size: Vec2, inner_offset: Vec2):
    """A box with a round drum that is open above, its middle at the origin.

    outer_size: x, y and z
    inner_size: drum, radius and depth
    inner_offset: the drum's axis, x and z
    """
    x, y, z = outer_size
    aside, along = inner_offset
    label(x=x, y=y, z=z, aside=aside, along=along)
    room = minimum(x / 2 - absolute(aside), z / 2 - absolute(along))
    for solid in _drum((x, z, y), inner_size, (aside, -along), room):
        yield solid.turn(x=-90)


def _drum(size, hole, offset, room) -> Iterator[Cuboid | BoxCylinderRing]:
    """A box with a round hole in its front; `room`: from the hole's axis to the nearest side."""
    x, y, z = size
    radius, depth = hole
    yield Cuboid(y, x, maximum(z - depth, 0.0)).at(z=-depth / 2)
    yield BoxCylinderRing(
        outer_height=y,
        outer_length=x,
        outer_width=depth,
        inner_radius=minimum(radius, maximum(room, 0.0)),
        inner_cylinder_offset=offset,
    ).at(z=(z - depth) / 2)


@template("body")
def Cuboidal_Body(outer_size: Vec3, thickness: Vec3):
    """A box that is open above, its middle at the origin.

    outer_size: x, y and z
    thickness: walls in front and behind, walls at the sides, floor
    """
    x, y, z = outer_size
    along, aside, floor = thickness
    label(x=x, y=y, z=z, along=along, aside=aside, floor=floor)
    yield Cuboid(floor, x, z).at(y=(floor - y) / 2)
    hole_x, hole_z = maximum(x - 2 * aside, 0.0), maximum(z - 2 * along, 0.0)
    yield RectangularRing(y - floor, x, z, hole_x, hole_z).at(y=floor / 2)


def _round_door(circle_size, rotation) -> Iterator[Joint]:
    """About the left of the rim, half way through it: where that sits in the body's hole."""
    turn = rotation[1]
    limits = -OPEN - turn, 0 - turn
    yield hinge((0, 1, 0), (0, 0, circle_size[2] / 2), limits, closed=-turn)


@template("door", joints=_round_door)
def Roller_Door(circle_size: Vec3, middle_size: Vec2, middle_offset: Vec2):
    """A round rim and a disc in it, joined by a funnel; the rim's left and back are at the origin.

    circle_size: rim, outer radius, inner radius and depth
    middle_size: disc, radius and thickness
    middle_offset: the disc's middle from the rim's, y and z; negative z is inwards
    """
    outer, inner, depth = circle_size
    middle, thick = middle_size
    above, along = middle_offset
    middle = minimum(middle, inner)
    label(outer=outer, inner=inner, depth=depth, above=above, along=along, middle=middle)
    yield Ring(depth, outer, inner).turn(x=90).at(outer, 0, depth / 2)
    yield Ring(thick, inner, middle, inner_offset=middle_offset).turn(x=90).at(outer, 0, depth / 2)
    yield Cylinder(thick, middle).turn(x=90).at(outer, above, depth / 2 + along)


def _lid(size, rotation) -> Iterator[Joint]:
    """About the lower edge that the lid is open at: the left, the right or else the rear."""
    tilt, _, roll = rotation
    if abs(roll) > abs(tilt):
        side = 1.0 if roll < 0 else -1.0
        limits = (-OPEN - roll, 0 - roll) if roll < 0 else (0 - roll, OPEN - roll)
        yield hinge((0, 0, 1), (side * size[0] / 2, 0, 0), limits, closed=-roll)
    else:
        yield hinge((1, 0, 0), (0, 0, -size[2] / 2), (-OPEN - tilt, 0 - tilt), closed=-tilt)


@template("door", joints=_lid)
def Cuboidal_Door(size: Vec3):
    """A flat lid on the plane y = 0.

    size: x, y and z
    """
    yield Cuboid(size[1], size[0], size[2]).at(y=size[1] / 2)


@buttons
def _press(bottom_size, buttons, num_buttons) -> Iterator[Joint]:
    yield from button_panel.press(bottom_size, buttons, num_buttons)


@template("button", joints=_press)
@buttons
def Controller_With_Button(bottom_size: Vec4, buttons, num_buttons: Count):
    """A panel whose front may lean back, with square buttons; its back is at z = 0.

    bottom_size: panel, x, y, z at its top, z at its bottom
    button_i_size: a button, x, y along the front, height over the front
    button_i_offset: the button's middle from the front's, x and y along the front
    num_buttons: buttons, at most 8
    """
    yield from button_panel.panel(bottom_size, buttons, num_buttons)
