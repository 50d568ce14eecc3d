"""Buckets: an open vessel with a bail, and sometimes a flat lid."""

from __future__ import annotations

from collections.abc import Iterator

from geometry.maths import atan2d, cosd, label, maximum, sind, sqrt
from geometry.objects.shared import vessel
from geometry.schema.joint import Joint, hinge, slide
from geometry.schema.kinds import Deg, Deg2, Length, Vec2, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder, Ring, Torus

#: How far a bail tilts from upright, degrees.
TILT = 130.0

Cylindrical_Body = template("body")(vessel.Cylindrical_Body)
Prismatic_Body = template("body")(vessel.Prismatic_Body)


def _lift(size) -> Iterator[Joint]:
    """A lid comes off upwards."""
    yield slide((0, 1, 0), (0, 3 * size[1]), in_object=True)


def _tilt(rotation) -> Iterator[Joint]:
    """A bail tips to either side about the x axis."""
    limits = -TILT - rotation[0], TILT - rotation[0]
    yield hinge((1, 0, 0), (0, 0, 0), limits, closed=-rotation[0])


def _tilt_about_ends(radius, exist_angle, rotation) -> Iterator[Joint]:
    """A bow tips about the line through its two ends."""
    across, down = 1 - cosd(exist_angle), -sind(exist_angle)
    axis = (across, down, 0) if abs(across) > 1e-6 else (1, 0, 0)
    limits = -TILT - rotation[0], TILT - rotation[0]
    yield hinge(axis, (radius[0], 0, 0), limits, closed=-rotation[0])


Single_Cylinder = template("cover", joints=_lift)(vessel.Single_Cylinder)


@template("handle", joints=_tilt_about_ends)
def Curved_Handle(radius: Vec2, exist_angle: Deg):
    """An upright bow in the plane z = 0, from +x over +y to -x.

    radius: centre line, tube
    exist_angle: angle covered by the bow
    """
    ring, tube = radius
    yield Torus(ring, tube, exist_angle).turn(x=-90)


@template("handle", joints=_tilt)
def Trifold_Handle(
    vertical_length: Vec2,
    vertical_thickness: Vec2,
    horizontal_thickness: Vec2,
    vertical_rotation: Deg2,
    vertical_separation: Length,
):
    """Two arms up from the rim and a grip across their ends; the hinge line is the x axis.

    vertical_length: length of the arm on +x and of the one on -x
    vertical_thickness: section of the arms, x and z
    horizontal_thickness: section of the grip, y and z
    vertical_rotation: lean of the arm on +x and of the one on -x; positive towards -x
    vertical_separation: distance of the lower ends in x
    """
    right, left = vertical_length
    wide, deep = vertical_thickness
    grip_high, grip_deep = horizontal_thickness
    lean_right, lean_left = vertical_rotation
    half = vertical_separation / 2
    aside_right, aside_left = right * sind(lean_right), left * sind(lean_left)
    up_right, up_left = right * cosd(lean_right), left * cosd(lean_left)
    yield Cuboid(right, wide, deep).turn(z=lean_right).at(half - aside_right / 2, up_right / 2)
    yield Cuboid(left, wide, deep).turn(z=lean_left).at(-half - aside_left / 2, up_left / 2)
    run = vertical_separation - aside_right + aside_left
    rise = up_right - up_left
    label(right=right, left=left, wide=wide, deep=deep, grip_high=grip_high, grip_deep=grip_deep)
    label(lean_right=lean_right, lean_left=lean_left, half=half, aside_right=aside_right)
    label(aside_left=aside_left, up_right=up_right, up_left=up_left, run=run, rise=rise)
    yield (
        Cuboid(grip_high, sqrt(run**2 + rise**2) + wide, grip_deep)
        .turn(z=atan2d(rise, run))  # where run < 0 the bar is the same, turned by 180
        .at(-(aside_right + aside_left) / 2, (up_right + up_left) / 2 + grip_high / 2)
    )


@template("handle", joints=_tilt)
def Round_U_Handle(inner_radius: Length, vertical_separation: Length, vertical_length: Length):
    """A bent round rod: two legs under half a circle; the hinge line is the x axis.

    inner_radius: radius of the rod
    vertical_separation: distance of the legs' axes
    vertical_length: length of the legs
    """
    half = vertical_separation / 2
    label(half=half)
    for x in (half, -half):
        yield Cylinder(vertical_length, inner_radius).at(x=x, y=vertical_length / 2)
    yield Torus(half, inner_radius, 180).turn(x=-90).at(y=vertical_length)


@template("handle", joints=_tilt)
def Flat_U_Handle(vertical_size: Vec3, vertical_separation: Length):
    """A bent flat band: two legs under half a ring; the hinge line is the x axis.

    vertical_size: thickness in x, length of the legs, width of the band in z
    vertical_separation: distance of the legs' middles
    """
    thick, length, width = vertical_size
    half = vertical_separation / 2
    label(thick=thick, length=length, width=width, half=half)
    for x in (half, -half):
        yield Cuboid(length, thick, width).at(x=x, y=length / 2)
    inner = maximum(half - thick / 2, 0.0)
    yield Ring(width, half + thick / 2, inner, 180).turn(x=-90).at(y=length)
