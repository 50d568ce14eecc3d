"""Parts that must touch: which ones do in all sampled objects, and small gaps between them closed.

Numbers that were predicted one by one leave a lid hovering above its bottle. Which faces of which
templates meet was measured in sampled objects (`tools/contact_table.py` writes the table); where
such a pair stands apart by a little, the carried part is made longer towards the one that carries
it. Its far side stays: that is where the object ends in the picture. To move it instead, or to
make the other part longer, costs likeness (`benchmarks/contacts.py`).
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np

from geometry.contact_table import CONTACTS
from geometry.errors import CodeError
from geometry.program import Program, find_template, parse
from geometry.solids.primitives import rotation

#: Gaps are closed from and up to these fractions of the object's size along the axis: smaller ones
#: come with the width of the bins, larger ones may be meant.
LEAST, MOST = 0.01, 0.12
AXES = "xyz"
_PLACEMENT = ("position", "rotation")
_SAME = 1e-6  # what rounding leaves


@dataclass(frozen=True)
class Contact:
    """A face of a carried part that lies against an opposite one of the part that carries it.

    axis: 0 to 2 for x, y, z. side: 1 where the carried part is on the positive side of the other.
    on, of: the solid with the face of the carrying and of the carried part, by its number; None
    for the part as a whole.
    """

    carrier: str
    carried: str
    axis: int
    side: int
    on: int | None
    of: int | None


@dataclass(frozen=True)
class Closed:
    """A gap that was closed: the parts' names, the axis, how much longer the part became."""

    carried: str
    carrier: str
    axis: str
    distance: float


Boxes = np.ndarray  # (N, 2, 3): least and greatest corner of each solid of a part


def known(category: str) -> tuple[Contact, ...]:
    """The contacts of a category."""
    return tuple(Contact(*row) for row in CONTACTS.get(category, ()))


def boxes(program: Program) -> list[Boxes]:
    """The boxes of the solids of each part; NaN for a solid without an area. Raises CodeError."""
    return [
        np.reshape(
            [
                np.full((2, 3), np.nan) if mesh is None else [mesh[0].min(0), mesh[0].max(0)]
                for mesh in meshes
            ],
            (-1, 2, 3),
        )
        for meshes in program.meshes()
    ]


Box = tuple[tuple[float, ...], tuple[float, ...]]  # least and greatest corner


def face_box(solids: Boxes, which: int | None) -> Box | None:
    """The box of a part's solid or of the whole part; None where there is no such."""
    if which is not None:
        if not -len(solids) <= which < len(solids):
            return None
        solids = solids[which][None]
    kept = solids[np.isfinite(solids).all(axis=(1, 2))]
    if not len(kept):
        return None
    return tuple(kept[:, 0].min(axis=0).tolist()), tuple(kept[:, 1].max(axis=0).tolist())


def between(one: Box, other: Box, axis: int, side: int) -> float | None:
    """How far the second box is from the first, below zero where they run into each other.

    None where the one does not face the other.
    """
    (low, high), (least, most) = one, other
    for k in range(3):
        if k != axis and (low[k] > most[k] or least[k] > high[k]):
            return None
    return least[axis] - high[axis] if side > 0 else low[axis] - most[axis]


def gap(contact: Contact, carrier: Boxes, carried: Boxes) -> float | None:
    """How far the faces of a contact are apart, as `between`; None without these faces."""
    one, other = face_box(carrier, contact.on), face_box(carried, contact.of)
    if one is None or other is None:
        return None
    return between(one, other, contact.axis, contact.side)


def closed(program: Program) -> tuple[Program, tuple[Closed, ...]]:
    """The program with the small gaps closed between parts that always touch, and which ones.

    Of a carried part one length and the position change; where no length closes the gap and nothing
    else, the part stays as it is, as do overlaps. Raises CodeError for a code that cannot be built.
    """
    category = program.category.name
    contacts = known(category)
    places = boxes(program)
    if not contacts or len(program.parts) == 1:
        return program, ()
    code = program.as_dict()
    parts = code["conceptualization"]
    templates = [part.template.name for part in program.parts]
    names = [part.name for part in program.parts]
    whole = np.concatenate(places)
    size = np.nanmax(whole[:, 1], axis=0) - np.nanmin(whole[:, 0], axis=0)
    told: list[Closed] = []
    settled: set[tuple[int, int]] = set()  # part and axis: what stands on one part stays there
    for contact in contacts:
        for index, template in enumerate(templates):
            if template != contact.carried or (index, contact.axis) in settled:
                continue
            near = _nearest(contact, templates, places, index)
            if near is None:
                continue
            settled.add((index, contact.axis))
            if not LEAST < near[0] / size[contact.axis] <= MOST:
                continue
            grown = _grown(category, parts[index], contact, near[0])
            if grown is None:
                continue
            place = boxes(_alone(category, grown))[0]
            left = gap(contact, places[near[1]], place)
            if left is None or abs(left) > _SAME * size[contact.axis]:
                continue  # another solid of the part grew
            parts[index], places[index] = grown, place
            told.append(Closed(names[index], names[near[1]], AXES[contact.axis], near[0]))
    return (parse(code) if told else program), tuple(told)


def _nearest(
    contact: Contact, templates: list[str], places: list[Boxes], index: int
) -> tuple[float, int] | None:
    """The gap to the carrier that is nearest, and its number."""
    found = [
        (distance, number)
        for number, template in enumerate(templates)
        if template == contact.carrier and number != index
        if (distance := gap(contact, places[number], places[index])) is not None
    ]
    return min(found, key=lambda entry: abs(entry[0]), default=None)


def _alone(category: str, part: dict[str, Any]) -> Program:
    return parse({"category": category, "conceptualization": [part]})


def _grown(
    category: str, part: dict[str, Any], contact: Contact, distance: float
) -> dict[str, Any] | None:
    """The part longer by the distance along the axis alone, its far side where it was.

    Of several lengths that do this the greatest one grows; None where there is no such.
    """
    template = find_template(category, part["template"])
    before = face_box(boxes(_alone(category, part))[0], None)
    best: tuple[float, dict[str, Any], float] | None = None
    for parameter in template.parameters:
        row = part["parameters"][parameter.name]
        for index, kind in enumerate(parameter.kinds[: len(row)]):
            if parameter.name in _PLACEMENT or kind in ("count", "flag"):
                continue
            if best is not None and row[index] <= best[0]:
                continue
            longer = copy.deepcopy(part)
            longer["parameters"][parameter.name][index] += distance
            try:
                after = face_box(boxes(_alone(category, longer))[0], None)
            except CodeError:  # beyond a bound, or numbers without a result
                continue
            if before is None or after is None:
                continue
            change = np.array(after) - np.array(before)
            grown = np.zeros(3)
            grown[contact.axis] = distance
            across = np.delete(change, contact.axis, axis=1)
            if np.allclose(change[1] - change[0], grown, atol=_SAME * distance) and np.allclose(
                across, 0, atol=_SAME * distance
            ):
                far = 1 if contact.side > 0 else 0
                best = row[index], longer, -float(change[far, contact.axis])
    if best is None:
        return None
    step = np.zeros(3)
    step[contact.axis] = best[2]
    _move(category, best[1], step)
    return best[1]


def _move(category: str, part: dict[str, Any], step: np.ndarray) -> None:
    """Moves a part by changing its position, which some templates turn with the part."""
    template = find_template(category, part["template"])
    numbers = part["parameters"]
    if template.offset_first:
        x, y, z = numbers["rotation"]
        step = np.array(rotation(x, y, z, template.order)).T @ step
    moved = np.array(numbers["position"], dtype=float) + step
    numbers["position"] = [float(value) for value in moved]
