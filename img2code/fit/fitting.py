"""The order of a fit: several beginnings, a few rounds of each, the best go on and are averaged."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from geometry.errors import CodeError
from geometry.program import Program
from geometry.view import view_of
from img2code.fit.camera import Camera
from img2code.fit.drawing import Drawing, overlap
from img2code.fit.mask import Mask
from img2code.fit.shape import Free, Shape
from img2code.fit.solve import VIEW_DEVIATION, Start, State, drawn, improve
from img2code.fit.target import Target
from img2code.fit.touching import touching

Array = np.ndarray

#: Beginnings beside the guess, rounds of each, how many go on for more rounds, and rounds from
#: what they reach between them.
BEGINNINGS, FIRST, BEST, SECOND, BETWEEN = 3, 4, 2, 14, 4
#: In pixels of outline: an end that is so much worse counts for a third in their mean.
_ALIKE = 0.3
#: Degrees: what is turned further round than this wins silhouettes and loses the object.
_NEAR_YAW = 20.0
#: Pixels from which a distance of outlines, of edges, counts no more.
_OUTLINE_REACH, _EDGE_REACH = 20.0, 8.0
#: In pixels of outline: what the whole overlap, a pixel of edges, and a squared deviation of a
#: number from the guess are worth.
_OVERLAP_WORTH, _EDGE_WORTH, _DEVIATION_WORTH, _MOST_DEVIATION = 10.0, 0.5, 0.03, 3.0
#: Changes smaller than this, in deviations, are not told.
_TOLD = 0.25


@dataclass(frozen=True)
class Evidence:
    """What a picture says beyond its code.

    mask: of the object. free: the numbers that may change. angles: (K, 3), numbers: (K, P) of
    other readings of it.
    """

    mask: Mask
    free: tuple[Free, ...]
    angles: Array
    numbers: Array


@dataclass(frozen=True)
class Change:
    """A number that a fit has changed."""

    part: str
    parameter: str
    index: int
    before: float
    after: float


@dataclass(frozen=True)
class Fitted:
    """A program on its picture.

    camera: of the whole picture. overlap: intersection over union of the object's mask and of the
    drawn object; before: the same of the guess. changes: the numbers that are others now. mask: the
    object's, where it is at hand. disagreement: of silhouettes, outlines and edges, in pixels.
    other_parts: the guess had other templates.
    """

    program: Program
    camera: Camera
    overlap: float
    before: float
    changes: tuple[Change, ...] = ()
    seconds: float = 0.0
    mask: Mask | None = None
    disagreement: float = np.inf
    other_parts: bool = False


def fit(
    program: Program,
    evidence: Evidence,
    target: Target,
    wanted: Callable[[], bool] = lambda: True,
    camera: Camera | None = None,
) -> Iterator[Fitted]:
    """The guess under the camera that suits it, then every better state; the last one is the best.

    None is worse than the one before by its own measure: overlap, outline, edges, and how far the
    numbers are from the guess. wanted: asked before every round. camera: of the whole picture,
    where it is known. Deterministic.
    """
    began = time.perf_counter()
    search = Search(program, evidence, target, camera)
    best = search.value(search.first)
    first = best
    yield search.told(best, first, began)
    tried = []
    for start, state in search.beginnings():
        reached = search.go(start, state, FIRST, wanted)
        if reached is not None:
            tried.append((reached, start))
            if reached.cost < best.cost:
                best = reached
                yield search.told(best, first, began)
    ends = []
    for reached, start in sorted(tried, key=lambda each: each[0].cost)[:BEST]:
        last = search.go(start, reached.state, SECOND, wanted)
        if last is not None:
            ends.append((last, start))
            if last.cost < best.cost:
                best = last
                yield search.told(best, first, began)
    between = search.between(ends, wanted)
    if between is not None and between.cost < best.cost:
        yield search.told(between, first, began)


def as_it_is(program: Program, mask: Mask, aim: Target) -> Fitted:
    """The program under the camera that suits the picture; no number of it changes."""
    nothing = np.zeros((0, 0))
    return next(fit(program, Evidence(mask, (), nothing, nothing), aim))


@dataclass(frozen=True)
class _Valued:
    """A state and how little it agrees with the target and the guess."""

    cost: float
    state: State
    overlap: float
    disagreement: float


class Search:
    """One fit: the guess, the target, and what states are worth."""

    def __init__(
        self, program: Program, evidence: Evidence, target: Target, camera: Camera | None
    ) -> None:
        self.shape = Shape(program, evidence.free)
        self.evidence, self.target = evidence, target
        view = view_of(program.pose.rotation)
        deviations = np.concatenate([VIEW_DEVIATION, self.shape.deviations])
        angles = np.array([view.yaw, view.elevation, view.roll])
        kept = touching(self.shape, self.shape.numbers)
        self.guess = Start(self.shape, angles, self.shape.numbers, deviations, kept)
        self.first = self.guess.state(target)
        if camera is not None:
            self.first = replace(self.first, camera=camera.cut_to(target.square, target.frame))

    def beginnings(self) -> Iterator[tuple[Start, State]]:
        """The guess, and those of the other readings that agree best with the picture.

        All are held to the guess's numbers; what touches is read off each.
        """
        yield self.guess, self.first
        valued = []
        for angles, numbers in zip(self.evidence.angles, self.evidence.numbers, strict=True):
            turned = (angles[0] - self.guess.angles[0] + 180) % 360 - 180
            if abs(turned) > _NEAR_YAW:
                continue
            angles = np.array([self.guess.angles[0] + turned, *angles[1:]])
            try:
                start = replace(self.guess, angles=angles, numbers=numbers)
                valued.append(self.value(start.state(self.target)))
            except CodeError:
                continue
        for each in sorted(valued, key=lambda each: each.cost)[:BEGINNINGS]:
            kept = touching(self.shape, each.state.numbers)
            yield replace(self.guess, touching=kept), each.state

    def go(
        self, start: Start, state: State, rounds: int, wanted: Callable[[], bool]
    ) -> _Valued | None:
        """The best state of some rounds; None where there was none."""
        best = None
        try:
            for reached in improve(start, self.target, rounds, state):
                if best is None or reached.cost < best.cost:
                    best = reached
                if not wanted():
                    break
            if best is None:
                return None
            self.shape.program(best.state.numbers, best.state.view).meshes()  # is it an object?
            return self.value(best.state)
        except (CodeError, np.linalg.LinAlgError):
            return None

    def between(
        self, ends: Sequence[tuple[_Valued, Start]], wanted: Callable[[], bool]
    ) -> _Valued | None:
        """Where the mean of several ends leads; None where there is only one.

        Ends whose silhouettes agree alike differ in what a picture does not show; their mean is
        nearer to the truth than most of them.
        """
        if len(ends) < 2:
            return None
        costs = np.array([end.cost for end, _ in ends])
        weights = np.exp((costs.min() - costs) / _ALIKE)
        best, start = min(ends, key=lambda each: each[0].cost)
        angles = np.average([end.state.angles for end, _ in ends], 0, weights)
        numbers = np.average([end.state.numbers for end, _ in ends], 0, weights)
        mean = replace(best.state, angles=angles, numbers=numbers)
        return self.go(start, mean, BETWEEN, wanted)

    def value(self, state: State) -> _Valued:
        drawing = drawn(self.shape, state, self.target.side)
        away = np.concatenate(
            [state.angles - self.guess.angles, state.numbers - self.guess.numbers]
        )
        far = np.minimum(np.abs(away) / self.guess.deviations, _MOST_DEVIATION) ** 2
        apart = _disagreement(drawing, self.target)
        cost = apart + _DEVIATION_WORTH * float(far.sum())
        return _Valued(cost, state, overlap(drawing.mask, self.target.mask), apart)

    def told(self, valued: _Valued, first: _Valued, began: float) -> Fitted:
        state, target = valued.state, self.target
        program = self.shape.program(state.numbers, state.view)
        camera = state.camera.cut_from(target.square, target.frame)
        changes = tuple(self._changes(state)) if valued is not first else ()
        seconds = time.perf_counter() - began
        mask = self.evidence.mask
        overlaps = (valued.overlap, first.overlap)
        return Fitted(program, camera, *overlaps, changes, seconds, mask, valued.disagreement)

    def _changes(self, state: State) -> Iterator[Change]:
        numbers = zip(self.shape.free, self.guess.numbers, state.numbers, strict=True)
        for (free, before, after), deviation in zip(numbers, self.shape.deviations, strict=True):
            if abs(after - before) > _TOLD * deviation:
                name = self.shape.base.parts[free.part].name
                yield Change(name, free.parameter, free.index, float(before), float(after))


def _disagreement(drawing: Drawing, target: Target) -> float:
    """In pixels of outline, between what is drawn and what is seen."""
    if drawing.mask.sum() < 20:
        return 100.0
    there, _ = target.outline.nearest(drawing.outline.points)
    back, _ = drawing.outline.nearest(target.outline.points)
    apart = _mean(there, back, _OUTLINE_REACH)
    inner, seen = drawing.creases, target.edges
    edges = 0.0
    if len(inner) and len(seen):
        edges = _mean(seen.nearest(inner.points)[0], inner.nearest(seen.points)[0], _EDGE_REACH)
    elif len(inner) or len(seen):
        edges = _EDGE_REACH
    missed = 1 - overlap(drawing.mask, target.mask)
    return _OVERLAP_WORTH * missed + apart + _EDGE_WORTH * edges


def _mean(there: Array, back: Array, reach: float) -> float:
    means = [float(np.minimum(each, reach).mean()) for each in (there, back)]
    return sum(means) / 2
