"""Ovens: a box with a door hinged below and a bar on it, perhaps with tray, hob, buttons, legs."""

from __future__ import annotations

from collections.abc import Iterator

from geometry.maths import label, maximum
from geometry.objects.shared import appliance, button_panel
from geometry.objects.shared.numbered import Numbered
from geometry.schema.joint import Joint
from geometry.schema.kinds import Count, Length, Vec2, Vec3, Vec4
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder, RectangularRing

buttons = Numbered("button", 10, {"size": Vec3, "offset": Vec2})
burners = Numbered(
    "burner",
    6,
    {
        "size": Vec3,
        "thickness": Length,
        "offset": Vec2,
        "central_size": Vec2,
        "central_offset": Vec2,
    },
)

Cuboidal_Body = template("body")(appliance.Cuboidal_Body)
Double_Layer_Body = template("body")(appliance.Double_Layer_Body)
Cuboidal_Door = template("door", joints=appliance.flap_door)(appliance.Cuboidal_Door)
Sunken_Door = template("door", joints=appliance.flap_door)(appliance.Sunken_Door)
Trifold_Handle = template("handle", order="zxy")(appliance.Trifold_Handle)
Trifold_Curve_Handle = template("handle", order="zxy")(appliance.Trifold_Curve_Handle)
Curve_Handle = template("handle", order="zxy")(appliance.Curve_Handle)
Flat_Tray = template("tray", joints=appliance.pull_flat)(appliance.Flat_Tray)
Drawer_Like_Tray = template("tray", joints=appliance.pull)(appliance.Drawer_Like_Tray)


@template("baffle")
def Cuboidal_Baffle(size: Vec3):
    """An upright board behind the hob, on y = 0.

    size: x, y and z
    """
    yield Cuboid(size[1], size[0], size[2]).at(y=size[1] / 2)


@buttons
def _press(bottom_size, buttons, num_buttons) -> Iterator[Joint]:
    yield from button_panel.press(bottom_size, buttons, num_buttons)


@template("controller", joints=_press)
@buttons
def Controller_With_Button(bottom_size: Vec4, buttons, num_buttons: Count):
    """A panel whose front may lean back, with square buttons; its back is at z = 0.

    bottom_size: panel, x, y, z at its top, z at its bottom
    button_i_size: a button, x, y along the front, height over the front
    button_i_offset: the button's middle from the front's, x and y along the front
    num_buttons: buttons, at most 10
    """
    yield from button_panel.panel(bottom_size, buttons, num_buttons)


@template("burner")
@burners
def Top_With_Burner(bottom_size: Vec3, num_burners: Count, burners):
    """A hob: a slab on y = 0 with rectangular frames for pans, in each a round burner.

    bottom_size: slab, x, y and z
    num_burners: burners, at most 6
    burner_i_size: a frame, x, y and z
    burner_i_thickness: width of the frame's bars
    burner_i_offset: the frame's middle, x and z
    burner_i_central_size: radius and height of the burner
    burner_i_central_offset: the burner's middle from the frame's, x and z
    """
    top = bottom_size[1]
    yield Cuboid(top, bottom_size[0], bottom_size[2]).at(y=top / 2)
    for size, bar, (x, z), (radius, height), (aside, along) in burners[: max(num_burners, 0)]:
        label(x=x, z=z, radius=radius, height=height, aside=aside, along=along)
        hole_x, hole_z = maximum(size[0] - 2 * bar, 0.0), maximum(size[2] - 2 * bar, 0.0)
        frame = RectangularRing(size[1], size[0], size[2], hole_x, hole_z)
        yield frame.at(x, top + size[1] / 2, z)
        yield Cylinder(height, radius).at(x + aside, top + height / 2, z + along)


Multilevel_Leg = template("leg")(appliance.Multilevel_Leg)
