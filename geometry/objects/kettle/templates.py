"""Kettles: a round body with a knobbed cover, a spout on +z, a handle behind and a bail above."""

from __future__ import annotations

from collections.abc import Iterator

from geometry.maths import cosd, label, minimum, safe_divide, sind
from geometry.objects.shared import vessel
from geometry.schema.joint import Joint, slide
from geometry.schema.kinds import Count, Deg, Deg2, Length, Ratio, Vec2, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cylinder, Ring, Sphere


@template("body")
def Semi_Spherical_Body(
    horizontal_axis: Length,
    vertical_axis: Vec2,
    exist_angle: Deg2,
    bottom_size: Vec2,
    x_z_ratio: Ratio,
):
    """A belly of two ellipsoid zones on a foot; the origin is at the equator.

    horizontal_axis: half axis of the equator along z
    vertical_axis: vertical half axis of the upper and of the lower zone
    exist_angle: latitude at which the upper and the lower zone end
    bottom_size: radius of the foot's base along z, height of the foot
    x_z_ratio: all half axes along x, in those along z
    """
    upper, lower = vertical_axis
    top, bottom = exist_angle
    radius, height = bottom_size
    wide, deep = horizontal_axis * x_z_ratio, horizontal_axis
    label(upper=upper, lower=lower, top=top, bottom=bottom, radius=radius, height=height, wide=wide)
    yield Sphere(wide, 90 - top, 90, upper, deep)
    yield Sphere(wide, 90 - bottom, 90, lower, deep).turn(x=180)
    yield Cylinder(
        height=height,
        top_radius=wide * cosd(bottom),
        bottom_radius=radius * x_z_ratio,
        top_radius_z=deep * cosd(bottom),
        bottom_radius_z=radius,
    ).at(y=-lower * sind(bottom) - height / 2)


@template("body")
def Spherical_Cylindrical_Body(
    horizontal_axis: Length,
    vertical_axis: Length,
    exist_angle: Deg,
    bottom_size: Vec2,
    x_z_ratio: Ratio,
):
    """An ellipsoid zone on a cone; the origin is where they meet.

    horizontal_axis: half axis of the equator along z
    vertical_axis: vertical half axis of the zone
    exist_angle: latitude at which the zone ends
    bottom_size: radius of the cone's base along z, height of the cone
    x_z_ratio: all half axes along x, in those along z
    """
    radius, height = bottom_size
    wide, deep = horizontal_axis * x_z_ratio, horizontal_axis
    label(radius=radius, height=height, wide=wide)
    yield Sphere(wide, 90 - exist_angle, 90, vertical_axis, deep)
    yield Cylinder(height, wide, radius * x_z_ratio, deep, radius).at(y=-height / 2)


@template("body")
def Multilevel_Body(
    num_levels: Count,
    level_1_bottom_radius: Vec2,
    level_1_top_radius: Vec2,
    level_1_height: Vec2,
    level_2_top_radius: Vec2,
    level_2_height: Length,
    level_3_top_radius: Vec2,
    level_3_height: Length,
    level_4_top_radius: Vec2,
    level_4_height: Length,
    level_5_top_radius: Vec2,
    level_5_height: Length,
    x_z_ratio: Ratio,
):
    """A hollow body of one to five conical levels; the origin is at half of level 1.

    num_levels: levels used, 1 to 5
    level_1_bottom_radius: outer radius at the base, inner radius at the cavity's floor
    level_1_top_radius: outer and inner radius at the top of level 1
    level_1_height: total height of level 1, depth of the cavity in it
    level_2_top_radius: outer and inner radius at the top of level 2
    level_2_height: height of level 2
    level_3_top_radius: outer and inner radius at the top of level 3
    level_3_height: height of level 3
    level_4_top_radius: outer and inner radius at the top of level 4
    level_4_height: height of level 4
    level_5_top_radius: outer and inner radius at the top of level 5
    level_5_height: height of level 5
    x_z_ratio: radii along x, in those along z
    """
    (bottom, cavity_floor), (top, _) = level_1_bottom_radius, level_1_top_radius
    height, depth = level_1_height
    depth = minimum(depth, height)
    fraction = safe_divide(depth, height, otherwise=1)
    middle = top * (1 - fraction) + bottom * fraction  # outer radius at the cavity's floor
    base = Cylinder(height - depth, middle * x_z_ratio, bottom * x_z_ratio, middle, bottom)
    yield base.at(y=-depth / 2)
    below, floor = (middle, cavity_floor), height / 2 - depth
    label(bottom=bottom, cavity_floor=cavity_floor, top=top, depth=depth, share=fraction)
    label(middle=middle, floor=floor)
    levels = (
        (level_1_top_radius, depth),
        (level_2_top_radius, level_2_height),
        (level_3_top_radius, level_3_height),
        (level_4_top_radius, level_4_height),
        (level_5_top_radius, level_5_height),
    )
    used = levels[: min(max(num_levels, 1), 5)]
    yield from vessel.levels(below, floor, used, x_z_ratio)


def _lift(
    outer_size, num_knobs, knob_1_size, knob_2_size, knob_3_size, knob_4_size, knob_5_size
) -> Iterator[Joint]:
    """The cover comes off upwards."""
    knobs = (knob_1_size, knob_2_size, knob_3_size, knob_4_size, knob_5_size)
    tall = sum(height for _, _, height in knobs[: max(num_knobs, 0)])
    yield slide((0, 1, 0), (0, outer_size[2] / 2 + tall))


@template("cover", joints=_lift)
def Standard_Cover(
    outer_size: Vec3,
    inner_size: Vec3,
    num_knobs: Count,
    knob_1_size: Vec3,
    knob_2_size: Vec3,
    knob_3_size: Vec3,
    knob_4_size: Vec3,
    knob_5_size: Vec3,
):
    """A conical cover, hollow from below, with a knob of stacked cones; its rim is at y = 0.

    outer_size: top radius, bottom radius, total height
    inner_size: top radius, bottom radius and depth of the hollow
    num_knobs: pieces of the knob used, 0 to 5
    knob_1_size: top radius, bottom radius and height of piece 1
    knob_2_size: top radius, bottom radius and height of piece 2
    knob_3_size: top radius, bottom radius and height of piece 3
    knob_4_size: top radius, bottom radius and height of piece 4
    knob_5_size: top radius, bottom radius and height of piece 5
    """
    top, bottom, height = outer_size
    hollow_top, hollow_bottom, depth = inner_size
    depth = minimum(depth, height)
    fraction = safe_divide(depth, height, otherwise=0)
    middle = bottom * (1 - fraction) + top * fraction  # outer radius at the hollow's ceiling
    yield Cylinder(height - depth, top, middle).at(y=(height + depth) / 2)
    yield Ring(
        height=depth,
        outer_top_radius=middle,
        inner_top_radius=hollow_top,
        outer_bottom_radius=bottom,
        inner_bottom_radius=hollow_bottom,
    ).at(y=depth / 2)
    knobs = (knob_1_size, knob_2_size, knob_3_size, knob_4_size, knob_5_size)
    floor = height
    label(top=top, bottom=bottom, height=height, depth=depth, share=fraction, middle=middle)
    for knob_top, knob_bottom, rise in knobs[: max(num_knobs, 0)]:
        yield Cylinder(rise, knob_top, knob_bottom).at(y=floor + rise / 2)
        floor = floor + rise
        label(knob_top=knob_top, knob_bottom=knob_bottom, rise=rise, floor=floor)
