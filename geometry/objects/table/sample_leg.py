"""Draws the legs of tables: straight, splayed, braced, panels, a single block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from geometry.maths import asind, atan2d, cosd, sind, tand
from geometry.objects.table.sample_top import Rng, Top, Vector, about
from geometry.schema.template import Part, part

BAR, SIDE_BAR = 0.0977, 0.1786

Lean = tuple[float, float]
UPRIGHT: Lean = (0.0, 0.0)


@dataclass(frozen=True)
class Legs:
    """Legs that are drawn, and what hangs between them: `apart` is front x, rear x, z."""

    part: Part
    position: Vector
    height: float
    front: Vector
    rear: Vector
    apart: Vector
    lean: Lean = UPRIGHT
    even: bool = True

    def spread(self, y: float) -> tuple[float, float]:
        """By how much legs are further apart at y than at half their height, in x and z."""
        below = -y - self.height / 2
        pitch, roll = self.lean
        return -2 * below * tand(roll), -2 * below * tand(pitch) / cosd(roll)


def four_legs(rng: Rng, top: Top, upright: bool = False, braced: bool = False) -> Legs:
    """Four legs under a rectangular top, with bars between them if `braced`."""
    front_lean, rear_lean = (UPRIGHT, UPRIGHT) if upright else _leans(rng)
    thick = 2 * top.half * rng.uniform(0.035, 0.13)
    wide = thick if rng.random() < 0.6 else min(thick * rng.uniform(0.6, 1.6), top.size[2] / 5)
    rear_thick = thick if rng.random() < 0.75 else thick * about(rng)
    room = top.drop - _corner(thick, wide, front_lean)
    front = (thick, room / _fall(front_lean), wide)
    rear_room = top.drop - _corner(rear_thick, wide, rear_lean)
    # Where the format puts the middle of the rear legs: their feet come to the floor all the same.
    middle = front[1] * (_fall(front_lean) if braced else _fall(rear_lean)) / 2
    rear = (rear_thick, 2 * (rear_room - middle) / _fall(rear_lean), wide)
    fraction = room_used(rng)
    rear_share = fraction if rng.random() < 0.75 else room_used(rng)
    outwards = [-leg[1] * sind(lean[1]) for leg, lean in ((front, front_lean), (rear, rear_lean))]
    depth_room = top.size[2] - wide
    depth_room += min(-front[1] * sind(front_lean[0]), rear[1] * sind(rear_lean[0]))
    apart = (
        (top.size[0] - thick + outwards[0]) * fraction,
        (top.size[0] - rear_thick + outwards[1]) * rear_share,
        depth_room * room_used(rng),
    )
    rise = max(_corner(thick, wide, front_lean), _corner(rear_thick, wide, rear_lean))
    position = top.below(y=_sunk(top, rise))
    sizes = _sizes(front, rear, apart, front_lean, rear_lean)
    even = rear_lean == (-front_lean[0], front_lean[1])
    if braced:
        bars = _bars(rng, top.drop, front, rear, front_lean)
        legs = part("Regular_with_splat_leg", **sizes, **bars, **placed(position))
    else:
        legs = part("Regular_leg", **_straight(4), **sizes, **placed(position))
    return Legs(legs, position, top.drop, front, rear, apart, front_lean, even)


def round_legs(rng: Rng, top: Top) -> Legs:
    """Three or four legs under a round top, leaning straight away from its middle."""
    number = int(rng.choice([3, 4]))
    lean = 0.0 if rng.random() < 0.35 else rng.uniform(2, 15)
    thick = top.half * rng.uniform(0.05, 0.13)
    # Of the front legs, from +z; three legs stand in an equilateral triangle.
    angle = {3: 60.0, 4: 45.0}[number] * (1 if rng.random() < 0.7 else rng.uniform(0.85, 1.15))
    inwards, across = sind(lean) * cosd(angle), sind(lean) * sind(angle)
    front_lean = -asind(inwards), -atan2d(across, cosd(lean))
    rear_lean = (lean, 0.0) if number == 3 else (-front_lean[0], front_lean[1])
    length = (top.drop - _corner(thick, thick, front_lean)) / cosd(lean)
    rear_length = (top.drop - _corner(thick, thick, rear_lean)) / cosd(lean)
    front, rear = (thick, length, thick), (thick, rear_length, thick)
    away = (top.half - 0.75 * thick) * room_used(rng) + length / 2 * sind(lean)
    reach = away if number == 3 else away * cosd(angle)
    apart = (
        2 * away * sind(angle),
        0.0 if number == 3 else 2 * away * sind(angle),
        away * cosd(angle) + reach,
    )
    sunk = _sunk(top, max(_corner(thick, thick, front_lean), _corner(thick, thick, rear_lean)))
    position = top.below(y=sunk, z=(away * cosd(angle) - reach) / 2)
    sizes = _sizes(front, rear, apart, front_lean, rear_lean)
    legs = part("Regular_leg", **_straight(number), **sizes, **placed(position))
    return Legs(legs, position, top.drop, front, rear, apart, (-lean, 0.0))


def panels(rng: Rng, top: Top, upright: bool = False) -> Legs:
    """Two side panels or broad legs."""
    roll = 0.0 if upright or rng.random() < 0.6 else rng.uniform(-15, 5)
    if upright:
        thick = max(0.5 * top.size[1] * about(rng), 0.025)
    else:
        thick = top.size[0] * rng.uniform(0.02, 0.085)
    width = top.size[2] * rng.uniform(0.6, 0.99)
    length = (top.drop - _corner(thick, 0, (0, roll))) / cosd(roll)
    size = (thick, length, width)
    apart = (top.size[0] - thick - abs(length * sind(roll))) * room_used(rng)
    # The format forgets the lean in the middle's height: lifted to meet the top.
    lifted = length / 2 * (1 - cosd(roll)) + _sunk(top, _corner(thick, 0, (0, roll)))
    return _front_only(2, size, (apart, 0.0, 0.0), (0.0, roll), top.below(y=lifted), top.drop)


def block(rng: Rng, top: Top) -> Legs:
    """A single post or block."""
    fraction = rng.uniform(0.08, 0.6)
    size = top.size[0] * fraction, top.drop, top.size[2] * min(fraction * about(rng), 0.8)
    return _front_only(1, size, (0.0, 0.0, 0.0), UPRIGHT, top.below(), top.drop)


def room_used(rng: Rng) -> float:
    """Of the room under a top: most legs stand near its edge."""
    return rng.uniform(0.9, 0.99) if rng.random() < 0.6 else rng.uniform(0.7, 0.9)


def _leans(rng: Rng) -> tuple[Lean, Lean]:
    """Of the front and the rear legs: straight, splayed alike, or only the rear ones raked."""
    kind = rng.random()
    if kind < 0.45:
        return UPRIGHT, UPRIGHT
    if kind < 0.52:
        return UPRIGHT, (rng.uniform(2, 8), 0.0)
    pitch, roll = rng.uniform(2, 15), rng.uniform(2, 15)
    kind = rng.random()
    pitch, roll = (0.0 if kind < 0.2 else pitch), (0.0 if kind > 0.8 else roll)
    return (-pitch, -roll), (pitch, -roll)


def _fall(lean: Lean) -> float:
    return cosd(lean[0]) * cosd(lean[1])


def _corner(length: float, width: float, lean: Lean) -> float:
    """By how much a corner of a leaning leg's end is above the end's middle."""
    return length / 2 * abs(sind(lean[1])) + width / 2 * abs(sind(lean[0]) * cosd(lean[1]))


def _sunk(top: Top, rise: float) -> float:
    """Shift that keeps the upper corners of leaning legs inside the top."""
    return min(0.0, 0.45 * top.size[1] - rise)


def _bars(rng: Rng, drop: float, front: Vector, rear: Vector, lean: Lean) -> dict[str, Any]:
    """Stretchers near the floor, rails higher up, or an apron that meets the top."""
    apron = rng.random() < 0.4
    exists = [1, 1, 1, 1]
    height, side_height = (
        min(bar * rng.uniform(0.25, 1.2), 0.2 * drop) for bar in (BAR, SIDE_BAR * 0.6)
    )
    if apron:
        side_height = height if rng.random() < 0.6 else side_height
        up, side_up = ((drop - size) / 2 / _fall(lean) for size in (height, side_height))
        rear_up, side_rear_up = up, side_up
    else:
        pair = int(rng.random() < 0.58)
        exists = [pair, pair if rng.random() < 0.85 else 1, *([int(rng.random() < 0.91)] * 2)]
        if not any(exists):
            exists[1] = 1
        up, side_up = (drop / 2 * rng.choice([-1, 1]) * rng.uniform(0.1, 0.8) for _ in range(2))
        rear_up = up if rng.random() < 0.8 else up * rng.uniform(0.5, 1)
        side_rear_up = side_up if rng.random() < 0.9 else side_up * about(rng)
    width = min(front[2], rear[2]) * rng.uniform(0.4, 0.98)
    side_width = min(front[0], rear[0]) * rng.uniform(0.4, 0.98)
    return {
        "bridging_bars_existance": exists,
        "front_rear_bridging_bars_sizes": [height, width],
        "front_rear_bridging_bars_offset": [up, rear_up],
        "left_right_bridging_bars_sizes": [side_width, side_height],
        "left_right_bridging_bars_offset": [side_up, side_rear_up],
    }


def _straight(number: int) -> dict[str, Any]:
    return {"number_of_legs": [number], "symmetry_mode": [1]}


def _sizes(
    front: Vector, rear: Vector, apart: Vector, front_lean: Lean, rear_lean: Lean
) -> dict[str, Any]:
    return {
        "legs_separation": list(apart),
        "central_rotation": [0.0],
        "front_legs_size": list(front),
        "front_rotation": list(front_lean),
        "rear_legs_size": list(rear),
        "rear_rotation": list(rear_lean),
    }


def placed(position: Vector, additional: list[float] | None = None) -> dict[str, Any]:
    return {"position": list(position), "additional_legs_params": additional or [0]}


def _front_only(
    number: int, size: Vector, apart: Vector, lean: Lean, position: Vector, drop: float
) -> Legs:
    """One or two legs; what belongs to rear legs is 0."""
    sizes = _sizes(size, (0.0, 0.0, 0.0), apart, lean, UPRIGHT)
    legs = part("Regular_leg", **_straight(number), **sizes, **placed(position))
    return Legs(legs, position, drop, size, size, apart, lean, even=number == 2)
