"""The numbers of a part's steps as one vector that can be moved and put back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from geometry.cad_parts.part import PLANES, Extrude, Grid, Ring, Step
from geometry.sketch.loops import (
    Arc,
    Circle,
    Line,
    Loop,
    Path,
    Polygon,
    Rectangle,
    RoundedRectangle,
    Slot,
)

LENGTH, ANGLE = 3, 4  # kinds beside the three axes of positions
WHOLE_STEP = -1  # in `loops`, of numbers that are no loop's


_SAME = 2e-4  # of the unit: positions and radii that are one number


@dataclass(frozen=True, eq=False)
class Numbers:
    """values (N,); kinds (N,): axis of a position, LENGTH or ANGLE; whose they are, (N,) each."""

    values: np.ndarray
    kinds: np.ndarray
    steps: np.ndarray
    loops: np.ndarray


def numbers_of(steps: Sequence[Step]) -> Numbers:
    rows = [
        (value, kind, number, loop)
        for number, step in enumerate(steps)
        for value, kind, loop in _of_step(step)
    ]
    values, kinds, owners, loops = zip(*rows, strict=True)
    return Numbers(np.array(values, float), np.array(kinds), np.array(owners), np.array(loops))


def with_numbers(steps: Sequence[Step], values: np.ndarray) -> tuple[Step, ...]:
    """The steps with other numbers, in the order of `numbers_of`."""
    left = iter(values.tolist())
    return tuple(_with(step, left) for step in steps)


def _of_step(step: Step) -> Iterator[tuple[float, int, int]]:
    u, v, across = PLANES[step.plane]
    if isinstance(step, Extrude):
        yield step.start, across, WHOLE_STEP
        yield step.end, across, WHOLE_STEP
        match step.pattern:
            case Grid(_, _, du, dv):
                yield from ((du, LENGTH, WHOLE_STEP), (dv, LENGTH, WHOLE_STEP))
            case Ring(cu, cv, _):
                yield from ((cu, u, WHOLE_STEP), (cv, v, WHOLE_STEP))
        for finish in step.finishes:
            yield finish.size, LENGTH, WHOLE_STEP
        if step.shell:
            yield step.shell.thickness, LENGTH, WHOLE_STEP
    else:
        yield step.offset, across, WHOLE_STEP
        yield step.at, v if step.axis == "u" else u, WHOLE_STEP
    for number, loop in enumerate(step.profile):
        for value, kind in _of_loop(loop, u, v):
            yield value, kind, number


def _of_loop(loop: Loop, u: int, v: int) -> Iterator[tuple[float, int]]:
    match loop:
        case Rectangle(u0, v0, u1, v1) | Slot(u0, v0, u1, v1) | RoundedRectangle(u0, v0, u1, v1):
            yield from ((u0, u), (v0, v), (u1, u), (v1, v))
            if isinstance(loop, RoundedRectangle):
                yield loop.radius, LENGTH
        case Circle(cu, cv, radius):
            yield from ((cu, u), (cv, v), (radius, LENGTH))
        case Polygon(cu, cv, radius, _, turn):
            yield from ((cu, u), (cv, v), (radius, LENGTH), (turn, ANGLE))
        case Path(cu, cv, segments):
            yield from ((cu, u), (cv, v))
            for segment in segments:
                if isinstance(segment, Arc):
                    yield from ((segment.um, u), (segment.vm, v))
                yield from ((segment.u, u), (segment.v, v))


def _with(step: Step, left: Iterator[float]) -> Step:
    if not isinstance(step, Extrude):
        offset, at = next(left), next(left)
        profile = tuple(_loop_with(loop, left) for loop in step.profile)
        return replace(step, offset=offset, at=at, profile=profile)
    start, end = next(left), next(left)
    pattern = step.pattern
    if isinstance(pattern, Grid):
        pattern = replace(pattern, du=next(left), dv=next(left))
    elif isinstance(pattern, Ring):
        pattern = replace(pattern, u=next(left), v=next(left))
    finishes = tuple(replace(finish, size=next(left)) for finish in step.finishes)
    shell = step.shell and replace(step.shell, thickness=next(left))
    profile = tuple(_loop_with(loop, left) for loop in step.profile)
    return Extrude(step.operation, step.plane, start, end, profile, pattern, finishes, shell)


def _loop_with(loop: Loop, left: Iterator[float]) -> Loop:
    match loop:
        case Rectangle() | Slot():
            return type(loop)(next(left), next(left), next(left), next(left))
        case RoundedRectangle():
            return RoundedRectangle(next(left), next(left), next(left), next(left), next(left))
        case Circle():
            return Circle(next(left), next(left), next(left))
        case Polygon():
            u, v, radius, turn = (next(left) for _ in range(4))
            return Polygon(u, v, radius, loop.corners, turn)
        case Path():
            u, v = next(left), next(left)
            segments: list[Line | Arc] = []
            for segment in loop.segments:
                if isinstance(segment, Arc):
                    segments.append(Arc(next(left), next(left), next(left), next(left)))
                else:
                    segments.append(Line(next(left), next(left)))
            return Path(u, v, tuple(segments))


def groups(values: np.ndarray, which: np.ndarray) -> list[np.ndarray]:
    """Indices of those of the values that are one number, smallest number first."""
    index = np.flatnonzero(which)
    if not len(index):
        return []
    order = index[np.argsort(values[index], kind="stable")]
    breaks = np.flatnonzero(np.diff(values[order]) > _SAME) + 1
    return np.split(order, breaks)


def jittered(steps: Sequence[Step], by: float, seed: int) -> tuple[Step, ...]:
    """The steps with every position and length a little off; what is equal stays equal."""
    numbers = numbers_of(steps)
    rng = np.random.default_rng(seed)
    values = numbers.values.copy()
    for kind in range(ANGLE):
        for group in groups(values, numbers.kinds == kind):
            values[group] += by * rng.choice((-1.0, 1.0))
    return with_numbers(steps, values)
