"""Microwave ovens: a box with a door and its handle, perhaps a button panel and a turntable."""

from __future__ import annotations

from collections.abc import Iterator

from geometry.maths import label
from geometry.objects.shared import appliance, button_panel
from geometry.objects.shared.numbered import Numbered
from geometry.schema.joint import Joint, spin
from geometry.schema.kinds import Count, Vec2, Vec2or3, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cylinder

buttons = Numbered("button", 4, {"size": Vec3, "offset": Vec2or3})

Cuboidal_Body = template("body")(appliance.Cuboidal_Body)
Cuboidal_Door = template("door", joints=appliance.flap_door)(appliance.Cuboidal_Door)
Sunken_Door = template("door", joints=appliance.flap_door)(appliance.Sunken_Door)


@buttons
def _press(bottom_size, buttons, num_buttons) -> Iterator[Joint]:
    x, y, z = bottom_size
    yield from button_panel.press((x, y, z, z), buttons, num_buttons)


@template("controller", joints=_press)
@buttons
def Controller_With_Button(bottom_size: Vec3, buttons, num_buttons: Count):
    """A flat panel with square buttons; its back is at z = 0.

    bottom_size: panel, x, y and z
    button_i_size: a button, x, y and height over the panel
    button_i_offset: the button's middle from the panel's, x and y
    num_buttons: buttons, at most 4
    """
    x, y, z = bottom_size
    label(z=z)
    yield from button_panel.panel((x, y, z, z), buttons, num_buttons)


Cuboidal_Handle = template("handle", order="zxy")(appliance.Cuboidal_Handle)
Trifold_Handle = template("handle", order="zxy")(appliance.Trifold_Handle)
Trifold_Curve_Handle = template("handle", order="zxy")(appliance.Trifold_Curve_Handle)
Curve_Handle = template("handle", order="zxy")(appliance.Curve_Handle)


def _turntable() -> Iterator[Joint]:
    yield spin((0, 1, 0), (0, 0, 0))


@template("tray", joints=_turntable)
def Cylindrical_Tray(size: Vec2):
    """A round turntable on the plane y = 0.

    size: radius and height
    """
    radius, height = size
    label(radius=radius, height=height)
    yield Cylinder(height, radius).at(y=height / 2)
