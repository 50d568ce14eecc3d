"""STL and PLY: an object as one closed body, for printers, slicers and scans' tools."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import trimesh

from geometry.colours import part_colour
from geometry.errors import ExportWarning
from geometry.export.united import shells, united

Parts = Sequence[tuple[str, trimesh.Trimesh]]


def stl(parts: Parts) -> bytes:
    """One body, binary; a surface that cannot be united is written as it is, with a warning."""
    return _bytes(one_body(parts), "stl")


def ply(parts: Parts) -> bytes:
    """One body as for `stl`, binary, every triangle in the colour of its part."""
    return _bytes(one_body(parts), "ply")


def one_body(parts: Parts) -> trimesh.Trimesh:
    """The union of all parts with a colour for each face.

    Where there is no clean union, the parts side by side, and an ExportWarning.
    """
    solids = [shells(part.vertices, part.faces) for _, part in parts]
    colours = np.array([[*part_colour(index), 255] for index in range(len(parts))], np.uint8)
    owners = np.repeat(np.arange(len(parts)), [len(pieces) for pieces in solids])
    body = united([piece for pieces in solids for piece in pieces])
    if body is None:
        warnings.warn(
            "The parts could not be united to one closed body: they are written side by side, "
            "and a slicer may have to mend them.",
            ExportWarning,
            stacklevel=2,
        )
        whole: Any = trimesh.util.concatenate([part for _, part in parts])
        numbers = np.repeat(np.arange(len(parts)), [len(part.faces) for _, part in parts])
        return trimesh.Trimesh(
            whole.vertices, whole.faces, face_colors=colours[numbers], process=False
        )
    faces_of = colours[owners[body.solids]]
    return trimesh.Trimesh(body.points, body.faces, face_colors=faces_of, process=False)


def _bytes(shape: trimesh.Trimesh, kind: str) -> bytes:
    content: Any = shape.export(file_type=kind)
    return content
