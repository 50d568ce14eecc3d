"""What tables carry below and on top: shelves, boards, a screen, doors, drawers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from geometry.maths import Number, cosd, label, sind
from geometry.objects.shared.boards import BOARD, board, box
from geometry.schema.joint import Joint, hinge, slide
from geometry.schema.kinds import (
    Count,
    Flags3,
    Kind,
    Length,
    Rows,
    Vec2,
    Vec3,
    blocks,
)
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder

#: Of a block of doors: body, handle; of drawers: box, handle, how many, places.
DOOR: tuple[Kind, ...] = (
    ("length",) * 6 + ("degrees",) + ("length",) * 2 + ("degrees",) + ("length",) * 3
)
DRAWER: tuple[Kind, ...] = (
    ("length",) * 10 + ("count",) + ("length",) * 3 + ("degrees",) + ("length",) * 6
)
AdditionalBoards37 = Annotated[Rows, blocks(37, BOARD)]
AdditionalBoards178 = Annotated[Rows, blocks(178, BOARD)]
Doors = Annotated[Rows, blocks(52, DOOR, "number_of_door")]
Drawers = Annotated[Rows, blocks(239, DRAWER, "number_of_drawer")]


@template("sublayer")
def Regular_sublayer(
    number_of_subs: Count,
    subs_size: Vec3,
    subs_offset: Length,
    interval_between_subs: Length,
    position: Vec3,
    additional_sublayers_params: AdditionalBoards178,
):
    """Rectangular shelves one above the other, and boards anywhere.

    number_of_subs: shelves
    subs_size: x, y, z of a shelf
    subs_offset: y of the first shelf's middle
    interval_between_subs: y step to the next shelf
    position: of the template, from which the additional boards do not move
    additional_sublayers_params: count, then x, y, z size, position, rotation of each board
    """
    for i in range(number_of_subs):
        yield box(subs_size).at(y=subs_offset + i * interval_between_subs)
    x, y, z = position
    label(x=x, y=y, z=z)
    for block in additional_sublayers_params:
        yield board(block).at(-x, -y, -z)


@template("sublayer")
def Cylindrical_sublayer(
    number_of_subs: Count,
    subs_size: Vec2,
    subs_offset: Length,
    interval_between_subs: Length,
    additional_sublayers_params: AdditionalBoards37,
):
    """Round shelves one above the other, and boards that move with them.

    number_of_subs: shelves
    subs_size: radius and height of a shelf
    subs_offset: y of the first shelf's middle
    interval_between_subs: y step to the next shelf
    additional_sublayers_params: count, then x, y, z size, position, rotation of each board
    """
    radius, height = subs_size
    label(radius=radius, height=height)
    for i in range(number_of_subs):
        yield Cylinder(height, radius).at(y=subs_offset + i * interval_between_subs)
    for block in additional_sublayers_params:
        yield board(block)


@template("backboard")
def Regular_backboard(size: Vec3):
    """A board that hangs from the origin.

    size: x, y, z
    """
    yield box(size).at(y=-size[1] / 2)


@template("partition")
def Regular_partition(
    has_partition: Flags3, left_right_size: Vec3, rear_size: Vec2, left_right_separation: Length
):
    """A low screen standing on the top, behind and beside the user.

    has_partition: right (+x), rear, left (-x) board
    left_right_size: x, y, z of a side board
    rear_size: y, z of the rear board
    left_right_separation: clear distance of the side boards
    """
    thickness, height, width = left_right_size
    rear_height, rear_width = rear_size
    right, rear, left = has_partition
    x = (left_right_separation + thickness) / 2
    label(thickness=thickness, height=height, width=width, rear_height=rear_height)
    label(rear_width=rear_width, x=x)
    if right:
        yield box(left_right_size).at(x, height / 2)
    if rear:
        board_between = Cuboid(rear_height, left_right_separation + 2 * thickness, rear_width)
        yield board_between.at(y=rear_height / 2, z=-(width + rear_width) / 2)
    if left:
        yield box(left_right_size).at(-x, height / 2)


def leaf_hinges(doors_params: tuple[tuple[float, ...], ...]) -> Iterator[Joint]:
    """Each door of a block array about its upright edge away from the handle; shut is 0 degrees."""
    for number, block in enumerate(doors_params, 1):
        width, along, turn, (x, top, z) = block[0], block[7], block[9], block[10:13]
        on_right = turn > 0 or (turn == 0 and along < 0)
        edge = width / 2 if on_right else -width / 2
        pivot = (x + edge * cosd(turn), top, z - edge * sind(turn))
        opened = max(90.0, turn) if on_right else min(-90.0, turn)
        yield hinge((0, 1, 0), pivot, (-turn, opened - turn), f"door_{number}", closed=-turn)


@template("door", joints=leaf_hinges)
def Regular_door(number_of_door: Count, doors_params: Doors):
    """Doors, each turned about its own upright middle line; offsets hold the hinge in place.

    number_of_door: doors
    doors_params: per door: x, y, z; handle x, y, z, turn about z, offset along the door and in y;
        turn of the door about y; place of its upper edge's middle
    """
    for number, block in enumerate(doors_params, 1):
        size, handle, handle_turn, (along, up) = block[:3], block[3:6], block[6], block[7:9]
        turn, (x, top, z) = block[9], block[10:13]
        y = top - size[1] / 2
        link = f"door_{number}"
        yield box(size).turn(y=turn).at(x, y, z).of(link)
        # The handle starts at the door's middle plane, not at its front.
        out = handle[2] / 2
        label(y=y, out=out)
        yield (
            box(handle)
            .turn(0, turn, handle_turn)
            .at(x + along * cosd(turn) + out * sind(turn), y + up, z)
            .at(z=out * cosd(turn) - along * sind(turn))
            .of(link)
        )


def drawer_slides(drawers_params: tuple[tuple[float, ...], ...]) -> Iterator[Joint]:
    """Each drawer of a block array along z, nearly out, and in to where the others are shut."""
    shut = min((block[20] - block[2] / 2 for block in drawers_params), default=0.0)
    for number, block in enumerate(drawers_params, 1):
        width, z = block[2], block[20]
        out = z - width / 2 - shut
        limits = -out, max(0.8 * width - out, 0.1 * width)
        stated = "drawers_params", (number - 1) * len(block) + 20
        yield slide((0, 0, 1), limits, f"drawer_{number}", closed=-out, number=stated)


@template("drawer", joints=drawer_slides)
def Regular_drawer(number_of_drawer: Count, drawers_params: Drawers):
    """Drawers: open boxes with a front panel and handles.

    number_of_drawer: drawers
    drawers_params: per drawer: box x, y, z without the bottom; bottom's thickness; front panel x,
        y, z and its lift; thickness of the side walls, of the rear and front wall; number of
        handles, handle x, y, z, turn about z, offset (used for x and y), unused, distance of two
        handles; place of the box: middle in x and z, top in y
    """
    for number, block in enumerate(drawers_params, 1):
        yield from (solid.of(f"drawer_{number}") for solid in _drawer(block))


def _drawer(block: tuple[Number, ...]) -> Iterator[Cuboid]:
    """One drawer of a block."""
    (length, height, width), bottom = block[:3], block[3]
    panel, lift, side_wall, end_wall = block[4:7], block[7], block[8], block[9]
    handles, handle, handle_turn, offset = block[10], block[11:14], block[14], block[15]
    apart, (x, top, z) = block[17], block[18:21]
    middle = top - height / 2
    label(middle=middle)
    for side in (-1, 1):
        wall = Cuboid(height, side_wall, width)
        yield wall.at(x + side * (length - side_wall) / 2, middle, z)
    for end in (1, -1):
        wall = Cuboid(height, length - 2 * side_wall, end_wall)
        yield wall.at(x, middle, z + end * (width - end_wall) / 2)
    yield Cuboid(bottom, length, width).at(x, top - height - bottom / 2, z)
    yield box(panel).at(x, middle + lift, z + (width + panel[2]) / 2)
    for side in (1, -1) if handles == 2 else (0,) * handles:
        # Lifted by the x offset; half a panel in front of it, whatever the handle's own z.
        grip = box(handle).turn(z=handle_turn)
        yield grip.at(
            x + offset + side * apart / 2, middle + offset, z + (width + 3 * panel[2]) / 2
        )
