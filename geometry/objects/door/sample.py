"""Samples doors: one or two leaves, shut to wide open, trims, hinges, handles."""

from __future__ import annotations

from typing import Any

import numpy as np

from geometry.schema.template import Part, part

Rng = np.random.Generator


def sample(rng: Rng) -> list[Part]:
    leaves = [[1, 0], [0, 1], [1, 1]][rng.integers(3)]
    size = [rng.uniform(0.6, 0.95), rng.uniform(1.35, 1.95), rng.uniform(0.02, 0.05)]
    # A leaf that does not exist has no angle; a third of the others is shut.
    angles = [on * (0.0 if rng.random() < 0.3 else rng.uniform(0, 90)) for on in leaves]
    panel = part("Standard_Door", existence_of_door=leaves, size=size, door_rotation=angles)
    return [
        panel,
        _frame(rng, leaves, size),
        _hinges(rng, leaves, size),
        _handle(rng, leaves, size, angles),
    ]


def _frame(rng: Rng, leaves: list[int], size: list[float]) -> Part:
    u = rng.uniform
    opening = [size[0] * sum(leaves), size[1]]
    trims = rng.integers(0, 2, 2).tolist()
    wider, higher = u(0.03, 0.3), u(0.01, 0.18)
    main = [opening[0] + wider, opening[1] + higher, u(0.02, 0.105)]
    outer: list[list[float]] = []
    shifts: list[list[float]] = []
    for index, present in enumerate(trims):
        if not present:
            outer.append([0, 0, 0])
            shifts.append([0, 0])
            continue
        k = u(0.3, 1.5)
        room = 1 if k >= 1 else 1 - k
        aside = -u(0, wider / 2 * room) if sum(leaves) == 1 and rng.random() < 0.5 else 0.0
        up = u(0, higher * room) if rng.random() < 0.5 else 0.0
        depth = min(u(0.03, 0.085), main[2]) if index == 0 else u(0.03, 0.085)
        outer.append([opening[0] + k * wider, opening[1] + k * higher, depth])
        shifts.append([aside, up])
    if all(trims):
        outer[1], shifts[1] = list(outer[0]), list(shifts[0])
    inner = [opening if present else [0, 0] for present in trims]
    return part(
        "Standard_Doorframe",
        door_size=[*opening, size[2]],
        existence_of_doorframe=trims,
        main_outer_size=main,
        main_inner_outer_offset=[0, 0],
        main_offset=[0, 0],
        sub1_outer_size=outer[0],
        sub1_inner_size=inner[0],
        sub1_inner_outer_offset=[0, 0],
        sub1_offset=shifts[0],
        sub2_outer_size=outer[1],
        sub2_inner_size=inner[1],
        sub2_inner_outer_offset=[0, 0],
        sub2_offset=shifts[1],
    )


def _hinges(rng: Rng, leaves: list[int], size: list[float]) -> Part:
    width, height, _ = size
    number = int(rng.integers(2, 5))
    low = height * (rng.uniform(0.05, 0.3) if number == 2 else rng.uniform(0.05, 0.2))
    gap = 0.65 * height * rng.uniform(0.8, 1) / (number - 1)
    gaps = [gap if index < number - 1 else 0.0 for index in range(4)]
    x = width if all(leaves) else width / 2
    left, right = [-x, low - height / 2, 0], [x, low - height / 2, 0]
    return part(
        "Standard_Hinge",
        number_of_hinge=[number],
        size=[rng.uniform(0.004, 0.005), rng.uniform(0.08, 0.095)],
        separation=gaps,
        offset_1=left if leaves[0] else right,
        offset_2=right if all(leaves) else [0, 0, 0],
        existence_of_door=leaves,
    )


def _handle(rng: Rng, leaves: list[int], size: list[float], angles: list[float]) -> Part:
    u = rng.uniform
    # Nearly all have one in front: what is behind cannot be seen from there.
    front, behind = rng.choice([(True, True), (True, False), (False, True)], p=[0.5, 0.4, 0.1])
    shared: dict[str, Any] = {
        "existence_of_handle": [int(behind), int(front)],
        "offset_x": [size[0] * u(0.3, 0.45), 0],
        "door_rotation": angles,
        "existence_of_door": leaves,
        "door_size": size,
    }
    kind = rng.integers(4)
    if kind == 0:
        return part(
            "LShape_Handle",
            fixed_part_size=[u(0.03, 0.05), u(0.03, 0.05), u(0.008, 0.01)],
            vertical_movable_size=[u(0.02, 0.03), u(0.0125, 0.0225), u(0.01, 0.014)],
            horizontal_movable_size=[u(0.08, 0.09), u(0.01, 0.02), u(0.01, 0.02)],
            interpiece_offset=[0, 0],
            **shared,
        )
    if kind == 1:
        foot, gap = [u(0.02, 0.03), u(0.0125, 0.0225), u(0.01, 0.015)], u(0.08, 0.09)
        grip = [foot[0] + u(0, 0.01), gap + 2 * foot[1] + u(0, 0.03), u(0.009, 0.0095)]
        shared["offset_x"] = [-shared["offset_x"][0], 0]
        shared["existence_of_handle"] = [int(front), int(behind)]
        return part(
            "PiShape_Handle",
            main_size=grip,
            sub_size=foot,
            separation=[gap],
            interpiece_offset=[0],
            **shared,
        )
    if kind == 2:
        return part(
            "Cylindrical_Handle",
            fixed_part_size=[u(0.02, 0.04), u(0.005, 0.006)],
            sub_size=[u(0.006, 0.009), u(0.01, 0.025)],
            main_size=[u(0.018, 0.04), u(0.023, 0.043)],
            **shared,
        )
    ball = u(0.02, 0.05)
    return part(
        "Spherical_Handle",
        fixed_part_size=[u(0.02, 0.035), u(0.002, 0.003)],
        sub_size=[u(0.006, 0.01), u(0.002, 0.02)],
        main_size=(ball * u(0.7, 1, 3)).tolist(),
        **shared,
    )
