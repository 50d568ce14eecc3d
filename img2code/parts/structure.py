"""Other steps for a part: fewer, other outlines, mirror images, new ones for missing edges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy import ndimage

from geometry.cad_parts.body import body
from geometry.cad_parts.moving import placed_loop
from geometry.cad_parts.part import PLANES, Extrude, Plane
from geometry.cad_parts.profiles import inner_loop
from geometry.cad_parts.rules import CHECK_SIDES
from geometry.draw.part_picture import face_normals
from geometry.sketch.loops import (
    Circle,
    Loop,
    Path,
    Polygon,
    Rectangle,
    RoundedRectangle,
    Slot,
)
from geometry.sketch.outline import outline
from img2code.parts.compare import drawn
from img2code.parts.picture import Target
from img2code.parts.state import State, Steps

Array = np.ndarray

_MISSING = 0.025  # of the side: a target's edge this far from all of the part's is missing
_REGIONS = 4  # of missing edges that are looked at, the largest ones
_HEIGHTS = (0.04, 0.12, 0.3)  # of new bosses
_DEPTHS = (1.0, 0.5, 0.15)  # of new cuts, of the body's thickness there
_THINNER = (1.0, 0.45)  # than the box, of other shapes in it
_WALLS = (0.04, 0.1, 0.2)  # of hollow ones, of the shorter side
_PLANES: tuple[Plane, ...] = ("YZ", "XZ", "XY")  # by the axis across


def simpler(steps: Steps) -> Iterator[Steps]:
    """Without one of the steps, or one of the holes."""
    for number in range(1, len(steps)):
        yield steps[:number] + steps[number + 1 :]
    for number, step in enumerate(steps):
        for hole in range(1, len(step.profile)):
            shorter = step.profile[:hole] + step.profile[hole + 1 :]
            yield _with(steps, number, shorter)


def retyped(steps: Steps) -> Iterator[Steps]:
    """With another kind of outline in the same box, and with joins as cuts."""
    for number, step in enumerate(steps):
        for place, loop in enumerate(step.profile):
            for other in _others(loop):
                yield _with(
                    steps, number, (*step.profile[:place], other, *step.profile[place + 1 :])
                )


def reshaped(steps: Steps) -> Iterator[Steps]:
    """With the first step's box as another shape, extruded along any of the axes."""
    first = steps[0]
    if not isinstance(first, Extrude):
        return
    low, high = body(steps[:1], CHECK_SIDES).box
    for plane, (u, v, across) in PLANES.items():
        start, end = float(low[across]), float(high[across])
        box = Rectangle(float(low[u]), float(low[v]), float(high[u]), float(high[v]))
        for loop in (box, *_others(box)):
            if plane != first.plane or type(loop) is not type(first.profile[0]):
                for height in _THINNER:
                    last = start + height * (end - start)
                    yield (Extrude("join", plane, start, last, (loop,)), *steps[1:])


def hollowed(steps: Steps) -> Iterator[Steps]:
    """With the first step as a tray that is open where it can be seen, or as a tube."""
    first = steps[0]
    if not isinstance(first, Extrude) or len(first.profile) > 1:
        return
    low, high = body(steps[:1], CHECK_SIDES).box
    u, v, _ = PLANES[first.plane]
    shorter = float(min(high[u] - low[u], high[v] - low[v]))
    for fraction in _WALLS:
        wall = fraction * shorter
        inner = inner_loop(first.profile[0], wall)
        if inner is None:
            return
        floor = min(wall, (first.end - first.start) / 2)
        start, end = first.start + floor, first.end
        if first.plane == "XZ":  # its visible end is the one towards -y
            start, end = first.start, first.end - floor
        yield (*steps, Extrude("cut", first.plane, start, end, (inner,)))
        yield _with(steps, 0, (*first.profile, inner))


def mirrored(steps: Steps) -> Iterator[Steps]:
    """With the image of a hole or a step on the other side of the first step's middle."""
    middle = _middle(steps)
    for number, step in enumerate(steps):
        if not isinstance(step, Extrude):
            continue
        u, v, _ = PLANES[step.plane]
        for loop in step.profile[1:]:
            for axis, centre in ((0, middle[u]), (1, middle[v])):
                image = _image(loop, axis, centre)
                yield _with(steps, number, (*step.profile, image))
        if number:
            for axis, centre in ((0, middle[u]), (1, middle[v])):
                image = _image(step.profile[0], axis, centre)
                yield (*steps, replace(step, profile=(image,)))


def added(target: Target, state: State) -> Iterator[Steps]:
    """With a bore, a pocket or a boss where edges of the target are missing."""
    made = state.body
    seen = drawn(made, state.camera, state.frame, target.size)
    own = ndimage.distance_transform_edt(~seen.edges)
    missing = target.edges & (own > _MISSING * target.size)
    labels, count = ndimage.label(ndimage.binary_dilation(missing, iterations=2))
    sizes = np.bincount((labels * missing).ravel(), minlength=count + 1)
    sizes[0] = 0
    for label in np.argsort(-sizes, kind="stable")[:_REGIONS]:
        if sizes[label] < 4:
            return
        rows, columns = np.nonzero((labels == label) & missing)
        yield from _at(state, seen.face, rows, columns)


def _at(state: State, face: Array, rows: Array, columns: Array) -> Iterator[Steps]:
    """New steps for the pixels of one region of missing edges."""
    made = state.body
    size = len(face)
    row, column = int(np.median(rows)), int(np.median(columns))
    hits = [face[row, column]]
    hits += [
        face[min(max(r, 0), size - 1), min(max(c, 0), size - 1)]
        for r, c in (
            (rows.max() + 2, column),
            (rows.min() - 2, column),
            (row, columns.max() + 2),
            (row, columns.min() - 2),
        )
    ]
    normals = face_normals(made)
    low, high = made.box
    done: set[tuple[int, float]] = set()
    for hit in hits:
        if hit < 0:
            continue
        normal = normals[hit]
        axis = int(np.abs(normal).argmax())
        if abs(normal[axis]) < 0.99:
            continue
        offset = float(made.points[made.faces[hit, 0], axis])
        if (axis, round(offset, 4)) in done:
            continue
        done.add((axis, round(offset, 4)))
        outwards = 1.0 if normal[axis] > 0 else -1.0
        plane = _PLANES[axis]
        thickness = offset - low[axis] if outwards > 0 else high[axis] - offset
        for loop in _loops(_unprojected(state, rows, columns, axis, offset), plane):
            for depth in _DEPTHS:
                inner = offset - outwards * depth * float(thickness)
                first, last = sorted((inner, offset))
                yield (*state.steps, Extrude("cut", plane, first, last, (loop,)))
        for height in _HEIGHTS:
            top = offset + outwards * height
            for loop in _loops(_unprojected(state, rows, columns, axis, top), plane):
                first, last = sorted((offset, top))
                yield (*state.steps, Extrude("join", plane, first, last, (loop,)))


def _unprojected(state: State, rows: Array, columns: Array, axis: int, offset: float) -> Array:
    """(N, 2): u and v of pixels on a plane across an axis, for parallel lines of sight."""
    right, up, _ = state.camera.axes()
    x = (columns + 0.5 - state.frame.x) / state.frame.scale
    y = (state.frame.y - rows - 0.5) / state.frame.scale
    u, v, _ = PLANES[_PLANES[axis]]
    matrix = np.array([[right[u], right[v]], [up[u], up[v]]])
    fixed = np.array([right[axis], up[axis]]) * (offset - 0.5)
    points: Array = np.linalg.solve(matrix, np.stack([x, y]) - fixed[:, None]).T + 0.5
    return points


def _loops(points: Array, plane: Plane) -> Iterator[Loop]:
    low, high = np.percentile(points, 2, axis=0), np.percentile(points, 98, axis=0)
    (u0, v0), (u1, v1) = low.tolist(), high.tolist()
    radius = max(u1 - u0, v1 - v0) / 2
    yield Circle((u0 + u1) / 2, (v0 + v1) / 2, radius)
    yield Rectangle(u0, v0, u1, v1)


def _with(steps: Steps, number: int, profile: tuple[Loop, ...]) -> Steps:
    return (*steps[:number], replace(steps[number], profile=profile), *steps[number + 1 :])


def _others(loop: Loop) -> Iterator[Loop]:
    points = outline(loop, 24).points
    (u0, v0), (u1, v1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    u, v, radius = (u0 + u1) / 2, (v0 + v1) / 2, min(u1 - u0, v1 - v0) / 2
    longer = max(u1 - u0, v1 - v0)
    if not isinstance(loop, Rectangle):
        yield Rectangle(u0, v0, u1, v1)
    if not isinstance(loop, Circle) and longer < 2.6 * radius:
        yield Circle(u, v, (longer / 2 + radius) / 2)
    if not isinstance(loop, RoundedRectangle):
        yield RoundedRectangle(u0, v0, u1, v1, radius / 3)
    if not isinstance(loop, Slot) and longer > 2.4 * radius:
        yield Slot(u0, v0, u1, v1)
    if not isinstance(loop, (Polygon, Path)) and longer < 2.6 * radius:
        yield Polygon(u, v, longer / 2, 6, 0.0)
        yield Polygon(u, v, longer / 2, 6, 30.0)


def _middle(steps: Steps) -> Array:
    low, high = body(steps[:1], CHECK_SIDES).box
    return (low + high) / 2


def _image(loop: Loop, axis: int, centre: float) -> Loop:
    """A loop moved to the other side of a line; its own shape is kept."""
    points = outline(loop, 24).points
    own = float(points[:, axis].min() + points[:, axis].max()) / 2
    move = [0.0, 0.0]
    move[axis] = 2 * (float(centre) - own)
    return placed_loop(loop, 1.0, *move)
