"""Tables and desks: the tops, and what the files of legs and of storage build on."""

from __future__ import annotations

from geometry.primitives import Cuboid, Cylinder
from geometry.registry import Category
from geometry.units import Number, Vec2, Vec3

Point = tuple[Number, Number, Number]

table = Category("Table", fixed=("desktop", "leg", "sublayer", "backboard", "partition"))


@table.template("desktop")
def Regular_desktop(size: Vec3):
    """A rectangular top, its middle at the origin.

    size: x, y, z
    """
    yield box(size)


@table.template("desktop")
def Cylindrical_desktop(size: Vec2):
    """A round top, its middle at the origin.

    size: radius, height
    """
    radius, height = size
    yield Cylinder(height, radius)


def box(size: Point) -> Cuboid:
    """A plain box of x, y, z size."""
    return Cuboid(size[1], size[0], size[2])


def board(block: tuple[Number, ...]) -> Cuboid:
    """The box of a block of nine, turned and placed: sizes, position, rotation."""
    return box(block[:3]).turn(*block[6:9]).at(*block[3:6])


# Registered in this order: legs, then what is below and on top, and the sampler.
from geometry.templates import table_leg, table_sample, table_storage  # noqa: E402, F401
