"""USB sticks, lying along z with the plug in front, under a slip-on cap or one that swivels."""

from collections.abc import Iterator

from geometry.maths import cosd, label, maximum, minimum, sind, tand
from geometry.schema.joint import Joint, Piece, slide, spin
from geometry.schema.kinds import Deg, Flag, Length, Vec2, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder, RectangularRing, Ring, Solid, Sphere

#: How far a strip of a swivelling cap may lean, either way.
MOST_LEAN = 44.0
#: Share of a plug's height and width that two of its walls may take up.
MOST_WALL = 0.999


def _template(role, joints=None):
    return template(role, order="yxz", offset_first=True, joints=joints)


@_template("body")
def Regular_Body(size: Vec3, has_back_part: Flag, has_side_part: Flag):
    """A box behind the origin, its rear end and its sides rounded or flat.

    size: x, y and z of the box
    has_back_part: whether the rear end is rounded
    has_side_part: whether the sides are rounded
    """
    wide, high, long = size
    radius = high / 2
    label(wide=wide, high=high, long=long, radius=radius)
    yield Cuboid(high, wide, long).at(z=-long / 2)
    if has_back_part:
        yield Cylinder(wide, radius, is_half=True).turn(0, 180, 90).at(z=-long)
    if has_side_part:
        for side in (-1, 1):
            edge = Cylinder(long, radius, is_half=True).turn(90, 0, side * 90)
            yield edge.at(side * wide / 2, 0, -long / 2)
    if has_back_part and has_side_part:
        for side, angle in ((-1, 180), (1, 90)):
            corner = Sphere(radius, longitude_angle=90).turn(y=angle)
            yield corner.at(side * wide / 2, 0, -long)


@_template("body")
def RoundEnded_Body(size: Vec3):
    """A flat box behind the origin that ends in half a disc.

    size: x, y and z of the box
    """
    wide, high, long = size
    label(wide=wide, high=high, long=long)
    yield Cuboid(high, wide, long).at(z=-long / 2)
    yield Cylinder(high, wide / 2, is_half=True).turn(y=180).at(z=-long)


@_template("connector")
def Simplied_Connector(size: Vec3):
    """A plug as a plain box in front of the origin.

    size: x, y and z
    """
    yield Cuboid(size[1], size[0], size[2]).at(z=size[2] / 2)


@_template("connector")
def Regular_Connector(size: Vec3, thickness: Length):
    """A plug with a slot along its upper half, in front of the origin.

    size: x, y and z
    thickness: wall around the slot
    """
    wide, high, long = size
    wall = minimum(thickness, MOST_WALL / 2 * minimum(wide, high))
    label(wide=wide, high=high, long=long, wall=wall)
    shell = RectangularRing(
        front_height=long,
        outer_top_length=wide,
        outer_top_width=high,
        inner_top_length=wide - 2 * wall,
        inner_top_width=high / 2 - wall,
        inner_offset=(0.0, wall / 2 - high / 4),
    )
    yield shell.turn(x=90).at(z=long / 2)


def _pull(size: Vec3, position: Vec3, others: list[Piece]) -> Iterator[Joint]:
    """Off to the front by the cap's length, and back until it meets the body."""
    shut = [piece.values["position"][2] for piece in others if piece.role == "body"]
    back = min(max(shut, default=0.0) - position[2], 0.0)
    yield slide((0, 0, 1), (back, size[2]), closed=back)


@_template("cap", joints=_pull)
def Regular_Cap(size: Vec3, inner_size: Vec3, inner_outer_offset: Vec2):
    """A cap that is open to the rear, where its origin is.

    size: outside, x, y and z
    inner_size: cavity, x, y and depth
    inner_outer_offset: shift of the cavity towards +x and towards -y
    """
    wide, high, long = size
    depth = minimum(inner_size[2], long)
    label(wide=wide, high=high, long=long, depth=depth)
    wall = RectangularRing(
        front_height=inner_size[2],
        outer_top_length=wide,
        outer_top_width=high,
        inner_top_length=inner_size[0],
        inner_top_width=inner_size[1],
        inner_offset=inner_outer_offset,
    )
    yield wall.turn(x=90).at(z=inner_size[2] / 2)
    yield Cuboid(high, wide, long - depth).at(z=(depth + long) / 2)


def _swivel(shaft_offset: Length) -> Iterator[Joint]:
    yield spin((0, 1, 0), (0, 0, shaft_offset), moves="strip")


@_template("swivelling cap", joints=_swivel)
def SquareEnded_Cap(
    size: Vec3,
    proximal_interval: Length,
    inclination: Deg,
    has_shaft: Flag,
    shaft_size: Vec2,
    shaft_offset: Length,
    cap_rotation: Deg,
    shaft_interval: Length,
):
    """A strip of sheet bent around the body's end, on two pins; its free ends are square.

    size: strip: x, thickness, length of either leg
    proximal_interval: gap between the legs at their free ends
    inclination: lean of each leg, outwards towards the bend where positive
    has_shaft: whether there are pins
    shaft_size: each pin: radius, height
    shaft_offset: z of the pins
    cap_rotation: turn about the pins
    shaft_interval: distance of the pins
    """
    swivel = shaft_offset, cap_rotation
    yield from _strip(size, size[2], proximal_interval, inclination, swivel)
    if has_shaft:
        yield from _pins(shaft_size, shaft_interval, shaft_offset)


@_template("swivelling cap", joints=_swivel)
def RoundEnded_Cap(
    size: Vec3,
    proximal_interval: Length,
    inclination: Deg,
    has_shaft: Flag,
    shaft_size: Vec2,
    shaft_offset: Length,
    cap_rotation: Deg,
    shaft_interval: Length,
):
    """A strip of sheet bent around the body's end, on two pins; its free ends are round.

    size: strip: x, thickness, length of either leg with its round end
    proximal_interval: gap between the legs at their free ends
    inclination: lean of each leg, outwards towards the bend where positive
    has_shaft: whether there are pins
    shaft_size: each pin: radius, height
    shaft_offset: z of the pins
    cap_rotation: turn about the pins
    shaft_interval: distance of the pins
    """
    wide, thick, long = size
    swivel, lean = (shaft_offset, cap_rotation), _lean(inclination)
    straight = maximum(long - wide / 2, 0.0)
    yield from _strip(size, straight, proximal_interval, inclination, swivel)
    y = (thick * cosd(lean) + wide * sind(lean) + proximal_interval) / 2
    z = (thick * sind(lean) - wide * cosd(lean)) / 2 - shaft_offset
    label(y=y, z=z)
    for side in (1, -1):
        end = Cylinder(thick, wide / 2, is_half=True).turn(x=side * lean)
        yield _swivelled(end.at(0, side * y, z), swivel)
    if has_shaft:
        yield from _pins(shaft_size, shaft_interval, shaft_offset)


def _lean(angle):
    return maximum(minimum(angle, MOST_LEAN), -MOST_LEAN)


def _strip(size, straight, gap, inclination, swivel) -> Iterator[Solid]:
    """Both legs, of which the first `straight` from the bend are flat, and the bend."""
    wide, thick, long = size
    lean = _lean(inclination)
    inner = gap / (2 * cosd(lean)) + long * tand(lean)
    bend_z = -inner * sind(lean) - long * cosd(lean) - swivel[0]
    y = (inner + thick / 2) * cosd(lean) - straight / 2 * sind(lean)
    label(straight=straight, wide=wide, thick=thick, long=long, lean=lean, inner=inner)
    label(bend_z=bend_z, y=y)
    z = bend_z + (inner + thick / 2) * sind(lean) + straight / 2 * cosd(lean)
    for side in (1, -1):
        leg = Cuboid(thick, wide, straight).turn(x=side * lean)
        yield _swivelled(leg.at(0, side * y, z), swivel)
    bend = Ring(wide, inner + thick, inner, 180 + 2 * lean)
    yield _swivelled(bend.turn(0, 180, 90).at(z=bend_z), swivel)


def _swivelled(solid: Solid, swivel) -> Solid:
    z, angle = swivel
    return solid.turn(y=angle).at(z=z).of("strip")


def _pins(size, interval, z) -> Iterator[Solid]:
    radius, height = size
    label(radius=radius, height=height)
    for side in (1, -1):
        yield Cylinder(height, radius).at(0, side * (height + interval) / 2, z)
