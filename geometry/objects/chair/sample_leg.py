"""Draws what carries a chair and its sitter's arms: legs, columns, cantilever frames, armrests."""

from __future__ import annotations

from typing import Any

from geometry.maths import asind, cosd, sind
from geometry.objects.chair.sample_seat import Rng, Seat, about
from geometry.schema.template import Part, part

LEG_HEIGHT, BRACED_LEG_HEIGHT, BAR = 0.5499, 0.6568, 0.0696
STAR_LIFT, STAR_TILT = 0.0153, 7.1667
CANTILEVER_WIDTH, RUNNER_HEIGHT, CANTILEVER_BAR = 0.0598, 0.0608, 0.0874
ARM_PITCH, ARM_LEAN = 1.7692, 5.5641
PAD_PITCH, PAD_LEAN = 0.3256, 1.2326

Lean = tuple[float, float]
UPRIGHT: Lean = (0.0, 0.0)


def _length(drop: float, length: float, width: float, lean: Lean) -> float:
    """Length of a leg whose lowest corner is `drop` below its top: all feet on one floor."""
    corner = length / 2 * abs(sind(lean[1])) + width / 2 * abs(sind(lean[0]) * cosd(lean[1]))
    return (drop - corner) / (cosd(lean[0]) * cosd(lean[1]))


def _sunk(seat: Seat, length: float, width: float, lean: Lean) -> float:
    """Shift that keeps the upper corners of a leaning leg inside the seat."""
    corner = length / 2 * abs(sind(lean[1])) + width / 2 * abs(sind(lean[0]))
    return min(0.0, 0.45 * seat.size[1] - corner)


def _leans(rng: Rng) -> tuple[Lean, Lean]:
    """Of the front and the rear legs: straight, splayed alike, raked behind, or each its own."""
    kind = rng.choice(["straight", "splayed", "raked", "free"], p=[0.3, 0.4, 0.15, 0.15])
    if kind == "straight":
        return UPRIGHT, UPRIGHT
    if kind == "raked":
        return UPRIGHT, (rng.uniform(3, 15), 0.0)
    front = -rng.uniform(0, 14), -rng.uniform(0, 14)
    if kind == "splayed":
        return front, (-front[0], front[1])
    return front, (rng.uniform(0, 15), -rng.uniform(0, 15))


def _four_legs(rng: Rng, length: float, depth: float, drop: float) -> dict[str, Any]:
    """Sizes, leans and separations of four legs whose tops are under the seat."""
    front_lean, rear_lean = _leans(rng)
    thick = length * rng.uniform(0.04, 0.13)
    wide = thick * rng.uniform(0.8, 1.2) if rng.random() < 0.7 else depth / 8 * about(rng)
    rear_thick = thick if rng.random() < 0.7 else thick * about(rng)
    front = [thick, _length(drop, thick, wide, front_lean), wide]
    rear = [rear_thick, _length(drop, rear_thick, wide, rear_lean), wide]
    # A leg leans about its middle, where the separations hold: its top is further in.
    front_room = length - thick - front[1] * sind(front_lean[1])
    rear_room = length - rear_thick - rear[1] * sind(rear_lean[1])
    depth_room = depth - wide + min(-front[1] * sind(front_lean[0]), rear[1] * sind(rear_lean[0]))
    fraction = rng.uniform(0.75, 1)
    rear_share = fraction if rng.random() < 0.7 else rng.uniform(0.75, 1)
    apart = [front_room * fraction, rear_room * rear_share, depth_room * rng.uniform(0.75, 1)]
    return {
        "front_legs_size": front,
        "rear_legs_size": rear,
        "legs_separation": apart,
        "central_rotation": [0.0],
        "front_rotation": list(front_lean),
        "rear_rotation": list(rear_lean),
    }


def _under(seat: Seat, legs: dict[str, Any]) -> dict[str, list[float]]:
    """Placement of legs: from the seat's middle down, less where their tops would come through."""
    sunk = 0.0
    for end in ("front", "rear"):
        length, _, width = legs[f"{end}_legs_size"]
        sunk = min(sunk, _sunk(seat, length, width, legs[f"{end}_rotation"]))
    return seat.place(y=sunk)


def regular_leg(rng: Rng, seat: Seat) -> Part:
    length, depth = seat.footing(rng, 30, 60)
    drop = LEG_HEIGHT * about(rng) if rng.random() < 0.5 else seat.size[0] * rng.uniform(0.9, 1.3)
    number = int(rng.choice([4, 3, 2, 1], p=[0.88, 0.04, 0.04, 0.04]))
    legs = _four_legs(rng, length, depth, drop)
    if number == 3:
        legs["legs_separation"][1] = 0.0
        legs["rear_rotation"][1] = 0.0
        wide, lean = legs["rear_legs_size"][0], (legs["rear_rotation"][0], 0.0)
        legs["rear_legs_size"][1] = _length(drop, wide, legs["rear_legs_size"][2], lean)
    elif number < 3:
        legs |= _panels(rng, length, depth, drop) if number == 2 else _block(rng, length, depth)
        legs |= {"rear_legs_size": [0.0] * 3, "rear_rotation": [0.0] * 2}  # there are none
    place = _under(seat, legs)
    return part("Regular_leg", number_of_legs=[number], symmetry_mode=[1], **legs, **place)


def _panels(rng: Rng, length: float, depth: float, drop: float) -> dict[str, Any]:
    """A board on each side."""
    thick, wide = length * rng.uniform(0.05, 0.12), depth * rng.uniform(0.6, 0.95)
    lean = (0.0, 0.0 if rng.random() < 0.5 else -rng.uniform(0, 8))
    size = [thick, _length(drop, thick, wide, lean), wide]
    apart = (length - thick - size[1] * sind(lean[1])) * rng.uniform(0.8, 1)
    return {
        "front_legs_size": size,
        "front_rotation": list(lean),
        "legs_separation": [apart, 0.0, 0.0],
    }


def _block(rng: Rng, length: float, depth: float) -> dict[str, Any]:
    """A plinth."""
    size = [length * rng.uniform(0.4, 0.9), length * rng.uniform(0.25, 0.6)]
    return {
        "front_legs_size": [*size, depth * rng.uniform(0.4, 0.9)],
        "front_rotation": [0.0, 0.0],
        "legs_separation": [0.0, 0.0, 0.0],
    }


def braced_leg(rng: Rng, seat: Seat) -> Part:
    length, depth = seat.footing(rng, 30, 60)
    drop = BRACED_LEG_HEIGHT * about(rng)
    if rng.random() < 0.5:
        drop = seat.size[0] * rng.uniform(0.9, 1.5)
    legs = _four_legs(rng, length, depth, drop)
    sides = rng.random() < 0.9
    exists = [rng.random() < 0.55, rng.random() < 0.55, sides, sides]
    if rng.random() < 0.1:  # a bar is lost or left out
        exists[2:] = [sides, rng.random() < 0.5]
    if not any(exists):  # else this would be Regular_leg
        exists[2:] = [True, True]
    bars = _bars(rng, legs, drop, BAR * rng.uniform(0.4, 1.2), BAR * rng.uniform(0.4, 1.2), exists)
    return part("Regular_leg_with_splat", **legs, **bars, **_under(seat, legs))


def _bars(
    rng: Rng, legs: dict[str, Any], drop: float, high: float, side_high: float, exists: list[bool]
) -> dict[str, Any]:
    """Stretchers as thick as the legs; what belongs to an absent bar is 0."""
    front, rear = legs["front_legs_size"], legs["rear_legs_size"]
    level = drop / 2 * rng.uniform(-0.6, 0.8)
    up = [level, level if rng.random() < 0.5 else drop / 2 * rng.uniform(-0.6, 0.8)]
    if rng.random() < 0.12:  # sledge: the side bars lie on the floor
        side_level = side_high / 2 - drop / 2
        side_up = [side_level, side_level]
    else:
        side_level = drop / 2 * rng.uniform(-0.6, 0.8)
        side_up = [side_level, side_level if rng.random() < 0.7 else side_level * about(rng)]
    front_rear, left_right = any(exists[:2]), any(exists[2:])
    none = [0.0, 0.0]
    thickness = [min(front[2], rear[2]), min(front[0], rear[0])]
    return {
        "front_rear_bridging_bars_sizes": [high, thickness[0]] if front_rear else none,
        "left_right_bridging_bars_sizes": [thickness[1], side_high] if left_right else none,
        "front_rear_bridging_bars_offset": [
            height if there else 0.0 for height, there in zip(up, exists[:2], strict=True)
        ],
        "left_right_bridging_bars_offset": side_up if left_right else none,
        "bridging_bars_existance": [int(there) for there in exists],
    }


def sofa_leg(rng: Rng, seat: Seat, drop: float) -> Part:
    """Four short upright legs; bars only where there is room to see them."""
    length, height, depth = seat.size
    thick, wide = seat.module / 10 * rng.uniform(0.5, 1.2), depth / 8 * rng.uniform(0.6, 1.2)
    rear_thick = thick if rng.random() < 0.7 else thick * about(rng)
    apart = (length - max(thick, rear_thick)) * rng.uniform(0.75, 1)
    legs: dict[str, Any] = {
        "front_legs_size": [thick, drop, wide],
        "rear_legs_size": [rear_thick, drop, wide],
        "legs_separation": [apart, apart, (depth - wide) * rng.uniform(0.75, 1)],
        "central_rotation": [0.0],
        "front_rotation": list(UPRIGHT),
        "rear_rotation": list(UPRIGHT),
    }
    barred = rng.random() < 0.4
    exists = [barred and bool(chance) for chance in rng.random(2) < 0.58] + [barred, barred]
    high = min(BAR * rng.uniform(0.5, 1.2), drop * rng.uniform(0.2, 0.6))
    bars = _bars(rng, legs, drop, high, high, exists)
    return part("Regular_leg_with_splat", **legs, **bars, **seat.place(y=-height / 2))


def star_leg(rng: Rng, seat: Seat) -> Part:
    """A swivel chair's column and feet, three to six of them."""
    width, height, _ = seat.size
    column = [width * rng.uniform(0.035, 0.08), width * rng.uniform(0.35, 0.65)]
    number = int(rng.choice([3, 4, 5, 6], p=[0.15, 0.4, 0.4, 0.05]))
    foot = [
        column[0] * rng.uniform(0.5, 1.4),
        column[0] * rng.uniform(0.8, 1.6),
        width / 2 * rng.uniform(0.6, 1),
    ]
    return part(
        "Star_leg",
        vertical_sizes=column,
        sub_sizes=foot,
        number_of_sub_legs=[number],
        sub_central_offset=[STAR_LIFT],
        tilt_angle=[STAR_TILT * rng.uniform(0, 1.5)],
        central_rotation=[rng.uniform(0, 360 / number)],  # beyond, the star repeats
        horizontal_rotation=[0.0],
        **seat.place(y=-height / 2 - column[1] / 2),
    )


def barstool_leg(rng: Rng, seat: Seat) -> Part:
    """A slim column on a disc, or a stout pedestal."""
    width, height, _ = seat.size
    if rng.random() < 0.85:
        column = [width / 12 * rng.uniform(0.5, 1.3), width * rng.uniform(0.45, 1.3)]
        foot = width / 2 * rng.uniform(0.55, 1)
    else:
        column = [width / 2 * rng.uniform(0.35, 0.75), width * rng.uniform(0.2, 0.5)]
        foot = column[0] * rng.uniform(1, 1.2)
    thickness = width * rng.uniform(0.02, 0.09)
    return part(
        "Barstool_leg",
        vertical_sizes=column,
        bottom_sizes=[foot, thickness],
        horizontal_rotation=[0.0],
        **seat.place(y=-height / 2),
    )


def cantilever_leg(rng: Rng, seat: Seat) -> Part:
    length, depth = seat.footing(rng, 50, 60)
    bar = length / 10 * rng.uniform(0.4, 1.2)
    upright = [bar, seat.size[0] * rng.uniform(0.5, 1), CANTILEVER_WIDTH * rng.uniform(0.5, 1.3)]
    apart = (length - bar) * rng.uniform(0.8, 1)
    spread = 0.0 if rng.random() < 0.4 else rng.uniform(0, 30)
    runner, cross = depth * about(rng), CANTILEVER_BAR * rng.uniform(0.5, 1.2)
    # The runners' rear ends may come together, but leave a cross bar between them.
    across = apart + bar + upright[1] * sind(spread)
    reach = runner + upright[2] / 2 + cross / 2
    inwards = min(rng.uniform(0, 15), asind(min(0.65 * across / (2 * reach), 1.0)))
    lean = (-rng.uniform(0, 30), spread)
    return part(
        "C_shaped_office_leg",
        vertical_leg_size=upright,
        horizontal_z_leg_size=[RUNNER_HEIGHT * rng.uniform(0.5, 1.2), runner],
        horizontal_x_leg_size=[cross],
        vertical_leg_separation=[apart],
        vertical_leg_rotation=list(lean),
        horizontal_leg_rotation=[0.0, 0.0 if rng.random() < 0.3 else inwards],
        **seat.place(y=_sunk(seat, bar, upright[2], lean), z=depth / 2 * rng.uniform(0.8, 0.9)),
    )


def solid_armrest(rng: Rng, seat: Seat) -> Part:
    """A panel beside the seat, from its middle up; thick ones are upholstered arms."""
    length, depth = seat.footing(rng, 50, 60)
    thickness = seat.size[0] / 8 * rng.uniform(0.35, 1.5)
    tilted = rng.random() < 0.6
    beside = seat.size[0] if seat.is_round else seat.size[0] + thickness * rng.uniform(0.8, 0.98)
    height = length / 2 * rng.uniform(0.6, 1.3)
    return part(
        "Solid_armrest",
        size=[thickness, height, depth * rng.uniform(0.65, 1)],
        armrest_separation=[beside],
        armrest_rotation=[
            ARM_PITCH * about(rng) if tilted else 0.0,
            ARM_LEAN * about(rng) if tilted else 0.0,
        ],
        **seat.place(),
    )


def office_armrest(rng: Rng, seat: Seat) -> Part:
    """Posts on the seat, their lower ends inside its outline, their upper ends under the pads."""
    length, depth = seat.footing(rng, 50, 60)
    lean = 0.0 if rng.random() < 0.3 else rng.uniform(-45, 45)
    pad_width = max(length, 0.7 * seat.size[0]) / 8 * rng.uniform(0.6, 1.3)
    reach = seat.size[2] / 2 * (1 + sind(rng.uniform(40, 50))) if seat.is_round else seat.size[2]
    pad = [pad_width, pad_width * 5 / 7 * rng.uniform(0.5, 1.2), reach * rng.uniform(0.7, 0.9)]
    post_width = pad_width * rng.uniform(0.5, 1)
    post = [post_width, seat.size[0] / 3 * rng.uniform(0.65, 1.3), post_width * about(rng)]
    run = post[1] / 2 * sind(lean)  # how far forward the upper end is of the post's middle
    if seat.is_round:
        angle = rng.uniform(10, 30)
        apart, front = seat.size[0] * cosd(angle), seat.size[2] / 2 * sind(angle) + run
    else:
        apart, front = length * rng.uniform(0.8, 1), depth / 2 + run
    if lean > 0:
        front = min(front, pad[2] / 2 - run)
    front = max(front, 0.0)
    return part(
        "Office_armrest",
        horizontal_support_sizes=pad,
        vertical_support_sizes=post,
        supports_contact_offset=[front * rng.uniform(0.2, 1)],
        vertical_support_rotation=[lean],
        horizontal_support_rotation=[PAD_PITCH * about(rng)],
        armrest_separation=[apart],
        armrest_rotation=[PAD_LEAN * about(rng)],
        **seat.place(),
    )
