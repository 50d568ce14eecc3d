"""Moves an object onto its target: Levenberg-Marquardt over view, camera and numbers at once.

The outline of the target is matched with that of the drawn object, point by point and both ways,
and edges inside it with the object's creases. How far each number may go from where the model
expects it is a matter of its spread there: the result is the most probable one, not the closest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from geometry.view import View
from img2code.fit.camera import Camera, framed, turned
from img2code.fit.drawing import Drawing
from img2code.fit.shape import Shape
from img2code.fit.target import Target
from img2code.fit.touching import Touching

Array = np.ndarray

#: Degrees by which yaw, elevation and roll are expected to be off.
VIEW_DEVIATION = (2.0, 1.5, 1.0)
#: Points that are matched in one step; more hardly say more.
_POINTS = 900
#: Points of one line are not independent of each other.
_DEPENDENCE = 0.2
#: Pixels from which a distance of outlines, of edges, counts for less than its square.
_SOFT_OUTLINE, _SOFT_EDGE = 3.0, 1.5
_EDGE_WEIGHT, _EDGE_REACH = 0.5, 6.0
#: Pixels within which outlines are matched, at the first step and from the last third on.
_REACH = (20.0, 5.0)
#: By which the logarithm of the focal length may be off: pictures do not state it.
FOCAL_DEVIATION = 0.1
_MOST_FOCAL = 0.25  # of it, that it may change by at all
#: A step goes no further than this: degrees; deviations; log distance, shifts, log focal length.
_MOST_DEGREES, _MOST_DEVIATIONS = 3.0, 1.5
_MOST_CAMERA = (0.1, 0.15, 0.15, 0.1)
_DAMPING, _CAMERA_DAMPING = 1e-2, 1e-2


@dataclass(frozen=True)
class State:
    """angles: (3,) yaw, elevation, roll. numbers: (P,)."""

    angles: Array
    numbers: Array
    camera: Camera

    @property
    def view(self) -> View:
        return View(*(float(angle) for angle in self.angles))


@dataclass(frozen=True)
class Start:
    """Where a fit begins, and what it is held to.

    deviations: (3 + P,) of angles and numbers. touching: the parts that are to stay together.
    """

    shape: Shape
    angles: Array
    numbers: Array
    deviations: Array
    touching: Touching | None = None

    def state(self, target: Target) -> State:
        """With the camera that sees it where the target is."""
        points = self.shape.vertices(self.numbers[None])[0]
        seen = turned(points, View(*self.angles))
        camera = framed(seen, target.box, target.side, target.focal)
        return State(self.angles, self.numbers, camera)


@dataclass(frozen=True)
class Better:
    """A state, and how bad it is: a posterior of outline, edges and prior."""

    cost: float
    state: State


def drawn(shape: Shape, state: State, side: int) -> Drawing:
    """The object of a state as its camera sees it."""
    points = turned(shape.vertices(state.numbers[None])[0], state.view)
    return Drawing(points, shape.faces, state.camera, side)


def improve(
    start: Start, target: Target, rounds: int, state: State | None = None
) -> Iterator[Better]:
    """The state that it starts with, then one after every round. Raises CodeError.

    state: where to go on; the start's prior holds.
    """
    state = state or start.state(target)
    precision = 1 / start.deviations**2
    for number in range(rounds + 1):
        reach = float(np.interp(number, [0, 0.6 * rounds], _REACH))
        drawing = drawn(start.shape, state, target.side)
        if drawing.mask.sum() < 20:
            return
        matched = _matched(drawing, target, reach)
        away = np.concatenate([state.angles - start.angles, state.numbers - start.numbers])
        bent = np.log(state.camera.focal / target.focal) / FOCAL_DEVIATION
        prior = (float(away**2 @ precision) + bent**2) / (
            len(drawing.outline) + len(target.outline)
        )
        yield Better(matched.cost + prior, state)
        if number == rounds:
            return
        state = _stepped(start, state, drawing, matched, precision, away, number, target.focal)


@dataclass(frozen=True)
class _Matched:
    """Pixels (M, 2) of the drawing, the points (M, 2) they should be at, normals, weights."""

    cost: float
    pixels: Array
    points: Array
    normals: Array
    weights: Array


def _matched(drawing: Drawing, target: Target, reach: float) -> _Matched:
    own, aim = drawing.outline, target.outline
    there, nearest = aim.nearest(own.points)
    back, of_own = own.nearest(aim.points)
    pixels = [own.points, own.points[of_own]]
    points = [aim.points[nearest], aim.points]
    normals = [aim.normals[nearest], own.normals[of_own]]
    weights = [_soft(there, _SOFT_OUTLINE) * (there < reach)]
    weights.append(_soft(back, _SOFT_OUTLINE) * (back < reach))
    cost = _huber(there).mean() + _huber(back).mean()
    inner, seen = drawing.creases, target.edges
    if len(inner) and len(seen):
        there, nearest = seen.nearest(inner.points)
        back, of_own = inner.nearest(seen.points)
        pixels += [inner.points, inner.points[of_own]]
        points += [seen.points[nearest], seen.points]
        normals += [seen.normals[nearest], seen.normals]
        weights += [_EDGE_WEIGHT * _soft(d, _SOFT_EDGE) * (d < _EDGE_REACH) for d in (there, back)]
        mean = np.minimum(there, _EDGE_REACH).mean() + np.minimum(back, _EDGE_REACH).mean()
        cost += _EDGE_WEIGHT * mean
    every = [np.concatenate(each) for each in (pixels, points, normals, weights)]
    return _Matched(float(cost), *every)


def _stepped(
    start: Start,
    state: State,
    drawing: Drawing,
    matched: _Matched,
    precision: Array,
    away: Array,
    number: int,
    focal: float,
) -> State:
    """The state after one step of Levenberg and Marquardt."""
    chosen, fraction = np.arange(len(matched.pixels)), _DEPENDENCE
    if len(chosen) > _POINTS:
        fraction *= len(chosen) / _POINTS
        chosen = np.random.default_rng(number).choice(chosen, _POINTS, replace=False)
    pixels, normals = matched.pixels[chosen], matched.normals[chosen]
    face, corner_weights = drawing.at(pixels)
    corners = start.shape.faces[face]

    free = len(state.numbers)
    steps = np.maximum(0.05 * start.deviations, 1e-5)
    varied = np.repeat(state.numbers[None], 1 + free, 0)
    varied[np.arange(1, 1 + free), np.arange(free)] += steps[3:]
    vertices = start.shape.vertices(varied)
    middle = (vertices.min(1, keepdims=True) + vertices.max(1, keepdims=True)) / 2
    spots = np.einsum("bmkc,mk->bmc", vertices[:, corners], corner_weights) - middle

    views = np.repeat(state.angles[None], 4, 0)
    views[np.arange(1, 4), np.arange(3)] += steps[:3]
    turns = [View(*angles).matrix() for angles in views]
    by_view = np.stack([spots[0] @ turn.T for turn in turns])
    by_number = spots[1:] @ turns[0].T
    every = np.concatenate([by_view, by_number])
    seen = state.camera.project(every, drawing.side)[..., :2]
    columns = np.einsum("bmc,mc->mb", seen[1:] - seen[:1], normals) / steps
    small = 1e-3
    moved_cameras = (
        replace(state.camera, distance=state.camera.distance * (1 + small)),
        replace(state.camera, x=state.camera.x + small),
        replace(state.camera, y=state.camera.y + small),
        _nearer(state.camera, 1 + small),
    )
    by_camera = [
        np.einsum("mc,mc->m", c.project(every[0], drawing.side)[:, :2] - seen[0], normals) / small
        for c in moved_cameras
    ]
    slopes = np.concatenate([columns, np.stack(by_camera, 1)], 1)
    residuals = np.einsum("mc,mc->m", seen[0] - matched.points[chosen], normals)
    weights = matched.weights[chosen] * fraction
    if start.touching is not None:
        gaps = start.touching.residuals(vertices, start.shape.faces)
        by_gap = np.zeros((len(gaps[0]), slopes.shape[1]))
        by_gap[:, 3:-4] = (gaps[1:] - gaps[:1]).T / steps[3:]
        slopes = np.concatenate([slopes, by_gap])
        residuals = np.concatenate([residuals, gaps[0]])
        weights = np.concatenate([weights, np.ones(len(gaps[0]))])

    weighted = slopes * weights[:, None]
    curvature, slope = weighted.T @ slopes, weighted.T @ residuals
    known = len(precision)
    curvature[np.arange(known), np.arange(known)] += precision * (1 + _DAMPING)
    rest = np.arange(known, known + 4)
    curvature[rest, rest] += _CAMERA_DAMPING
    slope[:known] += precision * away
    curvature[-1, -1] += 1 / FOCAL_DEVIATION**2
    slope[-1] += np.log(state.camera.focal / focal) / FOCAL_DEVIATION**2
    change = -np.linalg.solve(curvature, slope)
    most = np.concatenate([_MOST_DEVIATIONS * start.deviations, _MOST_CAMERA])
    most[:3] = np.maximum(most[:3], _MOST_DEGREES)
    shorter = min(1.0, 3 * float((most / np.maximum(np.abs(change), 1e-12)).min()))
    change = np.clip(change * shorter, -most, most)
    moved = replace(
        state.camera,
        distance=state.camera.distance * float(np.exp(change[-4])),
        x=state.camera.x + float(change[-3]),
        y=state.camera.y + float(change[-2]),
    )
    longer = state.camera.focal * float(np.exp(change[-1]))
    longer = float(np.clip(longer, (1 - _MOST_FOCAL) * focal, (1 + _MOST_FOCAL) * focal))
    moved = _nearer(moved, longer / state.camera.focal)
    numbers = start.shape.within(state.numbers + change[3:-4])
    return State(state.angles + change[:3], numbers, moved)


def _nearer(camera: Camera, factor: float) -> Camera:
    """Further away with a longer lens: as large, with less perspective."""
    return replace(camera, distance=camera.distance * factor, focal=camera.focal * factor)


def _soft(distance: Array, until: float) -> Array:
    """Weights by which squares of large distances count as distances."""
    result: Array = np.where(distance < until, 1.0, until / np.maximum(distance, 1e-9))
    return result


def _huber(distance: Array) -> Array:
    near = distance < _SOFT_OUTLINE
    result: Array = np.where(near, distance**2 / (2 * _SOFT_OUTLINE), distance - _SOFT_OUTLINE / 2)
    return result
