"""What the page says of a run that is done."""

from __future__ import annotations

import numpy as np
from PIL import Image

import geometry
from geometry.program import parse
from img2code.page import markup
from img2code.page.gallery import is_photograph
from img2code.page.shipped import EXAMPLES
from img2code.recognition import Recognition
from img2code.result import Result

RANKING = (("Mug", 0.8), ("Kettle", 0.15), ("Bucket", 0.03), ("Pen", 0.02))


def result(recognition: Recognition | None) -> Result:
    program = parse(geometry.sample("Mug", np.random.default_rng(0)))
    return Result(program, {}, "", 10, 0.5, 0.1, (), recognition=recognition)


def test_how_sure_it_is_stands_beside_the_category() -> None:
    text = markup.finished(result(Recognition(RANKING, 0.9)))
    assert "<b>Mug</b> (80%)" in text
    assert "alert" not in text


def test_a_doubt_is_an_alert() -> None:
    text = markup.finished(result(Recognition(RANKING, 0.1)))
    assert 'role="alert">This looks like none of the 4 categories' in text
    against = Recognition((("Chair", 0.97), ("Table", 0.02), ("Mug", 0.01)), 0.9)
    text = markup.finished(result(against))
    assert "looks like a Chair (97%), not like a Mug (1%)" in text


def test_back_ends_that_do_not_recognise_say_nothing_more() -> None:
    text = markup.finished(result(None))
    assert "<b>Mug</b>, " in text
    assert text.count("<p") == 1


def test_photographs_among_the_examples_are_labelled_and_credited() -> None:
    paths = sorted(EXAMPLES.glob("*.jpg"))
    photographs = [path for path in paths if is_photograph(path)]
    assert {path.stem for path in photographs} >= {"mug_photo", "chair_photo"}
    credits = (EXAMPLES / "CREDITS.md").read_text(encoding="utf-8")
    buttons = markup.example_strip(paths).split("<button")[1:]
    for path, button in zip(paths, buttons, strict=True):
        assert (markup.PHOTO in button) == (path in photographs), path
    for path in photographs:
        assert f"| `{path.name}` |" in credits
        assert path.stat().st_size <= 80 * 1024
        with Image.open(path) as picture:
            assert not picture.getexif()
    assert all(path.with_suffix(".json").exists() for path in paths if path not in photographs)
