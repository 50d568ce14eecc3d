"""Objects made more various for training: numbers of a sampled code moved, parts still together."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np

import geometry
import stats
from geometry.contacts import boxes, face_box
from geometry.errors import CodeError
from geometry.program import parse
from img2code import grammar

#: Lengths, angles and offsets change by up to this fraction.
MOST = 0.3
#: Share of the numbers of an object that are moved together.
MOVED = 0.6
#: Parts apart by no more than this fraction of the diagonal touch.
TOUCHING = 0.01
_TRIES = 6


def widened(code: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """The code with some numbers moved within the bins; as it was where parts come apart.

    Each try that fails is followed by one that moves numbers less.
    """
    touching = _touching(code)
    strength = float(rng.uniform(0.4, 1.0)) * MOST
    for _ in range(_TRIES):
        moved = _moved(code, rng, strength)
        try:
            if touching <= _touching(moved):
                return parse(moved).as_dict()
        except CodeError:  # beyond a bound, or numbers without a result
            pass
        strength *= 0.7
    return code


def _moved(code: dict[str, Any], rng: np.random.Generator, strength: float) -> dict[str, Any]:
    """Numbers of the same name move alike in all parts of a template: four legs stay alike."""
    result = copy.deepcopy(code)
    factors: dict[tuple[str, str, int], float] = {}
    for part in result["conceptualization"]:
        name = part["template"]
        for parameter, index in scales(code["category"], part):
            row = part["parameters"][parameter]
            key = (name, parameter, index)
            if key not in factors:
                moves = rng.random() < MOVED
                factors[key] = 1 + strength * float(rng.uniform(-1, 1)) if moves else 1.0
            value = row[index] * factors[key]
            edges = stats.edges(code["category"], name, parameter, index)
            if edges[0] <= value <= edges[-1]:
                row[index] = value
    return result


def scales(category: str, part: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """The numbers of a part that count and are measures: no counts, flags or padding."""
    template = geometry.templates(category)[part["template"]]
    numbers = [n for p in template.parameters for n in part["parameters"][p.name][: p.kept]]
    live = grammar.active(template, numbers)
    for slot, on in zip(grammar.slots(template), live, strict=False):
        if on and slot.kind not in ("count", "flag"):
            yield slot.parameter, slot.index


def _touching(code: dict[str, Any]) -> set[tuple[int, int]]:
    """The pairs of parts whose boxes are no further apart than parts that touch.

    Raises CodeError for a code that cannot be built.
    """
    nowhere = ((np.nan,) * 3, (np.nan,) * 3)  # of a part without a surface
    places = np.array([face_box(each, None) or nowhere for each in boxes(parse(code))])
    lows, highs = places[:, 0], places[:, 1]
    least = TOUCHING * float(np.linalg.norm(np.nanmax(highs, 0) - np.nanmin(lows, 0)))
    return {
        (one, other)
        for one, other in combinations(range(len(places)), 2)
        if (np.maximum(lows[one], lows[other]) - np.minimum(highs[one], highs[other])).max()
        <= least
    }
