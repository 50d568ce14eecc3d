"""What a fit gains, as a table, and the options that go with it."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from geometry.view import view_of
from img2code.backends import load
from img2code.cli.main import main
from img2code.evaluate.fits import Gain, Scores, gains, table
from img2code.image import open_image
from img2code.reconstruct import Reconstructor
from img2code.render.examples import Example

EXAMPLES = Path(__file__).parents[3] / "example_images"


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


def test_silhouettes_are_measured_with_the_truth_where_it_is_known() -> None:
    with Image.open(EXAMPLES / "mug_teal.jpg") as picture:
        square = np.asarray(open_image(picture))
    code = json.loads((EXAMPLES / "mug_teal.json").read_text())
    view = view_of(code["pose"]["global_rotation"])
    everything = np.ones(square.shape[:2], dtype=bool)
    masks = (None, everything, ~everything)
    examples = [Example(code, view, square, mask) for mask in masks]
    unknown, whole, nothing = gains(Reconstructor(load("embedded")), examples)
    assert math.isnan(unknown.before.truly)
    assert math.isnan(unknown.after.truly)
    assert nothing.after.truly == 0
    covered = whole.after.truly  # the share of the picture that the object takes
    assert 0.1 < covered < 0.6
    assert unknown.after.overlap == whole.after.overlap == nothing.after.overlap > covered


@pytest.mark.parametrize("fit", [[], ["--fit"]])
def test_several_processes_share_no_options(
    fit: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", *fit, "--workers", "2", "--strict", "--objects", "1"]) != 0
    assert "--workers: every process would load" in capsys.readouterr().err
