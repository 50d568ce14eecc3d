"""New switches: rockers in a plate or a frame, and boxes with levers, buttons, sliders or a knob.

Boxes have plug pins behind; plates with a knob have none.
"""

from __future__ import annotations

import numpy as np

from geometry.maths import asind, cosd, tand
from geometry.schema.template import Part, part

#: Share of a frame's opening that rockers fill.
CLEARANCE = 0.985

Rng = np.random.Generator


def _either(rng: Rng) -> float:
    return 1.0 if rng.random() < 0.5 else -1.0


def _number(rng: Rng, most: int) -> int:
    """1 half of the time, else any number up to `most`."""
    return 1 if rng.random() < 0.5 else int(rng.integers(2, most + 1))


def _plate(rng: Rng, x: float, y: float, z: float, has_back: bool) -> Part:
    u = rng.uniform
    wide = x * u(0.4, 0.6)
    back = [wide, min(wide, 0.9 * y), u(0.06, 0.09)] if has_back else [0.0, 0.0, 0.0]
    return part(
        "Standard_Base",
        size=[x, y, z],
        has_back_part=[int(has_back)],
        back_part_size=back,
        back_part_offset=[0, 0],
    )


def _rockers(
    rng: Rng, name: str, number: int, room: tuple[float, float], gap: float, most_deep: float
) -> Part:
    """Rockers side by side in the middle; `room`: x and y that they fill together."""
    u = rng.uniform
    wide, high = (room[0] - gap * (number - 1)) / number, room[1]
    if name == "FlipX_Switch":
        deep = min(u(0.08, 0.1) if number == 1 else u(0.06, 0.08), most_deep)
        tilt = asind(min(2 * deep / high, 0.5)) / 2
        high = high * cosd(tilt)
    else:
        deep = min(u(0.04, 0.06), most_deep)
        tilt = asind(min(deep / wide, 0.35))
    return part(
        name,
        number_of_switch=[number],
        size=[wide, high, deep],
        switch_rotation=[_either(rng) * tilt],
        separation=[gap if number > 1 else 0.0, 0, 0],
        position=[-(number - 1) / 2 * (wide + gap), 0, 0],
    )


def _rocker(rng: Rng) -> list[Part]:
    u = rng.uniform
    name = str(rng.choice(["FlipX_Switch", "FlipY_Switch"]))
    number = int(rng.integers(1, 6 if name == "FlipX_Switch" else 5))
    if rng.random() < 0.5:
        wide, deep = u(0.72, 1.0), u(0.08, 0.12)
        base = _plate(rng, wide, wide, deep, bool(rng.random() < 0.5))
        fraction = 1.0 if rng.random() < 0.5 else u(0.6, 0.85)
        room, deep = (wide * fraction, wide * fraction), 0.9 * deep
    else:
        wide, deep = u(0.72, 0.9), u(0.07, 0.08)
        inner = wide - 0.09 * u(0.8, 1.6)
        base = part(
            "Frame_Base",
            size=[wide, wide, deep],
            inner_size=[inner, inner],
            inner_outer_offset=[0, 0],
        )
        room = inner * CLEARANCE, inner * CLEARANCE
    return [base, _rockers(rng, name, number, room, u(0.02, 0.028), deep)]


def _levers(rng: Rng, number: int, socket: list[float], x: float) -> Part:
    """Levers whose lower ends are inside their sockets."""
    u = rng.uniform
    low, high, long = u(0.044, 0.048), u(0.077, 0.081), u(0.32, 0.35)
    step = 4 / number * u(0.07, 0.09) + 2 * socket[0] if number > 1 else 0.0
    return part(
        "Lever_Switch",
        number_of_switch=[number],
        base_size=socket,
        main_size=[low, high, long],
        inter_offset=[0, 0, -low],
        switch_rotation=[_either(rng) * u(20, 30), 0, 0, 0],
        separation=[step, 0, 0],
        position=[x - (number - 1) / 2 * (step + low), 0, 0],
    )


def _lever(rng: Rng) -> list[Part]:
    u = rng.uniform
    number = _number(rng, 4)
    y, z = u(0.72, 1.0), u(0.08, 0.18)
    x = y * (1 + 0.3 * number)
    socket = [u(0.15, 0.18), u(0.09, 0.135)] if number == 1 else [u(0.12, 0.15), u(0.05, 0.09)]
    levers = _levers(rng, number, socket, 0.0)
    return [_plate(rng, x, y, z, False), levers, _plug(rng, "Cuboidal_Plug", x, y, z)]


def _lever_and_knob(rng: Rng) -> list[Part]:
    u = rng.uniform
    x, y, z = u(1.152, 1.5), u(0.72, 1.0), u(0.08, 0.12)
    aside = _either(rng) * x * u(0.2, 0.24)
    lever = _levers(rng, 1, [u(0.13, 0.19), u(0.07, 0.135)], aside)
    base = _plate(rng, x, y, z, bool(rng.random() < 0.5))
    return [base, lever, _knob(rng, -aside)]


def _rocker_and_knob(rng: Rng) -> list[Part]:
    u = rng.uniform
    x, y, z = u(1.152, 1.5), u(0.72, 1.0), u(0.08, 0.12)
    gap = x * u(0.3, 0.45)
    room = gap + (x - gap) * u(0.45, 0.55), y * u(0.6, 0.8)
    rockers = _rockers(rng, "FlipX_Switch", 2, room, gap, 0.9 * z)
    return [_plate(rng, x, y, z, bool(rng.random() < 0.5)), rockers, _knob(rng, 0.0)]


def _knob(rng: Rng, x: float) -> Part:
    size = [rng.uniform(0.12, 0.15), rng.uniform(0.07, 0.28)]
    return part("Standard_Knob", size=size, position=[x, 0, 0])


def _only_knob(rng: Rng) -> list[Part]:
    wide, deep = rng.uniform(0.72, 1.0), rng.uniform(0.08, 0.12)
    plug = _plug(rng, "Cuboidal_Plug", wide, wide, deep)
    return [_plate(rng, wide, wide, deep, False), _knob(rng, 0.0), plug]


def _round(rng: Rng) -> list[Part]:
    """Round rockers that sink into the plate with one side of their edge."""
    u = rng.uniform
    number = _number(rng, 4)
    x, y, z = u(0.72, 1.0) * (1.5 if number == 4 else 1), u(0.74, 1.3), u(0.12, 0.18)
    radius = u(0.1, 0.12) * (1.3 if number == 1 else 1)
    high = min(x * u(0.16, 0.23), 0.45 * y - radius)
    places = {
        1: [(0.0, 0.0)],
        2: [(-x / 6, 0.0), (x / 6, 0.0)],
        3: [(-x / 4, 0.0), (x / 4, 0.0), (0.0, high)],
        4: [(-x / 10, 0.0), (x / 10, 0.0), (-0.3 * x, 0.0), (0.3 * x, 0.0)],
    }[number]
    if number in (2, 4):
        radius = min(radius, 0.9 * places[1][0])
    tilt = u(20, 30)
    height = 2 * radius * tand(tilt)
    offsets = {
        f"offset_{index + 1}": [*(places[index] if index < number else (0, 0)), 0]
        for index in range(4)
    }
    buttons = part(
        "Round_Switch",
        number_of_switch=[number],
        size=[radius, height],
        **offsets,
        offset_Z=[height * u(0.0, 0.3), 0, 0],
        switch_rotation=[_either(rng) * tilt, 0, 0, 0],
    )
    return [_plate(rng, x, y, z, False), buttons, _plug(rng, _pins(rng), x, y, z)]


def _slider(rng: Rng) -> list[Part]:
    u = rng.uniform
    number = _number(rng, 6)
    x, y, z = u(0.72, 1.0) * (u(1.6, 1.8) if number >= 4 else 1), u(0.72, 1.0), u(0.12, 0.18)
    if number == 1:
        size, step = [u(0.1, 0.14), 1.4 * u(0.04, 0.06), u(0.2, 0.28)], 0.0
        up = _either(rng) * y * u(0.16, 0.3)
    else:
        size = [0.8 * u(0.1, 0.14), u(0.04, 0.06), min(u(0.24, 0.36), 1.9 * z)]
        gap = 4 / number * (u(0.05, 0.08) if number <= 3 else u(0.16, 0.23))
        step = min(gap + size[0], (0.92 * x - size[0]) / (number - 1))
        up = -y * u(0.1, 0.16)
    sliders = part(
        "FlipY_Switch",
        number_of_switch=[number],
        size=size,
        switch_rotation=[0],
        separation=[step - size[0] if number > 1 else 0.0, 0, 0],
        position=[-(number - 1) / 2 * step, up, 0],
    )
    return [_plate(rng, x, y, z, False), sliders, _plug(rng, _pins(rng), x, y, z)]


def _pins(rng: Rng) -> str:
    return str(rng.choice(["Cuboidal_Plug", "Cylindrical_Plug"]))


def _plug(rng: Rng, name: str, x: float, y: float, z: float) -> Part:
    """Pins in the middle of the back of a plate of the given size."""
    u = rng.uniform
    columns = int(rng.integers(1, 3))
    rows = int(rng.integers(2, 4)) if name == "Cuboidal_Plug" else 3
    if name == "Cuboidal_Plug":
        wide, high = u(0.09, 0.12), u(0.03, 0.045)
        size = [wide, high, u(0.4, 0.6)]
    else:
        radius = u(0.04, 0.06)
        size, wide, high = [radius, u(0.4, 0.6), 0.0], 2 * radius, 2 * radius
    aside = x * u(0.5, 0.8) / (columns + 1) if columns > 1 else 0.0
    above = y / (rows + 1) * u(0.7, 0.9)
    return part(
        name,
        column_of_contact=[columns],
        row_of_contact=[rows],
        size=size,
        interval=[aside, above],
        position=[-(columns - 1) / 2 * (aside + wide), -(rows - 1) / 2 * (above + high), -z],
    )


def sample(rng: Rng) -> list[Part]:
    kinds = {
        "rocker": _rocker,
        "lever": _lever,
        "lever and knob": _lever_and_knob,
        "rocker and knob": _rocker_and_knob,
        "round": _round,
        "slider": _slider,
        "knob": _only_knob,
    }
    return kinds[str(rng.choice(list(kinds)))](rng)
