"""What the CAD kernel makes of a part's script, beside our mesh of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import trimesh
from OCP.BRepCheck import BRepCheck_Analyzer

from geometry.cad_parts.body import body
from geometry.cad_parts.part import CadPart
from geometry.export.part_files import solid


@dataclass(frozen=True)
class Made:
    """valid: one solid without faults. volume: over our mesh's. extents, centre: off by (mm)."""

    valid: bool
    volume: float
    extents: float
    centre: float


def make(part: CadPart) -> Made:
    """Raises CodeError where the kernel makes no valid solid."""
    (kernel,) = solid(part).solids().vals()
    made = body(part.steps)
    low, high = made.box
    box = kernel.BoundingBox()
    extents = np.array([box.xlen, box.ylen, box.zlen])
    middle = (low + high) / 2
    ours = trimesh.Trimesh(made.points, made.faces, process=False).center_mass
    centre = part.size * (ours - [middle[0], middle[1], low[2]])
    return Made(
        BRepCheck_Analyzer(kernel.wrapped).IsValid(),
        kernel.Volume() / (made.volume * part.size**3),
        float(np.abs(extents - part.size * (high - low)).max()),
        float(np.abs(np.array(kernel.Center().toTuple()) - centre).max()),
    )
