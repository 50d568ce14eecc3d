"""What the page says of a run that is done."""

from __future__ import annotations

import numpy as np

import geometry
from geometry.program import parse
from img2code.page import markup
from img2code.recognition import Recognition
from img2code.reconstruct import Result

RANKING = (("Mug", 0.8), ("Kettle", 0.15), ("Bucket", 0.03), ("Pen", 0.02))


def result(recognition: Recognition | None) -> Result:
    program = parse(geometry.sample("Mug", np.random.default_rng(0)))
    return Result(program, {}, "", 10, 0.5, 0.1, (), recognition=recognition)


def test_how_sure_it_is_stands_beside_the_category() -> None:
    text = markup.finished(result(Recognition(RANKING, 0.9)))
    assert "<b>Mug</b> (80%)" in text
    assert "Or is it: Kettle (15%)?" in text
    assert "Bucket" not in text


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
