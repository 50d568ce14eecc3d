"""New pens: with a cap over the lower end, on or half pulled off, or with a button to push.

A pen without its clip looks the same from all sides, so every clip is in front.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from geometry.maths import atand, cosd, sind, tand
from geometry.schema.template import Part, part

CLEARANCE = 0.002  # between refill, barrel and button
ROOM = 0.02  # below the refill's point in a closed cap
STRIP = 0.015  # thickness of a curved clip

Rng = np.random.Generator


@dataclass(frozen=True)
class Barrel:
    """A barrel: radius at the top, at the lower end of the main tube and at the very end.

    height: of the main tube, around the origin. drop: of the cone under it, 0 without one.
    """

    part: Part
    top: float
    bottom: float
    end: float
    height: float
    drop: float
    wall: float

    @property
    def lowest(self) -> float:
        return -self.height / 2 - self.drop

    @property
    def lean(self) -> float:
        """How much the wall leans outwards on its way down, in degrees."""
        return atand((self.bottom - self.top) / self.height)


@dataclass(frozen=True)
class Wall:
    """What a clip hangs on: its radius at the top, the top's y, its height, how it leans.

    lean: how much it leans outwards on its way down, in degrees.
    """

    radius: float
    top: float
    height: float
    lean: float

    def reach(self, y: float) -> float:
        return self.radius + (self.top - y) * tand(self.lean)


def _plain_barrel(rng: Rng, capped: bool) -> Barrel:
    u = rng.uniform
    top, bottom = u(0.06, 0.1, 2).tolist()
    if capped:  # the cap has to fit over it
        bottom = top * u(0.96, 1.04)
    height, wall = u(1.0 if capped else 1.2, 2.3), u(0.01, 0.016)
    barrel = part("Cylindrical_Barrel", size=[top, bottom, height], thickness=[wall])
    return Barrel(barrel, top, bottom, bottom, height, 0.0, wall)


def _pointed_barrel(rng: Rng, capped: bool) -> Barrel:
    u = rng.uniform
    total, wall, end = u(1.0, 2.3), u(0.009, 0.015), u(0.025, 0.045)
    top, bottom = u(0.06, 0.08), u(0.06, 0.11 if capped else 0.13)
    bottom = max(bottom, 0.95 * top)
    height = total * (u(0.8, 0.95) if capped else u(0.45, 0.9))
    barrel = part(
        "Double_Layer_Barrel",
        main_size=[top, bottom, height],
        bottom_size=[end, total - height],
        thickness=[wall],
    )
    return Barrel(barrel, top, bottom, end, height, total - height, wall)


def _refill(rng: Rng, barrel: Barrel, capped: bool) -> tuple[Part, float]:
    """The refill, and y of its point: out, or drawn in where there is a button to push."""
    u = rng.uniform
    radius = min(barrel.top, barrel.end) - barrel.wall - CLEARANCE
    straight, cone = u(0.03, 0.04) if barrel.drop else u(0.05, 0.083), u(0.06, 0.1)
    drawn_in = not capped and rng.random() < 0.35
    point = barrel.lowest + (0.02 if drawn_in else -(straight + cone) * u(0.7, 1.0))
    start, end = point + straight + cone, barrel.height / 2 - CLEARANCE
    refill = part(
        "Cylindrical_Refill",
        size=[radius, end - start],
        tip_radius=[radius * u(0.5, 0.8)],
        tip_height=[straight, cone],
        tip_offset=[0.0, 0.0],
        position=[0, (start + end) / 2, 0],
    )
    return refill, point


def _cap(rng: Rng, barrel: Barrel, point: float) -> tuple[Part, Wall]:
    """Deep enough for cone and tip; tapered only over a cone."""
    u = rng.uniform
    drop = barrel.drop + barrel.lowest - point + ROOM  # from the main tube's end to the floor
    depth = max(u(0.4, 0.5), drop + u(0.05, 0.15))
    wall, floor = u(0.005, 0.02), u(0.005, 0.02)
    taper = 0.0
    if barrel.drop and rng.random() < 0.6:
        taper = min(0.03, wall * depth / (depth - drop))  # else the barrel comes through
    inner = [barrel.bottom, barrel.bottom - taper, depth]
    top, tall = barrel.bottom + wall, depth + floor
    outer = [top, top - taper * u(0.85, 1.0), tall]
    upper = point - ROOM + depth
    if rng.random() < 0.3:
        upper -= (upper - barrel.lowest) * u(0.1, 0.8)
    lean = -atand((outer[0] - outer[1]) / tall)
    cap = part("Single_Cap", outer_size=outer, inner_size=inner, position=[0, upper - tall / 2, 0])
    return cap, Wall(top, upper, tall, lean)


def _clip(rng: Rng, wall: Wall, capped: bool) -> Part:
    """On a barrel from the top down; on a cap from the closed end up, perhaps beyond the rim."""
    u = rng.uniform
    if rng.random() < 0.5:
        high = [u(0.04, 0.05), u(0.09, 0.11), u(0.015, 0.017)]
        low = [u(0.043, 0.045), u(0.085, 0.095), high[2]]
        length = wall.height + u(-0.1, 0.1) if capped else min(u(0.3, 0.5), 0.9 * wall.height)
        bar = [u(0.045, 0.055), length, u(0.015, 0.02)]
        shape = {
            "clip_root_size": high if capped else low,
            "clip_vertical_size": bar,
            "clip_tip_size": low if capped else high,
            "clip_offset": [0.0, 0.0],
        }
        name, width, rise = "Trifold_Clip", high[0], 0.0
    else:
        outer, angle, width = u(0.8, 0.86) if capped else u(0.7, 0.9), u(20, 25), u(0.04, 0.05)
        length = 2 * (outer - STRIP) * sind(angle / 2)
        shape = {
            "clip_curve_size": [outer, outer - STRIP, width],
            "clip_curve_exist_angle": [angle],
        }
        name, rise = "Curved_Clip", STRIP * cosd(angle / 2)
    y = wall.top - wall.height + length * cosd(wall.lean) if capped else wall.top
    radius = wall.reach(y)
    sink = radius - math.sqrt(radius**2 - (width / 2) ** 2)  # flat on round
    place = {"position": [0, y, radius + rise - sink], "rotation": [-wall.lean, 0, 0]}
    return part(name, **shape, **place)


def _button(rng: Rng, barrel: Barrel, capped: bool) -> Part:
    """A plug as wide as the barrel, or a button that fits into it."""
    u = rng.uniform
    bottom = barrel.top - u(0, 0.006) if capped else (barrel.top - barrel.wall) * u(0.8, 0.98)
    top = min(u(0.05, 0.055), bottom)
    place = {"position": [0, barrel.height / 2, 0]}
    if rng.random() < 0.5:
        height = u(0.02, 0.12) if capped else u(0.06, 0.14)
        return part("Cylindrical_Button", size=[top, bottom, height], **place)
    upper = min(u(0.043, 0.05), top)
    heights = u(0.02, 0.06), u(0.005, 0.04) if capped else u(0.03, 0.1)
    return part(
        "Bistratal_Button",
        bottom_size=[top, bottom, heights[0]],
        top_size=[upper * u(0.85, 1.0), upper, heights[1]],
        **place,
    )


def sample(rng: Rng) -> list[Part]:
    capped = bool(rng.random() < 0.5)
    barrel = (_plain_barrel if rng.random() < 0.5 else _pointed_barrel)(rng, capped)
    refill, point = _refill(rng, barrel, capped)
    parts = [barrel.part]
    wall = Wall(barrel.top, barrel.height / 2, barrel.height, barrel.lean)
    if capped:
        cap, wall = _cap(rng, barrel, point)
        parts.append(cap)
    return [*parts, _clip(rng, wall, capped), _button(rng, barrel, capped), refill]
