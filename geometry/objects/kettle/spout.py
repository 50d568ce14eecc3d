"""Spouts of kettles: straight tubes, and a bent one."""

from __future__ import annotations

from geometry.maths import Number, cosd, label, maximum, sind
from geometry.schema.kinds import Count, Deg, Deg2, Length, Vec2, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Ring, Torus


@template("spout")
def Straight_Spout(
    num_of_sub_spouts: Count,
    spout_1_radius: Vec2,
    spout_1_thinkness: Length,
    spout_1_length: Vec2,
    spout_1_generatrix_offset: Length,
    spout_1_rotation: Deg,
    spout_2_radius: Vec2,
    spout_2_thinkness: Length,
    spout_2_length: Vec2,
    spout_2_generatrix_offset: Length,
    spout_2_rotation: Deg,
    spout_3_radius: Vec2,
    spout_3_thinkness: Length,
    spout_3_length: Vec2,
    spout_3_generatrix_offset: Length,
    spout_3_rotation: Deg,
    spout_4_radius: Vec2,
    spout_4_thinkness: Length,
    spout_4_length: Vec2,
    spout_4_generatrix_offset: Length,
    spout_4_rotation: Deg,
):
    """A chain of one to four straight tubes, cut obliquely; the origin is in the first's middle.

    num_of_sub_spouts: tubes used, 1 to 4
    spout_1_radius: outer radius of the far and of the near end of tube 1
    spout_1_thinkness: half of the wall of tube 1
    spout_1_length: length of tube 1 along its upper and along its lower side
    spout_1_generatrix_offset: shift of the lower side of tube 1, positive away from the body
    spout_1_rotation: slope of tube 1 above +z
    spout_2_radius: outer radius of the far and of the near end of tube 2
    spout_2_thinkness: half of the wall of tube 2
    spout_2_length: length of tube 2 along its upper and along its lower side
    spout_2_generatrix_offset: shift of the lower side of tube 2, positive away from the body
    spout_2_rotation: slope of tube 2 above +z
    spout_3_radius: outer radius of the far and of the near end of tube 3
    spout_3_thinkness: half of the wall of tube 3
    spout_3_length: length of tube 3 along its upper and along its lower side
    spout_3_generatrix_offset: shift of the lower side of tube 3, positive away from the body
    spout_3_rotation: slope of tube 3 above +z
    spout_4_radius: outer radius of the far and of the near end of tube 4
    spout_4_thinkness: half of the wall of tube 4
    spout_4_length: length of tube 4 along its upper and along its lower side
    spout_4_generatrix_offset: shift of the lower side of tube 4, positive away from the body
    spout_4_rotation: slope of tube 4 above +z
    """
    tubes = (
        (
            spout_1_radius,
            spout_1_thinkness,
            spout_1_length,
            spout_1_generatrix_offset,
            spout_1_rotation,
        ),
        (
            spout_2_radius,
            spout_2_thinkness,
            spout_2_length,
            spout_2_generatrix_offset,
            spout_2_rotation,
        ),
        (
            spout_3_radius,
            spout_3_thinkness,
            spout_3_length,
            spout_3_generatrix_offset,
            spout_3_rotation,
        ),
        (
            spout_4_radius,
            spout_4_thinkness,
            spout_4_length,
            spout_4_generatrix_offset,
            spout_4_rotation,
        ),
    )
    y: Number = 0.0
    z: Number = 0.0
    for number, (radius, thin, length, offset, slope) in enumerate(
        tubes[: min(max(num_of_sub_spouts, 1), 4)]
    ):
        far, near = radius
        upper, lower = length
        half = (upper + lower) / 4
        if number:
            y, z = y + half * sind(slope), z + half * cosd(slope)
            label(y=y, z=z)
        tube = Ring(
            height=upper,
            outer_top_radius=far,
            inner_top_radius=maximum(far - 2 * thin, 0.0),
            outer_bottom_radius=near,
            inner_bottom_radius=maximum(near - 2 * thin, 0.0),
            back_height=lower,
            generatrix_offset=offset,
        )
        yield tube.turn(x=90 - slope, y=90, order="yxz").at(y=y, z=z)
        y, z = y + half * sind(slope), z + half * cosd(slope)
        label(far=far, near=near, upper=upper, lower=lower, half=half)


@template("spout")
def Curved_Spout(central_radius: Vec2, exist_angle: Deg2, torus_radius: Vec3):
    """A solid S of two tapering arcs that leaves the origin towards +z and bends upwards first.

    central_radius: radius of the centre line of the first and of the second arc
    exist_angle: angle covered by the first and by the second arc
    torus_radius: tube at the root, where the arcs meet, at the tip
    """
    first, second = central_radius
    bend, back = exist_angle
    root, joint, tip = torus_radius
    label(first=first, second=second, bend=bend, back=back, root=root, joint=joint, tip=tip)
    yield Torus(first, root, bend, joint).turn(z=-90).at(y=first)
    yield (
        Torus(second, joint, back, tip)
        .turn(x=-bend, z=90, order="zxy")
        .at(y=first - (first + second) * cosd(bend), z=(first + second) * sind(bend))
    )
