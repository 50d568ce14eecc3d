"""Parts turned and mirrored so that the unit cube is itself again: 48 ways, no number changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations, product

from geometry.cad_parts.part import PLANES, Extrude, Plane
from geometry.sketch.loops import (
    Arc,
    Circle,
    Line,
    Loop,
    Path,
    Point,
    Polygon,
    Rectangle,
    RoundedRectangle,
    Slot,
)

#: Where each axis goes, and whether it is turned around.
Symmetry = tuple[tuple[int, int, int], tuple[bool, bool, bool]]
SYMMETRIES: tuple[Symmetry, ...] = tuple(
    (order, flips)  # type: ignore[misc]
    for order in permutations(range(3))
    for flips in product((False, True), repeat=3)
)
_PLANE_ACROSS: dict[int, Plane] = {axes[2]: plane for plane, axes in PLANES.items()}


def symmetric(step: Extrude, symmetry: Symmetry) -> Extrude:
    """The image of a plain extrusion in the unit cube."""
    order, flips = symmetry
    u, v, across = PLANES[step.plane]
    plane = _PLANE_ACROSS[order[across]]
    new_u, _, _ = PLANES[plane]
    swapped = order[u] != new_u

    def image(point: Point) -> Point:
        a = 1 - point[0] if flips[u] else point[0]
        b = 1 - point[1] if flips[v] else point[1]
        return (b, a) if swapped else (a, b)

    start, end = step.start, step.end
    if flips[across]:
        start, end = 1 - end, 1 - start
    turns = (swapped, flips[u], flips[v])
    profile = tuple(_image(loop, image, turns) for loop in step.profile)
    return replace(step, plane=plane, start=start, end=end, profile=profile)


def _image(loop: Loop, image: Callable[[Point], Point], turns: tuple[bool, bool, bool]) -> Loop:
    match loop:
        case Rectangle() | RoundedRectangle() | Slot():
            (a, b), (c, d) = image((loop.u0, loop.v0)), image((loop.u1, loop.v1))
            return replace(loop, u0=min(a, c), v0=min(b, d), u1=max(a, c), v1=max(b, d))
        case Circle():
            u, v = image((loop.u, loop.v))
            return Circle(u, v, loop.radius)
        case Polygon():
            u, v = image((loop.u, loop.v))
            swapped, over_u, over_v = turns
            turn = loop.turn
            turn = 180 - turn if over_u else turn
            turn = -turn if over_v else turn
            turn = 90 - turn if swapped else turn
            return replace(loop, u=u, v=v, turn=turn % (360 / loop.corners))
        case Path():
            return _path(loop, image, sum(turns) % 2 == 1)


def _path(path: Path, image: Callable[[Point], Point], mirrored: bool) -> Path:
    """Counter-clockwise, from its lowest corner, of those the one to the left."""
    corners = [image((path.u, path.v)), *(image((s.u, s.v)) for s in path.segments)]
    middles = [image((s.um, s.vm)) if isinstance(s, Arc) else None for s in path.segments]
    if corners[0] == corners[-1]:
        corners = corners[:-1]
    else:
        middles.append(None)
    if mirrored:
        corners, middles = corners[::-1], [*middles[-2::-1], middles[-1]]
    lowest = min(range(len(corners)), key=lambda k: (round(corners[k][1], 6), corners[k][0]))
    corners = corners[lowest:] + corners[:lowest]
    middles = middles[lowest:] + middles[:lowest]
    segments: list[Line | Arc] = []
    for middle, end in zip(middles, corners[1:] + corners[:1], strict=True):
        segments.append(Line(*end) if middle is None else Arc(*middle, *end))
    if isinstance(segments[-1], Line):
        segments = segments[:-1]
    return Path(*corners[0], tuple(segments))
