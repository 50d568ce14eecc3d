"""New USB sticks: with a cap pulled off part of the way, or a bent strip at any angle.

How large a stick is cannot be seen in a picture, so all bodies have the same diagonal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geometry.schema.template import Part, part

#: Typical bodies, square and round at the end, and the diagonal that all are brought to.
SQUARE, ROUND, DIAGONAL = (0.3845, 0.1724, 0.8313), (0.5836, 0.2057, 0.8982), 0.95
#: Thickness of a cap's sheet.
SHEET = 0.0148

Rng = np.random.Generator


@dataclass(frozen=True)
class Stick:
    """Body and plug with the lengths that a cap is fitted to.

    size: body, x, y and z. half: half its x with rounded sides. end: what a rounded end adds in z.
    plug: x, y and z.
    """

    parts: list[Part]
    size: list[float]
    half: float
    end: float
    plug: list[float]


def _stick(rng: Rng, hidden: bool) -> Stick:
    """hidden: whether a cap is on the plug, so that nobody can look into it."""
    u = rng.uniform
    square = rng.random() < 0.5
    sides = np.array(SQUARE if square else ROUND) * u(0.6, 1.4, 3)
    wide, high, long = (float(side) for side in sides * DIAGONAL / np.linalg.norm(sides))
    high = min(high, 0.8 * wide)
    size = [wide, high, max(long, 1.1 * wide)]
    if square:
        back, side = bool(rng.random() < 0.6), bool(rng.random() < 0.6)
        flags = {"has_back_part": [int(back)], "has_side_part": [int(side)]}
        body = part("Regular_Body", size=size, **flags)
        half, end = wide / 2 + side * high / 2, back * high / 2
    else:
        body, half, end = part("RoundEnded_Body", size=size), wide / 2, wide / 2
    plug = [wide * u(0.6, 0.9), high * u(0.6, 0.9), wide * u(0.6, 0.9)]
    if hidden or rng.random() < 0.35:
        connector = part("Simplied_Connector", size=plug)
    else:
        wall = min(plug[:2]) * u(0.03, 0.2)
        connector = part("Regular_Connector", size=plug, thickness=[wall])
    return Stick([body, connector], size, half, end, plug)


def _slip_on(rng: Rng, stick: Stick) -> Part:
    """As wide as the body, its cavity close around the plug on which it slides."""
    u = rng.uniform
    wide, high, _ = stick.size
    x, y, z = stick.plug
    long = z * u(1.2, 1.5)
    cavity = [min(x * u(1.01, 1.1), 0.95 * wide), min(y * u(1.01, 1.1), 0.94 * high)]
    off = 0.0 if rng.random() < 0.15 else z * u(0.2, 0.9)
    return part(
        "Regular_Cap",
        size=[wide, high, long],
        inner_size=[*cavity, z + (long - z) * u(0.1, 0.7)],
        inner_outer_offset=[0, 0],
        position=[0, 0, off],
    )


def _swivelling(rng: Rng, stick: Stick, name: str) -> Part:
    """Long enough to swing over either end of the stick."""
    u = rng.uniform
    wide, high, long = stick.size
    strip, sheet = wide * u(1.0, 1.2), SHEET * u(1.0, 1.5)
    axis = -long * u(0.3, 0.75)
    reach = max(
        np.hypot(long + axis + stick.end, stick.half),
        np.hypot(stick.plug[2] - axis, stick.plug[0] / 2),
        np.hypot(axis, stick.half),
    )
    gap = high * u(1.0, 1.1)
    lean = 0.0 if rng.random() < 0.5 else u(0.0, 2.0)
    turn = rng.choice([0.0, 90.0, -90.0, 180.0]) if rng.random() < 0.4 else u(-180, 180)
    radius = min(0.45 * wide, 0.9 * -axis) * u(0.4, 1.0)
    return part(
        name,
        size=[strip, sheet, strip / 2 + reach * u(1.01, 1.1)],
        proximal_interval=[gap],
        inclination=[lean],
        has_shaft=[int(rng.random() < 0.85)],
        shaft_size=[radius, ((gap - high) / 2 + sheet) * u(1.3, 1.8)],
        shaft_offset=[-strip / 2],
        cap_rotation=[float(turn)],
        shaft_interval=[high],
        position=[0, 0, axis + strip / 2],
    )


def sample(rng: Rng) -> list[Part]:
    name = str(rng.choice(["Regular_Cap", "SquareEnded_Cap", "RoundEnded_Cap"]))
    stick = _stick(rng, hidden=name == "Regular_Cap")
    cap = _slip_on(rng, stick) if name == "Regular_Cap" else _swivelling(rng, stick, name)
    return [*stick.parts, cap]
