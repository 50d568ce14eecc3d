"""New dishwashers: the door hinged below or at a side, shut or opened, on a plinth or on legs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from geometry.objects.shared import appliance_doors as shared
from geometry.objects.shared.appliance_doors import CLOSED, Door
from geometry.schema.template import Part, part

#: Typical sizes.
BODY = (1.063, 1.245, 1.000)
BLOCK = (0.840, 0.040, 0.040)  # a handle without feet
FOOT = (0.038, 0.114, 0.032)
GRIP = 0.935  # length
BOW_FOOT = (0.025, 0.043, 0.015)
BOW_ANGLE, BOW_WIDTH = 40.0, 0.055
COVER = (0.785, 0.067, 1.112)
HINGES = 0.7, 0.15, 0.15  # how often the door hangs below, left, right
LEG_Z = 0.790  # depth over which legs without a plinth stand


@dataclass(frozen=True)
class Body:
    """A sampled body: size, walls (above and below, sides, behind), board thickness and offset."""

    size: np.ndarray
    walls: np.ndarray
    board: float
    offset: float

    def part(self, deep: float) -> Part:
        """deep: fraction of the cavity's depth that the board fills."""
        above, side, behind = self.walls
        thickness = [above, above, side, side, behind]
        if not self.board:
            return part("Cuboidal_Body", size=list(self.size), thickness=thickness)
        board = [self.board, (self.size[2] - 2 * behind) * deep, 0]
        return part(
            "Double_Layer_Body",
            size=list(self.size),
            thickness=thickness,
            clapboard_size=board,
            clapboard_offset=self.offset,
        )


def _size(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Size, at least as wide as high, and walls."""
    u = rng.uniform
    size = np.array(BODY) * u(0.7, 1.3, 3)
    size[:2] = max(size[:2]), min(size[:2])
    return size, size[0] * u(0.02, 0.07, 3)


def _body(rng: np.random.Generator, size: np.ndarray, walls: np.ndarray, seen: bool) -> Body:
    """seen: whether the door lets one see a board inside."""
    u = rng.uniform
    if not seen or rng.random() < 0.5:
        return Body(size, walls, 0.0, 0.0)
    board = size[0] * u(0.05, 0.15)
    return Body(size, walls, board, u(-0.2, 0.19) * (size[1] - 2 * walls[0]))


def _door(rng: np.random.Generator, size: np.ndarray, walls: np.ndarray) -> Door:
    u = rng.uniform
    (x, y, z), (above, _, behind) = size, walls
    tall = y - 1.8 * above
    hinge = str(rng.choice(["below", "left", "right"], p=HINGES))
    point = {"below": (0, -tall / 2), "left": (-x / 2, 0), "right": (x / 2, 0)}[hinge]
    opened = 0.0 if rng.random() < CLOSED else u(0, 90)
    return shared.hung((x, tall, behind * u(0.5, 0.7)), hinge, (*point, z / 2), opened)


def _handle(rng: np.random.Generator, door: Door, frame: float) -> Part:
    """Along the edge opposite the hinge.

    frame: fraction of the door beyond its recess there.
    """
    u = rng.uniform
    width, height, depth = door.size
    below = door.hinge == "below"
    edge, across = (width, height) if below else (height, width)
    front, room = depth, across * frame  # z; for the handle's thickness
    name = ("Cuboidal_Handle", "Trifold_Handle", "Trifold_Curve_Handle", "Curve_Handle")[
        rng.integers(4)
    ]
    sizes: dict[str, Any]
    if name == "Cuboidal_Handle":
        long = min(BLOCK[0] * u(0.7, 1.3), 0.7 * min(width, height))
        thick = min(BLOCK[1] * u(0.7, 1.3), room)
        sizes = {"size": [long, thick, min(BLOCK[2] * u(0.7, 1.3), 0.7 * height)]}
    elif name == "Trifold_Handle":
        fraction = u(0.6, 1) if rng.random() < 0.5 else u(0.1, 0.5)
        foot = np.maximum(0.05, np.array(FOOT) * u(0.8, 1.2, 3) * fraction)
        foot[0] = thick = min(foot[0], room)
        long = min(GRIP * u(0.7, 1.3), 0.7 * edge)
        sizes = {
            "mounting_size": list(foot),
            "mounting_seperation": min(long * u(0.5, 0.8), long - foot[1]),
            "grip_size": [foot[0] * u(0.7, 1), long, foot[2] * u(0.7, 1)],
        }
    else:
        angle, long = BOW_ANGLE * u(0.8, 1.2), u(0.5, 0.9) * edge
        thick = min(BOW_WIDTH * u(0.8, 1.2), room)
        outer, inner = shared.bow(long, angle, thick * u(0.6, 1))
        sizes = {"curve_size": [outer, inner, thick], "curve_exist_angle": angle}
        if name == "Curve_Handle":
            front += shared.bow_lift(outer - inner, angle, depth)
        else:
            foot = np.array(BOW_FOOT) * u(0.8, 1.5)
            foot[0] = min(foot[0], thick)
            apart = shared.feet_of_bow(inner, angle, foot[2], foot[2] * u(0.05, 0.9))
            sizes |= {"mounting_size": list(foot), "mounting_seperation": apart}
    middle = (0.5 - frame / 2) * across if frame < 0.2 else u(0.30, 0.46) * across
    off = min(middle, across / 2 - thick / 2)
    along = u(-0.1, 0.1) * edge if rng.random() < 0.5 else 0.0
    along *= min(1.0, (edge - long) / edge / 0.2)
    level = 90 if name == "Cuboidal_Handle" else 0  # its long side is x, the others' y
    if below:
        return part(name, **sizes, **door.place(along, off, front, roll=90 - level))
    side = off if door.hinge == "left" else -off
    return part(name, **sizes, **door.place(side, along, front, roll=level))


def _tray(rng: np.random.Generator, body: Body) -> Part:
    """A basket in the middle, on the board where there is one."""
    u = rng.uniform
    (x, y, z), (above, side, behind) = body.size, body.walls
    low = body.offset + body.board / 2
    room = y / 2 - above - low
    wide = (x - 2 * side) * (u(0.4, 1) if body.board else 1.0)  # else the side walls hold it
    outer = np.array([wide, min(y * u(0.05, 0.16), 0.8 * room), (z - behind) * u(0.8, 0.97)])
    inner = outer * u([0.8, 0.6, 0.8], [0.95, 0.9, 0.95])
    up = low + outer[1] / 2 if body.board else 0.0
    return shared.box_tray(outer, inner, [0, up, behind + (outer[2] - z) / 2])


def _legs(rng: np.random.Generator, size: np.ndarray) -> Part:
    u = rng.uniform
    x, y, z = size
    place = [0, -y / 2, 0]
    base = size * u([0.6, 0.03, 0.6], [0.9, 0.10, 0.9])
    if rng.random() < 0.5:
        plinth = [base[0], y * u(0.03, 0.15), base[2]]
        return part("Single_Leg", size=plinth, position=place)
    top = bool(rng.random() < 0.5)
    over = base if top else np.array([x, y, min(LEG_Z, z)])
    tall = y * u(0.03, 0.12)
    apart = np.zeros(3)
    if top and rng.random() < 0.5:
        number, leg = 1, np.array([over[0] * u(0.8, 0.9), tall, over[2] * u(0.8, 0.9)])
    else:
        number, leg = 4, np.array([over[0] * u(0.1, 0.225), tall, over[2] * u(0.1, 0.225)])
        apart = (over - leg) * u(0.6, 1.0)
    return part(
        "Multilevel_Leg",
        has_top_part=[int(top)],
        top_size=list(base) if top else [0, 0, 0],
        top_bottom_offset=[0, 0],
        front_legs_size=list(leg),
        rear_legs_size=list(leg),
        legs_separation=[apart[0], apart[0], apart[2]],
        num_legs=[number],
        position=place,
    )


def sample(rng: np.random.Generator) -> list[Part]:
    u = rng.uniform
    size, walls = _size(rng)
    door = _door(rng, size, walls)
    body = _body(rng, size, walls, door.ajar)
    if rng.random() < 0.5:
        recess = u(0.6, 0.8, 3)
        leaf = shared.sunken(door, np.array(door.size) * recess)
        frame = (1 - recess[1 if door.hinge == "below" else 0]) / 2
    else:
        leaf, frame = shared.plain(door), 1.0
    parts = [body.part(u(0.8, 1.0)), leaf, _handle(rng, door, frame)]
    if door.ajar and rng.random() < 0.6:
        parts.append(_tray(rng, body))
    if rng.random() < 0.5:
        cover = np.minimum(np.array(COVER) * u(0.8, 1.2, 3), 0.8 * body.size)
        place = [0, body.size[1] / 2, 0]
        parts.append(part("Cuboidal_Topcover", size=list(cover), position=place))
    parts.append(_legs(rng, body.size))
    return parts
