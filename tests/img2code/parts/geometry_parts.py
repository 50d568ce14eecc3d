"""Simple parts that a fit must find again."""

from __future__ import annotations

from geometry.cad_parts.part import CadPart, Extrude
from geometry.cad_parts.rules import normalised
from geometry.sketch.loops import Circle, Line, Path, Rectangle


def plate() -> CadPart:
    corners = [Circle(u, v, 0.05) for u in (0.12, 0.88) for v in (0.12, 0.48)]
    profile = (Rectangle(0, 0, 1, 0.6), *corners)
    return normalised(CadPart((Extrude("join", "XY", 0.0, 0.12, profile),)))


def ring() -> CadPart:
    profile = (Circle(0.5, 0.5, 0.5), Circle(0.5, 0.5, 0.25))
    return normalised(CadPart((Extrude("join", "XY", 0.0, 0.3, profile),)))


def bracket() -> CadPart:
    corners = [(0.6, 0.0), (0.6, 0.15), (0.15, 0.15), (0.15, 0.7), (0.0, 0.7)]
    profile = Path(0.0, 0.0, tuple(Line(*corner) for corner in corners))
    return normalised(CadPart((Extrude("join", "XZ", 0.0, 0.5, (profile,)),)))


def boss() -> CadPart:
    block = Extrude("join", "XY", 0.0, 0.3, (Rectangle(0, 0, 1, 1),))
    return normalised(CadPart((block, Extrude("join", "XY", 0.3, 0.7, (Circle(0.5, 0.5, 0.3),)))))


SIMPLE = (plate, ring, bracket, boss)
