"""Writes an object to a file; the suffix of the path chooses the format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import trimesh

import geometry
from geometry.cad import write_script, write_step
from geometry.colours import part_colour, scene_parts
from geometry.errors import CodeError, suggestion
from geometry.gltf import coloured, glb
from geometry.urdf import write_urdf

SEGMENTS = 64


def export(
    subject: trimesh.Scene | Mapping[str, Any], path: str | Path, segments: int = SEGMENTS
) -> Path:
    """Write a code or a scene to `path`, y up, in the object's own frame; returns the path.

    .glb and .obj keep every part as an object of its own under its name, .glb and .ply its
    colour; .glb and .urdf (z up, with its meshes in `<stem>_meshes` beside it) of a code have its
    joints; .py is a CadQuery script, .step the solids that it makes (CadQuery must be installed).
    Raises CodeError for a suffix that is not in EXPORTERS, for a scene where only a code will do,
    or a code that cannot be built. segments: sides of a circle, where there are sides.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in EXPORTERS:
        hint = suggestion(suffix, EXPORTERS) or "Choose one of these."
        raise CodeError(f"the file {path.name}", repr(suffix), " ".join(EXPORTERS), hint)
    if isinstance(subject, trimesh.Scene):
        if suffix not in SCENE_EXPORTERS:
            hint = "A scene has no parameters and no joints; give the code that it was built from."
            raise CodeError(f"the file {path.name}", "a scene", f"a code for {suffix}", hint)
        _write_scene(subject, path)
    elif suffix in CODE_EXPORTERS:
        _built(subject, segments)  # refuses what has no surface
        CODE_EXPORTERS[suffix](subject, path, segments)
    else:
        _write_scene(_built(subject, segments), path)
    return path


def _built(code: Mapping[str, Any], segments: int) -> trimesh.Scene:
    """The scene of a code that has a surface."""
    scene = geometry.build(code, segments)
    if not scene.geometry:
        hint = "Give at least one part a size above zero."
        raise CodeError("the object", "no part with a surface", "at least one", hint)
    return scene


def _write_scene(scene: trimesh.Scene, path: Path) -> None:
    content = SCENE_EXPORTERS[path.suffix.lower()](scene_parts(scene))
    path.write_bytes(content.encode() if isinstance(content, str) else content)


Parts = list[tuple[str, trimesh.Trimesh]]


def _glb(parts: Parts) -> bytes:
    scene = trimesh.Scene()
    for index, (name, solid) in enumerate(parts):
        scene.add_geometry(coloured(name, solid, index), node_name=name, geom_name=name)
    content: Any = scene.export(file_type="glb", include_normals=False)
    return content  # viewers then shade flat


def _articulated_glb(code: Mapping[str, Any], path: Path, segments: int) -> None:
    path.write_bytes(glb(code, segments))


def _script(code: Mapping[str, Any], path: Path, segments: int) -> None:
    """Round surfaces are exact here, whatever `segments`."""
    write_script(code, path)


def _step(code: Mapping[str, Any], path: Path, segments: int) -> None:
    write_step(code, path)


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


#: What a bare scene can be written as.
SCENE_EXPORTERS: dict[str, Callable[[Parts], bytes | str]] = {
    ".glb": _glb,
    ".obj": _obj,
    ".stl": _stl,
    ".ply": _ply,
}
#: What is made from the code itself.
CODE_EXPORTERS: dict[str, Callable[[Mapping[str, Any], Path, int], object]] = {
    ".glb": _articulated_glb,
    ".urdf": write_urdf,
    ".py": _script,
    ".step": _step,
}
EXPORTERS = tuple({**SCENE_EXPORTERS, **CODE_EXPORTERS})
