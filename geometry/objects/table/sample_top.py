"""Draws proportions of tables, their tops, and the low screen that some carry on top."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geometry.schema.template import Part, part

LENGTH, THICKNESS, WIDTH, HEIGHT = 1.4062, 0.0654, 0.8467, 0.7031
RADIUS, ROUND_THICKNESS = 0.792, 0.082
POSITION, ROUND_POSITION = (-0.0007, 0.1864, -0.0171), (0.0036, 0.2054, -0.0008)
SCREEN_HEIGHT = 0.124

Rng = np.random.Generator
Vector = tuple[float, float, float]


def about(rng: Rng) -> float:
    """A factor near 1."""
    return rng.uniform(0.8, 1.2)


@dataclass(frozen=True)
class Top:
    """A top that is drawn: its part, extents, place, and how high above the floor it belongs."""

    part: Part
    size: Vector
    position: Vector
    drop: float
    round: bool = False

    @property
    def half(self) -> float:
        """Half of the shorter side; the radius of a round top."""
        return min(self.size[0], self.size[2]) / 2

    def below(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Vector:
        """A place relative to the middle of the underside."""
        px, py, pz = self.position
        return px + x, py - self.size[1] / 2 + y, pz + z


#: Shares of dining tables and desks, coffee, side, console and high tables.
ALL, WITH_DRAWER, DESK = (40, 20, 20, 10, 10), (45, 0, 30, 15, 10), (90, 0, 0, 5, 5)


def rectangular_top(rng: Rng, position: Vector = POSITION, fractions: tuple[int, ...] = ALL) -> Top:
    """A rectangular top in the proportions of a kind of table, drawn by the kinds' shares."""
    kinds = ["usual", "coffee", "side", "console", "high"]
    kind = rng.choice(kinds, p=np.array(fractions) / sum(fractions))
    length = LENGTH * about(rng)
    width = max(WIDTH * about(rng), length / 3 * about(rng))
    drop = HEIGHT * about(rng)
    if kind == "coffee":
        width, drop = length * rng.uniform(0.4, 1), length * rng.uniform(0.2, 0.42)
    elif kind == "side":
        length = length * rng.uniform(0.45, 0.75)
        width, drop = length * rng.uniform(0.75, 1.05), length * rng.uniform(0.8, 1.3)
    elif kind == "console":
        width, drop = length * rng.uniform(0.24, 0.38), length * rng.uniform(0.5, 0.8)
    elif kind == "high":
        drop = length * rng.uniform(1, 1.2)
    size = (length, min(THICKNESS * _thinness(rng), 0.12 * min(length, width)), width)
    top = part("Regular_desktop", size=list(size), position=list(position))
    return Top(top, size, position, drop)


def round_top(rng: Rng) -> Top:
    """A round top of a dining, coffee, side or bar table."""
    radius = RADIUS * (about(rng) if rng.random() < 0.7 else rng.uniform(0.4, 0.8))
    drop = 2 * radius * rng.choice([rng.uniform(0.3, 0.5), rng.uniform(0.5, 0.9), about(rng)])
    size = (2 * radius, min(ROUND_THICKNESS * _thinness(rng), 0.2 * radius), 2 * radius)
    top = part("Cylindrical_desktop", size=[radius, size[1]], position=list(ROUND_POSITION))
    return Top(top, size, ROUND_POSITION, drop, round=True)


def screen(rng: Rng, top: Top) -> Part:
    """A low board along the rear edge of the top, at times with side boards."""
    length, thickness, width = top.size
    height = SCREEN_HEIGHT * about(rng) if rng.random() < 0.6 else width * rng.uniform(0.1, 0.4)
    board = 4 / 7 * thickness * about(rng)
    apart = length * rng.uniform(0.8, 0.995)
    sides = [0.0, 0.0, width - 2 * board]
    z = 0.0
    enclosed = rng.random() < 0.25
    if enclosed:
        sides = [board, height * rng.choice([1.0, rng.uniform(0.4, 0.9)]), sides[2]]
        sides[2] *= rng.choice([1.0, rng.uniform(0.3, 0.9)])
        apart -= 2 * board
        z = (sides[2] + 2 * board - width) / 2
    px, py, pz = top.position
    return part(
        "Regular_partition",
        has_partition=[int(enclosed), 1, int(enclosed)],
        left_right_size=sides,
        rear_size=[height, board],
        left_right_separation=[apart],
        position=[px, py + thickness / 2, pz + z],
    )


def _thinness(rng: Rng) -> float:
    """Of a top's thickness: most are ordinary, glass and metal thin, slabs thick."""
    kind = rng.random()
    if kind < 0.55:
        return about(rng)
    return rng.uniform(0.3, 0.8) if kind < 0.85 else rng.uniform(1.2, 1.9)
