"""Reads a text into a wish: which object, how many, its colour, parts, counts, sizes, view."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TypeVar

import geometry
from img2code.vision.words.lexicon import (
    COLOUR_WORDS,
    MATERIALS,
    NOUNS,
    NUMBERS,
    PARTS,
    PLAIN,
    SHAPES,
    SIZES,
    SPECIAL,
    VIEWS,
    plural,
)

#: Objects that one text may ask for.
MOST = 12
_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*|[,.;]")
_NEGATIVE = frozenset({"no", "without"})
#: What ends a noun's phrase: adjectives before it belong to another noun.
_BORDERS = frozenset({"with", "and", ",", ".", ";", "without", "no", "has", "having", "but"})
Found = TypeVar("Found")


@dataclass(frozen=True)
class PartWish:
    """A part that is asked for.

    noun: a key of `lexicon.PARTS`. count: None where any will do. absent: there must be none.
    sizes: measure and whether more (1) or less (-1) of it than usual.
    """

    noun: str
    count: int | None = None
    shape: str = ""
    colour: str = ""
    material: str = ""
    sizes: tuple[tuple[str, int], ...] = ()
    absent: bool = False

    @property
    def roles(self) -> tuple[str, ...]:
        return PARTS[self.noun]


@dataclass(frozen=True)
class Wish:
    """What a text asks for, as far as its words are known.

    category: None where no word names one. number: of objects. templates: of which one must be
    there. unknown: words that nothing is known of.
    """

    text: str
    category: str | None = None
    number: int = 1
    templates: frozenset[str] = frozenset()
    shape: str = ""
    colour: str = ""
    material: str = ""
    sizes: tuple[tuple[str, int], ...] = ()
    parts: tuple[PartWish, ...] = ()
    view: tuple[float, float] | None = None
    unknown: tuple[str, ...] = ()


@dataclass
class _Adjectives:
    """Words that describe the noun to come."""

    number: int | None = None
    shape: str = ""
    colour: str = ""
    material: str = ""
    sizes: list[tuple[str, int]] = field(default_factory=list)
    absent: bool = False

    @property
    def any(self) -> bool:
        return bool(self.shape or self.colour or self.material or self.sizes)


def read(text: str) -> Wish:
    """The wish that a text states. Never fails: what is not understood is in `unknown`."""
    words = _WORD.findall(text.lower().replace("’", "'").replace("'s", ""))
    reader = _Reader(words, text)
    reader.run()
    return reader.wish


class _Reader:
    """Goes through a text's words once; what describes a noun is kept until the noun comes."""

    def __init__(self, words: list[str], text: str) -> None:
        self.words = words
        self.wish = Wish(text)
        self.adjectives = _Adjectives()
        self.unknown: list[str] = []
        self.last = -2  # the part that was named last; -1: the object; -2: nothing yet

    def run(self) -> None:
        at = 0
        while at < len(self.words):
            at += self._step(at)
        if self.adjectives.any:
            self._describe_last()
        self.wish = replace(self.wish, unknown=tuple(dict.fromkeys(self.unknown)))

    def _step(self, at: int) -> int:
        """Reads the longest known phrase at a place; returns how many words it has."""
        view = _longest(self.words, at, VIEWS)
        if view is not None:
            self.wish = replace(self.wish, view=view[0])
            return view[1]
        wanted = _longest(self.words, at, _nouns()) if self.wish.category is None else None
        part = _longest(self.words, at, _part_nouns())
        word = self.words[at]
        if wanted and not self.adjectives.absent and not (part and part[1] > wanted[1]):
            self._name(*wanted[0])
            return wanted[1]
        if part is not None:
            self._add_part(part[0])
            return part[1]
        again = _longest(self.words, at, _nouns())
        if again is not None:  # the object once more, as in "the mug is blue"
            if again[0][0] == self.wish.category:
                self.last = -1
            else:
                self.unknown.append(" ".join(self.words[at : at + again[1]]))
            return again[1]
        self._word(word)
        return 1

    def _word(self, word: str) -> None:
        own = self.adjectives
        if word in _NEGATIVE:
            self._border()
            self.adjectives.absent = True
        elif word in _BORDERS:
            self._border()
        elif word in NUMBERS:
            own.number = NUMBERS[word]
        elif word in COLOUR_WORDS:
            own.colour = own.colour or COLOUR_WORDS[word]
        elif word in MATERIALS:
            own.material = own.material or MATERIALS[word]
        elif word in SHAPES:
            own.shape = own.shape or SHAPES[word]
        elif word in SIZES:
            own.sizes.append(SIZES[word])
        elif word not in PLAIN:
            self.unknown.append(word)

    def _border(self) -> None:
        """Adjectives after a noun describe it: "a chair in red", "the legs are brown"."""
        if self.adjectives.any:
            self._describe_last()
        else:
            self.adjectives = _Adjectives()

    def _name(self, category: str, templates: frozenset[str], many: bool) -> None:
        own, self.adjectives = self.adjectives, _Adjectives()
        self.wish = replace(
            self.wish,
            category=category,
            templates=templates,
            number=min(own.number or (2 if many else 1), MOST),
            shape=own.shape,
            colour=own.colour,
            material=own.material,
            sizes=tuple(own.sizes),
        )
        self.last = -1

    def _add_part(self, found: tuple[str, bool]) -> None:
        noun, many = found
        own, self.adjectives = self.adjectives, _Adjectives()
        count = own.number if own.number and (many or own.number == 1) else None
        if count == 1 and not many:
            count = None  # "a handle": at least that one
        part = PartWish(
            noun, count, own.shape, own.colour, own.material, tuple(own.sizes), own.absent
        )
        known = [each.noun for each in self.wish.parts]
        if noun in known and not part.absent:  # "with two doors. The doors are red"
            self.last = known.index(noun)
            self._merge(own)
            return
        self.wish = replace(self.wish, parts=(*self.wish.parts, part))
        self.last = len(self.wish.parts) - 1

    def _describe_last(self) -> None:
        own, self.adjectives = self.adjectives, _Adjectives()
        self._merge(own)

    def _merge(self, own: _Adjectives) -> None:
        """What was said after a noun, added to it."""
        if self.last < 0:
            self.wish = replace(
                self.wish,
                shape=self.wish.shape or own.shape,
                colour=self.wish.colour or own.colour,
                material=self.wish.material or own.material,
                sizes=(*self.wish.sizes, *own.sizes),
            )
            return
        parts = list(self.wish.parts)
        part = parts[self.last]
        parts[self.last] = replace(
            part,
            shape=part.shape or own.shape,
            colour=part.colour or own.colour,
            material=part.material or own.material,
            sizes=(*part.sizes, *own.sizes),
        )
        self.wish = replace(self.wish, parts=tuple(parts))


def _longest(words: list[str], at: int, known: Mapping[str, Found]) -> tuple[Found, int] | None:
    """What the longest phrase at a place means, and how many words it has."""
    for count in range(min(4, len(words) - at), 0, -1):
        phrase = " ".join(words[at : at + count])
        if phrase in known:
            return known[phrase], count
    return None


@cache
def _nouns() -> Mapping[str, tuple[str, frozenset[str], bool]]:
    """Phrases to category, templates and whether there are several."""
    own = geometry.categories()
    known: dict[str, tuple[str, frozenset[str]]] = {}
    for name in own:
        for noun in (name.lower(), name.lower().replace("_", " "), *NOUNS.get(name, ())):
            known[noun.lower()] = name, frozenset()
    known |= {noun: means for noun, means in SPECIAL.items() if means[0] in own}
    found = {noun: (*means, False) for noun, means in known.items()}
    for noun, means in known.items():
        found.setdefault(plural(noun), (*means, True))
    return found


@cache
def _part_nouns() -> Mapping[str, tuple[str, bool]]:
    """Phrases to a key of PARTS and whether there are several."""
    found = {noun: (noun, False) for noun in PARTS}
    for noun in PARTS:
        found.setdefault(plural(noun), (noun, True))
    return found
