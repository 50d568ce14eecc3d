"""Where a file's corners should be: a mesh's bounds in the unit and the axes of a format."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import trimesh

from geometry.export.sizes import placed


def bounds_in(suffix: str, mesh: trimesh.Trimesh, within: float) -> Any:
    """What the bounds of a file of this format are about; within: in the mesh's own unit."""
    frame = placed(suffix, None)  # an STL is in millimetres, z up
    unit = abs(np.linalg.det(frame)) ** (1 / 3)
    return pytest.approx(mesh.copy().apply_transform(frame).bounds, abs=within * unit)
