"""New eyeglasses: square lenses apart or touching, round ones, solid or as rims, at any fold.

The lenses are drawn first; temples, bridge and pads then go to the edges that the tilted lenses
have at their heights.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from geometry.maths import cosd, sind
from geometry.schema.template import Part, part

#: Typical sizes: upper length of square lenses, the rest in the order of the templates.
LENS, RIM, RIM_THICKNESS = 0.5512, 0.6215, 0.0448
ROUND, ROUND_RIM, ROUND_RIM_WIDTH = (0.2437, 0.2221, 0.0271), (0.2723, 0.2676, 0.0521), 0.0472
DROOP = {"Regular_Leg": 3.188, "Trifold_Leg": 5.967}
BEND = {"Regular_Leg": (21.91, -11.71), "Trifold_Leg": (25.75, -19.77)}
PAD_TURN = (-32.0, 50.0, 5.0)
NARROWEST = 0.03  # between the lenses, where they are apart

Rng = np.random.Generator


@dataclass(frozen=True)
class Lens:
    """The right lens of a pair; the left one mirrors it.

    name, own: template and its parameters besides the two below. top, bottom, height: lengths of
    a square lens, or the axes of a round one. thick: thickness. lean: shift of the top from the
    bottom in x. tilt: about y, about z. interval: between the lenses.
    """

    name: str
    own: dict[str, Any]
    round: bool
    top: float
    bottom: float
    height: float
    thick: float
    tilt: tuple[float, float]
    interval: float
    lean: float = 0.0

    @property
    def part(self) -> Part:
        return part(self.name, interval=[self.interval], glass_rotation=[*self.tilt], **self.own)

    def edge(self, y: float, side: int) -> tuple[float, float]:
        """x and z of the rear face's inner (-1) or outer (1) edge at a height of the object."""
        (sine_y, cosine_y), (sine_z, cosine_z) = ((sind(a), cosd(a)) for a in self.tilt)
        w = y
        for _ in range(4):
            fraction = min(max(w / self.height + 0.5, 0.02), 0.98)
            w = (fraction - 0.5) * self.height
            along = self._along(fraction, side)
            w = (y - along * cosine_y * sine_z) / cosine_z
        x = (self.top / 2 + along) * cosine_y * cosine_z - w * sine_z
        return self.interval / 2 + x, (self.top / 2 - along) * sine_y

    def _along(self, fraction: float, side: int) -> float:
        """x of an edge in the lens, from below the middle of its top; `fraction` of its height."""
        if self.round:
            return side * self.top * math.sqrt(fraction * (1 - fraction))
        middle = self.lean * (fraction - 1)
        return middle + side * (self.bottom + (self.top - self.bottom) * fraction) / 2

    def level(self, fraction: float) -> float:
        """y at a fraction of the height below the top."""
        return self.height * (0.5 - fraction)

    def apart(self, gap: float) -> Lens:
        """The same lenses, with at least that much between their inner edges."""
        levels = np.linspace(-0.49, 0.49, 9) * self.height
        inner = min(self.edge(y, -1)[0] for y in levels.tolist())
        return replace(self, interval=self.interval + max(gap - 2 * inner, 0.0))


def _about(rng: Rng) -> float:
    return float(rng.uniform(0.8, 1.2))


def _square(rng: Rng, touching: bool) -> Lens:
    u = rng.uniform
    solid = rng.random() < 0.5
    if solid:
        top = LENS * _about(rng)
        bottom = top * 5 / 6 * _about(rng)
        height, thick = bottom * 17 / 30 * _about(rng), top / 20 * _about(rng)
        tilt = 9 * u(0.5, 1.5), 3 * u(0.5, 2.0)
    else:
        top = RIM * _about(rng)
        bottom = top * 25 / 33 * _about(rng)
        height, thick = bottom * 4 / 5 * u(0.8, 1.3), RIM_THICKNESS * _about(rng)
        tilt = 8 * u(0.8, 1.5), 3 * u(0.5, 2.0)
    if touching:
        bottom = top * 2 / 3 * _about(rng)
    lean = top / 22 * _about(rng) if solid and rng.random() < 0.5 else 0.0
    own = {"size": [top, bottom, height, thick], "top_offset": [lean]}
    name = "Trapezoidal_Glasses"
    if not solid:
        name, own["width"] = "TrapezoidalFrame_Glasses", [bottom / 12 * _about(rng)]
    interval = 0.0 if touching else (top / 5 if solid else bottom / 8) * _about(rng)
    lens = Lens(name, own, False, top, bottom, height, thick, tilt, interval, lean)
    return lens.apart(0.0 if touching else NARROWEST)


def _round(rng: Rng) -> Lens:
    u = rng.uniform
    about_y = -12 * _about(rng) if rng.random() < 0.1 else u(0, 15)
    tilt = about_y, u(-6, 15)
    if rng.random() < 0.5:
        x, y, thick = size = (np.array(ROUND) * u(0.8, 1.2, 3)).tolist()
        name, own = "Round_Glasses", {"size": size}
        interval = x * 2 / 3 * _about(rng)
    else:
        y, divisor, thick = size = (np.array(ROUND_RIM) * u(0.8, 1.2, 3)).tolist()
        x = y**2 / divisor
        name = "RoundFrame_Glasses"
        own = {"size": size, "width": [ROUND_RIM_WIDTH * _about(rng)]}
        interval = y / 2 * _about(rng)
    lens = Lens(name, own, True, 2 * x, 2 * x, 2 * y, thick, tilt, interval)
    return lens.apart(NARROWEST)


def _temples(rng: Rng, lens: Lens) -> Part:
    """Behind the outer edges; a folded bar is as far behind the lens as it is thick."""
    u = rng.uniform
    name = str(rng.choice(["Regular_Leg", "Trifold_Leg"]))
    block = name == "Trifold_Leg"
    if lens.round:
        wide = lens.top / 12 * _about(rng)
        bar = [wide, wide * 5 / 3 * _about(rng), 1.25 * lens.top * u(0.8, 1.5)]
        y = lens.height / 2 * u(0.0, 0.4)
    else:
        wide = lens.top / 12 * u(0.6, 1.2)
        tall = wide * (4 / 3 if block else 5 / 3) * u(0.5, 1.2)
        bar = [wide, tall, 1.5 * lens.top * _about(rng)]
        y = lens.height / 2 * u(0.1, 0.9)
    tip = [wide * u(0.7, 1.2), bar[1] * u(0.6, 1.15), bar[2] / 2 * _about(rng)]
    fold = u(-10, 0) if rng.random() < 0.55 else u(-90, 0)
    if lens.tilt[0] < 0:
        fold = max(fold, -30.0)
    back = -wide * sind(fold)
    x, z = lens.edge(y, 1)
    hang = bar[1] / 2 if not block else 0.0  # of the part's origin above the bar's middle
    own = {}
    if block:
        deep = max(lens.thick * u(0.6, 1.4) + back, wide * 0.5)
        own["connector_size"] = [2 * wide * u(0.8, 1.2), bar[1] * _about(rng), deep]
        x -= own["connector_size"][0] * u(0.1, 0.5)
    return part(
        name,
        glass_interval=[2 * x - (0.0 if block else lens.interval)],
        size1=bar,
        size2=tip,
        rotation_1=[DROOP[name] * u(0.5, 1.5), fold],
        rotation_2=[angle * _about(rng) for angle in BEND[name]],
        offset_x=[0.0 if block else lens.interval / 2],
        position=[0, y + hang, z - back],
        **own,
    )


def _bridge(rng: Rng, lens: Lens) -> Part:
    """One or two bars between the inner edges."""
    u = rng.uniform
    if lens.round:
        one, upper, lower = u(0.3, 0.5), u(0.33, 0.42), u(0.45, 0.65)
        tall = lens.height / 12
    else:
        one, upper, lower = u(0.1, 0.6), u(0.1, 0.45), u(0.6, 0.8)
        tall = lens.height / 6
    if rng.random() < 0.5:
        size, at = _bar(rng, lens, one, tall * u(0.6, 1.1))
        return part("Standard_Connector", size=size, position=at)
    size_1, at_1 = _bar(rng, lens, upper, tall * u(0.5, 0.9))
    size_2, at_2 = _bar(rng, lens, lower, tall * u(0.5, 0.9))
    return part("Dual_Connector", size_1=size_1, offset_1=at_1, size_2=size_2, offset_2=at_2)


def _bar(rng: Rng, lens: Lens, fraction: float, tall: float) -> tuple[list[float], list[float]]:
    """Size of a bar on the rear faces' edges, and the middle of its front face."""
    y = lens.level(fraction)
    x, z = lens.edge(y, -1)
    long = 2 * x * rng.uniform(1.0, 1.1) + lens.thick / 2
    deep = lens.thick * rng.uniform(1.0, 1.2)
    return [long, tall, deep], [0.0, y, z + deep]


def _pads(rng: Rng, lens: Lens) -> Part:
    """Behind the lower inner edges, in the way of the bridge nowhere."""
    u = rng.uniform
    y = lens.level(u(0.58, 0.67) if lens.round else u(0.7, 0.8))
    x, z = lens.edge(y, -1)
    turn = [angle * _about(rng) for angle in PAD_TURN]
    long, high = lens.top / 7 * u(0.6, 1.2), lens.height / 4.5 * _about(rng)
    long = min(long, 1.5 * x / cosd(turn[1]))
    reach = abs(long / 2 * sind(turn[1])) + abs(high / 2 * sind(turn[0]))
    return part(
        "Standard_Support",
        size=[long, high, lens.thick * 2 / 3 * u(0.5, 1.2)],
        support_rotation=turn,
        offset_x=[x],
        position=[0, y, z - reach + lens.thick],
    )


def sample(rng: Rng) -> list[Part]:
    kind = rng.choice(["touching", "round", "square"])
    touching = kind == "touching"
    lens = _round(rng) if kind == "round" else _square(rng, touching)
    parts = [lens.part, _temples(rng, lens)]
    if not touching or rng.random() < 0.5:
        parts.append(_bridge(rng, lens))
    if rng.random() < 0.6:
        parts.append(_pads(rng, lens))
    return parts
