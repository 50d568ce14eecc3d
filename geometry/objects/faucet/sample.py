"""Samples faucets: mixers with handles or knobs, levers, wall taps, taps with side knobs.

The numbers of knobs that are not there are 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geometry.objects.faucet import sample_switch as switches
from geometry.objects.faucet.sample_base import Base, Rng, either, jitter, sample_base
from geometry.schema.template import Part, part


def sample(rng: Rng) -> list[Part]:
    kind = rng.integers(4)
    if kind == 2:
        return _wall(rng)
    square = kind != 1 and rng.random() < 0.5
    name = "Cuboidal_Base" if square else "Cylindrical_Base"
    if kind == 0:
        spout = str(rng.choice(["Curved_Spout", "Trifold_Spout", "Quadfold_Spout"]))
        short = spout == "Quadfold_Spout" or rng.random() < 0.2
        base = sample_base(rng, name, 1, short)
        spouts = {"Curved_Spout": _curved, "Trifold_Spout": _trifold, "Quadfold_Spout": _quadfold}
        handles = rng.random() < 0.5
        switch = switches.handles(rng, base) if handles else switches.upright_knobs(rng, base)
        return [base.part, spouts[spout](rng, base), switch]
    if kind == 1:
        base = sample_base(rng, name, 2, False)
        arm = _round_arm(rng, base) if rng.random() < 0.5 else _square_arm(rng, base)
        switch = switches.rod(rng, base) if rng.random() < 0.5 else switches.lever(rng, base)
        return [base.part, arm, switch]
    base = sample_base(rng, name, 4, False)
    return [base.part, _curved(rng, base, 4), switches.side_knobs(rng, base, square)]


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
