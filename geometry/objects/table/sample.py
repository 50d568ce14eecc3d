"""Everyday tables: draws the parameters of dining, coffee, side and console tables and desks.

Typical values come from a large set of real objects; ranges are widened where ordinary tables go
beyond them. Numbers that belong to a piece which is not there are 0, never noise: two pictures
that look alike have one code.
"""

from __future__ import annotations

from geometry.objects.table.sample_foot import (
    box_pedestal,
    legs_on_slab,
    low_block,
    round_pedestal,
    star,
)
from geometry.objects.table.sample_leg import block, four_legs, panels, round_legs
from geometry.objects.table.sample_storage import (
    compartment,
    frame_shelf,
    pedestals,
    round_shelf,
    shelf,
)
from geometry.objects.table.sample_top import (
    DESK,
    WITH_DRAWER,
    Rng,
    rectangular_top,
    round_top,
    screen,
)
from geometry.schema.template import Part


def sample(rng: Rng) -> list[Part]:
    kinds = (_plain, _pedestal, _one_drawer, _desk, _round, _with_backboard, _platform)
    # Plain tables are what most pictures show; they and desks with pedestals vary most.
    return kinds[rng.choice(7, p=[0.27, 0.17, 0.13, 0.14, 0.13, 0.09, 0.07])](rng)


def _plain(rng: Rng) -> list[Part]:
    top = rectangular_top(rng, position=(0.0, 0.0, 0.0))
    kind = rng.choice(["four", "braced", "panels", "block"], p=[0.5, 0.28, 0.17, 0.05])
    if kind == "panels":
        legs = panels(rng, top)
    elif kind == "block":
        legs = block(rng, top)
    else:
        legs = four_legs(rng, top, braced=kind == "braced")
    parts = [top.part, legs.part]
    if legs.even and rng.random() < 0.4:
        parts.append(shelf(rng, top, legs))
    if top.drop > 0.45 * top.size[0] and rng.random() < 0.3:
        parts.append(screen(rng, top))
    return parts


def _pedestal(rng: Rng) -> list[Part]:
    top = round_top(rng) if rng.random() < 0.6 else rectangular_top(rng)
    legs = (star, round_pedestal, box_pedestal)[rng.integers(3)](rng, top)
    return [top.part, legs.part]


def _one_drawer(rng: Rng) -> list[Part]:
    top = rectangular_top(rng, fractions=WITH_DRAWER)
    legs = four_legs(rng, top, upright=True, braced=rng.random() < 0.3)
    parts = [top.part, legs.part, *compartment(rng, top, legs)]
    return [*parts, screen(rng, top)] if rng.random() < 0.3 else parts


def _desk(rng: Rng) -> list[Part]:
    top = rectangular_top(rng, fractions=DESK)
    legs = panels(rng, top, upright=True)
    parts = [top.part, legs.part, *pedestals(rng, top, legs)]
    return [*parts, screen(rng, top)] if rng.random() < 0.3 else parts


def _round(rng: Rng) -> list[Part]:
    top = round_top(rng)
    legs = round_legs(rng, top)
    parts = [top.part, legs.part]
    return [*parts, round_shelf(rng, top, legs)] if rng.random() < 0.6 else parts


def _with_backboard(rng: Rng) -> list[Part]:
    top = rectangular_top(rng)
    legs = four_legs(rng, top, upright=True, braced=rng.random() < 0.3)
    parts = [top.part, legs.part, *frame_shelf(rng, top, legs)]
    return [*parts, screen(rng, top)] if rng.random() < 0.3 else parts


def _platform(rng: Rng) -> list[Part]:
    top = rectangular_top(rng)
    kind = (box_pedestal, low_block, legs_on_slab)[rng.integers(3)]
    parts = [top.part, kind(rng, top).part]
    return [*parts, screen(rng, top)] if kind is box_pedestal and rng.random() < 0.3 else parts
