"""Legs of tables: all hang from y = 0, the underside of the top."""

from __future__ import annotations

from collections.abc import Iterator

from geometry.maths import Number, absolute, atan2d, atand, cosd, label, maximum, sign, sind, sqrt
from geometry.objects.shared.boards import AdditionalLegs, Point, board, box
from geometry.objects.shared.legs import on_foot
from geometry.schema.kinds import Count, Deg, Deg2, Flag, Flags4, Length, Vec2, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder


@template("leg")
def Regular_leg(
    number_of_legs: Count,
    legs_separation: Vec3,
    central_rotation: Deg,
    symmetry_mode: Flag,
    front_legs_size: Vec3,
    front_rotation: Deg2,
    rear_legs_size: Vec3,
    rear_rotation: Deg2,
    position: Vec3,
    additional_legs_params: AdditionalLegs,
):
    """One to four straight legs, each leaning about its own middle.

    number_of_legs: 1 to 4; 3 has one rear leg
    legs_separation: front legs in x, rear legs in x, front to rear in z, at half height
    central_rotation: turn of the set about y
    symmetry_mode: of four legs: 0 leans all the same way sideways, 1 mirrors left and right
    front_legs_size: x, y, z of a front leg
    front_rotation: lean of the front legs about x, about z
    rear_legs_size: x, y, z of a rear leg
    rear_rotation: lean of the rear legs about x, about z
    position: of the template, from which the additional legs do not move in x and z
    additional_legs_params: count, then x, y, z size, position of the top, rotation of each
    """
    front, rear, turn = front_legs_size, rear_legs_size, central_rotation
    front_apart, rear_apart, depth = legs_separation
    label(front_apart=front_apart, rear_apart=rear_apart, depth=depth)
    pair = ((-1, 1), (1, -1))
    # Four legs all take the height of their middles from the front legs.
    four = ((-1, 1), (1, -1 if symmetry_mode else 1))
    if number_of_legs == 1:
        pitch = front_rotation[0]
        label(pitch=pitch)
        yield box(front).turn(pitch, turn).at(y=-front[1] / 2 * cosd(pitch))
    elif number_of_legs == 2:
        for x, side in pair:
            # The pair is moved apart against the turn of the legs themselves.
            pitch, half = front_rotation[0], x * front_apart / 2
            label(half=half)
            leg = _leg(front, front_rotation, turn, side)
            yield leg.at(half * cosd(turn), -front[1] / 2 * cosd(pitch), half * sind(turn))
    elif number_of_legs > 2:
        for x, side in pair if number_of_legs == 3 else four:
            place = (x * front_apart / 2, _middle(front[1], front_rotation), depth / 2)
            yield _leg(front, front_rotation, turn, side).at(*_turned(place, turn))
        height = rear[1] if number_of_legs == 3 else front[1]
        for x, side in ((0, 1),) if number_of_legs == 3 else four:
            place = (x * rear_apart / 2, _middle(height, rear_rotation), -depth / 2)
            yield _leg(rear, rear_rotation, turn, side).at(*_turned(place, turn))
    yield from _additional(additional_legs_params, position)


@template("leg")
def Regular_with_splat_leg(
    front_legs_size: Vec3,
    rear_legs_size: Vec3,
    legs_separation: Vec3,
    central_rotation: Deg,
    front_rotation: Deg2,
    rear_rotation: Deg2,
    bridging_bars_existance: Flags4,
    front_rear_bridging_bars_sizes: Vec2,
    front_rear_bridging_bars_offset: Vec2,
    left_right_bridging_bars_sizes: Vec2,
    left_right_bridging_bars_offset: Vec2,
    position: Vec3,
    additional_legs_params: AdditionalLegs,
):
    """Four mirrored legs with up to four stretcher bars between them.

    front_legs_size: x, y, z of a front leg
    rear_legs_size: x, y, z of a rear leg
    legs_separation: front legs in x, rear legs in x, front to rear in z, at half height
    central_rotation: turn of the set about y
    front_rotation: lean of the front legs about x, about z
    rear_rotation: lean of the rear legs about x, about z
    bridging_bars_existance: front, rear, left (-x), right bar
    front_rear_bridging_bars_sizes: y, z of the front and the rear bar
    front_rear_bridging_bars_offset: height of the front, the rear bar above the legs' middle
    left_right_bridging_bars_sizes: x, y of the left and the right bar
    left_right_bridging_bars_offset: the same of the side bars' front end, rear end
    position: of the template, from which the additional legs do not move in x and z
    additional_legs_params: count, then x, y, z size, position of the top, rotation of each
    """
    front, rear, turn = front_legs_size, rear_legs_size, central_rotation
    front_apart, rear_apart, depth = legs_separation
    label(front_apart=front_apart, rear_apart=rear_apart, depth=depth)
    ends = (front, front_rotation, front_apart, 1), (rear, rear_rotation, rear_apart, -1)
    for size, lean, apart, end in ends:
        for x in (-1, 1):
            # Front and rear middles are level, whatever the rear legs' own height.
            place = (x * apart / 2, _middle(front[1], front_rotation), end * depth / 2)
            yield _leg(size, lean, turn, -x).at(*_turned(place, turn))
    for (size, lean, apart, end), up, exists in zip(
        ends, front_rear_bridging_bars_offset, bridging_bars_existance[:2], strict=True
    ):
        label(up=up)
        if exists:
            # Both bars follow the front legs' sideways lean, and so does the format's own data.
            length = apart - size[0] + 2 * up * sind(front_rotation[1])
            height, width = front_rear_bridging_bars_sizes
            label(length=length, height=height, width=width)
            place = _along(size[1], lean, 0, 0, end * depth, up)
            yield (
                _bar(height, length, width, along=length)
                .turn(lean[0], turn)
                .at(*_turned(place, turn))
            )
    # The right bar's rear end is measured with the front legs' height.
    for x, exists, rear_height in zip(
        (-1, 1), bridging_bars_existance[2:], (rear[1], front[1]), strict=True
    ):
        if exists:
            up, rear_up = left_right_bridging_bars_offset
            start = _along(front[1], front_rotation, x, front_apart, depth, up)
            stop = _along(rear_height, rear_rotation, x, rear_apart, -depth, rear_up)
            shorter = (front[2] + rear[2]) / 2
            label(up=up, rear_up=rear_up, shorter=shorter)
            yield _side_bar(start, stop, left_right_bridging_bars_sizes, shorter, turn)
    yield from _additional(additional_legs_params, position)


@template("leg")
def Star_leg(
    vertical_size: Vec2,
    number_of_sub_legs: Count,
    sub_size: Vec3,
    sub_central_offset: Length,
    tilt_angle: Deg,
    central_rotation: Deg,
    horizontal_rotation: Deg,
    position: Vec3,
    additional_legs_params: AdditionalLegs,
):
    """A post on radial feet.

    vertical_size: radius and height of the post
    number_of_sub_legs: feet
    sub_size: x, y, z of a foot; z is its radial length
    sub_central_offset: lift of the feet above the post's lower end
    tilt_angle: slope of the feet, positive lowers their outer ends
    central_rotation: turn of post and feet about y
    horizontal_rotation: tilt of everything about x
    position: of the template, from which the additional legs do not move in x and z
    additional_legs_params: count, then x, y, z size, position of the top, rotation of each
    """
    (radius, height), (length, thickness, reach) = vertical_size, sub_size
    tilt = horizontal_rotation
    post = Cylinder(height, radius).turn(tilt, central_rotation)
    yield post.at(y=-height / 2 * cosd(tilt))
    middle, y = reach / 2 * cosd(tilt_angle), -height + thickness / 2 + sub_central_offset
    label(radius=radius, height=height, length=length, thickness=thickness, reach=reach)
    label(middle=middle)
    for i in range(number_of_sub_legs):
        heading = central_rotation - 360 * i / number_of_sub_legs
        forward = middle * cosd(heading)
        label(heading=heading, forward=forward)
        yield (
            Cuboid(thickness, length, reach)
            .turn(tilt_angle + tilt, heading)
            .at(
                middle * sind(heading),
                y * cosd(tilt) - forward * sind(tilt),
                forward * cosd(tilt) + (y + height / 2) * sind(tilt),
            )
        )
    yield from _additional(additional_legs_params, position)


@template("leg")
def Bar_cylindrical_leg(
    vertical_size: Vec2,
    bottom_size: Vec2,
    horizontal_rotation: Deg,
    position: Vec3,
    additional_legs_params: AdditionalLegs,
):
    """A round post on a round foot.

    vertical_size: radius and height of the post
    bottom_size: radius and height of the foot
    horizontal_rotation: tilt about x
    position: of the template, from which the additional legs do not move in x and z
    additional_legs_params: count, then x, y, z size, position of the top, rotation of each
    """
    (radius, height), (foot_radius, foot_height) = vertical_size, bottom_size
    label(radius=radius, height=height, foot_radius=foot_radius, foot_height=foot_height)
    post, foot = Cylinder(height, radius), Cylinder(foot_height, foot_radius)
    yield from on_foot(post, foot, horizontal_rotation)
    yield from _additional(additional_legs_params, position)


@template("leg")
def Bar_cuboid_leg(
    vertical_size: Vec3,
    bottom_size: Vec3,
    bottom_rotation: Deg,
    horizontal_rotation: Deg,
    position: Vec3,
    additional_legs_params: AdditionalLegs,
):
    """A rectangular post, or a slab, on a rectangular foot.

    vertical_size: x, y, z of the post
    bottom_size: x, y, z of the foot
    bottom_rotation: turn of the foot about y
    horizontal_rotation: tilt about x
    position: of the template, from which the additional legs do not move in x and z
    additional_legs_params: count, then x, y, z size, position of the top, rotation of each
    """
    foot = box(bottom_size)
    yield from on_foot(box(vertical_size), foot, horizontal_rotation, bottom_rotation)
    yield from _additional(additional_legs_params, position)


def _additional(blocks: tuple[tuple[Number, ...], ...], position: Point) -> Iterator[Cuboid]:
    """Boxes hanging from their positions; x and z are the object's, not the template's."""
    for block in blocks:
        drop = block[1] / 2 * cosd(block[6]) * cosd(block[8])
        label(drop=drop)
        yield board(block).at(-position[0], -drop, -position[2])


def _middle(height: Number, lean: tuple[Number, Number]) -> Number:
    """y of the middle of a leaning leg that hangs from 0."""
    return -height / 2 * cosd(lean[0]) * cosd(lean[1])


def _leg(size: Point, lean: tuple[Number, Number], turn: Number, side: int) -> Cuboid:
    """A leg about its own middle; `side` -1 mirrors the sideways lean."""
    return box(size).turn(lean[0], turn, side * lean[1])


def _turned(point: Point, turn: Number) -> Point:
    """The point turned about y."""
    x, y, z = point
    return x * cosd(turn) + z * sind(turn), y, z * cosd(turn) - x * sind(turn)


def _along(
    height: Number,
    lean: tuple[Number, Number],
    side: int,
    apart: Number,
    depth: Number,
    up: Number,
) -> Point:
    """The point on a leg's middle line, `up` from its middle; side 0 is between the legs."""
    x = side * (apart / 2 + up * cosd(lean[0]) * sind(lean[1]))
    return x, _middle(height - 2 * up, lean), depth / 2 + up * sind(lean[0])


def _bar(height: Number, length: Number, width: Number, along: Number) -> Cuboid:
    """A bar; none where its size `along` the gap to bridge is not positive."""
    exists = sign(maximum(along, 0.0))
    return Cuboid(height * exists, length * exists, width * exists)


def _side_bar(
    start: Point, end: Point, size: tuple[Number, Number], shorter: Number, turn: Number
) -> Cuboid:
    """A bar from leg to leg, `shorter` than the distance of the two points."""
    dx, dy, dz = (a - b for a, b in zip(start, end, strict=True))
    flat = sqrt(dx * dx + dz * dz)
    width = sqrt(dx * dx + dy * dy + dz * dz) - shorter
    # sign(sign + 1/2) is 1 for 0 too: legs in one plane still have a direction.
    heading = atand(dx / (sign(sign(dz) + 0.5) * (absolute(dz) + 1e-7)))
    bar = _bar(size[1], size[0], width, along=width).turn(-atan2d(dy, flat), heading + turn)
    x, y, z = ((a + b) / 2 for a, b in zip(start, end, strict=True))
    return bar.at(*_turned((x, y, z), turn))
