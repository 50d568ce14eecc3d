"""Edits of a code: numbers with their ranges, parts added, removed and swapped, steps back.

Every function takes a program and returns another one, checked like a code that is read; parts that
an edit leaves alone keep what was built of them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from geometry import budget
from geometry.errors import CodeError, suggestion
from geometry.program import Part, Program, Source, parse
from geometry.schema.kinds import Kind
from geometry.schema.parameter import Parameter, short
from geometry.schema.template import Template
from img2code import limits
from stats import BINS, SHIPPED, Statistics
from stats.quantiles import Quantiles

_PLACEMENT = ("position", "rotation")
#: Below this fraction of its size a range is a single value.
_NO_RANGE = 1e-6
#: Of its range: what a length, an angle or a ratio may become beyond what is usual.
_BEYOND = 0.25
#: What a number may become that is always the same in sampled objects, up and down; lengths in
#: object sizes.
_AROUND: dict[Kind, float] = {
    "length": 0.5,
    "degrees": 180.0,
    "ratio": 0.5,
    "count": 2.0,
    "flag": 1.0,
}


@dataclass(frozen=True)
class Number:
    """One number of a part. least, most: what it may sensibly become; it is never beyond."""

    parameter: str
    index: int
    kind: Kind
    value: float
    least: float
    most: float
    meaning: str = ""


def numbers(program: Program, number: int, statistics: Statistics = SHIPPED) -> tuple[Number, ...]:
    """The numbers of a part that mean something, in the order of its template.

    number: the part's, from 0 on. Raises CodeError where there is no such part.
    """
    part = part_of(program, number)
    found = []
    for parameter in part.template.parameters:
        row = part.parameters[parameter.name]
        for index in range(_in_use(parameter, part.parameters)):
            kind, value = parameter.kinds[index], float(row[index])
            least, most = _range(program, part, parameter, index, statistics)
            limits_ = min(least, value), max(most, value)
            found.append(Number(parameter.name, index, kind, value, *limits_, parameter.meaning))
    return tuple(found)


def part_of(program: Program, number: int) -> Part:
    """Raises CodeError where there is no such part."""
    if not 0 <= number < len(program.parts):
        valid = f"part 1 to {len(program.parts)}"
        raise CodeError(program.category.name, f"part {number + 1}", valid)
    return program.parts[number]


def changed(
    program: Program,
    number: int,
    parameter: str,
    index: int,
    value: float,
    statistics: Statistics = SHIPPED,
) -> Program:
    """With another number in a part. Raises CodeError.

    Counts and flags are rounded. Where a count makes room for more blocks, these get the usual
    numbers.
    """
    part = part_of(program, number)
    where = f"{program.category.name}, part {number + 1} ({part.template.name})"
    schema = {each.name: each for each in part.template.parameters}
    if parameter not in schema:
        hint = suggestion(parameter, schema)
        valid = f"one of {', '.join(schema)}"
        raise CodeError(where, f"parameter {short(parameter)}", valid, hint)
    row = part.parameters[parameter]
    if not 0 <= index < len(row):
        spot = f"{where}, parameter {parameter!r}"
        raise CodeError(spot, f"index {index}", f"an index from 0 to {len(row) - 1}")
    if schema[parameter].kinds[index] in ("count", "flag"):
        value = float(round(value))
    code = program.as_dict()
    parameters = code["conceptualization"][number]["parameters"]
    parameters[parameter][index] = value
    _fill_blocks(program, part, parameters, statistics)
    return checked(code, program)


def addable(program: Program) -> tuple[Template, ...]:
    """The templates of which the object may have one more part."""
    if len(program.parts) >= limits.MAX_CODE_PARTS:
        return ()
    there = Counter(part.template.name for part in program.parts)
    every = program.category.templates.values()
    return tuple(each for each in every if there[each.name] < each.at_most)


def swappable(program: Program, number: int) -> tuple[Template, ...]:
    """The templates that may take a part's place: those of its role. Raises CodeError."""
    own = part_of(program, number).template
    there = Counter(part.template.name for part in program.parts)
    return tuple(
        each
        for each in program.category.templates.values()
        if each.role == own.role and each.name != own.name and there[each.name] < each.at_most
    )


def added(program: Program, template: str, statistics: Statistics = SHIPPED) -> tuple[Program, int]:
    """With a part of usual numbers, and the new part's number. Raises CodeError."""
    _allowed(program, template, addable(program), "a part more")
    entry = {
        "template": template,
        "parameters": statistics.typical(program.category.name, template),
    }
    code = program.as_dict()
    rank = list(program.category.templates).index
    before = [rank(part.template.name) <= rank(template) for part in program.parts]
    number = max((place + 1 for place, fits in enumerate(before) if fits), default=0)
    code["conceptualization"].insert(number, entry)
    return checked(code, program), number


def removed(program: Program, number: int) -> Program:
    """Without a part. Raises CodeError, also for the last one."""
    part_of(program, number)
    if len(program.parts) == 1:
        found, hint = "its only part", "Add another one first, or swap it."
        raise CodeError(program.category.name, found, "a part that is not the only one", hint)
    code = program.as_dict()
    del code["conceptualization"][number]
    return checked(code, program)


def allowed_swap(program: Program, number: int, template: str) -> None:
    """Raises CodeError where a template cannot take a part's place."""
    _allowed(program, template, swappable(program, number), f"in place of part {number + 1}")


def checked(code: Source, before: Program) -> Program:
    """The program of an edited code; parts that are as before keep what is built of them.

    Raises CodeError where it cannot be built, or is larger than what strangers may ask for.
    """
    new = parse(code)
    if len(new.parts) > limits.MAX_CODE_PARTS:
        where, found = f"{new.category.name}, 'conceptualization'", f"{len(new.parts)} parts"
        raise CodeError(where, found, f"at most {limits.MAX_CODE_PARTS}")
    built = {(part.template, part.name): part for part in before.parts}
    parts = []
    for part in new.parts:
        known = built.get((part.template, part.name))
        parts.append(known if known == part else part)
    result = replace(new, parts=tuple(parts))
    budget.check(result, limits.MAX_MESH_SEGMENTS, limits.MAX_MESH_TRIANGLES)
    return result


def _allowed(program: Program, template: str, choice: tuple[Template, ...], what: str) -> None:
    names = [each.name for each in choice]
    if template not in names:
        valid = f"one of {', '.join(names)}" if names else "nothing: there is no room for it"
        where = f"{program.category.name}, {what}"
        raise CodeError(where, f"template {short(template)}", valid, suggestion(template, names))


def _in_use(parameter: Parameter, parameters: Any) -> int:
    """How many leading numbers of a part's parameter mean something."""
    row = parameters[parameter.name]
    return min(parameter.active(parameters, row[0] if row else 0), len(row))


def _quantiles(
    program: Program, template: str, parameter: str, index: int, statistics: Statistics
) -> Quantiles | None:
    """What is known of a number; None for one without statistics."""
    try:
        return statistics.number(program.category.name, template, parameter, index)
    except CodeError:
        return None


def _range(
    program: Program, part: Part, parameter: Parameter, index: int, statistics: Statistics
) -> tuple[float, float]:
    kind = parameter.kinds[index]
    if kind == "flag":
        return 0.0, 1.0
    known = _quantiles(program, part.template.name, parameter.name, index, statistics)
    value = float(part.parameters[parameter.name][index])
    if known is not None:
        least, most = float(known.edges[0]), float(known.edges[-1])
        if most - least > _NO_RANGE * max(abs(least), abs(most), 1e-3):
            return (least, most) if kind == "count" else _widened(least, most)
        value = least
    if kind == "count":
        return value, value + _AROUND[kind]
    around = _AROUND[kind] * (_size(program) if kind == "length" else 1.0)
    if value > 0 and parameter.name not in _PLACEMENT:
        return max(value - around, value / 4), value + around
    return value - around, value + around


def _widened(least: float, most: float) -> tuple[float, float]:
    """Some way beyond what is usual; what is always positive stays so."""
    beyond = _BEYOND * (most - least)
    return max(least - beyond, least / 2) if least > 0 else least - beyond, most + beyond


def _size(program: Program) -> float:
    """The longest side of the object's box."""

    def measured() -> float:
        points = [mesh[0] for part in program.meshes() for mesh in part if mesh is not None]
        low = [min(each[:, axis].min() for each in points) for axis in range(3)]
        high = [max(each[:, axis].max() for each in points) for axis in range(3)]
        return float(max(b - a for a, b in zip(low, high, strict=True)))

    return program.keep("longest side", measured)


def _fill_blocks(
    program: Program, part: Part, parameters: dict[str, list[Any]], statistics: Statistics
) -> None:
    """Gives blocks that a changed count has added the usual numbers."""
    for parameter in part.template.parameters:
        if not parameter.values.block:
            continue
        row = parameters[parameter.name]
        before = _in_use(parameter, part.parameters)
        for index in range(before, _in_use(parameter, parameters)):
            known = _quantiles(program, part.template.name, parameter.name, index, statistics)
            usual = float(known.values(BINS // 2)) if known is not None else 0.0
            row[index] = usual or row[index - parameter.values.block]
