"""The decisions of the embedded model as integers: steps, choices, and what each bin stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

import geometry
import stats
from geometry.schema.kinds import Values
from geometry.view import View
from img2code import grammar
from img2code.grammar import Slot

BINS = 1024
FIRST_TOKEN = 2048

#: Steps before the slots: what is asked for.
CATEGORY, YAW, ELEVATION, ROLL, TEMPLATE = range(5)
FIRST_SLOT = 5

YAWS = 360  # whole degrees, -180..179
ELEVATIONS, LOWEST = 111, -20  # -20..90
ROLLS, LEFTMOST = 61, -30  # -30..30

#: The answer to TEMPLATE that ends the list; templates are numbered from 1.
END = 0

#: Repeats within a template (blocks, levels, buttons) that are told apart.
UNITS = 24

#: A slot with fewer attainable bins than this is a choice, not a measure.
FEW = 64

#: Numbers of a slot are near each other within this much of its span. Bins may not be: where many
#: objects have the same number, the next bin stands for one that is far away.
NEAR = 0.02
#: Places, in such units, from which two numbers are not taken for each other.
APART = 2.0


@dataclass(frozen=True)
class Steps:
    """The decisions of one code, in order: what is asked, which repeat of its part, the answer."""

    slots: np.ndarray  # (T,) int
    repeats: np.ndarray  # (T,) int
    answers: np.ndarray  # (T,) int


class Vocabulary:
    """All categories, templates and slots, numbered; derived from the registry and the statistics.

    categories: names in order. templates: (category, name) in order. slots: every Slot in order;
    a step's number is FIRST_SLOT + the slot's.
    """

    def __init__(self, categories: list[str]) -> None:
        self.categories = list(categories)
        self.templates = [
            (category, name) for category in categories for name in geometry.templates(category)
        ]
        self.slots: list[Slot] = []
        self.first_slot: dict[tuple[str, str], int] = {}
        for category, name in self.templates:
            self.first_slot[category, name] = len(self.slots)
            self.slots += grammar.slots(geometry.templates(category)[name])
        self.template_number = {key: number for number, key in enumerate(self.templates, 1)}

    def __contains__(self, category: str) -> bool:
        return category in self.categories

    def renumbered(self, category: str, steps: np.ndarray) -> np.ndarray:
        """Decisions (3, T) numbered as in the vocabulary of one category alone, in this one's."""
        first = next(iter(geometry.templates(category)))
        slots, repeats, answers = steps.astype(np.int64)
        moved = np.where(slots >= FIRST_SLOT, slots + self.first_slot[category, first], slots)
        template = self.template_number[category, first] - 1
        answers = answers + np.where((slots == TEMPLATE) & (answers != END), template, 0)
        answers = np.where(slots == CATEGORY, self.categories.index(category), answers)
        return np.stack((moved, repeats, answers))

    @cached_property
    def fields(self) -> tuple[np.ndarray, np.ndarray]:
        """(S,) what each slot is about, and (S,) of which unit.

        Slots of repeated things, blocks of an array or parameters that differ by a numeral (the
        levels of a body, the buttons of a panel), are one field; the unit tells them apart. So are
        the same slots of a template that several categories share.
        """
        place = {key: row for row, key in enumerate(self.field_keys)}
        units = [min(unit, UNITS - 1) for _, unit in self._fields]
        return np.array([place[key] for key, _ in self._fields]), np.array(units)

    @cached_property
    def field_keys(self) -> list[tuple[str, str, int]]:
        """(template, parameter without numeral, index within the block) of every field."""
        return list(dict.fromkeys(key for key, _ in self._fields))

    @cached_property
    def _fields(self) -> list[tuple[tuple[str, str, int], int]]:
        result = []
        for slot in self.slots:
            rule = self._rules[slot.category, slot.template, slot.parameter]
            unit, index = 0, slot.index
            if rule.block and slot.index >= rule.lead:
                unit, index = divmod(slot.index - rule.lead, rule.block)
                unit, index = unit + 1, rule.lead + index
            elif numeral := re.search(r"\d+", slot.parameter):
                unit = int(numeral.group())
            key = (slot.template, re.sub(r"\d+", "#", slot.parameter), index)
            result.append((key, unit))
        return result

    @cached_property
    def _rules(self) -> dict[tuple[str, str, str], Values]:
        return {
            (category, name, parameter.name): parameter.values
            for category, name in self.templates
            for parameter in geometry.templates(category)[name].parameters
        }

    @cached_property
    def edges(self) -> np.ndarray:
        """(S, 1025) bin edges of every slot."""
        return np.stack(
            [stats.edges(s.category, s.template, s.parameter, s.index) for s in self.slots]
        )

    @cached_property
    def values(self) -> np.ndarray:
        """(S, 1024) float32: the number that each bin stands for."""
        return ((self.edges[:, 1:] + self.edges[:, :-1]) / 2).astype(np.float32)

    @cached_property
    def places(self) -> np.ndarray:
        """(S, 1024) float32: the same in units of what is near, by the span of most of its bins."""
        most = np.ptp(np.percentile(self.edges, [5, 95], axis=1), axis=0)
        span = np.where(most > 0, most, np.ptp(self.edges, axis=1))
        return (self.values / (NEAR * np.where(span > 0, span, 1.0))[:, None]).astype(np.float32)

    @cached_property
    def attainable(self) -> np.ndarray:
        """(S, 1024) bool: the bins that some number of the slot falls into."""
        result = np.zeros((len(self.slots), BINS), dtype=bool)
        for row, slot in enumerate(self.slots):
            key = (slot.category, slot.template, slot.parameter, slot.index)
            values = self.edges[row, :-1] / 2 + self.edges[row, 1:] / 2
            tokens = stats.encode_many(*key, np.unique(values))
            result[row, np.asarray(tokens) - FIRST_TOKEN] = True
        return result

    @cached_property
    def forced(self) -> np.ndarray:
        """(S,) the only attainable bin of a slot, -1 where there is a choice."""
        only = self.attainable.sum(axis=1) == 1
        return np.where(only, self.attainable.argmax(axis=1), -1)

    @cached_property
    def discrete(self) -> np.ndarray:
        """(S,) bool: the bins of this slot are choices (counts, flags), not a scale."""
        return self.attainable.sum(axis=1) < FEW

    def steps(self, code: Mapping[str, Any], view: View) -> Steps:
        """The decisions that write this code (recovered form), forced ones left out."""
        category = code["category"]
        parts = code["conceptualization"]
        rows = [
            (CATEGORY, 0, self.categories.index(category)),
            (YAW, 0, yaw_class(view.yaw)),
            (ELEVATION, 0, min(max(round(view.elevation) - LOWEST, 0), ELEVATIONS - 1)),
            (ROLL, 0, min(max(round(view.roll) - LEFTMOST, 0), ROLLS - 1)),
        ]
        names = [part["template"] for part in parts]
        rows += [(TEMPLATE, 0, self.template_number[category, name]) for name in names]
        rows.append((TEMPLATE, 0, END))
        seen: dict[str, int] = {}
        for part in stats.encode(code)["conceptualization"]:
            name = part["template"]
            repeat = seen.get(name, 0)
            seen[name] = repeat + 1
            rows += self._part_steps(category, name, part["parameters"], repeat)
        columns = np.array(rows, dtype=np.int64).T
        return Steps(*columns)

    def _part_steps(
        self, category: str, name: str, tokens: Mapping[str, list[int]], repeat: int
    ) -> list[tuple[int, int, int]]:
        first = self.first_slot[category, name]
        bins = np.concatenate([np.asarray(t) for t in tokens.values()]) - FIRST_TOKEN
        numbers = np.arange(first, first + len(bins))
        template = geometry.templates(category)[name]
        if any(p.values.block for p in template.parameters):
            live = grammar.active(template, self.values[numbers, bins].tolist())[: len(bins)]
        else:
            live = [True] * len(bins)
        return [
            (FIRST_SLOT + slot, repeat, bin_)
            for slot, bin_, on in zip(numbers.tolist(), bins.tolist(), live, strict=True)
            if on and self.forced[slot] < 0
        ]


def yaw_class(yaw: float) -> int:
    return (round(yaw) + 180) % YAWS


def yaw_angle(answer: int) -> int:
    return answer - 180
