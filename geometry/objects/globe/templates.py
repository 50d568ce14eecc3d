"""Globes: a sphere that spins in rings or on a rod, over a base on the desk or on the floor."""

from collections.abc import Iterator

from geometry.maths import cosd, label, maximum, sind
from geometry.schema.joint import Joint, Piece, spin
from geometry.schema.kinds import Count, Deg, Flag, Length, Vec2, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder, Ring, Sphere, Torus, apply, rotation


def _turn(position: Vec3, others: list[Piece]) -> Iterator[Joint]:
    """About the rod of the bracket, or, where only rings hold it, about the line through them."""
    for piece in others:
        if piece.role == "bracket":
            turned = rotation(*piece.values["rotation"])
            upright = piece.template == "Semi_Ring_Bracket"
            axis = apply(turned, (0.0, 1.0, 0.0) if upright else (0.0, 0.0, 1.0))
            yield spin(axis, position, in_object=True)
            return
    yield spin((0, 1, 0), (0, 0, 0))


@template("sphere", joints=_turn)
def Standard_Sphere(radius: Length):
    """The ball, its middle at the origin.

    radius: of the ball
    """
    yield Sphere(radius)


@template("bracket")
def Semi_Ring_Bracket(
    pivot_size: Vec2,
    pivot_continuity: Flag,
    pivot_seperation: Length,
    has_top_endpoint: Flag,
    has_bottom_endpoint: Flag,
    endpoint_radius: Length,
    bracket_size: Vec3,
    bracket_exist_angle: Deg,
    bracket_offset: Length,
    bracket_rotation: Deg,
):
    """A ring or a part of one in the plane x = 0, and along y a rod or two stubs for the ball.

    pivot_size: rod or stub: radius, height
    pivot_continuity: whether one rod goes through the ball, else there are two stubs
    pivot_seperation: distance of the stubs' inner ends
    has_top_endpoint: whether the upper end has a knob
    has_bottom_endpoint: whether the lower end has a knob
    endpoint_radius: of the knobs
    bracket_size: ring: outer radius, inner radius, width in x
    bracket_exist_angle: angle covered by the ring, its middle at +z
    bracket_offset: shift of the ring in y
    bracket_rotation: turn of the ring in its plane, from +z upwards
    """
    radius, height = pivot_size
    end = height / 2
    label(radius=radius, height=height, end=end)
    if pivot_continuity:
        yield Cylinder(height, radius)
    else:
        for side in (1, -1):
            yield Cylinder(height, radius).at(y=side * (pivot_seperation / 2 + height / 2))
        end = pivot_seperation / 2 + height
        label(end=end)
    if has_top_endpoint:
        yield Sphere(endpoint_radius).at(y=end + endpoint_radius)
    if has_bottom_endpoint:
        yield Sphere(endpoint_radius).at(y=-end - endpoint_radius)
    outer, inner, width = bracket_size
    label(outer=outer, inner=inner, width=width)
    ring = Ring(width, outer, inner, bracket_exist_angle)
    yield ring.turn(0, bracket_exist_angle / 2 - 90 - bracket_rotation, 90).at(y=bracket_offset)


@template("bracket")
def Tilted_Bracket(
    pivot_size: Vec2, bracket_size: Vec3, circle_thickness: Vec2, circle_rotation: Deg
):
    """Half a ring below in the plane x = 0, a whole one around the ball, perhaps a rod along z.

    pivot_size: rod: radius, length; no rod where the radius is 0
    bracket_size: half ring: outer radius, inner radius, width in x
    circle_thickness: whole ring: inwards from the half ring's inner radius, in height
    circle_rotation: tilt of the whole ring about z
    """
    radius, length = pivot_size
    outer, inner, width = bracket_size
    across, height = circle_thickness
    label(radius=radius, length=length, across=across, height=height)
    label(outer=outer, inner=inner, width=width)
    yield Cylinder(length, radius).turn(x=90)
    yield Ring(width, outer, inner, 180).turn(90, 90)
    yield Ring(height, inner, maximum(inner - across, 0.0)).turn(z=circle_rotation)


@template("bracket")
def Enclosed_Bracket(
    bracket_size: Vec3, circle_radius: Length, circle_thickness: Vec2, half_circle_number: Count
):
    """A level ring around the ball, and one half ring or two crossing ones below it.

    bracket_size: half ring: outer radius, inner radius, width along its axis
    circle_radius: level ring: mean radius
    circle_thickness: level ring: across the ring, in height
    half_circle_number: half rings, 1 or 2
    """
    outer, inner, width = bracket_size
    across, height = circle_thickness
    label(outer=outer, inner=inner, width=width, across=across, height=height)
    half = Ring(width, outer, inner, 180)
    yield half.turn(90, 90)
    if half_circle_number >= 2:
        yield half.turn(90)
    yield Ring(height, circle_radius + across / 2, maximum(circle_radius - across / 2, 0.0))


@template("base")
def Cylindrical_Base(bottom_size: Vec3, top_size: Vec3):
    """Two round or conical pieces, one on the other; the middle of the top is the origin.

    bottom_size: lower piece: top radius, bottom radius, height
    top_size: upper piece: top radius, bottom radius, height
    """
    drop = 0.0
    for top, bottom, height in (top_size, bottom_size):
        label(top=top, bottom=bottom, height=height)
        yield Cylinder(height, top, bottom).at(y=-drop - height / 2)
        drop = drop + height


@template("base")
def Cuboidal_Base(bottom_size: Vec3, top_size: Vec3):
    """Two boxes, one on the other; the middle of the top is the origin.

    bottom_size: lower box, x, y and z
    top_size: upper box, x, y and z
    """
    drop = 0.0
    for length, height, width in (top_size, bottom_size):
        label(length=length, height=height, width=width)
        yield Cuboid(height, length, width).at(y=-drop - height / 2)
        drop = drop + height


@template("base")
def Star_Shaped_Base(top_size: Vec2, sub_size: Vec3, num_legs: Count, tilt_angle: Deg):
    """A post on claws that spread from its foot; the middle of the post's top is the origin.

    top_size: post: radius, height
    sub_size: each claw: width, height, length
    num_legs: claws
    tilt_angle: downward tilt of the claws
    """
    radius, height = top_size
    wide, thick, long = sub_size
    label(radius=radius, height=height, wide=wide, thick=thick, long=long)
    yield Cylinder(height, radius).at(y=-height / 2)
    claw = Cuboid(thick, wide, long).turn(x=tilt_angle)
    out, down = long / 2 * cosd(tilt_angle), long / 2 * sind(tilt_angle)
    for index in range(num_legs):
        placed = claw.at(y=thick / 2 - down - height, z=out)
        yield placed.turn(y=-index * 360 / num_legs)


@template("base")
def Table_Like_Base(
    circle_size: Vec3,
    num_legs: Count,
    leg_size: Vec2,
    leg_seperation: Length,
    has_bottom_part: Flag,
    bottom_size: Vec3,
    bottom_offset: Length,
):
    """A level ring on round legs, perhaps with spokes between; the ring's middle is the origin.

    circle_size: ring: outer radius, inner radius, height
    num_legs: legs
    leg_size: each leg: radius, height
    leg_seperation: distance of the legs from the axis
    has_bottom_part: whether there are spokes
    bottom_size: each spoke: length, height, width
    bottom_offset: height of the spokes' undersides above the feet
    """
    outer, inner, thick = circle_size
    radius, tall = leg_size
    long, high, wide = bottom_size
    label(outer=outer, inner=inner, thick=thick, radius=radius, tall=tall)
    label(long=long, high=high, wide=wide)
    yield Ring(thick, outer, inner)
    for index in range(num_legs):
        angle = -index * 360 / num_legs
        leg = Cylinder(tall, radius).at(leg_seperation, -(thick + tall) / 2, 0)
        yield leg.turn(y=angle)
        if has_bottom_part:
            spoke = Cuboid(high, long, wide)
            yield spoke.at(long / 2, high / 2 + bottom_offset - thick / 2 - tall).turn(y=angle)


@template("base")
def Special_Base(radius: Vec2, top_size: Vec2, top_rotation: Deg):
    """A slanted post that rises from a ring on the floor; the post's upper end is the origin.

    radius: ring on the floor: of its centre line, of its tube
    top_size: post: radius, length
    top_rotation: slant of the post about x
    """
    ring, tube = radius
    thick, long = top_size
    down, back = long * cosd(top_rotation), long * sind(top_rotation)
    label(thick=thick, long=long, down=down, back=back)
    yield Cylinder(long, thick).turn(x=top_rotation).at(y=-down / 2, z=-back / 2)
    yield Torus(ring, tube).at(y=-down, z=ring - back)
