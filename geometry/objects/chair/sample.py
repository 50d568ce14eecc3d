"""Everyday chairs: draws the parameters of dining, office and cantilever chairs, stools and sofas.

Typical values come from a large set of real objects; ranges are widened where ordinary chairs go
beyond them. Numbers that belong to a piece which is not there are 0, never noise: two pictures that
look alike have one code.
"""

from __future__ import annotations

from geometry.objects.chair.sample_back import back, setback
from geometry.objects.chair.sample_leg import (
    ARM_LEAN,
    ARM_PITCH,
    barstool_leg,
    braced_leg,
    cantilever_leg,
    office_armrest,
    regular_leg,
    sofa_leg,
    solid_armrest,
    star_leg,
)
from geometry.objects.chair.sample_seat import Rng, Seat, about
from geometry.schema.template import Part, part

SEAT = (0.8421, 0.1515, 0.8298)
SEAT_POSITION, SEAT_ROTATION = (0.0001, -0.0865, 0.1232), (-1.031, -0.0123, 0.0089)
ROUND_SEAT = (0.3749, 0.0774)
ROUND_SEAT_POSITION, ROUND_SEAT_ROTATION = (0.0019, 0.0267, 0.1036), (0.0, 0.0, 0.0)


def sample(rng: Rng) -> list[Part]:
    # Ordinary chairs are drawn as often as the two other kinds together: they vary most.
    kind = rng.choice(["regular", "sofa", "cantilever"], p=[0.5, 0.25, 0.25])
    if kind == "sofa":
        return _sofa(rng)
    seat = _seat(rng, at_least_as_wide_as_deep=kind == "regular")
    parts = [seat.part, back(rng, seat)]
    if kind == "cantilever":
        parts.append(cantilever_leg(rng, seat))
        if rng.random() < 0.7:
            parts.append(office_armrest(rng, seat))
        return parts
    leg = (regular_leg, star_leg, braced_leg, barstool_leg)[rng.integers(4)]
    parts.append(leg(rng, seat))
    if rng.random() < 0.5:
        armrest = (office_armrest, solid_armrest)[rng.integers(2)]
        parts.append(armrest(rng, seat))
    return parts


def _seat(rng: Rng, at_least_as_wide_as_deep: bool) -> Seat:
    thin = rng.uniform(0.25, 0.7) if rng.random() < 0.4 else rng.uniform(0.7, 1.3)
    if rng.random() < 0.5:
        radius, height = ROUND_SEAT[0] * about(rng), ROUND_SEAT[1] * max(thin, 0.4)
        size = (2 * radius, height, 2 * radius)
        seat = part(
            "Round_seat",
            size=[radius, height],
            position=list(ROUND_SEAT_POSITION),
            rotation=list(ROUND_SEAT_ROTATION),
        )
        return Seat(seat, size, size[0], ROUND_SEAT_POSITION, ROUND_SEAT_ROTATION, True)
    length, height, width = SEAT[0] * about(rng), SEAT[1] * thin, SEAT[2] * about(rng)
    if at_least_as_wide_as_deep and length < width:
        length = width * rng.uniform(0.9, 1.2)
    return _box_seat(length, height, width, length)


def _box_seat(length: float, height: float, width: float, module: float) -> Seat:
    seat = part(
        "Regular_seat",
        size=[length, height, width],
        position=list(SEAT_POSITION),
        rotation=list(SEAT_ROTATION),
    )
    return Seat(seat, (length, height, width), module, SEAT_POSITION, SEAT_ROTATION)


def _sofa(rng: Rng) -> list[Part]:
    module = SEAT[0] * about(rng)
    places = 1.0 if rng.random() < 0.6 else rng.uniform(1.3, 2.5)
    height = module / 3 * rng.uniform(0.6, 1.2)
    seat = _box_seat(module * places, height, module * 0.8 * about(rng), module)
    level = rng.random() < 0.3  # back and arms of one height
    back_height = module / 2 * rng.uniform(0.8, 1) if level else module * rng.uniform(0.5, 1)
    lean = 0.0 if level or rng.random() < 0.6 else -rng.uniform(3, 12)
    thickness = module / 4 * rng.uniform(0.6, 0.8)
    back = part(
        "Solid_back",
        size=[seat.size[0] * rng.uniform(0.8, 1), back_height, thickness],
        back_rotation=[lean],
        **seat.place(z=-setback(rng, seat.size[2], thickness, back_height, lean)),
    )
    leg_height = height * (0.2 * about(rng) if rng.random() < 0.5 else rng.uniform(0.25, 0.8))
    arm_width = module / 8 * rng.uniform(0.9, 1.8)
    arm_depth = seat.size[2] * rng.uniform(0.8, 1)
    if level:
        # Tops exactly in one plane would flicker in pictures.
        arm_height, y, pitch, arm_lean = back_height * rng.uniform(0.96, 0.99), 0.0, 0.0, 0.0
        apart = seat.size[0] - arm_width * rng.uniform(0, 1)
    elif rng.random() < 0.5:
        arm_height, y = height * rng.uniform(0.8, 1.2), height / 2 * rng.uniform(0.8, 0.9)
        pitch, arm_lean = ARM_PITCH * about(rng), ARM_LEAN * about(rng)
        apart = seat.size[0] - arm_width * rng.uniform(0, 1)
    else:  # upright side panels beside the seat, down to its lower edge or to the floor
        y = -height / 2 - (leg_height if rng.random() < 0.4 else 0.0)
        arm_height, pitch, arm_lean = height * rng.uniform(0.9, 1.5) - y, 0.0, 0.0
        apart = seat.size[0] + arm_width * rng.uniform(0.85, 0.98)
    armrest = part(
        "Solid_armrest",
        size=[arm_width, arm_height, arm_depth],
        armrest_separation=[apart],
        armrest_rotation=[pitch, arm_lean],
        **seat.place(y=y),
    )
    return [seat.part, back, sofa_leg(rng, seat, leg_height), armrest]
