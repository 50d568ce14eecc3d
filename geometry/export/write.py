"""Writes an object to a file; the suffix of the path chooses the format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import trimesh

import geometry
from geometry import export_budget
from geometry.colours import scene_parts
from geometry.errors import CodeError, suggestion
from geometry.export.cad import write_script, write_step
from geometry.export.gltf import coloured, glb, shaded, written
from geometry.export.mjcf import write_mjcf
from geometry.export.printable import ply, stl
from geometry.export.sdf import write_sdf
from geometry.export.sizes import Up, checked_scale, placed
from geometry.export.urdf import write_urdf
from geometry.program import Program, Source, parse, rescale

SEGMENTS = 64


def export(
    subject: trimesh.Scene | Source,
    path: str | Path,
    segments: int = SEGMENTS,
    *,
    scale: float = 1.0,
    up: Up | None = None,
) -> Path:
    """Write a code or a scene to `path`, in the object's own frame; returns the path.

    A number of the code times `scale` is a length in metres. `sizes.CONVENTIONS` says which unit
    and which upward axis a format has; up: another axis, where the format allows it.

    .glb and .obj keep every part as an object of its own under its name, .glb its colour; .stl and
    .ply are one closed body. .glb, .urdf, .xml (MJCF) and .sdf of a code have its joints; the last
    three have their meshes in `<stem>_meshes` beside them. .py is a CadQuery script, .step the
    solids that it makes (CadQuery must be installed). Raises CodeError for a suffix that is not in
    EXPORTERS, for a scene where only a code will do, a code that cannot be built or has more parts
    or solids than `geometry.export_budget` lets the format have, or a scale or an axis that cannot
    be; warns with ExportWarning of what is not in the file as it should be.
    segments: sides of a circle, where there are sides.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in EXPORTERS:
        hint = suggestion(suffix, EXPORTERS) or "Choose one of these."
        raise CodeError(f"the file {path.name}", repr(suffix), " ".join(EXPORTERS), hint)
    frame = placed(suffix, up)
    checked_scale(scale)
    if isinstance(subject, trimesh.Scene):
        if suffix not in SCENE_EXPORTERS:
            hint = "A scene has no parameters and no joints; give the code that it was built from."
            raise CodeError(f"the file {path.name}", "a scene", f"a code for {suffix}", hint)
        _write_scene(subject, path, frame @ np.diag([scale, scale, scale, 1.0]))
        return path
    program = parse(subject)
    export_budget.check(program, suffix)
    if scale != 1:
        program = parse(rescale(program, scale))
    if suffix in CODE_EXPORTERS:
        _built(program, segments)  # refuses what has no surface
        CODE_EXPORTERS[suffix](program, path, segments)
    elif suffix == ".step":
        write_step(program, path, up or "y")
    else:
        _write_scene(_built(program, segments), path, frame)
    return path


def _built(program: Program, segments: int) -> trimesh.Scene:
    """The scene of a program that has a surface."""
    scene = geometry.build(program, segments)
    if not scene.geometry:
        hint = "Give at least one part a size above zero."
        raise CodeError("the object", "no part with a surface", "at least one", hint)
    return scene


def _write_scene(scene: trimesh.Scene, path: Path, frame: np.ndarray) -> None:
    """Writes the scene's parts, moved to the file's frame."""
    parts = [(name, part.apply_transform(frame)) for name, part in scene_parts(scene)]
    content = SCENE_EXPORTERS[path.suffix.lower()](parts)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


Parts = list[tuple[str, trimesh.Trimesh]]


def _glb(parts: Parts) -> bytes:
    scene = trimesh.Scene()
    for index, (name, solid) in enumerate(parts):
        shape = shaded(solid)
        if not shape.is_empty:
            shape = coloured(name, shape, index)
            scene.add_geometry(shape, node_name=name, geom_name=name)
    return written(scene)


def _articulated_glb(program: Program, path: Path, segments: int) -> None:
    path.write_bytes(glb(program, segments))


def _script(program: Program, path: Path, segments: int) -> None:
    """Round surfaces are exact here, whatever `segments`."""
    write_script(program, path)


def _obj(parts: Parts) -> str:
    lines = ["# metres, one object per part"]
    start = 1
    for name, solid in parts:
        lines.append(f"o {name}")
        lines += ["v {:.6g} {:.6g} {:.6g}".format(*point) for point in solid.vertices]
        lines += ["f {} {} {}".format(*face) for face in solid.faces + start]
        start += len(solid.vertices)
    return "\n".join(lines) + "\n"


#: What a bare scene can be written as.
SCENE_EXPORTERS: dict[str, Callable[[Parts], bytes | str]] = {
    ".glb": _glb,
    ".obj": _obj,
    ".stl": stl,
    ".ply": ply,
}
#: What is made from the code itself.
CODE_EXPORTERS: dict[str, Callable[[Program, Path, int], object]] = {
    ".glb": _articulated_glb,
    ".urdf": write_urdf,
    ".xml": write_mjcf,
    ".sdf": write_sdf,
    ".py": _script,
}
#: What has a folder of meshes beside it.
FOLDER_SUFFIXES = (".urdf", ".xml", ".sdf")
EXPORTERS = (*{**SCENE_EXPORTERS, **CODE_EXPORTERS}, ".step")
