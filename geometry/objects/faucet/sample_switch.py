"""Samples the switches of faucets: handles, knobs, a rod, a lever.

A ring of n spokes is turned by less than the step between two, for more would look the same.
"""

from __future__ import annotations

from geometry.objects.faucet.sample_base import Base, Rng, jitter
from geometry.schema.template import Part, part

#: Share of its size by which a handle's foot sinks into the faucet's own.
SUNK = 0.06


def handles(rng: Rng, base: Base) -> Part:
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


def upright_knobs(rng: Rng, base: Base) -> Part:
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


def rod(rng: Rng, base: Base) -> Part:
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


def lever(rng: Rng, base: Base) -> Part:
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


def side_knobs(rng: Rng, base: Base, square: bool) -> Part:
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
