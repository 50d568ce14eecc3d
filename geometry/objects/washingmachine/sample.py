"""New washing machines: front loaders with a round door, top loaders with a lid, a panel on top.

Typical sizes as in everyday machines; each number varies by about a third.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from geometry.maths import cosd, sind
from geometry.objects.washingmachine.templates import OPEN
from geometry.schema.template import Part, part

#: Typical x, y and z of bodies that load in front, above into a drum, above into a tub.
FRONT_LOADER = 1.034, 1.338, 1.028
DRUM_TOP_LOADER = 0.931, 1.242, 0.936
TUB_TOP_LOADER = 0.931, 1.247, 0.912
#: Typical depth of a round door's rim, radius and thickness of its disc, place of the disc.
RIM_DEPTH = 0.0477
DISC = 0.1967, 0.011
DISC_OFFSET = -0.0046, -0.11
#: Largest disc, in inner radii of the rim.
WIDEST_DISC = 0.8
#: Typical height and depth at the top of a top loader's panel, height of a button over it.
PANEL = 0.2047, 0.0198
BUTTON = 0.0256
MOST_BUTTONS = 8
#: Share of the machines that are shut; depth of a drum that nobody sees, in depths of the body.
SHUT = 0.2
UNSEEN_DRUM = 0.7

Rng = np.random.Generator
Size = tuple[float, float, float]


def _third(rng: Rng) -> float:
    return float(rng.uniform(0.7, 1.3))


def _size(rng: Rng, typical: Size) -> Size:
    x, y, z = typical
    return x * _third(rng), y * _third(rng), z * _third(rng)


def _opening(rng: Rng) -> float:
    """By how many degrees the door or lid is open."""
    return 0.0 if rng.random() < SHUT else float(rng.uniform(0, OPEN))


def _drum(rng: Rng, name: str, size: Size, across: float, along: float, angle: float) -> Part:
    """A body with a drum; across: the shorter side of the face it opens to, along: its room."""
    fraction = rng.uniform(0.6, 0.8) if angle else UNSEEN_DRUM
    radius = across * rng.uniform(0.35, 0.45)
    return part(
        name, outer_size=list(size), inner_size=[radius, along * fraction], inner_offset=[0.0, 0.0]
    )


def front_loader(rng: Rng) -> list[Part]:
    """A round door in front, hinged at the left, and a panel on the rear of the top."""
    x, y, z = size = _size(rng, FRONT_LOADER)
    angle = _opening(rng)
    body = _drum(rng, "Front_Facing_Roller_Body", size, min(x, y), z, angle)
    radius = body["parameters"]["inner_size"][0]
    inner, depth = radius * rng.uniform(0.85, 0.98), RIM_DEPTH * _third(rng)
    door = part(
        "Roller_Door",
        circle_size=[radius, inner, depth],
        middle_size=[min(DISC[0] * _third(rng), WIDEST_DISC * inner), DISC[1] * _third(rng)],
        middle_offset=[offset * _third(rng) for offset in DISC_OFFSET],
        position=[-radius - depth / 2 * sind(angle), 0.0, z / 2 - depth / 2 * cosd(angle)],
        rotation=[0.0, 0.0 - angle, 0.0],
    )
    height = (y / 2 - radius) * rng.uniform(0.7, 1)
    return [body, door, _panel(rng, size, height, z * rng.uniform(0.01, 0.1), _rear(rng, z))]


def _rear(rng: Rng, depth: float) -> float:
    return float(depth * rng.uniform(0.1, 0.15))


def drum_top_loader(rng: Rng) -> list[Part]:
    size = _size(rng, DRUM_TOP_LOADER)
    angle = _opening(rng)
    across = min(size[0], size[2])
    body = _drum(rng, "Upright_Roller_Body", size, across, size[1], angle)
    return [body, *_lid_and_panel(rng, size, angle)]


def tub_top_loader(rng: Rng) -> list[Part]:
    size = _size(rng, TUB_TOP_LOADER)
    angle = _opening(rng)
    fractions = rng.uniform(0.05, 0.1, 3) if angle else np.full(3, 0.075)
    body = part("Cuboidal_Body", outer_size=list(size), thickness=list(size * fractions))
    return [body, *_lid_and_panel(rng, size, angle)]


def _lid_and_panel(rng: Rng, size: Size, angle: float) -> list[Part]:
    """A lid on the front of the top, hinged at its rear edge, and a panel behind it."""
    x, y, z = size
    thick, long = y * rng.uniform(0.01, 0.025), z * rng.uniform(0.8, 0.9)
    lid = part(
        "Cuboidal_Door",
        size=[x, thick, long],
        position=[
            0.0,
            y / 2 + long / 2 * sind(angle),
            z / 2 - long * (1 - cosd(angle) / 2),
        ],
        rotation=[0.0 - angle, 0.0, 0.0],
    )
    return [lid, _panel(rng, size, PANEL[0] * _third(rng), PANEL[1] * _third(rng), z - long)]


def _panel(rng: Rng, body: Size, height: float, upper: float, lower: float) -> Part:
    """A panel on the rear of the top with a row of two to four equal buttons."""
    x, y, z = body
    number = int(rng.integers(2, 5))
    step = x * rng.uniform(0.4, 0.8) / (number + 1)
    button = [step / 2, height * rng.uniform(0.1, 0.24), BUTTON * rng.uniform(0.8, 1.2)]
    first = -step * (number - 1) / 2
    numbers: dict[str, list[float]] = {}
    for k in range(MOST_BUTTONS):
        used = k < number
        numbers[f"button_{k + 1}_size"] = list(button) if used else [0.0] * 3
        numbers[f"button_{k + 1}_offset"] = [first + k * step if used else 0.0, 0.0]
    return part(
        "Controller_With_Button",
        bottom_size=[x, height, upper, lower],
        num_buttons=[number],
        position=[0.0, y / 2 + height / 2, -z / 2],
        **numbers,
    )


TOP_LOADERS: tuple[Callable[[Rng], list[Part]], ...] = (drum_top_loader, tub_top_loader)


def sample(rng: Rng) -> list[Part]:
    """Half of the machines load in front, half above."""
    if rng.random() < 0.5:
        return front_loader(rng)
    return TOP_LOADERS[rng.integers(2)](rng)
