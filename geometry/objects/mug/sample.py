"""New mugs: from espresso cups to beer mugs, with a handle fitted to the wall of the body.

How large a mug is cannot be seen in a picture, so every body is brought to the same diagonal.
"""

from dataclasses import dataclass

import numpy as np

from geometry.schema.template import Part, part

TYPICAL_DIAGONAL = 2.0  # of the body's bounding box
#: Outer and inner top radius that levels beyond `num_levels` are given; their height is 0.
UNUSED_LEVELS = {2: (0.5502, 0.4787), 3: (0.4963, 0.4033), 4: (0.497, 0.3978)}
COVER_THICKNESS = 0.0689
_ATTEMPTS = 200


@dataclass(frozen=True)
class Body:
    """A sampled body and what the other parts need to know of it.

    profile: (height, z of the outer wall at x = 0) from the bottom to the top.
    wall: thickness of the wall.
    round: False for a square body.
    """

    part: Part
    profile: np.ndarray
    wall: float
    round: bool = True

    def reach(self, height: float) -> float:
        """z of the outer wall at x = 0."""
        return float(np.interp(height, self.profile[:, 0], self.profile[:, 1]))

    def sink(self, half_width: float) -> float:
        """How far something must enter a round wall to meet it over its whole width."""
        if not self.round:
            return 0.1 * self.wall
        radius = self.profile[:, 1].min()
        gap = radius - np.sqrt(max(radius**2 - half_width**2, 0.25 * radius**2))
        return float(min(gap + 0.1 * self.wall, 0.6 * self.wall))

    @property
    def bottom(self) -> float:
        return float(self.profile[0, 0])

    @property
    def top(self) -> float:
        return float(self.profile[-1, 0])


def _proportions(rng: np.random.Generator) -> tuple[float, float, float, float]:
    """Top radius, bottom radius, height, wall: a straight or conical cup of any slenderness."""
    height = np.exp(rng.uniform(np.log(0.95), np.log(4.0)))  # in top radii
    base = rng.uniform(0.95, 1.05) if rng.random() < 0.45 else rng.uniform(0.55, 1.12)
    scale = TYPICAL_DIAGONAL / np.hypot(height, np.sqrt(8) * max(1.0, base))
    thin = rng.random() < 0.5
    wall = rng.uniform(0.03, 0.1) if thin else rng.uniform(0.08, 0.2)
    return scale, base * scale, height * scale, wall * scale * min(base, 1.0)


def _plain_body(rng: np.random.Generator, name: str) -> Body:
    """One conical level, round or square (where a radius is half of a diagonal)."""
    top, bottom, height, wall = _proportions(rng)
    floor = min(wall * rng.uniform(0.6, 1.6), 0.2 * height)
    inner = [top - wall, bottom - wall * rng.uniform(1.0, 1.4), height - floor]
    body = part(name, outer_size=[top, bottom, height], inner_size=inner)
    is_round = name == "Cylindrical_Body"
    reach = 1.0 if is_round else np.sqrt(0.5)
    profile = np.array([[-height / 2, bottom * reach], [height / 2, top * reach]])
    return Body(body, profile, wall * reach, is_round)


def _is_everyday(heights: np.ndarray, radii: np.ndarray) -> bool:
    """Whether each level's end shows as a bend in the outline, which turns at most once."""
    below, here, above = radii[:-2], radii[1:-1], radii[2:]
    fraction = heights[:-1] / (heights[:-1] + heights[1:])
    bends = np.abs(here - (below + (above - below) * fraction))
    slopes = np.diff(radii) / heights
    turns = np.count_nonzero(np.diff(np.sign(slopes[np.abs(slopes) > 0.1])))
    return bool((bends > 0.03).all() and np.abs(slopes).max() < 1.1 and turns <= 1)


def _level_body(rng: np.random.Generator) -> Body:
    """Two to four levels, seldom one: bellies, waists, feet, flared rims."""
    _, _, tall, wall = _proportions(rng)
    number = int(rng.choice([1, 2, 3, 4], p=[0.03, 0.37, 0.35, 0.25]))
    for _ in range(_ATTEMPTS):
        heights = rng.uniform(0.3, 1.3, number)
        if number > 1 and rng.random() < 0.4:  # a foot
            heights[0] *= rng.uniform(0.2, 0.5)
        heights /= heights.sum()
        radii = rng.uniform(0.62, 1.0, number + 1)
        radii /= radii.max()
        if _is_everyday(heights * tall, radii):
            break
    scale = TYPICAL_DIAGONAL / np.hypot(tall, np.sqrt(8))
    radii, heights, wall = radii * scale, heights * tall * scale, min(wall, 0.16) * scale
    floor = min(wall * rng.uniform(0.6, 1.6), 0.5 * heights[0])
    inner = radii - wall * rng.uniform(0.9, 1.1, number + 1)
    levels: dict[str, list[float]] = {}
    for k in (2, 3, 4):
        used = k <= number
        levels[f"level_{k}_top_radius"] = [radii[k], inner[k]] if used else [*UNUSED_LEVELS[k]]
        levels[f"level_{k}_height"] = [heights[k - 1]] if used else [0.0]
    body = part(
        "Multilevel_Body",
        num_levels=[number],
        level_1_bottom_radius=[radii[0], inner[0]],
        level_1_top_radius=[radii[1], inner[1]],
        level_1_height=[heights[0], heights[0] - floor],
        **levels,
    )
    ends = np.concatenate([[0.0], np.cumsum(heights)]) - heights[0] / 2
    return Body(body, np.stack([ends, radii], axis=1), wall)


def _curved_handle(rng: np.random.Generator, body: Body) -> Part:
    """An arc whose two ends meet the wall: half a circle on a straight one, or more, or less.

    A part of the handles is turned about x, so that flat ears and nearly closed rings occur.
    """
    tall = body.top - body.bottom
    for attempt in range(_ATTEMPTS):
        tube = min(0.0685 * rng.uniform(0.4, 1.5), 0.12 * tall)
        largest = 0.97 * (tall / 2 - tube)
        ring = rng.uniform(min(max(0.2 * tall, 2 * tube), 0.9 * largest), min(largest, 0.75))
        # an end that meets the wall at a slant must not come through it
        steepest = np.degrees(np.arcsin(min(0.8 * body.wall / tube, 1.0)))
        start = rng.uniform(-30, 40) if rng.random() < 0.5 else 0.0
        start = float(np.clip(start, -steepest, steepest))
        if attempt > _ATTEMPTS // 2:
            start = 0.0
        free = tall - 2 * (ring + tube)
        centre = body.bottom + ring + tube + free * rng.beta(2, 2)
        sink = body.sink(tube)
        rise, out = ring * np.cos(np.radians(start)), ring * np.sin(np.radians(start))
        z = body.reach(centre + rise) - sink - out
        angles = np.linspace(start + 70, start + 290, 441)
        path = np.radians(angles)
        heights = centre + ring * np.cos(path)
        gap = z + ring * np.sin(path) - (np.array([body.reach(h) for h in heights]) - sink)
        inside = np.flatnonzero(gap <= 0)
        if gap[0] <= 0 or not len(inside):
            continue
        last = inside[0]
        end = np.interp(0, [gap[last], gap[last - 1]], [angles[last], angles[last - 1]])
        if 95 < end - start < 250:
            break
    return part(
        "Curved_Handle",
        radius=[ring, tube],
        central_angle=[end - start],
        position=[0, centre, z],
        rotation=[start, 0, 0],
    )


def _trifold_handle(rng: np.random.Generator, body: Body) -> Part:
    """Two bars on the wall, level or tilted, and one that joins them."""
    tall = body.top - body.bottom
    for _ in range(_ATTEMPTS):
        thick = min(0.0912 * rng.uniform(0.5, 1.3), 0.15 * tall)
        wide = 0.1508 * rng.uniform(0.45, 1.3)
        joint = 0.091 * rng.uniform(0.5, 1.3)
        lengths = 0.355 * rng.uniform(0.6, 1.4) * rng.uniform(0.85, 1.15, 2)
        if rng.random() < 0.35:
            tilts = np.zeros(2)
            lengths[1] = lengths[0]
        else:
            tilts = np.array([rng.uniform(-20, 30), rng.uniform(-30, 20)])
        separation = rng.uniform(0.4, 0.97) * (tall - thick)
        middle = (body.top + body.bottom) / 2 + (tall - thick - separation) * rng.uniform(-0.5, 0.5)
        drops = lengths * np.sin(np.radians(tilts))
        span = separation - drops[0] + drops[1]
        lowest = middle - separation / 2 - drops[1] - thick
        highest = middle + separation / 2 - drops[0] + thick
        inside = lowest > body.bottom - 0.02 and highest < body.top + 0.15
        if span > max(0.4 * separation, 3 * thick) and inside:
            break
    # The end of a tilted bar is a slanted face: as deep in the wall as the wall is thick.
    slant = thick / 2 * np.abs(np.sin(np.radians(tilts)))
    sink = np.minimum(slant + body.sink(wide / 2), np.maximum(0.95 * body.wall - slant, 0.0))
    upper = body.reach(middle + separation / 2) - sink[0]
    lower = body.reach(middle - separation / 2) - sink[1]
    return part(
        "Trifold_Handle",
        horizontal_thickness=[wide, thick],
        horizontal_length=list(lengths),
        vertical_thickness=[wide, joint],
        horizontal_rotation=list(tilts),
        horizontal_separation=[separation],
        mounting_offset=[upper - lower],
        position=[0, middle, lower],
    )


def sample(rng: np.random.Generator) -> list[Part]:
    kinds = ["Cylindrical_Body", "Prismatic_Body", "Multilevel_Body"]
    kind = rng.choice(kinds, p=[0.42, 0.24, 0.34])
    body = _level_body(rng) if kind == "Multilevel_Body" else _plain_body(rng, str(kind))
    handle = _curved_handle if rng.random() < 0.58 else _trifold_handle
    parts = [body.part, handle(rng, body)]
    widen = 1.0 if body.round else np.sqrt(2)  # a disc under a square base covers its corners
    if rng.random() < 0.35:
        radius = body.profile[0, 1] * widen * rng.uniform(1.15, 2.0)
        height = COVER_THICKNESS * rng.uniform(0.4, 1.5)
        place = [0, body.bottom - height / 2, 0]
        parts.append(part("Single_Cylinder", size=[radius, height], position=place))
    if rng.random() < 0.35:
        radius = body.profile[-1, 1] * widen * rng.uniform(0.98, 1.02)
        height = COVER_THICKNESS * rng.uniform(0.3, 1.2)
        aside = radius * rng.uniform(-0.05, 0.05, 2)
        place = [aside[0], body.top + height / 2, aside[1]]
        parts.append(part("Single_Cylinder", size=[radius, height], position=place))
    return parts
