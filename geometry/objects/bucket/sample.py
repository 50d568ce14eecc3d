"""New buckets: pails, tubs and basins with a bail that stands, leans or hangs.

Two things cannot be seen in a picture and are therefore fixed: the size (every body is brought to
the same diagonal), and a turn about y that body and bail share (the hinge line is along x, the
bail leans to the front; the pose turns the whole).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from geometry.schema.template import Part, part

TYPICAL_DIAGONAL = 2.02  # of the body's bounding box
_ATTEMPTS = 60


@dataclass(frozen=True)
class Body:
    """A sampled body. Radii as in the code; `fraction` makes half widths of them."""

    part: Part
    outer: tuple[float, float, float]
    inner: tuple[float, float]
    fraction: float  # 1 if round, else sqrt(1/2)

    @property
    def rim(self) -> float:
        return self.outer[2] / 2

    @property
    def wall(self) -> float:
        return self.outer[0] - self.inner[0]

    def half_widths(self, height: float | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Outer and inner half width of the wall at a height."""
        at = np.clip(np.asarray(height) / self.outer[2] + 0.5, 0, 1)
        outer = self.outer[1] + (self.outer[0] - self.outer[1]) * at
        inner = self.inner[1] + (self.inner[0] - self.inner[1]) * at
        return outer * self.fraction, inner * self.fraction

    def distance(self, points: np.ndarray) -> np.ndarray:
        """From the axis, as the wall measures it (the larger of x and z for a square)."""
        x, z = np.abs(points[:, 0]), np.abs(points[:, 2])
        return np.hypot(x, z) if self.fraction == 1 else np.maximum(x, z)


@dataclass(frozen=True)
class Bail:
    """A drawn handle before it is tilted: its numbers and its centre line over the hinge line.

    mode: its ends stand "on" the rim, or "in" or "out" of the wall.
    line: (x, distance from the hinge line) along the centre line.
    sink: distance of the template's origin from the hinge line; lean: its turn about z.
    """

    name: str
    mode: str
    numbers: dict[str, list[float]]
    line: np.ndarray
    sink: float = 0.0
    lean: float = 0.0


def _body(rng: np.random.Generator, name: str) -> Body:
    u = rng.uniform
    height = np.exp(u(np.log(0.55), np.log(3.0)))  # in top radii
    base = u(0.65, 1.0) if rng.random() < 0.87 else u(1.0, 1.12)
    fraction = 1.0 if name == "Cylindrical_Body" else float(np.sqrt(0.5))
    scale = TYPICAL_DIAGONAL / np.hypot(height, np.sqrt(8) * fraction * max(1.0, base))
    scale = min(scale, 0.8 / fraction)
    wall = u(0.02, 0.06)
    outer = (scale, base * scale, height * scale)
    cavity = np.array(outer) - wall * u(0.9, 1.1, 3)
    body = part(name, outer_size=list(outer), inner_size=list(cavity))
    return Body(body, outer, (float(cavity[0]), float(cavity[1])), fraction)


def _cover(rng: np.random.Generator, body: Body) -> Part:
    """A disc on the rim: shut, or pushed aside."""
    radius = rng.uniform(body.inner[0] + 0.3 * body.wall, body.outer[0])
    height = rng.uniform(0.02, 0.09)
    aside = np.zeros(2)
    if rng.random() < 0.3:
        angle = rng.uniform(0, 2 * np.pi)
        aside = rng.uniform(0.1, 0.7) * body.inner[0] * np.array([np.cos(angle), np.sin(angle)])
    place = [aside[0], body.rim + height / 2, aside[1]]
    return part("Single_Cylinder", size=[radius, height], position=place)


def _mounted(
    mode: str, rng: np.random.Generator, body: Body, half_thick: float
) -> tuple[float, float]:
    """Height of the hinge line and half span of the bail's ends, so that they touch the wall."""
    outer, inner = body.half_widths(body.rim)
    if mode == "on":
        slack = min(0.3 * half_thick, 0.2 * (outer - inner))
        return body.rim, float(rng.uniform(inner + slack, outer - slack))
    depth = rng.uniform(0.02, 0.06) if mode == "in" else rng.uniform(0.02, 0.18)
    height = body.rim - max(depth * body.outer[2], 1.2 * half_thick)
    outer, inner = body.half_widths(height)
    grip = 0.3 * half_thick
    return height, float(inner - half_thick + grip if mode == "in" else outer + half_thick - grip)


def _curved(rng: np.random.Generator, body: Body, mode: str) -> tuple[Bail, float]:
    tube = rng.uniform(0.009, 0.2 * body.wall + 0.045 * body.outer[0] * body.fraction)
    angle = {"on": (185, 205), "in": (172, 180), "out": (188, 245)}[mode]
    exist = rng.uniform(*angle)
    lift = np.radians((exist - 180) / 2)
    height, half = _mounted(mode, rng, body, tube)
    ring = half / np.cos(lift)
    path = np.linspace(-lift, np.pi + lift, 200)
    line = np.stack([ring * np.cos(path), ring * (np.sin(path) + np.sin(lift))], axis=1)
    numbers = {"radius": [ring, tube], "exist_angle": [exist]}
    sink = ring * np.sin(lift)
    return Bail("Curved_Handle", mode, numbers, line, sink, -np.degrees(lift)), height


def _trifold(rng: np.random.Generator, body: Body, mode: str) -> tuple[Bail, float]:
    width = body.outer[0] * body.fraction
    wide = rng.uniform(0.02, 0.3 * body.wall + 0.06 * width)
    deep = rng.uniform(0.02, 0.5 * body.wall + 0.14 * width)
    high = rng.uniform(0.02, 0.3 * body.wall + 0.06 * width)
    height, half = _mounted(mode, rng, body, wide / 2)
    low, top = {"on": (-15, 25), "in": (0, 20), "out": (-14, -2)}[mode]
    lean = rng.uniform(low, top)
    length = width * (rng.uniform(1.05, 1.7) if mode == "out" else rng.uniform(0.6, 1.3))
    corner = (half - length * np.sin(np.radians(lean)), length * np.cos(np.radians(lean)))
    corners = np.array([(half, 0), corner, (-corner[0], corner[1]), (-half, 0)])
    numbers = {
        "vertical_length": [length, length],
        "vertical_thickness": [wide, deep],
        "horizontal_thickness": [high, deep],
        "vertical_rotation": [lean, -lean],
        "vertical_separation": [2 * half],
    }
    return Bail("Trifold_Handle", mode, numbers, _resampled(corners)), height


def _resampled(corners: np.ndarray) -> np.ndarray:
    at = np.linspace(0, len(corners) - 1, 200)
    return np.stack([np.interp(at, np.arange(len(corners)), c) for c in corners.T], axis=1)


def _u_line(half: float, length: float) -> np.ndarray:
    path = np.linspace(0, np.pi, 120)
    bow = np.stack([half * np.cos(path), length + half * np.sin(path)], axis=1)
    rise = np.linspace(0, length, 40, endpoint=False)
    leg = np.stack([np.full(40, half), rise], axis=1)
    return np.concatenate([leg, bow, leg[::-1] * (-1, 1)])


def _round_u(rng: np.random.Generator, body: Body, mode: str) -> tuple[Bail, float]:
    width = body.outer[0] * body.fraction
    rod = rng.uniform(0.01, 0.05 * body.wall + 0.055 * width)
    height, half = _mounted(mode, rng, body, rod)
    length = width * (rng.uniform(0.2, 1.0) if mode == "out" else rng.uniform(0.2, 0.7))
    numbers = {
        "inner_radius": [rod],
        "vertical_separation": [2 * half],
        "vertical_length": [length],
    }
    return Bail("Round_U_Handle", mode, numbers, _u_line(half, length)), height


def _flat_u(rng: np.random.Generator, body: Body, mode: str) -> tuple[Bail, float]:
    width = body.outer[0] * body.fraction
    thick = rng.uniform(0.015, 0.1 * body.wall + 0.06 * width)
    deep = max(rng.uniform(0.05, 0.1 * body.wall + 0.17 * width), 1.8 * thick)
    height, half = _mounted(mode, rng, body, thick / 2)
    length = width * rng.uniform(0.15, 1.0)
    numbers = {"vertical_size": [thick, length, deep], "vertical_separation": [2 * half]}
    return Bail("Flat_U_Handle", mode, numbers, _u_line(half, length)), height


_Draw = Callable[[np.random.Generator, Body, str], tuple[Bail, float]]
_HANDLES: tuple[tuple[_Draw, tuple[str, ...]], ...] = (
    (_curved, ("on", "in", "out", "out")),
    (_trifold, ("on", "in", "out", "out")),
    (_round_u, ("on", "in", "out", "out")),
    (_flat_u, ("out",)),
)


def _tilt(rng: np.random.Generator, mode: str) -> float:
    """Degrees from upright towards the front."""
    if mode == "in":
        return float(rng.uniform(0, 30))
    if mode == "on":
        return float(rng.uniform(0, 80))
    return float(rng.uniform(0, 60) if rng.random() < 0.5 else rng.uniform(85, 130))


def _collisions(bail: Bail, height: float, tilt: float, body: Body, cover: Part | None) -> int:
    """How many points of the bail's centre line run through the wall, its ends apart, or a lid."""
    up, out = np.cos(np.radians(tilt)), np.sin(np.radians(tilt))
    x, away = bail.line.T
    points = np.stack([x, height + away * up, away * out], axis=1)
    beside = (points[:, 1] < body.rim) & (points[:, 1] > -body.rim)
    outer, inner = body.half_widths(points[:, 1])
    distance = body.distance(points)
    slack = 0.3 * body.wall
    bad = distance > inner + slack if bail.mode == "in" else distance < outer - slack
    hits = int((bad & beside & (away > 0.05)).sum())
    hits += int((points[:, 1] < -body.rim).sum())  # through the ground
    if cover is not None:
        (radius, thick), place = cover["parameters"]["size"], cover["parameters"]["position"]
        level = np.abs(points[:, 1] - place[1]) < thick / 2
        near = np.hypot(points[:, 0] - place[0], points[:, 2] - place[2]) < radius - slack
        hits += int((level & near).sum())
    return hits


def _handle(rng: np.random.Generator, body: Body, cover: Part | None) -> Part:
    """The first drawn handle that passes wall and lid, or the one that comes nearest to it."""
    draw, modes = _HANDLES[rng.integers(len(_HANDLES))]
    mode = "out" if cover is not None else str(rng.choice(modes))
    fewest = None
    for _ in range(_ATTEMPTS):
        bail, height = draw(rng, body, mode)
        tilt = _tilt(rng, mode)
        hits = _collisions(bail, height, tilt, body, cover)
        if fewest is None or hits < fewest:
            fewest, best = hits, (bail, height, tilt)
        if hits == 0:
            break
    bail, height, tilt = best
    up, out = np.cos(np.radians(tilt)), np.sin(np.radians(tilt))
    return part(
        bail.name,
        **bail.numbers,
        position=[0, height + bail.sink * up, bail.sink * out],
        rotation=_fixed_angles(tilt, bail.lean),
    )


def _fixed_angles(tilt: float, lean: float) -> list[float]:
    """x, y, z angles, applied in this order, of: first `lean` about z, then `tilt` about x."""
    (st, ct), (sl, cl) = ((np.sin(a), np.cos(a)) for a in np.radians([tilt, lean]))
    # rows of Rx(tilt) Rz(lean): (cl, -sl, 0), (ct sl, ct cl, -st), (st sl, st cl, ct)
    angles = [np.arctan2(st * cl, ct), -np.arcsin(st * sl), np.arctan2(ct * sl, cl)]
    return [float(angle) for angle in np.degrees(angles)]


def sample(rng: np.random.Generator) -> list[Part]:
    is_round = rng.random() < 0.65
    body = _body(rng, "Cylindrical_Body" if is_round else "Prismatic_Body")
    parts = [body.part]
    cover = None
    if is_round and rng.random() < 0.4:
        cover = _cover(rng, body)
        parts.append(cover)
    is_basin = body.outer[2] < 1.1 * body.outer[0]
    if rng.random() > (0.3 if is_basin else 0.04):
        parts.append(_handle(rng, body, cover))
    return parts
