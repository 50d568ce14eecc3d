"""Switches of faucets: stacked handles, caps with a rod or a lever, knobs with spokes."""

from __future__ import annotations

from collections.abc import Iterator

from geometry.maths import Number, cosd, label, sind, sqrt
from geometry.objects.faucet.templates import ends, tube
from geometry.schema.joint import Joint, hinge, spin
from geometry.schema.kinds import Count, Deg, Flags2, Length, Vec2, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder

#: How far a handle turns to open the water, degrees.
QUARTER = 90.0


def _handles(
    number_of_switch, number_of_cube, bottom_middle_offset, offset_0_x, offset_1_x, offset_yz
) -> Iterator[Joint]:
    """What stands on each bottom box turns about the middle box, outwards to open."""
    if number_of_cube < 2:
        return
    x, z = bottom_middle_offset
    places = ((offset_0_x + x, (-QUARTER, 0)), (offset_1_x - x, (0, QUARTER)))
    for number, (at, limits) in enumerate(places[: max(number_of_switch, 1)], 1):
        pivot = (at, offset_yz[0], offset_yz[1] + z)
        yield hinge((0, 1, 0), pivot, limits, moves=f"handle_{number}")


@template("switch", order="yxz", offset_first=True, joints=_handles)
def HandleY_Switch(
    number_of_switch: Count,
    number_of_cube: Count,
    bottom_size: Vec3,
    middle_size: Vec3,
    top_size: Vec3,
    bottom_middle_offset: Vec2,
    bottom_top_offset: Vec2,
    offset_0_x: Length,
    offset_1_x: Length,
    offset_yz: Vec2,
):
    """One or two stacks of up to three boxes; the second one is a mirror image.

    number_of_switch: stacks, 1 or 2
    number_of_cube: boxes of a stack, 1 to 3
    bottom_size: lowest box, x, y and z
    middle_size: box on it, x, y and z
    top_size: uppermost box, x, y and z
    bottom_middle_offset: middle box from the lowest one, x and z
    bottom_top_offset: uppermost box from the lowest one, x and z
    offset_0_x: x of the first stack
    offset_1_x: x of the second stack
    offset_yz: y of the foot of the stacks, z of their lowest boxes
    """
    y, z = offset_yz
    label(y=y, z=z)
    sizes = (bottom_size, middle_size, top_size)
    shifts = ((0.0, 0.0), bottom_middle_offset, bottom_top_offset)
    stacks = ((offset_0_x, 1), (offset_1_x, -1))
    for number, (x, side) in enumerate(stacks[: min(max(number_of_switch, 1), 2)], 1):
        floor = y
        for level in range(min(max(number_of_cube, 1), 3)):
            length, height, width = sizes[level]
            box = Cuboid(height, length, width)
            box = box.at(x + side * shifts[level][0], floor + height / 2, z + shifts[level][1])
            yield box.of(f"handle_{number}") if level else box
            floor = floor + height
            label(length=length, height=height, width=width, floor=floor)


def _rod(size, sub_size, sub_offset, rotation_Y, rotation_X, sub_rotation) -> Iterator[Joint]:
    """The cap turns with its rod, and the rod tips about its pivot."""
    middle = (0, size[1] / 2, 0)
    limits = (-QUARTER + rotation_Y, QUARTER + rotation_Y)
    yield hinge((0, 1, 0), middle, limits, name="turn", closed=rotation_Y)
    front, up = sqrt(size[0] ** 2 - sub_size[0] ** 2), sub_offset[0]
    y = up * cosd(rotation_X) + front * sind(rotation_X)
    z = front * cosd(rotation_X) - up * sind(rotation_X)
    pivot = (-z * sind(rotation_Y), y + size[1] / 2, z * cosd(rotation_Y))
    axis = (cosd(rotation_Y), 0, sind(rotation_Y))
    limits = (-30 + sub_rotation, 30 + sub_rotation)
    yield hinge(axis, pivot, limits, moves="rod", carried_by="turn", closed=sub_rotation)


@template("switch", order="yxz", offset_first=True, joints=_rod)
def RegularY_Switch(
    size: Vec2,
    sub_size: Vec2,
    sub_offset: Vec2,
    rotation_Y: Deg,
    rotation_X: Deg,
    sub_rotation: Deg,
):
    """An upright round cap with one rod.

    size: cap: radius, height
    sub_size: rod: radius, length
    sub_offset: height of the rod's pivot above the cap's middle, gap along the rod
    rotation_Y: turn of the whole about y, positive from +z towards -x
    rotation_X: tilt of the whole about x, positive with the rod up
    sub_rotation: slope of the rod, positive with its end up
    """
    (radius, height), (thin, length) = size, sub_size
    front = sqrt(radius**2 - thin**2)
    label(radius=radius, height=height, thin=thin, length=length, front=front)
    rod = Cylinder(length, thin).turn(x=90).at(z=length / 2 + sub_offset[1])
    rod = rod.turn(x=-sub_rotation).at(y=sub_offset[0], z=front).of("rod")
    for solid in (rod, Cylinder(height, radius)):
        yield solid.turn(-rotation_X, -rotation_Y).at(y=height / 2)


def _lever(size) -> Iterator[Joint]:
    """The cap turns with its lever."""
    yield hinge((0, 1, 0), (0, size[1] / 2, 0), (-30, 30))


@template("switch", order="yxz", offset_first=True, joints=_lever)
def Lever_Switch(size: Vec2, R: Length, position0: Vec3, position1: Vec3, position2: Vec3):
    """An upright round cap with a lever of two straight pieces.

    size: cap: radius, height
    R: radius of the lever
    position0: start of the lever, from the cap's upper front
    position1: vector of the first piece
    position2: vector of the second piece
    """
    radius, height = size
    label(radius=radius, height=height)
    start = (position0[0], position0[1] + height, position0[2] + radius)
    steps = (position1, position2)
    for point, step in zip(ends(start, *steps), steps, strict=False):
        yield tube(point, step, R)
    yield Cylinder(height, radius).at(y=height / 2)


def _side_knobs(existence_of_switch) -> Iterator[Joint]:
    for number, exists in enumerate(existence_of_switch, 1):
        if exists:
            yield spin((1, 0, 0), (0, 0, 0), moves=f"knob_{number}")


@template("switch", order="yxz", offset_first=True, joints=_side_knobs)
def RotaryX_Switch(
    existence_of_switch: Flags2,
    main_size_1: Vec2,
    main_size_2: Vec2,
    sub_size: Vec3,
    number_of_sub: Count,
    sub_offset: Length,
    tilt_angle: Deg,
    rotation0: Deg,
    rotation1: Deg,
    interval: Length,
    offset_x: Vec2,
):
    """Up to two knobs that face left and right, each of two cylinders with a ring of spokes.

    existence_of_switch: whether there is a left knob, a right knob
    main_size_1: inner cylinder: radius, length in x
    main_size_2: outer cylinder: radius, length in x
    sub_size: spoke: x, length, z
    number_of_sub: spokes of a knob
    sub_offset: shift of the spokes outwards
    tilt_angle: lean of every spoke, positive with its tip towards +x
    rotation0: turn of the left knob about x
    rotation1: turn of the right knob about x
    interval: distance of the knobs' inner faces
    offset_x: further shift of the left, of the right knob
    """
    (radius, long), (thin, short) = main_size_1, main_size_2
    label(radius=radius, long=long, thin=thin, short=short)
    turns, sides = (rotation0, rotation1), (-1, 1)
    for index in range(2):
        if not existence_of_switch[index]:
            continue
        side, shift, link = sides[index], offset_x[index], f"knob_{index + 1}"
        inner = interval / 2 + long / 2
        yield Cylinder(long, radius).turn(z=90).at(shift + side * inner).of(link)
        outer = interval / 2 + long + short / 2
        yield Cylinder(short, thin).turn(z=90).at(shift + side * outer).of(link)
        out = shift + side * (long + short - sub_size[0] / 2 + sub_offset + interval / 2)
        label(shift=shift, inner=inner, outer=outer, out=out)
        for angle in _angles(turns[index], number_of_sub):
            solid = Cuboid(sub_size[1], sub_size[0], sub_size[2]).turn(z=-tilt_angle)
            solid = solid.at(y=cosd(tilt_angle) * sub_size[1] / 2)
            yield solid.turn(x=angle).at(out).of(link)


def _upright_knobs(number_of_switch, offset_x) -> Iterator[Joint]:
    for index in range(min(max(number_of_switch, 1), 2)):
        yield spin((0, 1, 0), (offset_x[index], 0, 0), moves=f"knob_{index + 1}")


@template("switch", order="yxz", offset_first=True, joints=_upright_knobs)
def RotaryY_Switch(
    number_of_switch: Count,
    main_size_1: Vec2,
    main_size_2: Vec2,
    sub_size: Vec3,
    number_of_sub: Count,
    sub_offset: Length,
    tilt_angle: Deg,
    rotation0: Deg,
    rotation1: Deg,
    offset_x: Vec2,
):
    """One or two upright knobs, each of two cylinders with level spokes.

    number_of_switch: knobs, 1 or 2
    main_size_1: lower cylinder: radius, height
    main_size_2: upper cylinder: radius, height
    sub_size: spoke: x, y, length
    number_of_sub: spokes of a knob
    sub_offset: shift of the spokes upwards
    tilt_angle: slope of the spokes, positive with their tips up
    rotation0: turn of the first knob about y
    rotation1: turn of the second knob about y
    offset_x: x of the first, of the second knob
    """
    (radius, low), (thin, high) = main_size_1, main_size_2
    label(radius=radius, low=low, thin=thin, high=high)
    turns = (rotation0, rotation1)
    for index in range(min(max(number_of_switch, 1), 2)):
        x, link = offset_x[index], f"knob_{index + 1}"
        yield Cylinder(low, radius).at(x, low / 2).of(link)
        yield Cylinder(high, thin).at(x, low + high / 2).of(link)
        up = low + high - sub_size[1] / 2 + sub_offset
        label(x=x, up=up)
        spoke = Cuboid(sub_size[1], sub_size[0], sub_size[2]).turn(x=-tilt_angle)
        spoke = spoke.at(z=cosd(tilt_angle) * sub_size[2] / 2)
        for angle in _angles(turns[index], number_of_sub):
            yield spoke.turn(y=angle).at(x, up).of(link)


def _front_knobs(number_of_switch, offset_x) -> Iterator[Joint]:
    for index in range(min(max(number_of_switch, 1), 2)):
        yield spin((0, 0, 1), (offset_x[index], 0, 0), moves=f"knob_{index + 1}")


@template("switch", order="yxz", offset_first=True, joints=_front_knobs)
def RotaryZ_Switch(
    number_of_switch: Count,
    main_size_1: Vec2,
    main_size_2: Vec2,
    sub_size: Vec3,
    number_of_sub: Count,
    sub_offset: Length,
    tilt_angle: Deg,
    rotation0: Deg,
    rotation1: Deg,
    offset_x: Vec2,
):
    """One or two knobs that face the front, each of two cylinders with spokes.

    number_of_switch: knobs, 1 or 2
    main_size_1: rear cylinder: radius, length in z
    main_size_2: front cylinder: radius, length in z
    sub_size: spoke: length, y, z
    number_of_sub: spokes of a knob
    sub_offset: shift of the spokes forward
    tilt_angle: lean of the spokes, positive with their tips forward
    rotation0: turn of the first knob about z
    rotation1: turn of the second knob about z
    offset_x: x of the first, of the second knob
    """
    (radius, long), (thin, short) = main_size_1, main_size_2
    label(radius=radius, long=long, thin=thin, short=short)
    turns = (rotation0, rotation1)
    for index in range(min(max(number_of_switch, 1), 2)):
        x, link = offset_x[index], f"knob_{index + 1}"
        yield Cylinder(long, radius).turn(x=90).at(x, 0, long / 2).of(link)
        yield Cylinder(short, thin).turn(x=90).at(x, 0, long + short / 2).of(link)
        front = long + short - sub_size[2] / 2 + sub_offset
        label(x=x, front=front)
        spoke = Cuboid(sub_size[1], sub_size[0], sub_size[2]).turn(y=-tilt_angle)
        spoke = spoke.at(cosd(tilt_angle) * sub_size[0] / 2)
        for angle in _angles(turns[index], number_of_sub):
            yield spoke.turn(z=angle).at(x, 0, front).of(link)


def _angles(turn: Number, number: int) -> list[Number]:
    """The angles of spokes spread evenly over a turn."""
    return [turn + 360 * spoke / number for spoke in range(number)]
