"""How much each number of a code matters: how far one bin of it moves the surface.

Found by finite differences over sampled objects, so that training minds the numbers that can be
seen: the height of a cupboard more than the depth of a groove.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

import geometry
from geometry.errors import CodeError
from img2code import grammar
from img2code.model import vocabulary as v
from img2code.model.vocabulary import Vocabulary
from img2code.render.examples import TRAINING, sample_object
from img2code.render.variety import scales

#: Objects of each category that the differences are taken of.
OBJECTS = 12
#: A number counts for at least and at most this much of the mean one.
LEAST, MOST = 0.3, 3.0
#: Bins that a number is moved by, as far as these are near: the widths of single bins differ by
#: chance.
STEP = 16
_ROUNDS = 30


def table(vocabulary: Vocabulary, objects: int = OBJECTS) -> np.ndarray:
    """(S,) float32: the weight of each slot, 1 for the mean number of sampled objects.

    Choices, and numbers that no sampled object has, weigh 1.
    """
    sums, counts = np.zeros(len(vocabulary.slots)), np.zeros(len(vocabulary.slots))
    for number, category in enumerate(vocabulary.categories):
        rng = np.random.default_rng([TRAINING, number])
        for _ in range(objects):
            code, _ = sample_object(category, rng)
            for slot, moved in _moves(vocabulary, code):
                sums[slot] += moved
                counts[slot] += 1
    known = counts > 0
    weights, fraction = sums[known] / counts[known], counts[known] / counts.sum()
    weights = weights / (weights @ fraction)
    for _ in range(_ROUNDS):  # the ends cut off, the mean is 1
        weights = weights / (weights.clip(LEAST, MOST) @ fraction)
    result = np.ones(len(counts), np.float32)
    result[known] = weights.clip(LEAST, MOST)
    return result


def _moves(vocabulary: Vocabulary, code: dict[str, Any]) -> list[tuple[int, float]]:
    """Of each measure of a code: its slot, and how far the surface moves on average by one bin.

    Relative to the diagonal of the object.
    """
    before, areas = _surface(code)
    diagonal = float(np.linalg.norm(np.ptp(before.reshape(-1, 3), axis=0)))
    found = []
    for place, part in enumerate(code["conceptualization"]):
        first = vocabulary.first_slot[code["category"], part["template"]]
        template = geometry.templates(code["category"])[part["template"]]
        numbers = {(s.parameter, s.index): n for n, s in enumerate(grammar.slots(template), first)}
        for parameter, index in scales(code["category"], part):
            slot = numbers[parameter, index]
            if vocabulary.discrete[slot]:
                continue
            moved = copy.deepcopy(code)
            row = moved["conceptualization"][place]["parameters"][parameter]
            edges = vocabulary.edges[slot]
            bin_ = int(np.clip(np.searchsorted(edges, row[index]) - 1, 0, v.BINS - 1))
            away = np.abs(vocabulary.places[slot] - vocabulary.places[slot, bin_])
            near = np.flatnonzero(away < v.APART)
            low, high = max(bin_ - STEP // 2, near[0]), min(bin_ + STEP // 2, near[-1] + 1)
            if edges[high] == edges[low]:  # a number that many objects share
                continue
            row[index] += edges[high] - edges[low]
            try:
                after, _ = _surface(moved)
            except CodeError:  # beyond a bound, or numbers without a result
                continue
            if after.shape == before.shape:
                apart = np.linalg.norm(after - before, axis=2).mean(1)
                mean = float(apart @ areas / areas.sum())
                found.append((slot, mean / diagonal / (high - low)))
    return found


def _surface(code: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """(F, 3, 3) the corners of all faces, and their areas (F,): small round parts have most faces.

    Raises CodeError for a code that cannot be built.
    """
    corners = np.concatenate([points[faces] for _, points, faces in geometry.parts(code)])
    sides = corners[:, 1:] - corners[:, :1]
    return corners, np.linalg.norm(np.cross(sides[:, 0], sides[:, 1]), axis=1) / 2
