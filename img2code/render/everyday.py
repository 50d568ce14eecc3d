"""Objects for training as people keep and photograph them: shut, knives out, fronts even.

Samplers draw what objects can be: most of their doors stand open, and few fronts have equal doors
or drawers, as wardrobes and chests of drawers in shops and homes do.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

import stats
from geometry.articulation import articulate
from geometry.assemble import code_of
from geometry.objects.storage_furniture.sample_body import Carcass, carcass
from geometry.objects.storage_furniture.sample_front import Front, plinth
from geometry.posing import posed
from geometry.program import Program, Source, find_category
from geometry.schema.joint import Joint
from img2code.render.variety import scales

Rng = np.random.Generator

#: Mostly shut in photographs, unlike laptops, glasses and pliers.
SHUT = frozenset(
    {"Box", "Dishwasher", "Door", "Microwave", "Oven", "Refrigerator", "Safe", "Stapler"}
    | {"StorageFurniture", "Table", "Trashcan", "Washingmachine"}
)
#: Mostly open as far as they go.
OUT = frozenset({"Knife"})
#: Share of storage furniture that has an even front.
EVEN = 0.6
_SHUT_FRONT = 0.8  # of those are shut
_LEGS = 0.3  # of those have a plinth
_STILL, _REACHED = 1e-6, 1e-3  # degrees or lengths
_BEYOND = 0.03  # of the span of a number's bins
_MOST_DOORS, _MOST_DRAWERS = 8, 11  # that the format holds

_Piece = tuple[Carcass, Front]


def everyday(code: Mapping[str, Any], rng: Rng) -> dict[str, Any]:
    """The object as people keep it; as it is where its category has no such habit."""
    category = code["category"]
    if category == "StorageFurniture" and rng.random() < EVEN:
        return even_front(rng)
    if category == "Door":
        return _shut_leaves(code)
    if category in SHUT:
        return _moved(code, lambda joint: joint.closed)
    if category in OUT:
        return _moved(code, _way_out)
    return dict(code)


def _moved(code: Mapping[str, Any], to: Callable[[Joint], float]) -> dict[str, Any]:
    """With every joint moved; as it is where the numbers that state an opening cannot say that."""
    values = {joint.name: to(joint) for joint in _joints(code) if abs(to(joint)) > _STILL}
    result = posed(code, values) if values else None
    if not isinstance(result, Program) or any(abs(to(j)) > _REACHED for j in _joints(result)):
        return dict(code)
    return result.as_dict()


def _joints(code: Source) -> list[Joint]:
    return [link.joint for link in articulate(code) if link.joint]


def _way_out(joint: Joint) -> float:
    """From where it is to as far as it opens; nothing where it has no opening."""
    return joint.limits[joint.direction > 0] if abs(joint.closed) > _STILL else 0.0


def _shut_leaves(code: Mapping[str, Any]) -> dict[str, Any]:
    """A door whose leaves are shut; each part that goes with them states how far they are open."""
    result = copy.deepcopy(dict(code))
    for part in result["conceptualization"]:
        if "door_rotation" in part["parameters"]:
            part["parameters"]["door_rotation"] = [0.0, 0.0]
    return result


def even_front(rng: Rng) -> dict[str, Any]:
    """Storage furniture with equal doors or drawers, mostly shut, that tokens can say."""
    kinds = (wardrobe, drawers, sideboard)
    while True:
        body, front = kinds[int(rng.integers(len(kinds)))](rng)
        legs = [plinth(rng, body)] if rng.random() < _LEGS else []
        parts = [body.part(), *legs, *front.parts()]
        code = code_of(find_category("StorageFurniture"), parts)
        if _in_bins(code):
            return code


def _in_bins(code: Mapping[str, Any]) -> bool:
    """Whether no number is far beyond the bins: doors from the third on are not tall ones there."""
    for part in code["conceptualization"]:
        for parameter, index in scales(code["category"], part):
            edges = stats.edges(code["category"], part["template"], parameter, index)
            value, beyond = part["parameters"][parameter][index], _BEYOND * np.ptp(edges)
            if not edges[0] - beyond <= value <= edges[-1] + beyond:
                return False
    return True


def _piece(rng: Rng, proportions: tuple[float, float, float], heights: list[float]) -> _Piece:
    """An empty one whose rows have these heights, in fractions of the whole, from the top."""
    body = carcass(rng, proportions)
    edges = np.cumsum(heights)[:-1] / sum(heights)
    body.depths = [body.lid_drop + body.clear * float(edge) for edge in edges]
    body.shelf = min(body.shelf, 0.1 * body.clear / len(heights))
    return body, Front(rng, body, shut=_SHUT_FRONT)


def wardrobe(rng: Rng) -> _Piece:
    """Tall doors in pairs; above them other ones or below them drawers, now and then."""
    columns = int(rng.integers(1, 7))
    least = 0.35 if columns > 1 else 0.45
    size = columns * rng.uniform(least, 0.6), rng.uniform(1.5, 2.3), rng.uniform(0.4, 0.7)
    above = columns <= _MOST_DOORS // 2 and rng.random() < (0.3 if columns < 3 else 0.8)
    below = not above and rng.random() < 0.3
    rest = rng.choice([0.5, rng.uniform(0.15, 0.5)]) if above else rng.uniform(0.15, 0.3)
    body, front = _piece(rng, size, [rest, 1 - rest] if above else [1 - rest, rest][: 1 + below])
    for row in range(len(body.depths) + 1):
        wide = below and row == 1 and columns % 2 == 0 and rng.random() < 0.5  # drawers of two
        body.divide(columns // 2 - 1 if wide else columns - 1)
        for number, bay in enumerate(body.bays(row)):
            if below and row == 1:
                front.drawer(bay, body.row(row))
            else:
                last = number == columns - 1 and columns % 2 == 1
                front.door(bay, body.row(row), 1 if number % 2 or last else -1, widest=60)
    return body, front


def drawers(rng: Rng) -> _Piece:
    """Drawers in rows and columns; lower ones as high as the upper ones, or higher."""
    columns = int(rng.choice([1, 2, 3], p=[0.6, 0.3, 0.1]))
    rows = int(rng.integers(1, min(6, _MOST_DRAWERS // columns) + 1))
    size = columns * rng.uniform(0.4, 0.9), rows * rng.uniform(0.15, 0.28), rng.uniform(0.35, 0.55)
    growth = 1.0 if columns > 1 else rng.uniform(1.0, 1.25)
    body, front = _piece(rng, size, [growth**row for row in range(rows)])
    for row in range(rows):
        body.divide(columns - 1)
        for bay in body.bays(row):
            front.drawer(bay, body.row(row))
    return body, front


def sideboard(rng: Rng) -> _Piece:
    """Low: doors and stacks of drawers side by side, some bays open."""
    columns = int(rng.integers(2, 5))
    size = columns * rng.uniform(0.35, 0.6), rng.uniform(0.4, 0.95), rng.uniform(0.35, 0.5)
    body, front = _piece(rng, size, [1.0])
    body.divide(columns - 1)
    left = _MOST_DRAWERS
    for number, bay in enumerate(body.bays(0)):
        stack = int(rng.integers(2, 5))
        kind = rng.choice(["door", "drawers", "open"], p=[0.6, 0.25, 0.15]) if number else "door"
        if kind == "door":
            front.door(bay, body.row(0), 1 if number % 2 else -1, widest=60)
        elif kind == "drawers" and stack <= left:
            cells = body.shelves(bay, body.row(0), stack - 1)
            left -= len(cells)
            for cell in cells:
                front.drawer(bay, cell)
        else:
            body.shelves(bay, body.row(0), int(rng.integers(0, 3)))
    return body, front
