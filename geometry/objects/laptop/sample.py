"""New laptops: shut, open at any angle or laid flat, the screen on the base or behind it.

How large a laptop is cannot be seen in a picture, so every base has the same diagonal.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from geometry.maths import cosd, sind, tand
from geometry.schema.template import Part, part

TYPICAL_DIAGONAL = 1.6  # of the base, in x and z
DEPTH = 0.6825  # of the base, in lengths
#: Half of a connector's height below which it takes its proportions from its depth.
THIN = 0.005

Rng = np.random.Generator


@dataclass(frozen=True)
class Setting:
    """A base, a screen that leans by `tilt` over it, and where the screen's lower edge is.

    length, height, depth: of the base. tall, thick: of the screen.
    y, z: middle of the screen's lower edge. behind: the edge is behind the base, not on top.
    """

    length: float
    height: float
    depth: float
    tall: float
    thick: float
    tilt: float
    y: float
    z: float
    behind: bool

    @property
    def top(self) -> float:
        return self.height / 2

    @property
    def rise(self) -> float:
        """Half the thickness of the screen, as seen along z (signed like the tilt)."""
        return self.thick / 2 * sind(self.tilt)

    @property
    def run(self) -> float:
        """Half the thickness of the screen, as seen from above."""
        return self.thick / 2 * cosd(self.tilt)


def _tilt(rng: Rng) -> float:
    """Mostly as people use it."""
    kind = rng.choice(["open", "any", "shut"], p=[0.6, 0.36, 0.04])
    if kind == "shut":
        return 90.0
    return rng.uniform(-55, 10) if kind == "open" else rng.uniform(-88, 88)


def _setting(rng: Rng, hinge: str) -> Setting:
    u = rng.uniform
    depth = DEPTH * u(0.8, 1.2)
    length = TYPICAL_DIAGONAL / math.hypot(1, depth)
    depth, height = depth * length, length * u(0.027, 0.075)
    tall, thick, tilt = depth * u(0.9, 1.0), height * u(0.6, 0.8), _tilt(rng)
    rise, run = thick / 2 * abs(sind(tilt)), thick / 2 * cosd(tilt)
    behind = rng.random() < 0.5 and tilt != 90.0
    if behind and hinge == "none":
        behind = tilt < 0  # leaning forwards from there it would cut the base
        y, z = height / 2 * u(0.0, 0.7), -depth / 2 - run * u(0.7, 0.95)
    elif behind:
        most = 2.0 if hinge == "cuboid" else 1.2
        y = height / 2 + math.copysign(rise, tilt) * u(1.0, most)
        z = -depth / 2 - run * u(1.1, 2.0)
    if not behind:
        z = -depth / 2 * (1 - 0.2 * cosd(tilt) * u(0, 1))  # laid flat it is at the very end
        fraction = {"none": 0.0, "cuboid": u(1.0, 1.2), "cylinder": u(0.0, 1.2)}[hinge]
        y = height / 2 + (rise * u(0.9, 1.0) if tilt > 0 else -rise * fraction)
    return Setting(length, height, depth, tall, thick, tilt, y, z, behind)


def _between(rng: Rng, at: Setting) -> tuple[float, float, float, float]:
    """y and z of a point between base and screen, and the gap between them in y and z."""
    rise = at.y - at.rise - at.top
    gap = -at.z - at.run - at.depth / 2
    return at.top + rise * rng.random(), -at.depth / 2 - gap * rng.random(), abs(rise), gap


def _block(rng: Rng, at: Setting) -> tuple[float, float, float, float, float]:
    """y, z, height, depth and turn of the blocks between base and screen."""
    u, tilt = rng.uniform, at.tilt
    if at.behind:
        y, z, rise, gap = _between(rng, at)
        deep = 2 * math.hypot(rise, gap)
        tall = 2 * rise * cosd(tilt) * u(1, 1.2)
        if tall / 2 < THIN:
            tall = deep * cosd(tilt) * u(1, 1.2)
        return y, z, tall, deep, tilt
    if tilt < 0:
        tall, deep = at.tall / 10 * u(0.9, 1.5), at.thick / 4 * u(0.5, 0.8)
        z = at.z + (at.top - at.y + 2 * at.rise) * tand(tilt) + at.run
        y, z = at.top, max(z, -at.depth / 2)
        return y + tall / 2 * cosd(tilt), z + tall / 2 * sind(tilt), tall, deep, tilt
    tall = max(4 * at.rise * cosd(tilt), at.thick / 2)
    return at.top, at.z + at.run, tall, 2 / 3 * at.thick * u(0.6, 0.8), tilt


def _rod(rng: Rng, at: Setting) -> tuple[float, float, float]:
    """y, z and radius of the rods between base and screen."""
    u = rng.uniform
    if at.behind:
        y, z, rise, gap = _between(rng, at)
        up = max(abs(y - at.top), rise - abs(y - at.top))
        out = max(-z - at.depth / 2, gap - (-z - at.depth / 2))
        return y, z, max(u(1.1, 1.2) * math.hypot(up, out), at.thick * 0.2)
    sunk = at.y <= at.top - abs(at.rise)
    if sunk and at.tilt < 0:
        z = at.z + (at.top - at.y + 2 * at.rise) * tand(at.tilt) + at.run
        return at.top, z, at.thick / 3 * u(0.8, 1.2)
    z = at.z + (at.run if at.tilt <= 0 or sunk else -at.run)
    return at.top, z, at.thick / 2 * u(0.8, 1.2)


def _row(rng: Rng, at: Setting) -> tuple[int, float, list[float], float]:
    """Number and length of pieces, gaps between them, where the row starts."""
    number = int(rng.choice([1, 2, 3], p=[0.4, 0.45, 0.15]))
    span = at.length * rng.uniform(0.75, 0.98)
    long = span / 2 * rng.uniform(0.5, 1.9) / number
    if number > 1:
        long *= rng.uniform(0.3, 1.0)
    gap = (span - number * long) / (number - 1) if number > 1 else 0.0
    gaps = [gap] * (number - 1) + [0.0] * (5 - number)
    return number, long, gaps, -(number * long + (number - 1) * gap) / 2


def sample(rng: Rng) -> list[Part]:
    hinge = str(rng.choice(["none", "cuboid", "cylinder"], p=[0.4, 0.3, 0.3]))
    at = _setting(rng, hinge)
    wide = at.length * (1 + rng.choice([-1, 1]) * rng.uniform(0.003, 0.01))
    parts = [
        part("Regular_Base", size=[at.length, at.height, at.depth]),
        part(
            "Regular_Screen",
            size=[wide, at.tall, at.thick],
            offset=[at.y, at.z + at.tall / 2 * sind(at.tilt)],
            screen_rotation=[at.tilt],
        ),
    ]
    if hinge != "none":
        number, long, gaps, start = _row(rng, at)
    if hinge == "cuboid":
        y, z, tall, deep, turn = _block(rng, at)
        block = part(
            "Cuboidal_Connector",
            number_of_connector=[number],
            size=[long, tall, deep],
            separation=gaps,
            offset=[start, y, z],
            connector_rotation=[turn],
        )
        parts.append(block)
    elif hinge == "cylinder":
        y, z, radius = _rod(rng, at)
        rod = part(
            "Cylindrical_Connector",
            number_of_connector=[number],
            size=[radius, long],
            separation=gaps,
            offset=[start, y, z],
        )
        parts.append(rod)
    return parts
