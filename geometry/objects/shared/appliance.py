"""Templates that fridges, ovens, dishwashers and other boxes with doors share, and their joints.

Plain functions; each category registers those that it has. Handles turn about z first, then x,
then y: their categories register them with order="zxy".
"""

from __future__ import annotations

from collections.abc import Iterator

from geometry.maths import cosd, label, maximum, minimum, sqrt
from geometry.schema.joint import Joint, Piece, hinge, slide
from geometry.schema.kinds import Count, Deg, Length, Vec2, Vec3, Vec5
from geometry.solids.primitives import Cuboid, RectangularRing, Ring

#: How far a door opens, degrees.
OPEN = 90.0
#: How far a tray comes out, in its depths.
PULLED_OUT = 0.8
#: A door turned by less, in degrees, counts as closed.
CLOSED = 1.0


def side_door(size, position, rotation, others: list[Piece]) -> Iterator[Joint]:
    """About the upright edge that the door is open at; a closed one away from its handle."""
    right = rotation[1] > 0 or (rotation[1] == 0 and handle_aside(size, position, others) < 0)
    yield _upright(size, rotation[1], right)


def _upright(size, turn: float, right: bool) -> Joint:
    """The hinge at the right or the left edge of a door that is turned about y."""
    limits = (0 - turn, OPEN - turn) if right else (-OPEN - turn, 0 - turn)
    edge = (size[0] / 2 if right else -size[0] / 2, 0, 0)
    return hinge((0, 1, 0), edge, limits, closed=-turn)


def flap_door(size, position, rotation, others: list[Piece]) -> Iterator[Joint]:
    """About the edge that the door is open at; a closed one about its lower edge.

    A closed door whose handle is at one side has its hinge at the other.
    """
    tilt, turn, _ = rotation
    width, height, _ = size
    if abs(turn) > max(abs(tilt), CLOSED):
        yield _upright(size, turn, turn > 0)
        return
    aside, above = handle_aside(size, position, others), handle_above(size, position, others)
    if tilt == 0 and abs(aside) / width > max(abs(above) / height, 0.2):
        yield _upright(size, turn, aside < 0)
    elif tilt >= 0:
        yield hinge((1, 0, 0), (0, -height / 2, 0), (0 - tilt, OPEN - tilt), closed=-tilt)
    else:
        yield hinge((1, 0, 0), (0, height / 2, 0), (-OPEN - tilt, 0 - tilt), closed=-tilt)


def handle_aside(size, position, others: list[Piece]) -> float:
    """How far to +x of a closed door's middle its handle is; 0 where there is none."""
    return _handle_from(size, position, others)[0]


def handle_above(size, position, others: list[Piece]) -> float:
    return _handle_from(size, position, others)[1]


def _handle_from(size, position, others: list[Piece]) -> tuple[float, float]:
    """From the middle of a closed door to the handle that is nearest to its face, in x and y."""

    def away(offset: tuple[float, float]) -> float:
        return max(abs(offset[0]) - size[0] / 2, abs(offset[1]) - size[1] / 2)

    handles = [piece.values["position"] for piece in others if piece.role == "handle"]
    offsets = [(x - position[0], y - position[1]) for x, y, _ in handles]
    return min(offsets, key=away, default=(0.0, 0.0))


def pull(outer_size) -> Iterator[Joint]:
    yield slide((0, 0, 1), (0, PULLED_OUT * abs(outer_size[2])))


def pull_flat(size) -> Iterator[Joint]:
    yield from pull(size)


def Cuboidal_Body(size: Vec3, thickness: Vec5):
    """A box, open to the front, its middle at the origin.

    size: x, y and z
    thickness: walls above, below, at +x, at -x, behind
    """
    x, y, z = size
    above, below, right, left, behind = thickness
    label(x=x, y=y, z=z, above=above, below=below, right=right, left=left, behind=behind)
    yield Cuboid(y, x, behind).at(z=(behind - z) / 2)
    yield (
        RectangularRing(
            front_height=z - behind,
            outer_top_length=x,
            outer_top_width=y,
            inner_top_length=maximum(x - right - left, 0.0),
            inner_top_width=maximum(y - above - below, 0.0),
            inner_offset=((left - right) / 2, (above - below) / 2),
        )
        .turn(x=90)
        .at(z=behind / 2)
    )


def Double_Layer_Body(size: Vec3, thickness: Vec5, clapboard_size: Vec2, clapboard_offset: Length):
    """A box, open to the front, with a level board across.

    size: x, y and z
    thickness: walls above, below, at +x, at -x, behind
    clapboard_size: thickness in y and depth in z of the board
    clapboard_offset: height of the board's middle over the cavity's
    """
    above, below, right, left, behind = thickness
    tall, deep = clapboard_size[0], clapboard_size[1]
    label(tall=tall, deep=deep)
    yield from Cuboidal_Body(size, thickness)
    yield Cuboid(tall, size[0] - right - left, deep).at(
        (left - right) / 2, (below - above) / 2 + clapboard_offset, behind + (deep - size[2]) / 2
    )


def Cuboidal_Door(size: Vec3):
    """A plain door; its back is at z = 0.

    size: x, y and z
    """
    yield Cuboid(size[1], size[0], size[2]).at(z=size[2] / 2)


def Sunken_Door(size: Vec3, sunken_size: Vec3, sunken_offset: Vec2):
    """A door with a rectangular recess in its front; its back is at z = 0.

    size: x, y and z
    sunken_size: recess, x, y and depth
    sunken_offset: the recess's middle, x and y
    """
    x, y, z = size
    depth = minimum(sunken_size[2], z)
    label(x=x, y=y, z=z, depth=depth)
    yield Cuboid(y, x, z - depth).at(z=(z - depth) / 2)
    yield (
        RectangularRing(
            front_height=depth,
            outer_top_length=x,
            outer_top_width=y,
            inner_top_length=sunken_size[0],
            inner_top_width=sunken_size[1],
            inner_offset=(sunken_offset[0], -sunken_offset[1]),
        )
        .turn(x=90)
        .at(z=z - depth / 2)
    )


def Cuboidal_Handle(size: Vec3):
    """A block on the plane z = 0.

    size: x, y and z
    """
    yield Cuboid(size[1], size[0], size[2]).at(z=size[2] / 2)


def Trifold_Handle(mounting_size: Vec3, mounting_seperation: Length, grip_size: Vec3):
    """A straight bar along y on two feet.

    mounting_size: a foot, x, y and z
    mounting_seperation: distance of the feet's middles
    grip_size: the bar, x, y and z
    """
    x, y, z = grip_size
    yield from _feet(mounting_size, mounting_seperation)
    yield Cuboid(y, x, z).at(z=mounting_size[2] + z / 2)


def _feet(size, separation: Length) -> Iterator[Cuboid]:
    x, y, z = size
    label(x=x, y=y, z=z)
    for end in (1, -1):
        yield Cuboid(y, x, z).at(y=end * separation / 2, z=z / 2)


def Trifold_Curve_Handle(
    mounting_size: Vec3, mounting_seperation: Length, curve_size: Vec3, curve_exist_angle: Deg
):
    """A bow that bulges to the front on two feet, its inner arc through the feet's ends.

    mounting_size: a foot, x, y and z
    mounting_seperation: distance of the feet's middles
    curve_size: the bow's outer radius, inner radius, width in x
    curve_exist_angle: angle that the bow covers
    """
    yield from _feet(mounting_size, mounting_seperation)
    sunk = sqrt(curve_size[1] ** 2 - (mounting_seperation / 2) ** 2)
    label(sunk=sunk)
    yield _bow(curve_size, curve_exist_angle).at(z=mounting_size[2] - sunk)


def Curve_Handle(curve_size: Vec3, curve_exist_angle: Deg):
    """A bow that bulges to the front, the ends of its outer arc at z = 0.

    curve_size: outer radius, inner radius, width in x
    curve_exist_angle: angle that the bow covers
    """
    sunk = curve_size[0] * cosd(curve_exist_angle / 2)
    yield _bow(curve_size, curve_exist_angle).at(z=-sunk)


def _bow(size, angle: Deg) -> Ring:
    """An arc in the plane x = 0 about the origin, its middle at +z."""
    outer, inner, width = size
    return Ring(width, outer, inner, angle).turn(y=angle / 2 - 90, z=90)


def Flat_Tray(size: Vec3):
    """A plate, its middle at the origin.

    size: x, y and z
    """
    yield Cuboid(size[1], size[0], size[2])


def Drawer_Like_Tray(outer_size: Vec3, inner_size: Vec3):
    """A box that is open above, its middle at the origin.

    outer_size: outside, x, y and z
    inner_size: cavity, x, y and z
    """
    x, y, z = outer_size
    inner_x, inner_y, inner_z = inner_size
    label(x=x, y=y, z=z, inner_x=inner_x, inner_y=inner_y, inner_z=inner_z)
    yield Cuboid(y - inner_y, x, z).at(y=-inner_y / 2)
    yield RectangularRing(inner_y, x, z, inner_x, inner_z).at(y=(y - inner_y) / 2)


def Multilevel_Leg(
    front_legs_size: Vec3, rear_legs_size: Vec3, legs_separation: Vec3, num_legs: Count
):
    """Blocks under the body, hanging from y = 0: one, a pair, a pair and one, or two pairs.

    front_legs_size: a front leg, x, y and z
    rear_legs_size: a rear leg, x, y and z
    legs_separation: distances of the front pair in x, of the rear pair in x, of front and rear in z
    num_legs: legs, 1 to 4
    """
    (x, y, z), (rear_x, rear_y, rear_z) = front_legs_size, rear_legs_size
    front_apart, rear_apart, along = legs_separation
    at_z = along / 2 if num_legs > 2 else 0.0
    label(x=x, y=y, z=z, rear_x=rear_x, rear_y=rear_y, rear_z=rear_z)
    label(front_apart=front_apart, rear_apart=rear_apart, along=along, at_z=at_z)
    yield from legs(front_legs_size, rear_legs_size, (front_apart, rear_apart), at_z, num_legs)


def legs(front, rear, apart, at_z, number: int) -> Iterator[Cuboid]:
    """One to four legs; apart: the front pair in x, the rear pair; at_z: of the front ones."""
    number = min(max(number, 1), 4)
    (x, y, z), (rear_x, rear_y, rear_z) = front, rear
    for end in (1, -1) if number > 1 else (0,):
        yield Cuboid(y, x, z).at(end * apart[0] / 2, -y / 2, at_z)
    for end in {3: (0,), 4: (1, -1)}.get(number, ()):
        yield Cuboid(rear_y, rear_x, rear_z).at(end * apart[1] / 2, -rear_y / 2, -at_z)
