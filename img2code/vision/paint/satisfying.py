"""Objects that satisfy a wish: of sampled codes those that leave the fewest words unsatisfied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

import geometry
from geometry.program import Part, Program
from img2code.vision.words import facts
from img2code.vision.words.lexicon import PARTS, counted, noun_of, with_article
from img2code.vision.words.wish import PartWish, Wish

#: Codes that are drawn for a wish, at most; some 0.5 ms each.
DRAWS = 400
#: So many times as many as are needed are drawn where the simplest of them are taken.
CHOICE = 4


@dataclass(frozen=True)
class Candidate:
    """A program, and what of the wish it does not satisfy, as phrases."""

    program: Program
    missing: tuple[str, ...]


def candidates(wish: Wish, category: str, rng: np.random.Generator, count: int) -> list[Candidate]:
    """So many different ones, those that satisfy most first. Deterministic for a generator.

    Where something is counted, of the objects that satisfy it those of few parts, in which it is
    counted more easily.
    """
    found: list[Candidate] = []
    full = 0
    counted = any(part.count is not None for part in wish.parts)
    enough = CHOICE * count if counted else count
    for _ in range(DRAWS):
        program = geometry.parse(geometry.sample(category, rng))
        candidate = Candidate(program, tuple(missing(wish, program)))
        found.append(candidate)
        full += not candidate.missing
        if full >= enough:
            break
    found.sort(key=lambda each: (len(each.missing), len(each.program.parts) if counted else 0))
    return found[:count]


def missing(wish: Wish, program: Program) -> Iterator[str]:
    """The phrases of a wish that the program does not satisfy; colours can always be had."""
    names = {part.template.name for part in program.parts}
    if wish.templates and not names & wish.templates:
        yield noun_of(program.category.name) + " of that kind"
    if wish.shape and wish.shape not in _body_shapes(program):
        yield wish.shape
    sizes = facts.Sizes.of(program)
    said = sizes.words(program.category.name)
    for measure, sign in wish.sizes:
        if measure == "height" and said.get("height") != sign:
            yield "tall" if sign > 0 else "low"
        if measure == "size":
            yield ("large" if sign > 0 else "small") + " (a picture has no scale)"
        if measure == "thickness":
            yield "thick" if sign > 0 else "thin"
    for part in wish.parts:
        yield from _missing_part(part, program, said)


def _body_shapes(program: Program) -> set[str]:
    return {facts.shape(program.parts[number].template) for number in facts.main_parts(program)}


def matching(wish: PartWish, program: Program) -> list[Part]:
    """The parts of a program that a part's word may mean."""
    for role in wish.roles:  # the nearest meaning that the object has
        found = [part for part in program.parts if part.template.role == role]
        if found:
            return found
    return []


def _missing_part(wish: PartWish, program: Program, said: dict[str, int]) -> Iterator[str]:
    parts = matching(wish, program)
    number = number_of(wish.noun, program)
    if wish.absent:
        if parts or number:
            yield f"no {wish.noun}"
        return
    if not parts and not number:
        yield with_article(wish.noun) if wish.count is None else counted(wish.count, wish.noun)
        return
    if wish.count is not None and number != wish.count:
        yield counted(wish.count, wish.noun)
    if wish.shape and wish.shape not in {facts.shape(part.template) for part in parts}:
        yield f"{wish.shape} {wish.noun}"
    for measure, sign in wish.sizes:
        words = {facts.role_word(part.template) for part in parts}
        if measure == "thickness" or not any(said.get(f"{word} size") == sign for word in words):
            adjective = {"size": ("small", "large"), "height": ("short", "tall")}.get(
                measure, ("thin", "thick")
            )[sign > 0]
            yield f"{adjective} {wish.noun}"


def number_of(noun: str, program: Program) -> int | None:
    """How many pieces a part's word counts; None where that is not known."""
    counts = facts.counts(program)
    if noun in counts:
        return counts[noun]
    words = {facts.role_word(part.template) for part in program.parts} & set(counts)
    roles = {
        facts.role_word(part.template)
        for part in program.parts
        if part.template.role in PARTS.get(noun, ())
    }
    for word in roles & words:
        return counts[word]
    counted_here = {
        facts.counted_noun(program, part)
        for part in program.parts
        if part.template.role in PARTS.get(noun, ())
    }
    for word in counted_here & set(counts):
        return counts[word]
    return None


def unknown_phrase(words: tuple[str, ...]) -> str:
    """A sentence about words that nothing is known of."""
    quoted = ", ".join(f"“{word}”" for word in words)
    return f"Nothing is known of {quoted}." if words else ""


def unsatisfied_sentence(phrases: tuple[str, ...]) -> str:
    """A sentence about what is not in the picture."""
    return f"Not in the picture: {', '.join(dict.fromkeys(phrases))}." if phrases else ""
