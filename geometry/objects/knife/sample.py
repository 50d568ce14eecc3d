"""New knives: cutters with a sliding blade, pocket knives at any angle, kitchen knives."""

from __future__ import annotations

import numpy as np

from geometry.objects.knife.templates import REACH
from geometry.schema.template import Part, part

#: Typical sizes, as the templates list them.
CHANNEL, CHANNEL_WALLS, SLOT = (0.0917, 1.5762, 0.2477), (0.2903, 0.0314, 0.0312), 0.0993
BUTTON_HEIGHT = 0.2761
BLOCK, PLATE = (0.1028, 0.0757, 0.1973), 1.0804
ROD, BOX, GRIP = (0.0695, 0.0683, 0.7148), (0.0682, 0.7141, 0.1875), (0.0758, 0.6009, 0.2011)
ARC, ARC_THICKNESS, ARC_ANGLE = (1.326, 1.1246), 0.1022, 51.04
BLADE_THICKNESS, TIP = 0.0295, 0.374
PLAY = 0.005  # between a blade and the channel that it slides in
TIP_ANGLE = 50.0  # without effect

Rng = np.random.Generator


def _spread(rng: Rng, typical: tuple[float, ...], low: float, high: float) -> list[float]:
    return (np.array(typical) * rng.uniform(low, high, len(typical))).tolist()


def _cusp_blade(
    rng: Rng, thick: float, width: float, length: float, lean: float, place: dict[str, list[float]]
) -> Part:
    """A straight blade with a point; `lean`: shift of the point, in widths."""
    tip = length * rng.uniform(0.15, 0.25)
    return part(
        "Cusp_Blade",
        root_size=[thick, length - tip, width, width],
        root_z_offset=[0.0],
        tip_length=[tip],
        tip_z_offset=[lean * width],
        **place,
    )


def _cutter(rng: Rng) -> list[Part]:
    u = rng.uniform
    size = _spread(rng, CHANNEL, 0.8, 1.3)
    room = (CHANNEL[0] - 2 * CHANNEL_WALLS[1]) * u(0.9, 1.1)
    rear, fraction = (size[0] - room) / 2, u(0.8, 1.2)
    floor, wall = CHANNEL_WALLS[0] * fraction, min(CHANNEL_WALLS[2] * fraction, rear)
    gap = SLOT * u(0.7, 1.3)
    depth = size[1] - floor
    out = depth * u(0.0, REACH)
    low = out - size[1] / 2 + floor
    tall = BUTTON_HEIGHT * u(0.5, 1.2)
    button = [size[0] * u(0.7, 1.1), min(tall, depth - out), min(gap, size[2] - 2 * wall)]
    button[2] *= u(0.85, 0.98)
    return [
        part("Enveloping_Handle", size=size, thickness=[floor, rear, wall], gap_width=[gap]),
        _cusp_blade(
            rng, room - PLAY, size[2] - 2 * wall - PLAY, depth, 0.5, {"position": [0, low, 0]}
        ),
        part("Regular_Button", size=button, position=[button[0] / 2, low + button[1] / 2, 0]),
    ]


def _folding(rng: Rng) -> list[Part]:
    u = rng.uniform
    block = _spread(rng, BLOCK, 0.6, 1.4)
    apart, tall = block[0] * u(0.6, 0.7), PLATE * u(0.6, 1.4)
    plate = block[0] - apart
    handle = part(
        "Multideck_Handle",
        bottom_size=block,
        beside_size=[plate, tall, block[2]],
        beside_seperation=[apart],
        beside_offset=[0.0, 0.0],
    )
    length = (tall - block[1] / 2) * u(0.9, 0.99)  # folded in it ends above the block
    angle = 0 if rng.random() < 0.3 else int(rng.integers(180))
    place = {"position": [0, tall / 2, 0], "rotation": [float(angle), 0, 0]}
    lean = 0.0 if rng.random() < 0.5 else u(-0.5, 0.5)
    return [handle, _cusp_blade(rng, apart - plate, block[2] * u(0.6, 0.9), length, lean, place)]


def _curved_blade(
    rng: Rng,
    length: float,
    bottom: float,
    top: float,
    tip: float,
    y: float,
    z: float = 0.0,
    top_shift: float = 0.0,
) -> Part:
    return part(
        "Curved_Blade",
        root_size=[BLADE_THICKNESS * rng.uniform(0.7, 1.3), length, bottom, top],
        root_z_offset=[top_shift],
        tip_length=[tip],
        tip_angle=[TIP_ANGLE],
        position=[0, y, z],
    )


def _with_rod(rng: Rng, widens: bool) -> list[Part]:
    u = rng.uniform
    top, bottom, tall = _spread(rng, ROD, 0.6, 1.4)
    if rng.random() < 0.5:
        top = bottom = (top + bottom) / 2
    top, bottom = max(top, bottom), min(top, bottom)
    width = top * (u(1.0, 1.6) if widens else u(1.2, 1.6))
    above = width * u(1.2, 1.4) if widens else width
    tip = TIP * (u(0.7, 1.0) if widens else u(1.0, 1.2))
    blade = _curved_blade(rng, tall * u(0.7, 1.1), width, above, tip, tall / 2)
    return [part("Cylindrical_Handle", size=[top, bottom, tall]), blade]


def _with_box(rng: Rng, widens: bool) -> list[Part]:
    u = rng.uniform
    size = _spread(rng, BOX, 0.6, 1.4)
    width = size[2] * (u(0.7, 0.9) if widens else u(0.6, 0.8))
    above = width * u(1.2, 1.4) if widens else width
    tip = TIP * (u(0.7, 1.3) if widens else u(1.0, 1.3))
    blade = _curved_blade(rng, size[1] * u(0.8, 1.2), width, above, tip, size[1] / 2)
    return [part("Cuboidal_Handle", size=size), blade]


def _with_grip(rng: Rng) -> list[Part]:
    """A pommel under the grip, on the middle of it or flush with its back."""
    u = rng.uniform
    main = _spread(rng, GRIP, 0.7, 1.3)
    wider = u(1.2, 1.8)
    bottom = [main[0] * wider, main[1] / (4.5 * u(0.8, 1.2)), main[2] * wider]
    shift = (bottom[2] - main[2]) / 2 if rng.random() < 0.5 else 0.0
    width = main[2] * u(0.6, 0.8)
    return [
        part("T_Shaped_Handle", main_size=main, bottom_size=bottom, bottom_offset=[0, shift]),
        _curved_blade(
            rng,
            main[1] * u(0.8, 1.2),
            width,
            width * u(1.3, 1.5),
            TIP * u(0.7, 1.3),
            main[1] / 2,
        ),
    ]


def _with_arc(rng: Rng, widens: bool) -> list[Part]:
    """The back of the blade goes on from the back of the handle."""
    u = rng.uniform
    outer, wide = ARC[0] * u(0.7, 1.3), (ARC[0] - ARC[1]) * u(0.7, 1.3)
    handle = part(
        "Curved_Handle",
        radius=[outer, outer - wide],
        thickness=[ARC_THICKNESS * u(0.7, 1.3)],
        exist_angle=[ARC_ANGLE * u(0.8, 1.2)],
    )
    if widens:
        length, bottom, tip = outer * u(0.2, 0.4), wide * u(0.7, 1.0), outer * u(0.8, 1.1)
        above, shift = bottom * u(1.4, 2.0), 0.0
    else:
        length, bottom, tip = outer * u(0.8, 1.2), wide * u(1.3, 1.5), TIP * u(0.6, 0.8)
        above, shift = bottom, (bottom - wide) / 2
    z = (bottom - wide) / 2
    return [handle, _curved_blade(rng, length, bottom, above, tip, 0.0, z, shift)]


def sample(rng: Rng) -> list[Part]:
    kind = rng.choice(["cutter", "folding", "rod", "box", "grip", "arc"], p=[0.3, 0.3] + [0.1] * 4)
    if kind == "cutter":
        return _cutter(rng)
    if kind == "folding":
        return _folding(rng)
    if kind == "grip":
        return _with_grip(rng)
    widens = bool(rng.random() < 0.5)
    fixed = {"rod": _with_rod, "box": _with_box, "arc": _with_arc}
    return fixed[str(kind)](rng, widens)
