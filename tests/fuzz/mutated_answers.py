"""Answers as a language model might garble them: valid ones, changed a few times at random."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

import geometry
import stats
from geometry import program
from img2code.backends.fake import Fake
from img2code.reconstruct import Reconstructor

SEEDS = 4  # sampled objects of each category
MOST_CHANGES = 4
LAYOUTS: tuple[Callable[[Any], str], ...] = (
    json.dumps,
    program.dumps,
    lambda code: json.dumps(code, indent=1),
    lambda code: json.dumps(code, separators=(",", ":")),
)
#: Values that stand where a number, a name, a list or an object should be.
VALUES = (
    "1e308", "-1e308", "5e-324", "1e999", "NaN", "Infinity", "9" * 400, "9" * 4301, "-0.0",
    "true", "false", "null", '"x"', '""', "[]", "{}", "[[]]", '{"a": {}}', "[" * 60, "[" * 2000,
    "2047", "2048", "3071", "3072", "2100.5", '"2100"', "厘米", "２１００", "\ufffd", '"\\u0000"',
    '"\\ud800"', "0", "-1", "1000000", '"Mug"', '"Cylindrical_Body"', '[2100, "2101"]',
)  # fmt: skip
SCRAPS = (
    "{", "}", "[", "]", ",", ":", '"', "'", "\\", "<code>", "</code>", "```json", "```", "，", "：",
    "“", "”", "\n", " ", "//", "null", '"template"', '"parameters"', "-", ".", "e", "\x00",
    "\u200b", '{"template": "Cylindrical_Body", "parameters": {}}', "</code>" * 50, "{" * 30,
    "}" * 30,
)  # fmt: skip


@cache
def _token_code(category: str, seed: int) -> Any:
    return stats.encode(geometry.sample(category, np.random.default_rng(seed)))


def answer(number: int) -> tuple[str, str | None]:
    """The mutated answer of this number, and the category that was asked for."""
    draw = random.Random(number)
    category = draw.choice(geometry.categories())
    text = draw.choice(LAYOUTS)(_token_code(category, draw.randrange(SEEDS)))
    text = draw.choice(("{}", "<code>{}</code>", "Here:\n```json\n{}\n```")).replace("{}", text)
    for _ in range(draw.randint(1, MOST_CHANGES)):
        text = draw.choice(CHANGES)(text, draw)
    return text, draw.choice((None, category, "Mug"))


def _place(text: str, draw: random.Random) -> int:
    return draw.randrange(len(text) + 1)


def _insert(text: str, draw: random.Random) -> str:
    place = _place(text, draw)
    return text[:place] + draw.choice(SCRAPS) + text[place:]


def _delete(text: str, draw: random.Random) -> str:
    place = _place(text, draw)
    return text[:place] + text[place + draw.choice((1, 1, 1, 5, 80)) :]


def _replace(text: str, draw: random.Random) -> str:
    place = _place(text, draw)
    return text[:place] + draw.choice(SCRAPS) + text[place + 1 :]


def _cut(text: str, draw: random.Random) -> str:
    return text[: _place(text, draw)]


def _repeat(text: str, draw: random.Random) -> str:
    place = _place(text, draw)
    end = place + draw.choice((1, 5, 200))
    return text[:end] + text[place:end] * draw.choice((1, 1, 3)) + text[end:]


def _swap(text: str, draw: random.Random) -> str:
    first, second = sorted((_place(text, draw), _place(text, draw)))
    return text[:first] + text[second:] + text[first:second]


def _value(text: str, draw: random.Random) -> str:
    """A number, a string, or what stands in brackets replaced by another value."""
    marks = [place for place, letter in enumerate(text) if letter in ":[,"]
    if not marks:
        return text
    start = draw.choice(marks) + 1
    ends = [found for found in (text.find(end, start) for end in ",]}") if found > 0]
    return text[:start] + draw.choice(VALUES) + text[min(ends, default=start) :]


CHANGES: tuple[Callable[[str, random.Random], str], ...] = (
    _insert, _insert, _delete, _replace, _cut, _repeat, _swap, _value, _value, _value,
)  # fmt: skip

RECONSTRUCTOR = Reconstructor(Fake())


def fault(text: str, category: str | None) -> str | None:
    """What is wrong with the result of an answer; errors of ours pass through."""
    result = RECONSTRUCTOR.finish(text, category, 1, 0.0, 0.0)
    points = geometry.mesh(result.code, posed=True).vertices
    return None if np.isfinite(points).all() else "vertices that are not finite"
