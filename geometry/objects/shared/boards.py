"""Boards: boxes by their size, and the blocks of nine numbers that place each of several."""

from __future__ import annotations

from typing import Annotated

from geometry.maths import Number
from geometry.schema.kinds import Kind, Rows, blocks
from geometry.solids.primitives import Cuboid

Point = tuple[Number, Number, Number]

#: Sizes, position, rotation.
BOARD: tuple[Kind, ...] = ("length",) * 6 + ("degrees",) * 3
AdditionalLegs = Annotated[Rows, blocks(37, BOARD)]


def box(size: Point) -> Cuboid:
    """A plain box of x, y, z size."""
    return Cuboid(size[1], size[0], size[2])


def board(block: tuple[Number, ...]) -> Cuboid:
    """The box of a block of nine, turned and placed: sizes, position, rotation."""
    return box(block[:3]).turn(*block[6:9]).at(*block[3:6])
