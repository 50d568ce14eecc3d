"""Convex pieces of solids, for physics engines: rings are cut into sections, the rest is a hull."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geometry.solids.convex import Convex, convex
from geometry.solids.primitives import (
    BoxCylinderRing,
    CylinderBoxRing,
    RectangularRing,
    Ring,
    Solid,
    Torus,
)
from geometry.solids.surfaces import structure, surface
from geometry.solids.tessellate import numbers_of

#: Steps of a full turn, and how many of them a section of a ring takes.
_SEGMENTS, _SECTION = 24, 2


def convex_pieces(solid: Solid) -> Iterator[Convex]:
    """Convex bodies that fill the solid where it is placed; flat pieces are left out."""
    shape = structure(solid, _SEGMENTS)
    arguments = [np.array([value]) for value in numbers_of(solid)]
    points = surface(type(solid), shape, arguments)
    placed = points @ np.array(solid.rotation).T + np.array(solid.offset)
    for rows in _sections(solid, shape, len(placed)):
        piece = convex(placed[rows])
        if piece is not None:
            yield piece


def count_pieces(solid: Solid) -> int:
    """How many convex bodies `convex_pieces` makes at most, without making them."""
    shape = structure(solid, _SEGMENTS)
    return len(_sections(solid, shape, shape[2] if len(shape) > 2 else 1))


def _sections(solid: Solid, shape: tuple[int, ...], count: int) -> list[np.ndarray]:
    """Rows of the vertices of each piece; see geometry.solids.surfaces for their order."""
    if isinstance(solid, Ring | Torus | RectangularRing):
        steps, _, around = shape
        length = 1 if isinstance(solid, RectangularRing) else _SECTION
        starts = range(0, steps, length)
        return [_stations(k, min(k + length, steps), count // around, around) for k in starts]
    if isinstance(solid, BoxCylinderRing | CylinderBoxRing):
        return [_beside_hole(side, isinstance(solid, BoxCylinderRing)) for side in range(4)]
    return [np.arange(count)]


def _stations(first: int, last: int, stations: int, around: int) -> np.ndarray:
    """All vertices from one station of a sweep to another, past the end to the start."""
    rows = np.arange(first, last + 1) % stations
    return (rows[:, None] * around + np.arange(around)).ravel()


def _beside_hole(side: int, round_hole: bool) -> np.ndarray:
    """The part of a holed solid between two corners of its square outline."""
    corners = np.array([side, (side + 1) % 4])
    first = side * _SEGMENTS // 4 + _SEGMENTS // 8
    arc = np.arange(first, first + _SEGMENTS // 4 + 1) % _SEGMENTS
    outline, hole = (corners, arc + 4) if round_hole else (arc, corners + _SEGMENTS)
    front = np.concatenate([outline, hole])
    return np.concatenate([front, front + 4 + _SEGMENTS])
