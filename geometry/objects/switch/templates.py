"""Wall switches and small control boxes: a plate whose front is the plane z = 0, or a frame.

Rockers, levers, buttons and a knob in front of it, plug pins behind. Positions are added first,
then turned.
"""

from collections.abc import Iterator

from geometry.maths import label
from geometry.objects.shared.boards import box, frame
from geometry.schema.joint import Joint, Piece, hinge, slide
from geometry.schema.kinds import Count, Deg, Deg4, Flag, Vec2, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cylinder

#: Most switches side by side, and most pins in a row or a column.
MOST_SWITCHES, MOST_PINS = 40, 12
#: A switch tips at least this far to either side, a lever further.
TIP, LEVER_TIP = 10.0, 20.0
#: A knob turns this far to either side.
TURN = 150.0


def _template(role, joints=None):
    return template(role, offset_first=True, joints=joints)


@_template("base")
def Standard_Base(size: Vec3, has_back_part: Flag, back_part_size: Vec3, back_part_offset: Vec2):
    """A plate behind the plane z = 0, perhaps with a box behind it.

    size: plate, x, y and z
    has_back_part: whether there is a box
    back_part_size: box, x, y and z
    back_part_offset: shift of the box in x and y
    """
    yield box(size).at(z=-size[2] / 2)
    if has_back_part:
        x, y = back_part_offset
        label(x=x, y=y)
        yield box(back_part_size).at(x, y, -size[2] - back_part_size[2] / 2)


@_template("base")
def Frame_Base(size: Vec3, inner_size: Vec2, inner_outer_offset: Vec2):
    """A frame, its middle at the origin.

    size: outside, x, y and z
    inner_size: opening, x and y
    inner_outer_offset: shift of the opening in x and y
    """
    yield from frame(size, inner_size, inner_outer_offset)


def _steps(number: int, step) -> Iterator[tuple[str, float]]:
    """Name and x of each of the switches side by side."""
    for index in range(min(number, MOST_SWITCHES)):
        yield f"switch_{index + 1}", index * step


def _tip(angle: float, least: float = TIP) -> tuple[float, float]:
    """Over to the other side and back."""
    most = max(abs(angle), least)
    return -most - angle, most - angle


def _tip_x(number_of_switch, size, switch_rotation, separation) -> Iterator[Joint]:
    for name, x in _steps(number_of_switch, separation[0] + size[0]):
        yield hinge(
            (1, 0, 0), (x, 0, 0), _tip(switch_rotation), moves=name, closed=-switch_rotation
        )


@_template("switch", joints=_tip_x)
def FlipX_Switch(number_of_switch: Count, size: Vec3, switch_rotation: Deg, separation: Vec3):
    """Rockers side by side that tip up and down; the middle of the first is the origin.

    number_of_switch: rockers
    size: each rocker, x, y and z
    switch_rotation: tilt of all rockers about x
    separation: gap between rockers in x; the rest is without effect
    """
    for name, x in _steps(number_of_switch, separation[0] + size[0]):
        yield box(size).turn(x=switch_rotation).at(x).of(name)


def _tip_y_or_slide(
    number_of_switch, size, switch_rotation, separation, position, others: list[Piece]
) -> Iterator[Joint]:
    """Rockers tip; the sliders of a box with a plug go from one side of the middle to the other."""
    slides = any(piece.role == "plug" for piece in others)
    for name, x in _steps(number_of_switch, separation[0] + size[0]):
        if slides:
            yield slide((0, 1, 0), (0, -2 * position[1] or size[1]), moves=name)
        else:
            yield hinge(
                (0, 1, 0), (x, 0, 0), _tip(switch_rotation), moves=name, closed=-switch_rotation
            )


@_template("switch", joints=_tip_y_or_slide)
def FlipY_Switch(number_of_switch: Count, size: Vec3, switch_rotation: Deg, separation: Vec3):
    """Rockers side by side that tip sideways, or sliders; the middle of the first is the origin.

    number_of_switch: rockers
    size: each rocker, x, y and z
    switch_rotation: tilt of all rockers about y
    separation: gap between rockers in x; the rest is without effect
    """
    for name, x in _steps(number_of_switch, separation[0] + size[0]):
        yield box(size).turn(y=switch_rotation).at(x).of(name)


def _throw(
    number_of_switch, base_size, main_size, inter_offset, switch_rotation, separation
) -> Iterator[Joint]:
    tips = _tip(switch_rotation[0], LEVER_TIP)
    aside, up, out = inter_offset
    for name, x in _steps(number_of_switch, separation[0] + main_size[0]):
        pivot = x + aside, up, base_size[1] + out
        yield hinge((1, 0, 0), pivot, tips, moves=name, closed=-switch_rotation[0])


@_template("switch", joints=_throw)
def Lever_Switch(
    number_of_switch: Count,
    base_size: Vec2,
    main_size: Vec3,
    inter_offset: Vec3,
    switch_rotation: Deg4,
    separation: Vec3,
):
    """Levers side by side, each on a round socket; the first socket stands at the origin.

    number_of_switch: levers
    base_size: each socket: radius, height in z
    main_size: each lever: radius at the socket, radius at its end, length
    inter_offset: shift of the levers' pivots from the middles of the sockets' fronts
    switch_rotation: tilt of all levers about x; the rest is without effect
    separation: distance of the levers in x, less one radius at the socket; rest without effect
    """
    radius, deep = base_size
    low, high, long = main_size
    aside, up, out = inter_offset
    label(radius=radius, deep=deep, low=low, high=high, long=long, aside=aside, up=up, out=out)
    for name, x in _steps(number_of_switch, separation[0] + main_size[0]):
        label(x=x)
        yield Cylinder(deep, radius).turn(x=90).at(x, 0, deep / 2)
        lever = Cylinder(long, high, low).turn(x=90).at(z=long / 2).turn(x=switch_rotation[0])
        yield lever.at(x + aside, up, deep + out).of(name)


def _round_places(number, offsets, z):
    for index, offset in enumerate(offsets[: max(number, 0)]):
        yield f"switch_{index + 1}", (offset[0], offset[1], z)


def _tip_round(
    number_of_switch, offset_1, offset_2, offset_3, offset_4, offset_Z, switch_rotation
) -> Iterator[Joint]:
    offsets = offset_1, offset_2, offset_3, offset_4
    for name, middle in _round_places(number_of_switch, offsets, offset_Z[0]):
        tips = _tip(switch_rotation[0])
        yield hinge((1, 0, 0), middle, tips, moves=name, closed=-switch_rotation[0])


@_template("switch", joints=_tip_round)
def Round_Switch(
    number_of_switch: Count,
    size: Vec2,
    offset_1: Vec3,
    offset_2: Vec3,
    offset_3: Vec3,
    offset_4: Vec3,
    offset_Z: Vec3,
    switch_rotation: Deg4,
):
    """One to four round rockers.

    number_of_switch: rockers, at most 4
    size: each rocker: radius, height
    offset_1: x and y of the first one's middle; the third number is without effect
    offset_2: x and y of the second one's middle; the third number is without effect
    offset_3: x and y of the third one's middle; the third number is without effect
    offset_4: x and y of the fourth one's middle; the third number is without effect
    offset_Z: z of all middles; the rest is without effect
    switch_rotation: tilt of all rockers about x; the rest is without effect
    """
    radius, height = size
    label(radius=radius, height=height)
    offsets = offset_1, offset_2, offset_3, offset_4
    for name, middle in _round_places(number_of_switch, offsets, offset_Z[0]):
        disc = Cylinder(height, radius).turn(x=90 + switch_rotation[0])
        yield disc.at(*middle).of(name)


def _turn() -> Iterator[Joint]:
    yield hinge((0, 0, 1), (0, 0, 0), (-TURN, TURN))


@_template("knob", joints=_turn)
def Standard_Knob(size: Vec2):
    """A round knob in front of the plane z = 0.

    size: radius, height in z
    """
    radius, deep = size
    label(radius=radius, deep=deep)
    yield Cylinder(deep, radius).turn(x=90).at(z=deep / 2)


@_template("plug")
def Cuboidal_Plug(column_of_contact: Count, row_of_contact: Count, size: Vec3, interval: Vec2):
    """Flat pins in rows and columns, to the rear of the plane z = 0; the first is at the origin.

    column_of_contact: pins side by side
    row_of_contact: pins above each other
    size: each pin, x, y and z
    interval: gaps between pins in x and y
    """
    steps = interval[0] + size[0], interval[1] + size[1]
    for x, y in _grid(column_of_contact, row_of_contact, steps):
        yield box(size).at(x, y, -size[2] / 2)


@_template("plug")
def Cylindrical_Plug(column_of_contact: Count, row_of_contact: Count, size: Vec3, interval: Vec2):
    """Round pins in rows and columns, to the rear of the plane z = 0; the first is at the origin.

    column_of_contact: pins side by side
    row_of_contact: pins above each other
    size: each pin: radius, length; the third number is without effect
    interval: gaps between pins in x and y
    """
    radius, long, _ = size
    label(radius=radius, long=long)
    steps = interval[0] + 2 * radius, interval[1] + 2 * radius
    for x, y in _grid(column_of_contact, row_of_contact, steps):
        yield Cylinder(long, radius).turn(x=90).at(x, y, -long / 2)


def _grid(columns: int, rows: int, steps):
    for row in range(min(rows, MOST_PINS)):
        for column in range(min(columns, MOST_PINS)):
            yield column * steps[0], row * steps[1]
