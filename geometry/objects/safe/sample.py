"""New safes: thick boxes with shelves, one heavy door inside the opening, a handle and a lock."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from geometry.objects.shared.appliance_doors import AJAR
from geometry.schema.template import Part, part
from geometry.solids.primitives import apply, rotation

Rng = np.random.Generator

#: Typical sizes and walls (above and below, sides, behind) of bodies with and without shelves.
PLAIN, SHELVED = (1.041, 1.317, 1.045), (1.127, 1.02, 0.893)
PLAIN_WALLS, SHELVED_WALLS = (0.063, 0.06, 0.042), (0.072, 0.075, 0.098)
SHELF = 0.03
#: Typical sizes of what is on the door.
FOOT, GRIP = (0.036, 0.054, 0.035), (0.052, 0.306, 0.043)
HUB, SPOKE = (0.053, 0.062), (0.034, 0.029)  # radius, height; width, thickness
DIAL, PAD = 0.028, 0.033  # heights
SUB_BOARDS = 10
#: How often the door is shut.
SHUT = 0.45


@dataclass(frozen=True)
class Door:
    """The door's part and what is mounted by: its panel's size, middle and height, its turn."""

    part: Part
    size: np.ndarray  # x, y, z of the main slab
    panel: np.ndarray  # x, y of the front that things are mounted on
    middle: np.ndarray
    front: float
    side: int  # of the hinge, -1 left, 1 right

    def place(self, x: float, y: float, roll: float = 0.0) -> dict[str, list[float]]:
        """A spot on the panel's front, from the middle of the door."""
        values = self.part["parameters"]
        turned = apply(rotation(*values["rotation"]), (float(x), float(y), float(self.front)))
        at = [float(a + b) for a, b in zip(values["position"], turned, strict=True)]
        return {"position": at, "rotation": [0, values["rotation"][1], roll]}


def sample(rng: Rng) -> list[Part]:
    shelved = rng.random() < 0.7
    size = np.array(SHELVED if shelved else PLAIN) * rng.uniform(0.8, 1.2, 3)
    above, side, behind = np.array(SHELVED_WALLS if shelved else PLAIN_WALLS) * rng.uniform(
        0.8, 1.2, 3
    )
    walls = [above, above, side, side, behind]
    shelf = size[2] * rng.uniform(0.7, 0.8)
    angle = 0.0 if rng.random() < SHUT else rng.uniform(10, 110)
    if shelved and angle > AJAR:
        body = _shelves(rng, size, walls, shelf)
    else:
        body = part("Cuboidal_Body", size=list(size), thickness=walls)
    room = size[2] - shelf - behind if shelved else size[2] / 15
    clear = np.array([size[0] - 2 * side, size[1] - 2 * above])
    door = _door(rng, clear, room, size[2], angle)
    parts = [body, door.part, *_connectors(rng, door, size), *_mounted(rng, door, shelved)]
    if rng.random() < 0.5:
        parts.append(_legs(rng, size))
    return parts


def _shelves(rng: Rng, size: np.ndarray, walls: list[float], deep: float) -> Part:
    """One or two boards across, now and then boards upright between them."""
    u = rng.uniform
    width, height, _ = size
    board = SHELF * u(0.8, 1.2)
    inner = height - walls[0] - walls[1]
    boards: list[tuple[list[float], list[float]]] = []
    if rng.random() < 17 / 22:
        main = rng.choice([-1, 1]) * height / 4 * u(0.5, 1)
        floors = [main]
    else:
        main = height / 6 * u(0.8, 1.2)
        floors = [main, -main]
        boards.append(([width - 2 * walls[2], board, deep], [0, -main]))
    levels = [inner / 2, *floors, -inner / 2]
    for top, bottom in pairwise(levels):
        number = int(rng.choice(3, p=[0.82, 0.15, 0.03]))
        for index in range(number):
            x = (width - 2 * walls[2]) * ((index + 1) / (number + 1) - 0.5)
            boards.append(([board, top - bottom, deep], [x, (top + bottom) / 2]))
    numbers: dict[str, Any] = {}
    for index in range(1, SUB_BOARDS + 1):
        exists = index <= len(boards)
        numbers[f"sub_clapboard_{index}_size"] = boards[index - 1][0] if exists else [0, 0, 0]
        numbers[f"sub_clapboard_{index}_offset"] = boards[index - 1][1] if exists else [0, 0]
    return part(
        "Mutiple_Layer_Body",
        size=list(size),
        thickness=walls,
        main_clapboard_size=[board, deep],
        main_clapboard_offset=[main],
        num_of_sub_clapboards=[len(boards)],
        **numbers,
    )


def _door(rng: Rng, clear: np.ndarray, room: float, deep: float, angle: float) -> Door:
    """A door that fills the opening, shut or swung out on its front edge."""
    u = rng.uniform
    side = int(rng.choice([-1, 1]))
    thick = room * u(0.72, 0.85)
    kind = rng.integers(4) if angle > AJAR else rng.choice([0, 2, 3])
    sign = rng.choice([-1, 1])
    if kind == 0:
        size = np.array([*clear, thick])
        name, numbers = "Cuboidal_Door", {"size": list(size)}
        panel, middle, front = clear, np.zeros(2), thick
    elif kind == 3:
        size = np.array([*clear, thick])
        fraction, sunk = u(0.8, 0.9), thick / 2 * u(0.8, 1)
        panel = clear * fraction
        middle = sign * (clear - panel) / 2 * u(0, 0.5, 2)
        name = "Sunken_Door"
        recess = [*panel, sunk]
        numbers = {"size": list(size), "sunken_size": recess, "sunken_offset": list(middle)}
        front = thick - sunk
    else:
        size = np.array([*clear, thick * u(0.8, 0.9)])
        plate = clear * (u(0.5, 0.7, 2) if kind == 1 else u(0.8, 0.9, 2))
        offset = sign * (clear - plate) / 2 * u(0, 0.5, 2)
        slab = list(size)
        if kind == 1:
            behind = [*plate, room - size[2]]
            name = "Behind_Double_Layer_Door"
            numbers = {"main_size": slab, "behind_size": behind, "behind_offset": list(offset)}
            panel, middle, front = clear, np.zeros(2), size[2]
        else:
            high = size[2] * u(0.8, 1)
            name = "Front_Double_Layer_Door"
            numbers = {
                "main_size": slab,
                "front_size": [*plate, high],
                "front_offset": list(offset),
            }
            panel, middle, front = plate, offset, size[2] + high
    place = _hung(size, deep, side, angle)
    return Door(part(name, **numbers, **place), size, panel, middle, front, side)


def _hung(size: np.ndarray, deep: float, side: int, angle: float) -> dict[str, list[float]]:
    """Position and rotation of the slab, whose front edge on the hinge's side stays in place."""
    turn: list[float] = [0, side * angle, 0]
    edge = (side * size[0] / 2, 0.0, float(size[2]))
    moved = apply(rotation(y=turn[1]), edge)
    stays = (side * size[0] / 2, 0.0, deep / 2)
    return {"position": [float(a - b) for a, b in zip(stays, moved, strict=True)], "rotation": turn}


def _connectors(rng: Rng, door: Door, size: np.ndarray) -> list[Part]:
    """Pins on the hinge line, or pins with plates that lie along the door."""
    u = rng.uniform
    height, edge = size[1], door.side * door.size[0] / 2
    radius = door.size[2] / 2 * u(0.8, 1)
    if rng.random() < 0.5:
        number = int(rng.integers(1, 4))
        pin = [radius, height / (number + 1) * u(0.5, 0.7)]
        x = edge + door.side * radius * u(0, 0.5)
        steps = [height / 2 - (index + 1) * height / (number + 1) for index in range(number)]
        return [
            part("Cylindrical_Connecter", size=pin, position=[x, y, size[2] / 2]) for y in steps
        ]
    number = int(rng.integers(2, 4))
    long = door.size[1] / 4 * u(0.5, 0.7)
    plate = [long * u(0.8, 1.1), long * 2 / 3 * u(0.8, 1), 2 * radius * u(0.8, 0.9)]
    offset = rng.choice([-1, 1]) * plate[1] / 4
    reach = (door.size[1] - height / 2) / 2 if number == 2 else door.size[1] / 2 - height / 4
    turn = door.part["parameters"]["rotation"][1] + (180 if door.side > 0 else 0)
    return [
        part(
            "T_Shaped_Connecter",
            cylinder_size=[radius, long],
            lateral_cuboid_size=plate,
            lateral_cuboid_offset=[offset],
            position=[edge, y, size[2] / 2],
            rotation=[0, turn, 0],
        )
        for y in np.linspace(reach, -reach, number)
    ]


def _mounted(rng: Rng, door: Door, shelved: bool) -> list[Part]:
    """A handle, and a dial or a keypad beside, above or below it where there is room."""
    u = rng.uniform
    free = -door.side  # the side away from the hinge
    half = door.panel / 2
    lock_x, lock_y = u(-0.15, 0.15) * half[0], u(0.25, 0.6) * half[1]
    kind = rng.integers(3)
    if kind == 0:
        handle, x, y, reach = _bar(rng, door, half, free)
    else:
        spoke = u(0.15, 0.4) * half[0]
        hub = np.array(HUB) * u(0.8, 1.2, 2)
        wide, thick = SPOKE[0] * u(0.8, 1.2), SPOKE[1] * u(0.8, 1.2)
        reach = (hub[0] + spoke) * (1.2 if kind == 2 else 1.0)
        x = door.middle[0] + free * u(0, 0.5) * max(half[0] - reach, 0)
        y = door.middle[1] - u(0, 0.4) * max(half[1] - reach, 0)
        numbers: dict[str, Any] = {
            "bottom_size": list(hub),
            "fork_size": [spoke, wide, thick],
            "fork_offset": [hub[1] * u(0, 0.3)],
            "fork_tilt_rotation": [u(0, 10)],
        }
        if kind == 1:
            number = int(rng.integers(1, 5))
            name = "Claw_Handle"
        else:
            number = int(rng.integers(3, 5))
            name = "Round_Handle"
            numbers["circle_size"] = [(hub[0] + spoke) * u(1.15, 1.2), thick]
            numbers["fork_tilt_rotation"] = [0]
        place = door.place(x, y, u(0, 360) / number)
        handle = part(name, **numbers, num_forks=[number], **place)
    lock = _lock(
        rng, door, shelved, (lock_x + door.middle[0], lock_y + door.middle[1]), (x, y, reach)
    )
    return [handle, *lock]


def _bar(rng: Rng, door: Door, half: np.ndarray, free: int) -> tuple[Part, float, float, float]:
    u = rng.uniform
    foot = np.array(FOOT) * u(0.8, 1.2, 3)
    grip = np.array(GRIP) * u([0.8, 0.5, 0.8], [1.2, 1.2, 1.2])
    x, y = door.middle[0] + free * half[0] * u(0.3, 0.8), 0.0
    numbers = {"bottom_size": list(foot), "top_size": list(grip)}
    apart = [grip[1] - foot[1]]
    bar = part("Trifold_Handle", bottom_seperation=apart, **numbers, **door.place(x, y))
    return bar, x, y, grip[1] / 2


def _lock(
    rng: Rng,
    door: Door,
    shelved: bool,
    spot: tuple[float, float],
    handle: tuple[float, float, float],
) -> list[Part]:
    """A dial or a keypad at a spot that is clear of the handle (x, y, reach); else none."""
    u = rng.uniform
    half = door.panel / 2
    if shelved and rng.random() < 0.6:
        radius = door.panel[0] / 20 * u(0.8, 1.2) * u(0.9, 1.8)
        reach = np.array([1.7 * radius] * 2)
        numbers: dict[str, Any] = {
            "bottom_size": [radius * 1.5 * u(1, 1.2), radius, DIAL * u(0.8, 1.6)]
        }
        knob = radius * u(0.75, 0.95)
        numbers["top_size"] = [knob, knob / 2 * u(1, 1.6)]
        name = "Cylindrical_Dial"
    else:
        pad = [door.panel[0] / 4 * u(0.6, 1.2), door.panel[1] / 5 * u(0.8, 1.3), PAD * u(0.8, 1.2)]
        reach = np.array(pad[:2]) / 2
        numbers, name = {"size": pad}, "Regular_Controller"
    x, y, size = handle
    spots = [spot, *(door.middle + (half - reach) * u(-0.9, 0.9, (12, 2)))]
    for at in spots:
        inside = (np.abs(np.asarray(at) - door.middle) + reach <= half).all()
        if inside and max(abs(at[0] - x) - reach[0], abs(at[1] - y) - reach[1]) > size:
            return [part(name, **numbers, **door.place(*at))]
    return []


def _legs(rng: Rng, size: np.ndarray) -> Part:
    u = rng.uniform
    front = size / 10 * u(0.8, 1.2, 3)
    rear = np.array([front[0] * u(0.8, 1.2), front[1], front[2] * u(0.8, 1.2)])
    apart = [
        (size[0] - 2 * front[0]) * u(0.8, 0.98),
        (size[0] - 2 * rear[0]) * u(0.8, 0.98),
        (size[2] - front[2] - rear[2]) * u(0.8, 0.98),
    ]
    return part(
        "Cuboidal_Leg",
        front_legs_size=list(front),
        rear_legs_size=list(rear),
        legs_separation=apart,
        num_legs=[4],
        position=[0, -size[1] / 2, 0],
    )
