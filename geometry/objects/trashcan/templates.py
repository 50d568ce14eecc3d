"""Waste bins: a square or round body, sometimes in a shell, under one cover."""

from __future__ import annotations

from collections.abc import Iterator

from geometry.maths import label, maximum, minimum, safe_divide
from geometry.objects.shared import vessel
from geometry.schema.joint import Joint, Piece, hinge, slide
from geometry.schema.kinds import Count, Deg, Flags4, Vec2, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder, RectangularRing, Ring

#: How far a lid opens, degrees.
OPEN = 45.0
#: How far a cover without a hinge is lifted, in object-space units.
LIFT = 0.2
#: Pillars that fit on a round cover; more would only repeat them.
MOST_PILLARS = 36


def _flip(rotation) -> Iterator[Joint]:
    """About the lower back edge; negative angles raise the front."""
    low, high = (0.0, OPEN) if rotation[0] > 0 else (-OPEN, 0.0)
    limits = low - rotation[0], high - rotation[0]
    yield hinge((1, 0, 0), (0, 0, 0), limits, closed=-rotation[0])


def _swing(size, position, rotation, others: list[Piece]) -> Iterator[Joint]:
    """A lid in the opening tips to either side about a middle line; one on the rim comes off."""
    bodies = [p.values for p in others if p.role == "body" and "outer_size" in p.values]
    rims = [values["position"][1] + values["outer_size"][2] / 2 for values in bodies]
    if rims and position[1] - size[1] / 2 > max(rims) - 0.001:
        yield slide((0, 1, 0), (0, LIFT))
    else:
        limits = -OPEN - rotation[0], OPEN - rotation[0]
        yield hinge((1, 0, 0), (0, 0, 0), limits, closed=-rotation[0])


def _lift() -> Iterator[Joint]:
    """The cover comes off upwards."""
    yield slide((0, 1, 0), (0, LIFT))


@template("body")
def Prismatic_Body(
    top_size: Vec2, bottom_size: Vec2, height: Vec2, top_offset: Vec2, thickness: Vec3
):
    """A square bin whose walls run down to the ground around a floor plate.

    top_size: outside of the rim, x and z
    bottom_size: outside of the base, x and z
    height: height of the front and of the back; the origin is at half of the back's
    top_offset: shift of the rim against the base, x and z
    thickness: walls on the x sides, walls on the z sides, floor
    """
    (top_x, top_z), (base_x, base_z) = top_size, bottom_size
    front, back = height
    wall_x, wall_z, floor = thickness
    inner_x, inner_z = top_x - 2 * wall_x, top_z - 2 * wall_z
    floor_x, floor_z = base_x - 2 * wall_x, base_z - 2 * wall_z
    yield RectangularRing(
        front_height=front,
        outer_top_length=top_x,
        outer_top_width=top_z,
        inner_top_length=inner_x,
        inner_top_width=inner_z,
        outer_bottom_length=base_x,
        outer_bottom_width=base_z,
        inner_bottom_length=floor_x,
        inner_bottom_width=floor_z,
        back_height=back,
        top_bottom_offset=top_offset,
    ).at(y=(front - back) / 2)
    fraction = safe_divide(floor, front, otherwise=1)
    label(top_x=top_x, top_z=top_z, base_x=base_x, base_z=base_z, front=front, back=back)
    label(wall_x=wall_x, wall_z=wall_z, floor=floor, inner_x=inner_x, inner_z=inner_z)
    label(floor_x=floor_x, floor_z=floor_z, share=fraction)
    yield Cuboid(
        height=floor,
        top_length=inner_x * fraction + floor_x * (1 - fraction),
        top_width=inner_z * fraction + floor_z * (1 - fraction),
        bottom_length=floor_x,
        bottom_width=floor_z,
        top_offset=(top_offset[0] * fraction, top_offset[1] * fraction),
    ).at(y=(floor - back) / 2)


Cylindrical_Body = template("body")(vessel.Cylindrical_Body)


@template("body")
def Separated_Cylindrical_Body(outer_size: Vec3, inner_size: Vec3, clapboard_size: Vec3):
    """A round bin with an upright board on its floor that parts it in two.

    outer_size: outer top radius, outer bottom radius, total height
    inner_size: cavity radius at the top, cavity radius at its floor, cavity depth
    clapboard_size: x, y and z size of the board
    """
    length, tall, width = clapboard_size
    label(length=length, tall=tall, width=width)
    floor = outer_size[2] / 2 - inner_size[2]
    yield from Cylindrical_Body(outer_size, inner_size)
    yield Cuboid(tall, length, width).at(y=floor + tall / 2)


@template("shell")
def Cuboidal_Shell(outer_size: Vec3, inner_size: Vec2):
    """A square tube around the bin, open above and below.

    outer_size: outside, x, y and z
    inner_size: opening, x and z
    """
    x, y, z = outer_size
    label(x=x, y=y, z=z)
    yield RectangularRing(y, x, z, *inner_size)


@template("shell")
def Cylindrical_Shell(outer_size: Vec3, inner_size: Vec2):
    """A round tube around the bin, open above and below.

    outer_size: outer radius at the top and at the bottom, height
    inner_size: inner radius at the top and at the bottom
    """
    top, bottom, height = outer_size
    inner_top, inner_bottom = inner_size
    label(top=top, bottom=bottom, height=height, inner_top=inner_top, inner_bottom=inner_bottom)
    yield Ring(
        height=height,
        outer_top_radius=top,
        inner_top_radius=inner_top,
        outer_bottom_radius=bottom,
        inner_bottom_radius=inner_bottom,
    )


@template("cover", joints=_flip)
def Cuboidal_Cover(top_size: Vec2, bottom_size: Vec2, height: Vec2, top_offset: Vec2):
    """A solid lid, hinged at the x axis, which is its lower back edge.

    top_size: upper face, x and z
    bottom_size: lower face, x and z
    height: height of the front and of the back
    top_offset: shift of the upper face against the lower, x and z
    """
    front, back = height
    label(front=front, back=back)
    yield Cuboid(front, *top_size, *bottom_size, top_offset=top_offset, back_height=back).at(
        y=front / 2, z=bottom_size[1] / 2
    )


@template("cover", joints=_flip)
def Double_Layer_Cuboidal_Cover(top_size: Vec3, bottom_size: Vec3, top_offset: Vec2):
    """A lid of two slabs, hinged at the x axis, which is its lower back edge.

    top_size: upper slab, x, y and z
    bottom_size: lower slab, x, y and z
    top_offset: shift of the upper slab's middle, x and z
    """
    x, y, z = bottom_size
    top_x, top_y, top_z = top_size
    label(x=x, y=y, z=z, top_x=top_x, top_y=top_y, top_z=top_z)
    yield Cuboid(y, x, z).at(y=y / 2, z=z / 2)
    yield Cuboid(top_y, top_x, top_z).at(top_offset[0], y + top_y / 2, z / 2 + top_offset[1])


@template("cover", joints=_lift)
def Cuboidal_Hollow_Cover(outer_size: Vec3, inner_size: Vec2, inner_offset: Vec2):
    """A flat frame with a rectangular hole; its lower face is at y = 0.

    outer_size: outside, x, y and z
    inner_size: hole, x and z
    inner_offset: shift of the hole, x and z
    """
    x, y, z = outer_size
    label(x=x, y=y, z=z)
    yield RectangularRing(y, x, z, *inner_size, inner_offset=inner_offset).at(y=y / 2)


@template("cover", joints=_lift)
def Holed_Cuboidal_Cover(
    outer_size: Vec3,
    inner_size: Vec3,
    front_behind_hole_size: Vec2,
    left_right_hole_size: Vec2,
    has_hole: Flags4,
):
    """A hood, open below, with a slot in any of its walls; the rim is at y = 0.

    outer_size: outside, x, y and z
    inner_size: cavity, x, y and z
    front_behind_hole_size: slot in the front and in the back wall, x and y
    left_right_hole_size: slot in the left and in the right wall, z and y
    has_hole: whether the front, back, left, right wall has a slot
    """
    x, y, z = outer_size
    inner_x, wall, inner_z = inner_size[0], minimum(inner_size[1], y), inner_size[2]
    thick_x, thick_z = (x - inner_x) / 2, (z - inner_z) / 2
    middle_x, middle_z = (x + inner_x) / 4, (z + inner_z) / 4
    yield Cuboid(y - wall, x, z).at(y=(y + wall) / 2)
    slot, high = minimum(front_behind_hole_size[0], x), minimum(front_behind_hole_size[1], wall)
    label(x=x, y=y, z=z, wall=wall, thick_x=thick_x, thick_z=thick_z, middle_x=middle_x)
    label(middle_z=middle_z, slot=slot, high=high)
    for holed, at_z in zip(has_hole[:2], (middle_z, -middle_z), strict=True):
        if not holed:
            yield Cuboid(wall, x, thick_z).at(y=wall / 2, z=at_z)
            continue
        for side in (-1, 1):
            yield Cuboid(wall, (x - slot) / 2, thick_z).at(side * (x + slot) / 4, wall / 2, at_z)
        yield Cuboid(wall - high, slot, thick_z).at(0, (wall + high) / 2, at_z)
    slot, high = minimum(left_right_hole_size[0], inner_z), minimum(left_right_hole_size[1], wall)
    label(slot=slot, high=high)
    for holed, at_x in zip(has_hole[2:], (-middle_x, middle_x), strict=True):
        if not holed:
            yield Cuboid(wall, thick_x, inner_z).at(at_x, wall / 2)
            continue
        for side in (-1, 1):
            post = Cuboid(wall, thick_x, (inner_z - slot) / 2)
            yield post.at(at_x, wall / 2, side * (inner_z + slot) / 4)
        # As thick as the front wall: the format has it so.
        yield Cuboid(wall - high, thick_z, slot).at(at_x, (wall + high) / 2)


@template("cover", joints=_swing)
def Cylindrical_Cover(size: Vec2):
    """A disc, flat or tipped about its middle like a swing lid.

    size: radius, height
    """
    yield from vessel.Single_Cylinder(size)


@template("cover", joints=_lift)
def Cylindrical_Hollow_Cover(size: Vec3):
    """A flat ring; its lower face is at y = 0.

    size: outer radius, inner radius, height
    """
    outer, inner, height = size
    label(outer=outer, inner=inner, height=height)
    yield Ring(height, outer, inner).at(y=height / 2)


@template("cover", joints=_lift)
def Holed_Cylindrical_Cover(radius: Vec2, height: Vec3, exist_angle: Deg, num_sides: Count):
    """A round cap with a collar, on pillars that stand at y = 0.

    radius: outer and inner radius of collar and pillars
    height: collar and top disc together, collar, pillars
    exist_angle: angle that a pillar covers
    num_sides: number of pillars
    """
    outer, inner = radius
    cap, collar, pillar = height
    number = min(max(num_sides, 0), MOST_PILLARS)
    for index in range(number):
        post = Ring(pillar, outer, inner, exist_angle)
        yield post.turn(y=index * 360 / number).at(y=pillar / 2)
    disc = maximum(cap - collar, 0.0)
    label(outer=outer, inner=inner, cap=cap, collar=collar, pillar=pillar, disc=disc)
    yield Cylinder(disc, outer).at(y=pillar + collar + disc / 2)
    yield Ring(collar, outer, inner).at(y=pillar + collar / 2)
