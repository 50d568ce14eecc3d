"""Safes: a thick box with a door on pins, a handle, and a dial or a keypad; perhaps on legs."""

from __future__ import annotations

from collections.abc import Iterator

from geometry.maths import cosd, label, maximum, sind
from geometry.objects.shared import appliance
from geometry.objects.shared.numbered import Numbered
from geometry.schema.joint import Joint, Piece, hinge, spin
from geometry.schema.kinds import Count, Deg, Length, Vec2, Vec3, Vec5
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder, Ring

MOST_CONNECTORS = 3
#: How far a door opens and a handle turns, degrees.
OPEN = TURNED = 90.0
#: Least width of a round handle's rim, in its inner radii.
LEAST_RIM = 1e-3

boards = Numbered("sub_clapboard", 10, {"size": Vec3, "offset": Vec2})

Cuboidal_Body = template("body")(appliance.Cuboidal_Body)


@template("body")
@boards
def Mutiple_Layer_Body(
    size: Vec3,
    thickness: Vec5,
    main_clapboard_size: Vec2,
    main_clapboard_offset: Length,
    num_of_sub_clapboards: Count,
    sub_clapboards,
):
    """A box, open to the front, with a level board across and up to ten more boards.

    size: x, y and z
    thickness: walls above, below, at +x, at -x, behind
    main_clapboard_size: thickness in y and depth in z of the board across
    main_clapboard_offset: height of that board's middle over the cavity's
    num_of_sub_clapboards: further boards, at most 10
    sub_clapboard_i_size: a further board, x, y and z
    sub_clapboard_i_offset: its middle from the cavity's, x and y
    """
    above, below, right, left, behind = thickness
    yield from appliance.Double_Layer_Body(
        size, thickness, main_clapboard_size, main_clapboard_offset
    )
    middle_x, middle_y = (left - right) / 2, (below - above) / 2
    label(middle_x=middle_x, middle_y=middle_y)
    for (x, y, z), (aside, up) in sub_clapboards[: max(num_of_sub_clapboards, 0)]:
        label(aside=aside, up=up)
        yield Cuboid(y, x, z).at(middle_x + aside, middle_y + up, behind + (z - size[2]) / 2)


def _swing(size, position, rotation, others: list[Piece]) -> Iterator[Joint]:
    """About the upright edge in front that the door is open at.

    A closed door has its hinge where the pins are, else away from the handle.
    """
    tilt, turn, _ = rotation
    if abs(tilt) > abs(turn):
        yield from appliance.flap_door(size, position, rotation, others)
        return
    pins = [p.values["position"][0] - position[0] for p in others if p.role == "connector"]
    aside = sum(pins) or -appliance.handle_aside(size, position, others)
    right = turn > 0 or (turn == 0 and aside > 0)
    limits = (0 - turn, max(OPEN - turn, 0)) if right else (min(-OPEN - turn, 0), 0 - turn)
    edge = (size[0] / 2 if right else -size[0] / 2, 0, size[2])
    yield hinge((0, 1, 0), edge, limits, closed=-turn)


def _swing_double(main_size, position, rotation, others: list[Piece]) -> Iterator[Joint]:
    yield from _swing(main_size, position, rotation, others)


Cuboidal_Door = template("door", joints=_swing)(appliance.Cuboidal_Door)


@template("door", joints=_swing_double)
def Behind_Double_Layer_Door(main_size: Vec3, behind_size: Vec3, behind_offset: Vec2):
    """A slab in front of z = 0 and a smaller block behind it.

    main_size: slab, x, y and z
    behind_size: block, x, y and z
    behind_offset: the block's middle, x and y
    """
    yield from appliance.Cuboidal_Door(main_size)
    x, y, z = behind_size
    label(x=x, y=y, z=z)
    yield Cuboid(y, x, z).at(*behind_offset, -z / 2)


@template("door", joints=_swing_double)
def Front_Double_Layer_Door(main_size: Vec3, front_size: Vec3, front_offset: Vec2):
    """A slab with a smaller plate in front of it; its back is at z = 0.

    main_size: slab, x, y and z
    front_size: plate, x, y and z
    front_offset: the plate's middle, x and y
    """
    yield from appliance.Cuboidal_Door(main_size)
    x, y, z = front_size
    label(x=x, y=y, z=z)
    yield Cuboid(y, x, z).at(*front_offset, main_size[2] + z / 2)


Sunken_Door = template("door", joints=_swing)(appliance.Sunken_Door)


@template("connector", at_most=MOST_CONNECTORS)
def Cylindrical_Connecter(size: Vec2):
    """An upright hinge pin, its middle at the origin.

    size: radius and height
    """
    radius, height = size
    label(radius=radius, height=height)
    yield Cylinder(height, radius)


@template("connector", at_most=MOST_CONNECTORS)
def T_Shaped_Connecter(
    cylinder_size: Vec2, lateral_cuboid_size: Vec3, lateral_cuboid_offset: Length
):
    """An upright hinge pin, its middle at the origin, with a plate to its +x side.

    cylinder_size: pin, radius and height
    lateral_cuboid_size: plate, x, y and z; its back is flush with the pin's
    lateral_cuboid_offset: y of the plate's middle
    """
    yield from Cylindrical_Connecter(cylinder_size)
    radius = cylinder_size[0]
    x, y, z = lateral_cuboid_size
    label(x=x, y=y, z=z)
    yield Cuboid(y, x, z).at(radius + x / 2, lateral_cuboid_offset, z / 2 - radius)


@template("handle", order="zxy")
def Trifold_Handle(bottom_size: Vec3, bottom_seperation: Length, top_size: Vec3):
    """A straight bar along y on two feet.

    bottom_size: a foot, x, y and z
    bottom_seperation: distance of the feet's middles
    top_size: the bar, x, y and z
    """
    yield from appliance.Trifold_Handle(bottom_size, bottom_seperation, top_size)


def _lever() -> Iterator[Joint]:
    yield hinge((0, 0, 1), (0, 0, 0), (-TURNED, TURNED))


def _wheel() -> Iterator[Joint]:
    yield spin((0, 0, 1), (0, 0, 0))


@template("handle", order="zxy", joints=_lever)
def Claw_Handle(
    bottom_size: Vec2,
    fork_size: Vec3,
    fork_offset: Length,
    fork_tilt_rotation: Deg,
    num_forks: Count,
):
    """A round hub on the plane z = 0 with spokes all around.

    bottom_size: hub, radius and height in z
    fork_size: a spoke, length, width and thickness
    fork_offset: how far the spokes' roots are below the hub's top
    fork_tilt_rotation: tilt of the spokes; positive lifts their ends to +z
    num_forks: spokes; the first one points to +x
    """
    radius, height = bottom_size
    length, width, thick = fork_size
    tilt = fork_tilt_rotation
    yield Cylinder(height, radius).turn(x=90).at(z=height / 2)
    away = radius + length / 2 * cosd(tilt)
    up = height - thick / 2 + length / 2 * sind(tilt) - fork_offset
    label(radius=radius, height=height, length=length, width=width, thick=thick, away=away, up=up)
    for number in range(num_forks):
        spoke = Cuboid(width, length, thick).turn(y=-tilt).at(x=away, z=up)
        yield spoke.turn(z=360 * number / num_forks)


@template("handle", order="zxy", joints=_wheel)
def Round_Handle(
    bottom_size: Vec2,
    fork_size: Vec3,
    fork_offset: Length,
    fork_tilt_rotation: Deg,
    num_forks: Count,
    circle_size: Vec2,
):
    """A hand wheel: a hub on the plane z = 0, spokes and a rim.

    bottom_size: hub, radius and height in z
    fork_size: a spoke, length, width and thickness
    fork_offset: how far the spokes' roots are below the hub's top
    fork_tilt_rotation: tilt of the spokes; positive lifts their ends to +z
    num_forks: spokes; the first one points to +x
    circle_size: rim, outer radius and thickness in z; its inner radius is at the spokes' ends
    """
    yield from Claw_Handle(bottom_size, fork_size, fork_offset, fork_tilt_rotation, num_forks)
    length, _, thick = fork_size
    outer, rim = circle_size
    inner = bottom_size[0] + length * cosd(fork_tilt_rotation)
    up = bottom_size[1] - thick / 2 + length * sind(fork_tilt_rotation) - fork_offset
    label(outer=outer, rim=rim, inner=inner, up=up)
    yield Ring(rim, maximum(outer, inner * (1 + LEAST_RIM)), inner).turn(x=90).at(z=up)


@template("dial", joints=_wheel)
def Cylindrical_Dial(bottom_size: Vec3, top_size: Vec2):
    """A knob on a base, on the plane z = 0.

    bottom_size: base, radius at its back, radius at its front, height in z
    top_size: knob, radius and height in z
    """
    back, front, height = bottom_size
    radius, rise = top_size
    label(back=back, front=front, height=height, radius=radius, rise=rise)
    yield Cylinder(height, back, front).turn(x=-90).at(z=height / 2)
    yield Cylinder(rise, radius).turn(x=-90).at(z=height + rise / 2)


@template("controller")
def Regular_Controller(size: Vec3):
    """A keypad: a block on the plane z = 0.

    size: x, y and z
    """
    yield Cuboid(size[1], size[0], size[2]).at(z=size[2] / 2)


@template("leg")
def Cuboidal_Leg(
    front_legs_size: Vec3, rear_legs_size: Vec3, legs_separation: Vec3, num_legs: Count
):
    """Blocks under the body, hanging from y = 0: one, a pair, a pair and one, or two pairs.

    front_legs_size: a front leg, x, y and z
    rear_legs_size: a rear leg, x, y and z
    legs_separation: distances of the front pair in x, of the rear pair in x, of front and rear in z
    num_legs: legs, 1 to 4
    """
    yield from appliance.Multilevel_Leg(front_legs_size, rear_legs_size, legs_separation, num_legs)
