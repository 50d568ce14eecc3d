"""The first of the fuzzers' cases; `make fuzz` tries very many. No times are asserted here."""

from __future__ import annotations

import json
from pathlib import Path

import hostile_codes
import mutated_answers
import pytest
from outcomes import Outcomes
from run import answers, codes

FAST = tuple(suffix for suffix in hostile_codes.EXPORTERS if suffix != ".step")


def written(number: int, suffix: str, folder: Path) -> Outcomes:
    """What became of a hostile code's file."""
    hostile = hostile_codes.code(number)
    code = json.loads(hostile) if isinstance(hostile, str) else hostile
    outcomes = Outcomes()
    case = f"code {number}"
    outcomes.run(suffix, case, lambda: hostile_codes.export_fault(code, suffix, folder))
    return outcomes


def test_mutated_answers_are_read_or_refused() -> None:
    outcomes = Outcomes()
    answers(outcomes, 0, 600)
    assert outcomes.faults == []
    assert outcomes.counts["mutated answers", "accepted"] > 30
    assert outcomes.counts["mutated answers", "refused"] > 30


def test_hostile_codes_are_built_or_refused() -> None:
    outcomes = Outcomes()
    codes(outcomes, 0, 200, exported=0)
    assert outcomes.faults == []
    assert outcomes.counts["hostile codes", "accepted"] > 30
    assert outcomes.counts["hostile codes", "refused"] > 30


@pytest.mark.parametrize("suffix", FAST)
def test_hostile_codes_are_written_or_refused(suffix: str, tmp_path: Path) -> None:
    for number in range(0, 120, 10):
        assert written(number, suffix, tmp_path).faults == []


@pytest.mark.parametrize("number", [11789])
def test_codes_that_once_failed(number: int) -> None:
    """A tiny solid far from the origin, whose places as whole numbers overflowed."""
    outcomes = Outcomes()
    codes(outcomes, number, 1, exported=0)
    assert outcomes.faults == []


@pytest.mark.parametrize("suffix", [".urdf", ".xml", ".sdf"])
@pytest.mark.parametrize("number", [470, 570, 920])
def test_files_that_once_failed(number: int, suffix: str, tmp_path: Path) -> None:
    """Links whose solids have no volume to divide by: flat ones, and ones of the least number."""
    assert written(number, suffix, tmp_path).faults == []


@pytest.mark.parametrize("number", [11600, 23230])
def test_a_file_of_parts_too_small_for_where_they_stand(number: int, tmp_path: Path) -> None:
    """Two levers of a tenth, a hundred thousand apart: none of their triangles counted as one."""
    assert written(number, ".glb", tmp_path).faults == []


def test_a_fault_is_told_with_what_makes_it_again() -> None:
    outcomes = Outcomes()
    outcomes.run("things", "thing 7", lambda: {}["x"])
    outcomes.run("things", "thing 8", lambda: "not finite")
    assert outcomes.faults == ["things, thing 7: KeyError: 'x'", "things, thing 8: not finite"]
    assert "| things | 2 | 0 | 0 | 2 |" in outcomes.table()


def test_a_number_makes_the_same_case_again() -> None:
    for number in (3, 77):
        assert mutated_answers.answer(number) == mutated_answers.answer(number)
        assert repr(hostile_codes.code(number)) == repr(hostile_codes.code(number))
