"""One body of many solids: their union, closed and without inner faces, as makers and scales need.

A code's solids stand in and on each other; a slicer, a CAD program or a mass wants what they are
together. The union is made by manifold3d; where it comes out unclean, the solids are made a hair
larger, so that what merely touched along an edge overlaps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import manifold3d
import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from geometry.solids.tessellate import Mesh

#: By how much solids grow, as fractions of the diagonal of all; tried in order.
_GROWTH = (0.0, 2e-5, 5e-5, 1e-4)
#: Edges shorter than this fraction of the diagonal are collapsed, and shells of less than its cube
#: of the volume left out.
_FINEST = 5e-6
#: Corners closer than this fraction of the size of a solid are one.
_SAME = 1e-9


@dataclass(frozen=True)
class Body:
    """A closed surface: corners (V, 3), triangles (F, 3), and of each triangle its solid (F,)."""

    points: np.ndarray
    faces: np.ndarray
    solids: np.ndarray
    volume: float


def united(solids: Sequence[Mesh]) -> Body | None:
    """The union of closed meshes, clean in single precision; None where there is no such union.

    `Body.solids` counts the given meshes. A hollow that is closed all around stays hollow.
    """
    corners = np.concatenate([points for points, _ in solids]) if solids else np.zeros((1, 3))
    diagonal = float(np.linalg.norm(np.ptp(corners, axis=0)))
    for growth in _GROWTH:
        whole = _union(solids, growth * diagonal, _FINEST * diagonal)
        if whole is not None and flaws(whole.points, whole.faces) == Flaws(0, 0, 0):
            return whole
    return None


def shells(points: np.ndarray, faces: np.ndarray) -> list[Mesh]:
    """The connected pieces of a mesh: what shares corners is one piece."""
    ends = faces[:, [0, 1]], faces[:, [1, 2]]
    rows, columns = np.concatenate(ends).T
    graph = coo_matrix((np.ones(len(rows), bool), (rows, columns)), (len(points), len(points)))
    _, labels = connected_components(graph, directed=False)
    of_face = labels[faces[:, 0]]
    result = []
    for label in np.unique(of_face):
        used, numbered = np.unique(faces[of_face == label], return_inverse=True)
        result.append((points[used], numbered.reshape(-1, 3)))
    return result


@dataclass(frozen=True)
class Flaws:
    """What keeps a surface from bounding a body.

    open: edges that do not have as many triangles on one side as on the other. crossing: edges of
    more than two triangles. coincident: triangles that lie in another one's place.
    """

    open: int
    crossing: int
    coincident: int


def flaws(points: np.ndarray, faces: np.ndarray) -> Flaws:
    """What a reader of a file finds wrong who joins corners that are equal in single precision."""
    joined, _ = _numbered(points.astype(np.float32))
    triangles = joined[faces]
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    edges = edges[edges[:, 0] != edges[:, 1]]
    ahead = np.where(edges[:, 0] < edges[:, 1], 1, -1)
    which, counts = _numbered(np.sort(edges, axis=1))
    balance = np.bincount(which, weights=ahead, minlength=len(counts))
    distinct = triangles[
        (triangles[:, 0] != triangles[:, 1])
        & (triangles[:, 1] != triangles[:, 2])
        & (triangles[:, 2] != triangles[:, 0])
    ]
    _, places = _numbered(np.sort(distinct, axis=1))
    return Flaws(int((balance != 0).sum()), int((counts > 2).sum()), len(distinct) - len(places))


def _numbered(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each row the number of its content, and how often each content is there.

    As numpy.unique over rows, which compares them byte by byte, but several times faster.
    """
    numbers = np.zeros(len(rows), np.int64)
    counts = np.zeros(0, np.int64)
    for column in rows.T:
        values, places = np.unique(column, return_inverse=True)
        _, numbers, counts = np.unique(
            numbers * len(values) + places, return_inverse=True, return_counts=True
        )
    return numbers, counts


def _union(solids: Sequence[Mesh], growth: float, finest: float) -> Body | None:
    more = growth / max(len(solids), 1)  # no two grow alike: equal steps would meet again
    parts = [_manifold(*solid, growth + k * more) for k, solid in enumerate(solids)]
    if not parts or any(part.status() != manifold3d.Error.NoError for part in parts):
        return None
    sources = {part.original_id(): number for number, part in enumerate(parts)}
    whole = manifold3d.Manifold.batch_boolean(parts, manifold3d.OpType.Add).simplify(finest)
    shells = whole.decompose()
    kept = [shell for shell in shells if abs(shell.volume()) > finest**3]
    if not kept:
        return None
    if len(kept) < len(shells):
        whole = manifold3d.Manifold.compose(kept)
    mesh = whole.to_mesh64()
    runs = np.diff(mesh.run_index) // 3
    numbers = [sources[int(run)] for run in mesh.run_original_id]
    faces = np.asarray(mesh.tri_verts).astype(np.int64)
    points = np.asarray(mesh.vert_properties)[:, :3]
    return Body(points, faces, np.repeat(numbers, runs), whole.volume())


def _manifold(points: np.ndarray, faces: np.ndarray, growth: float) -> manifold3d.Manifold:
    low, high = points.min(axis=0), points.max(axis=0)
    size = high - low
    middle = (low + high) / 2
    if growth:
        points = middle + (points - middle) * (1 + 2 * growth / np.maximum(size, growth))
    grid = np.round((points - middle) / (_SAME * size.max())).astype(np.int64)
    _, first, joined = np.unique(grid, axis=0, return_index=True, return_inverse=True)
    triangles = joined.reshape(-1)[faces].astype(np.uint64)
    return manifold3d.Manifold(manifold3d.Mesh64(points[first], triangles)).as_original()
