"""A mesh as a body whose surfaces are its smooth regions, so that its edges can be seen."""

from __future__ import annotations

import manifold3d
import numpy as np
import trimesh

from geometry.cad_parts.body import Body
from img2code.parts.score import manifold_of

_SMOOTH = np.radians(20)  # neighbouring triangles at a smaller angle are one surface


def from_mesh(mesh: trimesh.Trimesh) -> Body | None:
    """None where the mesh bounds no solid."""
    whole = manifold_of(mesh)
    if whole is None:
        return None
    flat = whole.to_mesh64()
    points = np.asarray(flat.vert_properties)[:, :3]
    shape = trimesh.Trimesh(points, np.asarray(flat.tri_verts).astype(int), process=False)
    pairs = shape.face_adjacency[shape.face_adjacency_angles < _SMOOTH]
    groups = trimesh.graph.connected_component_labels(pairs, len(shape.faces))
    made = manifold3d.Mesh64(
        np.array(points, np.float64),
        np.array(shape.faces, np.uint64),
        face_id=np.array(groups, np.uint64),
    )
    return Body(manifold3d.Manifold(made), 1)
