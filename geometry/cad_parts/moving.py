"""Steps and loops scaled and moved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geometry.cad_parts.part import PLANES, Extrude, Grid, Ring, Step
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
)


def placed_loop(loop: Loop, scale: float, du: float, dv: float) -> Loop:
    """Scaled about the origin, then moved."""
    match loop:
        case Rectangle(u0, v0, u1, v1):
            return Rectangle(scale * u0 + du, scale * v0 + dv, scale * u1 + du, scale * v1 + dv)
        case Slot(u0, v0, u1, v1):
            return Slot(scale * u0 + du, scale * v0 + dv, scale * u1 + du, scale * v1 + dv)
        case RoundedRectangle(u0, v0, u1, v1, radius):
            corners = scale * u0 + du, scale * v0 + dv, scale * u1 + du, scale * v1 + dv
            return RoundedRectangle(*corners, scale * radius)
        case Circle(u, v, radius):
            return Circle(scale * u + du, scale * v + dv, scale * radius)
        case Polygon(u, v, radius):
            return replace(loop, u=scale * u + du, v=scale * v + dv, radius=scale * radius)
        case Path(u, v, segments):
            moved: list[Line | Arc] = []
            for segment in segments:
                end = scale * segment.u + du, scale * segment.v + dv
                if isinstance(segment, Arc):
                    moved.append(Arc(scale * segment.um + du, scale * segment.vm + dv, *end))
                else:
                    moved.append(Line(*end))
            return Path(scale * u + du, scale * v + dv, tuple(moved))


def placed_step(step: Step, scale: float, move: np.ndarray) -> Step:
    """Scaled about the origin of the part, then moved by (x, y, z)."""
    u, v, across = PLANES[step.plane]
    du, dv, dw = (float(move[axis]) for axis in (u, v, across))
    profile = tuple(placed_loop(loop, scale, du, dv) for loop in step.profile)
    if not isinstance(step, Extrude):
        at = scale * step.at + (dv if step.axis == "u" else du)
        return replace(step, profile=profile, at=at, offset=scale * step.offset + dw)
    pattern = step.pattern
    if isinstance(pattern, Grid):
        pattern = replace(pattern, du=scale * pattern.du, dv=scale * pattern.dv)
    elif isinstance(pattern, Ring):
        pattern = replace(pattern, u=scale * pattern.u + du, v=scale * pattern.v + dv)
    return replace(
        step,
        start=scale * step.start + dw,
        end=scale * step.end + dw,
        profile=profile,
        pattern=pattern,
        finishes=tuple(replace(each, size=scale * each.size) for each in step.finishes),
        shell=step.shell and replace(step.shell, thickness=scale * step.shell.thickness),
    )
