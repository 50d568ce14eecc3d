"""Parts that touch go on touching: pairs of points of two parts, and the gaps between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from img2code.fit.shape import Shape

Array = np.ndarray

_NEAR = 0.03  # of the object's diagonal: parts this close to each other touch
_DEVIATION = 0.01  # of it, that a gap may change by
_EACH = 4  # pairs of points for a pair of parts
_APART = 0.05  # of it, that points of one pair of parts lie apart
_POINTS = 500  # on a part


@dataclass(frozen=True)
class Touching:
    """N pairs of points, each as a face and weights of its corners: first on one part, then other.

    normals: (N, 3) of the first. gaps: (N,) between them along it, as they were. deviation: that
    they may change by.
    """

    faces: tuple[Array, Array]
    weights: tuple[Array, Array]
    normals: Array
    gaps: Array
    deviation: float

    def residuals(self, vertices: Array, faces: Array) -> Array:
        """(B, N) of objects (B, V, 3): how much the gaps have changed, in deviations."""
        first, second = (
            np.einsum("bnkc,nk->bnc", vertices[:, faces[face]], weight)
            for face, weight in zip(self.faces, self.weights, strict=True)
        )
        gaps = np.einsum("bnc,nc->bn", second - first, self.normals)
        result: Array = (gaps - self.gaps) / self.deviation
        return result


@dataclass(frozen=True)
class _Spread:
    """Points spread over a part."""

    faces: Array
    weights: Array
    points: Array


def touching(shape: Shape, numbers: Array) -> Touching | None:
    """The pairs of an object; None where no parts touch."""
    vertices, faces = shape.vertices(numbers[None])[0], shape.faces
    corners = vertices[faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    areas = np.linalg.norm(normals, axis=1)
    normals = normals / (areas[:, None] + 1e-30)
    size = float(np.linalg.norm(np.ptp(vertices, axis=0)))
    rng = np.random.default_rng(0)
    spread = [
        _spread(corners, areas, np.flatnonzero((shape.part_of == part) & (areas > 1e-12)), rng)
        for part in range(len(shape.base.parts))
    ]
    pairs: list[tuple[int, Array, int, Array, Array, float]] = []
    for one, first in enumerate(spread):
        tree = cKDTree(first.points) if first else None
        for second in spread[one + 1 :]:
            if first is None or second is None or tree is None:
                continue
            distances, of_first = tree.query(second.points)
            for n in _apart(second.points, distances, size):
                m = of_first[n]
                normal = normals[first.faces[m]]
                gap = float(normal @ (second.points[n] - first.points[m]))
                pairs.append(
                    (
                        first.faces[m],
                        first.weights[m],
                        second.faces[n],
                        second.weights[n],
                        normal,
                        gap,
                    )
                )
    if not pairs:
        return None
    faces_, weights, other_faces, other_weights, across, gaps = map(
        np.array, zip(*pairs, strict=True)
    )
    return Touching(
        (faces_, other_faces), (weights, other_weights), across, gaps, _DEVIATION * size
    )


def _spread(corners: Array, areas: Array, own: Array, rng: np.random.Generator) -> _Spread | None:
    if not len(own):
        return None
    picked = rng.choice(own, _POINTS, p=areas[own] / areas[own].sum())
    faces = np.concatenate([picked, np.repeat(own, 2)])  # small faces too
    root, along = np.sqrt(rng.random(len(faces))), rng.random(len(faces))
    weights = np.stack([1 - root, root * (1 - along), root * along], 1)
    return _Spread(faces, weights, np.einsum("nkc,nk->nc", corners[faces], weights))


def _apart(points: Array, distances: Array, size: float) -> list[int]:
    """The nearest points, some way apart from each other; none where the parts do not touch."""
    order = np.argsort(distances)
    least = distances[order[0]]
    if least > _NEAR * size:
        return []
    chosen: list[int] = []
    for n in order:
        if len(chosen) == _EACH or distances[n] > max(0.7 * _NEAR * size, 1.01 * least):
            break
        if all(np.linalg.norm(points[n] - points[m]) > _APART * size for m in chosen):
            chosen.append(int(n))
    return chosen
