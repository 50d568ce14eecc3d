"""Reports and the differences between two codes."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

import geometry
from geometry.program import Program, parse
from img2code import editing
from img2code.differences import differences
from img2code.fit.camera import Camera
from img2code.fit.fitting import Fitted
from img2code.report import Reported, document, facts
from img2code.result import Result


@pytest.fixture(scope="module")
def program() -> Program:
    return parse(geometry.sample("Mug", np.random.default_rng(3)))


@pytest.fixture(scope="module")
def result(program: Program) -> Result:
    fitted = Fitted(program, Camera(6.0), 0.875, 0.75)
    return Result(program, {}, "", 80, 0.5, 0.1, ("Closed a gap.",), fitted=fitted)


def test_the_same_code_differs_in_nothing(program: Program) -> None:
    assert differences(program, parse(program.as_dict())) == ()


def test_changed_numbers_other_parts_and_the_view_are_told(program: Program) -> None:
    name = program.parts[0].name
    (number, *_) = editing.numbers(program, 0)
    wider = editing.changed(program, 0, number.parameter, number.index, 1.1 * number.value)
    (found,) = differences(program, wider)
    assert (found.part, found.parameter) == (name, number.parameter)
    assert found.left
    assert found.right
    assert found.right[number.index] == pytest.approx(1.1 * found.left[number.index])
    alone = editing.removed(program, 1)
    lost = differences(program, alone)
    assert {each.part for each in lost} == {program.parts[1].name}
    assert all(each.right is None for each in lost)
    assert all(each.left is None for each in differences(alone, program))
    code = program.as_dict()
    code["pose"]["global_rotation"] = [20, -35, 0]
    assert {each.part for each in differences(program, parse(code))} == {"view"}


def test_a_report_needs_nothing_from_elsewhere(result: Result) -> None:
    picture = Image.new("RGB", (60, 40), "red")
    text = document([Reported("<b>mug</b>", result, picture), Reported("two", result)])
    without_plotly = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
    assert not re.search(r"""(src|href)=["'](?!data:)""", without_plotly)
    assert "&lt;b&gt;mug&lt;/b&gt;" in text
    assert "<b>mug</b>" not in without_plotly
    assert text.count('type="application/json"') == 2
    assert text.count("data:image/webp") == 4  # picture, overlay and two drawn objects
    assert "Closed a gap." in text
    assert len(text) > 3_000_000  # plotly.js is in it


def test_two_are_compared(result: Result) -> None:
    program = editing.removed(result.program, 1)
    other = replace(result, program=program, fitted=None, tokens=40)
    text = document([Reported("one", result), Reported("other", other)], compared=True)
    table = text[text.index("<h2>Differences") :]
    for told in ("<td>Overlap with the picture</td><td>87.5%</td><td>–</td>", "<td>Tokens</td>"):
        assert told in table
    assert result.program.parts[1].name.replace("_", " ") in table
    assert "<h2>Differences" not in document([Reported("one", result)])


def test_facts_say_the_overlap_where_it_is_known(result: Result) -> None:
    assert dict(facts(result))["Overlap with the picture"] == "87.5%"
    assert "Overlap with the picture" not in dict(facts(replace(result, fitted=None)))
