"""New ovens: the door shut or let down, with trays, hobs, button panels, boards behind, legs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from geometry.objects.shared import appliance_doors as shared
from geometry.objects.shared.appliance_doors import AJAR, CLOSED, Door
from geometry.schema.template import Part, part

#: Typical sizes.
PLAIN, PARTED = (1.224, 1.040, 0.840), (1.040, 1.191, 0.906)  # bodies
FOOT = (0.038, 0.032, 0.032)
GRIP, BOW = 0.031, 0.216  # thickness of a straight grip; difference of a bow's radii
TRAY, PLATE = 0.03, 0.01  # heights
BUTTON = (0.060, 0.060, 0.027)
HOB, BURNER = 0.059, 0.029  # heights
BAFFLE = (1.070, 0.261, 0.048)
FRONT_LEG, REAR_LEG = (0.163, 0.051, 0.651), (0.103, 0.051, 0.103)


@dataclass(frozen=True)
class Body:
    """A sampled body: size, walls (above, below, sides, behind), board thickness and middle."""

    size: np.ndarray
    walls: tuple[float, float, float, float]
    board: float
    middle: float

    def part(self) -> Part:
        above, below, side, behind = self.walls
        thickness = [above, below, side, side, behind]
        if not self.board:
            return part("Cuboidal_Body", size=list(self.size), thickness=thickness)
        return part(
            "Double_Layer_Body",
            size=list(self.size),
            thickness=thickness,
            clapboard_size=[self.board, self.size[2] - behind],
            clapboard_offset=self.middle - (below - above) / 2,
        )


def _body(rng: np.random.Generator, panel: bool, seen: bool) -> Body:
    """seen: whether the door lets one see a board inside."""
    u = rng.uniform
    parted = rng.random() < 0.5
    size = np.array(PARTED if parted else PLAIN) * u(0.7, 1.3, 3)
    x, y, z = size
    above, below = y * (u(0.15, 0.2) if panel else u(0.02, 0.05)), y * u(0.02, 0.05)
    walls = above, below, x * u(0.02, 0.05), z * u(0.05, 0.1)
    if not (parted and seen):
        return Body(size, walls, 0.0, 0.0)
    board = y * u(0.1, 0.15)
    return Body(size, walls, board, u(-y / 2 + below + board / 2, y / 2 - above - board / 2))


def _door(
    rng: np.random.Generator, body: Body, panel: bool, opened: float
) -> tuple[Door, Part, float]:
    """The door, its part, and how far down from its upper edge a handle may be."""
    u = rng.uniform
    (x, y, z), (above, _, side, behind) = body.size, body.walls
    tall = y - above if panel else y
    hollow = rng.random() < 0.5
    depth = u(0.5 * side, 0.1 * x) if hollow else u(0.5 * behind, 0.1 * z)
    door = shared.hung((x, tall, depth), "below", (0, -y / 2, z / 2), opened)
    if not hollow:
        return door, shared.plain(door), 0.15 * tall
    recess = np.array([x, tall, depth]) * u([0.8, 0.8, 0.2], [0.95, 0.95, 0.95])
    down = u(-(tall - recess[1]) / 2, 0)
    return door, shared.sunken(door, recess, (0, down)), (tall - recess[1]) / 2 - down


def _handle(rng: np.random.Generator, door: Door, frame: float) -> Part:
    """A bar along the upper edge of the door."""
    u = rng.uniform
    width, height, depth = door.size
    long = u(0.5, 0.9) * width
    across = min(FOOT[0] * u(0.7, 1.3), frame * u(0.7, 1))
    lift = 0.0
    foot = [across, FOOT[1] * u(0.7, 1.3), FOOT[2] * u(0.7, 1.3)]
    name = ("Trifold_Handle", "Trifold_Curve_Handle", "Curve_Handle")[rng.integers(3)]
    sizes: dict[str, Any]
    if name == "Trifold_Handle":
        apart = u(0.5 * width, width - foot[1])
        sizes = {
            "mounting_size": foot,
            "mounting_seperation": apart,
            "grip_size": [across, foot[1] + apart, GRIP * u(0.7, 1.3)],
        }
    elif name == "Trifold_Curve_Handle":
        apart = u(0.5 * width, 0.95 * width)
        outer = apart * u(1, 2)
        inner = outer - foot[0]
        sizes = {
            "mounting_size": foot,
            "mounting_seperation": apart,
            "curve_size": [outer, inner, across],
            "curve_exist_angle": 2 * _angle(apart / 2 / inner),
        }
    else:
        wall = min(BOW**2 * u(0.5, 1.2), 0.06 * long)
        angle = 2 * _angle(long / 2 / (long - wall))
        lift = shared.bow_lift(wall, angle, depth)
        sizes = {"curve_size": [long, long - wall, across], "curve_exist_angle": angle}
    up = u(height / 2 - frame + across / 2, height / 2 - across / 2)
    return part(name, **sizes, **door.place(0, up, depth + lift, roll=90))


def _angle(sine: float) -> float:
    return float(np.degrees(np.arcsin(min(sine, 1.0))))


def _tray(rng: np.random.Generator, body: Body) -> list[Part]:
    """A plate or a pan in the cavity, over the board if there is one and room above it."""
    u = rng.uniform
    (x, y, z), (above, below, side, behind) = body.size, body.walls
    flat = rng.random() < 0.5
    tall = PLATE * u(0.7, 3) if flat else TRAY * u(0.7, 1.3)
    low = body.middle + body.board / 2 if body.board else -y / 2 + below
    if y / 2 - above - low < tall:
        return []
    size = np.array([(x - 2 * side) * u(0.95, 1), tall, (z - behind) * u(0.85, 0.95)])
    place = [0, u(low + tall / 2, y / 2 - above - tall / 2), behind / 2]
    if flat:
        return [part("Flat_Tray", size=list(size), position=place)]
    return [shared.box_tray(size, size * u(0.7, 0.95, 3), place)]


def _panel(rng: np.random.Generator, body: Body, door: Door) -> tuple[Part, float]:
    """A panel of buttons over the door, and its depth."""
    u = rng.uniform
    (x, y, z), above = body.size, body.walls[0]
    deep = door.size[2] * u(0.8, 1.2)
    size = [x, above * u(0.9, 1), deep * u(0.5, 1), deep]
    number = int(rng.integers(4, 11))
    button = np.array(BUTTON) * u(0.8, 1.2, 3)
    if button[1] > size[1]:
        button[1] = size[1] * u(0.5, 0.7)
    if number * button[0] > 0.8 * x:
        button[0] = x / number * u(0.5, 0.7)
    span = u(min(1.3 * number * button[0], 0.85 * x), 0.9 * x) - button[0]
    places = np.linspace(-span / 2, span / 2, number)
    buttons: dict[str, Any] = {}
    for index in range(10):
        used = index < number
        buttons[f"button_{index + 1}_size"] = list(button) if used else [0, 0, 0]
        buttons[f"button_{index + 1}_offset"] = [places[index], 0] if used else [0, 0]
    panel = part(
        "Controller_With_Button",
        bottom_size=size,
        **buttons,
        num_buttons=[number],
        position=[0, y / 2 - above / 2, z / 2],
    )
    return panel, deep


def _hob(rng: np.random.Generator, body: Body, panel: float, board: float) -> tuple[Part, float]:
    """One to six burners in two rows before the board, and the slab's height.

    panel, board: depth of the button panel that the slab covers, of the board behind
    """
    u = rng.uniform
    x, y, z = body.size
    slab = [x, HOB * u(0.5, 1.2), z + panel]
    number = int(rng.integers(1, 7))
    columns = (number + 1) // 2
    span_x, span_z = x * u(0.8, 0.95), (z - board) * u(0.8, 0.95)
    cell_x, cell_z = span_x / columns * u(0.9, 0.95), span_z / 2 * u(0.9, 0.95)
    side, tall = min(cell_x, cell_z), BURNER * u(0.8, 1.3)
    bar = side * u(0.05, 0.1)
    centre = [u(0.5, 0.8) * min(side - 2 * bar, z / 3) / 2, tall * u(0.8, 1)]
    single = rng.integers(columns) if number % 2 else -1
    far = (span_z - cell_z) / 2
    frames = []
    for column in range(columns):
        at = -(span_x - cell_x) / 2 + (column * (span_x - cell_x) / max(columns - 1, 1))
        at = at if columns > 1 else 0.0
        if column == single:
            frames.append(([side, tall, side + span_z - cell_z], [at, board / 2]))
        else:
            frames += [([side, tall, side], [at, end * far + board / 2]) for end in (-1, 1)]
    burners: dict[str, Any] = {}
    for index in range(6):
        used = index < number
        size, place = frames[index] if used else ([0, 0, 0], [0, 0])
        name = f"burner_{index + 1}"
        burners |= {
            f"{name}_size": size,
            f"{name}_thickness": bar if used else 0,
            f"{name}_offset": place,
            f"{name}_central_size": centre if used else [0, 0],
            f"{name}_central_offset": [0, 0],
        }
    place = [0, y / 2, panel / 2]
    hob = part("Top_With_Burner", bottom_size=slab, num_burners=[number], **burners, position=place)
    return hob, slab[1]


def _baffle(rng: np.random.Generator, body: Body, size: list[float], hob: float) -> Part:
    x, y, z = body.size
    aside = rng.uniform(-1, 1) * (x - size[0]) / 2 if rng.random() < 0.3 else 0.0
    place = [aside, y / 2 + hob, -(z - size[2]) / 2]
    return part("Cuboidal_Baffle", size=size, position=place)


def _legs(rng: np.random.Generator, body: Body) -> Part:
    """One block, or two to four legs; two are runners from front to back."""
    u = rng.uniform
    x, y, z = body.size
    number = int(rng.integers(1, 5))
    if number == 1:
        front = [x * u(0.8, 1), FRONT_LEG[1] * u(0.8, 1), z * u(0.8, 1)]
        rear = apart = [0.0, 0.0, 0.0]
        at = u(-1, 1) * (z - front[2]) / 2
    else:
        front = list(np.array(FRONT_LEG) * u(0.7, 1.3, 3))
        short = number > 2 and rng.random() < 0.5
        front[2] = u(0.5, 1.5) * REAR_LEG[2] if short else min(front[2], 0.7 * z)
        rear = [REAR_LEG[0] * u(0.7, 1.3), front[1], REAR_LEG[2] * u(0.7, 1.3)]
        free = (z - front[2] / 2 - rear[2] / 2) * u(0.9, 1) if number > 2 else 0.0
        apart = [(x - front[0]) * u(0.9, 1), (x - rear[0]) * u(0.9, 1), free]
        at = u(-z / 2 + free / 2 + rear[2] / 2, z / 2 - free / 2 - front[2] / 2)
        if number == 2:
            rear, at = [0.0, 0.0, 0.0], u(-1, 1) * (z - front[2]) / 2
    return part(
        "Multilevel_Leg",
        front_legs_size=front,
        rear_legs_size=rear,
        legs_separation=apart,
        num_legs=[number],
        position=[0, -y / 2, at],
    )


def sample(rng: np.random.Generator) -> list[Part]:
    u = rng.uniform
    tray, behind, panel, top, feet = rng.random(5) < 0.5
    if not (panel or top):  # a box with a door could be anything
        panel = rng.random() < 0.5
        top = not panel
    opened = 0.0 if rng.random() < CLOSED else u(0, 90)
    body = _body(rng, panel, opened > AJAR)
    x, _, z = body.size
    door, leaf, frame = _door(rng, body, panel, opened)
    parts = [body.part(), leaf, _handle(rng, door, frame)]
    if tray and door.ajar:
        parts += _tray(rng, body)
    board = [u(0.7, 1) * x, BAFFLE[1] * u(0.7, 1.3), z * u(0.04, 0.1)]
    deep, high, rest = 0.0, 0.0, []
    if panel:
        controller, deep = _panel(rng, body, door)
        rest.append(controller)
    if top:
        hob, high = _hob(rng, body, deep, board[2] if behind else 0.0)
        rest.append(hob)
    if behind:
        parts.append(_baffle(rng, body, board, high))
    parts += rest
    if feet:
        parts.append(_legs(rng, body))
    return parts
