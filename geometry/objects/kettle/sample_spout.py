"""Spouts of new kettles: straight ones cut to the wall, chains of them, and bent ones."""

from dataclasses import dataclass

import numpy as np

from geometry.objects.kettle.sample_body import Body
from geometry.schema.template import Part, part

_ATTEMPTS = 40


@dataclass(frozen=True)
class Spout:
    """A sampled spout and how high its root reaches."""

    part: Part
    root_top: float


_UNUSED = (
    ("radius", (0.0, 0.0)),
    ("thinkness", (0.0,)),
    ("length", (0.0, 0.0)),
    ("generatrix_offset", (0.0,)),
    ("rotation", (0.0,)),
)


def sample_spout(rng: np.random.Generator, body: Body) -> Spout:
    kinds = (_straight, _chain, _curved)
    return kinds[int(rng.choice(3, p=[0.42, 0.14, 0.44]))](rng, body)


def _root(rng: np.random.Generator, body: Body, half: float) -> float:
    """A height for a root that reaches `half` up and down."""
    tall = body.top - body.bottom
    low = body.bottom + half + 0.03 * tall
    return float(rng.uniform(low, max(body.bottom + 0.85 * tall - half, low + 0.02)))


def _unused() -> dict[str, list[float]]:
    return {f"spout_{k}_{name}": list(zeros) for k in range(1, 5) for name, zeros in _UNUSED}


def _straight(rng: np.random.Generator, body: Body) -> Spout:
    """One tube; its root is cut upright, its lip anything from upright to nearly level."""
    u = rng.uniform
    tall = body.top - body.bottom
    slope = u(25, 62)
    rise, reach = np.sin(np.radians(slope)), np.cos(np.radians(slope))
    near = min(u(0.07, 0.15), 0.24 * tall * reach, 0.5 * body.opening)
    far = near * u(0.4, 0.9)
    half = near / reach
    height = _root(rng, body, half)
    wanted = body.top + tall * u(-0.3, 0.08)  # height of the lip
    upper = float(np.clip((wanted - height) / rise, max(0.2, 2.2 * half), 0.75))
    cut = 2 * near * rise / reach  # how much further back the lower side starts
    lip = 2 * far * u(-rise / reach, 0.6 * reach / rise)
    lower = max(upper + cut + lip, 0.15 * upper + cut)
    middle_y = -upper / 2 * rise - near * rise**2 / reach  # of the root's cut
    middle_z = -upper / 2 * reach - near * rise
    numbers = _unused() | {
        "spout_1_radius": [far, near],
        "spout_1_thinkness": [min(u(0.004, 0.012), 0.2 * far)],
        "spout_1_length": [upper, lower],
        "spout_1_generatrix_offset": [(lower - upper) / 2 - cut],
        "spout_1_rotation": [slope],
    }
    place = [0, height - middle_y, body.seat(height, near, half) - middle_z]
    spout = part("Straight_Spout", num_of_sub_spouts=[1], **numbers, position=place)
    return Spout(spout, height + half)


def _chain(rng: np.random.Generator, body: Body) -> Spout:
    """Two to four tubes, each less steep than the one before.

    All cuts lean alike, so that the tubes, which the format joins middle to middle, fit.
    """
    u = rng.uniform
    tall = body.top - body.bottom
    count = int(rng.choice([2, 3, 4], p=[0.6, 0.25, 0.15]))
    near = min(u(0.07, 0.12), 0.2 * tall, 0.45 * body.opening)
    shrink = u(0.55, 0.85) if rng.random() < 0.6 else 1.0
    radii = near * np.concatenate([[1.0, shrink], shrink * np.cumprod(u(0.85, 1.0, count - 1))])
    slopes = np.empty(count)
    slopes[0] = u(45, 72)
    lean = radii[1] * np.tan(np.radians(u(12, 40) / count))
    slopes[1:] = slopes[0] - np.cumsum(2 * np.degrees(np.arctan(lean / radii[1:-1])))
    rise, reach = np.sin(np.radians(slopes[0])), np.cos(np.radians(slopes[0]))
    lengths = np.concatenate([[1.0], u(0.25, 0.5, count - 1)])
    height = _root(rng, body, near * reach)
    wanted = body.top + tall * u(-0.25, 0.08) - height
    lengths *= max(wanted, 0.15) / (lengths @ np.sin(np.radians(slopes)))
    lengths *= min(1.0, 0.9 / lengths.sum())
    lengths = np.maximum(lengths, [3 * lean + 1.2 * near] + [3 * lean] * (count - 1))
    thin = min(u(0.004, 0.01), 0.2 * radii[-1])
    numbers = _unused()
    for k in range(count):
        numbers[f"spout_{k + 1}_radius"] = [radii[k + 1], radii[k]]
        numbers[f"spout_{k + 1}_thinkness"] = [thin]
        numbers[f"spout_{k + 1}_length"] = [lengths[k] + 2 * lean, lengths[k] - 2 * lean]
        numbers[f"spout_{k + 1}_rotation"] = [slopes[k]]
    # So deep in the body that the lower corner of the root is in it too.
    seat = body.seat(height, near, near * reach) - near * rise - lean * reach
    place = [0, height + lengths[0] / 2 * rise, seat + lengths[0] / 2 * reach]
    spout = part("Straight_Spout", num_of_sub_spouts=[count], **numbers, position=place)
    return Spout(spout, height + near * reach)


def _curved(rng: np.random.Generator, body: Body) -> Spout:
    """An S that leaves the wall level, rises clear of it and ends about as high as the opening."""
    u = rng.uniform
    tall = body.top - body.bottom
    for _ in range(_ATTEMPTS):
        root = min(u(0.07, 0.15), 0.24 * tall, 0.5 * body.opening)
        joint = root * u(0.4, 0.75)
        tip = joint * u(0.75, 1.05)
        bend = u(55, 98)
        back = bend * u(0.5, 1.05)
        height = _root(rng, body, root)
        first, second = u(0.7, 1.0), u(0.6, 1.3)
        up = first - (first + second) * np.cos(np.radians(bend))
        up += second * np.cos(np.radians(bend - back))
        scale = max(body.top + tall * u(-0.3, 0.08) - height, 0.2) / up
        first, second = max(first * scale, 1.15 * root), max(second * scale, 1.5 * joint)
        seat = body.seat(height, root, root)
        if max(first, second) < 0.62 and _is_clear(body, height, seat, first, second, bend, joint):
            break
    spout = part(
        "Curved_Spout",
        central_radius=[first, second],
        exist_angle=[bend, back],
        torus_radius=[root, joint, tip],
        position=[0, height, seat],
    )
    return Spout(spout, height + root)


def _is_clear(
    body: Body, height: float, seat: float, first: float, second: float, bend: float, tube: float
) -> bool:
    """Whether the middle of the S is clear of the wall."""
    turn = np.radians(bend)
    end = np.array([first * (1 - np.cos(turn)), first * np.sin(turn)])
    middle = end + second * (np.cos(turn - turn / 2) - np.cos(turn))
    ys, zs = np.array([end[0], middle[0]]) + height, seat + end[1]
    return bool((zs > body.radius(ys) + 1.3 * tube).all())
