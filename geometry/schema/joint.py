"""Joints as data: what of a part moves, about which axis, how far; and how parts ride on others.

A template's joint function yields `Joint`s in the template's own frame, before placement. Limits
count from the pose that the numbers give: 0 is the object as described. `geometry.articulation`
puts the joints of a whole object together.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Vector = tuple[float, float, float]
Kind = Literal["revolute", "continuous", "prismatic"]


@dataclass(frozen=True)
class Joint:
    """One degree of freedom of a part.

    axis: direction, of any length above zero; positive angles by the right-hand rule.
    pivot: a point of the axis; of no meaning for a slide.
    limits: degrees or lengths from the given pose, with low <= 0 <= high.
    closed: where it is shut, folded or at rest, counted like the limits: what the template's
        numbers open it by, with the other sign; 0 where the given pose is that.
    number: (parameter, place in it) of the part's number that states how far it is open, if one
        does: moving the joint by a value adds the value to it.
    moves: the label (`Solid.of`) of the solids that move; "" for all unlabelled ones. Several
        joints that move the same solids form a chain, in the order in which they are yielded.
    name: tells joints of one part apart; by default the label.
    carried_by: the name of another joint of the part that carries this one.
    follows: (name of another joint of the part, factor): it moves by that factor of the other.
    shared: joints of this name in several parts of an object are one joint.
    in_object: axis and pivot are given in the object's frame.
    """

    kind: Kind
    axis: Vector
    pivot: Vector
    limits: tuple[float, float]
    moves: str = ""
    name: str = ""
    carried_by: str = ""
    follows: tuple[str, float] | None = None
    shared: bool = False
    in_object: bool = False
    closed: float = 0.0
    number: tuple[str, int] | None = None

    @property
    def direction(self) -> int:
        """1 where the joint opens to larger values, -1 where it opens to smaller ones."""
        low, high = self.limits
        return 1 if high - self.closed >= self.closed - low else -1

    def opening(self, value: float = 0.0) -> float:
        """How far it is open, in degrees or lengths from closed, at a value from the given pose."""
        return self.direction * (value - self.closed) + 0.0  # never -0.0

    def __post_init__(self) -> None:
        length = math.hypot(*self.axis)
        low, high = self.limits
        fine = length > 0 and all(map(math.isfinite, (*self.axis, *self.pivot)))
        fine = fine and math.isfinite(self.closed)
        if not fine or not low <= 0 <= high:
            raise ValueError(f"a joint with axis {self.axis} and limits {self.limits}")
        object.__setattr__(self, "axis", tuple(value / length for value in self.axis))
        object.__setattr__(self, "name", self.name or self.moves)


def hinge(
    axis: Vector, pivot: Vector, limits: tuple[float, float], moves: str = "", **others: Any
) -> Joint:
    """Turns about a line by degrees within limits (widened to include the given pose)."""
    return Joint("revolute", axis, pivot, _with_zero(limits), moves, **others)


def slide(axis: Vector, limits: tuple[float, float], moves: str = "", **others: Any) -> Joint:
    """Moves along a direction by lengths within limits (widened to include the given pose)."""
    return Joint("prismatic", axis, (0.0, 0.0, 0.0), _with_zero(limits), moves, **others)


def spin(axis: Vector, pivot: Vector, moves: str = "", **others: Any) -> Joint:
    """Turns about a line without an end."""
    return Joint("continuous", axis, pivot, (-180.0, 180.0), moves, **others)


def _with_zero(limits: tuple[float, float]) -> tuple[float, float]:
    low, high = sorted(limits)
    return min(low, 0.0) + 0.0, max(high, 0.0) + 0.0  # never -0.0


@dataclass(frozen=True)
class Piece:
    """One part as joint functions see it: its template and its numbers as Python values."""

    template: str
    role: str
    values: Mapping[str, Any]


JointFunction = Callable[..., Iterable[Joint]]


def joints_of(function: JointFunction, own: Piece, others: list[Piece]) -> list[Joint]:
    """Calls a joint function with those of its part's numbers (and `others`) that it names."""
    known = {name.replace(".", "__"): value for name, value in own.values.items()}
    known["others"] = others
    return list(function(**{name: known[name] for name in inspect.signature(function).parameters}))
