"""New pliers: nippers, needle noses, cutters on a round joint, and pairs of plates set at an angle.

A shaft is drawn first, then handles that leave it at an opening angle, jaws, perhaps a baffle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geometry.maths import atan2d, cosd, sind
from geometry.objects.pliers.sample_front import baffle, gripper
from geometry.schema.template import Part, part

#: Typical sizes: of the disc; of the plates; of the bars and arcs of each kind of handle.
DISC = (0.105, 0.09)
PLATES = ((0.2521, 0.04, 0.2893), (0.1886, 0.0871, 0.2236))
BARS = {
    "Straight_Handle": ((0.095, 0.0625, 0.3925), (0.08, 0.0825, 0.9525)),
    "Rear_Curved_Handle": ((0.1011, 0.0844, 0.2889), (1.3333, 1.22, 0.0989)),
    "Middle_Curved_Handle": ((0.107, 0.105, 0.364), (1.283, 1.176, 0.121), (0.1, 0.12, 0.242)),
}
PLATE_HANDLES_APART = 0.1425
ARC = 40.0
RIVET = 0.053
UNUSED_RIVET = (0.0508, 0.1033)

Rng = np.random.Generator


@dataclass(frozen=True)
class Shaft:
    """A shaft, and what the other parts need to know of it.

    opening: half the angle between the handles. size: radius and height of a disc, or x, y, z of
    the lower plates. head: x, y, z of the third plate, () for a disc. turn: of the third plate.
    """

    part: Part
    opening: float
    size: tuple[float, ...]
    head: tuple[float, ...] = ()
    turn: float = 0.0


def _opening(rng: Rng, low: float, high: float) -> float:
    """Half the angle between the handles: little, half of the time."""
    return float(rng.uniform(low, 15 if rng.random() < 0.5 else high))


def _disc(rng: Rng, widest: float) -> Shaft:
    u = rng.uniform
    radius, height = np.multiply(DISC, u(0.7, 1.3, 2))
    rivet = [radius * u(0.4, 0.6), height * u(1.04, 1.25)] if rng.random() < 0.5 else []
    shaft = part(
        "Round_Shaft",
        size=[radius, height],
        has_central_shaft=[int(bool(rivet))],
        central_shaft_size=rivet or [*UNUSED_RIVET],
        central_shaft_offset=[0, 0, 0],
    )
    return Shaft(shaft, _opening(rng, 0, widest), (float(radius), float(height)))


def _plates(rng: Rng) -> Shaft:
    u = rng.uniform
    plate = np.multiply(PLATES[0], u(0.7, 1.2, 3))
    head = np.multiply(PLATES[1], u(0.8, 1.5, 3))
    head = np.array([head[[0, 2]].max(), plate[1], head[[0, 2]].min()])
    opening, turn = _opening(rng, 5, 45), float(u(20, 50))
    riveted = rng.random() < 0.5
    rivet = [RIVET * u(0.7, 1.3), 3 * plate[1] * u(1.05, 1.3)]
    shaft = part(
        "Rectangular_Shaft",
        num_layers=[3],
        layer_1_size=list(plate),
        layer_2_size=list(plate),
        layer_3_size=list(head),
        layer_2_offset=[0, 0],
        layer_3_offset=[0, 0],
        layer_rotation=[-opening, opening, turn],
        has_central_shaft=[int(riveted)],
        central_shaft_size=rivet if riveted else [*UNUSED_RIVET],
        central_shaft_offset=[0, plate[1] / 2 if riveted else 0, 0],
    )
    return Shaft(shaft, opening, tuple(plate), tuple(head), turn)


def _handles(rng: Rng, name: str, shaft: Shaft) -> Part:
    """Bars and arcs from the shaft; on plates the right half is one plate higher than the left."""
    u, opening = rng.uniform, shaft.opening
    front = np.multiply(BARS[name][0], u(0.7, 1.3, 3))
    thick = shaft.size[1]
    if shaft.head:
        front[1] = lift = thick
        apart, back = shaft.size[2] * sind(opening), -shaft.size[2] / 2 * cosd(opening)
        place = [0, -thick / 2, back]
    else:
        apart, lift, place = shaft.size[0], 0.0, [0.0, 0.0, 0.0]
    if name == "Straight_Handle":
        if shaft.head:
            apart, place[2] = PLATE_HANDLES_APART * u(0.8, 1.2), 0.0
        return part(
            name,
            front_size=list(front),
            behind_size=list(BARS[name][1] * u(0.7, 1.3, 3)),
            handle_separation=[apart],
            handle_rotation=[opening, opening * u(0.8, 1.0)],
            front_behind_offset=[0, 0],
            left_right_offset=[lift],
            position=place,
        )
    if not shaft.head:
        front[1] = thick * u(0.8, 1.0)
    outer, inner, _ = BARS[name][1]
    around = outer * u(0.75, 1.25)
    arc = [around, around - (outer - inner) * u(0.8, 1.2), front[1] * u(0.8, 1.2)]
    angle = ARC * u(0.6, 1.3)
    sideways = 2 * around * sind(angle / 2) ** 2
    splay = atan2d(sideways, front[2] + (arc[0] + arc[1]) / 2 * sind(angle))
    start = opening + splay
    shared = {
        "front_size": list(front),
        "exist_angle": [angle],
        "handle_separation": [apart],
        "left_right_offset": [lift],
        "position": place,
    }
    # The arcs are half a plate higher than the left bars: in contact with those of both sides.
    if name == "Rear_Curved_Handle":
        bend = 20 * u(0.7, 1.3) - 16 * u(0.7, 1.3) if shaft.head else 0.0
        return part(
            name,
            behind_size=arc,
            handle_rotation=[start, start + bend],
            front_behind_offset=[-front[0] / 2 * cosd(opening), lift / 2],
            **shared,
        )
    behind = np.multiply(BARS[name][2], u(0.8, 1.2, 3))
    behind[1] = front[1]
    a, b, c = np.array([11, 30, 7]) * u(0.7, 1.3, 3)
    arc_start, last = (start + b - a, start + c - a) if shaft.head else (start, start)
    if not shaft.head:
        last = start + c - (a + b) / 2
    return part(
        name,
        middle_size=arc,
        behind_size=list(behind),
        handle_rotation=[start, arc_start, last],
        front_middle_offset=[-front[0] * sind(opening), lift / 2],
        middle_behind_offset=[0, -lift / 2],
        **shared,
    )


def sample(rng: Rng) -> list[Part]:
    name = str(rng.choice(list(BARS)))
    widest = 50.0 if name == "Straight_Handle" else 45.0
    shaft = _disc(rng, widest) if rng.random() < 0.5 else _plates(rng)
    handle = _handles(rng, name, shaft)
    parts = [shaft.part, handle, gripper(rng, shaft.opening, shaft.size, shaft.head, shaft.turn)]
    if rng.random() < 0.5:
        parts.append(baffle(rng, handle))
    return parts
