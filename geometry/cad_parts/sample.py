"""Made-up machined parts, in the proportions in which people model them.

Counted over 7,683 published programs: 57 % have one extrusion, 18, 12, 7 and 6 % two, three, four
and more; 99 % of the planes are principal ones; 44 % of the loops are circles and 36 % four-gons.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from geometry.cad_parts.body import body
from geometry.cad_parts.moving import placed_loop
from geometry.cad_parts.numbers import LENGTH, numbers_of
from geometry.cad_parts.part import LEVEL, PLANES, CadPart, Extrude, Plane, Step
from geometry.cad_parts.profiles import Box, holes, inner_loop, open_profile, outer_loop
from geometry.cad_parts.rules import (
    CHECK_SIDES,
    first_fault,
    keeps,
    keeps_for_kernels,
    normalised,
)
from geometry.cad_parts.tokens import rounded_step
from geometry.sketch.loops import Loop, Rectangle
from geometry.sketch.outline import outline

Rng = np.random.Generator

#: How many steps a part has: 1, 2, 3, 4, 5 to 8.
STEPS = (0.57, 0.18, 0.12, 0.07, 0.06)
MOST_STEPS = 8
_TRIES = 12  # at a step before the part goes on without it


def sample(rng: Rng) -> CadPart:
    """A new part that keeps all rules, its numbers on the 256 levels of tokens."""
    wanted = 1 + int(rng.choice(len(STEPS), p=STEPS))
    if wanted > 4:
        wanted = int(rng.integers(5, MOST_STEPS + 1))
    steps: tuple[Step, ...] = ()
    while not steps:
        first = _first(rng)
        if first is not None and keeps((first,)):
            steps = normalised(CadPart((first,))).steps
    for _ in range(_TRIES * (wanted - 1)):
        if len(steps) >= wanted:
            break
        steps = _with_another(rng, steps, wanted)
    part = normalised(CadPart(steps))
    if all(_is_inside(step) for step in part.steps):
        rounded = CadPart(tuple(rounded_step(step) for step in part.steps))
        if keeps_for_kernels(rounded.steps):
            return rounded
    return sample(rng)


def _is_inside(step: Step) -> bool:
    """Whether all its positions are in the unit cube, give or take half a level."""
    numbers = numbers_of((step,))
    positions = numbers.values[numbers.kinds < LENGTH]
    return bool(((positions > -LEVEL / 2) & (positions < 1 + LEVEL / 2)).all())


def _first(rng: Rng) -> Extrude | None:
    plane: Plane = ("XY", "XZ", "YZ")[rng.choice(3, p=(0.52, 0.26, 0.22))]
    aspect = float(np.exp(rng.normal(0, 0.55)))
    width, height = (1.0, aspect) if aspect <= 1 else (1 / aspect, 1.0)
    kind = rng.random()
    if kind < 0.45:  # a plate
        depth = float(np.exp(rng.uniform(math.log(0.02), math.log(0.25))))
    elif kind < 0.8:  # a block
        depth = float(np.exp(rng.uniform(math.log(0.2), math.log(1.3))))
    else:  # a bar or a shaft
        depth = float(np.exp(rng.uniform(math.log(1.2), math.log(10.0))))
    box = Box(0.5 - width / 2, 0.5 - height / 2, 0.5 + width / 2, 0.5 + height / 2)
    outer = open_profile(rng, box) if rng.random() < 0.24 else outer_loop(rng, box)
    inner = holes(rng, outer, 0.5)
    return Extrude("join", plane, 0.0, depth, (outer, *inner))


def _with_another(rng: Rng, steps: tuple[Step, ...], wanted: int) -> tuple[Step, ...]:
    """The steps and one more, or two where they are a symmetric pair; the same where none fits."""
    another = _boss(rng, steps) if rng.random() < 0.52 else _cut(rng, steps)
    if another is None:
        return steps
    longer = (*steps, another)
    if first_fault((*steps, another)) is not None:
        return steps
    if len(longer) < wanted and rng.random() < 0.4:
        mirrored = _mirrored(rng, longer)
        if first_fault(mirrored) is None:
            return mirrored
    return longer


def _bounds(loop: Loop) -> Box:
    points = outline(loop, 24).points
    (u0, v0), (u1, v1) = points.min(axis=0), points.max(axis=0)
    return Box(float(u0), float(v0), float(u1), float(v1))


def _boss(rng: Rng, steps: tuple[Step, ...]) -> Extrude | None:
    """Something that stands on a face, flush with it."""
    low, high = body(steps, CHECK_SIDES).box
    base = steps[rng.integers(len(steps))] if rng.random() < 0.5 else steps[0]
    assert isinstance(base, Extrude)
    if rng.random() < 0.68:  # on an end of an extrusion, within its outline
        plane = base.plane
        bounds = _bounds(base.profile[0])
        upwards = rng.random() < 0.75
        start = base.end if upwards else base.start
    else:  # on a side of the whole
        plane = ("XY", "XZ", "YZ")[rng.integers(3)]
        u, v, across = PLANES[plane]
        bounds = Box(float(low[u]), float(low[v]), float(high[u]), float(high[v]))
        upwards = rng.random() < 0.7
        start = float(high[across] if upwards else low[across])
    height = float(np.exp(rng.uniform(math.log(0.03), math.log(0.9))))
    part = _within(rng, bounds)
    if part is None:
        return None
    outer = outer_loop(rng, part) if rng.random() < 0.9 else open_profile(rng, part)
    inner = holes(rng, outer, 0.3)
    if rng.random() < 0.25:  # from within the body, as people do
        sunk = float(rng.uniform(0.2, 1)) * (base.end - base.start)
        first, last = (start - sunk, start + height) if upwards else (start - height, start + sunk)
    else:
        first, last = (start, start + height) if upwards else (start - height, start)
    return Extrude("join", plane, first, last, (outer, *inner))


def _cut(rng: Rng, steps: tuple[Step, ...]) -> Extrude | None:
    """A bore, a pocket or a notch from one face, through the body or into it."""
    if rng.random() < 0.14:
        return _hollow(rng, steps)
    low, high = body(steps, CHECK_SIDES).box
    base = steps[rng.integers(len(steps))]
    assert isinstance(base, Extrude)
    plane: Plane = base.plane if rng.random() < 0.5 else ("XY", "XZ", "YZ")[rng.integers(3)]
    u, v, across = PLANES[plane]
    if plane == base.plane and rng.random() < 0.6:
        bounds = _bounds(base.profile[0])
        first, last = base.start, base.end
    else:
        bounds = Box(float(low[u]), float(low[v]), float(high[u]), float(high[v]))
        first, last = float(low[across]), float(high[across])
    if rng.random() < 0.45:  # into it
        depth = float(rng.uniform(0.1, 0.9)) * (last - first)
        first, last = (last - depth, last) if rng.random() < 0.75 else (first, first + depth)
    part = _within(rng, bounds)
    if part is None:
        return None
    if rng.random() < 0.3:  # a notch is open at a side
        part = _to_border(rng, part, bounds)
    outer = outer_loop(rng, part)
    if isinstance(outer, Rectangle) and rng.random() < 0.08:
        outer = open_profile(rng, part)
    return Extrude("cut", plane, first, last, (outer,))


def _hollow(rng: Rng, steps: tuple[Step, ...]) -> Extrude | None:
    """What makes a tray, a box or a cup of an extrusion."""
    base = steps[0]
    assert isinstance(base, Extrude)
    bounds = _bounds(base.profile[0])
    wall = min(bounds.width, bounds.height) * float(rng.uniform(0.02, 0.2))
    inner = inner_loop(base.profile[0], wall)
    if inner is None:
        return None
    floor = wall if rng.random() < 0.6 else float(rng.uniform(0.1, 0.7)) * (base.end - base.start)
    if floor >= base.end - base.start:
        return None
    first, last = base.start + floor, base.end
    if rng.random() < 0.25:
        first, last = base.start, base.end - floor
    return Extrude("cut", base.plane, first, last, (inner,))


def _within(rng: Rng, bounds: Box) -> Box | None:
    """A box inside another one: all of it, in the middle, at a border, or anywhere."""
    width, height = bounds.width, bounds.height
    if min(width, height) < 4 * LEVEL:
        return None
    if rng.random() < 0.12:
        return bounds
    across, along = rng.uniform(0.12, 0.95, 2)
    if rng.random() < 0.3:
        across = 1.0
    if rng.random() < 0.2:
        along = 1.0
    if rng.random() < 0.35:  # as wide as high
        side = min(across * width, along * height)
        across, along = side / width, side / height
    places = []
    for free in (1 - across, 1 - along):
        kind = rng.random()
        places.append(
            0.5 * free
            if kind < 0.5
            else free * float(rng.integers(2))
            if kind < 0.75
            else float(rng.uniform(0, free))
        )
    u0, v0 = bounds.u0 + places[0] * width, bounds.v0 + places[1] * height
    return Box(u0, v0, u0 + across * width, v0 + along * height)


def _to_border(rng: Rng, part: Box, bounds: Box) -> Box:
    match int(rng.integers(4)):
        case 0:
            return replace(part, u0=bounds.u0)
        case 1:
            return replace(part, u1=bounds.u1)
        case 2:
            return replace(part, v0=bounds.v0)
        case _:
            return replace(part, v1=bounds.v1)


def _mirrored(rng: Rng, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps and the last one's image at the other side of the first one's middle."""
    last = steps[-1]
    assert isinstance(last, Extrude)
    low, high = body(steps[:-1], CHECK_SIDES).box
    middle = low + high
    u, v, across = PLANES[last.plane]
    profile, start, end = last.profile, last.start, last.end
    which = rng.integers(3)
    if which == 2:
        start, end = float(middle[across]) - end, float(middle[across]) - start
    else:
        bounds = _bounds(profile[0])
        du = float(middle[u]) - bounds.u0 - bounds.u1 if which == 0 else 0.0
        dv = float(middle[v]) - bounds.v0 - bounds.v1 if which == 1 else 0.0
        profile = tuple(placed_loop(loop, 1.0, du, dv) for loop in profile)
    return (*steps, replace(last, profile=profile, start=start, end=end))
