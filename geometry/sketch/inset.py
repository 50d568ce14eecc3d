"""A polygon moved inwards by a distance, corner for corner: what bevels and shells are made of."""

from __future__ import annotations

import numpy as np

from geometry.sketch.checks import is_simple
from geometry.sketch.outline import Outline


def inset(points: np.ndarray, by: float) -> np.ndarray | None:
    """A counter-clockwise polygon with every edge moved inwards by `by`; as many corners (N, 2).

    None where an edge would vanish or the polygon would cross itself.
    """
    along = np.roll(points, -1, axis=0) - points
    length = np.linalg.norm(along, axis=1, keepdims=True)
    inwards = np.stack([-along[:, 1], along[:, 0]], axis=1) / length
    before = np.roll(inwards, 1, axis=0)
    scale = 1 + (inwards * before).sum(axis=1, keepdims=True)
    if (scale < 1e-3).any():
        return None
    moved: np.ndarray = points + by * (inwards + before) / scale
    if (((np.roll(moved, -1, axis=0) - moved) * along).sum(axis=1) <= 0).any():
        return None
    return moved if is_simple(moved) else None


def rounded_corners(drawn: Outline, radius: float, sides: int) -> np.ndarray | None:
    """A polygon of straight edges with an arc at every corner, (M, 2); None where none fits."""
    points = drawn.points
    before, after = np.roll(points, 1, axis=0) - points, np.roll(points, -1, axis=0) - points
    lengths = np.linalg.norm(after, axis=1)
    before /= np.linalg.norm(before, axis=1, keepdims=True)
    after /= lengths[:, None]
    half = np.arccos(np.clip((before * after).sum(axis=1), -1, 1)) / 2
    cut = radius / np.tan(np.maximum(half, 1e-6))  # from the corner to where the arc begins
    if (cut + np.roll(cut, -1) > lengths * (1 - 1e-6)).any():
        return None
    result = []
    for corner, one, other, angle, back in zip(points, before, after, half, cut, strict=True):
        middle = corner + (one + other) / np.linalg.norm(one + other) * radius / np.sin(angle)
        start, end = corner + back * one - middle, corner + back * other - middle
        first, last = np.arctan2(start[1], start[0]), np.arctan2(end[1], end[0])
        sweep = (last - first + np.pi) % (2 * np.pi) - np.pi
        count = max(int(np.ceil(abs(sweep) / (2 * np.pi) * sides)), 2)
        angles = first + sweep * np.linspace(0, 1, count + 1)
        result.append(middle + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1))
    return np.concatenate(result)
