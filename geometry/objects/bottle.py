"""Bottles: a solid body of stacked conical levels, and a hollow lid that stands on its top."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geometry.maths import label
from geometry.objects.shared import vessel
from geometry.schema.joint import Joint, slide
from geometry.schema.kinds import Count, Vec2or3, Vec3
from geometry.schema.template import Category, Part, part, template
from geometry.solids.primitives import Cylinder


@template("body")
def Multilevel_Body(
    num_levels: Count,
    level_1_size: Vec3,
    level_2_size: Vec2or3,
    level_3_size: Vec2or3,
    level_4_size: Vec2or3,
):
    """A solid of revolution of one to four levels; the origin is at half of level 1.

    num_levels: levels used, 1 to 4
    level_1_size: top radius, height, bottom radius
    level_2_size: top radius, height
    level_3_size: top radius, height
    level_4_size: top radius, height
    """
    top, height, bottom = level_1_size
    yield Cylinder(height, top, bottom)
    below, floor = top, height / 2
    label(top=top, height=height, bottom=bottom, floor=floor)
    upper_levels = (level_2_size, level_3_size, level_4_size)
    for level in upper_levels[: min(max(num_levels, 1), 4) - 1]:
        radius, rise = level[0], level[1]
        yield Cylinder(rise, radius, below).at(y=floor + rise / 2)
        below, floor = radius, floor + rise
        label(radius=radius, rise=rise, floor=floor)


def _lift(outer_size) -> Iterator[Joint]:
    """The lid comes off upwards."""
    yield slide((0, 1, 0), (0, outer_size[2]), in_object=True)


@template("lid", joints=_lift)
def Cylindrical_Lid(outer_size: Vec3, inner_size: Vec3):
    """A cap, open at the bottom; the origin is at half its height.

    outer_size: outer top radius, outer bottom radius, total height
    inner_size: cavity radius at its top, cavity radius at the bottom rim, cavity depth
    """
    disc, skirt = vessel.cap(outer_size, inner_size)
    yield from (skirt, disc)


# Sampling. A shape is (base radius, [(height, top radius) of each level], radius of the lid's
# cavity, depth of that cavity). Size is not visible in a picture, so all bottles are brought to
# about the height of a typical one.

Shape = tuple[float, list[tuple[float, float]], float, float]

#: [top radius, height] that levels beyond `num_levels` are given.
UNUSED_LEVELS = {2: (0.2392, 0.3559), 3: (0.21, 0.2712), 4: (0.3443, 0.2721)}
TYPICAL_DIAGONAL = 1.98


def _wine(rng: np.random.Generator) -> Shape:
    """A straight body, a cone, a neck; sometimes a foot or a second cone."""
    u = rng.uniform
    radius = u(0.24, 0.46)
    total = 1.789 * u(1.1, 1.5)
    body, neck, mouth = total / 2 * u(0.8, 1.5), total / 4 * u(0.5, 1.2), total / 4 * u(0.6, 1.2)
    slim = u(0.22, 0.42)
    kind = rng.choice(["plain", "foot", "shoulder"], p=[0.5, 0.2, 0.3])
    if kind == "plain":
        base, levels = radius * u(0.92, 1.02), [(body, radius), (neck, radius * slim)]
    elif kind == "foot":
        foot = radius * u(0.5, 0.85)
        levels = [(neck * u(0.2, 0.6), radius), (body, radius), (neck, radius * slim)]
        base = foot
    else:
        base, first = radius * u(0.9, 1.05), neck * u(0.2, 0.6)
        levels = [(body, radius), (first, radius * u(0.55, 0.85)), (neck, radius * slim)]
    levels.append((mouth, levels[-1][1] * u(0.9, 1.1)))
    return base, levels, levels[-1][1], mouth * u(0.15, 0.4)


def _juice(rng: np.random.Generator) -> Shape:
    """A body with or without a foot and a waist, under one cone."""
    u = rng.uniform
    radius = u(0.26, 0.5)
    body, cone = 1.19 * u(0.7, 1.5), 0.6 * u(0.5, 1.2)
    levels: list[tuple[float, float]] = []
    base = radius
    if rng.random() < 0.5:
        base = radius * u(0.5, 0.85)
        levels.append((cone * u(0.2, 0.4), radius))
    if rng.random() < 0.5:
        upper = body * u(0.4, 0.8)
        levels += [(body - upper, radius * u(0.7, 0.9)), (upper, radius * u(0.85, 1.1))]
    else:
        levels.append((body, radius * u(0.97, 1.03)))
    levels.append((cone, levels[-1][1] * u(0.22, 0.5)))
    return base, levels, levels[-1][1], cone * u(0.2, 0.5)


def _water(rng: np.random.Generator) -> Shape:
    """A round bottom, a long middle that bulges or narrows, a tapering shoulder."""
    u = rng.uniform
    widest = u(0.28, 0.46)
    total = widest * u(3.0, 5.5)
    first = total * u(0.12, 0.3)
    radius = widest * u(0.8, 1.0)
    base = radius * u(0.35, 0.9)
    levels = [(first, radius)]
    middle = total * u(0.35, 0.6)
    fractions = [1.0] if rng.random() < 0.5 else [split := u(0.25, 0.75), 1 - split]
    for fraction in fractions:
        radius = (0.4 * radius + 0.6 * widest) * u(0.8, 1.15)
        levels.append((middle * fraction, radius))
    levels.append((total * u(0.12, 0.3), radius * u(0.3, 0.75)))
    return base, levels, levels[-1][1], levels[-1][0] * u(0.2, 0.4)


def _milk(rng: np.random.Generator) -> Shape:
    """A wide straight body, a shoulder, a short wide neck with a broad cap."""
    u = rng.uniform
    radius = u(0.32, 0.5)
    body, shoulder, neck = radius * u(1.2, 2.6), radius * u(0.5, 1.3), radius * u(0.15, 0.5)
    mouth = radius * u(0.4, 0.72)
    levels = [(body, radius * u(0.94, 1.03)), (shoulder, mouth), (neck, mouth * u(0.95, 1.15))]
    base = radius * u(0.95, 1.02)
    if rng.random() < 0.3:
        base = radius * u(0.7, 0.9)
        levels.insert(0, (radius * u(0.1, 0.3), radius))
    return base, levels, levels[-1][1] * u(0.9, 1.0), radius * u(0.1, 0.5)


def _jar(rng: np.random.Generator) -> Shape:
    """One main level and thin ones below or above it: jars, canisters, vials."""
    u = rng.uniform
    radius = u(0.3, 0.55)
    number = int(rng.integers(1, 5))
    main = int(rng.integers(0, number))
    height = radius * u(1.3, 4.5)
    levels = [
        (height, radius)
        if k == main
        else (height / 5 / (number - 1) * u(0.5, 1.2), radius * u(0.85, 1.1))
        for k in range(number)
    ]
    cavity = levels[-1][1] * (u(0.3, 0.5) if rng.random() < 0.6 else u(0.7, 0.95))
    return radius * u(0.9, 1.02), levels, cavity, height * u(0.08, 0.3)


def sample(rng: np.random.Generator) -> list[Part]:
    kinds = (_wine, _juice, _water, _milk, _jar)
    base, levels, cavity, depth = kinds[rng.choice(5, p=[0.22, 0.2, 0.18, 0.22, 0.18])](rng)
    tall = sum(height for height, _ in levels)
    widest = max(base, *(radius for _, radius in levels))
    scale = TYPICAL_DIAGONAL / np.hypot(tall, np.sqrt(8) * widest)
    base, cavity, depth, tall = base * scale, cavity * scale, depth * scale, tall * scale
    sizes = [(radius * scale, height * scale) for height, radius in levels]

    given = {k: list(sizes[k - 1] if k <= len(sizes) else UNUSED_LEVELS[k]) for k in (2, 3, 4)}
    body = part(
        "Multilevel_Body",
        num_levels=[len(sizes)],
        level_1_size=[*sizes[0], base],
        level_2_size=given[2],
        level_3_size=given[3],
        level_4_size=given[4],
    )
    rim = cavity * rng.uniform(1.08, 1.3)
    top = max(rim * rng.uniform(0.9, 1.04), 1.03 * cavity)
    height = depth * rng.uniform(1.1, 1.3)
    lid = part(
        "Cylindrical_Lid",
        outer_size=[top, rim, height],
        inner_size=[cavity, cavity, depth],
        position=[0, tall - sizes[0][1] / 2 + height / 2, 0],
    )
    return [body, lid]


BOTTLE = Category(
    "Bottle",
    [
        Multilevel_Body,
        Cylindrical_Lid,
    ],
    sampler=sample,
    fixed=("body",),
)
