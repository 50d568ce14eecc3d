"""Convex bodies: hulls of points, and what a plane leaves of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import ConvexHull, QhullError


@dataclass(frozen=True)
class Convex:
    """A convex body: corners (N, 3), faces (F, 3) facing outward, planes n·x + d <= 0 (P, 4)."""

    points: np.ndarray
    faces: np.ndarray
    planes: np.ndarray
    volume: float

    @cached_property
    def bounds(self) -> np.ndarray:
        return np.stack([self.points.min(axis=0), self.points.max(axis=0)])

    @cached_property
    def thickness(self) -> float:
        """The least distance of two parallel planes between which the body lies."""
        along = self.points @ self.planes[:, :3].T
        return float((along.max(axis=0) - along.min(axis=0)).min())


def convex(points: np.ndarray) -> Convex | None:
    """The convex hull of points (N, 3); None where it has no volume."""
    try:
        hull = ConvexHull(points)
    except (QhullError, ValueError):
        return None
    faces = hull.simplices.copy()
    corners = points[faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    inward = (normals * hull.equations[:, :3]).sum(axis=1) < 0
    faces[inward] = faces[inward][:, ::-1]
    used, numbered = np.unique(faces, return_inverse=True)
    alike = (hull.equations / [1, 1, 1, np.ptp(points, axis=0).max()]).round(9)
    _, first = np.unique(alike, axis=0, return_index=True)  # a plane once, not once a triangle
    return Convex(points[used], numbered.reshape(-1, 3), hull.equations[first], float(hull.volume))


def clipped(body: Convex, above: np.ndarray) -> Convex | None:
    """What of a body lies above a plane; above: its corners' distances from it."""
    kept = above >= 0
    if kept.all():
        return body
    if not kept.any():
        return None
    edges = np.concatenate([body.faces[:, [0, 1]], body.faces[:, [1, 2]], body.faces[:, [2, 0]]])
    across = edges[kept[edges[:, 0]] & ~kept[edges[:, 1]]]
    a, b = above[across[:, 0]], above[across[:, 1]]
    fraction = (a / (a - b))[:, None]
    met = body.points[across[:, 0]] * (1 - fraction) + body.points[across[:, 1]] * fraction
    return convex(np.concatenate([body.points[kept], met]))


def volumes_above(body: Convex, above: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """The volumes of a body that lie above planes; above: (corners, planes) distances from them.

    normals: (3, planes), of length one. Seen from a point of a plane, the body's triangles are the
    bases of cones that fill it, and the cut itself adds none; of each cone counts what its
    triangle has above the plane.
    """
    corners = body.points[body.faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    apexes = body.points[0][:, None] - normals * above[0]
    cones = (across * corners[:, 0]).sum(axis=1)[:, None] - across @ apexes
    high = np.sort(above[body.faces], axis=1)  # of each triangle's three corners
    low, middle, top = high[:, 0], high[:, 1], high[:, 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        one = top**2 / ((top - low) * (top - middle))
        two = 1 - low**2 / ((middle - low) * (top - low))
    fraction = np.select([low >= 0, middle >= 0, top > 0], [1.0, two, one], 0.0)
    volumes: np.ndarray = (cones * fraction).sum(axis=0) / 6
    return volumes
