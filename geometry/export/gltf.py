"""An object as a glTF file: a node per part, under nodes that carry the joints in their extras."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import trimesh
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from trimesh.visual.material import PBRMaterial

from geometry.articulation import articulate
from geometry.colours import Colour, part_colour
from geometry.errors import CodeError
from geometry.program import Source, parse
from geometry.schema.joint import Joint
from geometry.solids.primitives import Solid
from geometry.solids.tessellate import merged, pose_matrix

#: Faces that meet at less than this angle (radians) are shaded as one round surface.
_SHARP = np.pi / 6
#: Twice the area of a triangle that has none, as a fraction of its longest edge times the size of
#: the mesh, whose coordinates are as precise as that.
_NOTHING = 1e-12


def glb(code: Source, segments: int = 64) -> bytes:
    """The binary glTF of a code. Raises CodeError."""
    return written(mechanism(code, segments))


def written(scene: trimesh.Scene) -> bytes:
    """The binary glTF of a scene with normals. Raises CodeError where it shows nothing."""
    if not scene.geometry:
        hint = "Give at least one part a size above zero."
        raise CodeError("the object", "no part with a surface", "at least one", hint)
    content: Any = scene.export(file_type="glb", include_normals=True)
    return content


def mechanism(code: Source, segments: int = 64) -> trimesh.Scene:
    """A scene whose graph is the object's mechanism: a node for each joint, the parts under them.

    A joint is a node `<link>_joint` that stands at the joint's pivot (a slide's where its carrier
    stands), unturned: to turn it about the axis opens the door. Its `extras["joint"]` has type,
    axis, pivot in the object's frame, limits from the given pose in degrees or lengths, and the
    joint that it follows. Under it stand the parts, or, where a part is on several links, what of
    it is on this one (`<part>.<label>`).
    """
    program = parse(code)
    links = articulate(program)
    scene = trimesh.Scene(base_frame="object")
    nodes, places = ["object"], [np.zeros(3)]
    pieces: dict[tuple[int, int], list[Solid]] = {}  # by part and link
    for index, link in enumerate(links):
        if link.joint and link.parent is not None:
            carrier = places[link.parent]
            slides = link.joint.kind == "prismatic"
            places.append(carrier if slides else np.array(link.joint.pivot))
            nodes.append(f"{link.name}_joint")
            move = pose_matrix(position=(places[-1] - carrier).tolist())
            extras = {"joint": _extras(link.joint)}
            scene.graph.update(nodes[-1], nodes[link.parent], matrix=move, metadata=extras)
        for number, solid in link.members:
            pieces.setdefault((number, index), []).append(solid)
    links_of = Counter(number for number, _ in pieces)
    for (number, index), solids in sorted(pieces.items()):
        name = program.parts[number].name
        if links_of[number] > 1 and solids[0].link:
            name = f"{name}.{solids[0].link}"
        meshes = program.surfaces(solids, segments)
        if meshes:
            points, faces = merged(meshes)
            shape = trimesh.Trimesh(points - places[index], faces, process=False)
            mesh = shaded(shape)
            if not mesh.is_empty:
                mesh = coloured(name, mesh, number)
                scene.add_geometry(mesh, name, name, parent_node_name=nodes[index])
    return scene


def _extras(joint: Joint) -> dict[str, Any]:
    extras: dict[str, Any] = {
        "type": joint.kind,
        "axis": list(joint.axis),
        "pivot": list(joint.pivot),
        "limits": list(joint.limits),
        "unit": "length" if joint.kind == "prismatic" else "degrees",
    }
    if joint.follows:
        extras["follows"] = {"joint": f"{joint.follows[0]}_joint", "factor": joint.follows[1]}
    return extras


def shaded(mesh: trimesh.Trimesh) -> trimesh.Trimesh:
    """The mesh with normals: round where its faces meet gently, with sharp edges elsewhere.

    A corner at a sharp edge becomes one for each side; triangles without an area are left out, so
    that the mesh is empty where no other is there.
    """
    crosses = np.cross(*np.moveaxis(mesh.triangles[:, 1:] - mesh.triangles[:, :1], 1, 0))
    doubled = np.linalg.norm(crosses, axis=1)
    edges = mesh.triangles - np.roll(mesh.triangles, 1, axis=1)
    longest = np.linalg.norm(edges, axis=2).max(axis=1)
    kept = doubled > _NOTHING * longest * np.ptp(mesh.vertices, axis=0).max()
    if not kept.any():
        return trimesh.Trimesh()
    faces, crosses = mesh.faces[kept], crosses[kept]
    whole = trimesh.Trimesh(mesh.vertices, faces, process=False)
    gentle = whole.face_adjacency[whole.face_adjacency_angles < _SHARP]
    rows, columns = gentle.T
    graph = coo_matrix((np.ones(len(gentle), bool), (rows, columns)), 2 * (len(faces),))
    _, patches = connected_components(graph, directed=False)
    corners = np.stack([faces.ravel(), np.repeat(patches, 3)], axis=1)
    split, numbered = np.unique(corners, axis=0, return_inverse=True)
    numbered = numbered.reshape(-1)
    normals = np.zeros((len(split), 3))
    np.add.at(normals, numbered, np.repeat(crosses, 3, axis=0))
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    flat = np.repeat(crosses / doubled[kept][:, None], 3, axis=0)
    own = np.zeros_like(normals)
    own[numbered] = flat  # where a patch folds back on itself, one of its faces decides
    normals = np.where(lengths > 1e-9 * lengths.max(), normals / np.maximum(lengths, 1e-300), own)
    return trimesh.Trimesh(
        mesh.vertices[split[:, 0]],
        numbered.reshape(-1, 3),
        vertex_normals=normals,
        process=False,
    )


def coloured(name: str, mesh: trimesh.Trimesh, index: int) -> trimesh.Trimesh:
    """The mesh in the colour of the part with this index."""
    material = PBRMaterial(
        name=name,
        baseColorFactor=[*_linear(part_colour(index)), 255],
        metallicFactor=0.0,
        roughnessFactor=0.65,
        doubleSided=True,
    )
    mesh.visual = trimesh.visual.TextureVisuals(material=material)
    return mesh


def _linear(colour: Colour) -> list[int]:
    """sRGB to the linear light that glTF factors are given in."""
    return [round(255 * ((c / 255 + 0.055) / 1.055) ** 2.4) for c in colour]
