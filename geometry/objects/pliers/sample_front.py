"""Draws what pliers have besides shaft and handles: jaws at the shaft, a baffle on the handles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geometry.maths import atan2d, atand, cosd, sind
from geometry.schema.template import Part, part

#: Typical sizes of the jaws' rear and front pieces, of curved jaws, and of baffles.
REAR, TIP = (0.1073, 0.1055, 0.0827, 0.1591), (0.1055, 0.02, 0.0745, 0.3609)
CURVE, CURVE_HEIGHT = (0.1356, 0.36), 0.0725
BAFFLE_OUT, BAFFLE_THICKNESS, BAFFLE_HEIGHT = 0.25, 0.03, 0.17
THINNEST = 0.012

Rng = np.random.Generator


def gripper(
    rng: Rng, opening: float, size: Sequence[float], head: Sequence[float], turn: float
) -> Part:
    """Jaws in front of a disc (size: radius, height), or parallel ones on the turned head plate."""
    u = rng.uniform
    smallest, largest = (0.5, 0.8) if head else (0.8, 1.2)
    cusp = rng.random() < 0.5
    if head:
        apart, angle, out = head[0] * opening / 50, 0.0, head[2] / 2
        placement = {
            "position": [out * sind(turn), size[1] + head[1] / 2, out * cosd(turn)],
            "rotation": [0, turn, 0],
        }
    else:
        apart, angle = size[0] * sind(opening), opening
        out = size[0] * cosd(opening) * (1.0 if cusp else 0.5)
        placement = {"position": [0, 0, out]}
    jaws = {"gripper_separation": [apart], "gripper_rotation": [angle], **placement}
    if cusp:
        rear = np.multiply(REAR, u(smallest, largest, 4))
        tip = np.multiply(TIP, u(smallest, largest, 4))
        if head:
            tip[1] = head[1]
        return part("Cusp_Gripper", behind_size=list(rear), front_size=list(tip), **jaws)
    radius = list(CURVE * u(smallest, largest, 2))
    height = head[1] if head else CURVE_HEIGHT * u(0.8, 1.2)
    return part("Curved_Gripper", radius=radius, thickness=[height], **jaws)


def baffle(rng: Rng, handle: Part) -> Part:
    """A plate across each front bar of a handle, or an arc that joins both bars."""
    u, numbers = rng.uniform, handle["parameters"]
    (thick, height, long), angle = numbers["front_size"], numbers["handle_rotation"][0]
    apart, (_, y, z) = numbers["handle_separation"][0], numbers["position"]
    if rng.random() < 0.5:
        along, out = long * u(0.7, 0.9), BAFFLE_OUT * u(0.1, 0.3)
        x = apart / 2 + along * sind(angle)
        inside = 2 * (x / max(cosd(angle), 0.2) + out)  # so that it ends before the other plate
        length = min(max(thick * u(1.5, 2.5), thick + 2 * out), 0.98 * inside)
        return part(
            "Rectangular_Baffle",
            size=[length, height * u(1.5, 2.5), BAFFLE_THICKNESS * u(0.7, 1.3)],
            baffle_separation=[2 * (x + out * cosd(angle))],
            baffle_rotation=[-angle],
            position=[0, y, z - along * cosd(angle) + out * sind(angle)],
        )
    along = long * u(0.6, 0.8)
    x, back = apart / 2 + along * sind(angle), along * cosd(angle)
    centre = np.hypot(x, back)  # as far in front of the handles' origin as the bars are behind it
    radius = np.hypot(x, centre + back)
    outer, inner = radius * u(1.0, 1.08), radius * u(0.92, 1.0)
    return part(
        "Curved_Baffle",
        radius=[max(outer, inner + THINNEST), inner],
        height=[BAFFLE_HEIGHT * u(0.8, 1.2)],
        exist_angle=[atan2d(x, centre + back) + u(1.2, 1.3) * atand(thick / 2 / outer)],
        seperation_rotation=[0],
        position=[0, y, z + centre],
    )
