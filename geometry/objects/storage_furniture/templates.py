"""Cabinets, wardrobes, bookcases: a carcass of shelves and dividers, doors, drawers, panels, legs.

The carcass is closed behind and open in front; its middle is the origin of all its parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from geometry.maths import Number, cosd, label, sind, where
from geometry.objects.shared.boards import BOARD, AdditionalLegs, Point, board, box
from geometry.schema.joint import Joint, Piece, hinge, slide
from geometry.schema.kinds import (
    Count,
    Flag,
    Length,
    Rows,
    Vec2,
    Vec3,
    blocks,
)
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid

Block = tuple[Number, ...]

AdditionalBoards = Annotated[Rows, blocks(179, BOARD)]
DividerRows = Annotated[
    Rows, blocks(92, ("count",) + ("length",) * 4, "WHOLE_number_of_layer", more=1)
]
LayerIntervals = Annotated[Rows, blocks(12, ("length",), "WHOLE_number_of_layer", more=-1)]
CabinetDoors = Annotated[
    Rows, blocks(96, ("length",) * 8 + ("degrees",) + ("length",) * 3, "number_of_door")
]
CabinetDrawers = Annotated[
    Rows, blocks(220, ("length",) * 10 + ("count",) + ("length",) * 9, "number_of_drawer")
]
FrontPanels = Annotated[Rows, blocks(54, ("length",) * 6, "number_of_frontPanel")]

#: A leg frame that is no larger than this in x and z is left out.
NO_LEG = 0.01
#: How far a drawer comes out, in depths of its box.
PULLED_OUT = 0.9


@template("body")
def Storagefurniture_body(
    size: Vec3,
    back_size: Length,
    left_right_inner_size: Length,
    base_size: Length,
    has_lid: Flag,
    lid_size: Vec3,
    lid_offset: Vec3,
    WHOLE_number_of_layer: Count,
    WHOLE_layer_sizes: Length,
    WHOLE_layer_offset: Length,
    WHOLE_interval_between_layers: LayerIntervals,
    storagefurniture_layers_params: DividerRows,
    additional_layers_params: AdditionalBoards,
    position: Vec3,
):
    """Sides, back, base and perhaps a lid, shelves from side to side, upright dividers, boards.

    size: x, y, z of the whole
    back_size: thickness of the back
    left_right_inner_size: thickness of each side
    base_size: thickness of the base
    has_lid: whether there is a board on top
    lid_size: x, y, z of the lid
    lid_offset: shift of the lid from its place on top of the sides
    WHOLE_number_of_layer: shelves from side to side, at most 13
    WHOLE_layer_sizes: thickness of a shelf
    WHOLE_layer_offset: from the upper edge down to the first shelf's middle
    WHOLE_interval_between_layers: step k times k leads from the first shelf to the one k below it
    storagefurniture_layers_params: per row between shelves: dividers, their x and z, from the left
        side's inside to the first one's middle, step to the next
    additional_layers_params: count, then x, y, z size, position, rotation of each board
    position: of the template, from which the additional boards do not move
    """
    (length, height, width), side, base = size, left_right_inner_size, base_size
    inside = length - 2 * side
    for end in (-1, 1):
        yield Cuboid(height, side, width).at(end * (length - side) / 2)
    yield Cuboid(height, length, back_size).at(z=(back_size - width) / 2)
    yield Cuboid(base, inside, width).at(y=(base - height) / 2)
    if has_lid:
        lid = box(lid_size).at(y=(height + lid_size[1]) / 2, z=back_size / 2)
        yield lid.at(*lid_offset)
    steps = [step for (step,) in WHOLE_interval_between_layers]
    number = min(max(WHOLE_number_of_layer, 0), 1 + len(steps))
    # Steps are not added up: the shelf k below the first one is k times step k lower.
    depths = [WHOLE_layer_offset + k * (0, *steps)[k] for k in range(number)]
    for depth in depths:
        yield Cuboid(WHOLE_layer_sizes, inside, width).at(y=height / 2 - depth)
    spans = _spans(height, base, WHOLE_layer_sizes, depths, steps)
    for (bottom, top), row in zip(spans, storagefurniture_layers_params, strict=False):
        dividers, thick, deep, first, step = row
        for k in range(dividers):
            there = (top > bottom) & (thick > 0) & (deep > 0)
            label(bottom=bottom, top=top, there=there)
            divider = _box_if(there, (thick, top - bottom, deep))
            yield divider.at(first + k * step + side - length / 2, (bottom + top) / 2)
    x, y, z = position
    label(length=length, height=height, width=width, inside=inside, x=x, y=y, z=z)
    for block in additional_layers_params:
        yield board(block).at(-x, -y, -z)


def _box_if(there: Any, size: Point) -> Cuboid:
    """A box of x, y, z size, or one without a size."""
    x, y, z = size
    return box((where(there, x, 0.0), where(there, y, 0.0), where(there, z, 0.0)))


def _spans(
    height: Number, base: Number, shelf: Number, depths: list[Number], steps: list[Number]
) -> list[tuple[Number, Number]]:
    """Where the dividers of each row begin and end in y; those between shelves cut into one."""
    floor, roof, half = base - height / 2, height / 2, shelf / 2
    if not depths:
        return [(floor, roof)]
    first = roof - depths[0] + half, roof
    last = floor, roof - depths[-1] - half
    between = [
        (roof - depth, roof - depth + step) for depth, step in zip(depths[1:], steps, strict=False)
    ]
    return [first, *between, last]


@template("leg")
def Enclosed_leg(size: Vec3, inner_sizes: Vec2, additional_legs_params: AdditionalLegs):
    """A frame of four boards as a plinth, and boards anywhere.

    size: x, y, z of the frame; none where x and z are at most 0.01
    inner_sizes: thickness of the boards at the sides, in front and behind
    additional_legs_params: count, then x, y, z size, position, rotation of each board
    """
    length, height, width = size
    across, along = inner_sizes
    there = (length > NO_LEG) | (width > NO_LEG)
    label(length=length, height=height, width=width, across=across, along=along, there=there)
    for end in (-1, 1):
        yield _box_if(there, (across, height, width)).at(end * (length - across) / 2)
    for end in (-1, 1):
        yield _box_if(there, (length, height, along)).at(z=end * (width - along) / 2)
    for block in additional_legs_params:
        yield board(block)


def _leaves(doors_params: tuple[Block, ...], others: list[Piece]) -> Iterator[Joint]:
    """Each door about the edge it is open at, or away from its handle; sliding ones along x."""
    bodies = [piece.values for piece in others if piece.role == "body"]
    for number, block in enumerate(doors_params, 1):
        name, width, along = f"door_{number}", block[0], block[6]
        turn, (x, y, z) = block[8], block[9:12]
        if any(_overlap(block, other) for other in doors_params):
            room = width / 2
            if bodies:
                size, side = bodies[0]["size"], bodies[0]["left_right_inner_size"]
                room = (size[0] - width) / 2 - side
            yield slide((1, 0, 0), (-room - x, room - x), name)
            continue
        on_right = turn > 0 or (turn == 0 and along < 0)
        edge = width / 2 if on_right else -width / 2
        pivot = x + edge * cosd(turn), y, z - edge * sind(turn)
        opened = max(90.0, turn) if on_right else min(-90.0, turn)
        yield hinge((0, 1, 0), pivot, (-turn, opened - turn), name, closed=-turn)


def _overlap(door: Block, other: Block) -> bool:
    """Whether two closed doors are one in front of the other, as sliding ones are."""
    aside = abs(door[9] - other[9]) < 0.98 * (door[0] + other[0]) / 2
    level = abs(door[10] - other[10]) < 0.9 * (door[1] + other[1]) / 2
    return door[8] == other[8] == 0 and door is not other and aside and level


@template("door", joints=_leaves)
def Regular_door(number_of_door: Count, doors_params: CabinetDoors):
    """Doors, each turned about its own upright middle line; its place keeps the hinge on the body.

    number_of_door: doors
    doors_params: per door: x, y, z; handle x, y, z, its place along the door and in y; turn about
        y; middle
    """
    for number, block in enumerate(doors_params, 1):
        size, handle, (along, up), turn, (x, y, z) = (
            block[:3],
            block[3:6],
            block[6:8],
            block[8],
            block[9:12],
        )
        door = box(size).turn(y=turn)
        # The handle starts at the door's middle plane, not at its front.
        grip = box(handle).at(along, up, handle[2] / 2).turn(y=turn)
        yield door.at(x, y, z).of(f"door_{number}")
        yield grip.at(x, y, z).of(f"door_{number}")


def _pulls(drawers_params: tuple[Block, ...], others: list[Piece]) -> Iterator[Joint]:
    """Each drawer along z, from where its front is at the body's, nearly its depth out."""
    bodies = [piece.values["size"] for piece in others if piece.role == "body"]
    for number, block in enumerate(drawers_params, 1):
        width, z = block[2], block[19]
        shut = (bodies[0][2] - width) / 2 if bodies else z
        limits = shut - z, shut - z + PULLED_OUT * width
        stated = "drawers_params", (number - 1) * len(block) + 19
        yield slide((0, 0, 1), limits, f"drawer_{number}", closed=shut - z, number=stated)


@template("drawer", joints=_pulls)
def Regular_drawer(number_of_drawer: Count, drawers_params: CabinetDrawers):
    """Drawers: open boxes with a board in front of each and handles on that.

    number_of_drawer: drawers
    drawers_params: per drawer: box x, y, z without its bottom; the bottom's thickness; front board
        x, y, z and its lift; thickness of the side walls, of the front and rear wall; number of
        handles, handle x, y, z, its place in x and y, distance of two handles; middle of the box
    """
    for number, block in enumerate(drawers_params, 1):
        yield from (solid.of(f"drawer_{number}") for solid in _drawer(block))


def _drawer(block: Block) -> Iterator[Cuboid]:
    (length, height, width), bottom, front, lift = block[:3], block[3], block[4:7], block[7]
    side_wall, end_wall, handles, handle, (aside, up) = *block[8:11], block[11:14], block[14:16]
    apart, middle = block[16], block[17:20]
    for end in (-1, 1):
        wall = Cuboid(height, side_wall, width)
        yield wall.at(end * (length - side_wall) / 2).at(*middle)
    for end in (1, -1):
        wall = Cuboid(height, length - 2 * side_wall, end_wall)
        yield wall.at(z=end * (width - end_wall) / 2).at(*middle)
    yield Cuboid(bottom, length, width).at(y=-(height + bottom) / 2).at(*middle)
    yield box(front).at(y=lift, z=(width + front[2]) / 2).at(*middle)
    for end in (1, -1) if handles == 2 else (0,) * handles:
        # Half a front board before the board, whatever the handle's own z.
        grip = box(handle).at(aside + end * apart / 2, up, (width + 3 * front[2]) / 2)
        yield grip.at(*middle)


@template("panel")
def Regular_front_panel(number_of_frontPanel: Count, frontPanel_params: FrontPanels):
    """Boards that close a part of the front.

    number_of_frontPanel: boards
    frontPanel_params: per board: x, y, z size, then its middle
    """
    for block in frontPanel_params:
        yield box(block[:3]).at(*block[3:6])
