"""Spouts of faucets: bent tubes, an arc, or a straight arm with an outlet."""

from __future__ import annotations

import math

from geometry.maths import absolute, atand, cosd, label, sqrt, where
from geometry.objects.faucet.templates import NUDGE, ends, tube
from geometry.schema.kinds import Deg, Length, Ratio, Vec2, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder, Solid, Torus


@template("spout", order="yxz", offset_first=True)
def Trifold_Spout(R: Length, position0: Vec3, position1: Vec3, position2: Vec3, position3: Vec3):
    """Three straight tubes, each from the end of the one before.

    R: radius of the tubes
    position0: start of the first tube
    position1: vector of the first tube
    position2: vector of the second tube
    position3: vector of the third tube
    """
    steps = (position1, position2, position3)
    for start, step in zip(ends(position0, *steps), steps, strict=False):
        yield tube(start, step, R)


@template("spout", order="yxz", offset_first=True)
def Quadfold_Spout(
    R: Length,
    position0: Vec3,
    position1: Vec3,
    position2: Vec3,
    position3: Vec3,
    position4: Vec3,
):
    """Four straight tubes, each from the end of the one before.

    R: radius of the tubes
    position0: start of the first tube
    position1: vector of the first tube
    position2: vector of the second tube
    position3: vector of the third tube
    position4: vector of the fourth tube
    """
    steps = (position1, position2, position3, position4)
    for start, step in zip(ends(position0, *steps), steps, strict=False):
        yield tube(start, step, R, mirrored=False)


@template("spout", order="yxz", offset_first=True)
def Curved_Spout(
    R: Length, L: Ratio, bottom0: Vec3, bottom1: Vec3, center: Vec3, spout_rotation: Deg
):
    """A straight riser, an arc over to the front, a straight end.

    R: radius of the tube
    L: length of the straight end over that of the arc
    bottom0: start of the riser
    bottom1: vector of the riser
    center: middle of the arc, from the top of the riser
    spout_rotation: sweep of the arc, apart from what a raised or lowered middle adds
    """
    yield tube(bottom0, bottom1, R)
    x, y, z = center
    z = where(absolute(z) < NUDGE, NUDGE, z)
    middle = ends(bottom0, bottom1, (x, y, z))[-1]
    radius, level = sqrt(x * x + y * y + z * z), sqrt(x * x + z * z)
    aside = atand(x / z)
    sweep = spout_rotation - atand(y / level)
    # Turns within the arc's plane are about (z, 0, -x), which flips with the sign of z.
    way = where(z < 0, -1.0, 1.0)
    lift = -way * atand(y * cosd(aside) / z)

    def in_plane(solid: Solid, angle) -> Solid:
        return solid.turn(y=-aside).turn(x=angle).turn(y=aside)

    arc = Torus(radius, R, sweep).turn(-90, aside, 90, "zxy")
    yield in_plane(arc, lift).at(*middle)
    length = radius * L * sweep * (math.pi / 180)
    label(z=z, radius=radius, level=level, aside=aside, sweep=sweep, way=way, length=length)
    end = Cylinder(length, R).at(y=length / 2).turn(x=lift).turn(y=aside).at(-x, -y, -z)
    yield in_plane(end, way * sweep).at(*middle)


@template("spout", order="yxz", offset_first=True)
def Cuboidal_Spout(
    main_part_size: Vec3,
    head_size: Vec2,
    head_offset: Vec3,
    rotation_mainpart: Deg,
    rotation_head: Deg,
):
    """A square arm whose rear lower edge is the x axis, an outlet under its front end.

    main_part_size: arm, x, y and z
    head_size: outlet: radius, height
    head_offset: shift of the outlet, y upwards from the arm's underside
    rotation_mainpart: slope of arm and outlet, positive with the front up
    rotation_head: tilt of the outlet about x
    """
    length, height, reach = main_part_size
    x, y, z = head_offset
    radius, drop = head_size
    label(length=length, height=height, reach=reach, x=x, y=y, z=z, radius=radius, drop=drop)
    outlet = Cylinder(drop, radius).at(y=-drop / 2).turn(x=rotation_head)
    yield outlet.at(x, y, z + reach - radius).turn(x=-rotation_mainpart)
    arm = Cuboid(height, length, reach).at(y=height / 2, z=reach / 2)
    yield arm.turn(x=-rotation_mainpart)


@template("spout", order="yxz", offset_first=True)
def Cylindrical_Spout(
    main_part_size: Vec2,
    head_size: Vec2,
    head_offset: Vec3,
    rotation_mainpart: Deg,
    rotation_head: Deg,
):
    """A round arm that lies on the plane y = 0, an outlet under its front end.

    main_part_size: arm: radius, length in z
    head_size: outlet: radius, height
    head_offset: shift of the outlet, y downwards
    rotation_mainpart: slope of arm and outlet, positive with the front up
    rotation_head: tilt of the outlet about x
    """
    thick, reach = main_part_size
    x, y, z = head_offset
    radius, drop = head_size
    label(thick=thick, reach=reach, x=x, y=y, z=z, radius=radius, drop=drop)
    outlet = Cylinder(drop, radius).at(y=-drop / 2).turn(x=rotation_head)
    yield outlet.at(x, -y, z + reach - radius).turn(x=-rotation_mainpart)
    arm = Cylinder(reach, thick).turn(x=90).at(y=thick, z=reach / 2)
    yield arm.turn(x=-rotation_mainpart)
