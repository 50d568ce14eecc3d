"""Writes an object to a file; the suffix of the path chooses the format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import trimesh

import geometry
from geometry import export_budget
from geometry.cad_parts.part import is_part
from geometry.colours import scene_parts
from geometry.errors import CodeError, suggestion
from geometry.export.cad import write_script, write_step
from geometry.export.gltf import coloured, glb, shaded, written
from geometry.export.mass import UNKNOWN, Matter
from geometry.export.mjcf import write_mjcf
from geometry.export.part_files import export_part
from geometry.export.printable import ply, stl
from geometry.export.real import RealSize, real_size
from geometry.export.sdf import write_sdf
from geometry.export.sizes import CONVENTIONS, SIZED, Up, checked_scale, placed
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
    size: RealSize | str | None = None,
) -> Path:
    """Write a code or a scene to `path`, in the object's own frame; returns the path.

    A number of the code times `scale` is a length in metres. `sizes.CONVENTIONS` says which unit
    and which upward axis a format has; up: another axis, where the format allows it.

    size: the object's real size, as "height 95 mm", "usual", or what `real_size` made of these; it
    stands for a scale, gives mechanisms the mass of the category's material, and CAD files their
    millimetres and z up.

    .glb and .obj keep every part as an object of its own under its name, .glb its colour; .stl and
    .ply are one closed body. .glb, .urdf, .xml (MJCF) and .sdf of a code have its joints; the last
    three have their meshes in `<stem>_meshes` beside them. .py is a CadQuery script, .step the
    solids that it makes (CadQuery must be installed). Raises CodeError for a suffix that is not in
    EXPORTERS, for a scene where only a code will do, a code that cannot be built or has more parts
    or solids than `geometry.export_budget` lets the format have, or a scale or an axis that cannot
    be; warns with ExportWarning of what is not in the file as it should be.
    segments: sides of a circle, where there are sides. A CAD part has its own size, and is written
    as `part_files.export_part` says.
    """
    path = Path(path)
    if is_part(subject):
        return export_part(subject, path, segments)
    suffix = path.suffix.lower()
    if suffix not in EXPORTERS:
        hint = suggestion(suffix, EXPORTERS) or "Choose one of these."
        raise CodeError(f"the file {path.name}", repr(suffix), " ".join(EXPORTERS), hint)
    frame = placed(suffix, up, sized=size is not None)
    checked_scale(scale)
    if size is not None and scale != 1:
        raise CodeError("the scale", f"{scale:g} beside a size", "one of the two")
    if isinstance(subject, trimesh.Scene):
        if suffix not in SCENE_EXPORTERS:
            hint = "A scene has no parameters and no joints; give the code that it was built from."
            raise CodeError(f"the file {path.name}", "a scene", f"a code for {suffix}", hint)
        if isinstance(size, str):
            hint = "Give the real_size of the code that it was built from."
            raise CodeError("the size", f"{size!r} of a scene", "a RealSize", hint)
        scale = size.scale if size else scale
        _write_scene(subject, path, frame @ np.diag([scale, scale, scale, 1.0]))
        return path
    program = parse(subject)
    export_budget.check(program, suffix)
    real = real_size(program, size) if isinstance(size, str) else size
    scale = real.scale if real else scale
    if scale != 1:
        program = parse(rescale(program, scale))
    if suffix == ".step":
        write_step(program, path, up or (SIZED if real else CONVENTIONS)[suffix].up)
        return path
    scene = _built(program, segments)  # refuses what has no surface
    if suffix in ROBOT_EXPORTERS:
        ROBOT_EXPORTERS[suffix](program, path, segments, real.matter if real else UNKNOWN)
    elif suffix == ".py":
        write_script(program, path, sized=real is not None)
    elif suffix == ".glb":
        path.write_bytes(glb(program, segments))
    else:
        _write_scene(scene, path, frame)
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
#: What has joints and masses, and a folder of meshes beside it.
ROBOT_EXPORTERS: dict[str, Callable[[Program, Path, int, Matter], object]] = {
    ".urdf": write_urdf,
    ".xml": write_mjcf,
    ".sdf": write_sdf,
}
FOLDER_SUFFIXES = tuple(ROBOT_EXPORTERS)
EXPORTERS = (*SCENE_EXPORTERS, *ROBOT_EXPORTERS, ".py", ".step")
