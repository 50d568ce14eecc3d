"""Samples dispensers: round or square, with a pump or a spray head, from everyday presets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geometry.schema.template import Part, part

Level = tuple[float, float]  # radius, height

#: (bottom radius, levels) of round bodies.
ROUND: dict[str, tuple[float, list[Level]]] = {
    "bottle": (0.21, [(0.32, 0.25), (0.11, 0.39), (0.086, 0.49)]),
    "based": (0.375, [(0.277, 0.15), (0.277, 0.9), (0.22, 0.13)]),
    "steri": (0.3, [(0.35, 0.08), (0.241, 1.375), (0.35, 0.25), (0.2, 0.25)]),
    "slim": (0.22, [(0.29, 0.19), (0.29, 0.84), (0.11, 0.22), (0.11, 0.112)]),
    "straight": (0.336, [(0.336, 1.025)]),
}
SQUARE = {
    "chubby": (0.84, 0.479, 1.649),
    "slim": (0.437, 1.31, 0.439),
    "regular": (1.13, 1.038, 1.11),
}
PUMPS: dict[str, list[Level]] = {
    "small": [(0.07, 0.048), (0.1, 0.18)],
    "tall": [(0.055, 0.34)],
    "large": [(0.08, 0.102), (0.2, 0.2)],
    "slim": [(0.08, 0.162), (0.018, 0.12), (0.07, 0.11)],
}
#: bottom, middle, top size, top offset, nozzle, handle size, handle offset of spray heads.
SPRAYS = {
    "mid": (
        (0.21, 0.14),
        (0, 0, 0),
        (0.25, 0.207, 0.52),
        0.02,
        (0.06, 0.05),
        (0.115, 0.3, 0.1),
        -0.027,
    ),
    "hand": (
        (0.09, 0.12),
        (0.12, 0.118, 0.215),
        (0.08, 0.064, 0.37),
        0.0,
        (0.04, 0.073),
        (0.03, 0.26, 0.04),
        -0.135,
    ),
    "trig": (
        (0.0581, 0.09),
        (0.268, 0.01, 0.15),
        (0.268, 0.09, 0.17),
        0.0,
        (0.026, 0.044),
        (0, 0, 0),
        0.0,
    ),
}
TURN = 45.0  # about y, of body and head alike
#: Gap that a trigger keeps from the neck, and how high above the shoulder it ends.
GAP, ABOVE = 0.05, 0.02


def sample(rng: np.random.Generator) -> list[Part]:
    sprays = rng.random() < 0.5
    if rng.random() < 0.5:
        body, top, radius = _round(rng, "slim" if sprays else str(rng.choice(list(ROUND))))
        kind = ""
    else:
        kind = str(rng.choice(["slim", "regular"] if sprays else list(SQUARE)))
        body, top, radius = _square(rng, kind)
    nozzle = _spray(rng, radius) if sprays else _press(rng, radius, kind)
    nozzle["parameters"]["position"] = [0, top, 0]
    return [body, nozzle]


def _round(rng: np.random.Generator, kind: str) -> tuple[Part, float, float]:
    """A body, y of its top, radius there."""
    u = rng.uniform
    bottom, preset = ROUND[kind]
    wide, tall = u(0.8, 1.25), u(0.8, 1.25)
    levels = [(r * wide * u(0.9, 1.1), h * tall * u(0.8, 1.25)) for r, h in preset]
    if kind in ("slim", "based"):  # the wall between two wide levels is nearly straight
        levels[1] = (levels[0][0] * u(0.92, 1.05), levels[1][1])
    sizes = {f"level_{k}_size": list(level) for k, level in enumerate(levels, 1)}
    sizes["level_1_size"].append(bottom * wide * u(0.9, 1.1))
    unused = {f"level_{k}_size": [0, 0] for k in range(len(levels) + 1, 5)}
    top = sum(height for _, height in levels) - levels[0][1] / 2
    rotation = [0, TURN, 0]
    body = part("Multilevel_Body", num_levels=[len(levels)], **sizes, **unused, rotation=rotation)
    return body, top, levels[-1][0]


def _square(rng: np.random.Generator, kind: str) -> tuple[Part, float, float]:
    size = [side * rng.uniform(0.7, 1.3) for side in SQUARE[kind]]
    body = part("Cuboidal_Body", size=size, rotation=[0, TURN, 0])
    return body, size[1] / 2, min(size[0], size[2]) / 2


def _press(rng: np.random.Generator, radius: float, body: str) -> Part:
    u = rng.uniform
    forced = {"chubby": "small", "regular": "large"}
    kind = forced.get(body) or str(rng.choice(list(PUMPS)))
    levels = [(r * u(0.7, 1.3), h * u(0.7, 1.3)) for r, h in PUMPS[kind]]
    k = float(np.clip(0.5 * radius / levels[0][0], 0.7, 1.3))
    levels = [(r * k, h * k) for r, h in levels]
    last, height = levels[-1]
    least = u(0.015, 0.03)
    section = max(0.4 * last, least) if kind == "tall" else max(0.2 * height, least)
    number = 2 if kind == "tall" else int(rng.integers(1, 3))
    drops = [u(-10, 10), 0] if number == 1 else [0, u(5, 20)]
    sizes = {f"level_{i}_size": list(level) for i, level in enumerate(levels, 1)}
    unused = {f"level_{i}_size": [0, 0] for i in range(len(levels) + 1, 6)}
    second = section * u(1.5, 2.5)
    return part(
        "Press_Nozzle",
        num_levels=[len(levels)],
        **sizes,
        **unused,
        num_nozzles=[number],
        nozzle_size=[section, section],
        nozzle_length=[section * u(3, 4.5), second if number == 2 else 0],
        nozzle_offset=[-height * u(0.3, 0.5)],
        nozzle_rotation=drops,
        rotation=[0, TURN, 0],
    )


def _spray(rng: np.random.Generator, radius: float) -> Part:
    kind = str(rng.choice(list(SPRAYS)))
    bottom, middle, head, shift, nozzle, handle, along = SPRAYS[kind]
    u = rng.uniform

    def drawn(values: Sequence[float], low: float = 0.7, high: float = 1.3) -> np.ndarray:
        return np.array(values) * u(low, high, len(values))

    k = float(np.clip(0.5 * radius / bottom[0], 0.8, 1.2))
    neck, block, top = drawn(bottom) * k, drawn(middle) * k, drawn(head) * k
    trigger, offset = drawn(handle, 0.6, 1.4) * k, along * k * u(0.7, 1.3)
    swing = u(-5, 5) if kind == "mid" else u(-20, 5)
    tilt = u(-5, 5) if kind == "hand" else u(-15, 5)
    forward = max(shift * k, 0.0)
    if trigger.min() > 0:
        neck_front = max(block[2] / 2, neck[0])
        for _ in range(40):
            front = forward + top[2] / 2 + offset
            if front - trigger[2] - trigger[1] * np.sin(np.radians(abs(swing))) > neck_front + GAP:
                break
            trigger, offset = trigger * 0.97, offset * 0.8
            forward, top[2] = forward + 0.01, top[2] * 1.06
        room = neck[1] + block[1] - ABOVE
        trigger[1] = min(trigger[1], max(room, 0.3 * neck[1]))
    return part(
        "Spray_Nozzle",
        bottom_size=neck.tolist(),
        middle_size=block.tolist(),
        top_size=top.tolist(),
        top_offset=[forward, 0],
        top_rotation=[tilt],
        nozzle_size=drawn(nozzle).tolist(),
        handle_size=trigger.tolist(),
        handle_offset=[offset],
        handle_rotation=[swing],
        rotation=[0, u(40, 50), 0],
    )
