"""Shampoo and the like: a tube, a bottle or a block, under a cap or a pump nozzle.

Positions are added before rotations.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import numpy as np

from geometry.maths import cosd, label, maximum, sind
from geometry.schema.joint import Joint, slide, spin
from geometry.schema.kinds import (
    Count,
    Deg3,
    Length,
    Ratio,
    Rows,
    Vec1or2,
    Vec2,
    Vec3,
    Vec9,
    blocks,
)
from geometry.schema.template import Category, Part, part, template
from geometry.solids.primitives import Cuboid, Cylinder, Ring

StackedParts = Annotated[Rows, blocks(10, ("length", "length"), "num_of_part")]


@template("body", order="yxz", offset_first=True)
def Toothpaste_body(radius: Length, bottom_length: Length, height: Length):
    """A tube: round above, crimped to a line along z below.

    radius: of the upper end
    bottom_length: z length of the lower end
    height: from end to end
    """
    yield Cylinder(height, radius, 0.01, radius, bottom_length / 2)


@template("body", order="yxz", offset_first=True)
def Cylindrical_body(num_of_part: Count, all_sizes: Vec9, x_z_ratio: Ratio):
    """One to four conical sections, round or oval; the origin is at half of the first.

    num_of_part: sections used, 1 to 4
    all_sizes: top radius, height and bottom radius of the first section, then top radius and
        height of each further one
    x_z_ratio: half axis in z over the radius, which is the one in x
    """
    top, height, bottom = all_sizes[:3]
    k = x_z_ratio
    yield Cylinder(height, top, bottom, k * top, k * bottom)
    below, floor = top, height / 2
    label(top=top, height=height, bottom=bottom, floor=floor)
    for section in range(1, min(max(num_of_part, 1), 4)):
        radius, rise = all_sizes[2 * section + 1 : 2 * section + 3]
        yield Cylinder(rise, radius, below, k * radius, k * below).at(y=floor + rise / 2)
        below, floor = radius, floor + rise
        label(radius=radius, rise=rise, floor=floor)


@template("body", order="yxz", offset_first=True)
def Cuboidal_body(size: Vec3):
    """A block, its middle at the origin.

    size: x, y and z
    """
    yield Cuboid(size[1], size[0], size[2])


def _lift(outer_size) -> Iterator[Joint]:
    """The cap comes off upwards."""
    yield slide((0, 1, 0), (0, 2 * outer_size[2]))


@template("cap", order="yxz", offset_first=True, joints=_lift)
def Cylindrical_cap(outer_size: Vec3, inner_size: Vec3, x_z_ratio: Ratio):
    """A cap, open at the bottom; the origin is at half its height.

    outer_size: outer top radius, outer bottom radius, height
    inner_size: cavity radius at the top, at the bottom, depth
    x_z_ratio: half axis in z over the radius, which is the one in x
    """
    top, bottom, height = outer_size
    label(top=top, bottom=bottom, height=height)
    yield Ring(
        height=height,
        outer_top_radius=top,
        inner_top_radius=inner_size[0],
        outer_bottom_radius=bottom,
        inner_bottom_radius=inner_size[1],
        x_z_ratio=x_z_ratio,
    ).turn(y=90)
    plug = maximum(height - inner_size[2], 0.0)
    yield Cylinder(plug, top, top, x_z_ratio * top, x_z_ratio * top).at(y=inner_size[2] / 2)


def _turn() -> Iterator[Joint]:
    """The pump head turns about its axis."""
    yield spin((0, 1, 0), (0, 0, 0))


@template("nozzle", order="yxz", offset_first=True, joints=_turn)
def Regular_nozzle(
    num_of_part: Count,
    num_of_nozzle: Count,
    nozzle_size: Vec2,
    nozzle_length: Vec1or2,
    nozzle_offset: Length,
    nozzle_rotation: Deg3,
    parts_params: StackedParts,
):
    """A stack of cylinders from y = 0 on, and a level spout from the topmost one.

    num_of_part: cylinders used, 1 to 5
    num_of_nozzle: pieces of the spout; public codes only ever draw the first
    nozzle_size: section of the spout, x and y
    nozzle_length: length of the first and of the second piece
    nozzle_offset: y of the spout above the top of the stack
    nozzle_rotation: angles by which the first and the second piece are lowered, turn about y
    parts_params: radius and height of each cylinder
    """
    floor, outer = 0.0, 0.0
    for radius, rise in parts_params:
        yield Cylinder(rise, radius).at(y=floor + rise / 2)
        floor, outer = floor + rise, radius
        label(floor=floor)
    length, drop = nozzle_length[0], nozzle_rotation[0]
    spout = Cuboid(nozzle_size[1], nozzle_size[0], length)
    y, z = floor + nozzle_offset - length / 2 * sind(drop), outer + length / 2 * cosd(drop)
    label(length=length, y=y, z=z)
    yield spout.at(y=y, z=z).turn(y=nozzle_rotation[2])


#: Usual radius, height, lower end of a tube; sizes of a bottle; of a block; height of a cap.
TUBE = (0.187, 1.236, 0.588)
BOTTLE = (0.2387, 0.6504, 0.2283, 0.2244, 0.4919, 0.2328, 0.2448, 0.1907, 0.1626)
BLOCK = (0.6, 1.26, 0.86)
CAP = 0.2092


def sample(rng: np.random.Generator) -> list[Part]:
    """A tube with a cap, a bottle with a cap or a pump, a block with a pump."""
    kind = rng.integers(3)
    if kind == 0:
        radius, height, crimp = (typical * rng.uniform(0.6, 1.4) for typical in TUBE)
        tube = part("Toothpaste_body", radius=[radius], bottom_length=[crimp], height=[height])
        return [tube, _cap(rng, radius, height / 2, 1.0)]
    if kind == 1:
        pumped = rng.random() < 0.5
        body, top, radius, ratio = _bottle(rng, pumped)
        if pumped:
            base = 0.8 * radius * min(ratio, 1 / ratio)
            return [body, _nozzle(rng, base, top, top / 6)]
        return [body, _cap(rng, radius * rng.uniform(0.7, 0.8), top, ratio)]
    size = np.array(BLOCK) * rng.uniform(0.8, 1.2, 3)
    if rng.random() < 0.5:
        size[[0, 2]] = BLOCK[0] * rng.uniform(0.7, 1.3, 2)
        size[1] = size[0] * rng.uniform(1.3, 1.6)
    base = min(size[0], size[2]) * rng.uniform(0.2, 0.4)
    block = part("Cuboidal_body", size=size.tolist())
    return [block, _nozzle(rng, base, size[1] / 2, size[1] / 6)]


def _bottle(rng: np.random.Generator, pumped: bool) -> tuple[Part, float, float, float]:
    """The bottle, y of its top, its radius there, its ratio."""
    number = int(rng.integers(3 if pumped else 2, 5))
    sizes = np.array(BOTTLE) * rng.uniform(0.8, 1.2, 9)
    sizes[2 * number + 1 :] = 0
    if pumped:
        ratio = rng.uniform(0.5, 1.7)
    else:
        ratio = 1.0 if rng.random() < 0.5 else rng.uniform(1.2, 1.4)
    radii, heights = sizes[[0, 3, 5, 7]], sizes[[1, 4, 6, 8]]
    top = heights[:number].sum() - heights[0] / 2
    body = part(
        "Cylindrical_body", num_of_part=[number], all_sizes=sizes.tolist(), x_z_ratio=[ratio]
    )
    return body, float(top), float(radii[number - 1]), float(ratio)


def _cap(rng: np.random.Generator, radius: float, top: float, ratio: float) -> Part:
    """A cap whose cavity begins a little below the top of the body."""
    outer = np.array([radius, radius, CAP * rng.uniform(0.7, 1.3)])
    inner = outer * np.array([*[rng.uniform(0.6, 0.8)] * 2, rng.uniform(0.6, 0.8)])
    if ratio != 1 and rng.random() < 0.5:
        ratio = 1.0
    return part(
        "Cylindrical_cap",
        outer_size=outer.tolist(),
        inner_size=inner.tolist(),
        x_z_ratio=[ratio],
        position=[0, top + float(inner[2]) / 2, 0],
    )


def _nozzle(rng: np.random.Generator, base: float, top: float, stem: float) -> Part:
    """A collar of one to three cylinders, a thin stem, a head with the spout."""
    u = rng.uniform
    stack = [(base, base * u(0.2, 0.4))]
    for _ in range(int(rng.integers(0, 3))):
        radius, height = stack[-1]
        stack.append((radius * u(0.8, 1.05), height * u(0.9, 1.1)))
    stack.append((stack[-1][0] * u(0.4, 0.6), stem * u(0.7, 1.3)))
    head = base * u(0.8, 1.0)
    stack.append((head, head * u(0.4, 0.6)))
    section = stack[-1][1] * u(0.5, 0.7)
    sizes = [number for pair in stack for number in pair]
    return part(
        "Regular_nozzle",
        num_of_part=[len(stack)],
        num_of_nozzle=[1],
        nozzle_size=[section, section],
        nozzle_length=[stack[-2][1] * u(0.8, 1.2), 0],
        nozzle_offset=[-stack[-1][1] * u(0.3, 0.5)],
        nozzle_rotation=[0, 0, 0],
        parts_params=sizes,
        position=[0, top, 0],
    )


SHAMPOO = Category(
    "Shampoo",
    [
        Toothpaste_body,
        Cylindrical_body,
        Cuboidal_body,
        Cylindrical_cap,
        Regular_nozzle,
    ],
    sampler=sample,
    fixed=("body",),
)
