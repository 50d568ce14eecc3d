"""Boards: boxes by their size, blocks of nine numbers that place each of several, and frames."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from geometry.maths import Number, label
from geometry.schema.kinds import Kind, Rows, Vec2, Vec3, blocks
from geometry.solids.primitives import Cuboid, RectangularRing

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


def frame(size: Vec3, inner_size: Vec2, inner_outer_offset: Vec2) -> Iterator[RectangularRing]:
    """An upright frame, its middle at the origin.

    size: outside, x, y and z
    inner_size: opening, x and y
    inner_outer_offset: shift of the opening in x and y
    """
    wide, high, deep = size
    x, y = inner_outer_offset
    label(wide=wide, high=high, deep=deep, x=x, y=y)
    yield RectangularRing(deep, wide, high, *inner_size, inner_offset=(x, -y)).turn(x=90)
