"""Writes an object to a file; the suffix of the path chooses the format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from trimesh.visual.material import PBRMaterial

import geometry
from geometry.colours import Colour, part_colour, scene_parts
from geometry.errors import CodeError, suggestion

SEGMENTS = 64


def export(subject: trimesh.Scene | Mapping[str, Any], path: str | Path) -> Path:
    """Write a code or a scene to `path`, y up, in the object's own frame; returns the path.

    .glb and .obj keep every part as an object of its own under its name, .glb and .ply its
    colour. Raises CodeError for a suffix that is not in EXPORTERS or a code that cannot be built.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in EXPORTERS:
        hint = suggestion(suffix, EXPORTERS) or "Choose one of these."
        raise CodeError(f"the file {path.name}", repr(suffix), " ".join(EXPORTERS), hint)
    if isinstance(subject, trimesh.Scene):
        scene = subject
    else:
        scene = geometry.build(subject, segments=SEGMENTS)
    solids = scene_parts(scene)
    if not solids:
        hint = "Give at least one part a size above zero."
        raise CodeError("the object", "no part with a surface", "at least one", hint)
    content = EXPORTERS[suffix](solids)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


Parts = list[tuple[str, trimesh.Trimesh]]


def _glb(parts: Parts) -> bytes:
    scene = trimesh.Scene()
    for index, (name, solid) in enumerate(parts):
        material = PBRMaterial(
            name=name,
            baseColorFactor=[*_linear(part_colour(index)), 255],
            metallicFactor=0.0,
            roughnessFactor=0.65,
            doubleSided=True,
        )
        solid.visual = trimesh.visual.TextureVisuals(material=material)
        scene.add_geometry(solid, node_name=name, geom_name=name)
    content: Any = scene.export(file_type="glb", include_normals=False)
    return content  # viewers then shade flat


def _linear(colour: Colour) -> list[int]:
    """sRGB to the linear light that glTF factors are given in."""
    return [round(255 * ((c / 255 + 0.055) / 1.055) ** 2.4) for c in colour]


def _obj(parts: Parts) -> str:
    lines = ["# y up, one object per part"]
    start = 1
    for name, solid in parts:
        lines.append(f"o {name}")
        lines += ["v {:.6g} {:.6g} {:.6g}".format(*point) for point in solid.vertices]
        lines += ["f {} {} {}".format(*face) for face in solid.faces + start]
        start += len(solid.vertices)
    return "\n".join(lines) + "\n"


def _stl(parts: Parts) -> bytes:
    return _binary(_joined(parts), "stl")


def _ply(parts: Parts) -> bytes:
    coloured = []
    for index, (name, solid) in enumerate(parts):
        colours = np.tile([*part_colour(index), 255], (len(solid.vertices), 1)).astype(np.uint8)
        coloured.append((name, trimesh.Trimesh(solid.vertices, solid.faces, vertex_colors=colours)))
    return _binary(_joined(coloured), "ply")


def _joined(parts: Parts) -> trimesh.Trimesh:
    joined: Any = trimesh.util.concatenate([solid for _, solid in parts])
    return joined


def _binary(shape: trimesh.Trimesh, kind: str) -> bytes:
    content: Any = shape.export(file_type=kind)
    return content


EXPORTERS: dict[str, Callable[[Parts], bytes | str]] = {
    ".glb": _glb,
    ".obj": _obj,
    ".stl": _stl,
    ".ply": _ply,
}
