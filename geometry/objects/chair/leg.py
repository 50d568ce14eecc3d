"""Legs of chairs: they hang from y = 0 (a star leg is centred)."""

from __future__ import annotations

from geometry.maths import Number, absolute, atan2d, atand, cosd, label, sign, sind, sqrt
from geometry.objects.shared.boards import box
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
):
    """One to four straight legs, each leaning about its own middle.

    number_of_legs: 1 to 4; 3 has one rear leg
    legs_separation: front legs in x, rear legs in x, front to rear in z, at half height
    central_rotation: turn of the set about y
    symmetry_mode: 0 leans all legs the same way sideways, 1 mirrors left and right
    front_legs_size: x, y, z of a front leg
    front_rotation: lean of the front legs about x, about z
    rear_legs_size: x, y, z of a rear leg
    rear_rotation: lean of the rear legs about x, about z
    """
    front, rear, turn = front_legs_size, rear_legs_size, central_rotation
    front_apart, rear_apart, depth = legs_separation
    label(front_apart=front_apart, rear_apart=rear_apart, depth=depth)
    mirror = -1 if symmetry_mode else 1
    if number_of_legs == 1:
        lean = front_rotation[0]
        label(lean=lean)
        yield box(front).turn(lean, turn).at(y=-front[1] / 2 * cosd(lean))
    elif number_of_legs == 2:
        for x, side in ((-1, 1), (1, mirror)):
            # The pair is moved apart against the turn of the legs themselves.
            leg = _leg(front, front_rotation, side).turn(y=turn)
            half = x * front_apart / 2
            label(half=half)
            yield leg.at(x=half * cosd(turn), z=half * sind(turn))
    elif number_of_legs > 2:
        for x, side in ((-1, 1), (1, mirror)):
            leg = _leg(front, front_rotation, side).at(x=x * front_apart / 2, z=depth / 2)
            yield leg.turn(y=turn)
        pairs = ((0, 1),) if number_of_legs == 3 else ((-1, 1), (1, mirror))
        for x, side in pairs:
            leg = _leg(rear, rear_rotation, side).at(x=x * rear_apart / 2, z=-depth / 2)
            yield leg.turn(y=turn)


@template("leg")
def Regular_leg_with_splat(
    front_legs_size: Vec3,
    rear_legs_size: Vec3,
    legs_separation: Vec3,
    central_rotation: Deg,
    front_rotation: Deg2,
    rear_rotation: Deg2,
    front_rear_bridging_bars_sizes: Vec2,
    left_right_bridging_bars_sizes: Vec2,
    front_rear_bridging_bars_offset: Vec2,
    left_right_bridging_bars_offset: Vec2,
    bridging_bars_existance: Flags4,
):
    """Four mirrored legs with up to four stretcher bars between them.

    front_legs_size: x, y, z of a front leg
    rear_legs_size: x, y, z of a rear leg
    legs_separation: front legs in x, rear legs in x, front to rear in z, at half height
    central_rotation: turn of the set about y
    front_rotation: lean of the front legs about x, about z
    rear_rotation: lean of the rear legs about x, about z
    front_rear_bridging_bars_sizes: y, z of the front and the rear bar
    left_right_bridging_bars_sizes: x, y of the left and the right bar
    front_rear_bridging_bars_offset: height of the front, the rear bar above the legs' middle
    left_right_bridging_bars_offset: the same of the side bars' front end, rear end
    bridging_bars_existance: front, rear, left (-x), right bar
    """
    front, rear = front_legs_size, rear_legs_size
    front_apart, rear_apart, depth = legs_separation
    legs = (front, front_rotation, front_apart, 1), (rear, rear_rotation, rear_apart, -1)
    for size, lean, apart, z in legs:
        for x in (-1, 1):
            leg = _leg(size, lean, -x).at(x=x * apart / 2, z=z * depth / 2)
            yield leg.turn(y=central_rotation)
    height, width = front_rear_bridging_bars_sizes
    label(front_apart=front_apart, rear_apart=rear_apart, depth=depth, height=height, width=width)
    for (size, lean, apart, z), up, exists in zip(
        legs, front_rear_bridging_bars_offset, bridging_bars_existance[:2], strict=True
    ):
        label(up=up)
        if exists:
            # Both bars follow the front legs' sideways lean, and so does the format's own data.
            length = absolute(apart - size[0] + 2 * up * sind(front_rotation[1]))
            middle_y = -(size[1] / 2 - up) * cosd(lean[0]) * cosd(lean[1])
            label(length=length, middle_y=middle_y)
            bar = Cuboid(height, length, width).turn(x=lean[0])
            bar = bar.at(y=middle_y, z=z * depth / 2 + up * sind(lean[0]))
            yield bar.turn(y=central_rotation)
    # The right bar's rear end is measured with the front legs' height.
    for x, exists, rear_height in zip(
        (-1, 1), bridging_bars_existance[2:], (rear[1], front[1]), strict=True
    ):
        if exists:
            up, rear_up = left_right_bridging_bars_offset
            label(up=up, rear_up=rear_up)
            start = _along_leg(front[1], front_rotation, x, front_apart, depth, up)
            end = _along_leg(rear_height, rear_rotation, x, rear_apart, -depth, rear_up)
            bar = _side_bar(start, end, left_right_bridging_bars_sizes, (front[2] + rear[2]) / 2)
            yield bar.turn(y=central_rotation)


@template("leg")
def C_shaped_office_leg(
    vertical_leg_size: Vec3,
    horizontal_z_leg_size: Vec2,
    horizontal_x_leg_size: Length,
    vertical_leg_separation: Length,
    vertical_leg_rotation: Deg2,
    horizontal_leg_rotation: Deg2,
):
    """A cantilever frame: two front uprights, two runners to the back, a rear cross bar.

    vertical_leg_size: x, y, z of an upright
    horizontal_z_leg_size: y, z of a runner, as thick in x as the upright
    horizontal_x_leg_size: z of the cross bar, as high as the runners
    vertical_leg_separation: distance of the uprights' centres
    vertical_leg_rotation: lean of the uprights about x, and outwards about z (feet apart)
    horizontal_leg_rotation: pitch of runners and bar about x, inward turn of the runners
    """
    length, height, width = vertical_leg_size
    bar_height, runner = horizontal_z_leg_size
    bar, separation = horizontal_x_leg_size, vertical_leg_separation
    lean, spread = vertical_leg_rotation
    pitch, inwards = horizontal_leg_rotation
    foot_y = -(height - bar_height / 2) * cosd(lean) * cosd(spread)
    foot_z = -height / 2 * cosd(spread) * sind(lean)
    flat = cosd(inwards) * cosd(pitch)
    for side in (1, -1):
        upright = Cuboid(height, length, width).turn(z=side * spread).turn(x=lean)
        middle_y = -height / 2 * cosd(lean) * cosd(spread)
        yield upright.at(x=side * separation / 2, y=middle_y)
    for side in (1, -1):
        x = separation / 2 + height / 2 * sind(spread) - runner / 2 * sind(inwards)
        yield (
            Cuboid(bar_height, length, runner)
            .turn(y=side * inwards)
            .turn(x=pitch)
            .at(
                x=side * x,
                y=foot_y + (runner + bar_height) / 2 * sind(pitch),
                z=foot_z - (width + runner) / 2 * flat,
            )
        )
    reach = runner + width / 2 + bar / 2
    span = separation + length + height * sind(spread) - 2 * reach * sind(inwards)
    label(length=length, height=height, width=width, bar_height=bar_height, runner=runner)
    label(lean=lean, spread=spread, pitch=pitch, inwards=inwards, foot_y=foot_y, flat=flat)
    label(reach=reach, span=span)
    yield (
        Cuboid(bar_height, absolute(span), bar)
        .turn(x=pitch)
        .at(
            y=foot_y + (2 * runner + bar_height + bar) / 2 * sind(pitch),
            z=foot_z - reach * flat,
        )
    )


@template("leg")
def Star_leg(
    vertical_sizes: Vec2,
    sub_sizes: Vec3,
    number_of_sub_legs: Count,
    sub_central_offset: Length,
    tilt_angle: Deg,
    central_rotation: Deg,
    horizontal_rotation: Deg,
):
    """A column, its middle at the origin, on radial feet.

    vertical_sizes: radius and height of the column
    sub_sizes: x, y, z of a foot; z is its radial length
    number_of_sub_legs: feet
    sub_central_offset: lift of the feet above the column's lower end
    tilt_angle: slope of the feet, positive lowers their outer ends
    central_rotation: turn of the star about y
    horizontal_rotation: tilt of everything about x
    """
    radius, height = vertical_sizes
    yield Cylinder(height, radius).turn(horizontal_rotation, central_rotation)
    length, thickness, reach = sub_sizes
    label(radius=radius, height=height, length=length, thickness=thickness, reach=reach)
    for i in range(number_of_sub_legs):
        foot = Cuboid(thickness, length, reach).turn(x=tilt_angle)
        foot = foot.at(z=reach / 2 * cosd(tilt_angle))
        foot = foot.turn(y=central_rotation - 360 * i / number_of_sub_legs)
        foot = foot.at(y=-height / 2 + thickness / 2 + sub_central_offset)
        yield foot.turn(x=horizontal_rotation)


@template("leg")
def Barstool_leg(vertical_sizes: Vec2, bottom_sizes: Vec2, horizontal_rotation: Deg):
    """A column on a foot disc.

    vertical_sizes: radius and height of the column
    bottom_sizes: radius and height of the disc
    horizontal_rotation: tilt about x
    """
    (radius, height), (foot_radius, foot_height) = vertical_sizes, bottom_sizes
    label(radius=radius, height=height, foot_radius=foot_radius, foot_height=foot_height)
    column, foot = Cylinder(height, radius), Cylinder(foot_height, foot_radius)
    yield from on_foot(column, foot, horizontal_rotation)


def _leg(size: tuple[Number, Number, Number], lean: tuple[Number, Number], side: int) -> Cuboid:
    """A leg below y = 0, leaning about its middle; `side` -1 mirrors the sideways lean."""
    leg = box(size).turn(x=lean[0], z=side * lean[1], order="xzy")
    return leg.at(y=-size[1] / 2 * cosd(lean[0]) * cosd(lean[1]))


def _along_leg(
    height: Number,
    lean: tuple[Number, Number],
    side: int,
    apart: Number,
    depth: Number,
    up: Number,
) -> tuple[Number, Number, Number]:
    """The point on a leg's middle line, `up` from its middle."""
    return (
        side * (apart / 2 + up * cosd(lean[0]) * sind(lean[1])),
        -(height / 2 - up) * cosd(lean[0]) * cosd(lean[1]),
        depth / 2 + up * sind(lean[0]),
    )


def _side_bar(
    start: tuple[Number, Number, Number],
    end: tuple[Number, Number, Number],
    size: tuple[Number, Number],
    legs_width: Number,
) -> Cuboid:
    """A bar from leg to leg, shortened by half of each leg's width."""
    dx, dy, dz = (a - b for a, b in zip(start, end, strict=True))
    distance = sqrt(dx * dx + dy * dy + dz * dz)
    length, height = size
    # sign(sign + 1/2) is 1 for 0 too: legs in one plane still have a bar.
    reach = sign(sign(dz) + 0.5) * (absolute(dz) + 1e-7)
    pitch = -atan2d(dy, sqrt(dx * dx + dz * dz))
    # Ends that coincide leave no bar: sign makes its length 0.
    between = absolute(distance - legs_width * sign(distance))
    bar = Cuboid(height, length, between).turn(x=pitch, y=atand(dx / reach))
    x, y, z = ((a + b) / 2 for a, b in zip(start, end, strict=True))
    return bar.at(x, y, z)
