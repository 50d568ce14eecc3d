"""What a sketch must be so that an extrusion of it is a solid."""

from __future__ import annotations

import numpy as np

#: Sides of a circle while a sketch is checked.
SIDES = 32


def is_simple(points: np.ndarray) -> bool:
    """Whether a closed polygon (N, 2) touches itself nowhere."""
    count = len(points)
    if count < 3:
        return False
    start, end = points, np.roll(points, -1, axis=0)
    if (np.abs(end - start).sum(axis=1) < 1e-9).any():
        return False
    first, second = np.triu_indices(count, 2)
    apart = (first > 0) | (second < count - 1)  # the last edge meets the first one
    first, second = first[apart], second[apart]
    if _crossing(start[first], end[first], start[second], end[second]).any():
        return False
    ahead, behind = end - start, np.roll(start, 1, axis=0) - start
    turn = ahead[:, 0] * behind[:, 1] - ahead[:, 1] * behind[:, 0]
    size = np.linalg.norm(ahead, axis=1) * np.linalg.norm(behind, axis=1)
    back = (ahead * behind).sum(axis=1)
    return not ((np.abs(turn) < 1e-3 * size) & (back > 0)).any()  # a spike runs back on itself


def contains(outer: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Which of the points (M, 2) lie inside a closed polygon (N, 2): (M,) of bool."""
    start, end = outer, np.roll(outer, -1, axis=0)
    v = points[:, None, 1]
    straddles = (start[:, 1] > v) != (end[:, 1] > v)
    rise = end[:, 1] - start[:, 1]
    slope = (end[:, 0] - start[:, 0]) / np.where(rise == 0, 1, rise)
    crossing = start[:, 0] + (v - start[:, 1]) * slope
    inside: np.ndarray = (straddles & (points[:, None, 0] < crossing)).sum(axis=1) % 2 == 1
    return inside


def distance(one: np.ndarray, other: np.ndarray) -> float:
    """The smallest distance between the borders of two polygons; 0 where they cross."""
    return 0.0 if _borders_cross(one, other) else min(_to_edges(one, other), _to_edges(other, one))


def fits_inside(outer: np.ndarray, hole: np.ndarray, apart: float) -> bool:
    """Whether a hole lies inside a polygon, at least `apart` from its border."""
    return (
        bool(contains(outer, hole).all())
        and distance(outer, hole) >= apart
        and not (contains(hole, outer).any())
    )


def are_apart(one: np.ndarray, other: np.ndarray, apart: float) -> bool:
    """Whether two polygons lie side by side, at least `apart` from each other."""
    if contains(one, other).any() or contains(other, one).any():
        return False
    return distance(one, other) >= apart


def _borders_cross(one: np.ndarray, other: np.ndarray) -> bool:
    if (one.max(axis=0) < other.min(axis=0)).any() or (other.max(axis=0) < one.min(axis=0)).any():
        return False
    first, second = (grid.ravel() for grid in np.indices((len(one), len(other))))
    ends, others = np.roll(one, -1, axis=0), np.roll(other, -1, axis=0)
    return bool(_crossing(one[first], ends[first], other[second], others[second]).any())


def _to_edges(points: np.ndarray, polygon: np.ndarray) -> float:
    start = polygon
    along = np.roll(polygon, -1, axis=0) - start
    square = np.maximum((along**2).sum(axis=1), 1e-30)
    offset = points[:, None] - start
    fraction = np.clip((offset * along).sum(axis=2) / square, 0, 1)
    return float(np.sqrt(((offset - fraction[..., None] * along) ** 2).sum(axis=2).min()))


def _crossing(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Which of the segments a-b and c-d touch each other."""

    def side(p: np.ndarray, q: np.ndarray, r: np.ndarray) -> np.ndarray:
        cross = (q[:, 0] - p[:, 0]) * (r[:, 1] - p[:, 1]) - (q[:, 1] - p[:, 1]) * (
            r[:, 0] - p[:, 0]
        )
        return np.where(np.abs(cross) < 1e-9, 0, np.sign(cross))

    apart = np.zeros(len(a), bool)
    for axis in (0, 1):
        low, high = np.minimum(a, b)[:, axis], np.maximum(a, b)[:, axis]
        apart |= (np.maximum(c, d)[:, axis] < low - 1e-9) | (
            np.minimum(c, d)[:, axis] > high + 1e-9
        )
    facing = side(a, b, c) * side(a, b, d) <= 0
    return ~apart & facing & (side(c, d, a) * side(c, d, b) <= 0)
