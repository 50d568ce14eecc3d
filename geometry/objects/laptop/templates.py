"""Laptops: a base slab and a screen hinged at its rear edge, perhaps with pieces of the hinge."""

from geometry.maths import cosd, label, sind
from geometry.schema.joint import hinge
from geometry.schema.kinds import Count, Deg, Length, Vec2, Vec3, Vec4
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder


@template("base")
def Regular_Base(size: Vec3):
    """The slab with the keyboard, its middle at the origin.

    size: x, y and z
    """
    yield Cuboid(size[1], size[0], size[2])


def _lid(size, offset, screen_rotation):
    """Turns about the lower front edge, from as far back as upright is from shut, to shut."""
    tilt, (_, height, thick) = screen_rotation, size
    y = offset[0] - thick / 2 * sind(tilt)
    z = offset[1] - height / 2 * sind(tilt) + thick / 2 * cosd(tilt)
    limits = -90 - tilt, 90 - tilt
    stated = ("screen_rotation", 0)
    yield hinge((1, 0, 0), (0, y, z), limits, closed=90 - tilt, number=stated)


@template("screen", joints=_lid)
def Regular_Screen(size: Vec3, offset: Vec2, screen_rotation: Deg):
    """The lid with the screen, in the frame of the base.

    size: length in x, height along the lid, thickness
    offset: y of the lower edge, z of the middle (not of the edge)
    screen_rotation: tilt; 0 is upright, 90 shut, below 0 opened beyond upright
    """
    length, height, thick = size
    label(length=length, height=height, thick=thick)
    yield (
        Cuboid(height, length, thick)
        .turn(x=screen_rotation)
        .at(y=offset[0] + height / 2 * cosd(screen_rotation), z=offset[1])
    )


@template("connector")
def Cuboidal_Connector(
    number_of_connector: Count, size: Vec3, separation: Vec4, offset: Vec3, connector_rotation: Deg
):
    """A row of blocks along the hinge, each turned about its own middle.

    number_of_connector: blocks
    size: of a block, x, y and z
    separation: gaps between neighbours, from -x on; 0 beyond the fourth
    offset: x of the row's left end, y and z of the blocks' middle
    connector_rotation: turn of a block about x
    """
    for x in _middles(number_of_connector, size[0], separation):
        label(x=x)
        block = Cuboid(size[1], size[0], size[2]).turn(x=connector_rotation)
        yield block.at(x, 0, 0).at(*offset)


@template("connector")
def Cylindrical_Connector(number_of_connector: Count, size: Vec2, separation: Vec4, offset: Vec3):
    """A row of rods along the hinge.

    number_of_connector: rods
    size: radius, length in x
    separation: gaps between neighbours, from -x on; 0 beyond the fourth
    offset: x of the row's left end, y and z of the axis
    """
    radius, length = size
    label(radius=radius, length=length)
    for x in _middles(number_of_connector, length, separation):
        label(x=x)
        yield Cylinder(length, radius).turn(z=90).at(x, 0, 0).at(*offset)


def _middles(number: int, length: Length, gaps):
    """x of the middle of each piece of a row that starts at 0."""
    start = 0.0
    for index in range(number):
        yield start + length / 2
        start = start + length + (gaps[index] if index < len(gaps) else 0.0)
