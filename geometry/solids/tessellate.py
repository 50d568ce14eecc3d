"""From placed solids to triangles: many equal solids at once, clean, closed, facing outward."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from geometry.maths import is_float
from geometry.solids.primitives import IDENTITY, Matrix, Solid, argument_names
from geometry.solids.surfaces import Structure, structure, surface
from geometry.solids.topology import faces
from geometry.solids.well_formed import regular

#: Areas and volumes below this fraction of the solid's own size count as none.
_NOTHING = 1e-12


Mesh = tuple[np.ndarray, np.ndarray]


def tessellate(solids: Sequence[Solid], segments: int = 32) -> list[Mesh]:
    """(vertices (V, 3), faces (F, 3)) of each solid that has an area, in order.

    `segments` is the number of steps of a full turn. All arguments must be floats.
    """
    return [mesh for mesh in tessellate_each(solids, segments) if mesh is not None]


def tessellate_each(solids: Sequence[Solid], segments: int = 32) -> list[Mesh | None]:
    """As `tessellate`, with None for each solid that has no area."""
    result: list[Mesh | None] = [None] * len(solids)
    for (kind, shape), members in alike(solids, segments).items():
        numbers = [numbers_of(solids[i]) for i in members]
        flat = np.array(numbers, dtype=float)
        local = surface(kind, shape, [flat[:, k : k + 1] for k in range(flat.shape[1])])
        turns = np.array([solids[i].rotation for i in members])
        moves = np.array([solids[i].offset for i in members])
        placed = local @ turns.transpose(0, 2, 1) + moves[:, None, :]
        triangles = faces(kind, shape)  # type: ignore[arg-type]  # a class is hashable
        if regular(kind, numbers):
            for row, index in enumerate(members):
                result[index] = placed[row], triangles
            continue
        area, volume, degenerate = _measure(local, triangles)
        sizes = (local.max(axis=1) - local.min(axis=1)).max(axis=1)
        empty = area <= _NOTHING * sizes**2
        mended = degenerate & (np.abs(volume) > _NOTHING * sizes**3)
        outward = triangles, triangles[:, ::-1]
        for row, index in enumerate(members):
            if not empty[row]:
                mesh = placed[row], outward[int(volume[row] < 0)]
                result[index] = _without_slivers(*mesh) if mended[row] else mesh
    return result


def alike(solids: Sequence[Solid], segments: int) -> dict[tuple[type[Solid], Structure], list[int]]:
    """The positions of the solids of each kind and structure: they are computed at once."""
    groups: dict[tuple[type[Solid], Structure], list[int]] = {}
    for index, solid in enumerate(solids):
        groups.setdefault((type(solid), structure(solid, segments)), []).append(index)
    return groups


def merged(meshes: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Several meshes as the vertices and faces of one."""
    if not meshes:
        return np.zeros((0, 3)), np.zeros((0, 3), dtype=np.int64)
    starts = np.cumsum([0, *(len(points) for points, _ in meshes[:-1])])
    faces = [triangles + start for (_, triangles), start in zip(meshes, starts, strict=True)]
    return np.concatenate([points for points, _ in meshes]), np.concatenate(faces)


def numbers_of(solid: Solid) -> list[Any]:
    """The solid's arguments in order, pairs spread out."""
    result: list[Any] = []
    for name in argument_names(type(solid)):  # type: ignore[arg-type]  # as above
        value = getattr(solid, name)
        if type(value) is float:
            result.append(value)
        elif type(value) is tuple:
            result.extend(value)
        else:
            result.append(float(value) if is_float(value) else value)
    return result


def _measure(
    points: np.ndarray, triangles: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Area, signed volume and whether any triangle is degenerate, per solid."""
    corners = points - points.mean(axis=1, keepdims=True)
    a, b, c = (corners[:, triangles[:, k]] for k in range(3))
    (ux, uy, uz), (vx, vy, vz) = np.moveaxis(b - a, 2, 0), np.moveaxis(c - a, 2, 0)
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    twice = np.sqrt(nx * nx + ny * ny + nz * nz)
    area = twice.sum(axis=1) / 2
    volume = (a[..., 0] * nx + a[..., 1] * ny + a[..., 2] * nz).sum(axis=1) / 6
    return area, volume, (twice <= 1e-9 * twice.max(axis=1, keepdims=True)).any(axis=1)


def _without_slivers(points: np.ndarray, triangles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coinciding vertices joined and triangles without area removed; stays closed."""
    scale = max(float(np.ptp(points, axis=0).max()), 1e-300)
    from_least = points - points.min(axis=0)  # a tiny solid may stand far off: keys stay below 1e9
    keys = np.round(from_least / (scale * 1e-9)).astype(np.int64)
    _, first, inverse = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    joined = inverse.reshape(-1)[triangles]
    distinct = (
        (joined[:, 0] != joined[:, 1])
        & (joined[:, 1] != joined[:, 2])
        & (joined[:, 2] != joined[:, 0])
    )
    return points[first], joined[distinct]


def pose_matrix(rotation: Matrix = IDENTITY, position: Sequence[float] = (0, 0, 0)) -> np.ndarray:
    """The 4 x 4 matrix of a rotation and a position."""
    matrix = np.eye(4)
    matrix[:3, :3] = rotation
    matrix[:3, 3] = position
    return matrix
