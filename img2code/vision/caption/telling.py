"""What a reading lets one say: noun phrases of the object and its parts, sentences of the rest.

Everything told is in the code, or measured in the picture under the code's own drawing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from geometry.view import view_of
from img2code.vision import PixelBox
from img2code.vision.reading import Reading
from img2code.vision.words import facts, joins
from img2code.vision.words.colour import Named, colour_of
from img2code.vision.words.lexicon import counted, noun_of, plural, with_article

Array = np.ndarray

#: A colour is told of a region of which it covers this much.
CLEAR = 0.4
#: Parts smaller than this, of the picture, get no region of their own.
LEAST = 0.0008


@dataclass(frozen=True)
class Seen:
    """Parts of one kind: their pixels (H, W), colour, and where in the picture they are."""

    noun: str
    number: int | None
    shape: str
    size: int
    mask: Array
    colour: str
    numbers: tuple[int, ...]

    @cached_property
    def box(self) -> PixelBox | None:
        rows, columns = np.nonzero(self.mask.any(1))[0], np.nonzero(self.mask.any(0))[0]
        if not len(rows):
            return None
        return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)

    def phrase(self, adjectives: Sequence[str]) -> str:
        """ "a small round handle", "two drawers"."""
        words = " ".join([*filter(None, adjectives)])
        noun = f"{words} {self.noun}".strip()
        if self.number is None:
            return plural(noun)
        return counted(self.number, noun)


class Tale:
    """A reading, asked for what can be said of it."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.program = reading.program
        self.category = self.program.category.name
        self.sizes = facts.Sizes.of(self.program).words(self.category)

    @property
    def noun(self) -> str:
        return noun_of(self.category)

    @cached_property
    def object_mask(self) -> Array:
        """(H, W) of the drawn object what lies on the pictured one; where that is little, all."""
        drawn = self.reading.part_of >= 0
        return drawn & self.reading.mask if self._is_met else drawn

    @cached_property
    def _is_met(self) -> bool:
        """Whether the drawn object lies on the pictured one, at least in part."""
        drawn = self.reading.part_of >= 0
        return bool(self.reading.mask[drawn].sum() > 0.3 * max(int(drawn.sum()), 1))

    @cached_property
    def colour(self) -> str:
        """Of the object's body, else of all of it; "" where no colour prevails."""
        body = np.isin(self.reading.part_of, facts.main_parts(self.program)) & self.object_mask
        masks = (body, self.object_mask) if self._is_met else (self.reading.mask, body)
        for mask in masks:
            if found := self._colour(mask):
                return found
        return ""

    def _colour(self, mask: Array) -> str:
        named: Named | None = colour_of(self.reading.colours[mask])
        return named.name if named and named.fraction >= CLEAR else ""

    @cached_property
    def parts(self) -> list[Seen]:
        """The kinds of parts, in the order of the code; those of which something is seen."""
        found: dict[str, list[int]] = {}
        for place, part in enumerate(self.program.parts):
            found.setdefault(facts.counted_noun(self.program, part), []).append(place)
        counts = facts.counts(self.program)
        seen = []
        for noun, numbers in found.items():
            parts = [self.program.parts[number] for number in numbers]
            mask = np.isin(self.reading.part_of, numbers)
            if not mask.any():
                continue
            number: int | None = counts.get(noun, len(parts))
            if not all(facts.is_counted(self.program, part) for part in parts):
                many = noun in ("armrest", "leg", "tray", "front panel", "compartment")
                number = None if many else 1
            if number == 0:
                continue
            shapes = {facts.shape(part.template) for part in parts}
            role = facts.role_word(parts[0].template)
            seen.append(
                Seen(
                    noun,
                    number,
                    shapes.pop() if len(shapes) == 1 else "",
                    self.sizes.get(f"{role} size", 0),
                    mask,
                    self._colour(mask & self.reading.mask) or self._colour(mask),
                    tuple(numbers),
                )
            )
        return seen

    @cached_property
    def fittings(self) -> list[Seen]:
        """The parts besides the body that have a word of their own."""
        body = set(facts.main_parts(self.program))
        names = {self.noun, "body", "frame"}
        return [
            part for part in self.parts if not body & set(part.numbers) and part.noun not in names
        ]

    @property
    def stature(self) -> str:
        """ "tall", "low" or ""."""
        return {1: "tall", -1: "low"}.get(self.sizes.get("height", 0), "")

    def view(self) -> str:
        """From where it is seen, as a phrase."""
        view = view_of(self.program.pose.rotation)
        yaw, up = (view.yaw + 180) % 360 - 180, view.elevation
        side = "the front"
        if abs(yaw) > 150:
            side = "behind"
        elif abs(yaw) > 65:
            side = "the right" if yaw < 0 else "the left"
        elif abs(yaw) > 18:
            side = "the front right" if yaw < 0 else "the front left"
        above = ""
        if up > 50:
            return "from above"
        if up > 12:
            above = ", slightly from above" if up < 32 else " and above"
        if up < -8:
            above = ", slightly from below"
        return f"from {side}{above}"

    def place(self, part: Seen) -> str:
        """Where in the object a part is, or ""."""
        box, whole = part.box, _box(self.object_mask)
        if box is None or whole is None:
            return ""
        x = ((box[0] + box[2]) / 2 - whole[0]) / max(whole[2] - whole[0], 1)
        y = ((box[1] + box[3]) / 2 - whole[1]) / max(whole[3] - whole[1], 1)
        wide = (box[2] - box[0]) / max(whole[2] - whole[0], 1)
        if wide < 0.6 and x < 0.3:
            return "on the left"
        if wide < 0.6 and x > 0.7:
            return "on the right"
        if y < 0.3:
            return "at the top"
        if y > 0.7:
            return "at the bottom"
        return ""

    def whereabouts(self, part: Seen) -> str:
        """A clause about what a part is joined to, else about where in the object it is, or ""."""
        if clause := joins.clause(part.noun, part.numbers, self._joins, self.program):
            return clause
        where = self.place(part) if part.number == 1 else ""
        return f"the {part.noun} is {where}" if where else ""

    @cached_property
    def _joins(self) -> list[joins.Join]:
        return joins.joins(self.program)

    def motions(self) -> Iterator[str]:
        """Clauses about what can move: "the two drawers slide out"."""
        for motion in facts.motions(self.program):
            if motion.number == 1:
                yield f"the {motion.noun} {motion.verb}"
            else:
                many = counted(motion.number, motion.noun)
                yield f"the {many} {_of_several(motion.verb)}"

    def distinct(self, part: Seen) -> str:
        """The colour of a part where it is another than the object's."""
        return part.colour if part.colour and part.colour != self.colour else ""


def _box(mask: Array) -> PixelBox | None:
    rows, columns = np.nonzero(mask.any(1))[0], np.nonzero(mask.any(0))[0]
    if not len(rows):
        return None
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)


def _of_several(verb: str) -> str:
    """ "slides out" → "slide out", "can be pressed" as it is."""
    first, _, rest = verb.partition(" ")
    if first.endswith("s") and first != "is":
        first = first[:-1]
    return f"{first} {rest}".strip()


def described(noun: str, *adjectives: str) -> str:
    """ "a tall blue mug"; empty adjectives are left out."""
    return with_article(" ".join([*filter(None, adjectives), noun]))
