"""A program with numbers that may change: many objects of its structure at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

import geometry
from geometry.program import Program, parse
from geometry.schema.kinds import Kind
from geometry.view import View

Array = np.ndarray

SEGMENTS = 24  # sides of a circle
#: By kind: lengths in diagonals of the object, angles in degrees.
LEAST_DEVIATION: dict[Kind, float] = {
    "length": 0.01,
    "degrees": 1.5,
    "ratio": 0.02,
    "count": 1.0,
    "flag": 1.0,
}


@dataclass(frozen=True)
class Free:
    """A number that a fit may change, and by how much that is expected.

    part: its place in the program. deviation: standard deviation, in the number's unit. least,
    most: what it may become.
    """

    part: int
    parameter: str
    index: int
    deviation: float
    least: float = -np.inf
    most: float = np.inf


class Shape:
    """The free numbers of a program as a vector (P,), and the vertices that they make."""

    def __init__(self, program: Program, free: Sequence[Free]) -> None:
        self.base, self.free = program, tuple(free)

    @cached_property
    def numbers(self) -> Array:
        """(P,) as the program has them."""
        parts = self.base.parts
        return np.array([parts[f.part].parameters[f.parameter][f.index] for f in self.free])

    @cached_property
    def deviations(self) -> Array:
        """(P,) of the free numbers, none below what a fit can see: LEAST_DEVIATION."""
        kinds = [self._kind(free) for free in self.free]
        least = [LEAST_DEVIATION[k] * (self.size if k == "length" else 1.0) for k in kinds]
        return np.maximum([free.deviation for free in self.free], least)

    def within(self, numbers: Array) -> Array:
        """The numbers (P,), each no further than it may go."""
        least, most = ([getattr(f, name) for f in self.free] for name in ("least", "most"))
        result: Array = np.clip(numbers, least, most)
        return result

    def _kind(self, free: Free) -> Kind:
        template = self.base.parts[free.part].template
        kinds = {parameter.name: parameter.kinds for parameter in template.parameters}
        return kinds[free.parameter][free.index]

    @cached_property
    def faces(self) -> Array:
        """(F, 3)."""
        return np.concatenate(self._faces)

    @cached_property
    def part_of(self) -> Array:
        """(F,) the part that each face belongs to."""
        return np.repeat(np.arange(len(self._faces)), [len(own) for own in self._faces])

    @cached_property
    def _faces(self) -> list[Array]:
        """Those of each part. Of some solids numbers that may change make others than fixed."""
        code = self._with(self.numbers[None])
        made = [
            geometry.batch(code["category"], [part], SEGMENTS) for part in code["conceptualization"]
        ]
        starts = np.cumsum([0, *(points.shape[-2] for points, _ in made)])
        return [own.astype(np.int64) + start for (_, own), start in zip(made, starts, strict=False)]

    @cached_property
    def size(self) -> float:
        """The diagonal of the box."""
        return float(np.linalg.norm(np.ptp(self.vertices(self.numbers[None])[0], axis=0)))

    def vertices(self, numbers: Array) -> Array:
        """(B, P) numbers to (B, V, 3). Raises CodeError where formulas have no result for them."""
        code = self._with(numbers)
        made, _ = geometry.batch(code["category"], code["conceptualization"], SEGMENTS)
        vertices: Array = np.asarray(made)
        return np.broadcast_to(vertices, (len(numbers), *vertices.shape[-2:]))

    def program(self, numbers: Array, view: View) -> Program:
        """The code with these numbers, seen so. Raises CodeError."""
        code = self._with(numbers)
        code["pose"]["global_rotation"] = [round(angle, 2) for angle in view.angles()]
        return parse(code)

    def _with(self, numbers: Array) -> dict[str, Any]:
        """The code with numbers (P,), or with those of several objects (B, P)."""
        code = self.base.as_dict()
        columns = np.ascontiguousarray(numbers.T) if numbers.ndim > 1 else numbers.tolist()
        for free, column in zip(self.free, columns, strict=True):
            part = code["conceptualization"][free.part]
            part["parameters"][free.parameter][free.index] = column
        return code
