"""How alike two solids are, by the two protocols that published results use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import manifold3d
import numpy as np
import trimesh

Array = np.ndarray

_SAMPLES = 8192


def manifold_of(mesh: trimesh.Trimesh) -> manifold3d.Manifold | None:
    """None where the mesh bounds no solid."""
    joined = trimesh.Trimesh(mesh.vertices, mesh.faces, process=True)
    joined.merge_vertices(digits_vertex=6)
    points = np.ascontiguousarray(joined.vertices, np.float64)
    made = manifold3d.Mesh64(points, np.ascontiguousarray(joined.faces, np.uint64))
    solid = manifold3d.Manifold(made)
    if solid.status() != manifold3d.Error.NoError or solid.is_empty() or solid.volume() <= 0:
        return None
    return solid


def overlap(one: manifold3d.Manifold, other: manifold3d.Manifold) -> float:
    """Intersection over union."""
    common = float((one ^ other).volume())
    return common / max(float(one.volume()) + float(other.volume()) - common, 1e-300)


def unit(one: manifold3d.Manifold, other: manifold3d.Manifold) -> float:
    """IoU with the boxes' middles together and both largest extents 1; nothing is turned."""
    return overlap(_boxed(one), _boxed(other))


def best(one: manifold3d.Manifold, other: manifold3d.Manifold) -> float:
    """IoU of the bodies in their principal axes, scaled by inertia: the best of four turns."""
    first, second = _principal(one), _principal(other)
    return max(overlap(first, second.transform(turn)) for turn in _TURNS)


def chamfer(one: trimesh.Trimesh, other: trimesh.Trimesh) -> float:
    """Mean squared distance of surface points both ways, x 1000, of unit boxes."""
    from scipy.spatial import cKDTree

    points = []
    for seed, mesh in enumerate((one, other)):
        low, high = mesh.bounds
        found, _ = trimesh.sample.sample_surface(mesh, _SAMPLES, seed=seed)
        points.append((np.asarray(found) - (low + high) / 2) / float((high - low).max()))
    there, _ = cKDTree(points[0]).query(points[1])
    back, _ = cKDTree(points[1]).query(points[0])
    return float(1000 * ((there**2).mean() + (back**2).mean()))


def _boxed(solid: manifold3d.Manifold) -> manifold3d.Manifold:
    bounds = np.array(solid.bounding_box())
    low, high = bounds[:3], bounds[3:]
    return solid.translate((-(low + high) / 2).tolist()).scale([1 / float((high - low).max())] * 3)


def _principal(solid: manifold3d.Manifold) -> manifold3d.Manifold:
    volume, centre, inertia = moments(solid)
    values, vectors = np.linalg.eigh(inertia)
    if np.linalg.det(vectors) < 0:
        vectors[:, 2] *= -1
    scale = 1 / np.sqrt(values.sum() / volume)
    matrix = np.zeros((3, 4))
    matrix[:, :3] = scale * vectors.T
    matrix[:, 3] = -matrix[:, :3] @ centre
    return solid.transform(matrix)


def moments(solid: manifold3d.Manifold) -> tuple[float, Array, Array]:
    """Volume, centroid (3,) and inertia tensor (3, 3) about it."""
    mesh = solid.to_mesh64()
    points = np.asarray(mesh.vert_properties)[:, :3]
    whole = trimesh.Trimesh(points, np.asarray(mesh.tri_verts).astype(int), process=False)
    properties = whole.mass_properties
    return float(properties.volume), np.array(properties.center_mass), np.array(properties.inertia)


def _turn(signs: tuple[float, ...]) -> Array:
    return np.hstack([np.diag(signs), np.zeros((3, 1))])


#: Proper ones: an even number of axes is turned around.
_TURNS = [_turn(signs) for signs in product((1.0, -1.0), repeat=3) if np.prod(signs) > 0]

PROTOCOLS: dict[str, Callable[[manifold3d.Manifold, manifold3d.Manifold], float]] = {
    "unit": unit,
    "best": best,
}


@dataclass(frozen=True)
class Score:
    name: str
    unit: float
    best: float
    chamfer: float
    loss: float
    seconds: float
