"""What the page says that it saw, and what a click on it may ask for."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest
from PIL import Image

import geometry
from geometry.program import parse
from img2code.page import opening, seen
from img2code.page.seen import Asked, Seen
from img2code.page.shipped import EXAMPLES
from img2code.recognition import Box, Recognition
from img2code.result import Result

RANKING = (("Mug", 0.8), ("Kettle", 0.15), ("Bucket", 0.049), ("Pen", 0.001))
FOUND: Box = (0.25, 0.125, 0.75, 0.875)
OTHER: Box = (0.0, 0.5, 0.125, 1.0)
DRAWN: Box = (0.5, 0.0, 1.0, 0.5)
RECOGNITION = Recognition(RANKING, 0.9, FOUND, (OTHER,))
PICTURE = Image.new("RGB", (60, 40), (200, 30, 30))


def result(recognition: Recognition | None) -> Result:
    program = parse(geometry.sample("Mug", np.random.default_rng(0)))
    return Result(program, {}, "", 10, 0.5, 0.1, (), recognition=recognition)


@pytest.fixture(scope="module")
def known() -> Seen:
    found = seen.seen(PICTURE, result(RECOGNITION), None, None)
    assert found is not None
    return found


def chips(text: str) -> list[tuple[str, str, str]]:
    """Category, whether it is marked, score."""
    pattern = r'data-category="(\w+)"[^>]*aria-pressed="(\w+)">\w+ <span>([^<]+)</span>'
    return re.findall(pattern, text)


def test_the_likeliest_are_offered_and_what_is_shown_is_marked(known: Seen) -> None:
    three = [("Mug", "80%"), ("Kettle", "15%"), ("Bucket", "5%")]
    for shown in ("Mug", "Kettle", None):
        marks = [(name, str(name == shown).lower(), score) for name, score in three]
        assert chips(seen.markup(known, shown)) == marks


def test_a_category_that_was_forced_is_offered_with_its_score(known: Seen) -> None:
    assert chips(seen.markup(known, "Pen"))[3:] == [("Pen", "true", "&lt; 1%")]
    assert chips(seen.markup(known, "Chair"))[3:] == [("Chair", "true", "&lt; 1%")]


def test_the_crop_is_drawn_and_other_objects_are_offered(known: Seen) -> None:
    text = seen.markup(known, "Mug")
    place = "left:25.00%;top:12.50%;width:50.00%;height:75.00%"
    assert f'class="crop" style="{place}"' in text
    assert re.findall(r'data-box="([^"]+)"', text) == ["0.0000,0.5000,0.1250,1.0000"]


def test_objects_are_still_offered_when_a_box_has_taken_their_place(known: Seen) -> None:
    """With a box nothing else is looked for."""
    looked = result(replace(RECOGNITION, box=DRAWN, others=()))
    drawn = seen.seen(PICTURE, looked, DRAWN, known)
    assert drawn is not None
    assert drawn.found == (FOUND, OTHER)
    assert seen.markup(drawn, "Mug").count("data-box=") == 2
    rounded: Box = (0.0001, 0.4999, 0.1251, 1.0)
    looked = result(replace(RECOGNITION, box=rounded, others=()))
    other = seen.seen(PICTURE, looked, OTHER, drawn)
    assert other is not None
    assert re.findall(r'data-box="([^"]+)"', seen.markup(other, "Mug")) == [
        "0.2500,0.1250,0.7500,0.8750"
    ]


def test_a_category_is_asked_of_the_part_that_was_seen(known: Seen) -> None:
    assert seen.asked({"category": "Kettle"}, known) == Asked("Kettle", None)
    assert seen.asked({"box": "0.5,0,1,0.5"}, known) == Asked(None, DRAWN)
    assert seen.asked({"category": "mugs"}, replace(known, box=DRAWN)) == Asked("Mug", DRAWN)


@pytest.mark.parametrize(
    "data",
    [
        None,
        "Mug",
        [],
        {},
        {"category": None},
        {"category": ["Mug"]},
        {"category": "<b>"},
        {"category": "a" * 5000},
        {"box": [0, 0, 1, 1]},
        {"box": "0,0,1"},
        {"box": "0,0,nan,1"},
        {"box": "0,0,1e999,1"},
        {"box": "," * 5000},
        {"box": "1,1,0,0"},
    ],
)
def test_nothing_else_can_be_asked(data: Any, known: Seen) -> None:
    with pytest.raises(gr.Error):
        seen.asked(data, known)


def test_nothing_can_be_asked_before_something_was_seen() -> None:
    with pytest.raises(gr.Error):
        seen.asked({"category": "Mug"}, None)


def test_back_ends_that_do_not_recognise_offer_nothing() -> None:
    assert seen.seen(PICTURE, result(None), None, None) is None
    assert seen.view(None, "Mug").visible is False


def test_the_picture_is_shown_upright_without_bars(known: Seen, tmp_path: Path) -> None:
    import base64
    import io

    turned = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    PICTURE.save(turned, exif=exif)
    for picture, (width, height) in ((PICTURE, (60, 40)), (turned, (40, 60))):
        made = seen.seen(picture, result(RECOGNITION), None, None)
        assert made is not None
        content = base64.b64decode(made.picture.split(",")[1])
        assert Image.open(io.BytesIO(content)).size == (width, height)


def test_the_opening_example_says_what_was_seen(tmp_path: Path) -> None:
    first = opening.load(EXAMPLES)
    assert first is not None
    assert first.seen is not None
    assert first.result.recognition is not None
    assert first.result.recognition.category == first.result.category
    for recognition in (first.result.recognition, None):
        opening.save(
            first.picture.name, replace(first.result, recognition=recognition), tmp_path / "o.json"
        )
        again = opening.load(EXAMPLES, tmp_path / "o.json")
        assert again is not None
        assert again.result.recognition == recognition
