"""Open vessels and discs whose solids several categories share; each category registers them."""

from geometry.maths import label, minimum, safe_divide, sqrt
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
    share = safe_divide(depth, height, otherwise=1)
    middle = top * (1 - share) + bottom * share  # outer radius at the cavity's floor
    label(top=top, bottom=bottom, height=height, depth=depth, share=share, middle=middle)
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
    share = safe_divide(depth, height, otherwise=1)
    side = sqrt(2.0)
    middle = (top * (1 - share) + bottom * share) * side
    label(top=top, bottom=bottom, height=height, depth=depth, share=share, middle=middle)
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
