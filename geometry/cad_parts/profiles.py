"""Made-up sketches: outlines within a box, and holes within an outline."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

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
from geometry.sketch.outline import outline

Rng = np.random.Generator


@dataclass(frozen=True)
class Box:
    u0: float
    v0: float
    u1: float
    v1: float

    @property
    def width(self) -> float:
        return self.u1 - self.u0

    @property
    def height(self) -> float:
        return self.v1 - self.v0

    @property
    def middle(self) -> Point:
        return (self.u0 + self.u1) / 2, (self.v0 + self.v1) / 2


def outer_loop(rng: Rng, box: Box) -> Loop:
    """A simple outline in a box; round ones and regular ones are in the middle of it."""
    kind = rng.choice(6, p=(0.33, 0.43, 0.07, 0.08, 0.05, 0.04))
    radius = min(box.width, box.height) / 2
    if kind == 0:
        return Circle(*box.middle, radius)
    if kind == 2:
        rounding = radius * float(rng.uniform(0.1, 0.8))
        return RoundedRectangle(box.u0, box.v0, box.u1, box.v1, rounding)
    if kind == 3 and max(box.width, box.height) > 1.25 * 2 * radius:
        return Slot(box.u0, box.v0, box.u1, box.v1)
    if kind == 4:
        corners = int(rng.choice((6, 3, 5, 8), p=(0.7, 0.12, 0.08, 0.1)))
        turn = float(rng.choice((0, 90 / corners, 180 / corners, 30)))
        return Polygon(*box.middle, radius, corners, turn)
    if kind == 5:
        return _angular(rng, box)
    return Rectangle(box.u0, box.v0, box.u1, box.v1)


def open_profile(rng: Rng, box: Box) -> Loop:
    """What is extruded to make brackets, rails and levers."""
    kind = int(rng.integers(9))
    w, h = (float(x) for x in rng.uniform(0.12, 0.5, 2))
    if kind == 0:  # L
        points = [(0, 0), (1, 0), (1, h), (w, h), (w, 1), (0, 1)]
    elif kind == 1:  # U
        w = min(w, 0.4)
        points = [(0, 0), (1, 0), (1, 1), (1 - w, 1), (1 - w, h), (w, h), (w, 1), (0, 1)]
    elif kind == 2:  # T
        a, b = 0.5 - w / 2, 0.5 + w / 2
        points = [(a, 0), (b, 0), (b, 1 - h), (1, 1 - h), (1, 1), (0, 1), (0, 1 - h), (a, 1 - h)]
    elif kind == 3:  # Z
        points = [(0, 0), (0.5 + w / 2, 0), (0.5 + w / 2, 1 - h), (1, 1 - h), (1, 1)]
        points += [(0.5 - w / 2, 1), (0.5 - w / 2, h), (0, h)]
    elif kind == 4:  # steps
        points = [(0, 0), (1, 0), (1, h), (1 - w, h), (1 - w, (1 + h) / 2), (w, (1 + h) / 2)]
        points += [(w, 1), (0, 1)]
    elif kind == 5:  # I
        a, b, h = 0.5 - w / 2, 0.5 + w / 2, min(h, 0.4)
        points = [(0, 0), (1, 0), (1, h), (b, h), (b, 1 - h), (1, 1 - h), (1, 1), (0, 1)]
        points += [(0, 1 - h), (a, 1 - h), (a, h), (0, h)]
    elif kind == 6:
        return _round_ended(rng, box)
    elif kind == 7:
        return _notched(rng, box)
    else:
        return _angular(rng, box)
    return _path(_turned(rng, points), box)


def _turned(rng: Rng, points: list[Point]) -> list[Point]:
    """The unit square's points after a quarter turn or a mirror image."""
    for _ in range(int(rng.integers(4))):
        points = [(1 - v, u) for u, v in points]
    if rng.random() < 0.5:
        points = [(1 - u, v) for u, v in points][::-1]
    return points


def _path(points: list[Point], box: Box) -> Path:
    placed = [(box.u0 + u * box.width, box.v0 + v * box.height) for u, v in points]
    lowest = min(range(len(placed)), key=lambda k: (placed[k][1], placed[k][0]))
    first, *others = placed[lowest:] + placed[:lowest]
    return Path(*first, tuple(Line(*point) for point in others))


def _angular(rng: Rng, box: Box) -> Loop:
    """A rectangle with some corners cut off, a trapezoid, a triangle or an uneven polygon."""
    kind = int(rng.integers(4))
    a, b = (float(x) for x in rng.uniform(0.1, 0.45, 2))
    if kind == 0:
        points = [(0, 0), (1, 0), (1, 1 - b), (1 - a, 1), (0, 1)]
        if rng.random() < 0.5:
            points = [*points[:-1], (a, 1), (0, 1 - b)]
    elif kind == 1:
        points = [(0, 0), (1, 0), (1 - a, 1), (a * float(rng.integers(2)), 1)]
    elif kind == 2:
        points = [(0, 0), (1, 0), (float(rng.choice((0, 0.5, 1))), 1)]
    else:
        count = int(rng.integers(5, 9))
        angles = np.sort(2 * np.pi * (np.arange(count) + rng.uniform(-0.3, 0.3, count)) / count)
        size = rng.uniform(0.32, 0.5, count)
        points = [
            (0.5 + float(r * math.cos(t)), 0.5 + float(r * math.sin(t)))
            for r, t in zip(size, angles, strict=True)
        ]
    return _path(_turned(rng, points), box)


def _round_ended(rng: Rng, box: Box) -> Loop:
    """A plate with one half-round end, as of levers and bearing blocks."""
    u0, v0, u1, v1 = box.u0, box.v0, box.u1, box.v1
    if box.height > box.width:
        r, m = box.width / 2, (u0 + u1) / 2
        if rng.random() < 0.5:
            return Path(u0, v0, (Line(u1, v0), Line(u1, v1 - r), Arc(m, v1, u0, v1 - r)))
        return Path(u0, v0 + r, (Arc(m, v0, u1, v0 + r), Line(u1, v1), Line(u0, v1)))
    r, m = box.height / 2, (v0 + v1) / 2
    if rng.random() < 0.5:
        return Path(u0, v0, (Line(u1 - r, v0), Arc(u1, m, u1 - r, v1), Line(u0, v1)))
    return Path(u0 + r, v0, (Line(u1, v0), Line(u1, v1), Line(u0 + r, v1), Arc(u0, m, u0 + r, v0)))


def _notched(rng: Rng, box: Box) -> Loop:
    """A rectangle with a half-round notch in a side, or a half disc."""
    u0, v0, u1, v1 = box.u0, box.v0, box.u1, box.v1
    middle, r = (u0 + u1) / 2, min(box.width * float(rng.uniform(0.15, 0.42)), box.height * 0.8)
    if rng.random() < 0.35:
        r = min(box.width / 2, box.height)
        return Path(middle - r, v0, (Line(middle + r, v0), Arc(middle, v0 + r, middle - r, v0)))
    top = (Line(middle + r, v1), Arc(middle, v1 - r, middle - r, v1), Line(u0, v1))
    low = (Line(middle - r, v0), Arc(middle, v0 + r, middle + r, v0), Line(u1, v0))
    if rng.random() < 0.5:
        return Path(u0, v0, (Line(u1, v0), Line(u1, v1), *top))
    return Path(u0, v0, (*low, Line(u1, v1), Line(u0, v1)))


def holes(rng: Rng, outer: Loop, chance: float) -> list[Loop]:
    """Holes for an outline, by `chance`: one in the middle, rows, rings, corners."""
    if rng.random() > chance:
        return []
    points = outline(outer, 24).points
    (u0, v0), (u1, v1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    box = Box(u0, v0, u1, v1)
    shorter = min(box.width, box.height)
    u, v = box.middle
    round_one = isinstance(outer, (Circle, Polygon))
    kind = rng.random()
    found: list[Loop] = []
    if kind < 0.5:
        found.append(_middle_hole(rng, outer, box))
    if kind > 0.42:
        r = shorter * float(rng.uniform(0.02, 0.09))
        if round_one:
            count = int(rng.choice((2, 3, 4, 6, 8), p=(0.1, 0.2, 0.4, 0.2, 0.1)))
            ring = shorter * float(rng.uniform(0.28, 0.42))
            first = float(rng.choice((0, 0.5))) * math.tau / count
            for k in range(count):
                angle = first + math.tau * k / count
                found.append(Circle(u + ring * math.cos(angle), v + ring * math.sin(angle), r))
        elif rng.random() < 0.55:
            edge = r + shorter * float(rng.uniform(0.04, 0.18))
            for cu in (u0 + edge, u1 - edge):
                found += [Circle(cu, cv, r) for cv in (v0 + edge, v1 - edge)]
        else:
            count = int(rng.integers(1, 5))
            r = shorter * float(rng.uniform(0.05, 0.28))
            along = [(k + 1) / (count + 1) for k in range(count)]
            if count == 2:
                along = [0.0 + (t := float(rng.uniform(0.12, 0.35))), 1 - t]
            for t in along:
                if box.width >= box.height:
                    found.append(Circle(u0 + t * box.width, v, r))
                else:
                    found.append(Circle(u, v0 + t * box.height, r))
    return _without_conflicts(outer, found)


def inner_loop(loop: Loop, wall: float) -> Loop | None:
    """The same shape with a wall of this thickness around it; None for paths."""
    match loop:
        case Rectangle(u0, v0, u1, v1):
            return Rectangle(u0 + wall, v0 + wall, u1 - wall, v1 - wall)
        case RoundedRectangle(u0, v0, u1, v1, radius):
            if radius <= 1.2 * wall:
                return Rectangle(u0 + wall, v0 + wall, u1 - wall, v1 - wall)
            corners = u0 + wall, v0 + wall, u1 - wall, v1 - wall
            return RoundedRectangle(*corners, radius - wall)
        case Slot(u0, v0, u1, v1):
            return Slot(u0 + wall, v0 + wall, u1 - wall, v1 - wall)
        case Circle(u, v, radius):
            return Circle(u, v, radius - wall)
        case Polygon(u, v, radius, corners_count, turn):
            apothem = math.cos(math.pi / corners_count)
            return Polygon(u, v, radius - wall / apothem, corners_count, turn)
    return None


def _middle_hole(rng: Rng, outer: Loop, box: Box) -> Loop:
    u, v = box.middle
    shorter = min(box.width, box.height)
    kind = rng.random()
    if kind < 0.6 or isinstance(outer, Path):
        return Circle(u, v, shorter / 2 * float(rng.uniform(0.1, 0.92)))
    if kind < 0.85 and not isinstance(outer, Circle):  # a frame
        wall = shorter / 2 * float(rng.uniform(0.06, 0.6))
        return Rectangle(box.u0 + wall, box.v0 + wall, box.u1 - wall, box.v1 - wall)
    half = shorter / 2 * rng.uniform(0.15, 0.6, 2)
    if kind < 0.92:
        return Polygon(u, v, float(half[0]), 6, float(rng.choice((0, 30))))
    return Rectangle(u - float(half[0]), v - float(half[1]), u + float(half[0]), v + float(half[1]))


def _without_conflicts(outer: Loop, found: list[Loop]) -> list[Loop]:
    """Those of the holes that lie inside and apart from the earlier ones."""
    from geometry.cad_parts.rules import APART
    from geometry.sketch.checks import SIDES, are_apart, fits_inside

    border = outline(outer, SIDES).points
    kept: list[Loop] = []
    for loop in found:
        points = outline(loop, SIDES).points
        if fits_inside(border, points, 2 * APART) and all(
            are_apart(outline(other, SIDES).points, points, 2 * APART) for other in kept
        ):
            kept.append(loop)
    return kept
