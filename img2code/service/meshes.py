"""Codes into the bytes of mesh files, within bounds."""

from __future__ import annotations

import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from geometry import program
from geometry.errors import CodeError
from geometry.export import export
from img2code import limits
from img2code.service.models import MeshRequest

MEDIA_TYPES = {
    "glb": "model/gltf-binary",
    "obj": "model/obj",
    "stl": "model/stl",
    "urdf": "application/zip",
    "py": "text/x-python",
}


@dataclass(frozen=True)
class File:
    name: str
    content: bytes
    media_type: str


def write(request: MeshRequest) -> File:
    """The code's file; a URDF is packed into a zip with the meshes that it names.

    Raises CodeError for a code that cannot be built or has too many parts.
    """
    code = program.parse(request.code)
    parts = len(code["conceptualization"])
    if parts > limits.MAX_CODE_PARTS:
        raise CodeError(
            f"{code['category']}, 'conceptualization'",
            f"{parts} parts",
            f"at most {limits.MAX_CODE_PARTS}",
            "Build larger objects with `img2code mesh`.",
        )
    stem = code["category"].lower()
    with tempfile.TemporaryDirectory(prefix="img2code-mesh-") as name:
        folder = Path(name)
        path = export(code, folder / f"{stem}.{request.format}", request.segments)
        if request.format == "urdf":
            return File(f"{stem}_urdf.zip", _zipped(folder), MEDIA_TYPES["urdf"])
        return File(path.name, path.read_bytes(), MEDIA_TYPES[request.format])


def _zipped(folder: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return content.getvalue()
