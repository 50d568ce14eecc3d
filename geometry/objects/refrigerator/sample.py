"""New fridges: one door, doors above and below, or side by side; shut or opened, full or empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from geometry.objects.shared import appliance_doors as shared
from geometry.objects.shared.appliance_doors import CLOSED, Door
from geometry.schema.template import Part, part

#: Typical sizes per kind of body: x, y, z; walls above and below, at the sides, behind.
SINGLE = (0.870, 1.614, 0.649), (0.033, 0.011, 0.010)
STACKED = (0.830, 1.789, 0.622), (0.042, 0.033, 0.039)
TWIN = (0.845, 1.640, 0.523), (0.0075, 0.010, 0.010)
#: Typical thickness of the board that parts a body, and of doors.
LEVEL_BOARD, UPRIGHT_BOARD = 0.060, 0.035
DOOR, SUNKEN_DOOR = 0.045, 0.060
SLENDER = 1.8  # least height in widths
GAP = 0.01  # between a door and the board behind its edge


@dataclass(frozen=True)
class Body:
    """A sampled body: size, walls (above and below, sides, behind), board thickness and offset."""

    template: str
    size: np.ndarray
    walls: np.ndarray
    board: float = 0.0
    deep: float = 0.0
    offset: float = 0.0

    def part(self) -> Part:
        above, side, behind = self.walls
        sizes: dict[str, Any] = {
            "size": list(self.size),
            "thickness": [above, above, side, side, behind],
        }
        if self.board:
            sizes |= {"clapboard_size": [self.board, self.deep], "clapboard_offset": self.offset}
        return part(self.template, **sizes)


def _body(rng: np.random.Generator) -> Body:
    u = rng.uniform
    template, (size, walls) = (
        ("Cuboidal_Body", SINGLE),
        ("Double_Layer_Body", STACKED),
        ("Left_Right_Double_Layer_Body", TWIN),
    )[rng.integers(3)]
    whole = np.array(size) * u(0.8, 1.25, 3)
    while whole[1] < SLENDER * whole[0]:
        whole = np.array(size) * u(0.8, 1.25, 3)
    thick = np.array(walls) * u(0.8, 1.5, 3)
    if template == "Cuboidal_Body":
        return Body(template, whole, thick)
    deep = (whole[2] - 2 * thick[2]) * u(0.7, 0.93)
    if template == "Double_Layer_Body":
        board = LEVEL_BOARD * u(0.7, 1.3)
        room = whole[1] - 2 * thick[0] - board / 2
        return Body(template, whole, thick, board, deep, u(-0.15, 0.15) * room)
    whole[0] *= 1.2
    board = UPRIGHT_BOARD * u(0.7, 1.3)
    room = whole[0] - 2 * thick[1] - board / 2
    return Body(template, whole, thick, board, deep, u(-0.1, 0.1) * room)


def _doors(rng: np.random.Generator, body: Body, depth: float) -> list[Door]:
    """The doors of a body's front; each is open at its own angle, or all are shut."""
    u = rng.uniform
    (x, y, z), (above, side, _) = body.size, body.walls
    shut = rng.random() < CLOSED

    def door(width: float, height: float, middle: float, edge: float) -> Door:
        hinge = "right" if edge > 0 else "left"
        opened = 0.0 if shut else u(0, 90)
        return shared.hung((width, height, depth), hinge, (edge, middle, z / 2), opened)

    if body.template == "Cuboidal_Body":
        return [door(x, y, 0, x / 2 if rng.random() < 0.5 else -x / 2)]
    half = body.board / 2 + GAP
    if body.template == "Left_Right_Double_Layer_Body":
        left, edge = x / 2 + body.offset - half, x / 2 - 0.7 * side
        return [door(left, y - above, 0, -edge), door(x - left - 2 * half, y - above, 0, edge)]
    wide, tall = x - 1.4 * side, y / 2 - body.offset - half
    low, upper = y - tall - 2 * half, (y - tall) / 2
    below = door(wide, low, (low - y) / 2, -wide / 2)
    if rng.random() < 0.5:
        return [door(wide, tall, upper, -wide / 2), below]
    left = wide * u(0.3, 0.7)
    return [
        door(left, tall, upper, -wide / 2),
        door(wide - left, tall, upper, wide / 2),
        below,
    ]


def _handles(rng: np.random.Generator, doors: list[Door]) -> list[Part]:
    """The same handle on every door, near the edge that opens."""
    u = rng.uniform
    depth = doors[0].size[2]
    thin = max(d.size[0] for d in doors) * u(0.01, 0.03)
    long = min(d.size[1] for d in doors) * u(0.5, 0.9)
    thick = depth * u(0.8, 0.9)
    foot = [thin, long * u(0.03, 0.05), thick * u(0.8, 1.5)]
    kind = ("Cuboidal_Handle", "Trifold_Handle", "Trifold_Curve_Handle", "Curve_Handle")
    name = kind[rng.integers(4)]
    sizes: dict[str, Any]
    if name == "Cuboidal_Handle":
        sizes = {"size": [thin, long, thick]}
    elif name == "Trifold_Handle":
        sizes = {
            "mounting_size": foot,
            "mounting_seperation": u(0.9, 1) * (long - foot[1]),
            "grip_size": [thin, long, thick],
        }
    else:
        angle = 60 * u(0.8, 1.25)
        long *= u(0.55, 0.8)
        outer, inner = shared.bow(long, angle, min(long * u(0.05, 0.09), 0.8 * depth))
        sizes = {"curve_size": [outer, inner, thick], "curve_exist_angle": angle}
        if name == "Trifold_Curve_Handle":
            apart = shared.feet_of_bow(inner, angle, foot[2], foot[2] * u(0.05, 0.9))
            sizes |= {"mounting_size": foot, "mounting_seperation": apart}
    lift, meet = u(0.7, 1.2) / 3.5, len(doors) > 1 and rng.random() < 0.4
    parts = []
    for door in doors:
        width, height, _ = door.size
        aside = 0.42 * width * (-1 if door.hinge == "right" else 1)
        down = meet and door.position[1] > 0.1 * height
        up = lift * (height - long) * (-1 if down else 1)
        parts.append(part(name, **sizes, **door.place(aside, up, depth)))
    return parts


def _racks(rng: np.random.Generator, doors: list[Door], deep: float) -> list[Part]:
    """Equal racks behind every open door, as wide as the narrowest one allows."""
    u = rng.uniform
    narrow, low = (min(door.size[axis] for door in doors) for axis in (0, 1))
    outer = np.array([narrow * u(0.8, 0.9), low * u(0.025, 0.07), deep])
    inner = outer * u(0.8, 0.95, 3)
    number = int(rng.integers(1, 4))
    sizes = {"outer_size": list(outer), "inner_size": list(inner)}
    return [
        part("Cuboidal_Vessel", **sizes, **door.place(y=door.size[1] * (fraction - 0.5)))
        for door in doors
        if door.ajar
        for fraction in _shares(number)
    ]


def _shares(number: int) -> list[float]:
    """Where so many shelves part a height evenly, from below."""
    return [(index + 1) / (number + 1) for index in range(number)]


def _trays(rng: np.random.Generator, body: Body, doors: list[Door], free: float) -> list[Part]:
    """Shelves or drawers from wall to wall against the back, `free` behind open doors."""
    u = rng.uniform
    (x, y, z), (_, side, behind) = body.size, body.walls
    flat = rng.random() < 0.5
    number = int(rng.integers(2, 5 if flat else 6))
    tall = y * u(0.02, 0.03) if flat or rng.random() < 0.6 else y * u(0.03, 0.06)
    deep = (z - behind - free) * u(0.9, 0.95)
    rim = u(0.9, 0.95, 3)

    def tray(width: float, at_x: float, at_y: float) -> Part:
        size = np.array([width, tall, deep])
        place = [at_x, at_y, behind + (deep - z) / 2]
        if flat:
            return part("Flat_Tray", size=list(size), position=place)
        return shared.box_tray(size, size * rim, place)

    inside, split = x - 2 * side, body.offset
    if body.template == "Cuboidal_Body":
        seen = number if doors[0].ajar else 0
        return [tray(inside, 0, y * (fraction - 0.5)) for fraction in _shares(seen)]
    many = number // 2 + 1
    if body.template == "Double_Layer_Body":
        low, high = (many, number - many) if split > 0 else (number - many, many)
        low *= doors[-1].ajar
        high *= any(door.ajar for door in doors[:-1])
        lower = [-y / 2 + (y / 2 + split) * fraction for fraction in _shares(low)]
        upper = [split + (y / 2 - split) * fraction for fraction in _shares(high)]
        return [tray(inside, 0, at) for at in (*lower, *upper)]
    left, right = inside / 2 + split - body.board / 2, inside / 2 - split - body.board / 2
    return [
        tray(width, at, y * (fraction - 0.5))
        for width, at, count in (
            (left, (left - inside) / 2, doors[0].ajar * (many if split > 0 else number - many)),
            (right, (inside - right) / 2, doors[1].ajar * (number - many if split > 0 else many)),
        )
        for fraction in _shares(count)
    ]


def _legs(rng: np.random.Generator, size: np.ndarray) -> Part:
    leg = size * rng.uniform([0.05, 0.01, 0.05], [0.08, 0.025, 0.08])
    across, along = size[0] - leg[0], size[2] - leg[2]
    return part(
        "Multilevel_Leg",
        front_legs_size=list(leg),
        rear_legs_size=list(leg),
        legs_separation=[across, across, along],
        num_legs=[4],
        position=[0, -size[1] / 2, 0],
    )


def sample(rng: np.random.Generator) -> list[Part]:
    u = rng.uniform
    body = _body(rng)
    hollow = rng.random() < 0.5
    depth = (SUNKEN_DOOR if hollow else DOOR) * u(0.7, 1.2)
    doors = _doors(rng, body, depth)
    recess = u(0.6, 0.8, 3)
    leaves = [
        shared.sunken(door, np.array(door.size) * recess) if hollow else shared.plain(door)
        for door in doors
    ]
    parts = [body.part(), *leaves, *_handles(rng, doors)]
    racks = depth * u(0.8, 1.2) if rng.random() < 0.5 else 0.0
    if racks:
        parts += _racks(rng, doors, racks)
    if rng.random() < 0.5:
        parts += _trays(rng, body, doors, racks)
    if rng.random() < 0.5:
        parts.append(_legs(rng, body.size))
    return parts
