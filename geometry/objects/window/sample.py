"""New sliding windows: one to six sashes, shut or pushed aside, each layer inside the frame.

Handles stand on the outer stiles, where no other sash passes in front of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geometry.schema.template import Part, part

#: Where the sashes stand in open windows: from and to, in widths of a sash.
OPEN = {
    1: ((0, 0),),
    2: ((-0.5, -0.2), (0.2, 0.5)),
    3: ((-1, -0.7), (-0.2, 0.2), (0.7, 1)),
    4: ((-1.5, -1.2), (-1.2, -0.5), (0.5, 1.2), (1.2, 1.5)),
    5: ((-2, -1.6), (-1.3, -0.5), (0, 0), (0.5, 1.3), (1.6, 2)),
    6: ((-2.5, -2.3), (-2, -1.5), (-1, -0.5), (0.5, 1), (1.5, 2), (2.3, 2.5)),
}
#: Layers of a symmetrical window by its number of sashes.
LAYERS = (0, 1, 1, 2, 2, 3, 3)
#: Least distance of sashes whose handles must not be covered, in widths of a sash.
APART = 0.15
USED = {"Symmetrical_Window": 3, "Asymmetrical_Window": 4}

Rng = np.random.Generator


@dataclass(frozen=True)
class Sashes:
    """A sampled window and what frame and handles are fitted to.

    size: width and depth of each sash. stile, rail: width of its upright and level bars.
    x: of the sashes. z: of the middle or first layer. depth: of all layers.
    """

    part: Part
    symmetrical: bool
    number: int
    size: list[float]
    height: float
    stile: float
    x: list[float]
    z: float
    depth: float


def _window(rng: Rng) -> Sashes:
    u = rng.uniform
    symmetrical = bool(rng.random() < 0.5)
    deep = u(0.019, 0.06)
    if symmetrical:
        number = int(rng.integers(1, 7))
        wide = u(0.6, 0.9) * (1.5 if number <= 2 else 0.78 if number == 6 else 1)
        depth, z = deep * LAYERS[number], -deep / 2 if number in (3, 4) else 0.0
    else:
        number, wide = int(rng.integers(2, 5)), 0.9
        depth, z = deep * number, (1 - number) * deep / 2
    x = [wide * place for place in _places(rng, symmetrical, number)]
    height, rail = u(1.44, 1.92), u(0.048, 0.084)
    stile = rail * u(0.8, 1.0)
    name = "Symmetrical_Window" if symmetrical else "Asymmetrical_Window"
    glass = [wide - 2 * stile, height - 2 * rail, min(u(0.006, 0.012), 0.5 * deep)]
    kinds = range(USED[name])
    sizes = (
        {f"size_{kind}": [wide, deep] for kind in kinds}
        | {f"glass_size_{kind}": glass for kind in kinds}
        | {f"glass_offset_{kind}": [0, 0, 0] for kind in kinds}
    )
    if symmetrical:
        sizes["symmetryOrNot"] = [1]
    sashes = part(
        name,
        number_of_window=[number],
        **sizes,
        offset_x=[*x, *[0.0] * (6 - number)],
        offset_z=[z],
        outside_frame_inner_size=[number * wide, height],
        outside_frame_inner_outer_offset=[0, 0],
    )
    return Sashes(sashes, symmetrical, number, [wide, deep], height, stile, x, z, depth)


def _places(rng: Rng, symmetrical: bool, number: int) -> list[float]:
    """x of the sashes in widths, from left to right."""
    if rng.random() < 1 / 3 or (symmetrical and number == 2):
        return [index - (number - 1) / 2 for index in range(number)]
    x = [float(rng.uniform(low, high)) for low, high in OPEN[number]]
    if not symmetrical and number == 4:
        x[1] = max(x[1], x[0] + APART)
        x[2] = min(x[2], x[3] - APART)
    return x


def _frame(rng: Rng, sashes: Sashes) -> Part:
    inner, border = [sashes.number * sashes.size[0], sashes.height], rng.uniform(0.03, 0.06)
    outer = [side + 2 * border for side in inner]
    return part(
        "Standard_Windowframe",
        size=[*outer, sashes.depth * rng.uniform(1.0, 1.2)],
        inner_size=inner,
        inner_outer_offset=[0, 0],
    )


def _seats(rng: Rng, sashes: Sashes, arched: bool) -> dict[str, Sequence[float]]:
    """How many handles, where, and in which layers.

    Bars and grips do not fit behind the middle layer of symmetrical windows.
    """
    x, edge, number = sashes.x, (sashes.size[0] - sashes.stile) / 2, sashes.number
    first, last = x[0], x[-1]
    outside = [first - edge, last + edge, first + edge, last - edge]
    if number == 1:
        numbers, places, layers = [1, 0], [edge, 0.0, 0.0, 0.0], [0, 0]
    elif sashes.symmetrical and number == 2:
        numbers, places, layers = [2, 0], [first + edge, last - edge, 0.0, 0.0], [0, 0]
    elif sashes.symmetrical:
        layers = [-1, -1] if number > 4 else [0, 0]
        both = number > 4 or (number == 4 and arched)
        numbers = [2, 2] if both else [2, 0]
        places = outside if both else [*outside[:2], 0.0, 0.0]
    elif number == 2 and rng.random() < 0.5:
        numbers, places, layers = [1, 1], [first - edge, 0.0, first + edge, 0.0], [0, 0]
    elif number == 2:
        numbers, places, layers = [2, 0], [first - edge, last - edge, 0.0, 0.0], [0, 1]
    elif number == 3:
        numbers, places, layers = [2, 1], [*outside[:3], 0.0], [0, 2]
    else:
        places = [first - edge, last - edge, first + edge, last + edge]
        numbers, layers = [2, 2], [0, 3]
    return {"num_of_handle": numbers, "offset_x": places, "handle_z_position": layers}


def _handle(rng: Rng, sashes: Sashes) -> Part:
    u = rng.uniform
    name = str(rng.choice(["Cuboidal_Handle", "Arched_Handle", "LShaped_Handle"]))
    common = _seats(rng, sashes, name == "Arched_Handle") | {
        "window_type": [0 if sashes.symmetrical else 1],
        "position": [0, 0, sashes.z],
    }
    common |= {f"windows_size.size_{kind}": sashes.size for kind in range(4)}
    if name == "Cuboidal_Handle":
        return part(name, size=[u(0.03, 0.04), u(0.15, 0.2), u(0.03, 0.04)], **common)
    if name == "Arched_Handle":
        thick, apart = u(0.015, 0.025), sashes.height * u(0.15, 0.2)
        outer = max(apart * u(1.0, 1.2), apart / 2 + 1.05 * thick)
        return part(
            name,
            outer_size=[outer, 0, 0],
            bottom_size=[thick, thick, u(0.055, 0.065)],
            seperation=[apart],
            thinner_handle=[0],
            **common,
        )
    plate = min(u(0.04, 0.06), sashes.stile)
    neck, long = min(u(0.035, 0.04), plate), u(0.16, 0.21)
    return part(
        name,
        size_bottom=[plate, plate, u(0.008, 0.012)],
        size_middle=[neck, neck, u(0.055, 0.065)],
        size_top=[neck, long, neck],
        offset_middle_y=[0],
        offset_top_y=[(plate - long) / 2],
        **common,
    )


def sample(rng: Rng) -> list[Part]:
    sashes = _window(rng)
    return [sashes.part, _frame(rng, sashes), _handle(rng, sashes)]
