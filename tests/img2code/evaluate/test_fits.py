"""What a fit gains, as a table, and the options that go with it."""

from __future__ import annotations

import math

import pytest

from img2code.cli.main import main
from img2code.evaluate.fits import Gain, Scores, table


def test_a_table_has_figures_before_and_after_and_how_many_are_worse() -> None:
    better = Gain("Mug", Scores(0.7, 0.8, 0.5, 2.0, 0.6), Scores(0.9, 0.9, 0.7, 1.0, 0.8), 1.5)
    worse = Gain("Mug", Scores(0.8, 0.9, 0.6, 4.0, 0.7), Scores(0.9, 0.8, 0.5, 3.0, 0.8), 0.5)
    group, every = table([better, worse]).splitlines()[2:]
    cells = [cell.strip() for cell in group.strip("|").split("|")]
    assert cells[:4] == ["Mug", "2", "0.750 → 0.900", "0.650 → 0.800"]
    assert cells[4] == "0.850 → 0.850"
    assert cells[6:] == ["3.0 → 2.0", "50.0%", "1.00 s"]
    assert every.startswith("| **all** | 2 |")


def test_what_is_not_known_is_left_out() -> None:
    row = Gain("plain", Scores(0.5), Scores(0.75), 1.0)
    assert math.isnan(row.before.f1_5)
    assert "| plain | 1 | 0.500 → 0.750 |  |  |  |  |" in table([row])


@pytest.mark.parametrize("fit", [[], ["--fit"]])
def test_several_processes_share_no_options(
    fit: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", *fit, "--workers", "2", "--strict", "--objects", "1"]) != 0
    assert "--workers: every process would load" in capsys.readouterr().err
