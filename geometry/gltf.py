"""An object as a glTF file: a node per part, under nodes that carry the joints in their extras."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import trimesh
from trimesh.visual.material import PBRMaterial

from geometry.articulation import articulate
from geometry.colours import Colour, part_colour
from geometry.joints import Joint
from geometry.mesh import merged, tessellate
from geometry.primitives import Solid
from geometry.program import parse, part_names


def glb(code: str | Mapping[str, Any], segments: int = 64) -> bytes:
    """The binary glTF of a code. Raises CodeError."""
    content: Any = mechanism(code, segments).export(file_type="glb", include_normals=False)
    return content  # without normals viewers shade flat


def mechanism(code: str | Mapping[str, Any], segments: int = 64) -> trimesh.Scene:
    """A scene whose graph is the object's mechanism; all meshes are in the object's frame.

    A joint is a node `<link>_joint` with `extras["joint"]`: its type, axis, pivot, limits from the
    given pose in degrees or lengths, and the joint that it follows. Under it stand the parts, or,
    where a part is on several links, what of it is on this one (`<part>.<label>`).
    """
    code = parse(code)
    links = articulate(code)
    scene = trimesh.Scene(base_frame="object")
    nodes = ["object"]
    names = part_names(code)
    pieces: dict[tuple[int, int], list[Solid]] = {}  # by part and link
    for index, link in enumerate(links):
        if link.joint and link.parent is not None:
            nodes.append(f"{link.name}_joint")
            extras = {"joint": _extras(link.joint)}
            scene.graph.update(nodes[-1], nodes[link.parent], matrix=np.eye(4), metadata=extras)
        for number, solid in link.members:
            pieces.setdefault((number, index), []).append(solid)
    links_of = Counter(number for number, _ in pieces)
    for (number, index), solids in sorted(pieces.items()):
        name = names[number]
        if links_of[number] > 1 and solids[0].link:
            name = f"{name}.{solids[0].link}"
        meshes = tessellate(solids, segments)
        if meshes:
            mesh = coloured(name, trimesh.Trimesh(*merged(meshes), process=False), number)
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
