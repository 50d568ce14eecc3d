"""A CAD part edited by hand: named dimensions of its CadQuery source, and where its steps are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from geometry.cad_parts.assemble import step_names
from geometry.cad_parts.part import PLANES, CadPart
from geometry.cad_parts.reading import LARGEST_SIZE
from geometry.cad_parts.resizing import moved, moved_hole, place, resized
from geometry.cad_parts.rules import check, normalised
from geometry.errors import CodeError
from geometry.export.part_script import Dimensions, dimensions_of

SIZE = "size"
AXES = "xyz"
_SLIDER = (0.1, 2.5)  # least and most of a length's slider, over the length


@dataclass(frozen=True)
class Dimension:
    """A number that can be changed, in millimetres. key: what `changed` knows it by.

    label: its name in the script, or of a position what it is. least, most: of a slider.
    """

    key: str
    label: str
    value: float
    least: float
    most: float


@dataclass(frozen=True)
class StepDimensions:
    """number: from 1. lengths: those that no step before has."""

    number: int
    title: str
    lengths: tuple[Dimension, ...]
    positions: tuple[Dimension, ...]


def overall(part: CadPart) -> Dimension:
    """The largest extent."""
    return Dimension(SIZE, SIZE, part.size, 0.1 * part.size, 2.5 * part.size)


def dimensions(part: CadPart) -> list[StepDimensions]:
    """All that can be changed, step by step."""
    named = dimensions_of(part)
    return [
        StepDimensions(
            number,
            title.split(maxsplit=1)[1],
            tuple(_lengths(part, named, number)),
            tuple(_positions(part, number)),
        )
        for number, title in enumerate(step_names(part), 1)
    ]


def changed(part: CadPart, key: str, value: float) -> CadPart:
    """The part with another number, in millimetres. Raises CodeError where that is no part."""
    if key == SIZE:
        if not 0 < value <= LARGEST_SIZE:
            raise CodeError("the size", "another one", f"millimetres above 0, to {LARGEST_SIZE:g}")
        return replace(part, size=value)
    wanted = value / part.size
    if not abs(wanted) <= 100:
        raise CodeError("the number", "a larger one", "at most 100 times the part's size")
    named = dimensions_of(part)
    if key in named.values:
        if wanted <= 0:
            raise CodeError(key, "no length", "millimetres above 0")
        return resized(part, named.kinds[key], named.values[key], wanted)
    for number, step in enumerate(part.steps):
        for loop in range(len(step.profile)):
            for axis in range(3):
                if key == _place_key(number, loop, axis):
                    by = wanted - place(part, number, loop)[axis]
                    if loop:
                        return moved_hole(part, number, loop, axis, by)
                    return moved(part, number, axis, by)
    raise CodeError("the part", "another name", f"one of {', '.join([SIZE, *named.values])}")


def without(part: CadPart, number: int) -> CadPart:
    """The part without one of its steps (from 1). Raises CodeError where the rest is no part."""
    left = part.steps[: number - 1] + part.steps[number:]
    if not left:
        raise CodeError("the part", "its only step", "a step that is not the only one")
    after = CadPart(left, part.size)
    low, high = check(after).box
    return normalised(after, part.size * float((high - low).max()))


def _lengths(part: CadPart, named: Dimensions, number: int) -> Iterator[Dimension]:
    for name, length in named.values.items():
        if named.steps[name] == number:
            value = length * part.size
            yield Dimension(name, name, value, _SLIDER[0] * value, _SLIDER[1] * value)


def _positions(part: CadPart, number: int) -> Iterator[Dimension]:
    step = part.steps[number - 1]
    alone = len(part.steps) == 1  # a part has no place of its own
    for loop in range(int(alone), len(step.profile)):
        at = place(part, number - 1, loop)
        for axis, name in enumerate(AXES):
            if loop and axis == PLANES[step.plane][2]:
                continue  # holes go through their step
            label = f"{name} of hole {loop}" if loop else name
            key, value = _place_key(number - 1, loop, axis), at[axis] * part.size
            yield Dimension(key, label, value, min(0.0, value), max(part.size, value))


def _place_key(number: int, loop: int, axis: int) -> str:
    return f"at {number + 1} {loop} {AXES[axis]}"
