"""New waste bins: square and round, with lids, hoods, frames and swing lids, some in a shell.

How large a bin is cannot be seen in a picture, so every body is brought to the same diagonal.
"""

from dataclasses import dataclass, replace

import numpy as np

from geometry.schema.template import Part, part

TYPICAL_DIAGONAL = 1.9  # of the body's bounding box
SLOTS = ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1), (1, 1, 0, 0), (0, 0, 1, 1))
SLOTTED = (*SLOTS[1:4], (1, 0, 1, 0), (0, 1, 0, 1), *SLOTS[4:], (1, 1, 1, 1))


@dataclass(frozen=True)
class Body:
    """A sampled body and what shell and cover need to know of it.

    rim: outside of the rim, x and z size (square) or radius twice (round).
    widest: the same where the body is widest.
    opening: inside of the rim, likewise; taper: how fast the cavity narrows downwards.
    """

    part: Part
    rim: np.ndarray
    widest: np.ndarray
    opening: np.ndarray
    height: float
    taper: float = 0.0

    @property
    def round(self) -> bool:
        return self.part["template"] != "Prismatic_Body"


def _taper(rng: np.random.Generator) -> float:
    """Size of the base in sizes of the rim: straight, narrower, seldom wider."""
    style = rng.random()
    if style < 0.4:
        return 1.0
    return rng.uniform(0.66, 0.97) if style < 0.9 else rng.uniform(1.0, 1.15)


def _square_body(rng: np.random.Generator) -> Body:
    u = rng.uniform
    width = np.exp(u(np.log(0.7), np.log(1.7)))  # x over z
    tall = np.exp(u(np.log(0.95), np.log(2.4)))  # in geometric means of x and z
    taper = _taper(rng)
    top = np.array([np.sqrt(width), 1 / np.sqrt(width)])
    base = top * taper * (u(0.96, 1.04, 2) if taper != 1 else 1.0)
    widest = np.maximum(top, base)
    scale = TYPICAL_DIAGONAL / np.hypot(np.linalg.norm(widest), tall)
    top, base, widest, height = top * scale, base * scale, widest * scale, tall * scale
    walls = u(0.012, 0.05) * u(0.85, 1.15, 3)
    body = part(
        "Prismatic_Body",
        top_size=list(top),
        bottom_size=list(base),
        height=[height, height],
        top_offset=[0, 0],
        thickness=list(walls),
    )
    return Body(body, top, widest, top - 2 * walls[:2], height)


def _round_body(rng: np.random.Generator, cover: str) -> Body:
    """Plain, or, where the cover lets one look in, with a board that parts the cavity."""
    u = rng.uniform
    tall = np.exp(u(np.log(1.7), np.log(4.2)))  # in top radii
    taper = _taper(rng)
    scale = TYPICAL_DIAGONAL / np.hypot(tall, np.sqrt(8) * max(1.0, taper))
    top, base, height = scale, taper * scale, tall * scale
    wall = u(0.015, 0.06) * top / 0.5
    inner, cavity_floor = top - wall, base - wall * u(0.95, 1.05)
    depth = height - wall * u(0.6, 1.6)
    sizes = {
        "outer_size": [top, base, height],
        "inner_size": [inner, cavity_floor, depth],
    }
    if cover != "Cylindrical_Cover" and rng.random() < 0.5:
        thin = u(0.012, 0.04)
        wide = 2 * np.sqrt(min(inner, cavity_floor) ** 2 - thin**2 / 4) * 0.995
        tall = depth * u(0.7, 0.97)
        board = [wide, tall, thin] if rng.random() < 0.5 else [thin, tall, wide]
        body = part("Separated_Cylindrical_Body", **sizes, clapboard_size=board)
    else:
        body = part("Cylindrical_Body", **sizes)
    taper = (inner - cavity_floor) / depth
    both = np.ones(2)
    return Body(body, top * both, max(top, base) * both, inner * both, height, max(taper, 0.0))


def _shell(rng: np.random.Generator, body: Body, tall: bool) -> tuple[Part, Body]:
    """A tube close around the body, and the body as its cover sees it.

    tall: higher than the body, whose cover it hides; else it ends at the rim, where the cover
    lies on both, or further down.
    """
    u = rng.uniform
    gap, wall = u(0.008, 0.024), u(0.02, 0.06)
    flush = not tall and rng.random() < 0.6
    fraction = 1.0 if flush else u(1.06, 1.4) if tall else u(0.35, 0.92)
    height = body.height * fraction
    place = [0, (height - body.height) / 2, 0]
    if body.round:
        top, base, _ = body.part["parameters"]["outer_size"]
        inner = np.array([base + (top - base) * fraction, base]) + gap
        outer = inner + wall
        sizes = {"outer_size": [*outer, height], "inner_size": list(inner)}
        shell = part("Cylindrical_Shell", **sizes, position=place)
        outer = np.full(2, outer[0])
    else:
        inner = body.widest + 2 * gap
        outer = inner + 2 * wall
        sizes = {"outer_size": [outer[0], height, outer[1]], "inner_size": list(inner)}
        shell = part("Cuboidal_Shell", **sizes, position=place)
    if tall:  # what lies on the rim may come out a little over it, but not to the shell
        return shell, replace(body, rim=body.rim / 1.05)
    return shell, replace(body, rim=outer) if flush else body


def _opening(rng: np.random.Generator) -> float:
    return 0.0 if rng.random() < 0.4 else rng.uniform(-45, -4)


def _hinged_cover(rng: np.random.Generator, body: Body, name: str) -> Part:
    """A lid whose lower back edge is the hinge, on the rim or a little over it."""
    u = rng.uniform
    below = body.rim * (u(1.0, 1.05) if rng.random() < 0.6 else 1.0)
    place = {
        "position": [0, body.height / 2, -below[1] / 2],
        "rotation": [_opening(rng), 0, 0],
    }
    if name == "Double_Layer_Cuboidal_Cover":
        low = u(0.03, 0.13)
        above = below * u(0.5, 0.92, 2)
        size = [above[0], low * u(0.4, 1.0), above[1]]
        shift = [0, (below[1] - above[1]) / 2 * u(-0.8, 0.8) if rng.random() < 0.3 else 0]
        sizes = {"top_size": size, "bottom_size": [below[0], low, below[1]], "top_offset": shift}
        return part(name, **sizes, **place)
    front = u(0.04, 0.22)
    back = front if rng.random() < 0.5 else front * u(0.75, 1.8)
    above = below * (u(0.7, 1.0, 2) if rng.random() < 0.7 else 1.0)
    sizes = {"top_size": list(above), "bottom_size": list(below), "height": [front, back]}
    return part(name, **sizes, top_offset=[0, 0], **place)


def _hood(rng: np.random.Generator, body: Body) -> Part:
    """A box, open below, with slots down to the rim."""
    u = rng.uniform
    x, z = body.rim
    tall = u(0.18, 0.45)
    wall = u(0.015, 0.06)
    inner = [x - 2 * wall, tall - u(0.02, 0.35 * tall), z - 2 * wall]
    return part(
        "Holed_Cuboidal_Cover",
        outer_size=[x, tall, z],
        inner_size=inner,
        front_behind_hole_size=[inner[0] * u(0.4, 0.92), inner[1] * u(0.5, 0.92)],
        left_right_hole_size=[inner[2] * u(0.4, 0.92), inner[1] * u(0.5, 0.92)],
        has_hole=list(SLOTTED[rng.integers(len(SLOTTED))] if rng.random() < 0.5 else SLOTS[0]),
        position=[0, body.height / 2, 0],
    )


def _frame(rng: np.random.Generator, body: Body) -> Part:
    u = rng.uniform
    x, z = body.rim * u(1.0, 1.04)
    hole = body.opening * u(0.5, 0.92, 2)
    free = body.opening[1] - hole[1]
    shift = [0, free / 2 * u(-0.8, 0.8) if rng.random() < 0.25 else 0]
    return part(
        "Cuboidal_Hollow_Cover",
        outer_size=[x, u(0.02, 0.08), z],
        inner_size=list(hole),
        inner_offset=shift,
        position=[0, body.height / 2, 0],
    )


def _disc(rng: np.random.Generator, body: Body, sunk: bool) -> Part:
    """A swing lid in the opening, level or tipped; or a flat lid on the rim."""
    u = rng.uniform
    thick = u(0.02, 0.1)
    if not sunk and rng.random() < 0.4:
        size = [body.rim[0] * u(1.0, 1.06), thick]
        return part("Cylindrical_Cover", size=size, position=[0, (body.height + thick) / 2, 0])
    tip = 0.0 if rng.random() < 0.25 else u(-45, 45)
    # The cavity narrows below the rim, where a tipped lid reaches down.
    size = [body.opening[0] * (0.985 - body.taper**2 / 2), thick]
    place = [0, body.height / 2, 0]
    return part("Cylindrical_Cover", size=size, position=place, rotation=[tip, 0, 0])


def _cap(rng: np.random.Generator, body: Body) -> Part:
    """A round roof on pillars; one pillar stands behind, several leave the front free."""
    u = rng.uniform
    number = int(rng.integers(1, 5))
    total = u(80, 200) if number == 1 else u(60, 200)
    angle = 90 / number if rng.random() < 0.3 else total / number
    middle = {1: 270, 2: 0, 3: 270, 4: 45}[number]  # where the first pillar's middle is to stand
    turn = (angle / 2 - middle + 180) % 360 - 180
    collar = u(0.02, 0.1)
    outer = body.rim[0]
    return part(
        "Holed_Cylindrical_Cover",
        radius=[outer, u(body.opening[0], body.opening[0] + 0.7 * (outer - body.opening[0]))],
        height=[collar + u(0.01, 0.06), collar, u(0.12, 0.45)],
        exist_angle=[angle],
        num_sides=[number],
        position=[0, body.height / 2, 0],
        rotation=[0, turn, 0],
    )


def _ring(rng: np.random.Generator, body: Body) -> Part:
    u = rng.uniform
    outer = body.rim[0] * u(1.0, 1.04)
    size = [outer, body.opening[0] * u(0.35, 0.92), u(0.02, 0.1)]
    return part("Cylindrical_Hollow_Cover", size=size, position=[0, body.height / 2, 0])


def _square_bin(rng: np.random.Generator) -> list[Part]:
    covers = ["Cuboidal_Cover", "Double_Layer_Cuboidal_Cover", "hood", "frame"]
    cover = str(rng.choice(covers, p=[0.3, 0.22, 0.26, 0.22]))
    body = _square_body(rng)
    parts = [body.part]
    if rng.random() < 0.3:
        tall = cover == "frame" and rng.random() < 0.3
        shell, body = _shell(rng, body, tall)
        parts.append(shell)
    if cover == "hood":
        parts.append(_hood(rng, body))
    elif cover == "frame":
        parts.append(_frame(rng, body))
    else:
        parts.append(_hinged_cover(rng, body, cover))
    return parts


def _round_bin(rng: np.random.Generator) -> list[Part]:
    covers = ["Cylindrical_Cover", "ring", "cap"]
    cover = str(rng.choice(covers, p=[0.4, 0.28, 0.32]))
    body = _round_body(rng, cover)
    parts = [body.part]
    tall = False
    if rng.random() < 0.3:
        tall = cover != "cap" and rng.random() < 0.35
        shell, body = _shell(rng, body, tall)
        parts.append(shell)
    if cover == "cap":
        parts.append(_cap(rng, body))
    else:
        parts.append(_ring(rng, body) if cover == "ring" else _disc(rng, body, sunk=tall))
    return parts


def sample(rng: np.random.Generator) -> list[Part]:
    return _square_bin(rng) if rng.random() < 0.5 else _round_bin(rng)
