"""CAD parts as files: CadQuery source, STEP, meshes, and the code itself."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import trimesh

from geometry.cad_parts.assemble import part_mesh, part_scene
from geometry.cad_parts.body import SIDES
from geometry.cad_parts.part import CadPart
from geometry.cad_parts.reading import PartSource, dumps, parse
from geometry.colours import part_colour, scene_parts
from geometry.errors import CodeError, suggestion
from geometry.export.part_script import script

_METRE = 1000.0  # millimetres
_Y_UP = np.array([[1, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0], [0, 0, 0, 1]], float)
#: From millimetres with z up to metres with y up, as glTF and Wavefront have them.
METRES_Y_UP = _Y_UP @ np.diag([1 / _METRE] * 3 + [1])


def export_part(source: PartSource, path: str | Path, segments: int = SIDES) -> Path:
    """Writes a part; the suffix chooses the format. Returns the path.

    .py is a CadQuery script and .step what it makes (that takes CadQuery), .stl and .ply one closed
    body, all in millimetres with z up; .glb and .obj a piece for each step, in metres with y up;
    .json the code. Raises CodeError for another suffix, and where CadQuery makes no valid solid.
    """
    path, part = Path(path), parse(source)
    suffix = path.suffix.lower()
    if suffix not in PART_EXPORTERS:
        hint = suggestion(suffix, PART_EXPORTERS) or "Choose one of these."
        valid = f"{' '.join(PART_EXPORTERS)} of a CAD part"
        raise CodeError(f"the file {path.name}", repr(suffix), valid, hint)
    content = PART_EXPORTERS[suffix](part, segments)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _mesh(kind: str) -> Callable[[CadPart, int], bytes]:
    def write(part: CadPart, segments: int) -> bytes:
        content: Any = part_mesh(part, segments).export(file_type=kind)
        return content

    return write


def _pieces(kind: str) -> Callable[[CadPart, int], bytes | str]:
    def write(part: CadPart, segments: int) -> bytes | str:
        scene = trimesh.Scene()
        for number, (name, piece) in enumerate(scene_parts(part_scene(part, segments))):
            piece.apply_transform(METRES_Y_UP)
            flat = trimesh.Trimesh(
                piece.triangles.reshape(-1, 3),
                np.arange(3 * len(piece.faces)).reshape(-1, 3),
                face_colors=[*part_colour(number), 255],
                process=False,
            )
            scene.add_geometry(flat, node_name=name, geom_name=name)
        content: Any = scene.export(file_type=kind)
        return content

    return write


def _step(part: CadPart, _: int) -> bytes:
    """The STEP file of the solid that the part's script makes."""
    if find_spec("cadquery") is None:
        hint = "Install it: pip install cadquery. Or write .py, and run that script elsewhere."
        raise CodeError("a .step file", "no CadQuery", "CadQuery to make solids", hint)
    import tempfile

    import cadquery as cq

    result = solid(part)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "part.step"
        cq.exporters.export(result, str(path))
        return path.read_bytes()


def solid(part: CadPart) -> Any:
    """The Workplane that the part's script makes. Raises CodeError where it is no valid solid."""
    defined: dict[str, Any] = {"__name__": "part"}
    try:
        exec(compile(script(part), "part.py", "exec"), defined)
        result = defined["result"]
        solids = result.solids().vals()
    except Exception as error:  # each kind of failure of the kernel is a class of its own
        found = f"{type(error).__name__} of the CAD kernel"
        raise CodeError(
            "the part", found, "a part that it makes", "Change the last step."
        ) from error
    if len(solids) != 1 or not solids[0].isValid():
        found = f"{len(solids)} solids" if len(solids) != 1 else "a solid with faults"
        hint = "Move what barely touches apart, or write .stl."
        raise CodeError("the part in the CAD kernel", found, "one valid solid", hint)
    return result


def _source(part: CadPart, _: int) -> str:
    return script(part)


def _code(part: CadPart, _: int) -> str:
    return dumps(part)


PART_EXPORTERS: dict[str, Callable[[CadPart, int], bytes | str]] = {
    ".glb": _pieces("glb"),
    ".obj": _pieces("obj"),
    ".stl": _mesh("stl"),
    ".ply": _mesh("ply"),
    ".py": _source,
    ".step": _step,
    ".json": _code,
}
