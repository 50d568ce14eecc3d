"""Pots and pans: a round vessel with side handles, and mostly a lid with a handle on top."""

from __future__ import annotations

from collections.abc import Iterator

from geometry.maths import cosd, label, sind
from geometry.objects.shared import vessel
from geometry.schema.joint import Joint, slide
from geometry.schema.kinds import Count, Deg, Length, Vec2, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder, Ring, Sphere

Cylindrical_Body = template("body")(vessel.Cylindrical_Body)


def _lift_disc(size) -> Iterator[Joint]:
    yield slide((0, 1, 0), (0, size[0]))


def _lift_carved(outer_size) -> Iterator[Joint]:
    yield slide((0, 1, 0), (0, outer_size[1]))


def _lift_dome(radius, exist_angle) -> Iterator[Joint]:
    yield slide((0, 1, 0), (0, abs(radius * sind(min(exist_angle, 90.0)))))


@template("cover", joints=_lift_disc)
def Cylindrical_Cover(size: Vec2):
    """A flat lid.

    size: radius, height
    """
    yield from vessel.Single_Cylinder(size)


@template("cover", joints=_lift_carved)
def Carved_Cylindrical_Cover(outer_size: Vec3, inner_size: Vec3):
    """A conical lid, hollow from below; the origin is at half its height.

    outer_size: top radius, bottom radius, total height
    inner_size: top radius, bottom radius and depth of the hollow
    """
    yield from vessel.cap(outer_size, inner_size)


@template("cover", joints=_lift_dome)
def Semi_Spherical_Cover(radius: Length, exist_angle: Deg):
    """A domed lid, the cap of a sphere; its rim is at y = 0.

    radius: radius of the sphere
    exist_angle: angle from the top to the rim
    """
    yield Sphere(radius, bottom_angle=exist_angle).at(y=-radius * cosd(exist_angle))


@template("top handle")
def Cuboidal_Tophandle(size: Vec3):
    """A block that stands at y = 0.

    size: x, y and z
    """
    x, y, z = size
    label(x=x, y=y, z=z)
    yield Cuboid(y, x, z).at(y=y / 2)


@template("top handle")
def Trifold_Tophandle(
    mounting_size: Vec3, mounting_seperation: Length, grip_size: Vec3, mounting_rotation: Deg
):
    """A bar along x on two posts that stand at y = 0.

    mounting_size: a post, x, y and z
    mounting_seperation: distance in x of the posts' feet
    grip_size: the bar, x, y and z
    mounting_rotation: lean of the posts; positive outwards
    """
    x, y, z = mounting_size
    grip_x, grip_y, grip_z = grip_size
    aside, up = y * sind(mounting_rotation), y * cosd(mounting_rotation)
    label(x=x, y=y, z=z, grip_x=grip_x, grip_y=grip_y, grip_z=grip_z, up=up)
    for side in (1, -1):
        post = Cuboid(y, x, z).turn(z=-side * mounting_rotation)
        yield post.at(side * (mounting_seperation + aside) / 2, up / 2)
    yield Cuboid(grip_y, grip_x, grip_z).at(y=up + grip_y / 2)


@template("top handle")
def Semi_Ring_Tophandle(curve_size: Vec3, curve_exist_angle: Deg):
    """A flat bow in the plane z = 0; the ends of its outer edge are at y = 0.

    curve_size: outer radius, inner radius, width in z
    curve_exist_angle: angle covered by the bow
    """
    outer, inner, width = curve_size
    half = curve_exist_angle / 2
    label(outer=outer, inner=inner, width=width, half=half)
    bow = Ring(width, outer, inner, curve_exist_angle).turn(x=-90, y=half - 90, order="yxz")
    yield bow.at(y=-outer * cosd(half))


@template("top handle")
def Multilevel_Tophandle(
    num_levels: Count,
    level_1_size: Vec3,
    level_2_size: Vec3,
    level_3_size: Vec3,
    level_4_size: Vec3,
):
    """A knob of one to four stacked cones that stands at y = 0.

    num_levels: levels used, 1 to 4
    level_1_size: top radius, bottom radius and height of level 1
    level_2_size: top radius, bottom radius and height of level 2
    level_3_size: top radius, bottom radius and height of level 3
    level_4_size: top radius, bottom radius and height of level 4
    """
    levels = (level_1_size, level_2_size, level_3_size, level_4_size)
    floor = 0.0
    for top, bottom, height in levels[: min(max(num_levels, 1), 4)]:
        yield Cylinder(height, top, bottom).at(y=floor + height / 2)
        floor = floor + height
        label(top=top, bottom=bottom, height=height, floor=floor)


@template("side handle")
def Trifold_Sidehandle(
    mounting_size: Vec3,
    mounting_seperation: Length,
    grip_size: Vec3,
    mounting_rotation: Deg,
    handle_seperation: Length,
    whole_rotation: Deg,
):
    """Two handles on +x and -x, each a bar along z on two arms.

    mounting_size: an arm, x, y and z
    mounting_seperation: distance in z of the arms' roots
    grip_size: the bar, x, y and z
    mounting_rotation: spread of the arms; positive outwards
    handle_seperation: distance in x of the two handles' roots
    whole_rotation: tilt of each handle about its root; positive upwards
    """
    x, y, z = mounting_size
    grip_x, grip_y, grip_z = grip_size
    reach = x * cosd(mounting_rotation)
    apart = (mounting_seperation + x * sind(mounting_rotation)) / 2
    label(x=x, y=y, z=z, grip_x=grip_x, grip_y=grip_y, grip_z=grip_z, reach=reach, apart=apart)
    for side in (1, -1):
        handle = [
            Cuboid(y, x, z)
            .turn(y=-side * end * mounting_rotation)
            .at(side * reach / 2, 0, end * apart)
            for end in (1, -1)
        ]
        handle.append(Cuboid(grip_y, grip_x, grip_z).at(x=side * (reach + grip_x / 2)))
        for solid in handle:
            yield solid.turn(z=side * whole_rotation).at(x=side * handle_seperation / 2)


@template("side handle")
def L_Shaped_Sidehandle(bottom_size: Vec3, top_size: Vec3, handle_seperation: Length):
    """Two handles on +x and -x, each a plate on a block; y = 0 is half the block's height.

    bottom_size: the block, x, y and z
    top_size: the plate, x, y and z
    handle_seperation: distance in x of the two handles' roots
    """
    x, y, z = bottom_size
    top_x, top_y, top_z = top_size
    label(x=x, y=y, z=z, top_x=top_x, top_y=top_y, top_z=top_z)
    for side in (1, -1):
        yield Cuboid(y, x, z).at(x=side * (handle_seperation + x) / 2)
        yield Cuboid(top_y, top_x, top_z).at(
            side * (handle_seperation + top_x) / 2, (y + top_y) / 2
        )


@template("side handle")
def Cuboidal_Sidehandle(size: Vec3):
    """One straight bar along x; its front side is at z = 0.

    size: x, y and z
    """
    x, y, z = size
    label(x=x, y=y, z=z)
    yield Cuboid(y, x, z).at(z=-z / 2)
