"""New clips: pegs of two plates, clips with straight wide jaws, claws and pincers with curved ones.

How large a clip is cannot be seen in a picture, so all handle plates have the same diagonal.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from geometry.maths import asind, atand, cosd, sind
from geometry.schema.template import Part, part

TYPICAL_DIAGONAL = 0.68  # of a handle plate, in x and y
HANDLE, PINCER = 0.1963, 0.4455  # width of a handle, radius of a large jaw

Rng = np.random.Generator


@dataclass(frozen=True)
class Lever:
    """Handle plates (x, length, thickness), and where the middle of their upper ends is in front.

    scale: what all lengths have been brought to the typical diagonal with.
    """

    part: Part
    handle: tuple[float, float, float]
    scale: float
    y: float
    z: float


def _about(rng: Rng) -> float:
    return float(rng.uniform(0.8, 1.2))


def _lever(rng: Rng, kind: str) -> Lever:
    u = rng.uniform
    x = HANDLE * _about(rng)
    if kind == "peg":
        y, z = 3 * x * u(0.8, 1.4), 3 / 8 * x * u(0.8, 1.5)
        tall, deep, shift = y / 5 * _about(rng), z * u(0.8, 1.5), u(-0.5, 0.3)
        lean = atand(deep / y) * _about(rng)
    elif kind == "pincer":
        y, z = x * u(2, 3) * _about(rng), x / 2 * _about(rng)
        tall, deep, shift = y / 4 * _about(rng), y / 3 * u(0.8, 1.1), u(-0.5, 0)
        lean = 25 * _about(rng)
    elif kind == "wide":
        y, z = 8 / 5 * x * _about(rng), x / 4 * _about(rng)
        tall, deep, shift = y / 5 * _about(rng), z * u(0.8, 1.5), u(-0.5, 0)
        lean = atand(deep / y) * u(0.8, 0.9)
    else:
        y, z = 2 * x * _about(rng), x / 5 * _about(rng)
        tall, deep = y / 3 * u(0.7, 1.2), y / 3 * _about(rng)
        shift = -(1 - tall / y) * u(0.5, 0.95)
        lean = 20 * _about(rng)
    above = y / 2 * (1 + shift)  # of the hinge, along the plate
    lean = min(lean, asind(0.98 * deep / 2 / above))  # the upper ends at most meet
    if rng.random() < 0.5:
        block, apart = x / 2 * u(0.7, 0.95), 0.0
    else:
        block = x / 8 * _about(rng)
        apart = (x - 2 * block) / 2 * u(0.5, 0.9)
    scale = TYPICAL_DIAGONAL / math.hypot(x, y)
    lever = part(
        "Regular_lever",
        level_support_size=[block * scale, tall * scale, deep * scale],
        level_support_seperation=[apart * scale],
        level_handle_size=[x * scale, y * scale, z * scale],
        level_handle_offset=[y / 2 * shift * scale],
        level_handle_rotation=[lean],
    )
    end_y, end_z = above * cosd(lean), (deep + z) / 2 - above * sind(lean)
    return Lever(lever, (x * scale, y * scale, z * scale), scale, end_y * scale, end_z * scale)


def _flat_jaw(rng: Rng, lever: Lever) -> Part:
    """Two wide plates on the handles' upper ends that meet, or nearly, at their own."""
    u = rng.uniform
    x, y, z = lever.handle
    size = [4 * x * u(0.5, 1.2), y / 2 * _about(rng), min(z * _about(rng), 1.9 * lever.z)]
    end = min(size[2] / 2 * u(1.02, 1.3), lever.z)
    lean = asind((lever.z - end) / size[1])
    apart = (lever.z + end) / 2 / cosd(lean)
    bottom = lever.y - size[1] * u(0.05, 0.1)
    return part(
        "Regular_jaw",
        size=size,
        jaw_separation=[apart],
        jaw_rotation=[lean],
        position=[0, bottom + size[1] / 2 * cosd(lean) - apart * sind(lean), 0],
    )


def _curved_jaw(rng: Rng, lever: Lever, wide: bool) -> Part:
    """Two arcs on the handles' upper ends that meet at their own."""
    u = rng.uniform
    x, y, z = lever.handle
    if wide:
        thick, radius, length = z / 2 * _about(rng), y / 3 * u(0.8, 1.0), x * u(2, 4) * _about(rng)
        arc = 90 * u(0.8, 1.0)
    else:
        thick, radius = z * _about(rng), PINCER * lever.scale * _about(rng)
        length = x * (u(1.2, 1.3) if rng.random() < 0.5 else _about(rng))
        arc = 90 * _about(rng)
    thick = min(thick, 0.4 * radius)
    chord = 2 * (radius - thick / 2) * sind(arc / 2)
    turn = asind((lever.z - thick / 2) / chord) - arc / 2
    return part(
        "Curved_jaw",
        size=[radius, radius - thick, length],
        central_angle=[arc],
        jaw_separation=[lever.z],
        jaw_rotation=[turn],
        position=[0, lever.y - 0.2 * z, 0],
    )


def sample(rng: Rng) -> list[Part]:
    kind = str(rng.choice(["peg", "pincer", "wide", "claw"]))
    lever = _lever(rng, kind)
    if kind == "peg":
        return [lever.part]
    jaw = _flat_jaw(rng, lever) if kind == "wide" else _curved_jaw(rng, lever, kind == "claw")
    return [lever.part, jaw]
