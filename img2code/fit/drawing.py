"""An object as a camera sees it: which face lies at which pixel, and what lines that makes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from geometry.draw.zbuffer import visible_faces, weights_at
from geometry.program import Program
from geometry.solids.tessellate import merged
from img2code.fit.camera import Camera
from img2code.fit.lines import Lines, creases, outline

Array = np.ndarray


@dataclass(frozen=True)
class Drawing:
    """points: (V, 3), turned about the origin. faces: (F, 3). side: pixels of the frame."""

    points: Array
    faces: Array
    camera: Camera
    side: int

    @cached_property
    def screen(self) -> Array:
        """(F, 3, 3), as `zbuffer` takes it."""
        projected: Array = self.camera.project(self.points, self.side)[self.faces]
        return projected

    @cached_property
    def face(self) -> Array:
        """(S, S) the face that is seen, -1 for none."""
        return visible_faces(self.screen, self.side)

    @cached_property
    def mask(self) -> Array:
        """(S, S) where the object is."""
        seen: Array = self.face >= 0
        return seen

    @cached_property
    def outline(self) -> Lines:
        return outline(self.mask)

    @cached_property
    def normals(self) -> Array:
        """(F, 3), towards the camera."""
        a, b, c = (self.points[self.faces[:, k]] for k in range(3))
        normals = np.cross(b - a, c - a)
        normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-30
        to_camera = np.array([0.0, 0.0, self.camera.distance]) - a
        away = np.einsum("ij,ij->i", normals, to_camera) < 0
        result: Array = np.where(away[:, None], -normals, normals)
        return result

    @cached_property
    def creases(self) -> Lines:
        rows, columns = np.nonzero(self.mask)
        face, weights = self.at(np.stack([columns + 0.5, rows + 0.5], 1))
        depth = np.zeros(self.mask.shape)
        depth[rows, columns] = (weights / self.screen[face, :, 2]).sum(1)
        size = float(np.ptp(self.points, axis=0).max())
        return creases(self.face, self.normals, depth, size)

    def at(self, pixels: Array) -> tuple[Array, Array]:
        """The faces (N,) seen at pixel middles (N, 2), and the weights (N, 3) of their corners."""
        face = self.face[pixels[:, 1].astype(int), pixels[:, 0].astype(int)]
        return face, weights_at(self.screen, face, pixels[:, 0], pixels[:, 1])


def surfaces(program: Program, segments: int) -> tuple[Array, Array, Array]:
    """All of an object's vertices (V, 3) and faces (F, 3), and the part (F,) of each face."""
    pieces, parts = [], []
    for number, meshes in enumerate(program.meshes(segments)):
        for mesh in meshes:
            if mesh is not None:
                pieces.append(mesh)
                parts.append(np.full(len(mesh[1]), number))
    vertices, faces = merged(pieces)
    return vertices, faces, np.concatenate(parts)


def overlap(a: Array, b: Array) -> float:
    """Intersection over union of two masks."""
    return float((a & b).sum() / max((a | b).sum(), 1))
