"""Clips: two handle plates on spacer blocks, perhaps with a pair of straight or curved jaws.

The hinge runs along x, the handles' free ends point down; positions are added before rotations.
"""

from geometry.maths import cosd, label, maximum, minimum, sind
from geometry.schema.joint import hinge
from geometry.schema.kinds import Deg, Length, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Ring

#: A curved jaw's inner radius in outer radii, at least and at most.
THINNEST, THICKEST = 1e-3, 1 - 1e-6


def _press(level_support_size, level_handle_size, level_handle_rotation):
    """Pressed together, both handles turn upright, each about the outer face of the blocks."""
    z = (level_support_size[2] + level_handle_size[2]) / 2
    limits = 0, level_handle_rotation
    yield hinge((1, 0, 0), (0, 0, z), limits, moves="front")
    back = 0, -level_handle_rotation
    yield hinge((1, 0, 0), (0, 0, -z), back, moves="back", follows=("front", -1))


@template("lever", order="yxz", offset_first=True, joints=_press)
def Regular_lever(
    level_support_size: Vec3,
    level_support_seperation: Length,
    level_handle_size: Vec3,
    level_handle_offset: Length,
    level_handle_rotation: Deg,
):
    """Two handle plates in front and behind, and two spacer blocks side by side between them.

    level_support_size: each block, x, y and z
    level_support_seperation: from the plane x = 0 to each block
    level_handle_size: each plate: x, length, thickness
    level_handle_offset: shift of each plate along its length, positive upwards
    level_handle_rotation: lean of each plate, positive with the upper ends together
    """
    _, _, width = level_support_size
    length, height, thick = level_handle_size
    for side in (-1, 1):
        x = side * (level_support_seperation + level_support_size[0] / 2)
        yield Cuboid(level_support_size[1], level_support_size[0], width).at(x)
    along, lean = level_handle_offset, level_handle_rotation
    y, z = along * cosd(lean), (width + thick) / 2 - along * sind(lean)
    label(length=length, height=height, thick=thick, y=y, z=z)
    yield Cuboid(height, length, thick).turn(x=-lean).at(y=y, z=z).of("front")
    yield Cuboid(height, length, thick).turn(x=lean).at(y=y, z=-z).of("back")


def _jaws(others, separation: float, rotation: float):
    """The joints of a pair of jaws: they open as the handles are pressed together."""
    levers = [piece for piece in others if piece.role == "lever"]
    if levers:
        turn, leader = levers[0].values["level_handle_rotation"], "Regular_lever.front"
    else:
        turn, leader = rotation, "front"
    for name, side in (("front", 1), ("back", -1)):
        follows = (leader, side) if levers or name != leader else None
        pivot = 0, 0, side * separation
        yield hinge((1, 0, 0), pivot, (0, side * turn), moves=name, follows=follows)


def _flat_jaws(jaw_rotation, others):
    yield from _jaws(others, 0, jaw_rotation)


@template("jaw", order="yxz", offset_first=True, joints=_flat_jaws)
def Regular_jaw(size: Vec3, jaw_separation: Length, jaw_rotation: Deg):
    """Two plates, moved apart and then turned about the x axis.

    size: each plate: x, y, thickness
    jaw_separation: from the plane z = 0 to the middle of each plate, before it is turned
    jaw_rotation: lean, positive with the upper ends together
    """
    plate = Cuboid(size[1], size[0], size[2])
    yield plate.at(z=jaw_separation).turn(x=-jaw_rotation).of("front")
    yield plate.at(z=-jaw_separation).turn(x=jaw_rotation).of("back")


def _curved_jaws(jaw_separation, jaw_rotation, others):
    yield from _jaws(others, jaw_separation, jaw_rotation)


@template("jaw", order="yxz", offset_first=True, joints=_curved_jaws)
def Curved_jaw(size: Vec3, central_angle: Deg, jaw_separation: Length, jaw_rotation: Deg):
    """Two arcs that rise from the plane y = 0 and bend towards each other.

    size: outer radius, inner radius, x
    central_angle: angle covered by each arc
    jaw_separation: from the plane z = 0 to the lower end of each arc, at half its thickness
    jaw_rotation: turn of each arc about its lower end, negative outwards
    """
    outer, inner, length = size
    inner = maximum(minimum(inner, THICKEST * outer), THINNEST * outer)
    label(inner=inner)
    middle = (size[0] + inner) / 2
    back = (
        Ring(length, outer, inner, central_angle)
        .turn(180, 90, -90)
        .at(z=middle)
        .turn(x=jaw_rotation)
        .at(z=-jaw_separation)
    )
    # Half a turn about y mirrors it as well, for an arc is alike to both sides of x = 0.
    yield back.of("back")
    yield back.turn(y=180).of("front")
