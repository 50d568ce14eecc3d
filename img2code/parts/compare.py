"""How alike a part and a picture are: silhouettes, distances between edges, greys of faces.

Nothing here is drawn as any program draws: which surface is nearest at each pixel says where edges
are, and greys are compared up to the curve that explains them best.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from geometry.cad_parts.body import Body
from geometry.draw.part_camera import PartCamera
from geometry.draw.part_picture import face_normals
from geometry.draw.zbuffer import visible_faces
from img2code.parts.picture import FILL, Target

Array = np.ndarray

_FARTHEST = 0.06  # of the side: an edge farther away is missing
_GREY = 25.0  # levels that a face is off, and more is as bad
_WEIGHTS = (1.0, 1.0, 0.35)  # of silhouettes, edges, greys


@dataclass(frozen=True)
class Frame:
    """Where the unit cube lies in the square: pixels per unit, and the pixel of its middle."""

    scale: float
    x: float
    y: float


@dataclass(frozen=True, eq=False)
class Drawn:
    """A part in the square: the face nearest at each pixel, and which pixels lie on an edge."""

    face: Array
    edges: Array

    @property
    def mask(self) -> Array:
        return self.face >= 0


_CENTRE = np.full(3, 0.5)
_RADIUS = np.sqrt(3) / 2


def screen_points(made: Body, camera: PartCamera) -> Array:
    return camera.project(made.points, _CENTRE, float(_RADIUS))


def boxed(made: Body, camera: PartCamera, size: int) -> Frame:
    """The frame in which the part's box fills the square as a target's does."""
    seen = screen_points(made, camera)[:, :2] * (1, -1)
    first, last = seen.min(axis=0), seen.max(axis=0)
    scale = FILL * size / max(float((last - first).max()), 1e-9)
    x, y = (size / 2 - scale * (first + last) / 2).tolist()
    return Frame(scale, x, y)


def drawn(made: Body, camera: PartCamera, frame: Frame, size: int) -> Drawn:
    seen = screen_points(made, camera)
    seen[:, 0] = frame.x + frame.scale * seen[:, 0]
    seen[:, 1] = frame.y - frame.scale * seen[:, 1]
    face = visible_faces(seen[made.faces], size)
    surface = np.append(made.surfaces, -1)[face]
    edges = np.zeros(face.shape, bool)
    across, down = surface[:, 1:] != surface[:, :-1], surface[1:] != surface[:-1]
    edges[:, 1:] |= across
    edges[:, :-1] |= across
    edges[1:] |= down
    edges[:-1] |= down
    return Drawn(face, edges)


def loss(target: Target, made: Body, camera: PartCamera, frame: Frame) -> float:
    """0 where part and picture agree, about 1 where nothing does."""
    return difference(target, drawn(made, camera, frame, target.size), made, camera)


def difference(target: Target, seen: Drawn, made: Body, camera: PartCamera) -> float:
    mask = seen.mask
    union = float(np.maximum(target.mask, mask).sum())
    silhouette = float(np.abs(target.mask - mask).sum()) / max(union, 1.0)
    edges = edge_distance(target, seen)
    greys = _grey_difference(target, seen.face, made, camera)
    weights = _WEIGHTS
    return weights[0] * silhouette + weights[1] * edges + weights[2] * greys


def edge_distance(target: Target, seen: Drawn) -> float:
    """Mean distance from the edges of each to those of the other, over the farthest that counts."""
    farthest = _FARTHEST * target.size
    if not (target.edges.any() and seen.edges.any()):
        return 1.0
    there = np.minimum(target.distance[seen.edges], farthest).mean()
    own = ndimage.distance_transform_edt(~seen.edges)
    back = np.minimum(own[target.edges], farthest).mean()
    return float(there + back) / (2 * farthest)


def _grey_difference(target: Target, face: Array, made: Body, camera: PartCamera) -> float:
    """How much of the greys of faces no curve over their normals explains."""
    where = target.plain & (face >= 0)
    if where.sum() < 20:
        return 1.0
    grey = target.grey[where]
    normals = face_normals(made) @ camera.axes().T
    facing = normals[face[where]]
    basis = np.column_stack(
        [np.ones(len(grey)), facing[:, 2], facing[:, 0], facing[:, 1], facing[:, 2] ** 2]
    )
    square = basis.T @ basis + 1e-3 * len(grey) * np.eye(5) * (0, 1, 1, 1, 1)
    answer = np.linalg.solve(square, basis.T @ grey)
    off = np.abs(grey - basis @ answer)
    return float(np.minimum(off / _GREY, 1).mean())
