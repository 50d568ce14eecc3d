"""Numbers of a part moved until its picture agrees: one equal number, one step, one axis at a time.

Numbers that are equal move together, so what is flush stays flush; a move that helps is repeated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from geometry.cad_parts.numbers import (
    ANGLE,
    LENGTH,
    WHOLE_STEP,
    Numbers,
    groups,
    numbers_of,
    with_numbers,
)
from geometry.cad_parts.part import LEVEL
from img2code.parts.compare import Frame
from img2code.parts.state import Judge, State, better

Array = np.ndarray

_REPEATS = 3
_DEGREES = 2.0  # of a turn, and of the camera, per level of a position's move
_PERSPECTIVE = 0.02


def sweep(judge: Judge, state: State, step: float, free_camera: bool) -> State:
    """Every move once, by `step` levels; the best state on the way."""
    for move in list(moves(state)):
        state = along(judge, state, step * LEVEL * move)
        if judge.spent:
            return state
    state = snapped(judge, state, 3 * step * LEVEL)
    state = framed(judge, state, step)
    if free_camera:
        state = turned(judge, state, step)
    return state


def along(judge: Judge, state: State, move: Array) -> State:
    """The state after the move, or after its opposite, as often as it helps."""
    values = numbers_of(state.steps).values
    for sign in (1.0, -1.0):
        factor = 1.0
        for _ in range(_REPEATS):
            moved = with_numbers(state.steps, values + sign * factor * move)
            tried = judge.state(moved, state.camera, state.frame)
            if not better(tried, state) or tried is None:
                break
            state = tried
            factor += 1
        if factor > 1:
            break
    return state


def moves(state: State) -> Iterator[Array]:
    """Directions for the numbers of a part, for a move of one unit."""
    numbers = numbers_of(state.steps)
    kinds, values = numbers.kinds, numbers.values
    for axis in range(3):
        own = groups(values, kinds == axis)
        for group in own:
            yield _direction(values, group)
        middle = (values[own[0][0]] + values[own[-1][0]]) / 2
        for first, last in _pairs(values, own, middle):
            yield _direction(values, first) - _direction(values, last)
    for group in groups(values, kinds == LENGTH):
        yield _direction(values, group) / 2
    for index in np.flatnonzero(kinds == ANGLE):
        yield _direction(values, np.array([index])) * _DEGREES / LEVEL
    yield from _whole_moves(numbers, len(state.steps))


def _whole_moves(numbers: Numbers, count: int) -> Iterator[Array]:
    """Steps and loops as they are, elsewhere."""
    for step in range(count):
        mine = numbers.steps == step
        if count > 1:
            for axis in range(3):
                index = np.flatnonzero(mine & (numbers.kinds == axis))
                if len(index) > 1:
                    yield _direction(numbers.values, index)
        for loop in range(1, int(numbers.loops[mine].max()) + 1):
            within = mine & (numbers.loops == loop)
            for axis in range(3):
                index = np.flatnonzero(within & (numbers.kinds == axis))
                if len(index) > 1:
                    yield _direction(numbers.values, index)
        for axis in range(3):  # each end of an extrusion alone
            index = np.flatnonzero(mine & (numbers.kinds == axis) & (numbers.loops == WHOLE_STEP))
            for one in index:
                if len(np.flatnonzero(np.abs(numbers.values - numbers.values[one]) < 2e-4)) > 1:
                    yield _direction(numbers.values, np.array([one]))


def _direction(values: Array, index: Array) -> Array:
    direction = np.zeros(len(values))
    direction[index] = 1.0
    return direction


def _pairs(values: Array, own: list[Array], middle: float) -> Iterator[tuple[Array, Array]]:
    """Groups at the same distance on both sides of the middle."""
    for number, low in enumerate(own):
        for high in own[number + 1 :]:
            if abs(values[low[0]] + values[high[0]] - 2 * middle) < 2 * LEVEL:
                yield low, high


def snapped(judge: Judge, state: State, nearest: float) -> State:
    """With numbers that are close to another one on it, where that costs no more."""
    tried: set[tuple[int, ...]] = set()
    while not judge.spent:
        numbers = numbers_of(state.steps)
        for kind in (0, 1, 2, LENGTH):
            own = groups(numbers.values, numbers.kinds == kind)
            pairs = [
                pair
                for low, high in pairwise(own)
                for pair in ((low, high), (high, low))
                if 0 < abs(numbers.values[low[0]] - numbers.values[high[0]]) < nearest
            ]
            moved = next((p for p in pairs if tuple(p[0].tolist()) not in tried), None)
            if moved:
                break
        else:
            return state
        tried.add(tuple(moved[0].tolist()))
        values = numbers.values.copy()
        values[moved[0]] = values[moved[1][0]]
        other = judge.state(with_numbers(state.steps, values), state.camera, state.frame)
        if better(other, state) and other is not None:
            state = other
    return state


def framed(judge: Judge, state: State, step: float) -> State:
    """With the whole part elsewhere in the picture, or larger."""
    boxed = judge.state(state.steps, state.camera)
    if better(boxed, state) and boxed is not None:
        state = boxed
    pixel = step * judge.target.size / 400
    for change in ((0.0, pixel, 0.0), (0.0, 0.0, pixel), (pixel * 2 / judge.target.size, 0.0, 0.0)):
        for sign in (1, -1):
            frame = state.frame
            larger, x, y = (sign * value for value in change)
            moved = Frame(frame.scale * (1 + larger), frame.x + x, frame.y + y)
            tried = judge.state(state.steps, state.camera, moved)
            if better(tried, state) and tried is not None:
                state = tried
                break
    return state


def turned(judge: Judge, state: State, step: float) -> State:
    """With the camera elsewhere."""
    by = step * _DEGREES / 2
    for name, size in (("azimuth", by), ("elevation", by), ("perspective", step * _PERSPECTIVE)):
        for sign in (1, -1):
            value = getattr(state.camera, name) + sign * size
            if name == "perspective" and not 0 <= value < 0.6:
                continue
            if name == "azimuth" and not -85 <= value <= -5:
                continue
            if name == "elevation" and not 3 <= value <= 85:
                continue
            camera = replace(state.camera, **{name: value})
            tried = judge.state(state.steps, camera)
            if better(tried, state) and tried is not None:
                state = tried
                break
    return state


def flush(judge: Judge, state: State) -> State:
    """With steps slid along the line of sight to where their faces meet those of others.

    Such a move changes no picture with parallel lines of sight, so the picture cannot ask for it.
    """
    sight = state.camera.axes()[2]
    for step in range(len(state.steps)):
        numbers = numbers_of(state.steps)
        mine = numbers.steps == step
        best = state
        for slide in _slides(numbers, mine, sight):
            if judge.spent:
                return best
            move = np.zeros(len(numbers.values))
            for axis in range(3):
                move[mine & (numbers.kinds == axis)] = slide * sight[axis]
            tried = judge.state(
                with_numbers(state.steps, numbers.values + move), state.camera, state.frame
            )
            if better(tried, best) and tried is not None:
                best = tried
        state = best
    return state


def _slides(numbers: Numbers, mine: Array, sight: Array) -> list[float]:
    """How far a step would slide until one of its positions is one of another step's."""
    found: set[float] = set()
    for axis in range(3):
        own = np.unique(numbers.values[mine & (numbers.kinds == axis)].round(4))
        others = np.unique(numbers.values[~mine & (numbers.kinds == axis)].round(4))
        for value in own:
            found |= {round(float((other - value) / sight[axis]), 4) for other in others}
    return sorted(found - {0.0}, key=lambda slide: (abs(slide), slide))[:24]
