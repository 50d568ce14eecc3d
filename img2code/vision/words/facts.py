"""What can be said of a program: its parts by name and shape, how many, how large, what moves."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import geometry
from geometry.articulation import articulate
from geometry.program import Part, Program
from geometry.schema.template import Template
from img2code.vision.words.lexicon import ROLE_WORDS

#: Quantiles of sampled objects from which something counts as more, or less, than usual.
USUAL = (0.25, 0.75)
_TABLE = Path(__file__).with_name("proportions.json")

#: Pieces of a template's name that tell a shape, the first that fits; the rest tells nothing.
_SHAPES = (
    ("Semi_Spherical", "round"), ("Spherical", "round"), ("Cylindrical", "round"),
    ("Star", "star-shaped"), ("Ladder", "ladder"), ("Slat", "slatted"), ("Splat_back", "splat"),
    ("Latice", "lattice"), ("Barstool", ""), ("Bar_", ""), ("Round", "round"),
    ("Ring", "round"), ("Roller", "round"), ("Curve", "curved"), ("Arched", "curved"),
    ("Trifold", "square"), ("Cuboidal", "square"), ("Prismatic", "square"), ("Square", "square"),
    ("Rectangular", "square"), ("Straight", "straight"), ("LShape", "L-shaped"),
    ("L_Shaped", "L-shaped"), ("T_Shaped", "T-shaped"), ("Solid", "solid"),
    ("Regular_seat", "square"), ("Regular_desktop", "square"), ("Flat_U", "square"),
)  # fmt: skip


def shape(template: Template) -> str:
    """The word of `lexicon.SHAPES` for a template's shape; empty where its name tells none."""
    return next((word for piece, word in _SHAPES if piece in template.name), "")


def role_word(template: Template) -> str:
    """What sentences call a part of this template."""
    return ROLE_WORDS.get(template.role, template.role)


Count = Callable[[Mapping[str, list[Any]]], int]


def _number(name: str) -> Count:
    return lambda parameters: int(parameters[name][0])


def _flags(name: str) -> Count:
    return lambda parameters: int(sum(parameters[name]))


def _fixed(number: int) -> Count:
    return lambda _: number


#: By template, and by category before it where that differs: what of a part can be counted.
_COUNTS: Mapping[tuple[str, str], tuple[str, Count]] = {
    ("Chair", "Regular_leg"): ("leg", _number("number_of_legs")),
    ("Chair", "Regular_leg_with_splat"): ("leg", _fixed(4)),
    ("Chair", "Star_leg"): ("leg", _number("number_of_sub_legs")),
    ("Table", "Regular_leg"): ("leg", _number("number_of_legs")),
    ("Table", "Regular_with_splat_leg"): ("leg", _fixed(4)),
    ("Table", "Star_leg"): ("leg", _number("number_of_sub_legs")),
    ("Table", "Bar_cylindrical_leg"): ("pedestal", _fixed(1)),
    ("Table", "Bar_cuboid_leg"): ("pedestal", _fixed(1)),
    ("Chair", "Barstool_leg"): ("pedestal", _fixed(1)),
    ("Table", "Regular_door"): ("door", _number("number_of_door")),
    ("Table", "Regular_drawer"): ("drawer", _number("number_of_drawer")),
    ("StorageFurniture", "Regular_door"): ("door", _number("number_of_door")),
    ("StorageFurniture", "Regular_drawer"): ("drawer", _number("number_of_drawer")),
    ("Oven", "Top_With_Burner"): ("burner", _number("num_burners")),
    ("Oven", "Controller_With_Button"): ("button", _number("num_buttons")),
    ("Microwave", "Controller_With_Button"): ("button", _number("num_buttons")),
    ("Washingmachine", "Controller_With_Button"): ("button", _number("num_buttons")),
    ("Box", "Cuboidal_Leg"): ("leg", _number("num_legs")),
    ("Safe", "Cuboidal_Leg"): ("leg", _number("num_legs")),
    ("Dishwasher", "Multilevel_Leg"): ("leg", _number("num_legs")),
    ("Oven", "Multilevel_Leg"): ("leg", _number("num_legs")),
    ("Refrigerator", "Multilevel_Leg"): ("leg", _number("num_legs")),
    ("Globe", "Star_Shaped_Base"): ("leg", _number("num_legs")),
    ("Globe", "Table_Like_Base"): ("leg", _number("num_legs")),
    ("Door", "Standard_Door"): ("leaf", _flags("existence_of_door")),
    ("Window", "Symmetrical_Window"): ("pane", _number("number_of_window")),
    ("Window", "Asymmetrical_Window"): ("pane", _number("number_of_window")),
    ("Faucet", "HandleY_Switch"): ("handle", _number("number_of_switch")),
    ("Faucet", "RotaryY_Switch"): ("handle", _number("number_of_switch")),
    ("Faucet", "RotaryZ_Switch"): ("handle", _number("number_of_switch")),
    ("Switch", "FlipX_Switch"): ("rocker", _number("number_of_switch")),
    ("Switch", "FlipY_Switch"): ("rocker", _number("number_of_switch")),
    ("Switch", "Lever_Switch"): ("lever", _number("number_of_switch")),
    ("Switch", "Round_Switch"): ("rocker", _number("number_of_switch")),
    ("KitchenPot", "Trifold_Sidehandle"): ("side handle", _fixed(2)),
    ("Eyeglasses", "Regular_Leg"): ("temple", _fixed(2)),
    ("Eyeglasses", "Trifold_Leg"): ("temple", _fixed(2)),
}
#: Categories and the nouns of what can be counted of them.
COUNTED = frozenset((category, noun) for (category, _), (noun, _) in _COUNTS.items())
#: Roles of which each part is one piece: the number of parts is the number of pieces.
_BY_PART = frozenset({"door", "handle", "lid", "cap", "spout", "bail", "blade", "screen", "seat"})


def counts(program: Program) -> dict[str, int]:
    """How many pieces of each name that can be counted the object has, those of 0 left out."""
    found: dict[str, int] = {}
    for part in program.parts:
        number = pieces(part, program) if is_counted(program, part) else 0
        if number > 0:
            noun = counted_noun(program, part)
            found[noun] = found.get(noun, 0) + number
    return found


def pieces(part: Part, program: Program) -> int:
    """How many pieces a part is made of, as sentences count them; 1 where nothing is counted."""
    entry = _COUNTS.get((program.category.name, part.template.name))
    return entry[1](part.parameters) if entry else 1


def counted_noun(program: Program, part: Part) -> str:
    """What of a part is counted; its own name where nothing is."""
    entry = _COUNTS.get((program.category.name, part.template.name))
    return entry[0] if entry else role_word(part.template)


def is_counted(program: Program, part: Part) -> bool:
    known = (program.category.name, part.template.name) in _COUNTS
    return known or part.template.role in _BY_PART


def is_countable(category: str, noun: str) -> bool:
    """Whether objects of a category can have a number of these."""
    return (category, noun) in COUNTED


@dataclass(frozen=True)
class Sizes:
    """Of an object, whatever its scale: measures by name ("height", "leg size", …)."""

    values: Mapping[str, float]

    @classmethod
    def of(cls, program: Program) -> Sizes:
        boxes: dict[str, list[np.ndarray]] = {}
        corners = []
        for part, meshes in zip(program.parts, program.meshes(8), strict=True):
            points = [mesh[0] for mesh in meshes if mesh is not None]
            if points:
                own = np.concatenate(points)
                corners.append(own)
                boxes.setdefault(role_word(part.template), []).append(own)
        if not corners:
            return cls({})
        whole = np.ptp(np.concatenate(corners), axis=0)
        size = float(np.linalg.norm(whole))
        across = max(float(np.hypot(whole[0], whole[2])), 1e-9)
        values = {"height": float(whole[1]) / across}
        for role, pieces in boxes.items():
            extents = np.ptp(np.concatenate(pieces), axis=0)
            values[f"{role} size"] = float(np.linalg.norm(extents)) / max(size, 1e-9)
        return cls(values)

    def words(self, category: str) -> dict[str, int]:
        """Of each measure whether it is more (1) or less (-1) than usual; others are left out."""
        table = proportions().get(category, {})
        found = {}
        for name, value in self.values.items():
            low, high = table.get(name, (-np.inf, np.inf))
            if value < low or value > high:
                found[name] = -1 if value < low else 1
        return found


@cache
def proportions() -> Mapping[str, Mapping[str, tuple[float, float]]]:
    """By category and measure: the lower and upper quartile of sampled objects."""
    table: Mapping[str, Mapping[str, tuple[float, float]]] = json.loads(
        _TABLE.read_text(encoding="utf-8")
    )
    return table


def measured(samples: int = 300) -> dict[str, dict[str, list[float]]]:
    """The table of `proportions`, from newly sampled objects."""
    table: dict[str, dict[str, list[float]]] = {}
    for category in geometry.categories():
        rng = np.random.default_rng([1, len(category)])
        values: dict[str, list[float]] = {}
        for _ in range(samples):
            program = geometry.parse(geometry.sample(category, rng))
            for name, value in Sizes.of(program).values.items():
                values.setdefault(name, []).append(value)
        table[category] = {
            name: [round(float(edge), 4) for edge in np.quantile(all_, USUAL)]
            for name, all_ in sorted(values.items())
            if len(all_) >= 30 and np.ptp(all_) > 0.02
        }
    return table


#: How sentences tell what a link does, by the kind of its joint and the role of what moves.
_MOTIONS = {
    "revolute": "swings on a hinge",
    "continuous": "turns all the way round",
    "prismatic": "slides",
}
_BY_ROLE = {
    ("prismatic", "drawer"): "slides out",
    ("prismatic", "lid"): "lifts off",
    ("prismatic", "cover"): "lifts off",
    ("prismatic", "cap"): "pulls off",
    ("prismatic", "button"): "can be pressed",
    ("prismatic", "control panel"): "can be pressed",
    ("prismatic", "pump head"): "can be pressed down",
    ("revolute", "door"): "swings open",
    ("revolute", "lid"): "opens on a hinge",
    ("revolute", "cover"): "opens on a hinge",
    ("revolute", "blade"): "folds out",
    ("revolute", "temple"): "folds in",
    ("revolute", "screen"): "folds up and down",
}


@dataclass(frozen=True)
class Motion:
    """noun: what moves. number: how many of these. verb: for one of them."""

    noun: str
    number: int
    verb: str


def motions(program: Program) -> list[Motion]:
    """What of the object moves, each kind once, in the order of the code."""
    found: dict[tuple[str, str], int] = {}
    for link in articulate(program):
        if link.joint is None or not link.members:
            continue
        part = program.parts[link.members[0][0]]
        noun = counted_noun(program, part)
        verb = _BY_ROLE.get((link.joint.kind, noun), _MOTIONS[link.joint.kind])
        found[noun, verb] = found.get((noun, verb), 0) + 1
    return [Motion(noun, number, verb) for (noun, verb), number in found.items()]


def main_parts(program: Program) -> Sequence[int]:
    """The numbers of the parts that make up the object's body: the first of the code's role."""
    role = program.parts[0].template.role
    return [n for n, part in enumerate(program.parts) if part.template.role == role]


if __name__ == "__main__":
    _TABLE.write_text(json.dumps(measured(), indent=1) + "\n", encoding="utf-8")
