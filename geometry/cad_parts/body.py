"""The body of a part: its steps combined, one after the other, and what is cut off at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import manifold3d
import numpy as np

from geometry.cad_parts.part import Step
from geometry.cad_parts.tool import tool

SIDES = 96  # of a circle in meshes and files: 0.07 % of its area is missing


@dataclass(frozen=True, eq=False)
class Body:
    """A closed surface: points (V, 3), faces (F, 3), the surface that each lies on (F,)."""

    manifold: manifold3d.Manifold
    count: int

    @cached_property
    def _mesh(self) -> manifold3d.Mesh64:
        return self.manifold.to_mesh64()

    @cached_property
    def points(self) -> np.ndarray:
        return np.asarray(self._mesh.vert_properties)[:, :3]

    @cached_property
    def faces(self) -> np.ndarray:
        return np.asarray(self._mesh.tri_verts).astype(np.int64)

    @cached_property
    def surfaces(self) -> np.ndarray:
        return np.asarray(self._mesh.face_id).astype(np.int64)

    @cached_property
    def volume(self) -> float:
        return float(self.manifold.volume())

    @cached_property
    def box(self) -> tuple[np.ndarray, np.ndarray]:
        low_high = np.array(self.manifold.bounding_box())
        return low_high[:3], low_high[3:]

    @cached_property
    def pieces(self) -> int:
        return len(self.manifold.decompose())


@lru_cache(maxsize=2048)
def body(steps: tuple[Step, ...], sides: int = SIDES) -> Body:
    """Of the first steps of a part. Raises CodeError of a step that is no solid."""
    added = tool(steps[-1], sides)
    if len(steps) == 1:
        return Body(added, 1)
    return Body(combined(body(steps[:-1], sides).manifold, steps[-1], sides), len(steps))


def combined(before: manifold3d.Manifold, step: Step, sides: int) -> manifold3d.Manifold:
    """A body after another step."""
    added = tool(step, sides)
    if step.operation == "join":
        return before + added
    return before - added if step.operation == "cut" else before ^ added


def owners(made: Body, steps: Sequence[Step], sides: int = SIDES) -> np.ndarray:
    """Of each triangle the number of the step whose solid had it first."""
    mesh = made._mesh
    runs = np.diff(np.asarray(mesh.run_index)) // 3
    numbers: dict[int, int] = {}
    for number, step in enumerate(steps):
        for origin in tool(step, sides).to_mesh64().run_original_id:
            numbers.setdefault(int(origin), number)
    return np.repeat([numbers[int(run)] for run in mesh.run_original_id], runs)
