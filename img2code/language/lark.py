"""The answers that a language model may give, as a grammar over token ids, written for llguidance.

Which text follows which comes from img2code/grammar.py. Here it is cut where something is decided
and each piece of text in between is spelled with the ids that the tokenizer gives it. So forced
text is always the tokenizer's own spelling, also where it depends on what follows: `]}}, {` and
`]}}]}` begin with different tokens, as do `[3` and `[-3`. Digits and values are tokens of their
own in Qwen's vocabulary, so no token reaches over such a cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import geometry
from geometry.schema.template import Template
from img2code import grammar
from img2code.language import tokens
from stats import BINS

OPEN, CLOSE = "<code>", "</code>"
LARGEST_ANGLE = 180

#: The token ids of a text.
Encode = Callable[[str], Sequence[int]]


def lark(categories: Sequence[str], encode: Encode, opened: bool) -> str:
    """The grammar of every answer with an object of these categories.

    encode: the tokenizer, without any tokens of its own around the text. opened: the prompt ends
    with the tag <code> already.
    """
    return "\n".join(_rules(categories, encode, opened)) + "\n"


def _rules(categories: Sequence[str], encode: Encode, opened: bool) -> Iterator[str]:
    def spelled(text: str) -> str:
        return " ".join(f"<[{token_id}]>" for token_id in encode(text))

    yield "start: " + " | ".join(f"object_{number}" for number in range(len(categories)))
    yield f"value: <[{tokens.FIRST_ID}-{tokens.FIRST_ID + BINS - 1}]>"
    yield f"more: {spelled(grammar.SEPARATOR)} value"
    yield from _angles(spelled)
    lead = "" if opened else OPEN
    before, between, behind = grammar.POSE
    for number, category in enumerate(categories):
        pose = " ".join(
            f"({spelled(text)} positive_or_zero | {spelled(text + '-')} positive)"
            for text in [
                lead + grammar.opening(category) + before,
                *[grammar.SEPARATOR] * 2,
                between,
                *[grammar.SEPARATOR] * 2,
            ]
        )
        yield f"object_{number}: {pose} after_{number}"
        yield from _parts(f"{number}", category, behind, spelled)


def _angles(spelled: Callable[[str], str]) -> Iterator[str]:
    """Whole numbers up to 180 without leading zeros, digit by digit."""
    digits = [spelled(str(digit)) for digit in range(10)]
    yield f"digit: {' | '.join(digits)}"
    yield f"leading: {' | '.join(digits[1:])}"
    below_180 = f"{digits[1]} ({' | '.join(digits[:8])}) digit"
    whole = " ".join(spelled(digit) for digit in str(LARGEST_ANGLE))
    yield f"positive: leading | leading digit | {below_180} | {whole}"
    yield f"positive_or_zero: {digits[0]} | positive"


def _parts(
    prefix: str, category: str, behind_pose: str, spelled: Callable[[str], str]
) -> Iterator[str]:
    """The list of parts: a rule for what may stand behind the pose and behind each part.

    A rule's number of repeats counts the parts of one template in a row.
    """
    known = geometry.templates(category)
    places = {name: place for place, name in enumerate(known)}

    def following(chosen: Sequence[str], closing: str) -> str:
        alternatives = []
        for name in grammar.next_templates(category, chosen):
            if name == grammar.END:
                alternatives.append(spelled(closing + grammar.CLOSING + CLOSE))
                continue
            repeats = chosen.count(name) + 1
            text = closing + grammar.part_opening(name, first=not chosen)
            text += grammar.parameter_opening(known[name].parameters[0].name, first=True)
            place = f"{prefix}_{places[name]}"
            alternatives.append(f"{spelled(text)} part_{place} after_{place}_{repeats}")
        return " | ".join(alternatives)

    yield f"after_{prefix}: {following([], behind_pose)}"
    closing = grammar.PARAMETER_CLOSING + grammar.PART_CLOSING
    for name, template in known.items():
        yield f"part_{prefix}_{places[name]}: {_part(template, spelled)}"
        for repeats in range(1, template.at_most + 1):
            rule = f"after_{prefix}_{places[name]}_{repeats}"
            yield f"{rule}: {following([name] * repeats, closing)}"


def _part(template: Template, spelled: Callable[[str], str]) -> str:
    """The values of a part and the text between them, from its first value to its last one."""
    pieces: list[str] = []
    for parameter in template.parameters:
        if pieces:
            text = grammar.PARAMETER_CLOSING + grammar.parameter_opening(parameter.name, False)
            pieces.append(spelled(text))
        pieces.append("value")
        if parameter.length > 1:
            pieces.append(f"more{{{parameter.length - 1}}}")
    return " ".join(pieces)
