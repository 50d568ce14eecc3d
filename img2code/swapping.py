"""Another template in a part's place, as large as the part and where it was."""

from __future__ import annotations

from typing import Any

import numpy as np

import geometry
from geometry.errors import CodeError
from geometry.program import Part, Program, parse
from geometry.view import View
from img2code import editing
from img2code.fit.shape import Free, Shape
from stats import SHIPPED, Statistics

Array = np.ndarray

#: Of the part's size: how closely the sides of its box are kept; against that, by which deviations
#: (fractions of their usual ranges) lengths stay as they usually are.
_CLOSE, _LOOSE = 0.01, 0.25
_ROUNDS, _HALVES = 8, 5
_SAME = 1e-6


def swapped(
    program: Program, number: int, template: str, statistics: Statistics = SHIPPED
) -> Program:
    """With another template of its role in a part's place: its box stays. Raises CodeError.

    Numbers that both templates have, under one name and in a usual size, are taken over; the
    lengths then change by as little as makes the box the same.
    """
    editing.allowed_swap(program, number, template)
    old = program.parts[number]
    category = program.category.name
    parameters = _taken_over(category, old, template, statistics)
    entry: dict[str, Any] = {"template": template, "parameters": parameters}
    box = _box_of(old, program)
    if box is not None:
        entry = _fitted(category, entry, box, statistics)
    code = program.as_dict()
    del code["conceptualization"][number]
    code["conceptualization"].insert(number, entry)
    return editing.checked(code, program)


def _taken_over(
    category: str, old: Part, template: str, statistics: Statistics
) -> dict[str, list[float]]:
    """The usual numbers of a template, and what it has in common with a part."""
    usual = statistics.typical(category, template)
    own = geometry.templates(category)[template]
    for parameter in own.parameters:
        name = parameter.name
        given = old.parameters.get(name)
        before = {each.name: each for each in old.template.parameters}.get(name)
        if given is None or before is None or before.values != parameter.values:
            continue
        ranges = [statistics.edges(category, template, name, n)[[0, -1]] for n in range(len(given))]
        pairs = zip(given, ranges, strict=True)
        if all(low - _SAME <= value <= high + _SAME for value, (low, high) in pairs):
            usual[name] = [float(value) for value in given]
    return usual


def _box_of(part: Part, program: Program) -> Array | None:
    """(6,) of the least and the largest coordinates; None where it has no surface."""
    mesh = geometry.part_mesh(program.category.name, part.template.name, part.parameters)
    return mesh.bounds.ravel() if len(mesh.faces) else None


def _fitted(
    category: str, entry: dict[str, Any], box: Array, statistics: Statistics
) -> dict[str, Any]:
    """The part with lengths that give it this box, by Gauss and Newton; as near as they can."""
    alone = parse({"category": category, "conceptualization": [entry]})
    shape = Shape(alone, _lengths(category, alone, box, statistics))
    size = max(float((box[3:] - box[:3]).max()), 1e-6)
    numbers = first = shape.numbers

    def residuals(rows: Array) -> Array:
        """(B, 6 + P) of numbers (B, P)."""
        vertices = shape.vertices(rows)
        sides = np.concatenate([vertices.min(1), vertices.max(1)], 1)
        deviations = np.array([free.deviation for free in shape.free])
        return np.concatenate([(sides - box) / (_CLOSE * size), (rows - first) / deviations], 1)

    try:
        found = residuals(numbers[None])[0]
        for _ in range(_ROUNDS):
            step = 1e-4 * size
            varied = residuals(numbers + step * np.eye(len(numbers)))
            slopes = ((varied - found) / step).T
            change = -np.linalg.lstsq(slopes, found, rcond=None)[0]
            better = None
            for halves in range(_HALVES):
                tried = shape.within(numbers + change / 2**halves)
                value = residuals(tried[None])[0]
                if value @ value < found @ found:
                    better = tried, value
                    break
            if better is None:
                break
            numbers, found = better
        done: dict[str, Any] = shape.program(numbers, View(0)).as_dict()["conceptualization"][0]
    except CodeError:
        return entry
    return done


def _lengths(category: str, alone: Program, box: Array, statistics: Statistics) -> tuple[Free, ...]:
    """The lengths of a part that may change; what is always positive stays so."""
    size = max(float((box[3:] - box[:3]).max()), 1e-6)
    free = []
    for number in editing.numbers(alone, 0, statistics):
        if number.kind != "length":
            continue
        if number.parameter == "position":
            free.append(Free(0, "position", number.index, 4 * size))
            continue
        least = number.least / 8 if number.least > 0 else -np.inf
        deviation = max(_LOOSE * (number.most - number.least), 0.02 * size)
        free.append(Free(0, number.parameter, number.index, deviation, least, np.inf))
    return tuple(free)
