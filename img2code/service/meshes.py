"""Codes into the bytes of mesh files, within bounds. Runs in a process of its own, see meshing.py.

What stands here is imported by that process: geometry only, no model and no web.
"""

from __future__ import annotations

import io
import signal
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geometry import budget, program
from geometry.errors import CodeError
from geometry.export.sizes import Up
from geometry.export.write import FOLDER_SUFFIXES, export
from img2code import limits, system

MEDIA_TYPES = {
    "glb": "model/gltf-binary",
    "obj": "model/obj",
    "stl": "model/stl",
    "ply": "application/octet-stream",
    "urdf": "application/zip",
    "xml": "application/zip",
    "sdf": "application/zip",
    "py": "text/x-python",
}
NICENESS = 5  # predictions come first


@dataclass(frozen=True)
class File:
    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True)
class Refused:
    """The words of a CodeError, which does not survive the way between processes."""

    where: str
    found: str
    valid: str
    hint: str


def prepare() -> None:
    """Makes the process fit for work: polite, bounded in memory, and ended by its parent alone."""
    for number in (signal.SIGINT, signal.SIGTERM):  # sent to the whole group; the parent decides
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
    system.lower_priority(NICENESS)
    system.bound_memory(limits.MESH_MEMORY_BYTES)


def write(
    code: Mapping[str, Any],
    kind: str,
    segments: int,
    folder: str,
    scale: float = 1.0,
    up: Up | None = None,
    size: str | None = None,
) -> File | Refused:
    """The code's file, written in a folder that the caller deletes; options as for `export`.

    A mechanism is packed into a zip with the meshes that it names. Refused for a code that cannot
    be built, has too many parts or would have too many triangles.
    """
    system.alarm(limits.MESH_SECONDS * 2)  # should the parent be killed before it can end us
    try:
        return _write(code, kind, segments, Path(folder), scale, up, size)
    except CodeError as error:
        return Refused(error.where, error.found, error.valid, error.hint)
    finally:
        system.alarm(0)


def _write(
    sent: Mapping[str, Any],
    kind: str,
    segments: int,
    folder: Path,
    scale: float,
    up: Up | None,
    size: str | None,
) -> File:
    code = program.parse(sent)
    parts = len(code.parts)
    if parts > limits.MAX_CODE_PARTS:
        raise CodeError(
            f"{code.category.name}, 'conceptualization'",
            f"{parts} parts",
            f"at most {limits.MAX_CODE_PARTS}",
            "Build larger objects with `img2code mesh`.",
        )
    budget.check(code, segments, limits.MAX_MESH_TRIANGLES)
    stem = code.category.name.lower()
    path = export(code, folder / f"{stem}.{kind}", segments, scale=scale, up=up, size=size)
    if path.suffix in FOLDER_SUFFIXES:
        return File(f"{stem}_{kind}.zip", _zipped(folder), MEDIA_TYPES[kind])
    return File(path.name, path.read_bytes(), MEDIA_TYPES[kind])


def _zipped(folder: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return content.getvalue()
