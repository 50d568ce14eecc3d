"""Samples the bases of faucets: a riser on a foot, to whose lengths the other parts are fitted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geometry.schema.template import Part, part

Rng = np.random.Generator

#: Usual sizes: x of a square foot, radius of a round one.
FOOT = {"Cuboidal_Base": 0.428, "Cylindrical_Base": 0.167}


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


def sample_base(rng: Rng, name: str, kind: int, short: bool) -> Base:
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
