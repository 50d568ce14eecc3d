"""Codes as text: what is wrong is found where it stands."""

from __future__ import annotations

import numpy as np
import pytest

import geometry
from geometry.program import dumps, parse
from img2code import code_text, limits

PROGRAM = parse(geometry.sample("Mug", np.random.default_rng(3)))
TEXT = dumps(PROGRAM, digits=4)


def wrong(text: str) -> code_text.TextError:
    with pytest.raises(code_text.TextError) as refused:
        code_text.read(text, PROGRAM)
    return refused.value


def test_what_is_written_is_read() -> None:
    assert dumps(code_text.read(TEXT, PROGRAM), digits=4) == TEXT


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ('"category": "Mug"', '"category": "Mugg"', '"Mugg"'),
        ('"Cylindrical_Body"', '"Cylindrical_Bod"', '"Cylindrical_Bod"'),
        ('"outer_size": [', '"outer_siz": [', '{\n        "outer_siz"'),
        ('"outer_size": [', '"outer_size": ["a", ', '"a"'),
        ('"outer_size": [', '"outer_size": [1, 1, ', "[1, 1, "),
        ('"global_rotation": [', '"global_rotation": ["b", ', '["b", '),
        ('"global_rotation": [0, 0, 0]', '"global_rotation": 7', "7"),
        ('"category"', "category", "category"),
    ],
)
def test_the_place_is_that_of_the_error(old: str, new: str, marked: str) -> None:
    assert old in TEXT, TEXT
    text = TEXT.replace(old, new, 1)
    place = wrong(text).place
    assert text[place.offset :].startswith(marked)
    lines = text.split("\n")
    assert lines[place.line - 1][place.column - 1 :].startswith(marked.split("\n")[0])


def test_a_number_that_cannot_be_is_found_in_the_second_part() -> None:
    code = PROGRAM.as_dict()
    name, values = next(iter(code["conceptualization"][1]["parameters"].items()))
    values[-1] = 1e9
    text = dumps(code)
    place = wrong(text).place
    assert text[place.offset :].startswith("1000000000")
    assert name in text.split("\n")[place.line - 1]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "7", "null", '{"category": "Mug"}', "[" * 100, "9" * 400, '{"a": 1e999}'],
)
def test_other_texts_have_a_place_too(text: str) -> None:
    place = wrong(text).place
    assert place.line >= 1
    assert 0 <= place.offset <= len(text)


def test_a_text_without_end_is_refused_unread() -> None:
    refused = wrong(" " * (limits.MAX_CODE_BYTES + 1))
    assert refused.valid == f"at most {limits.MAX_CODE_BYTES:,}"
