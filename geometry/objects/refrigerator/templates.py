"""Fridges: an upright box of one to three doors with handles, shelves, racks, legs."""

from __future__ import annotations

from geometry.maths import label
from geometry.objects.shared import appliance
from geometry.schema.kinds import Length, Vec2, Vec3, Vec5
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, RectangularRing

MOST_DOORS = 3
#: Shelves inside, and racks on all doors together.
MOST_TRAYS, MOST_VESSELS = 5, 9

Cuboidal_Body = template("body")(appliance.Cuboidal_Body)
Double_Layer_Body = template("body")(appliance.Double_Layer_Body)


@template("body")
def Left_Right_Double_Layer_Body(
    size: Vec3, thickness: Vec5, clapboard_size: Vec2, clapboard_offset: Length
):
    """A box, open to the front, parted by an upright board.

    size: x, y and z
    thickness: walls above, below, at +x, at -x, behind
    clapboard_size: thickness in x and depth in z of the board
    clapboard_offset: shift of the board in x from the cavity's middle
    """
    above, below, right, left, behind = thickness
    thick, deep = clapboard_size
    label(thick=thick, deep=deep)
    yield from Cuboidal_Body(size, thickness)
    yield Cuboid(size[1] - above - below, thick, deep).at(
        (left - right) / 2 + clapboard_offset, (below - above) / 2, behind + (deep - size[2]) / 2
    )


_door = template("door", at_most=MOST_DOORS, joints=appliance.side_door)
Cuboidal_Door = _door(appliance.Cuboidal_Door)
Sunken_Door = _door(appliance.Sunken_Door)

_handle = template("handle", at_most=MOST_DOORS, order="zxy")
Cuboidal_Handle = _handle(appliance.Cuboidal_Handle)
Trifold_Handle = _handle(appliance.Trifold_Handle)
Trifold_Curve_Handle = _handle(appliance.Trifold_Curve_Handle)
Curve_Handle = _handle(appliance.Curve_Handle)


@template("vessel", at_most=MOST_VESSELS)
def Cuboidal_Vessel(outer_size: Vec3, inner_size: Vec3):
    """A rack behind a door, open above; the door closes it at z = 0.

    outer_size: outside, x, y and z
    inner_size: cavity, x, y and z
    """
    x, y, z = outer_size
    inner_x, inner_y, inner_z = inner_size
    label(x=x, y=y, z=z, inner_x=inner_x, inner_y=inner_y, inner_z=inner_z)
    yield Cuboid(y - inner_y, x, z).at(y=-inner_y / 2, z=-z / 2)
    yield RectangularRing(
        front_height=inner_y,
        outer_top_length=x,
        outer_top_width=z,
        inner_top_length=inner_x,
        inner_top_width=inner_z,
        inner_offset=(0.0, (z - inner_z) / 2),
    ).at(y=(y - inner_y) / 2, z=-z / 2)


Flat_Tray = template("tray", at_most=MOST_TRAYS, joints=appliance.pull_flat)(appliance.Flat_Tray)
Drawer_Like_Tray = template("tray", at_most=MOST_TRAYS, joints=appliance.pull)(
    appliance.Drawer_Like_Tray
)
Multilevel_Leg = template("leg")(appliance.Multilevel_Leg)
