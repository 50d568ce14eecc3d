"""How the parts of an object meet: which part each one touches, and on which side of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.spatial import KDTree

from geometry.program import Program
from img2code.fit.drawing import surfaces
from img2code.vision.words import facts
from img2code.vision.words.lexicon import plural

Array = np.ndarray

#: Parts touch whose surfaces come nearer than this, of the object's diagonal.
NEAR = 0.02
#: A part is beside another if it stands out by more than this, of the object's diagonal.
OUT = 0.02
SEGMENTS = 16
_POINTS = 1500  # on the surface of each part; they lie closer together than NEAR
_COVERING = ("lid", "cover", "cap", "pump head", "nozzle", "burner")
_RISING = ("back", "screen", "armrest")
_STANDING = ("leg", "pedestal")
_HELD = ("handle", "side handle", "top handle", "bail handle", "spout", "door", "switch", "temple")
_WHERE = {"top": "upper side", "front": "front", "back": "rear", "left": "left", "right": "right"}
#: By noun and side, for one piece and for several: what is said between it and what carries it.
_VERBS: Mapping[tuple[str, str], tuple[str, str]] = {
    **{(noun, "top"): ("sits on", "sit on") for noun in _COVERING},
    **{(noun, "top"): ("rises from", "rise from") for noun in _RISING},
    **{(noun, "bottom"): ("is under", "are under") for noun in _STANDING},
    **{
        (noun, side): (f"is joined to the {where} of", f"are joined to the {where} of")
        for noun, (side, where) in product(_HELD, _WHERE.items())
    },
}
#: Per axis of the object the side of the other part: beyond its greatest, below its least value.
_SIDES = (("right", "left"), ("top", "bottom"), ("front", "back"))


@dataclass(frozen=True)
class Join:
    """Numbers of two parts that touch, and the side of the second one that the first one is on."""

    part: int
    carrier: int
    side: str


def joins(program: Program) -> list[Join]:
    """For each part besides the body what it touches: the body, else another part.

    Sides are the object's own, as seen from its front. Left out are parts that touch nothing, and
    parts inside another one.
    """
    vertices, faces, part_of = surfaces(program, SEGMENTS)
    diagonal = float(np.linalg.norm(np.ptp(vertices, axis=0)))
    points = {n: _sampled(vertices[faces[part_of == n]]) for n in np.unique(part_of).tolist()}
    trees = {number: KDTree(own) for number, own in points.items()}
    body = [number for number in facts.main_parts(program) if number in points]
    found = []
    for part, own in points.items():
        others = [*body, *(number for number in points if number not in body)]
        if part in body:
            continue
        for other in others:
            if other == part or trees[other].query(own)[0].min() > NEAR * diagonal:
                continue
            side = _side(own, points[other], OUT * diagonal)
            if side:
                found.append(Join(part, other, side))
            break
    return found


def clause(noun: str, numbers: Sequence[int], known: Sequence[Join], program: Program) -> str:
    """ "the lid sits on the body", of parts of one kind; "" where that is no way to say it.

    Parts that are joined differently, and several pieces to the left or right, get no clause.
    """
    own = [join for join in known if join.part in numbers]
    pieces = sum(facts.pieces(program.parts[number], program) for number in numbers)
    sides = {(join.side, facts.counted_noun(program, program.parts[join.carrier])) for join in own}
    if len(own) != len(numbers) or len(sides) != 1 or (noun, own[0].side) not in _VERBS:
        return ""
    ((side, carrier),) = sides
    if pieces > 1 and side in ("left", "right"):
        return ""
    one, several = _VERBS[noun, side]
    if pieces == 1:
        return f"the {noun} {one} the {carrier}"
    return f"the {plural(noun)} {several} the {carrier}"


def _side(own: Array, other: Array, least: float) -> str:
    """The side on which points stand out of others the farthest; "" where they hardly do."""
    beyond = own.max(0) - other.max(0)
    below = other.min(0) - own.min(0)
    out = np.stack([beyond, below], axis=1)
    axis, which = np.unravel_index(int(out.argmax()), out.shape)
    return _SIDES[axis][which] if out[axis, which] > least else ""


def _sampled(corners: Array) -> Array:
    """(N, 3) even points of triangles (F, 3, 3), by a fixed seed, and their corners."""
    rng = np.random.default_rng(0)
    areas = np.linalg.norm(
        np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1
    )
    chosen = rng.choice(len(corners), _POINTS, p=areas / areas.sum()) if areas.sum() > 0 else [0]
    a, b = rng.random((2, len(chosen), 1))
    flip = a + b > 1
    a, b = np.where(flip, 1 - a, a), np.where(flip, 1 - b, b)
    first, second, third = corners[chosen].transpose(1, 0, 2)
    inside = first + a * (second - first) + b * (third - first)
    return np.concatenate([inside, corners.reshape(-1, 3)])
