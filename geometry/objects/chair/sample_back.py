"""Draws the backs of chairs: panels, and posts with rungs, splats, lattices or slats."""

from __future__ import annotations

from dataclasses import dataclass

from geometry.maths import sind
from geometry.objects.chair.sample_seat import Rng, Seat, about
from geometry.schema.template import Part, part

TOP_RAIL, LATTICE_POST_WIDTH, POST_TURN = 0.2708, 0.0955, -9.7407


def setback(rng: Rng, depth: float, thickness: float, height: float, lean: float) -> float:
    """How far behind the seat's centre a back's middle is, its lower end still on the seat."""
    forward = height / 2 * sind(-lean)
    # Not quite flush: faces of two parts in one plane would flicker in pictures.
    return (depth - thickness) / 2 * rng.uniform(0.94, 0.99) + forward * rng.uniform(0, 0.8)


def _lean(rng: Rng) -> float:
    return -rng.uniform(0, 7) if rng.random() < 0.45 else -rng.uniform(7, 18)


def _back_height(rng: Rng, seat: Seat) -> float:
    factor = rng.choice(
        [rng.uniform(0.45, 0.8), about(rng), rng.uniform(1.2, 1.6)], p=[0.2, 0.6, 0.2]
    )
    return seat.size[0] * float(factor)


def back(rng: Rng, seat: Seat) -> Part:
    draw = (_solid_back, _ladder_back, _splat_back, _lattice_back, _slat_back)[rng.integers(5)]
    return draw(rng, seat)


def _solid_back(rng: Rng, seat: Seat) -> Part:
    height, lean = _back_height(rng, seat), _lean(rng)
    thickness = seat.size[0] * rng.uniform(0.04, 0.2)
    if seat.is_round:
        width, depth = seat.size[0] * rng.uniform(0.8, 1), seat.size[2] * sind(rng.uniform(60, 90))
    else:
        width, depth = seat.size[0] * rng.uniform(0.8, 1.1), seat.size[2]
    return part(
        "Solid_back",
        size=[width, height, thickness],
        back_rotation=[lean],
        **seat.place(z=-setback(rng, depth, thickness, height, lean)),
    )


@dataclass(frozen=True)
class Frame:
    """Two posts on the seat: what ladder, splat, lattice and slat backs have in common."""

    post: list[float]
    apart: float
    lean: float
    placement: dict[str, list[float]]

    @property
    def clear(self) -> float:
        """Width between the posts."""
        return self.apart - self.post[0]


def _frame(rng: Rng, seat: Seat, height: float, width: float) -> Frame:
    length, depth = seat.footing(rng, 50, 60)
    post = [length * rng.uniform(0.06, 0.14), height, width]
    apart = length if seat.is_round else (length - post[0]) * rng.uniform(0.85, 0.99)
    lean = _lean(rng)
    behind = setback(rng, depth, width, height, lean)
    return Frame(post, apart, lean, seat.place(z=-behind))


def _post_width(rng: Rng, seat: Seat) -> float:
    return seat.size[0] * rng.uniform(0.05, 0.14)


def _posts_and_rail(rng: Rng, seat: Seat, overhang: float) -> tuple[Frame, dict[str, list[float]]]:
    """Slim rail on full posts, or high rail on shorter ones."""
    height = _back_height(rng, seat)
    rail = seat.size[0] * rng.uniform(0.06, 0.2)
    if rng.random() < 0.5:
        rail, height = TOP_RAIL * about(rng), height * 2 / 3 * rng.uniform(0.85, 1.1)
    frame = _frame(rng, seat, height, _post_width(rng, seat))
    length = (frame.apart + frame.post[0]) * overhang
    shared = {
        "main_horizontal_piece_size": [length, rail, frame.post[2]],
        "main_vertical_piece_size": frame.post,
        "main_vertical_separation": [frame.apart],
        "back_rotation": [frame.lean],
        **frame.placement,
    }
    return frame, shared


def _ladder_back(rng: Rng, seat: Seat) -> Part:
    frame, shared = _posts_and_rail(rng, seat, 1.0)
    count, half = int(rng.integers(0, 6)), frame.post[1] / 2
    if rng.random() < 0.4:  # from the middle down
        step = half / (count + 1)
        first = 0.0
    else:  # from the rail down to the seat
        step = (2 * half - seat.size[1] / 2) / (count + 1)
        first = half - step
    rung = [step * rng.uniform(0.2, 0.55), frame.post[2] * rng.uniform(0.6, 1)]
    return part(
        "Ladder_back",
        sub_horizontal_piece_size=rung if count else [0.0, 0.0],
        sub_offset=[first if count else 0.0],
        interval_between_subs=[step if count > 1 else 0.0],
        number_of_subs=[count],
        **shared,
    )


def _uprights(rng: Rng, frame: Frame, count: int) -> tuple[list[float], float, float]:
    """x and z of one upright, x of the first, and the step (0 where there is one alone)."""
    step = frame.clear / (count + 1)
    size = [step * rng.uniform(0.15, 0.6), frame.post[2] * rng.uniform(0.4, 1)]
    return size, step - frame.clear / 2, step if count > 1 else 0.0


def _splat_back(rng: Rng, seat: Seat) -> Part:
    frame, shared = _posts_and_rail(rng, seat, rng.uniform(1, 1.2))
    count = int(rng.integers(1, 8))  # none would be a Ladder_back
    size, first, step = _uprights(rng, frame, count)
    return part(
        "Splat_back",
        sub_vertical_piece_size=size,
        sub_offset=[first],
        interval_between_subs=[step],
        number_of_subs=[count],
        **shared,
    )


def _lattice_back(rng: Rng, seat: Seat) -> Part:
    height = _back_height(rng, seat)
    frame = _frame(rng, seat, height, LATTICE_POST_WIDTH * rng.uniform(0.4, 1.2))
    rail = seat.size[0] * rng.uniform(0.06, 0.2)
    bar = height / 10 * rng.uniform(0.6, 1.4)
    lowest = -height / 2 + seat.size[1] / 2 + bar / 2  # just on the seat
    count = int(rng.integers(1, 7))
    size, first, step = _uprights(rng, frame, count)
    return part(
        "Latice_back",
        main_horizontal_piece_size=[frame.apart + frame.post[0], rail, frame.post[2]],
        main_vertical_piece_size=frame.post,
        main_vertical_separation=[frame.apart],
        sub_horizontal_piece_size=[bar, frame.post[2] * rng.uniform(0.7, 1)],
        sub_vertical_piece_size=size,
        sub_horizontal_offset=[max(-height / 2 * rng.uniform(0.3, 1), lowest)],
        sub_vertical_offset=[first],
        interval_between_subs=[step],
        back_rotation=[frame.lean],
        number_of_subs=[count],
        **frame.placement,
    )


def _slat_back(rng: Rng, seat: Seat) -> Part:
    height = _back_height(rng, seat)
    frame = _frame(rng, seat, height, _post_width(rng, seat))
    count = int(rng.integers(1, 6))
    if count == 1:  # one upholstered panel
        slat, step = height * rng.uniform(0.3, 0.7), 0.0
        first = height / 2 - slat / 2 - height * rng.uniform(0, 0.08)
    else:
        first = height / 2 * rng.uniform(0.6, 0.9)
        step = (height / 2 + first) / (count + 1)
        room = height / 2 - first  # a slat ends below the posts' tops
        slat = min(step * rng.uniform(0.25, 0.85), 2 * room)
    return part(
        "Slat_back",
        main_vertical_piece_size=frame.post,
        sub_horizontal_piece_size=[slat, frame.post[2] * rng.uniform(0.6, 1)],
        main_vertical_separation=[frame.apart],
        sub_horizontal_offset=[first],
        interval_between_subs=[step],
        main_vertical_rotation=[POST_TURN],
        back_rotation=[frame.lean],
        number_of_subs=[count],
        **frame.placement,
    )
