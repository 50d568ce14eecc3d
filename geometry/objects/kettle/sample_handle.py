"""Handles of new kettles: behind the body with both ends on its wall, or a bail over the cover."""

import numpy as np

from geometry.objects.kettle.sample_body import Body, Cover
from geometry.schema.template import Part, part

_ATTEMPTS = 60


def sample_handle(rng: np.random.Generator, body: Body) -> Part:
    kinds = ("Trifold_Handle", "Curved_Handle", "Ring_Handle", "Cylindrical_Handle")
    kind = str(rng.choice(kinds, p=[0.3, 0.32, 0.22, 0.16]))
    if kind == "Cylindrical_Handle":
        return _stick(rng, body)
    return _folded(rng, body) if kind == "Trifold_Handle" else _bow(rng, body, kind)


def _ends(rng: np.random.Generator, body: Body) -> tuple[float, float]:
    """Heights of the lower and the upper end, where the wall is not too level."""
    u = rng.uniform
    tall = body.top - body.bottom
    for _ in range(_ATTEMPTS):
        lower = body.bottom + tall * u(0.1, 0.5)
        upper = lower + tall * u(0.3, 0.7)
        slopes = abs(body.slope(lower)), abs(body.slope(upper))
        if upper < body.top - 0.06 * tall and max(slopes) < 1.3:
            return lower, upper
    return body.bottom + 0.35 * tall, body.bottom + 0.65 * tall


def _bow(rng: np.random.Generator, body: Body, kind: str) -> Part:
    """An arc through both ends that keeps off the wall between them."""
    u = rng.uniform
    for _ in range(_ATTEMPTS):
        lower, upper = _ends(rng, body)
        thick = u(0.025, 0.055) if kind == "Curved_Handle" else u(0.02, 0.045)
        width = 2 * thick if kind == "Curved_Handle" else u(0.07, 0.17)
        rise = upper - lower
        sinks = [_sink(body, y, width / 2, thick) for y in (lower, upper)]
        ends = body.radius(np.array([lower, upper])) - sinks
        out = ends[1] - ends[0]
        half = np.hypot(rise, out) / 2
        angle = u(165, 255)
        ring = half / np.sin(np.radians(angle / 2))
        tilt = np.degrees(np.arctan(-out / rise))
        offset = -ring * np.cos(np.radians(angle / 2))
        middle_r = ends.mean() + offset * np.cos(np.radians(tilt))
        middle_y = (lower + upper) / 2 + offset * np.sin(np.radians(tilt))
        path = np.radians(tilt + np.linspace(-0.36, 0.36, 9) * angle)
        rs, ys = middle_r + ring * np.cos(path), middle_y + ring * np.sin(path)
        inside = rs.max() - body.radii.max() < 0.62 and ring > 2.2 * thick
        high = middle_y + ring + thick < body.top + 0.12 and middle_y - ring > body.bottom + thick
        if inside and high and (rs - 1.2 * thick > body.radius(ys)).all():
            break
    place = {"position": [0, middle_y, -middle_r], "rotation": [tilt - (angle - 180) / 2, 0, 0]}
    if kind == "Curved_Handle":
        return part(kind, radius=[ring, thick], exist_angle=[angle], **place)
    size = [ring + thick / 2, ring - thick / 2, width]
    return part(kind, size=size, exist_angle=[angle], **place)


def _sink(body: Body, y: float, half_width: float, thick: float) -> float:
    """How far an end must enter the round, sloping wall to meet it over its whole width."""
    radius = float(body.radius(y))
    sag = radius - np.sqrt(radius**2 - min(half_width, 0.6 * radius) ** 2)
    return float(min(sag + abs(body.slope(y)) * thick / 2 + 0.004, 0.08))


def _folded(rng: np.random.Generator, body: Body) -> Part:
    """Two bars from the wall to as far behind it, and one that joins them."""
    u = rng.uniform
    lower, upper = _ends(rng, body)
    wide, thick = u(0.06, 0.14), u(0.03, 0.065)
    separation = upper - lower
    sinks = [_sink(body, y, wide / 2, thick) for y in (lower, upper)]
    ends = body.radius(np.array([lower, upper])) - sinks
    far = body.radius(np.linspace(lower, upper, 7)).max() + u(0.14, 0.34)
    drops = separation * (u(-0.12, 0.2, 2) if rng.random() < 0.7 else np.zeros(2))
    drops[1] = -drops[1]
    reach = far - ends
    lengths = np.hypot(reach, drops[::-1])[::-1]
    tilts = np.degrees(np.arctan2(drops, reach[::-1]))
    return part(
        "Trifold_Handle",
        horizontal_thickness=[wide, thick],
        horizontal_length=list(lengths),
        vertical_thickness=[wide * u(0.9, 1.15), thick * u(0.9, 1.5)],
        horizontal_rotation=list(tilts),
        horizontal_separation=[separation],
        mounting_offset=[ends[1] - ends[0]],
        position=[0, (lower + upper) / 2, -ends[0]],
    )


def _stick(rng: np.random.Generator, body: Body) -> Part:
    u = rng.uniform
    tall = body.top - body.bottom
    free, fixed, length = u(0.035, 0.085), u(0.03, 0.06), u(0.4, 0.75)
    height = body.bottom + tall * u(0.4, 0.75)
    rotation = [u(0, 30), 0, 0]
    seat = body.seat(height, fixed, fixed) - fixed * np.sin(np.radians(rotation[0]))
    place = {"position": [0, height, -seat], "rotation": rotation}
    return part("Cylindrical_Handle", size=[free, fixed, length], **place)


def sample_bail(
    rng: np.random.Generator, body: Body, cover: Cover, above: float, alone: bool
) -> Part:
    """Over the cover with a hand's breadth to spare, its feet on the shoulder or at the mouth.

    above: height of the spout's root, above which the feet are where there is room. alone: with no
    handle behind the body; the templates of such handles then serve as bails too.
    """
    u = rng.uniform
    kinds = ("Round_U_Handle", "Flat_U_Handle", "Trifold_Handle", "Curved_Handle", "Ring_Handle")
    chances = np.array([0.5, 0.5, 0, 0, 0]) if not alone else [0.32, 0.28, 0.12, 0.16, 0.12]
    kind = str(rng.choice(kinds, p=chances))
    bar = u(0.015, 0.032)  # half of its thickness
    low = max(above, body.widest)
    high = body.top - 0.02
    foot = u(min(low, high), high)
    if body.radius(foot) < cover.below - 0.02:  # below a flared mouth
        foot = high
    # On the wall where it is widest, clear of the cover.
    half = max(float(body.radius(foot)) - 0.4 * bar, cover.below + 1.02 * bar)
    gap = cover.top - foot + bar + u(0.1, 0.4)  # up to the bar's middle
    edge = cover.height - foot
    place = {"position": [0, foot, 0]}
    if kind in ("Round_U_Handle", "Flat_U_Handle"):
        legs = max(gap - half, 0.5 * edge, 0.03)
        if kind == "Round_U_Handle":
            sizes = {"mounting_radius": [bar], "vertical_length": [legs]}
        else:
            sizes = {"vertical_size": [u(0.03, 0.11), legs, 2 * bar]}
        return part(kind, **sizes, vertical_separation=[2 * half], **place)
    if kind == "Trifold_Handle":
        lean = 0.0 if rng.random() < 0.3 else u(0, 9)
        tall = max(gap, 0.3)
        wide = u(0.04, 0.1)
        return part(
            kind,
            horizontal_thickness=[wide, 2 * bar],
            horizontal_length=[tall / np.cos(np.radians(lean))] * 2,
            vertical_thickness=[wide, 2 * bar * u(0.9, 1.4)],
            horizontal_rotation=[lean, -lean],
            horizontal_separation=[2 * half],
            mounting_offset=[0],
            **place,
            rotation=[90, 0, 0],
        )
    # The higher the bow, the more of a circle it is.
    angle = float(np.clip(np.degrees(4 * np.arctan(gap / half)), 150, 290))
    ring = half / np.sin(np.radians(angle / 2))
    place = {
        "position": [0, foot - ring * np.cos(np.radians(angle / 2)), 0],
        "rotation": [90 - (angle - 180) / 2, 0, 0],
    }
    if kind == "Curved_Handle":
        return part(kind, radius=[ring, bar], exist_angle=[angle], **place)
    size = [ring + bar, ring - bar, u(0.03, 0.11)]
    return part(kind, size=size, exist_angle=[angle], **place)
