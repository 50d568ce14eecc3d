"""What may come next in a code: the order of decisions and the text between them.

One definition, derived from the registry, for everything that writes codes step by step. A code is
decided in this order: category, pose, the list of templates, then number by number every slot of
every part. Names and punctuation are never decided, they follow.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import geometry
from geometry.schema.kinds import Kind
from geometry.schema.template import Template

#: The last choice in the list of templates: the list is complete.
END = "end"


@dataclass(frozen=True)
class Slot:
    """One number of a code: which template, parameter and index it belongs to."""

    category: str
    template: str
    parameter: str
    index: int
    kind: Kind


def slots(template: Template) -> list[Slot]:
    """Every slot of a template in the order of writing, padding included."""
    return [
        Slot(template.category, template.name, parameter.name, index, kind)
        for parameter in template.parameters
        for index, kind in enumerate(parameter.kinds[: parameter.kept])
    ]


def active(template: Template, values: Sequence[float]) -> list[bool]:
    """Whether each slot written so far means something, and one more for the next slot.

    values: the numbers of the leading slots. A number behind the count of its block array is
    padding: it is forced, not decided.
    """
    result: list[bool] = []
    known: dict[str, list[float]] = {}
    start = 0
    for parameter in template.parameters:
        length = parameter.kept
        numbers = list(values[start : start + length])
        lead = parameter.values.lead
        if lead and not numbers:
            result.append(True)
            break
        end = parameter.active(known, numbers[0] if lead else None)
        result += [index < end for index in range(length)]
        known[parameter.name] = numbers
        start += length
        if len(numbers) < length:
            break
    return result[: len(values) + 1]


def next_templates(category: str, chosen: Sequence[str]) -> list[str]:
    """The templates that may follow those chosen, in order; END where the list may stop."""
    known = geometry.templates(category)
    names = list(known)
    start = names.index(chosen[-1]) if chosen else 0
    allowed = [name for name in names[start:] if list(chosen).count(name) < known[name].at_most]
    return [*allowed, END] if chosen else allowed


def opening(category: str) -> str:
    return f'{{"category": {json.dumps(category)}, '


def pose(rotation: Sequence[int]) -> str:
    before, between, behind = POSE
    angles = SEPARATOR.join(str(angle) for angle in rotation)
    return f"{before}0, 0, 0{between}{angles}{behind}"


def part_opening(template: str, first: bool) -> str:
    lead = "" if first else SEPARATOR
    return f'{lead}{{"template": {json.dumps(template)}, "parameters": {{'


def parameter_opening(parameter: str, first: bool) -> str:
    lead = "" if first else SEPARATOR
    return f"{lead}{json.dumps(parameter)}: ["


def number(slot: Slot, token: int, parameter_length: int, first: bool) -> str:
    """The text of one number with the punctuation around it."""
    head = SEPARATOR if slot.index else parameter_opening(slot.parameter, first)
    tail = PARAMETER_CLOSING if slot.index == parameter_length - 1 else ""
    return f"{head}{token}{tail}"


SEPARATOR = ", "
#: The text before, between and behind the three numbers of the position and of the rotation.
POSE = (
    '"pose": {"global_position": [',
    '], "global_rotation": [',
    ']}, "conceptualization": [',
)
PARAMETER_CLOSING = "]"
PART_CLOSING = "}}"
CLOSING = "]}"
