"""Samples faucets: mixers with handles or knobs, levers, wall taps, taps with side knobs.

A ring of n spokes is turned by less than the step between two, for more would look the same; the
numbers of knobs that are not there are 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from geometry.registry import Part, part
from geometry.templates.faucet import faucet

Rng = np.random.Generator

#: Usual sizes: x of a square foot, radius of a round one.
FOOT = {"Cuboidal_Base": 0.428, "Cylindrical_Base": 0.167}
#: Share of its size by which a handle's foot sinks into the faucet's own.
SUNK = 0.06


def jitter(rng: Rng) -> float:
    return float(rng.uniform(0.8, 1.2))


def either(rng: Rng) -> float:
    return float(rng.choice([-1.0, 1.0]))


@dataclass(frozen=True)
class Base:
    """A base with the lengths that spout and switch are fitted to."""

    part: Part
    riser: list[float]  # its size_0
    foot: list[float]  # its size_1
    back: float  # depth of the riser's axis behind the plane z = 0
    radius: float  # of the riser, or half its x size
    half: float  # half the x size of the foot
    height: float  # of the whole faucet
    length: float  # that the spout's reach goes by
    bottom: float  # y of the foot's underside
    middle: float  # z of the foot


@faucet.sampler
def sample(rng: Rng) -> list[Part]:
    kind = rng.integers(4)
    if kind == 2:
        return _wall(rng)
    square = kind != 1 and rng.random() < 0.5
    name = "Cuboidal_Base" if square else "Cylindrical_Base"
    if kind == 0:
        spout = str(rng.choice(["Curved_Spout", "Trifold_Spout", "Quadfold_Spout"]))
        short = spout == "Quadfold_Spout" or rng.random() < 0.2
        base = _base(rng, name, 1, short)
        spouts = {"Curved_Spout": _curved, "Trifold_Spout": _trifold, "Quadfold_Spout": _quadfold}
        switch = _handles(rng, base) if rng.random() < 0.5 else _upright_knobs(rng, base)
        return [base.part, spouts[spout](rng, base), switch]
    if kind == 1:
        base = _base(rng, name, 2, False)
        arm = _round_arm(rng, base) if rng.random() < 0.5 else _square_arm(rng, base)
        switch = _rod(rng, base) if rng.random() < 0.5 else _lever(rng, base)
        return [base.part, arm, switch]
    base = _base(rng, name, 4, False)
    return [base.part, _curved(rng, base, 4), _side_knobs(rng, base, square)]


def _base(rng: Rng, name: str, kind: int, short: bool) -> Base:
    wide = FOOT[name] * jitter(rng)
    if name == "Cuboidal_Base":
        foot = [wide, wide / 4 * jitter(rng), wide * jitter(rng)]
        height = {1: 4, 4: 3}[kind] * wide * jitter(rng)
        riser = [wide / 2 * rng.uniform(0.7, 1), {1: 2.4, 4: 2}[kind] * wide * jitter(rng)]
        riser.append(riser[0] * rng.uniform(1, 1.1))
        back, radius, half = riser[2] / 2, riser[0] / 2, wide / 2
        shift = either(rng) * (foot[2] - riser[2]) / 2 * rng.uniform(0, 1)
        number = {"number_of_box": [2]}
    else:
        foot = [wide, wide / 4 * jitter(rng)]
        height = 5 * wide * jitter(rng)
        long = 2.44 * jitter(rng) if kind != 2 else 5 * rng.uniform(0.6, 1.2)
        riser = [wide / 2 * jitter(rng), long * wide]
        back, radius, half = riser[0], riser[0], wide
        shift = either(rng) * riser[0] / 3 * rng.uniform(0.8, 1)
        number = {"number_of_cylinder": [2]}
    length = riser[1] * (1.0 if name == "Cuboidal_Base" else 1.5)
    if short:
        riser[1] = foot[1] * jitter(rng)
    lift = foot[1] / 4 * jitter(rng)
    body = part(name, **number, size_0=riser, size_1=foot, offset_1=[0, lift, shift])
    bottom = lift - riser[1] - foot[1]
    middle = shift - back
    return Base(body, riser, foot, back, radius, half, height, length, bottom, middle)


def _curved(rng: Rng, base: Base, kind: int = 1) -> Part:
    if kind == 1:
        wide = 45 * rng.uniform(0.9, 1.4) if rng.random() < 0.8 else -15 * jitter(rng)
    else:
        wide = 45 * rng.uniform(1.1, 1.4)
    rise = max(base.height - base.riser[1], 0.2 * base.height) * jitter(rng)
    return part(
        "Curved_Spout",
        R=[base.radius * rng.uniform(0.95, 1.05)],
        L=[0.192 * jitter(rng)],
        bottom0=[0, 0, 0],
        bottom1=[0, rise, 0],
        center=[0, 0, base.length * rng.uniform(0.4, 0.6)],
        spout_rotation=[90 + wide],
        position=[0, 0, -base.back],
    )


def _trifold(rng: Rng, base: Base) -> Part:
    u, length = rng.uniform, base.length
    rise = max(base.height - base.riser[1], 0.2 * base.height)
    return part(
        "Trifold_Spout",
        R=[base.radius * u(0.95, 1.05)],
        position0=[0, 0, 0],
        position1=[0, rise, 0.01 * u(0.6, 1)],
        position2=[0, length * u(0, 0.3), 2 * length * u(0.5, 0.8)],
        position3=[0, -length * u(0.4, 0.9), length * u(0.01, 0.2)],
        position=[0, 0, -base.back],
    )


def _quadfold(rng: Rng, base: Base) -> Part:
    rise = 2 * base.half * rng.uniform(1, 1.2)
    up = 2 * rise * jitter(rng)
    out = up * 37 / 54 * jitter(rng)
    high = up * 31 / 54 * jitter(rng)
    return part(
        "Quadfold_Spout",
        R=[base.radius * rng.uniform(0.9, 1.0)],
        position0=[0, 0, 0],
        position1=[0, rise, 0.01 * rng.uniform(0.6, 1)],
        position2=[0, up, -out],
        position3=[0, high, 0.01],
        position4=[0, high / 3 * jitter(rng), out * 17 / 37 * jitter(rng) + 2 * out],
        position=[0, 0, -base.back],
    )


def _handles(rng: Rng, base: Base) -> Part:
    u = rng.uniform
    wide = 1.5 * 2 * base.half * jitter(rng) * 0.8
    bottom = [wide, base.foot[1] * jitter(rng), wide * 15 / 14 * jitter(rng)]
    post = wide * 2 / 7 * jitter(rng)
    middle = [post, 6.5 * post * u(0.8, 1), post * 9 / 8 * jitter(rng)]
    top = [1.5 * wide * jitter(rng), 2 * bottom[1] * jitter(rng), 0.0]
    top[2] = top[0] / 4 * jitter(rng)
    inner = [(bottom[0] - post) / 2 * u(0, 0.4), (bottom[2] - middle[2]) / 2 * u(0, 0.4)]
    outer = [
        inner[0] - max(top[0] - post, 0) / 2 * u(0, 0.9),
        inner[1] - max(top[2] - middle[2], 0) / 2 * u(0, 0.9),
    ]
    x = base.half + bottom[0] / 2 - SUNK * wide
    pair = int(rng.integers(1, 3)) == 2
    return part(
        "HandleY_Switch",
        number_of_switch=[2 if pair else 1],
        number_of_cube=[3],
        bottom_size=bottom,
        middle_size=middle,
        top_size=top,
        bottom_middle_offset=inner,
        bottom_top_offset=outer,
        offset_0_x=[-x],
        offset_1_x=[x if pair else 0],
        offset_yz=[0, base.middle],
        position=[0, base.bottom, 0],
    )


def _upright_knobs(rng: Rng, base: Base) -> Part:
    u = rng.uniform
    number = int(rng.integers(1, 5))
    low = [base.half * jitter(rng), base.foot[1] * jitter(rng)]
    high = [low[0] / 2 * jitter(rng), 8 * low[1] * jitter(rng)]
    spoke = high[0] * u(1.05, 1.1) * (1 if number < 3 else 0.5)
    thick = spoke * 17 / 16 * u(0.9, 1.1)
    x = base.half + low[0] * (1 - SUNK)
    pair = int(rng.integers(1, 3)) == 2
    return part(
        "RotaryY_Switch",
        number_of_switch=[2 if pair else 1],
        main_size_1=low,
        main_size_2=high,
        sub_size=[spoke, thick, min(5 * spoke, 3 * low[0]) * u(0.8, 1)],
        number_of_sub=[number],
        sub_offset=[0.9 * thick],
        tilt_angle=[5 * u(0, 0.8) if rng.random() < 0.5 else 0],
        rotation0=[-u(0, 180) / number],
        rotation1=[u(0, 180) / number if pair else 0],
        offset_x=[-x, x if pair else 0],
        position=[0, base.bottom, base.middle],
    )


def _round_arm(rng: Rng, base: Base) -> Part:
    u = rng.uniform
    thick = base.riser[0] * u(0.7, 0.9)
    slope = either(rng) * 10 * jitter(rng)
    sizes = [thick, 0.7 * base.riser[1] * u(0.8, 1.3)]
    return part("Cylindrical_Spout", **_arm(rng, base, sizes, thick, thick, slope))


def _square_arm(rng: Rng, base: Base) -> Part:
    u = rng.uniform
    wide = base.riser[0] * u(0.9, 1.2)
    slope = either(rng) * 10 * jitter(rng)
    sizes = [wide, wide * 18 / 23 * jitter(rng), 0.7 * base.riser[1] * u(0.8, 1.4)]
    return part("Cuboidal_Spout", **_arm(rng, base, sizes, wide, wide, slope))


def _arm(
    rng: Rng, base: Base, sizes: list[float], wide: float, thick: float, slope: float
) -> dict[str, Any]:
    """An arm out of the riser's upper part; it begins inside the riser however it slopes."""
    head = wide / 2 * jitter(rng)
    back = 2 * thick * np.sin(np.radians(abs(slope))) * rng.uniform(1.1, 1.15)
    return {
        "main_part_size": sizes,
        "head_size": [head, head * rng.uniform(0.8, 1)],
        "head_offset": [0, 0, 0],
        "rotation_mainpart": [slope],
        "rotation_head": [0],
        "position": [0, -base.riser[1] / 5 * jitter(rng) - sizes[0], -back],
    }


def _rod(rng: Rng, base: Base) -> Part:
    radius = base.riser[0] * rng.uniform(1.1, 1.2)
    height = radius * 5 / 4 * jitter(rng)
    return part(
        "RegularY_Switch",
        size=[radius, height],
        sub_size=[height / 6 * jitter(rng), 2 * radius * rng.uniform(1, 1.2)],
        sub_offset=[0, -0.05 * radius],
        rotation_Y=[rng.uniform(-90, 90)],
        rotation_X=[0],
        sub_rotation=[5 * jitter(rng)],
        position=[0, 0, -base.back],
    )


def _lever(rng: Rng, base: Base) -> Part:
    radius = base.riser[0] * rng.uniform(1.1, 1.2)
    thin = radius / 3 * rng.uniform(1, 1.2)
    start = [0, -2 * thin * jitter(rng), -radius * rng.uniform(1, 1.2)]
    up = 2.5 * thin * jitter(rng)
    first = [0, up, up * jitter(rng)]
    second = [0, -start[1], first[2] * 37 / 16 * jitter(rng)]
    return part(
        "Lever_Switch",
        size=[radius, radius * 5 / 4 * jitter(rng)],
        R=[thin],
        position0=start,
        position1=first,
        position2=second,
        position=[0, 0, -base.back],
    )


def _side_knobs(rng: Rng, base: Base, square: bool) -> Part:
    u = rng.uniform
    depth = min(base.riser[0], base.riser[2]) / 2 if square else base.riser[0]
    long = base.riser[1] / 2 if square else base.riser[1]
    inner = [depth * jitter(rng), 0.6 * long * jitter(rng)]
    outer = [inner[0] / 2 * jitter(rng), inner[1] / 2.5 * jitter(rng)]
    side = outer[0] * 13 / 11 * jitter(rng)
    y = max(inner[0] - base.riser[1], -inner[0] * u(0, 1) - base.riser[1] * u(0.5, 0.7))
    shift = inner[1] / 2 * u(0, 0.5)
    left = int(rng.integers(0, 2))
    number = int(rng.integers(1, 6))
    return part(
        "RotaryX_Switch",
        existence_of_switch=[left, 1],
        main_size_1=inner,
        main_size_2=outer,
        sub_size=[side, outer[1] * 22 / 13 * jitter(rng), side * jitter(rng)],
        number_of_sub=[number],
        sub_offset=[-outer[1] / 10 * jitter(rng)],
        tilt_angle=[0],
        rotation0=[u(-180, 180) / number if left else 0],
        rotation1=[u(-180, 180) / number],
        interval=[0],
        offset_x=[-shift if left else 0, shift],
        position=[0, y, -depth],
    )


def _wall(rng: Rng) -> list[Part]:
    """A U of pipe on the wall, an arc in front, a knob that faces the front."""
    u = rng.uniform
    pipe = 0.07 * jitter(rng)
    apart = 0.752 * jitter(rng)
    length = apart / 6.5 * jitter(rng)
    flange_length = length * jitter(rng)
    flange = max(flange_length * 10 / 13 * jitter(rng), 1.1 * pipe)
    base = part(
        "UShapedXZ_Base", R=[pipe], size_tube=[apart, length], size_base=[flange, flange_length]
    )
    front = flange_length + length
    tube = pipe * u(0.8, 1.1)
    rise = 0.6345 * apart * jitter(rng)
    spout = part(
        "Curved_Spout",
        R=[tube],
        L=[0.192 * jitter(rng)],
        bottom0=[0, 0, 0],
        bottom1=[0, rise, tube / 2 * jitter(rng) * u(0, 0.5)],
        center=[0, 0, 1.06 * rise * u(0.8, 1)],
        spout_rotation=[90 + 45 * u(1, 1.4)],
        position=[0, 0, front - (pipe - tube) / 2 * u(0, 1)],
    )
    rear = [1.5 * pipe * jitter(rng), 2.4 * length * jitter(rng)]
    thin = rear[0] / 2 * jitter(rng)
    knob = [thin, thin * 3 / 11 * jitter(rng)]
    switch = part(
        "RotaryZ_Switch",
        number_of_switch=[1],
        main_size_1=rear,
        main_size_2=knob,
        sub_size=[
            rear[1] * 42 / 35 * jitter(rng),
            6 * knob[1] * jitter(rng),
            thin * 0.8 * jitter(rng),
        ],
        number_of_sub=[1],
        sub_offset=[0],
        tilt_angle=[5.75 * jitter(rng)],
        rotation0=[u(-180, 180)],
        rotation1=[0],
        offset_x=[0, 0],
        position=[0, 0, front + pipe * 0.9],
    )
    return [base, spout, switch]
