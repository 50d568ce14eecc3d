"""Mugs: a vessel with one handle on its front, now and then with a lid and a coaster."""

from __future__ import annotations

from collections.abc import Iterator

from geometry.maths import atan2d, cosd, label, sind, sqrt
from geometry.objects.shared import vessel
from geometry.schema.joint import Joint, Piece, slide
from geometry.schema.kinds import Count, Deg, Deg2, Length, Vec2
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Torus

Cylindrical_Body = template("body")(vessel.Cylindrical_Body)
Prismatic_Body = template("body")(vessel.Prismatic_Body)


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
):
    """A round vessel of one to four conical levels; the origin is at half of level 1.

    num_levels: levels used, 1 to 4
    level_1_bottom_radius: outer radius at the base, inner radius at the cavity's floor
    level_1_top_radius: outer and inner radius at the top of level 1
    level_1_height: total height of level 1, depth of the cavity in it
    level_2_top_radius: outer and inner radius at the top of level 2
    level_2_height: height of level 2
    level_3_top_radius: outer and inner radius at the top of level 3
    level_3_height: height of level 3
    level_4_top_radius: outer and inner radius at the top of level 4
    level_4_height: height of level 4
    """
    (bottom, cavity_floor), (top, cavity_top) = level_1_bottom_radius, level_1_top_radius
    height, depth = level_1_height
    label(bottom=bottom, cavity_floor=cavity_floor, top=top, cavity_top=cavity_top, depth=depth)
    yield from Cylindrical_Body((top, bottom, height), (cavity_top, cavity_floor, depth))
    upper_levels = (
        (level_2_top_radius, level_2_height),
        (level_3_top_radius, level_3_height),
        (level_4_top_radius, level_4_height),
    )
    floor = height / 2
    label(floor=floor)
    used = upper_levels[: min(max(num_levels, 1), 4) - 1]
    yield from vessel.levels(level_1_top_radius, floor, used)


@template("handle")
def Curved_Handle(radius: Vec2, central_angle: Deg):
    """An arc in the plane x = 0, from +y over +z; a half turn is a D.

    radius: centre line, tube
    central_angle: angle covered by the arc
    """
    ring, tube = radius
    yield Torus(ring, tube, central_angle).turn(z=90)


@template("handle")
def Trifold_Handle(
    horizontal_thickness: Vec2,
    horizontal_length: Vec2,
    vertical_thickness: Vec2,
    horizontal_rotation: Deg2,
    horizontal_separation: Length,
    mounting_offset: Length,
):
    """Two straight bars that leave the body towards +z, and one that joins their far ends.

    horizontal_thickness: x and y size of the section of both outgoing bars
    horizontal_length: length of the upper and the lower bar
    vertical_thickness: x and z size of the section of the joining bar
    horizontal_rotation: tilt of the upper and the lower bar; positive lowers the far end
    horizontal_separation: distance in y of the two mounting ends
    mounting_offset: z of the upper mounting end, the lower one's being 0
    """
    wide, thick = horizontal_thickness
    upper, lower = horizontal_length
    joint_wide, joint_thick = vertical_thickness
    tilt_upper, tilt_lower = horizontal_rotation
    half = horizontal_separation / 2
    reach_upper = mounting_offset + upper * cosd(tilt_upper)
    reach_lower = lower * cosd(tilt_lower)
    drop_upper, drop_lower = upper * sind(tilt_upper), lower * sind(tilt_lower)
    rise = horizontal_separation - drop_upper + drop_lower
    run = reach_upper - reach_lower
    label(wide=wide, thick=thick, upper=upper, lower=lower, joint_wide=joint_wide)
    label(joint_thick=joint_thick, tilt_upper=tilt_upper, tilt_lower=tilt_lower, half=half)
    label(reach_upper=reach_upper, reach_lower=reach_lower, drop_upper=drop_upper)
    label(drop_lower=drop_lower, rise=rise, run=run)
    yield (
        Cuboid(thick, wide, upper)
        .turn(x=tilt_upper)
        .at(y=half - drop_upper / 2, z=(mounting_offset + reach_upper) / 2)
    )
    yield (
        Cuboid(thick, wide, lower)
        .turn(x=tilt_lower)
        .at(y=-half - drop_lower / 2, z=reach_lower / 2)
    )
    yield (
        Cuboid(sqrt(rise**2 + run**2) + thick, joint_wide, joint_thick)
        .turn(x=atan2d(run, rise))  # where rise < 0 the box is the same, turned by 180
        .at(y=-(drop_upper + drop_lower) / 2, z=(reach_upper + reach_lower + joint_thick) / 2)
    )


def _lift(size, position, others: list[Piece]) -> Iterator[Joint]:
    """A lid comes off upwards; a coaster, below the body's middle, stays."""
    if any(p.role == "body" and position[1] > p.values["position"][1] for p in others):
        yield slide((0, 1, 0), (0, size[0]), in_object=True)


Single_Cylinder = template("lid or coaster", at_most=2, joints=_lift)(vessel.Single_Cylinder)
