"""Lists of photographs, and the figures of what they are taken for."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from geometry.errors import UserError
from img2code.backends import load
from img2code.cli.main import main
from img2code.evaluate.photographs import calibration_error, recognise, table
from img2code.photo_list import Photograph, read
from img2code.recognition import Recognition

EXAMPLES = Path(__file__).parents[3] / "example_images"


def listed(folder: Path, *rows: object) -> Path:
    (folder / "photos.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    return folder


def test_a_list_is_read_with_names_as_people_write_them(tmp_path: Path) -> None:
    listed(
        tmp_path,
        {"file": "a.jpg", "label": "mugs", "background": "plain"},
        {"file": "b.jpg", "label": None},
    )
    assert read(tmp_path) == [
        Photograph(tmp_path / "a.jpg", "Mug", "plain"),
        Photograph(tmp_path / "b.jpg", None, ""),
    ]


@pytest.mark.parametrize("line", ["{", "[]", '{"file": "a.jpg"}', '{"file": "a", "label": "Lamp"}'])
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "photos.jsonl").write_text(line)
    with pytest.raises(UserError, match=r"line 1|Lamp"):
        read(tmp_path)


def test_no_list_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"0 lists"):
        read(tmp_path)


def test_back_ends_that_do_not_rank_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not rank"):
        list(recognise(load("fake"), [Photograph(tmp_path, "Mug", "")]))


def test_figures() -> None:
    sure = Recognition((("Mug", 0.8), ("Pen", 0.1), ("Box", 0.05), ("Oven", 0.05)), 0.9)
    lost = Recognition(sure.ranking, 0.01)
    found = [
        (Photograph(Path("1"), "Mug", "plain"), sure),
        (Photograph(Path("2"), "Box", "plain"), sure),
        (Photograph(Path("3"), "Oven", "scene"), lost),
        (Photograph(Path("4"), None, "scene"), lost),
    ]
    text = table(found)
    assert "| plain | 2 | 50.0% | 100.0% | 0.0% |" in text
    assert "| **all** | 3 | 33.3% | 66.7% | 33.3% |" in text
    assert "1 pictures of other things: 100.0%" in text
    assert calibration_error(np.array([1.0, 1.0]), np.array([True, False])) == 0.5


def test_the_command_prints_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("mug_teal", "stapler"):
        Image.open(EXAMPLES / f"{name}.jpg").save(tmp_path / f"{name}.png")
    listed(
        tmp_path,
        {"file": "mug_teal.png", "label": "Mug", "background": "plain"},
        {"file": "stapler.png", "label": "Stapler", "background": "plain"},
    )
    assert main(["eval", "--photographs", str(tmp_path)]) == 0
    assert "| **all** | 2 | 100.0% | 100.0% | 0.0% |" in capsys.readouterr().out
