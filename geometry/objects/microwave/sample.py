"""New microwave ovens: the door shut or open to any side, with a panel beside it or without."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geometry.objects.shared import appliance_doors as shared
from geometry.objects.shared.appliance_doors import CLOSED, Door
from geometry.schema.template import Part, part

Rng = np.random.Generator
#: From the free edge of the door to the middle of its handle.
MARGIN = 0.24
#: How often there is a panel: hardly a microwave oven is without, or told from other boxes.
PANELS = 0.9
#: Difference of a bow's radii.
BOW = 0.06


@dataclass(frozen=True)
class Opening:
    """Which edge the door hangs on, and the strip of the front that a panel takes (0: none)."""

    hinge: str  # below, above, left, right
    strip: float

    @property
    def upright(self) -> bool:
        """Whether the door turns about x."""
        return self.hinge in ("below", "above")


def sample(rng: Rng) -> list[Part]:
    u = rng.uniform
    width = u(1.74, 3.06)
    size = np.array([width, width * u(0.6, 0.7), width * u(0.514, 0.892)])
    wall, side = u(0.08, 0.12), u(0.06, 0.09)
    body = part("Cuboidal_Body", size=list(size), thickness=[wall, wall, side, side, wall])
    hinge = str(rng.choice(["left", "right", "below", "above"], p=[0.4, 0.3, 0.2, 0.1]))
    panel = rng.random() < PANELS
    along = size[1] if hinge in ("below", "above") else size[0]
    opening = Opening(hinge, along * u(0.2, 0.3) if panel else 0.0)
    door = _door(rng, opening, size)
    parts = [body, _leaf(rng, door)]
    if panel:
        parts.append(_panel(rng, opening, size, door))
    parts.append(_handle(rng, opening, door))
    if door.ajar and rng.random() < 0.7:
        table = [size[2] * u(0.35, 0.4), u(0.075, 0.08)]
        floor = -size[1] / 2 + wall
        parts.append(part("Cylindrical_Tray", size=table, position=[0, floor, wall / 2]))
    return parts


def _door(rng: Rng, opening: Opening, size: np.ndarray) -> Door:
    width, height, deep = size
    thick = rng.uniform(0.06, 0.08)
    least = 50 if opening.upright else 30
    opened = 0.0 if rng.random() < CLOSED else rng.uniform(least, 90)
    if opening.upright:
        leaf = (width, height - opening.strip, thick)
        end = height / 2 if opening.hinge == "above" else -height / 2
        return shared.hung(leaf, opening.hinge, (0, end, deep / 2), opened)
    leaf = (width - opening.strip, height, thick)
    end = width / 2 if opening.hinge == "right" else -width / 2
    return shared.hung(leaf, opening.hinge, (end, 0, deep / 2), opened)


def _leaf(rng: Rng, door: Door) -> Part:
    if rng.random() < 0.5:
        return shared.plain(door)
    fraction = rng.uniform(0.8, 0.9)
    recess = np.array(door.size) * [fraction, fraction, rng.uniform(0.4, 0.6)]
    return shared.sunken(door, recess)


def _panel(rng: Rng, opening: Opening, size: np.ndarray, door: Door) -> Part:
    """A panel over the strip that the closed door leaves free, with one to four buttons."""
    u = rng.uniform
    width, height, deep = size
    thick = door.size[2]
    number = int(rng.integers(1, 5))
    if opening.upright:
        panel = [width, opening.strip, 1.5 * thick]
        up = (height - opening.strip) / 2 * (1 if opening.hinge == "below" else -1)
        place = [0, up, deep / 2]
    else:
        panel = [opening.strip, height, thick]
        aside = (width - opening.strip) / 2 * (1 if opening.hinge == "left" else -1)
        place = [aside, 0, deep / 2]
    pitch = max(panel[:2]) * u(0.16, 0.22)
    button = np.minimum([u(0.12, 0.23), u(0.12, 0.23)], [0.7 * min(panel[:2])] * 2)
    button = np.minimum(button, 0.8 * pitch)
    high = u(0.06, 0.12)
    numbers: dict[str, list[float]] = {}
    for index in range(4):
        exists = index < number
        off = (index - (number - 1) / 2) * pitch
        numbers[f"button_{index + 1}_size"] = [*button, high] if exists else [0, 0, 0]
        offset = [off, 0] if opening.upright else [0, -off]
        numbers[f"button_{index + 1}_offset"] = offset if exists else [0, 0]
    return part(
        "Controller_With_Button", bottom_size=panel, num_buttons=[number], **numbers, position=place
    )


def _handle(rng: Rng, opening: Opening, door: Door) -> Part:
    """A bar along the free edge of the door; the template's long side is x or y."""
    u = rng.uniform
    width, height, thick = door.size
    edge = width if opening.upright else height
    towards = {"below": (0, 1), "above": (0, -1), "left": (1, 0), "right": (-1, 0)}[opening.hinge]
    x, y = towards[0] * (width / 2 - MARGIN), towards[1] * (height / 2 - MARGIN)
    along_x, along_y = (0, 90) if opening.upright else (90, 0)
    kind = rng.integers(4)
    if kind == 0:
        bar = [edge * u(0.5, 0.9), u(0.1, 0.14), u(0.1, 0.14)]
        return part("Cuboidal_Handle", size=bar, **door.place(x, y, thick, along_x))
    foot = [u(0.06, 0.09), u(0.06, 0.09), u(0.15, 0.17)]
    if kind == 1:
        grip = [foot[0] * u(1, 1.1), edge * u(0.5, 0.9), u(0.06, 0.09)]
        return part(
            "Trifold_Handle",
            mounting_size=foot,
            mounting_seperation=grip[1] * u(0.7, 0.8),
            grip_size=grip,
            **door.place(x, y, thick, along_y),
        )
    angle, span = u(70, 80), edge * u(0.5, 0.85)
    outer, inner = shared.bow(span, angle, BOW)
    lift = shared.bow_lift(BOW, angle, thick)
    if kind == 2:
        apart = shared.feet_of_bow(inner, angle, foot[2], lift)
        return part(
            "Trifold_Curve_Handle",
            mounting_size=foot,
            mounting_seperation=min(apart, 0.95 * span),
            curve_size=[outer, inner, u(0.06, 0.1)],
            curve_exist_angle=angle,
            **door.place(x, y, thick, along_y),
        )
    return part(
        "Curve_Handle",
        curve_size=[outer, inner, u(0.06, 0.1)],
        curve_exist_angle=angle,
        **door.place(x, y, thick + lift, along_y),
    )
