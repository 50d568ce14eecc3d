"""The triangles of each primitive: topology that depends on the number of steps alone, cached.

Faces are closed and face outward for positive arguments. Vertices are numbered as
`geometry.solids.surfaces` makes them.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from itertools import pairwise

import numpy as np

from geometry.solids.primitives import (
    BoxCylinderRing,
    Cone,
    Cuboid,
    Cylinder,
    CylinderBoxRing,
    RectangularRing,
    Sphere,
    Torus,
    TriangularPrism,
)
from geometry.solids.surfaces import Structure


@lru_cache(maxsize=512)
def faces(kind: Hashable, shape: Structure) -> np.ndarray:
    """Triangles (F, 3) of a kind of primitive with the given structure; read-only."""
    triangles = np.array(_faces(kind, shape), dtype=np.int64).reshape(-1, 3)
    triangles.setflags(write=False)
    return triangles


def _faces(kind: Hashable, shape: Structure) -> list[tuple[int, int, int]]:
    if kind is Cuboid:
        return [(5, 7, 4), (7, 6, 4), (1, 0, 3), (0, 2, 3), (1, 3, 5), (3, 7, 5),
                (2, 0, 4), (2, 4, 6), (3, 2, 7), (2, 6, 7), (0, 1, 5), (0, 5, 4)]  # fmt: skip
    steps, full = shape[0], shape[1]
    if kind in (Cylinder, TriangularPrism):
        return _barrel(steps, full)
    if kind is Cone:
        return [t for i in range(steps) for t in (
            (i, steps + 1, (i + 1) % steps), (i, (i + 1) % steps, steps))]  # fmt: skip
    if kind is Sphere:
        return _zone(steps, full, shape[2])
    if kind is BoxCylinderRing:
        return _holed_faces(4, steps)
    if kind is CylinderBoxRing:
        return _holed_faces(steps, 4)
    swept = _swept(steps, full, shape[2], straight=kind is RectangularRing)
    # the sections of these two run the other way round
    return [t[::-1] for t in swept] if kind in (RectangularRing, Torus) else swept


def _barrel(steps: int, full: int) -> list[tuple[int, int, int]]:
    """Two loops and two centres; a partial turn is closed by two flat sides at the axis."""
    loop = steps if full else steps + 1
    low, high = 2 * loop, 2 * loop + 1
    result = []
    for i in range(steps):
        j = (i + 1) % loop
        result += [(i, loop + i, j), (j, loop + i, loop + j)]
        result += [(low, i, j), (high, loop + j, loop + i)]
    if not full:
        last = loop - 1
        result += [(low, high, 0), (0, high, loop)]
        result += [(last, loop + last, low), (low, loop + last, high)]
    return result


def _zone(steps: int, full: int, rows: int) -> list[tuple[int, int, int]]:
    """Rings from pole to pole and a centre for each end; flat sides close a partial turn."""
    stations = steps if full else steps + 1
    north, south = stations * (rows + 1), stations * (rows + 1) + 1
    result = []
    for i in range(steps):
        j = (i + 1) % stations
        for row in range(rows):
            a, b = row * stations, (row + 1) * stations
            result += [(a + i, a + j, b + i), (a + j, b + j, b + i)]
        end = rows * stations
        result += [(north, j, i), (south, end + i, end + j)]
    if not full:
        first = [row * stations for row in range(rows + 1)] + [south]
        for a, b in pairwise(first):
            result.append((north, a, b))
            last = steps if b != south else 0
            result.append((north, b + last, a + steps))
    return result


def _swept(steps: int, full: int, section: int, straight: bool) -> list[tuple[int, int, int]]:
    """A closed section of `section` points carried along a sweep; partial turns get end caps."""
    stations = steps if full else steps + 1
    result = []
    for i in range(steps):
        a, b = i * section, ((i + 1) % stations) * section
        for p in range(section):
            q = (p + 1) % section
            if straight:
                result += _frame_quad(a, b, p, q, i)
            else:
                result += [(a + p, a + q, b + q), (a + p, b + q, b + p)]
    if not full:
        end = steps * section
        for p in range(1, section - 1):
            result += [(0, p + 1, p), (end, end + p, end + p + 1)]
    return result


def _frame_quad(a: int, b: int, p: int, q: int, side: int) -> list[tuple[int, int, int]]:
    """One quad of a rectangular ring, split along the diagonal that the code format names."""
    # sides: 0 front, 1 right, 2 back, 3 left. Walls: -x top to +x bottom, front top to back bottom.
    corners = (a + p, a + q, b + q, b + p)
    first_top = {0: True, 1: True, 2: False, 3: False}[side]  # diagonal from station a's top?
    if p in (0, 2):  # outer wall (0 low, 1 top), inner wall (2 top, 3 low)
        top_a, top_b = (a + q, b + q) if p == 0 else (a + p, b + p)
        start = top_a if first_top else top_b
    else:  # top frame (1 outer, 2 inner), bottom frame (3 inner, 0 outer): outer a to inner b
        start = a + p if p == 1 else a + q
    k = corners.index(start)
    w, x, y, z = corners[k:] + corners[:k]
    return [(w, x, y), (w, y, z)]


def _holed_faces(outer: int, inner: int) -> list[tuple[int, int, int]]:
    """Front and back plates with a hole, the outer wall and the wall of the hole."""
    back = outer + inner
    result = []
    for i in range(outer):
        j = (i + 1) % outer
        result += [(i, back + i, j), (j, back + i, back + j)]
    for i in range(inner):
        a, b = outer + i, outer + (i + 1) % inner
        result += [(a, b, back + a), (b, back + b, back + a)]
    for w, x, y in _plate(outer, inner):
        result += [(w, x, y), (back + y, back + x, back + w)]
    return result


def _plate(outer: int, inner: int) -> list[tuple[int, int, int]]:
    """A plate between a rectangle and a circle, either of them the hole, counter-clockwise.

    The rectangle's corner k sees the quarter k of the circle; neighbouring corners meet at the
    circle's points on the axes.
    """
    rectangle_outside = outer == 4 and inner != 4
    many = inner if rectangle_outside else outer
    corner = (lambda k: k % 4) if rectangle_outside else (lambda k: outer + k % 4)
    around = (lambda i: outer + i % many) if rectangle_outside else (lambda i: i % many)
    quarter = many // 4
    result = []
    for k in range(4):
        for i in range(k * quarter, (k + 1) * quarter):
            a, b = around(i), around(i + 1)
            result.append((corner(k), b, a) if rectangle_outside else (corner(k), a, b))
        meet = around((k + 1) * quarter)
        bridge = (corner(k), corner(k + 1), meet)
        result.append(bridge if rectangle_outside else bridge[::-1])
    return result
