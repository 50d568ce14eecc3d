"""New globes: on a tilted rod in an arc, or lying in rings; on a desk foot, a post or table legs.

How large a globe is cannot be seen in a picture, so every ball has the same radius. The middle of
the ball is the origin, and the middle of an arc is at +z: its direction is a matter of the view.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geometry.maths import cosd, sind, tand
from geometry.schema.template import Part, part

RADIUS = 0.5865
HALF_RING = (0.1, 0.05)  # of a tilted bracket: across, width
LEG_HEIGHT = 1.625  # of table legs, in radii of the table's ring
NO_SPOKES = [0.0, 0.0, 0.0]

Rng = np.random.Generator


@dataclass(frozen=True)
class Bracket:
    """A bracket and where a base meets it.

    outer: radius of its outermost ring. drop: from the ball's middle down to the base's top.
    shift: of the base in z. tilt: of the rod about x. turn: the base's about y, where it can show.
    """

    part: Part
    outer: float
    drop: float
    shift: float = 0.0
    tilt: float = 0.0
    turn: float = 0.0


def _about(rng: Rng, spread: float = 0.2) -> float:
    return float(rng.uniform(1 - spread, 1 + spread))


def _arc(rng: Rng, kind: str) -> Bracket:
    """An arc or a whole ring that holds a rod; the rod, or the ring, stands on the base."""
    u, r = rng.uniform, RADIUS
    pivot = r / 20 * _about(rng)
    inner = r + (r / 50 * u(0.9, 1.3) if rng.random() < 0.5 else 2 * r / 15 * _about(rng))
    outer = inner + r / 8 * _about(rng)
    if rng.random() < 0.2:
        angle, turn = 360.0, 0.0
    else:
        angle = 180 + u(10, 50)
        turn = (angle - 180) / 2 * u(0.5, 1.0)
    straight = kind != "strange" and rng.random() < 0.4
    tilt = 0.0 if straight else u(10, 15) if kind == "strange" else u(10, 25)
    whole = rng.random() < 0.5
    if whole:
        length, apart = 2 * outer * u(1.0, 1.3), 0.0
        end = length / 2
    else:
        length, apart = (outer - r) * u(1.0, 1.3), 2 * r
        end = length + r
    top = rng.random() < 0.3
    bottom = bool(top and rng.random() < 0.5)
    knob = 2.9 * pivot
    end += knob * 2 if bottom else 0.0
    bracket = part(
        "Semi_Ring_Bracket",
        pivot_size=[pivot, length],
        pivot_continuity=[int(whole)],
        pivot_seperation=[apart],
        has_top_endpoint=[int(top)],
        has_bottom_endpoint=[int(bottom)],
        endpoint_radius=[knob if top else 0.0],
        bracket_size=[outer, inner, r / 10 * _about(rng)],
        bracket_exist_angle=[angle],
        bracket_offset=[0.0],
        bracket_rotation=[turn],
        rotation=[tilt, 0, 0],
    )
    reach = end * cosd(tilt)
    if kind != "strange" and reach <= outer:
        return Bracket(bracket, outer, outer, tilt=tilt)
    return Bracket(bracket, outer, reach, reach * tand(tilt), tilt)


def _cradle(rng: Rng, kind: str) -> Bracket:
    """Half a ring below that carries a whole one around the ball, perhaps with a rod across."""
    u, r = rng.uniform, RADIUS
    across, height = 0.1 * r * _about(rng), r / 10 * u(0.8, 1.0)
    rod = height / 2 * u(0.5, 1.0) if rng.random() < 0.4 else 0.0
    inner = across + r * (u(1.0, 1.15) if rod else u(0.97, 1.02))
    outer = inner + HALF_RING[0] * _about(rng)
    tilt = {"regular": u(-45, 45), "high": -45.0, "table": 0.0}[kind]
    bracket = part(
        "Tilted_Bracket",
        pivot_size=[rod, outer + inner if rod else 0.0],
        bracket_size=[outer, inner, HALF_RING[1] * _about(rng)],
        circle_thickness=[across, height],
        circle_rotation=[u(-45, 45)],
        rotation=[tilt, 0, 0],
    )
    return Bracket(bracket, outer, outer, turn=u(-90, 90))


def _bowl(rng: Rng) -> Bracket:
    """A level ring around the ball on one or two half rings."""
    u, r = rng.uniform, RADIUS
    across, height = r / 6 * u(0.5, 1.2), 2 * r / 17 * _about(rng)
    inner = r * u(0.98, 1.03)
    outer = inner + across * _about(rng)
    bracket = part(
        "Enclosed_Bracket",
        bracket_size=[outer, inner, r / 8.5 * u(0.5, 1.2)],
        circle_radius=[inner + across / 2],
        circle_thickness=[across, height],
        half_circle_number=[int(rng.integers(1, 3))],
    )
    return Bracket(bracket, outer, outer, turn=u(-45, 45))


def _under(bracket: Bracket) -> list[float]:
    return [0.0, -bracket.drop, -bracket.shift]


def _round_base(rng: Rng, bracket: Bracket) -> Part:
    """A disc with a thin cone on it, or two stacked frustums."""
    u, r = rng.uniform, RADIUS
    wide = r * u(0.5, 1.0)
    bottom = [wide * u(0.8, 1.0), wide, 2 * r / 15 * _about(rng)]
    if rng.random() < 0.5:
        top = [0.01, bottom[0] / 2 * _about(rng), bottom[2] * u(1.0, 1.5)]
    else:
        base = bottom[0] * u(0.9, 1.0)
        top = [base * u(0.5, 0.8), base, bottom[2] * u(0.8, 1.0)]
    return part("Cylindrical_Base", bottom_size=bottom, top_size=top, position=_under(bracket))


def _square_base(rng: Rng, bracket: Bracket) -> Part:
    u, r = rng.uniform, RADIUS
    long = 0.75 * r * _about(rng)
    top = [long * u(0.5, 0.8), 2 * r / 15 * _about(rng), long]
    return part(
        "Cuboidal_Base",
        bottom_size=[long, top[1] * _about(rng), long * u(1.0, 1.3)],
        top_size=top,
        position=_under(bracket),
        rotation=[0, bracket.turn, 0],
    )


def _star_base(rng: Rng, bracket: Bracket) -> Part:
    """A post on claws, seldom as high as a floor globe's."""
    u, r = rng.uniform, RADIUS
    if rng.random() < 0.7:
        tall, claw = 1.5 * r * u(0.3, 1.2), r * _about(rng)
    else:
        tall = 5 * r * _about(rng)
        claw = 0.4 * tall * _about(rng)
    return part(
        "Star_Shaped_Base",
        top_size=[r / 6 * _about(rng), tall],
        sub_size=[r / 8 * _about(rng), r / 7 * _about(rng), claw],
        num_legs=[int(rng.integers(3, 5))],
        tilt_angle=[u(0, 40)],
        position=_under(bracket),
        rotation=[0, bracket.turn, 0],
    )


def _table(rng: Rng, bracket: Bracket) -> Part:
    u, inner = rng.uniform, bracket.outer
    outer, thick = inner * (1 + 0.25 * _about(rng)), 2 * RADIUS / 11 * _about(rng)
    leg = [(outer - inner) / 2 * u(0.8, 0.9), LEG_HEIGHT * inner * _about(rng)]
    spokes = rng.random() < 0.5
    size = [outer * u(1.0, 1.2), thick * _about(rng), 4 * leg[0] * u(0.9, 1.5)]
    lift = leg[1] / 4 * _about(rng) if spokes and rng.random() < 0.4 else 0.0
    return part(
        "Table_Like_Base",
        circle_size=[outer, inner, thick],
        num_legs=[int(rng.integers(3, 5))],
        leg_size=leg,
        leg_seperation=[(outer + inner) / 2],
        has_bottom_part=[int(spokes)],
        bottom_size=size if spokes else NO_SPOKES,
        bottom_offset=[lift],
        rotation=[0, bracket.turn, 0],
    )


def _hoop_base(rng: Rng, bracket: Bracket) -> Part:
    """A post that goes on from the tilted rod, and a hoop on the floor."""
    r = RADIUS
    post = r / 20 * _about(rng)
    hoop = 2 * r / 3 * _about(rng)
    x, y, z = _under(bracket)
    into = 0.2 * post  # the post ends a little inside the rod
    return part(
        "Special_Base",
        radius=[hoop, max(post, hoop / 25 * _about(rng))],
        top_size=[post, 11 * post * _about(rng)],
        top_rotation=[bracket.tilt],
        position=[x, y + into * cosd(bracket.tilt), z + into * sind(bracket.tilt)],
    )


BRACKETS = {
    "regular": ("arc", "cradle", "bowl"),
    "high": ("cradle", "bowl"),
    "table": ("arc", "cradle", "bowl"),
    "strange": ("arc",),
}
BASES = {
    "regular": (_round_base, _square_base),
    "high": (_star_base,),
    "table": (_table,),
    "strange": (_hoop_base,),
}


def sample(rng: Rng) -> list[Part]:
    kind = str(rng.choice(["regular", "high", "table", "strange"], p=[0.4, 0.2, 0.2, 0.2]))
    choice = str(rng.choice(BRACKETS[kind]))
    if choice == "arc":
        bracket = _arc(rng, kind)
    else:
        bracket = _cradle(rng, kind) if choice == "cradle" else _bowl(rng)
    bases = BASES[kind]
    base = bases[int(rng.integers(len(bases)))](rng, bracket)
    return [part("Standard_Sphere", radius=[RADIUS]), bracket.part, base]
