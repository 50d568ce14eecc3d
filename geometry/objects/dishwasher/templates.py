"""Dishwashers: a box with one door, a handle, perhaps a tray and a worktop, on a plinth or legs."""

from __future__ import annotations

from geometry.maths import label
from geometry.objects.shared import appliance
from geometry.schema.kinds import Count, Flag, Length, Vec2, Vec3, Vec5
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid

Cuboidal_Body = template("body")(appliance.Cuboidal_Body)


@template("body")
def Double_Layer_Body(size: Vec3, thickness: Vec5, clapboard_size: Vec3, clapboard_offset: Length):
    """A box, open to the front, with a level board across.

    size: x, y and z
    thickness: walls above, below, at +x, at -x, behind
    clapboard_size: thickness in y and depth in z of the board; the third has no meaning
    clapboard_offset: height of the board's middle over the cavity's
    """
    yield from appliance.Double_Layer_Body(size, thickness, clapboard_size[:2], clapboard_offset)


Cuboidal_Door = template("door", joints=appliance.flap_door)(appliance.Cuboidal_Door)
Sunken_Door = template("door", joints=appliance.flap_door)(appliance.Sunken_Door)
Cuboidal_Handle = template("handle", order="zxy")(appliance.Cuboidal_Handle)
Trifold_Handle = template("handle", order="zxy")(appliance.Trifold_Handle)
Trifold_Curve_Handle = template("handle", order="zxy")(appliance.Trifold_Curve_Handle)
Curve_Handle = template("handle", order="zxy")(appliance.Curve_Handle)
Drawer_Like_Tray = template("tray", joints=appliance.pull)(appliance.Drawer_Like_Tray)


@template("cover")
def Cuboidal_Topcover(size: Vec3):
    """A worktop on y = 0.

    size: x, y and z
    """
    yield Cuboid(size[1], size[0], size[2]).at(y=size[1] / 2)


@template("leg")
def Single_Leg(size: Vec3):
    """A plinth that hangs from y = 0.

    size: x, y and z
    """
    yield Cuboid(size[1], size[0], size[2]).at(y=-size[1] / 2)


@template("leg")
def Multilevel_Leg(
    has_top_part: Flag,
    top_size: Vec3,
    top_bottom_offset: Vec2,
    front_legs_size: Vec3,
    rear_legs_size: Vec3,
    legs_separation: Vec3,
    num_legs: Count,
):
    """Legs, perhaps under a plinth, that hangs from y = 0.

    has_top_part: whether there is a plinth
    top_size: the plinth, x, y and z
    top_bottom_offset: shift of all legs, x and z
    front_legs_size: a front leg, x, y and z
    rear_legs_size: a rear leg, x, y and z
    legs_separation: distances of the front pair in x, of the rear pair in x, of front and rear in z
    num_legs: legs, 1 to 4
    """
    x, y, z = top_size
    label(x=x, y=y, z=z)
    plinth = y if has_top_part else 0.0
    if has_top_part:
        yield Cuboid(y, x, z).at(y=-y / 2)
    at_z = legs_separation[2] / 2 if num_legs > 2 else 0.0
    for leg in appliance.legs(front_legs_size, rear_legs_size, legs_separation[:2], at_z, num_legs):
        yield leg.at(top_bottom_offset[0], -plinth, top_bottom_offset[1])
