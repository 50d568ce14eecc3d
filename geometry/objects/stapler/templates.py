"""Staplers: a base with two cheeks at the rear, between them a hinged magazine under a cover."""

from geometry.maths import label, minimum
from geometry.objects.shared.boards import box
from geometry.schema.joint import hinge
from geometry.schema.kinds import Flag, Length, Vec2, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder, RectangularRing

#: Of the cover: wide open, and as far down as the magazine lets it.
OPEN, SHUT = -125.0, -5.0


@template("body")
def Standard_Body(
    base_size: Vec3,
    beside_size: Vec3,
    beside_seperation: Length,
    beside_offset_z: Length,
    has_shaft: Flag,
    shaft_central_size: Vec2,
    shaft_beside_size: Vec2,
    shaft_offset: Vec2,
):
    """A base plate, two cheeks on its rear, and perhaps the shaft through them.

    base_size: plate, x, y and z; its middle is the origin
    beside_size: each cheek, x, y and z
    beside_seperation: distance of the cheeks' middles in x
    beside_offset_z: from the plate's rear end to the cheeks
    has_shaft: whether there is a shaft
    shaft_central_size: rod of the shaft: radius, length in x
    shaft_beside_size: cap at each end of the rod: radius, length in x
    shaft_offset: shift of the shaft from the cheeks' middle, y and z
    """
    yield box(base_size)
    y = (base_size[1] + beside_size[1]) / 2
    z = (beside_size[2] - base_size[2]) / 2 + beside_offset_z
    label(y=y)
    for side in (1, -1):
        yield box(beside_size).at(side * beside_seperation / 2, y, z)
    if has_shaft:
        radius, length = shaft_central_size
        cap_radius, cap_length = shaft_beside_size
        y, z = y + shaft_offset[0], z + shaft_offset[1]
        label(radius=radius, length=length, cap_radius=cap_radius, cap_length=cap_length, y=y, z=z)
        yield Cylinder(length, radius).turn(z=90).at(y=y, z=z)
        for side in (1, -1):
            cap = Cylinder(cap_length, cap_radius).turn(z=90)
            yield cap.at(side * (length + cap_length) / 2, y, z)


def _cover(rotation):
    """Turns about its lower rear edge."""
    angle = rotation[0]
    yield hinge(
        axis=(1, 0, 0), pivot=(0, 0, 0), limits=(OPEN - angle, SHUT - angle), closed=SHUT - angle
    )


def _magazine(rotation, others):
    """Turns about its lower rear edge, between the base and the cover."""
    angle = rotation[0]
    covers = [piece.values["rotation"][0] for piece in others if piece.role == "cover"]
    limits = min(covers, default=OPEN) - angle, -angle
    yield hinge(axis=(1, 0, 0), pivot=(0, 0, 0), limits=limits, closed=-angle)


@template("cover", joints=_cover)
def Simplified_Cover(size: Vec3):
    """A block; the origin is on its lower rear edge, which is the hinge.

    size: x, y and z
    """
    yield box(size).at(y=size[1] / 2, z=size[2] / 2)


@template("cover", joints=_cover)
def Carved_Cover(outer_size: Vec3, inner_size: Vec3):
    """A block, hollow from below; the origin is on its lower rear edge, which is the hinge.

    outer_size: outside, x, y and z
    inner_size: hollow, x, y and z
    """
    yield from _hollow(outer_size, inner_size)


@template("magazine", joints=_magazine)
def Carved_Magazine(outer_size: Vec3, inner_size: Vec3):
    """A bar, hollow from below; the origin is on its lower rear edge, which is the hinge.

    outer_size: outside, x, y and z
    inner_size: hollow, x, y and z
    """
    yield from _hollow(outer_size, inner_size)


@template("magazine", joints=_magazine)
def Complex_Magazine(
    size: Vec3,
    thickness: Length,
    front_height: Length,
    beside_length: Length,
    beside_offset: Length,
):
    """A channel, open at the top; the origin is on its lower rear edge, which is the hinge.

    size: length in x, height of the rear and side walls, length in z
    thickness: of the floor and all walls
    front_height: height of the front wall
    beside_length: length in z of the side walls
    beside_offset: shift in z of the side walls from the middle
    """
    length, height, width = size
    middle = width / 2
    label(length=length, height=height, width=width, middle=middle)
    yield Cuboid(thickness, length, width).at(y=thickness / 2, z=middle)
    yield Cuboid(height, length, thickness).at(y=height / 2, z=thickness / 2)
    yield Cuboid(front_height, length, thickness).at(y=front_height / 2, z=width - thickness / 2)
    for side in (1, -1):
        wall = Cuboid(height, thickness, beside_length)
        yield wall.at(side * (length - thickness) / 2, height / 2, middle + beside_offset)


def _hollow(outer, inner):
    """A roof and four walls over the front of the origin."""
    length, height, width = outer
    hollow_length, hollow_width = minimum(inner[0], length), minimum(inner[2], width)
    depth = minimum(inner[1], height)
    label(length=length, height=height, width=width, depth=depth)
    yield Cuboid(height - depth, length, width).at(y=(height + depth) / 2, z=width / 2)
    walls = RectangularRing(depth, length, width, hollow_length, hollow_width)
    yield walls.at(y=depth / 2, z=width / 2)
