"""What differs between two codes: the parts that only one has, and the numbers that are others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from geometry.program import Part, Program
from geometry.view import view_of

Numbers = tuple[float, ...]

#: Numbers closer than this, of the larger one, are the same.
_SAME = 1e-3


@dataclass(frozen=True)
class Difference:
    """One parameter of a part, or of the pose; None on the side that lacks it."""

    part: str
    parameter: str
    left: Numbers | None
    right: Numbers | None


def differences(left: Program, right: Program) -> tuple[Difference, ...]:
    """In the order of the left one's parts, then what only the right one has."""
    return tuple(_differences(left, right))


def _differences(left: Program, right: Program) -> Iterator[Difference]:
    views = [view_of(program.pose.rotation) for program in (left, right)]
    for name in ("yaw", "elevation", "roll"):
        one, other = (getattr(view, name) for view in views)
        if abs((one - other + 180) % 360 - 180) >= 0.5:  # degrees, as they are shown
            yield Difference("view", name, (one,), (other,))
    ours, theirs = ({part.name: part for part in program.parts} for program in (left, right))
    for name in dict.fromkeys([*ours, *theirs]):
        yield from _of_part(name, ours.get(name), theirs.get(name))


def _of_part(name: str, left: Part | None, right: Part | None) -> Iterator[Difference]:
    there = left or right
    assert there is not None
    if left is None or right is None:
        for parameter in there.template.parameters:
            numbers = _numbers(there, parameter.name)
            sides = (numbers, None) if left else (None, numbers)
            yield Difference(name, parameter.name, *sides)
        return
    names = [parameter.name for parameter in left.template.parameters]
    names += [p.name for p in right.template.parameters if p.name not in names]
    for parameter_name in names:
        one, other = _numbers(left, parameter_name), _numbers(right, parameter_name)
        if one is None or other is None or not _alike(one, other):
            yield Difference(name, parameter_name, one, other)


def _numbers(part: Part, parameter: str) -> Numbers | None:
    """Those that mean something."""
    row = part.parameters.get(parameter)
    if row is None:
        return None
    schema = next(each for each in part.template.parameters if each.name == parameter)
    count = min(schema.active(part.parameters, row[0] if row else 0), len(row))
    return tuple(float(number) for number in row[:count])


def _alike(one: Numbers, other: Numbers) -> bool:
    if len(one) != len(other):
        return False
    pairs = zip(one, other, strict=True)
    return all(abs(a - b) <= _SAME * max(abs(a), abs(b), 1e-2) for a, b in pairs)
