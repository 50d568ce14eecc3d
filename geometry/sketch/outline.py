"""Loops as closed polygons that remember which line or arc each edge comes from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from geometry.sketch.loops import Curved, Loop, Piece, pieces


@dataclass(frozen=True, eq=False)
class Outline:
    """A closed polygon, counter-clockwise.

    points: (N, 2). owner: (N,) number of the piece that the edge from each point lies on.
    """

    points: np.ndarray
    owner: np.ndarray
    pieces: tuple[Piece, ...]

    @property
    def area(self) -> float:
        return signed_area(self.points)


def signed_area(points: np.ndarray) -> float:
    """Positive where the polygon runs counter-clockwise."""
    u, v = points.T
    return float(u @ np.roll(v, -1) - v @ np.roll(u, -1)) / 2


@lru_cache(maxsize=20_000)
def outline(loop: Loop, sides: int = 64) -> Outline:
    """The polygon of a loop. sides: of a whole circle."""
    drawn = pieces(loop)
    points: list[tuple[float, float]] = []
    owner: list[int] = []
    for number, piece in enumerate(drawn):
        if isinstance(piece, Curved):
            count = max(math.ceil(abs(piece.sweep) / math.tau * sides - 1e-9), 2)
            points += [piece.start, *(piece.at(k / count) for k in range(1, count))]
            owner += [number] * count
        else:
            points.append(piece.start)
            owner.append(number)
    corners, owners = np.array(points), np.array(owner)
    if signed_area(corners) < 0:
        corners = corners[::-1]
        owners = np.roll(owners[::-1], -1)  # an edge belongs to its first point
    return Outline(corners, owners, tuple(drawn))
