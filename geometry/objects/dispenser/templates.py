"""Dispensers: a bottle or a block with a pump to press or a head to spray with; spout to +z."""

from __future__ import annotations

from collections.abc import Iterator

from geometry.maths import cosd, label, sind, tand
from geometry.objects.bottle import Multilevel_Body as stacked_levels
from geometry.schema.joint import Joint, hinge, slide, spin
from geometry.schema.kinds import Count, Deg, Deg1or2, Length, Vec2, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder


@template("body", order="yxz")
def Multilevel_Body(
    num_levels: Count,
    level_1_size: Vec3,
    level_2_size: Vec2,
    level_3_size: Vec2,
    level_4_size: Vec2,
):
    """A solid of revolution of one to four levels; the origin is at half of level 1.

    num_levels: levels used, 1 to 4
    level_1_size: top radius, height, bottom radius
    level_2_size: top radius, height
    level_3_size: top radius, height
    level_4_size: top radius, height
    """
    yield from stacked_levels(num_levels, level_1_size, level_2_size, level_3_size, level_4_size)


@template("body", order="yxz")
def Cuboidal_Body(size: Vec3):
    """A solid block, its middle at the origin.

    size: x, y and z
    """
    yield Cuboid(size[1], size[0], size[2])


def _head(bottom_size, middle_size, top_size, top_offset, top_rotation):
    """y of the tilted head's frame, whose z axis is the head's."""
    return bottom_size[1] + middle_size[1] + top_size[1] / 2 - top_offset[0] * tand(top_rotation)


def _trigger(
    bottom_size, middle_size, top_size, top_offset, top_rotation, handle_size, handle_offset
) -> Iterator[Joint]:
    """The trigger about its upper end; the head turns on the bottle."""
    yield spin((0, 1, 0), (0, 0, 0), name="head")
    tilt, up = top_rotation, -top_size[1] / 2
    along = top_offset[0] + top_size[2] / 2 + handle_offset - handle_size[2] / 2
    middle = _head(bottom_size, middle_size, top_size, top_offset, tilt)
    y = middle + up * cosd(tilt) - along * sind(tilt)
    z = up * sind(tilt) + along * cosd(tilt)
    if min(handle_size) > 0:
        yield hinge((1, 0, 0), (0, y, z), (0, 15), moves="trigger", carried_by="head")


@template("nozzle", order="yxz", joints=_trigger)
def Spray_Nozzle(
    bottom_size: Vec2,
    middle_size: Vec3,
    top_size: Vec3,
    top_offset: Vec2,
    top_rotation: Deg,
    nozzle_size: Vec2,
    handle_size: Vec3,
    handle_offset: Length,
    handle_rotation: Deg,
):
    """A spray head on a neck, with an outlet in front and a trigger below.

    bottom_size: neck: radius, height
    middle_size: block on the neck, x, y and z
    top_size: head, x, y and z
    top_offset: shift of the head along its own z axis; the second number is not used
    top_rotation: tilt of the head about x, positive with the front down
    nozzle_size: outlet: radius, length
    handle_size: trigger: x, length, z
    handle_offset: shift of the trigger along the head from its front
    handle_rotation: further tilt of the trigger about x, positive towards the neck
    """
    radius, neck = bottom_size
    shift, tilt = top_offset[0], top_rotation
    wide, long, thick = handle_size
    middle = _head(bottom_size, middle_size, top_size, top_offset, tilt)
    yield Cylinder(neck, radius).at(y=neck / 2)
    yield Cuboid(middle_size[1], middle_size[0], middle_size[2]).at(y=neck + middle_size[1] / 2)
    reach = shift + (top_size[2] + nozzle_size[1]) / 2
    down = -top_size[1] / 2 - long / 2 * cosd(handle_rotation)
    along = shift + top_size[2] / 2 + handle_offset - thick / 2 - long / 2 * sind(handle_rotation)
    label(radius=radius, neck=neck, shift=shift, wide=wide, long=long, thick=thick, middle=middle)
    label(down=down, along=along)
    yield Cuboid(top_size[1], top_size[0], top_size[2]).at(z=shift).turn(tilt).at(y=middle)
    yield Cylinder(nozzle_size[1], nozzle_size[0]).turn(90).at(z=reach).turn(tilt).at(y=middle)
    trigger = Cuboid(long, wide, thick).turn(handle_rotation).at(y=down, z=along)
    yield trigger.turn(tilt).at(y=middle).of("trigger")


def _pump(level_1_size) -> Iterator[Joint]:
    """Pressed down by half the first level, and turned."""
    yield slide((0, 1, 0), (-level_1_size[1] / 2, 0), name="press")
    yield spin((0, 1, 0), (0, 0, 0), name="turn")


@template("press", order="yxz", joints=_pump)
def Press_Nozzle(
    num_levels: Count,
    level_1_size: Vec2,
    level_2_size: Vec2,
    level_3_size: Vec2,
    level_4_size: Vec2,
    level_5_size: Vec2,
    num_nozzles: Count,
    nozzle_size: Vec2,
    nozzle_length: Vec2,
    nozzle_offset: Length,
    nozzle_rotation: Deg1or2,
):
    """A stack of cylinders from y = 0 on, and a spout of one or two pieces from its top one.

    num_levels: levels used, 1 to 5
    level_1_size: radius, height
    level_2_size: radius, height
    level_3_size: radius, height
    level_4_size: radius, height
    level_5_size: radius, height
    num_nozzles: pieces of the spout, 1 or 2
    nozzle_size: section of the spout, x and y
    nozzle_length: length of the first and the second piece
    nozzle_offset: y of the spout's root above the stack
    nozzle_rotation: drop of the first and the second piece, degrees below level
    """
    levels = (level_1_size, level_2_size, level_3_size, level_4_size, level_5_size)
    floor, outer = 0.0, level_1_size[0]
    for outer, rise in levels[: min(max(num_levels, 1), 5)]:
        yield Cylinder(rise, outer).at(y=floor + rise / 2)
        floor = floor + rise
        label(outer=outer, rise=rise, floor=floor)
    y, z = floor + nozzle_offset, outer
    label(y=y)
    pieces = zip(nozzle_length, nozzle_rotation, strict=True)
    for length, drop in tuple(pieces)[: 2 if num_nozzles == 2 else 1]:
        piece = Cuboid(nozzle_size[1], nozzle_size[0], length).turn(drop)
        yield piece.at(y=y - length / 2 * sind(drop), z=z + length / 2 * cosd(drop))
        y, z = y - length * sind(drop), z + length * cosd(drop)
        label(length=length, drop=drop)
