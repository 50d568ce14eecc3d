"""When a part is one that every CAD kernel builds: simple loops, apart; steps that count.

Whoever makes parts up, decodes them or moves their numbers asks here after each change: what passes
is one closed solid.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

import manifold3d
import numpy as np

from geometry.cad_parts.body import Body, body
from geometry.cad_parts.moving import placed_step
from geometry.cad_parts.numbers import jittered
from geometry.cad_parts.part import LEVEL, CadPart, Extrude, Grid, Revolve, Ring, Step
from geometry.cad_parts.tool import tool
from geometry.errors import CodeError
from geometry.sketch.checks import SIDES, are_apart, fits_inside, is_simple
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
    sagitta,
)
from geometry.sketch.outline import outline

THINNEST = LEVEL / 2  # an extrusion, the side of a loop
SMALLEST_RADIUS = LEVEL / 2
APART = LEVEL / 2  # loops of a profile
FLATTEST = 0.75 * LEVEL  # sagitta of an arc; below it is a line
LEAST_CHANGE = 0.0008  # of the volume, by a step
MOST_STEPS = 60
MOST_LOOPS = 200
MOST_SEGMENTS = 400
MOST_COPIES = 400
MOST_CORNERS = 64
_DOUBT = LEVEL / 4  # of every number, up or down
_HAIR = LEVEL / 16
_JITTERS = 3
CHECK_SIDES = 32  # of a circle while a body is checked

Fault = tuple[str, str, str]  # where, found, valid


def check(part: CadPart) -> Body:
    """The body of a part that keeps the rules. Raises CodeError."""
    if fault := first_fault(part.steps):
        raise CodeError(*fault)
    return body(part.steps, CHECK_SIDES)


def first_fault(steps: tuple[Step, ...]) -> Fault | None:
    """What is wrong with a part's steps; None where nothing is."""
    if not steps:
        return "Part, 'sequence'", "an empty list", "a list of at least one step"
    for number, step in enumerate(steps, 1):
        where = f"Part, step {number} ({step.operation})"
        if number == 1 and step.operation != "join":
            return where, step.operation, "'join' as the first operation"
        if fault := step_fault(step, where) or _body_fault(steps[:number], where):
            return fault
    return None


def keeps(steps: tuple[Step, ...]) -> bool:
    """Whether there is a body that keeps the rules."""
    return bool(steps) and first_fault(steps) is None


def keeps_for_kernels(steps: tuple[Step, ...]) -> bool:
    """Whether the body keeps the rules, and its topology does not change by a hair.

    Where a corner or a wall barely touches another, kernels find a sliver that our meshes have not,
    or the other way round.
    """
    if not keeps(steps):
        return False
    made = body(steps, CHECK_SIDES).manifold
    genus = made.genus()
    return _has_no_neck(made) and all(
        keeps(other) and body(other, CHECK_SIDES).manifold.genus() == genus
        for other in (jittered(steps, _DOUBT, seed) for seed in range(_JITTERS))
    )


def _has_no_neck(made: manifold3d.Manifold) -> bool:
    """Whether it stays one piece with the same holes when a hair is taken off all around.

    Equal numbers are jittered together, so that pieces which share no more than an edge go on
    sharing it; to a kernel they are two.
    """
    thinner = made
    for shift in product((-_HAIR, _HAIR), repeat=3):
        thinner ^= made.translate(shift)
    return len(thinner.decompose()) == 1 and bool(thinner.genus() == made.genus())


@lru_cache(maxsize=20_000)
def step_fault(step: Step, where: str = "the step") -> Fault | None:
    """What is wrong with a step alone."""
    if isinstance(step, Extrude):
        if not step.end - step.start >= THINNEST:
            found = f"from {step.start:g} to {step.end:g}"
            return where, found, f"'to' above 'from' by at least {THINNEST:.4f}"
        if isinstance(step.pattern, (Grid, Ring)) and (fault := _pattern_fault(step, where)):
            return fault
    elif not 1 <= step.angle <= 360:
        return where, f"an angle of {step.angle:g}", "1 to 360 degrees"
    for loop in step.profile:
        if fault := loop_fault(loop, where):
            return fault
    outer, *holes = (outline(loop, SIDES).points for loop in step.profile)
    if isinstance(step, Revolve) and holes:
        return where, f"{len(holes)} holes in a revolved profile", "one loop"
    for hole in holes:
        if not fits_inside(outer, hole, APART):
            return where, "a hole that is not within the outline", "holes inside, apart from it"
    for number, hole in enumerate(holes):
        if any(not are_apart(hole, other, APART) for other in holes[:number]):
            return where, "holes that meet", f"holes at least {APART:.4f} apart"
    try:
        tool(step, CHECK_SIDES)
    except CodeError as error:
        return f"{where}, {error.where}", error.found, error.valid
    return None


@lru_cache(maxsize=20_000)
def loop_fault(loop: Loop, where: str = "the loop") -> Fault | None:
    """What is wrong with a loop alone."""
    match loop:
        case Rectangle(u0, v0, u1, v1) | Slot(u0, v0, u1, v1) | RoundedRectangle(u0, v0, u1, v1):
            if u1 - u0 < THINNEST or v1 - v0 < THINNEST:
                return where, f"sides of {u1 - u0:g} and {v1 - v0:g}", f"at least {THINNEST:.4f}"
            if isinstance(loop, Slot) and abs((u1 - u0) - (v1 - v0)) < THINNEST / 2:
                return where, "a slot as long as wide", "a circle, or a longer slot"
            if isinstance(loop, RoundedRectangle) and not (
                SMALLEST_RADIUS <= loop.radius <= min(u1 - u0, v1 - v0) / 2 - THINNEST / 4
            ):
                return where, f"a corner radius of {loop.radius:g}", "less than half a side"
        case Circle(_, _, radius) | Polygon(_, _, radius):
            if radius < SMALLEST_RADIUS:
                return where, f"a radius of {radius:g}", f"at least {SMALLEST_RADIUS:.4f}"
            if isinstance(loop, Polygon) and not 3 <= loop.corners <= MOST_CORNERS:
                return where, f"{loop.corners} corners", f"3 to {MOST_CORNERS}"
        case Path():
            return _path_fault(loop, where)
    return None


def _path_fault(path: Path, where: str) -> Fault | None:
    here = (path.u, path.v)
    for segment in path.segments:
        there = (segment.u, segment.v)
        if max(abs(there[0] - here[0]), abs(there[1] - here[1])) < THINNEST:
            return where, "a segment without length", f"at least {THINNEST:.4f}"
        if isinstance(segment, Arc) and sagitta(here, (segment.um, segment.vm), there) < (
            FLATTEST * (1 - 1e-6)
        ):
            return where, "an arc that is nearly a line", "a line"
        here = there
    if len(path.segments) < 2 or not is_simple(outline(path, SIDES).points):
        return where, "a path that crosses itself or bounds no area", "a simple loop"
    return None


def _pattern_fault(step: Extrude, where: str) -> Fault | None:
    pattern = step.pattern
    if isinstance(pattern, Ring):
        valid = 2 <= pattern.count <= MOST_COPIES
        found = f"a ring of {pattern.count}"
    else:
        assert isinstance(pattern, Grid)
        valid = min(pattern.columns, pattern.rows) >= 1 and (
            2 <= pattern.columns * pattern.rows <= MOST_COPIES
        )
        found = f"a grid of {pattern.columns} by {pattern.rows}"
    return None if valid else (where, found, f"2 to {MOST_COPIES} copies")


def _body_fault(steps: tuple[Step, ...], where: str) -> Fault | None:
    try:
        made = body(steps, CHECK_SIDES)
    except CodeError as error:
        return f"{where}, {error.where}", error.found, error.valid
    if made.manifold.is_empty() or made.volume <= 0:
        return where, "nothing left of the body", "a step that leaves some"
    if made.pieces != 1:
        return where, f"{made.pieces} separate pieces", "one solid"
    if len(steps) > 1:
        before = body(steps[:-1], CHECK_SIDES).volume
        if abs(made.volume - before) < LEAST_CHANGE * before:
            return where, "a step that changes nothing", "one that adds or takes away something"
    return None


def tidied(loop: Loop) -> Loop:
    """A loop in its canonical form: flat arcs are lines, a slot as long as wide is a circle."""
    if isinstance(loop, Slot):
        width, height = loop.u1 - loop.u0, loop.v1 - loop.v0
        if abs(width - height) < THINNEST:
            return Circle((loop.u0 + loop.u1) / 2, (loop.v0 + loop.v1) / 2, min(width, height) / 2)
    if not isinstance(loop, Path):
        return loop
    here = (loop.u, loop.v)
    segments: list[Line | Arc] = []
    for segment in loop.segments:
        there = (segment.u, segment.v)
        if isinstance(segment, Arc) and sagitta(here, (segment.um, segment.vm), there) < FLATTEST:
            segment = Line(*there)
        if max(abs(there[0] - here[0]), abs(there[1] - here[1])) >= THINNEST:
            segments.append(segment)
            here = there
    return Path(loop.u, loop.v, tuple(segments))


def normalised(part: CadPart, size: float | None = None) -> CadPart:
    """The same part in the middle of the unit cube, its largest extent the whole side."""
    low, high = body(part.steps, CHECK_SIDES).box
    extent = float((high - low).max())
    move: np.ndarray = 0.5 - (low + high) / 2 / extent
    steps = tuple(placed_step(step, 1 / extent, move) for step in part.steps)
    return CadPart(steps, part.size if size is None else size)
