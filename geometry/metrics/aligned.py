"""Scores after the best rotation: the protocol by which image-to-code models are published.

Both surfaces as 30,000 points, centred on their mean and divided by their largest extent; the
second one turned by the rotation, out of a 24 x 24 x 24 grid of yaw, pitch and roll, that brings it
nearest to the first. `geometry.metrics.own_frame` has the stricter scores, without any alignment.
"""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
import trimesh
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt
from scipy.spatial import cKDTree

from geometry.metrics.own_frame import Floats, surface_points

POINTS = 30_000
STEPS = 24  # rotations about each axis: one every 15 degrees
#: Thresholds of the F scores, fractions of the largest extent.
F_AT = (0.005, 0.01, 0.02, 0.05)

#: The search: all rotations with few points on a distance field of this many cells a side over
#: -REACH..REACH, the best of them with more points, the best of those exactly.
_CELLS, _REACH = 40, 1.0
_FIELD_STAGES = ((75, 400), (500, 20))  # points, rotations that are kept
_EXACT_POINTS = 1_500


def aligned_scores(
    truth: trimesh.Trimesh, guess: trimesh.Trimesh, rng: np.random.Generator | None = None
) -> dict[str, float]:
    """`chamfer` (mean distances of both directions, unsquared, added), `f_0.005` … `f_0.05`, and
    the `yaw`, `pitch`, `roll` in degrees by which the guess was turned to fit the truth.

    Raises ValueError for a mesh without area.
    """
    rng = rng or np.random.default_rng(0)
    target = _normalised(surface_points(truth, POINTS, rng))
    source = _normalised(surface_points(guess, POINTS, rng))
    best = _best_rotation(target, source)
    moved = source @ _rotations()[best].T
    there, back = _distances(target, moved), _distances(moved, target)
    scores = {"chamfer": float(there.mean() + back.mean())}
    for at in F_AT:
        precision, recall = float((there < at).mean()), float((back < at).mean())
        scores[f"f_{at}"] = 2 * precision * recall / max(precision + recall, 1e-12)
    return scores | dict(zip(("yaw", "pitch", "roll"), _angles()[best].tolist(), strict=True))


def _normalised(points: Floats) -> Floats:
    centred = points - points.mean(axis=0)
    return np.asarray(centred / np.ptp(centred, axis=0).max())


def _best_rotation(target: Floats, source: Floats) -> int:
    """The row of `_rotations` that brings the source nearest to the target."""
    turns = _rotations()
    fields = _field(target), _field(source)
    kept = np.arange(len(turns))
    for points, count in _FIELD_STAGES:
        every = POINTS // points
        moved = source[::every] @ turns[kept].transpose(0, 2, 1)
        turned_back = target[::every] @ turns[kept]
        costs = _looked_up(fields[0], moved) + _looked_up(fields[1], turned_back)
        # of equally good ones the first, nearest to no rotation at all, comes first
        kept = kept[np.argsort(costs, kind="stable")[:count]]
    every = POINTS // _EXACT_POINTS
    some, others = target[::every], source[::every]
    exact = [
        _distances(some, others @ turns[k].T).mean() + _distances(others, some @ turns[k]).mean()
        for k in kept
    ]
    return int(kept[int(np.argmin(exact))])


def _distances(surface: Floats, points: Floats) -> Floats:
    """From each point to the nearest one of the surface."""
    tree = cKDTree(surface, balanced_tree=False, compact_nodes=False)
    return np.asarray(tree.query(points)[0])


def _field(points: Floats) -> Floats:
    """Distance of every cell to the nearest one that holds a point."""
    free = np.ones((_CELLS,) * 3, dtype=bool)
    free[tuple(_cell(points).T)] = False
    return np.asarray(distance_transform_edt(free).ravel() * (2 * _REACH / _CELLS))


def _cell(points: Floats) -> NDArray[np.int32]:
    cell = ((points + _REACH) * (_CELLS / (2 * _REACH))).astype(np.int32)
    return np.asarray(cell.clip(0, _CELLS - 1))


def _looked_up(field: Floats, points: Floats) -> Floats:
    """(R,) mean distance of points (R, N, 3) by the cell that each is in."""
    cell = _cell(points)
    index = (cell[..., 0] * _CELLS + cell[..., 1]) * _CELLS + cell[..., 2]
    return np.asarray(field[index].mean(axis=1))


@cache
def _angles() -> Floats:
    """(R, 3) yaw, pitch, roll of the grid's rotations, each once, the smallest first."""
    steps = (np.arange(STEPS) * (360 / STEPS) + 180) % 360 - 180
    whole = np.array(list(product(steps, steps, steps)))
    whole = whole[np.argsort(np.abs(whole).sum(axis=1), kind="stable")]
    matrices = np.round(_matrices(whole), 6) + 0.0
    _, first = np.unique(matrices.reshape(len(whole), 9), axis=0, return_index=True)
    return np.asarray(whole[np.sort(first)])


@cache
def _rotations() -> Floats:
    """(R, 3, 3) of the angles: roll about z first, then pitch about x, then yaw about y."""
    return _matrices(_angles())


def _matrices(angles: Floats) -> NDArray[np.float64]:
    (cy, cx, cz), (sy, sx, sz) = np.cos(np.radians(angles)).T, np.sin(np.radians(angles)).T
    zero, one = np.zeros_like(cx), np.ones_like(cx)
    roll = np.array([[cz, -sz, zero], [sz, cz, zero], [zero, zero, one]]).transpose(2, 0, 1)
    pitch = np.array([[one, zero, zero], [zero, cx, -sx], [zero, sx, cx]]).transpose(2, 0, 1)
    yaw = np.array([[cy, zero, sy], [zero, one, zero], [-sy, zero, cy]]).transpose(2, 0, 1)
    return np.asarray(yaw @ pitch @ roll)
