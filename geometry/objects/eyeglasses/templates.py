"""Eyeglasses: two lenses or rims, two temples that fold, usually a bridge and nose pads.

Front is +z, the temples run to -z; the outer rear edges of the lenses are at z = 0.
"""

from collections.abc import Iterator

from geometry.maths import cosd, label, minimum, safe_divide, sind, sqrt
from geometry.schema.joint import Joint, hinge
from geometry.schema.kinds import Deg2, Deg3, Length, Vec3, Vec4
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder, Ring, Solid

#: Of the temples: folded flat behind the lenses, and spread as far as the hinge gives way.
FOLDED, SPREAD = -90.0, 5.0
SIDES = ((-1, "left"), (1, "right"))


def _template(role, joints=None):
    return template(role, order="yxz", offset_first=True, joints=joints)


def _tilted(solid: Solid, side, length, interval, tilt, point) -> Solid:
    """A lens turned about `point` of it and put at its side, the outer rear edge at z = 0.

    length: of what goes from the inner to the outer rear edge, with `point` in the middle.
    """
    about_y, about_z = side * tilt[0], side * tilt[1]
    x = interval / 2 + length / 2 * cosd(tilt[0]) * cosd(tilt[1])
    moved = solid.at(-point[0], -point[1], -point[2]).turn(0, about_y, about_z)
    return moved.at(side * x, 0, length / 2 * sind(tilt[0]))


@_template("glasses")
def Trapezoidal_Glasses(size: Vec4, interval: Length, glass_rotation: Deg2, top_offset: Length):
    """Two solid lenses, straight above and below.

    size: lens: upper length, lower length, height, thickness
    interval: distance in x of the lenses' inner rear edges
    glass_rotation: tilt of the right lens about y and about z; the left one is mirrored
    top_offset: shift of the right lens's top from its bottom in x; the left one is mirrored
    """
    top, bottom, height, thick = size
    label(top=top, bottom=bottom, height=height, thick=thick)
    for side in (1, -1):
        shift = side * top_offset
        label(shift=shift)
        lens = Cuboid(height, top, thick, bottom, thick, (shift, 0.0))
        yield _tilted(lens, side, top, interval, glass_rotation, (shift, 0.0, -thick / 2))


@_template("glasses")
def TrapezoidalFrame_Glasses(
    size: Vec4, interval: Length, glass_rotation: Deg2, top_offset: Length, width: Length
):
    """Two rims of four straight bars each.

    size: outline: upper length, lower length, height, thickness
    interval: distance in x of the rims' inner rear edges
    glass_rotation: tilt of the right rim about y and about z; the left one is mirrored
    top_offset: shift of the bottom of both rims from the top in x
    width: of the bars
    """
    top, bottom, height, thick = size
    width = minimum(width, height / 2)
    fraction = safe_divide(width, height, 0.0)
    label(top=top, bottom=bottom, height=height, thick=thick, width=width, share=fraction)
    for side in (1, -1):
        for bar in _bars(top, bottom, height, thick, top_offset, width, fraction):
            point = (top_offset, 0.0, -thick / 2)
            yield _tilted(bar, side, top, interval, glass_rotation, point)


def _bars(top, bottom, height, thick, shift, width, fraction) -> Iterator[Solid]:
    """Upper, lower, -x and +x bar of one rim; `fraction`: width per height."""
    long, short = top - (top - bottom) * fraction, bottom + (top - bottom) * fraction
    rise = height - 2 * width
    lean = -shift * fraction
    upper = Cuboid(width, top, thick, long, thick, (lean, 0.0))
    yield upper.at(shift * fraction, (height - width) / 2)
    lower = Cuboid(width, short, thick, bottom, thick, (lean, 0.0))
    yield lower.at(shift, -(height - width) / 2)
    for side in (-1, 1):
        wide = fraction * sqrt((top + side * shift - bottom) ** 2 + height**2)
        offset = side * (long - short) / 2 - shift * (1 - 2 * fraction), 0.0
        bar = Cuboid(rise, wide, thick, wide, thick, offset)
        yield bar.at(side * (short / 2 - wide / 2) + shift * (1 - fraction))


@_template("glasses")
def Round_Glasses(size: Vec3, interval: Length, glass_rotation: Deg2):
    """Two solid elliptic lenses.

    size: lens: half axis in x, half axis in y, thickness
    interval: distance in x of the lenses' inner rear edges
    glass_rotation: tilt of the right lens about y and about z; the left one is mirrored
    """
    across, upright, thick = size
    label(across=across, upright=upright, thick=thick)
    lens = Cylinder(thick, across, across, upright, upright)
    for side in (1, -1):
        yield _round(lens, side, across, interval, glass_rotation)


@_template("glasses")
def RoundFrame_Glasses(size: Vec3, interval: Length, width: Length, glass_rotation: Deg2):
    """Two elliptic rims.

    size: half axis in y, the same divided by the ratio of x to y, thickness
    interval: distance in x of the rims' inner rear edges
    width: of the rim, in y
    glass_rotation: tilt of the right rim about y and about z; the left one is mirrored
    """
    upright, divisor, thick = size
    ratio = safe_divide(upright, divisor, 1.0)
    label(upright=upright, divisor=divisor, thick=thick, ratio=ratio)
    rim = Ring(thick, upright, upright - minimum(width, upright), x_z_ratio=ratio)
    for side in (1, -1):
        yield _round(rim, side, ratio * upright, interval, glass_rotation)


def _round(lens, side, across, interval, tilt) -> Solid:
    """A lens whose axis is y, turned to the front and put at its side, its middle at y = 0."""
    sine, cosine, half = sind(tilt[0]), cosd(tilt[0]), lens.height / 2
    x = interval / 2 + (across * cosine + half * sine) * cosd(tilt[1])
    turned = lens.turn(x=90).turn(0, side * tilt[0], side * tilt[1])
    return turned.at(side * x, 0, across * sine + half * cosine)


def _fold(rotation_1: Deg2, glass_interval: Length, offset_x: Length) -> Iterator[Joint]:
    """Each temple about its upper front outer corner, the axis drooping with it."""
    droop, fold = rotation_1
    axis = (0.0, cosd(droop), -sind(droop))
    for side, name in SIDES:
        pivot = (side * (glass_interval / 2 + offset_x), 0.0, 0.0)
        closed = -side * (FOLDED - fold)
        yield hinge(axis, pivot, _swing(side, fold), moves=name, closed=closed)


def _fold_at_block(
    rotation_1: Deg2, glass_interval: Length, offset_x: Length, connector_size: Vec3
) -> Iterator[Joint]:
    """Each temple about the upright outer rear edge of its block."""
    for side, name in SIDES:
        x = side * (glass_interval / 2 + offset_x + connector_size[0]) + offset_x
        closed = -side * (FOLDED - rotation_1[1])
        yield hinge((0, 1, 0), (x, 0, 0), _swing(side, rotation_1[1]), moves=name, closed=closed)


def _swing(side: int, fold: float) -> tuple[float, float]:
    return -side * (FOLDED - fold), -side * (SPREAD - fold)


@_template("leg", joints=_fold)
def Regular_Leg(
    glass_interval: Length,
    size1: Vec3,
    size2: Vec3,
    rotation_1: Deg2,
    rotation_2: Deg2,
    offset_x: Length,
):
    """Two temples, each a straight bar and a bent tip, hung by the outer upper front edges.

    glass_interval: distance in x of the hinges, less twice offset_x
    size1: bar: x, y, length
    size2: tip: x, y, length
    rotation_1: bar: droop; fold, with 0 straight to the rear and -90 folded behind the lenses
    rotation_2: tip on its bar: droop, turn outwards
    offset_x: part of the hinges' distance from the middle
    """
    for side, name in SIDES:
        for solid in _temple(side, size1, size2, rotation_2, "yx"):
            turned = solid.turn(-rotation_1[0], -side * rotation_1[1], order="yx")
            yield turned.at(side * (glass_interval / 2 + offset_x)).of(name)


@_template("leg", joints=_fold_at_block)
def Trifold_Leg(
    glass_interval: Length,
    size1: Vec3,
    size2: Vec3,
    rotation_1: Deg2,
    rotation_2: Deg2,
    connector_size: Vec3,
    offset_x: Length,
):
    """Two temples, each a straight bar and a bent tip, hung from a block beside the lens.

    glass_interval: distance in x of the blocks' inner ends, where offset_x is 0
    size1: bar: x, y, length
    size2: tip: x, y, length
    rotation_1: bar: droop; fold, with 0 straight to the rear and -90 folded behind the lenses
    rotation_2: tip on its bar: droop, turn outwards
    connector_size: block: x, y, z
    offset_x: moves either side outwards, and then both towards +x
    """
    wide, high, deep = connector_size
    label(wide=wide, high=high, deep=deep)
    for side, name in SIDES:
        x = side * (glass_interval / 2 + offset_x + wide) + offset_x
        for solid in _temple(side, size1, size2, rotation_2, "xy"):
            turned = solid.turn(-rotation_1[0], -side * rotation_1[1])
            yield turned.at(x, high / 2).of(name)
        yield Cuboid(high, wide, deep).at(x - side * wide / 2, 0, deep / 2)


def _temple(side, size1, size2, bend, order) -> Iterator[Solid]:
    """Bar and tip of one side; the bar's outer upper front edge is the origin."""
    for (wide, high, long), is_tip in ((size1, False), (size2, True)):
        bar = Cuboid(high, wide, long).at(-side * wide / 2, -high / 2, -long / 2)
        if is_tip:
            bar = bar.turn(-bend[0], -side * bend[1], order=order).at(z=-size1[2])
        yield bar


@_template("connector")
def Standard_Connector(size: Vec3):
    """One bar of the bridge; the middle of its front face is the origin.

    size: x, y and z
    """
    yield _bar(size)


@_template("connector")
def Dual_Connector(size_1: Vec3, offset_1: Vec3, size_2: Vec3, offset_2: Vec3):
    """Two bars of the bridge.

    size_1: upper bar, x, y and z
    offset_1: middle of its front face
    size_2: lower bar, x, y and z
    offset_2: middle of its front face
    """
    yield _bar(size_1).at(*offset_1)
    yield _bar(size_2).at(*offset_2)


def _bar(size) -> Cuboid:
    return Cuboid(size[1], size[0], size[2]).at(z=-size[2] / 2)


@_template("support")
def Standard_Support(size: Vec3, offset_x: Length, support_rotation: Deg3):
    """Two nose pads.

    size: each pad, x, y and z
    offset_x: distance of their middles from x = 0
    support_rotation: of the right pad about z first, then x, then y; the left one is mirrored
    """
    x, y, z = support_rotation
    label(x=x, y=y, z=z)
    for side in (1, -1):
        pad = Cuboid(size[1], size[0], size[2]).turn(x, side * y, side * z, order="zxy")
        yield pad.at(side * offset_x)
