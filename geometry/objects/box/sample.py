"""New boxes: chests, cases and cartons, from flat to tall, closed, ajar and wide open.

How large a box is cannot be seen in a picture, so every body is brought to the same diagonal.
"""

from dataclasses import dataclass

import numpy as np

from geometry.schema.template import Part, part

TYPICAL_DIAGONAL = 1.55  # of the body's bounding box
UNUSED_REAR_LEG = (0.735, 0.0425, 0.065)


@dataclass(frozen=True)
class Body:
    """The numbers of a sampled body that the other parts are fitted to."""

    part: Part
    top: tuple[float, float]
    base: tuple[float, float]
    shift: tuple[float, float]
    height: float
    wall: float


def _body(rng: np.random.Generator, is_carton: bool) -> Body:
    """Cartons are wider than deep: with the sides swapped it would be the same one, turned."""
    u = rng.uniform
    width = np.exp(u(np.log(1.04), np.log(2.1)))  # x over z
    if not is_carton and rng.random() < 0.2:
        width = u(0.7, 1.04)
    height = np.exp(u(np.log(0.18), np.log(1.9)))  # in geometric means of x and z
    sides = np.array([np.sqrt(width), 1 / np.sqrt(width), height])
    sides *= TYPICAL_DIAGONAL / np.linalg.norm(sides)
    top, tall = sides[:2], float(sides[2])
    base = top.copy()
    if rng.random() < 0.25:
        base *= u(0.78, 1.06) * u(0.96, 1.04, 2)
    shift = u(-0.05, 0.05, 2) if rng.random() < 0.25 else np.zeros(2)
    stout = not is_carton and rng.random() < 0.6
    wall = u(0.03, 0.06) if stout else u(0.012, 0.033)
    thickness = wall * u(0.85, 1.15, 3)
    thickness[1] = min(thickness[1], 0.25 * tall)
    body = part(
        "Cuboidal_Body",
        top_size=list(top),
        bottom_size=list(base),
        height=[tall],
        top_bottom_offset=list(shift),
        thickness=list(thickness),
    )
    return Body(body, tuple(top), tuple(base), tuple(shift), tall, wall)


def _lid(rng: np.random.Generator, body: Body) -> Part:
    """A hollow lid on the back edge of the rim: flat, or as deep as the body of a case."""
    x, z = body.top
    deep = rng.random() < 0.35
    height = body.height * rng.uniform(0.35, 1.0) if deep else rng.uniform(0.06, 0.2)
    height = min(height, 0.6)
    walls = body.wall * rng.uniform(0.8, 1.3, 3)
    walls[1] = min(walls[1], 0.5 * height)
    angle = -rng.uniform(5, 120)
    state = rng.random()
    if state < 0.35:
        angle = 0.0
    elif state < 0.7:
        angle = -rng.uniform(60, 120)
    return part(
        "Regular_Cover",
        outer_size=[x, height, z],
        inner_size=[x - 2 * walls[0], height - walls[1], z - 2 * walls[2]],
        position=[body.shift[0], body.height / 2, body.shift[1] - z / 2],
        rotation=[angle, 0, 0],
    )


def _present(rng: np.random.Generator) -> np.ndarray:
    while True:
        flags = rng.random(4) < 0.85
        if flags.any():
            return flags.astype(int)


def _flaps(rng: np.random.Generator, body: Body) -> Part:
    """Flaps in front, behind, left, right, and how far each is open.

    Positive openings lean outwards here; the code's signs are put on at the end. Only one pair
    may lean inwards without lying flat, as the corners of two such pairs would cross.
    """
    x, z = body.top
    flags = _present(rng)
    pair = rng.uniform(0.32, 0.5)  # of the opening; two halves at most meet
    front = z * (pair if flags[:2].sum() == 2 else rng.uniform(0.35, 1.0))
    side = x * (pair * rng.uniform(0.7, 1.0) if flags[2:].sum() == 2 else rng.uniform(0.3, 0.8))
    thick = min(body.wall, 0.025) * rng.uniform(0.7, 1.1)
    inner_thick = thick * rng.uniform(0.6, 0.8)  # shut, they lie inside the others
    state = rng.choice(["shut", "ajar", "open", "wide", "mixed"], p=[0.3, 0.15, 0.3, 0.15, 0.1])
    if state == "shut":
        opening = np.full(4, -90.0)
    elif state == "ajar":
        opening = np.array([*rng.uniform(-85, 0, 2), -90.0, -90.0])
    elif state == "open":
        opening = rng.uniform(-20, 70, 4)
        opening[2:] = np.maximum(opening[2:], 0)
    elif state == "wide":
        opening = rng.uniform(50, 120, 4)
    else:
        opening = rng.uniform(0, 110, 4)
        opening[2:] = -90.0
    return part(
        "Fourfold_Cover",
        has_cover=[int(flag) for flag in flags],
        front_behind_size=[x, front, thick],
        left_right_size=[inner_thick, side, z],
        cover_separation=[z, x],
        cover_rotation=list(opening * (1, -1, 1, -1)),
        position=[body.shift[0], body.height / 2, body.shift[1]],
    )


def _legs(rng: np.random.Generator, body: Body) -> Part:
    """A plinth, two runners, or three or four feet at the corners of the base."""
    x, z = body.base
    u = rng.uniform
    number = int(rng.choice([1, 2, 3, 4], p=[0.15, 0.15, 0.15, 0.55]))
    tall = u(0.025, 0.06) if rng.random() < 0.5 else u(0.05, 0.2)
    rear = list(UNUSED_REAR_LEG)
    separation = [0.0, 0.0, 0.0]
    middle = 0.0
    if number == 1:
        front = [x * u(0.8, 1.0), tall, z * u(0.8, 1.0)]
    elif number == 2:
        front = [x * u(0.05, 0.12), tall, z * u(0.5, 1.0)]
        separation[0] = (x - front[0]) * u(0.8, 1.0)
        middle = (z - front[2]) / 2 * u(-0.5, 0.5)
    else:
        front = [u(0.05, 0.14), tall, u(0.05, 0.14)]
        rear = [front[0] * u(0.9, 1.1), tall, front[2] * u(0.9, 1.1)]
        if number == 3:
            rear[0] = x * u(0.1, 0.7)
        separation[0] = (x - front[0]) * u(0.88, 1.0)
        separation[1] = (x - rear[0]) * u(0.88, 1.0) if number == 4 else 0.0
        separation[2] = (z - front[2] / 2 - rear[2] / 2) * u(0.88, 1.0)
    return part(
        "Cuboidal_Leg",
        front_legs_size=front,
        rear_legs_size=rear,
        legs_separation=separation,
        num_legs=[number],
        position=[0, -body.height / 2, middle],
    )


def sample(rng: np.random.Generator) -> list[Part]:
    kind = rng.choice(["chest", "carton", "tray"], p=[0.47, 0.45, 0.08])
    body = _body(rng, is_carton=kind == "carton")
    parts = [body.part]
    if kind != "tray":
        parts.append(_lid(rng, body) if kind == "chest" else _flaps(rng, body))
    if rng.random() < (0.15 if kind == "carton" else 0.45):
        parts.append(_legs(rng, body))
    return parts
