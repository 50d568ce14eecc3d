"""Which triangle of a scene is nearest at every pixel, in numpy: no graphics library is needed."""

from __future__ import annotations

import numpy as np

Array = np.ndarray

_INDEX_BITS = 24  # of a 64 bit key, low ones; the others hold the nearness
_DEPTHS = 2**39


def visible_faces(screen: Array, side: int) -> Array:
    """Index of the nearest face at every pixel, -1 where there is none: (side, side).

    screen: (F, 3, 3), pixel x, pixel y and nearness (1 / depth) of the corners of every face.
    """
    x, y, nearness = np.ascontiguousarray(screen.transpose(2, 1, 0))  # (3 corners, faces) each
    following, opposite = [1, 2, 0], [2, 0, 1]
    slope_x = y - y[following]  # a point is inside where slope_x·px + slope_y·py + rest ≥ 0
    slope_y = x[following] - x
    rest = -(slope_x * x + slope_y * y)
    area = rest.sum(axis=0)
    slope_x, slope_y, rest = (edge * np.sign(area) for edge in (slope_x, slope_y, rest))
    # Nearness is linear on the screen: the edge functions, scaled, weight the opposite corners.
    weight = nearness[opposite] / np.maximum(np.abs(area), 1e-30)
    plane = [(weight * edge).sum(axis=0) for edge in (slope_x, slope_y, rest)]

    first = np.clip(np.ceil(y.min(axis=0) - 0.5), 0, side).astype(int)
    last = np.clip(np.floor(y.max(axis=0) - 0.5), -1, side - 1).astype(int)
    last = np.where(np.abs(area) > 1e-9, last, first - 1)  # seen from its edge: no rows at all
    row, owner = _expand(first, last)  # one entry per face and row it touches
    slope = slope_x[:, owner]
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = -(slope_y[:, owner] * (row + 0.5) + rest[:, owner]) / slope
    left = np.where(slope > 0, crossing, -np.inf).max(axis=0)
    right = np.where(slope < 0, crossing, np.inf).min(axis=0)
    start = np.clip(np.ceil(left - 0.5), 0, side).astype(int)
    stop = np.clip(np.floor(right - 0.5), -1, side - 1).astype(int)
    column, run = _expand(start, stop)  # one entry per face and pixel it covers

    owner, row = owner[run], row[run]
    if not len(owner):
        return np.full((side, side), -1)
    near = plane[0][owner] * (column + 0.5) + plane[1][owner] * (row + 0.5) + plane[2][owner]
    low, high = float(nearness.min()), float(nearness.max())
    fraction = np.clip((near - low) / max(high - low, 1e-30), 0, 1)
    depth = (fraction * _DEPTHS).astype(np.uint64) + np.uint64(1)
    key = (depth << np.uint64(_INDEX_BITS)) | owner.astype(np.uint64)
    nearest = np.zeros(side * side, np.uint64)
    np.maximum.at(nearest, row * side + column, key)
    face = (nearest & np.uint64(2**_INDEX_BITS - 1)).astype(int)
    return np.where(nearest > 0, face, -1).reshape(side, side)


def _expand(first: Array, last: Array) -> tuple[Array, Array]:
    """All integers of the ranges first…last (inclusive), and the range each one came from."""
    count = np.maximum(last - first + 1, 0)
    source = np.repeat(np.arange(len(count)), count)
    within = np.arange(len(source)) - np.repeat(np.cumsum(count) - count, count)
    return first[source] + within, source


def weights_at(screen: Array, face: Array, x: Array, y: Array) -> Array:
    """(N, 3) by which the corners of a face make the point of it that is seen at a place.

    screen: as above. face: (N,) which one; x, y: (N,) the places in pixels. They sum to 1.
    """
    corners = screen[face]  # (N, 3 corners, 3)
    ahead = corners[:, [1, 2, 0], :2] - np.stack((x, y), -1)[:, None]
    back = corners[:, [2, 0, 1], :2] - np.stack((x, y), -1)[:, None]
    fraction = ahead[..., 0] * back[..., 1] - ahead[..., 1] * back[..., 0]  # on the screen
    fraction = fraction * corners[..., 2]  # in space: what is near takes more of the screen
    total = fraction.sum(axis=1, keepdims=True)
    result: Array = fraction / np.where(np.abs(total) > 1e-30, total, 1.0)
    return result
