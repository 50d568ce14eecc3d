"""Vertex normals for drawing: smooth over shallow edges, sharp over creases."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

CREASE = 35.0
Part = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Surface:
    """Vertices split at creases: position (N, 3), normal (N, 3), part (N,), faces (F, 3) int32.

    `round` (parts,) tells the parts whose sides are mostly neither along x nor along z.
    """

    position: np.ndarray
    normal: np.ndarray
    part: np.ndarray
    faces: np.ndarray
    round: np.ndarray


def join(
    parts: Sequence[Part], framing: Sequence[Part] = ()
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All parts as one mesh; what it is to frame, itself by default, in a unit box at the origin.

    Returns vertices (V, 3) float32, faces (F, 3) int64 and the part of each face (F,).
    """
    counts = np.array([len(vertices) for vertices, _ in parts])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    framed = np.concatenate([vertices for vertices, _ in framing or parts]).astype(np.float32)
    low, high = framed.min(0), framed.max(0)
    vertices = np.concatenate([vertices for vertices, _ in parts]).astype(np.float32)
    vertices = (vertices - (low + high) / 2) / max(float((high - low).max()), 1e-9)
    faces = np.concatenate([faces + start for (_, faces), start in zip(parts, starts, strict=True)])
    return (
        vertices,
        faces.astype(np.int64),
        np.repeat(np.arange(len(parts)), [len(f) for _, f in parts]),
    )


def with_more(surface: Surface, more: Surface) -> Surface:
    """Both surfaces as one; the parts of the second follow those of the first."""
    return Surface(
        np.concatenate([surface.position, more.position]),
        np.concatenate([surface.normal, more.normal]),
        np.concatenate([surface.part, more.part + len(surface.round)]),
        np.concatenate([surface.faces, more.faces + len(surface.position)]),
        np.concatenate([surface.round, more.round]),
    )


def smooth(
    vertices: np.ndarray, faces: np.ndarray, part: np.ndarray, crease: float = CREASE
) -> Surface:
    """Normals of a mesh of several parts, given the part of each face.

    Two faces of one part that share an edge share its normals when they meet at less than `crease`
    degrees. Vertices of one part at the same place count as one: split vertices do no harm.
    """
    corner = _weld(vertices, faces, part)
    count = len(faces)
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    area = np.cross(b - a, c - a)
    length = np.sqrt(np.einsum("ij,ij->i", area, area))
    unit = area / np.maximum(length, 1e-12)[:, None]

    # corners (3f + i) at the two ends of an edge whose faces meet at a shallow angle are linked
    start = corner.ravel()
    end = corner[:, (1, 2, 0)].ravel()
    key = np.minimum(start, end) * np.int64(len(vertices)) + np.maximum(start, end)
    order = np.argsort(key)
    key = key[order]
    # stacked solids put four faces on one edge: look at every pair of them
    found = [np.flatnonzero(key[gap:] == key[:-gap]) for gap in (1, 2, 3)]
    one = order[np.concatenate(found)]
    two = order[np.concatenate([pair + gap for pair, gap in zip(found, (1, 2, 3), strict=True)])]
    shallow = np.einsum("ij,ij->i", unit[one // 3], unit[two // 3])
    # a face that repeats a corner has no direction; it joins nothing
    keep = shallow > np.cos(np.radians(crease))
    one, two = one[keep], two[keep]
    one_next, two_next = one - one % 3 + (one + 1) % 3, two - two % 3 + (two + 1) % 3
    same = start[one] == start[two]
    links = np.concatenate([one, one_next])
    others = np.concatenate([np.where(same, two, two_next), np.where(same, two_next, two)])
    graph = coo_matrix(
        (np.ones(len(links), np.int8), (links, others)), shape=(3 * count, 3 * count)
    )
    groups, label = connected_components(graph, directed=False)

    normal = np.empty((groups, 3), np.float32)
    # weighted by the corner's angle, so that how quads are cut into triangles does not matter
    sides = np.stack([b - a, c - b, a - c], 1)
    sides /= np.maximum(np.sqrt(np.einsum("ijk,ijk->ij", sides, sides)), 1e-12)[..., None]
    cosine = -np.einsum("ijk,ijk->ij", sides, sides[:, (2, 0, 1)])
    angle = np.arccos(np.clip(cosine, -1, 1))
    spread = (angle[..., None] * unit[:, None]).reshape(-1, 3)
    for axis in range(3):
        normal[:, axis] = np.bincount(label, spread[:, axis], groups)
    normal /= np.maximum(np.sqrt(np.einsum("ij,ij->i", normal, normal)), 1e-12)[:, None]
    position = np.empty((groups, 3), np.float32)
    position[label] = vertices[faces.ravel()]
    owner = np.empty(groups, np.float32)
    owner[label] = np.repeat(part, 3)
    side = np.hypot(area[:, 0], area[:, 2])
    oblique = np.minimum(np.abs(area[:, 0]), np.abs(area[:, 2])) > 0.1 * side
    total = np.bincount(part, side)
    rounded = np.bincount(part, side * oblique) > 0.5 * total
    return Surface(position, normal, owner, label.reshape(-1, 3).astype(np.int32), rounded)


def _weld(vertices: np.ndarray, faces: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Faces (F, 3) over places: vertices of one part within about 1e-5 of the object are one."""
    low = vertices.min(0)
    size = max(float((vertices.max(0) - low).max()), 1e-12)
    cell = np.rint((vertices - low) / size * 65536.0).astype(np.int64)
    owner = np.zeros(len(vertices), np.int64)
    owner[faces.ravel()] = np.repeat(part, 3)
    key = ((owner * 65537 + cell[:, 0]) * 65537 + cell[:, 1]) * 65537 + cell[:, 2]
    _, place = np.unique(key, return_inverse=True)
    return place[faces]
