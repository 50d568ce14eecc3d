"""Handles of doors: on the front and the back of each leaf, opened with it."""

from __future__ import annotations

from collections.abc import Iterator

from geometry.maths import Number, cosd, label, sind
from geometry.objects.door.templates import LEAVES, edge, leaf_hinges
from geometry.schema.joint import Joint, hinge
from geometry.schema.kinds import Deg2, Flags2, Length, Vec2, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder, Solid, Sphere


def _spots(
    existence_of_handle, existence_of_door, door_size
) -> Iterator[tuple[str, int, int, Number, Number]]:
    """Name, side, front (1) or back (-1), x of the leaf's middle, z of its face, per handle."""
    middle = edge(existence_of_door, door_size[0]) - door_size[0] / 2
    for index, (name, side) in enumerate(LEAVES):
        for face, present in zip((-1, 1), existence_of_handle, strict=True):
            if existence_of_door[index] and present:
                yield name, side, face, side * middle, face * door_size[2] / 2


def _opened(solid: Solid, name: str, existence_of_door, door_size, door_rotation) -> Solid:
    """A solid of a shut leaf where its open leaf carries it."""
    index = [known for known, _ in LEAVES].index(name)
    side = LEAVES[index][1]
    at = side * edge(existence_of_door, door_size[0])
    return solid.at(-at).turn(y=side * door_rotation[index]).at(at)


def _rigid(existence_of_door, door_size, door_rotation) -> Iterator[Joint]:
    yield from leaf_hinges(existence_of_door, door_size[0], door_rotation)


def _turning(
    existence_of_door, door_size, door_rotation, x: Number, y: Number, limits: tuple[float, float]
) -> Iterator[Joint]:
    """The leaves, and on each what turns about an axis across it.

    x: of the axis, from the leaf's middle towards the hinge. limits: of a right leaf.
    """
    yield from leaf_hinges(existence_of_door, door_size[0], door_rotation)
    at = edge(existence_of_door, door_size[0])
    for index, (name, side) in enumerate(LEAVES):
        if existence_of_door[index]:
            angle = side * door_rotation[index]
            off = side * (x - door_size[0] / 2)  # from the hinge line
            pivot = (side * at + off * cosd(angle), y, -off * sind(angle))
            axis = (sind(angle), 0, cosd(angle))
            turn = (side * limits[0], side * limits[1])
            moves, leaf = f"{name}_handle", f"{name}_leaf"
            yield hinge(axis, pivot, turn, moves=moves, carried_by=leaf)


def _lever(
    interpiece_offset, offset_x, existence_of_door, door_size, door_rotation
) -> Iterator[Joint]:
    """A lever is pressed down by 45 degrees."""
    settings = existence_of_door, door_size, door_rotation
    yield from _turning(*settings, -offset_x[0], interpiece_offset[1], (-45, 0))


@template("handle", joints=_lever)
def LShape_Handle(
    existence_of_handle: Flags2,
    fixed_part_size: Vec3,
    vertical_movable_size: Vec3,
    horizontal_movable_size: Vec3,
    interpiece_offset: Vec2,
    offset_x: Vec2,
    door_rotation: Deg2,
    existence_of_door: Flags2,
    door_size: Vec3,
):
    """A rose on the leaf, a neck, and a lever that points to the hinge.

    existence_of_handle: whether there is one behind, in front
    fixed_part_size: rose, x, y and z
    vertical_movable_size: neck, x, y and z
    horizontal_movable_size: lever, x, y and z
    interpiece_offset: shift of neck and lever in x and y, not mirrored
    offset_x: distance from the leaf's middle towards its free edge; the second is not used
    door_rotation: how far the left, the right leaf is open
    existence_of_door: whether there is a left leaf, a right leaf
    door_size: of one leaf, x, y and z
    """
    rose, neck, lever = fixed_part_size, vertical_movable_size, horizontal_movable_size
    aside, up = interpiece_offset
    label(aside=aside, up=up)
    leaf = existence_of_door, door_size, door_rotation
    for name, side, face, x, z in _spots(existence_of_handle, existence_of_door, door_size):
        x = x - side * offset_x[0]
        plate = Cuboid(rose[1], rose[0], rose[2]).at(x, 0, z + face * rose[2] / 2)
        yield _opened(plate, name, *leaf).of(name)
        stem = Cuboid(neck[1], neck[0], neck[2])
        stem = stem.at(x + aside, up, z + face * (rose[2] + neck[2] / 2))
        out = x + aside + side * (lever[0] - neck[0]) / 2
        label(z=z, x=x, out=out)
        grip = Cuboid(lever[1], lever[0], lever[2])
        grip = grip.at(out, up, z + face * (rose[2] + neck[2] + lever[2] / 2))
        for solid in (stem, grip):
            yield _opened(solid, name, *leaf).of(f"{name}_handle")


@template("handle", joints=_rigid)
def PiShape_Handle(
    existence_of_handle: Flags2,
    main_size: Vec3,
    sub_size: Vec3,
    separation: Length,
    interpiece_offset: Length,
    offset_x: Vec2,
    door_rotation: Deg2,
    existence_of_door: Flags2,
    door_size: Vec3,
):
    """An upright grip on two feet, the lower one at y = 0.

    existence_of_handle: whether there is one in front, behind (not the other way round)
    main_size: grip, x, y and z
    sub_size: each foot, x, y and z
    separation: gap between the feet
    interpiece_offset: shift of the grip in y
    offset_x: distance from the leaf's middle towards its hinge; the second is not used
    door_rotation: how far the left, the right leaf is open
    existence_of_door: whether there is a left leaf, a right leaf
    door_size: of one leaf, x, y and z
    """
    leaf = existence_of_door, door_size, door_rotation
    behind_first = existence_of_handle[1], existence_of_handle[0]
    for name, side, face, x, z in _spots(behind_first, existence_of_door, door_size):
        x = x + side * offset_x[0]
        foot = Cuboid(sub_size[1], sub_size[0], sub_size[2]).at(x, 0, z + face * sub_size[2] / 2)
        grip = Cuboid(main_size[1], main_size[0], main_size[2])
        y = interpiece_offset + separation / 2 + sub_size[1] / 2
        label(z=z, x=x, y=y)
        grip = grip.at(x, y, z + face * (sub_size[2] + main_size[2] / 2))
        for solid in (foot.at(y=separation + sub_size[1]), foot, grip):
            yield _opened(solid, name, *leaf).of(name)


def _knob(offset_x, existence_of_door, door_size, door_rotation) -> Iterator[Joint]:
    """A knob turns to both sides."""
    settings = existence_of_door, door_size, door_rotation
    yield from _turning(*settings, -offset_x[0], 0.0, (-45, 45))


@template("handle", joints=_knob)
def Cylindrical_Handle(
    existence_of_handle: Flags2,
    fixed_part_size: Vec2,
    sub_size: Vec2,
    main_size: Vec2,
    offset_x: Vec2,
    door_rotation: Deg2,
    existence_of_door: Flags2,
    door_size: Vec3,
):
    """A round rose, a neck, and a round knob.

    existence_of_handle: whether there is one behind, in front
    fixed_part_size: rose: radius, depth
    sub_size: neck: radius, depth
    main_size: knob: radius, depth
    offset_x: distance from the leaf's middle towards its free edge; the second is not used
    door_rotation: how far the left, the right leaf is open
    existence_of_door: whether there is a left leaf, a right leaf
    door_size: of one leaf, x, y and z
    """
    leaf = existence_of_door, door_size, door_rotation
    for name, side, face, x, z in _spots(existence_of_handle, existence_of_door, door_size):
        x = x - side * offset_x[0]
        label(z=z, x=x)
        discs = _stacked((fixed_part_size, sub_size, main_size), face)
        for link, solid in zip((name, *[f"{name}_handle"] * 2), discs, strict=True):
            yield _opened(solid.at(x, 0, z), name, *leaf).of(link)


@template("handle", joints=_knob)
def Spherical_Handle(
    existence_of_handle: Flags2,
    fixed_part_size: Vec2,
    sub_size: Vec2,
    main_size: Vec3,
    offset_x: Vec2,
    door_rotation: Deg2,
    existence_of_door: Flags2,
    door_size: Vec3,
):
    """A round rose, a neck, and an ellipsoid as the knob.

    existence_of_handle: whether there is one behind, in front
    fixed_part_size: rose: radius, depth
    sub_size: neck: radius, depth
    main_size: half axes of the knob; the one in y also says how far out it is
    offset_x: distance from the leaf's middle towards its free edge; the second is not used
    door_rotation: how far the left, the right leaf is open
    existence_of_door: whether there is a left leaf, a right leaf
    door_size: of one leaf, x, y and z
    """
    leaf = existence_of_door, door_size, door_rotation
    for name, side, face, x, z in _spots(existence_of_handle, existence_of_door, door_size):
        x = x - side * offset_x[0]
        label(z=z, x=x)
        rose, neck = _stacked((fixed_part_size, sub_size), face)
        ball = Sphere(main_size[0], radius_y=main_size[1], radius_z=main_size[2])
        ball = ball.at(z=face * (fixed_part_size[1] + sub_size[1] + main_size[1] / 2))
        turning = f"{name}_handle"
        for link, solid in ((name, rose), (turning, neck), (turning, ball)):
            yield _opened(solid.at(x, 0, z), name, *leaf).of(link)


def _stacked(sizes, face: int) -> list[Cylinder]:
    """Round discs (radius, depth) one on the other, away from the leaf."""
    discs, out = [], 0.0
    for radius, depth in sizes:
        discs.append(Cylinder(depth, radius).turn(x=90).at(z=face * (out + depth / 2)))
        out = out + depth
    return discs
