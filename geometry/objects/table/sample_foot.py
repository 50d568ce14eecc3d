"""Draws what else a table can stand on: stars, round and rectangular pedestals, plinths."""

from __future__ import annotations

from geometry.maths import atan2d, cosd, sind
from geometry.objects.table.sample_leg import Legs, placed, room_used
from geometry.objects.table.sample_top import Rng, Top, Vector, about
from geometry.schema.template import Part, part

FOOT, PLINTH = 0.0853, 0.1816


def star(rng: Rng, top: Top) -> Legs:
    """A post on three to five feet, flat or as a tripod."""
    feet = int(rng.choice([3, 4, 5], p=[0.4, 0.45, 0.15]))
    reach = top.half * rng.uniform(0.6, 1.0)
    thickness = top.half * rng.uniform(0.06, 0.16)
    flat = rng.random() < 0.45
    tilt = 0.0 if flat else min(rng.uniform(10, 48), atan2d(0.7 * top.drop, reach))
    length = reach / cosd(tilt)
    # Inner ends start this far above the post's lower end, outer ends stand on the floor.
    rise = 0.0 if flat else top.drop * rng.uniform(0.05, 0.3)
    lift = rise - length / 2 * sind(tilt)
    lowest = lift + thickness / 2 * (1 - cosd(tilt)) - length / 2 * sind(tilt)
    turn = rng.uniform(0, 360 / feet) if rng.random() < 0.15 else rng.choice([0, 180 / feet])
    position = top.below()
    legs = part(
        "Star_leg",
        vertical_size=[top.half * rng.uniform(0.04, 0.14), top.drop + lowest],
        number_of_sub_legs=[feet],
        sub_size=[thickness * rng.uniform(0.5, 1.3), thickness, length],
        sub_central_offset=[lift],
        tilt_angle=[tilt],
        central_rotation=[float(turn)],
        horizontal_rotation=[0.0],
        **placed(position),
    )
    return _pedestal(legs, position, top)


def round_pedestal(rng: Rng, top: Top) -> Legs:
    """A round post or drum on a round foot."""
    slender = rng.random() < 0.6
    radius = top.half * (rng.uniform(0.05, 0.16) if slender else rng.uniform(0.2, 0.55))
    foot = top.half * rng.uniform(0.45, 0.85) if slender else radius * rng.uniform(1.05, 1.5)
    height = min(FOOT * rng.uniform(0.2, 1.2), 0.2 * top.drop)
    position = top.below()
    legs = part(
        "Bar_cylindrical_leg",
        vertical_size=[radius, top.drop - height],
        bottom_size=[foot, height],
        horizontal_rotation=[0.0],
        **placed(position),
    )
    return _pedestal(legs, position, top)


def box_pedestal(rng: Rng, top: Top) -> Legs:
    """A rectangular column or slab on a rectangular foot."""
    if rng.random() < 0.5:
        thick = top.half * rng.uniform(0.12, 0.4)
        post = thick, thick if rng.random() < 0.6 else thick * about(rng)
        length, width = (rng.uniform(0.4, 0.75) * top.size[axis] for axis in (0, 2))
        foot = length, length if top.round else width
    else:
        most = 0.65 if top.round else 0.75
        length, width = (rng.uniform(0.25, 0.95) * most * top.size[axis] for axis in (0, 2))
        post = length, width
        factor = rng.uniform(1.05, 1.3)
        foot = post[0] * factor, post[1] * factor
    height = min(PLINTH * rng.uniform(0.15, 1), 0.25 * top.drop)
    return _on_box_foot(top, (post[0], top.drop - height, post[1]), (foot[0], height, foot[1]))


def low_block(rng: Rng, top: Top) -> Legs:
    """A platform: the top on one low block. Where the block is divided cannot be seen."""
    length, width = (size * rng.uniform(0.35, 0.9) for size in (top.size[0], top.size[2]))
    height = PLINTH * rng.uniform(0.7, 2)
    return _on_box_foot(top, (length, top.size[1], width), (length, height, width))


def legs_on_slab(rng: Rng, top: Top) -> Legs:
    """Four corner legs that stand on a slab, and a plinth under it."""
    thick = max(top.size[1], 0.03) * rng.uniform(0.8, 1.3)
    height = top.drop * rng.uniform(0.75, 0.95)
    apart = tuple((size - thick) * room_used(rng) for size in (top.size[0], top.size[2]))
    slab = tuple((size + thick) * rng.uniform(1, 1.1) for size in apart)
    foot = tuple(size * rng.uniform(0.5, 0.9) for size in slab)
    slab_height = top.size[1] * about(rng)
    foot_height = max(top.drop - height - slab_height, 0.02)
    px, _, pz = top.position
    corners = [
        [thick, height, thick, px + x * apart[0] / 2, height, pz + z * apart[1] / 2, 0.0, 0.0, 0.0]
        for z in (1, -1)
        for x in (-1, 1)
    ]
    return _on_box_foot(
        top,
        (slab[0], slab_height, slab[1]),
        (foot[0], foot_height, foot[1]),
        lowered=height,
        additional=[4, *(number for corner in corners for number in corner)],
    )


def _pedestal(legs: Part, position: Vector, top: Top) -> Legs:
    nothing = (0.0, 0.0, 0.0)
    return Legs(legs, position, top.drop, nothing, nothing, nothing, even=False)


def _on_box_foot(
    top: Top,
    post: Vector,
    foot: Vector,
    lowered: float = 0.0,
    additional: list[float] | None = None,
) -> Legs:
    position = top.below(y=-lowered)
    legs = part(
        "Bar_cuboid_leg",
        vertical_size=list(post),
        bottom_size=list(foot),
        bottom_rotation=[0.0],
        horizontal_rotation=[0.0],
        **placed(position, additional),
    )
    return _pedestal(legs, position, top)
