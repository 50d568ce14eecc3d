"""Knives: a handle with a fixed blade, one that slides out of it, or one that folds into it.

The blade points up, x is the thin direction, z the width of the blade.
"""

from collections.abc import Iterator

from geometry.maths import label, maximum
from geometry.objects.shared.boards import box
from geometry.schema.joint import Joint, Piece, hinge, slide
from geometry.schema.kinds import Deg, Length, Vec2, Vec3, Vec4
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder, Ring

#: How far a cutter's blade comes out at most, as a fraction of the channel in the handle.
REACH = 0.8


@template("handle")
def Cuboidal_Handle(size: Vec3):
    """A box, its middle at the origin.

    size: x, y and z
    """
    yield box(size)


@template("handle")
def T_Shaped_Handle(main_size: Vec3, bottom_size: Vec3, bottom_offset: Vec2):
    """A box with a wider pommel under it; the origin is the middle of the grip.

    main_size: grip, x, y and z
    bottom_size: pommel, x, y and z
    bottom_offset: shift of the pommel in x and z
    """
    yield box(main_size)
    x, z = bottom_offset
    label(x=x, z=z)
    yield box(bottom_size).at(x, -(main_size[1] + bottom_size[1]) / 2, z)


@template("handle")
def Cylindrical_Handle(size: Vec3):
    """A round or conical rod, its middle at the origin.

    size: top radius, bottom radius, height
    """
    top, bottom, height = size
    label(top=top, bottom=bottom, height=height)
    yield Cylinder(height, top, bottom)


@template("handle")
def Curved_Handle(radius: Vec2, thickness: Length, exist_angle: Deg):
    """A flat arc that leaves the origin straight downwards and bends towards +z.

    radius: outer and inner radius of the arc
    thickness: x
    exist_angle: angle covered by the arc
    """
    outer, inner = radius
    label(outer=outer, inner=inner)
    arc = Ring(thickness, outer, inner, exist_angle)
    yield arc.turn(90, 90).at(z=(outer + inner) / 2)


@template("handle")
def Multideck_Handle(
    bottom_size: Vec3, beside_size: Vec3, beside_seperation: Length, beside_offset: Vec2
):
    """Two plates with room for a folding blade between them, joined by a block at the lower end.

    bottom_size: block, x, y and z
    beside_size: each plate, x, y and z
    beside_seperation: distance of the plates' middles in x
    beside_offset: shift of both plates in x and z
    """
    yield box(bottom_size).at(y=-beside_size[1] / 2)
    x, z = beside_offset
    label(x=x, z=z)
    for side in (1, -1):
        yield box(beside_size).at(side * beside_seperation / 2 + x, bottom_size[1] / 2, z)


@template("handle")
def Enveloping_Handle(size: Vec3, thickness: Vec3, gap_width: Length):
    """A channel for a sliding blade, open above, with a slot in front (+x) for its button.

    size: outside, x, y and z
    thickness: of the block at the lower end (in y), of the rear wall (in x), of the side walls
        (in z) and the lips beside the slot (in x)
    gap_width: width of the slot in z
    """
    length, height, width = size
    floor, rear, wall = thickness
    rise, lip = height - floor, maximum((width - gap_width) / 2 - wall, 0.0)
    middle = width / 2 - wall / 2 - (width - gap_width) / 4
    label(length=length, height=height, width=width, floor=floor, rear=rear, wall=wall, rise=rise)
    label(lip=lip, middle=middle)
    yield Cuboid(floor, length, width).at(y=-(height - floor) / 2)
    yield Cuboid(rise, rear, width).at(-(length - rear) / 2, floor / 2)
    for side in (1, -1):
        side_wall = Cuboid(rise, length - rear, wall)
        yield side_wall.at(rear / 2, floor / 2, side * (width - wall) / 2)
    for side in (1, -1):
        yield Cuboid(rise, wall, lip).at((length - wall) / 2, floor / 2, side * middle)


def _blade(
    position: Vec3, rotation: Vec3, root_size: Vec4, tip_length: Length, others: list[Piece]
) -> Iterator[Joint]:
    """Slides in a channel, or turns about its root between two plates."""
    for piece in others:
        if piece.template == "Enveloping_Handle":
            height, floor = piece.values["size"][1], piece.values["thickness"][0]
            out = position[1] - piece.values["position"][1] + height / 2 - floor
            limits = -out, max(REACH * (height - floor), 0.0) - out
            yield slide((0, 1, 0), limits, closed=-out)
            return
        if piece.template == "Multideck_Handle":
            limits = -rotation[0], 180 - rotation[0]
            yield hinge((1, 0, 0), (0, 0, 0), limits, closed=180 - rotation[0])
            return


@template("blade", joints=_blade)
def Cusp_Blade(root_size: Vec4, root_z_offset: Length, tip_length: Length, tip_z_offset: Length):
    """A flat blade that runs out to an edge across it; the origin is the middle of its lower end.

    root_size: thickness (x), length (y), width (z) at the lower and at the upper end
    root_z_offset: shift of the root's upper end in z
    tip_length: length of the tip
    tip_z_offset: shift of the point in z from the middle of the root's upper end
    """
    thick, length, _, top = root_size
    yield _root(root_size, root_z_offset)
    tip = Cuboid(tip_length, thick, 0.0, thick, top, (0.0, tip_z_offset))
    yield tip.at(0, length + tip_length / 2, root_z_offset)


@template("fixed blade")
def Curved_Blade(root_size: Vec4, root_z_offset: Length, tip_length: Length, tip_angle: Deg):
    """A flat blade, straight at the back (-z), the edge curved to the point at its upper end.

    root_size: thickness (x), length (y), width (z) at the lower and at the upper end
    root_z_offset: shift of the root's upper end in z
    tip_length: length of the curved tip
    tip_angle: without effect
    """
    thick, length, _, top = root_size
    yield _root(root_size, root_z_offset)
    tip = Cylinder(thick, tip_length, tip_length, top, top, is_quarter=True)
    yield tip.turn(z=90).at(0, length, root_z_offset - top / 2)


@template("button")
def Regular_Button(size: Vec3):
    """A block on a sliding blade, its middle at the origin.

    size: x, y and z
    """
    yield box(size)


def _root(size, offset) -> Cuboid:
    thick, length, bottom, top = size
    return Cuboid(length, thick, top, thick, bottom, (0.0, offset)).at(y=length / 2)
