"""A part's code fitted to its picture: similar parts, other steps, moved numbers, flush faces.

The work is counted in pictures that are drawn and compared, so the same picture gives the same
part.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image

from geometry.cad_parts.part import CadPart
from geometry.cad_parts.rules import keeps_for_kernels, normalised
from geometry.draw.part_camera import ISOMETRIC, PartCamera
from geometry.errors import UserError
from img2code.parts import cameras, features, structure
from img2code.parts.cameras import Cameras
from img2code.parts.library import Library
from img2code.parts.picture import Looked, Target, look
from img2code.parts.rectify import rectified
from img2code.parts.state import Judge, State, Steps, better, cheapest
from img2code.parts.sweep import flush, sweep

COARSE, FINE = 96, 192  # pixels a side
CANDIDATES = 72  # of the library for each camera
KEPT = 8  # of those, to be moved
FINALISTS = 2
#: Pictures drawn: while candidates are moved, each; then with other steps; then at the finer size.
FIRST, SECOND, THIRD = 45, 250, 100
_LIKELY = 0.03  # cost of cameras
_SURE = (0.02, 0.12)  # losses between which confidence falls from 1 to 0


@dataclass(frozen=True)
class Fitted:
    """loss: of the picture alone. confidence: 0 to 1, by that loss. work: fraction done."""

    part: CadPart
    camera: PartCamera
    loss: float
    work: float

    @property
    def confidence(self) -> float:
        low, high = _SURE
        return min(max((high - self.loss) / (high - low), 0.0), 1.0)


@dataclass(frozen=True)
class Effort:
    """How many pictures may be drawn; see above."""

    candidates: int = CANDIDATES
    kept: int = KEPT
    first: int = FIRST
    second: int = SECOND
    third: int = THIRD


USUAL = Effort()


def fits(
    picture: Image.Image,
    library: Library,
    guesses: Sequence[CadPart] = (),
    effort: Effort = USUAL,
) -> Iterator[Fitted]:
    """Better and better parts; the last one is the answer.

    guesses: of a network, beside the library's. Raises UserError where nothing is to be seen.
    """
    looked = look(picture)
    if looked is None:
        hint = "Choose one with the part on a plain background of another colour."
        raise UserError("There is no part to be seen in the picture.", hint)
    target, views = looked.target(COARSE), cameras.seen_from(looked)
    states = begin(looked, target, views, library, guesses, effort)
    if not states:
        raise UserError("No part is like the picture.", "Choose a clearer one.")
    yield _told(states[0], 0.1)
    states = _with_shapes(Judge(target, views, 10_000), states, effort.kept)
    moved = []
    for number, state in enumerate(states[: effort.kept]):
        judge = Judge(target, views, effort.first)
        moved.append(_moved(judge, state, (12, 6, 3)))
        yield _told(min(moved, key=_cost), 0.1 + 0.4 * (number + 1) / effort.kept)
    moved.sort(key=_cost)
    finished = []
    for number, state in enumerate(moved[:FINALISTS]):
        judge = Judge(target, views, effort.second)
        finished.append(_restructured(judge, state))
        yield _told(min(finished, key=_cost), 0.5 + 0.2 * (number + 1))
    best = min(finished, key=_cost)
    fine = Judge(looked.target(FINE), views, effort.third)
    begun = fine.state(best.steps, best.camera, fine.other(best, COARSE)) or best
    final = _moved(fine, begun, (1.5, 0.7, 0.35))
    others = sorted([*finished, *moved, *states], key=_cost)
    yield _told(next(filter(_is_sound, [final, begun, *others]), others[0]), 1.0)


def _is_sound(state: State) -> bool:
    """Whether every CAD kernel makes it."""
    return keeps_for_kernels(normalised(CadPart(state.steps)).steps)


def fit(picture: Image.Image, library: Library, guesses: Sequence[CadPart] = ()) -> Fitted:
    """The answer at once. Raises UserError."""
    *_, answer = fits(picture, library, guesses)
    return answer


def begin(
    looked: Looked,
    target: Target,
    views: Cameras,
    library: Library,
    guesses: Sequence[CadPart],
    effort: Effort,
) -> list[State]:
    """Similar parts as states, the best first."""
    judge = Judge(target, views, 10_000)
    found: list[State | None] = []
    for camera in views.likely:
        seen = target if camera == ISOMETRIC else rectified(looked, camera, COARSE)
        near = library.nearest(features.of_target(seen), effort.candidates)
        for steps in [
            *(guess.steps for guess in guesses),
            *(library.part(k).steps for k, _ in near),
        ]:
            found.append(judge.state(steps, camera))
    return sorted(filter(None, found), key=_cost)


def _with_shapes(judge: Judge, states: list[State], kept: int) -> list[State]:
    """The best states, and those of their boxes in other shapes, the best first."""
    states = _of_each_camera(judge, states, kept)
    found = states[:kept]
    for state in states[: kept // 2]:
        for steps in structure.reshaped(state.steps):
            if other := judge.state(steps, state.camera):
                found.append(other)
        for steps in structure.hollowed(state.steps):
            if other := judge.state(steps, state.camera):
                found.append(other)
    return _of_each_camera(judge, _diverse(sorted(found, key=_cost)), kept)


def _of_each_camera(judge: Judge, states: Sequence[State], kept: int) -> list[State]:
    """Those first that are to be moved: half of the room is shared by the likely cameras."""
    likely = [camera for camera in judge.views.likely if judge.views.cost(camera) < _LIKELY]
    own = kept // (2 * len(likely))
    of: Counter[PartCamera] = Counter()
    first: list[State] = []
    rest: list[State] = []
    for state in states:
        share = own if state.camera in likely else 0
        (first if of[state.camera] < share else rest).append(state)
        of[state.camera] += 1
    moved = sorted([*first, *rest[: kept - len(first)]], key=_cost)
    return [*moved, *rest[kept - len(first) :]]


def _diverse(states: Sequence[State]) -> list[State]:
    """In their order, but only the first with one kind of first step from one side."""
    seen: set[tuple[PartCamera, str, str, bool]] = set()
    chosen = []
    for state in states:
        first = state.steps[0]
        shape = type(first.profile[0]).__name__
        kind = state.camera, first.plane, shape, len(state.steps) > 1
        if kind not in seen:
            chosen.append(state)
        seen.add(kind)
    return chosen


def _moved(judge: Judge, state: State, sizes: Sequence[float]) -> State:
    free = state.camera != ISOMETRIC
    for size in sizes:
        state = sweep(judge, state, size, free)
        if judge.spent:
            break
    return state


def _restructured(judge: Judge, state: State) -> State:
    """With other steps while that helps, numbers moved in between, and flush at the end."""
    for size in (6.0, 3.0, 2.0):
        before = state.cost
        state = _best_of(judge, state, structure.simpler(state.steps))
        state = _best_of(judge, state, structure.added(judge.target, state), settle=size)
        state = _best_of(judge, state, structure.retyped(state.steps))
        state = _best_of(judge, state, structure.hollowed(state.steps), settle=size)
        state = _best_of(judge, state, structure.mirrored(state.steps))
        state = flush(judge, state)
        state = sweep(judge, state, size, state.camera != ISOMETRIC)
        if judge.spent or state.cost > before - 1e-4:
            break
    state = _best_of(judge, state, structure.simpler(state.steps))
    return flush(judge, state)


def _best_of(
    judge: Judge, state: State, others: Iterator[Steps], settle: float | None = None
) -> State:
    """The best of some alternatives where it is better, its numbers moved a little before."""
    tried = []
    for steps in others:
        if judge.spent:
            break
        tried.append(judge.state(steps, state.camera, state.frame))
    best = cheapest(tried)
    if settle is not None and best is not None and best.cost < state.cost + 0.02:
        best = sweep(judge, best, settle, False)
    return best if better(best, state) and best is not None else state


def _cost(state: State) -> float:
    return state.cost if math.isfinite(state.cost) else math.inf


def _told(state: State, work: float) -> Fitted:
    return Fitted(normalised(CadPart(state.steps)), state.camera, state.loss, work)
