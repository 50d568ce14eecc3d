"""The loops of a sketch as values, and the lines and arcs that each of them consists of.

All lengths are in the unit of the sketch, u to the right and v upwards; every loop runs
counter-clockwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

Point = tuple[float, float]


@dataclass(frozen=True)
class Rectangle:
    """Sides along u and v, from the lower left corner to the upper right one."""

    u0: float
    v0: float
    u1: float
    v1: float


@dataclass(frozen=True)
class RoundedRectangle:
    """A rectangle whose corners are quarter circles; radius: below half of the shorter side."""

    u0: float
    v0: float
    u1: float
    v1: float
    radius: float


@dataclass(frozen=True)
class Slot:
    """A rectangle whose shorter sides are half circles."""

    u0: float
    v0: float
    u1: float
    v1: float


@dataclass(frozen=True)
class Circle:
    u: float
    v: float
    radius: float


@dataclass(frozen=True)
class Polygon:
    """A regular one. radius: to its corners; turn: degrees from u to the first corner."""

    u: float
    v: float
    radius: float
    corners: int
    turn: float = 0.0


@dataclass(frozen=True)
class Line:
    """To a point, from where the path is."""

    u: float
    v: float


@dataclass(frozen=True)
class Arc:
    """To a point, through another one."""

    um: float
    vm: float
    u: float
    v: float


@dataclass(frozen=True)
class Path:
    """Lines and arcs from a point; the end is joined to the start by a line where they differ."""

    u: float
    v: float
    segments: tuple[Line | Arc, ...]


Loop: TypeAlias = Rectangle | RoundedRectangle | Slot | Circle | Polygon | Path


@dataclass(frozen=True)
class Straight:
    """A line from one point to another."""

    start: Point
    end: Point


@dataclass(frozen=True)
class Curved:
    """An arc of a circle. sweep: radians from its start, counter-clockwise where positive."""

    start: Point
    end: Point
    centre: Point
    radius: float
    begins: float
    sweep: float

    def at(self, fraction: float) -> Point:
        angle = self.begins + fraction * self.sweep
        u, v = self.centre
        return u + self.radius * math.cos(angle), v + self.radius * math.sin(angle)


Piece: TypeAlias = Straight | Curved


def pieces(loop: Loop) -> list[Piece]:
    """The lines and arcs of a loop in order; of a path in the direction that it was drawn in."""
    match loop:
        case Rectangle(u0, v0, u1, v1):
            return _straights([(u0, v0), (u1, v0), (u1, v1), (u0, v1)])
        case RoundedRectangle(u0, v0, u1, v1, radius):
            return _rounded(u0, v0, u1, v1, radius)
        case Slot(u0, v0, u1, v1):
            return _rounded(u0, v0, u1, v1, min(u1 - u0, v1 - v0) / 2)
        case Circle(u, v, radius):
            start = (u + radius, v)
            return [Curved(start, start, (u, v), radius, 0.0, math.tau)]
        case Polygon():
            return _straights(polygon_corners(loop))
        case Path():
            return _path(loop)


def polygon_corners(polygon: Polygon) -> list[Point]:
    """Counter-clockwise from the first one."""
    angles = [
        math.radians(polygon.turn) + math.tau * k / polygon.corners for k in range(polygon.corners)
    ]
    u, v, radius = polygon.u, polygon.v, polygon.radius
    return [(u + radius * math.cos(a), v + radius * math.sin(a)) for a in angles]


def through(start: Point, middle: Point, end: Point) -> Curved | None:
    """The arc through three points; None where they lie on a line."""
    (au, av), (bu, bv), (cu, cv) = start, middle, end
    double = 2 * (au * (bv - cv) + bu * (cv - av) + cu * (av - bv))
    longest = max(math.dist(start, middle), math.dist(middle, end), math.dist(start, end))
    if abs(double) < 1e-9 * longest**2 or longest == 0:
        return None
    a, b, c = au * au + av * av, bu * bu + bv * bv, cu * cu + cv * cv
    u = (a * (bv - cv) + b * (cv - av) + c * (av - bv)) / double
    v = (a * (cu - bu) + b * (au - cu) + c * (bu - au)) / double
    begins, ends = math.atan2(av - v, au - u), math.atan2(cv - v, cu - u)
    sweep = (ends - begins) % math.tau
    if double < 0:  # the three points turn clockwise
        sweep -= math.tau
    return Curved(start, end, (u, v), math.dist((u, v), start), begins, sweep)


def sagitta(start: Point, middle: Point, end: Point) -> float:
    """How far the middle point lies from the chord."""
    length = math.dist(start, end)
    if length == 0:
        return math.dist(start, middle)
    (au, av), (bu, bv), (cu, cv) = start, middle, end
    return abs((cu - au) * (bv - av) - (cv - av) * (bu - au)) / length


def _straights(corners: list[Point]) -> list[Piece]:
    return [
        Straight(start, end) for start, end in zip(corners, corners[1:] + corners[:1], strict=True)
    ]


def _rounded(u0: float, v0: float, u1: float, v1: float, radius: float) -> list[Piece]:
    centres = [
        (u1 - radius, v0 + radius, -90),
        (u1 - radius, v1 - radius, 0),
        (u0 + radius, v1 - radius, 90),
        (u0 + radius, v0 + radius, 180),
    ]
    arcs = []
    for u, v, degrees in centres:
        begins = math.radians(degrees)
        ends = begins + math.pi / 2
        start = (u + radius * math.cos(begins), v + radius * math.sin(begins))
        end = (u + radius * math.cos(ends), v + radius * math.sin(ends))
        arcs.append(Curved(start, end, (u, v), radius, begins, math.pi / 2))
    result: list[Piece] = []
    for arc, following in zip(arcs, arcs[1:] + arcs[:1], strict=True):
        result.append(arc)
        if math.dist(arc.end, following.start) > 1e-9:  # a slot has no straight ends
            result.append(Straight(arc.end, following.start))
    return result


def _path(path: Path) -> list[Piece]:
    here = start = (path.u, path.v)
    result: list[Piece] = []
    for segment in path.segments:
        there = (segment.u, segment.v)
        if isinstance(segment, Line):
            result.append(Straight(here, there))
        else:
            arc = through(here, (segment.um, segment.vm), there)
            result.append(arc or Straight(here, there))
        here = there
    if math.dist(here, start) > 1e-9:
        result.append(Straight(here, start))
    return result
