"""New staplers: nearly shut, ajar and wide open, with a solid or a hollow cover.

How large a stapler is cannot be seen in a picture, so every base has the same diagonal.
"""

from __future__ import annotations

import math

import numpy as np

from geometry.schema.template import Part, part

TYPICAL_DIAGONAL = 1.5  # of the base, in x and z
UNUSED_ROD = (0.0375, 0.3)
UNUSED_CAP = (0.1, 0.0135)

Rng = np.random.Generator


def sample(rng: Rng) -> list[Part]:
    """The cover shuts over the base; cheeks and magazine are lower than its hollow."""
    u = rng.uniform
    base = np.array([u(0.3, 0.45), u(0.05, 0.09), u(1.15, 1.8)])
    scale = TYPICAL_DIAGONAL / math.hypot(base[0], base[2])
    length, thick, width = base * scale
    wall = u(0.012, 0.02) * scale
    angle = -u(6, 30) if rng.random() < 0.5 else -u(8, 125)
    hinge = {"position": [0, thick / 2, -width / 2], "rotation": [angle, 0, 0]}
    tall = length * u(0.65, 0.75)
    if rng.random() < 0.5:
        room = 0.9 * tall
        cover = part("Simplified_Cover", size=[length, tall, width], **hinge)
    else:
        room = length * u(0.42, 0.56)
        outer = [length + 2 * wall, tall, width + 2 * wall]
        cover = part("Carved_Cover", outer_size=outer, inner_size=[length, room, width], **hinge)
    cheek = np.array([length * u(0.21, 0.25), min(u(0.2, 0.24) * scale, 0.92 * room), 0.0])
    cheek[2] = u(0.2, 0.24) * scale
    apart = (length - 2 * cheek[0]) * u(0.7, 0.9)
    behind = (width - cheek[2]) / 2 * u(0.1, 0.2)
    rod, shaft = u(0.03, 0.045) * scale, rng.random() < 0.5
    cap = u(0.4, 0.5) * cheek[1:].min(), u(0.012, 0.015) * scale
    body = part(
        "Standard_Body",
        base_size=[length, thick, width],
        beside_size=list(cheek),
        beside_seperation=[apart],
        beside_offset_z=[behind],
        has_shaft=[int(shaft)],
        shaft_central_size=[rod, apart + cheek[0]] if shaft else [*UNUSED_ROD],
        shaft_beside_size=list(cap) if shaft else [*UNUSED_CAP],
        shaft_offset=[0, 0],
    )
    seat = {
        "position": [0, thick / 2, -width / 2 + cheek[2] / 2 + behind - rod],
        "rotation": [angle * u(0.05, 0.8), 0, 0],
    }
    clear = apart - cheek[0]
    size = np.array([clear * u(0.8, 0.95), cheek[1] * u(0.75, 1.0), width * u(0.67, 0.8)])
    return [body, cover, _magazine(rng, size, wall, seat)]


def _magazine(rng: Rng, size: np.ndarray, wall: float, seat: dict[str, list[float]]) -> Part:
    u = rng.uniform
    if rng.random() < 0.5:
        wall = min(wall, 0.25 * size[0])
        inner = size - (2 * wall, wall, 2 * wall)
        return part("Carved_Magazine", outer_size=list(size), inner_size=list(inner), **seat)
    side = size[2] * u(0.7, 0.8)
    return part(
        "Complex_Magazine",
        size=list(size),
        thickness=[size[0] / 2 * u(0.4, 0.7)],
        front_height=[size[1] * u(1.05, 1.25)],
        beside_length=[side],
        beside_offset=[(size[2] - side) * u(-0.2, 0.2)],
        **seat,
    )
