"""Open vessels and discs whose solids several categories share; each category registers them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from geometry.maths import Number, label, minimum, safe_divide, sqrt
from geometry.schema.kinds import Vec2, Vec3
from geometry.solids.primitives import Cuboid, Cylinder, RectangularRing, Ring


def Cylindrical_Body(outer_size: Vec3, inner_size: Vec3):
    """A round vessel, open at the top; the origin is at half its height.

    outer_size: outer top radius, outer bottom radius, total height
    inner_size: cavity radius at the top, cavity radius at its floor, cavity depth
    """
    top, bottom, height = outer_size
    cavity_top, cavity_floor, depth = inner_size
    depth = minimum(depth, height)
    fraction = safe_divide(depth, height, otherwise=1)
    middle = top * (1 - fraction) + bottom * fraction  # outer radius at the cavity's floor
    label(top=top, bottom=bottom, height=height, depth=depth, share=fraction, middle=middle)
    yield Cylinder(height - depth, middle, bottom).at(y=-depth / 2)
    yield Ring(
        height=depth,
        outer_top_radius=top,
        inner_top_radius=cavity_top,
        outer_bottom_radius=middle,
        inner_bottom_radius=cavity_floor,
    ).at(y=(height - depth) / 2)


def Prismatic_Body(outer_size: Vec3, inner_size: Vec3):
    """A square vessel, open at the top, sides along x and z; a radius is half a diagonal.

    outer_size: outer top radius, outer bottom radius, total height
    inner_size: cavity radius at the top, cavity radius at its floor, cavity depth
    """
    top, bottom, height = outer_size
    cavity_top, cavity_floor, depth = inner_size
    depth = minimum(depth, height)
    fraction = safe_divide(depth, height, otherwise=1)
    side = sqrt(2.0)
    middle = (top * (1 - fraction) + bottom * fraction) * side
    label(top=top, bottom=bottom, height=height, depth=depth, share=fraction, middle=middle)
    yield Cuboid(
        height=height - depth,
        top_length=middle,
        top_width=middle,
        bottom_length=bottom * side,
        bottom_width=bottom * side,
    ).at(y=-depth / 2)
    yield RectangularRing(
        front_height=depth,
        outer_top_length=top * side,
        outer_top_width=top * side,
        inner_top_length=cavity_top * side,
        inner_top_width=cavity_top * side,
        outer_bottom_length=middle,
        outer_bottom_width=middle,
        inner_bottom_length=cavity_floor * side,
        inner_bottom_width=cavity_floor * side,
    ).at(y=(height - depth) / 2)


def Single_Cylinder(size: Vec2):
    """A disc: a flat lid, or a coaster.

    size: radius, height
    """
    radius, height = size
    label(radius=radius, height=height)
    yield Cylinder(height, radius)


def levels(
    below: tuple[Number, Number],
    floor: Number,
    upper: Iterable[tuple[tuple[Number, Number], Number]],
    x_z_ratio: Number = 1.0,
) -> Iterator[Ring]:
    """Conical walls, each on the one before.

    below: outer and inner radius at the foot of the first, where y is `floor`. upper: of each its
    outer and inner radius at the top, and its height.
    """
    for (outer, inner), rise in upper:
        yield Ring(
            height=rise,
            outer_top_radius=outer,
            inner_top_radius=inner,
            outer_bottom_radius=below[0],
            inner_bottom_radius=below[1],
            x_z_ratio=x_z_ratio,
        ).at(y=floor + rise / 2)
        below, floor = (outer, inner), floor + rise
        label(rise=rise, outer=outer, inner=inner, floor=floor)


def cap(outer_size: Vec3, inner_size: Vec3) -> tuple[Cylinder, Ring]:
    """Disc and skirt of a round cap, open at the bottom; the origin is at half its height.

    outer_size: outer top radius, outer bottom radius, total height
    inner_size: cavity radius at its top, cavity radius at the bottom rim, cavity depth
    """
    top, bottom, height = outer_size
    cavity_top, cavity_rim, depth = inner_size
    depth = minimum(depth, height)
    fraction = safe_divide(depth, height, otherwise=1)
    middle = bottom * (1 - fraction) + top * fraction  # outer radius at the cavity's ceiling
    label(top=top, bottom=bottom, height=height, depth=depth, share=fraction, middle=middle)
    skirt = Ring(
        height=depth,
        outer_top_radius=middle,
        inner_top_radius=cavity_top,
        outer_bottom_radius=bottom,
        inner_bottom_radius=cavity_rim,
    )
    disc = Cylinder(height - depth, top, middle)
    return disc.at(y=depth / 2), skirt.at(y=-(height - depth) / 2)
