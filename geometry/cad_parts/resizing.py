"""A part with another length: what was as long follows, and what stands on a moved face moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from geometry.cad_parts.body import body
from geometry.cad_parts.moving import placed_loop, placed_step
from geometry.cad_parts.part import PLANES, CadPart, Extrude, Revolve, Step
from geometry.cad_parts.rules import CHECK_SIDES, check, normalised
from geometry.sketch.loops import Circle, Loop, Polygon, Rectangle, RoundedRectangle, Slot
from geometry.sketch.outline import outline

EXTENT = ("length", "width", "height")  # along x, y and z
_SAME = 2e-6  # of the unit: lengths that are one, as scripts round them
_TOUCHING = 1e-4  # of the unit: faces that are flush
_SIDES = 32  # of a circle while its box is taken

Range = tuple[float, float]


@dataclass(frozen=True)
class _Face:
    """A face that has moved along an axis. outward: +1 where the body lies below it, else -1."""

    axis: int
    at: float
    by: float
    outward: int


def resized(part: CadPart, kind: str, old: float, new: float) -> CadPart:
    """The part with `new` in the place of every length of this kind that is `old`.

    kind: length, width, height, radius, corner_radius, rounding, fillet, chamfer or wall. Both are
    in units of the part's size. Extrusions keep the end that a CadQuery script starts from, loops
    their middle. Raises CodeError where the result is no part.
    """
    faces: list[_Face] = []
    steps = []
    for step in part.steps:
        after = _step(step, kind, old, new)
        if after == step:
            after = _carried(step, faces)
        faces += _moved_faces(step, after)
        steps.append(after)
    return _kept(part, steps)


def moved(part: CadPart, number: int, axis: int, by: float) -> CadPart:
    """The part with one of its steps moved along x, y or z. Raises CodeError."""
    move = by * np.eye(3)[axis]
    steps = [
        placed_step(step, 1.0, move) if k == number else step for k, step in enumerate(part.steps)
    ]
    return _kept(part, steps)


def moved_hole(part: CadPart, number: int, loop: int, axis: int, by: float) -> CadPart:
    """The part with one loop of a step moved along x, y or z. Raises CodeError."""
    step = part.steps[number]
    u, v, _ = PLANES[step.plane]
    du, dv = by * (axis == u), by * (axis == v)
    profile = [
        placed_loop(each, 1.0, du, dv) if k == loop else each for k, each in enumerate(step.profile)
    ]
    steps = list(part.steps)
    steps[number] = replace(step, profile=tuple(profile))
    return _kept(part, steps)


def place(part: CadPart, number: int, loop: int = 0) -> tuple[float, float, float]:
    """Where a loop's middle and its step's start are, from the low corner of the part's box."""
    step = part.steps[number]
    u, v, across = PLANES[step.plane]
    low, _ = body(part.steps, CHECK_SIDES).box
    middle = [0.0, 0.0, 0.0]
    for axis, (least, most) in zip((u, v), _box(step.profile[loop]), strict=True):
        middle[axis] = (least + most) / 2
    middle[across] = step.offset if isinstance(step, Revolve) else step.start
    x, y, z = (float(value) for value in np.array(middle) - low)
    return x, y, z


def _kept(part: CadPart, steps: Sequence[Step]) -> CadPart:
    """A checked part of the same lengths in millimetres, in the middle of the unit cube."""
    after = CadPart(tuple(steps), part.size)
    low, high = check(after).box
    result = normalised(after, part.size * float((high - low).max()))
    check(result)
    return result


def _step(step: Step, kind: str, old: float, new: float) -> Step:
    if isinstance(step, Revolve):  # its lengths have no names
        return step
    u, v, across = PLANES[step.plane]
    start, end = step.start, step.end
    if kind == EXTENT[across] and _same(end - start, old):
        start, end = (end - new, end) if step.plane == "XZ" else (start, start + new)
    names = EXTENT[u], EXTENT[v]
    finishes = tuple(
        replace(each, size=new) if kind == each.kind and _same(each.size, old) else each
        for each in step.finishes
    )
    shell = step.shell
    if shell and kind == "wall" and _same(shell.thickness, old):
        shell = replace(shell, thickness=new)
    profile = tuple(_loop(loop, names, kind, old, new) for loop in step.profile)
    return replace(step, start=start, end=end, profile=profile, finishes=finishes, shell=shell)


def _loop(loop: Loop, names: tuple[str, str], kind: str, old: float, new: float) -> Loop:
    match loop:
        case Circle() if kind == "radius" and _same(loop.radius, old):
            return replace(loop, radius=new)
        case Polygon() if kind == "corner_radius" and _same(loop.radius, old):
            return replace(loop, radius=new)
        case RoundedRectangle() if kind == "rounding" and _same(loop.radius, old):
            return replace(loop, radius=new)
        case Rectangle() | RoundedRectangle() | Slot():
            grow = (new - old) / 2
            if kind == names[0] and _same(loop.u1 - loop.u0, old):
                loop = replace(loop, u0=loop.u0 - grow, u1=loop.u1 + grow)
            if kind == names[1] and _same(loop.v1 - loop.v0, old):
                loop = replace(loop, v0=loop.v0 - grow, v1=loop.v1 + grow)
    return loop


def _carried(step: Step, faces: Sequence[_Face]) -> Step:
    """The step moved along with the faces that it stands on, or that it was cut into."""
    move = np.zeros(3)
    for axis, (low, high) in enumerate(_ranges(step)):
        for face in faces:
            if face.axis != axis or move[axis]:
                continue
            near, far = (low, high) if face.outward > 0 else (high, low)
            cut_in = step.operation != "join" and abs(far - face.at) < _TOUCHING
            if abs(near - face.at) < _TOUCHING or cut_in:
                move[axis] = face.by
    return placed_step(step, 1.0, move) if move.any() else step


def _moved_faces(before: Step, after: Step) -> list[_Face]:
    """The faces of a joined step that are elsewhere now."""
    if before.operation != "join" or after == before:
        return []
    faces = []
    pairs = zip(_ranges(before), _ranges(after), strict=True)
    for axis, ((low, high), (new_low, new_high)) in enumerate(pairs):
        for at, by, outward in ((low, new_low - low, -1), (high, new_high - high, 1)):
            if abs(by) > _SAME:
                faces.append(_Face(axis, at, by, outward))
    return faces


def _ranges(step: Step) -> tuple[Range, Range, Range]:
    """Along x, y and z; of what is revolved, its profile alone."""
    u, v, across = PLANES[step.plane]
    found: list[Range] = [(0.0, 0.0)] * 3
    found[u], found[v] = _box(step.profile[0])
    ends = (step.start, step.end) if isinstance(step, Extrude) else (step.offset,) * 2
    found[across] = ends
    return found[0], found[1], found[2]


def _box(loop: Loop) -> tuple[Range, Range]:
    points = outline(loop, _SIDES).points
    low, high = points.min(axis=0), points.max(axis=0)
    return (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))


def _same(one: float, other: float) -> bool:
    return abs(one - other) < _SAME
