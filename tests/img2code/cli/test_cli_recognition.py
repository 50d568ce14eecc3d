"""What predict says of what a picture shows: how sure, what else, where, what speaks against."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import seeing_backend
from PIL import Image
from seeing_backend import FOUND, RANKING, Seeing

from img2code.backends import BACKENDS
from img2code.cli.main import main
from img2code.recognition import Box

REPORTED = ("confidence", "alternatives", "known", "box", "doubt")


@pytest.fixture(autouse=True)
def _seeing(working_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BACKENDS, "seeing", "seeing_backend")
    Image.new("RGB", (40, 32), (10, 120, 200)).save(working_folder / "mug.png")


def predict(*options: str, backend: str = "seeing") -> dict[str, Any]:
    """The line of the report."""
    fixed = ["--backend", backend, "--out", "out", "--report", "report.jsonl"]
    assert main(["predict", "mug.png", *fixed, *options]) == 0
    row: dict[str, Any] = json.loads(Path("report.jsonl").read_text())
    return row


def test_how_sure_what_else_and_where(capsys: pytest.CaptureFixture[str]) -> None:
    row = predict()
    printed = capsys.readouterr()
    assert printed.out.startswith("mug.png: Mug (88 %), ")
    assert "looks like" not in printed.err
    assert row["confidence"] == RANKING[0][1]
    assert row["alternatives"] == [list(each) for each in RANKING[:3]]
    assert row["known"] is True
    assert row["box"] == list(FOUND)
    assert row["doubt"] is None
    kept = json.loads(Path("out/mug/recognition.json").read_text())
    assert kept == {name: row[name] for name in REPORTED}


def test_a_category_against_the_evidence_is_doubted(capsys: pytest.CaptureFixture[str]) -> None:
    row = predict("--category", "Chair")
    printed = capsys.readouterr()
    assert printed.out.startswith("mug.png: Chair (3 %), ")
    assert f"img2code: mug.png: {row['doubt']}" in printed.err
    assert row["doubt"] == "The picture looks like a Mug (88%), not like a Chair (3%)."


def test_an_unknown_object_is_said_to_be_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeing_backend, "load", lambda: Seeing(known=0.0))
    row = predict()
    assert row["known"] is False
    assert row["doubt"].startswith("This looks like none of the")
    assert row["doubt"] in capsys.readouterr().err


def test_a_box_says_where_the_object_is() -> None:
    box: Box = (0.5, 0.25, 1.0, 0.75)
    assert predict("--box", ",".join(map(str, box)))["box"] == list(box)


@pytest.mark.parametrize(
    "box", ["1,2", "a,b,c,d", "0,0,0,1", "0,0.5,1,0.5", "0,0,1,1.1", "nan,0,1,1", "0,0,1,1,1"]
)
def test_a_box_that_is_none_is_refused(box: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["predict", "mug.png", "--out", "out", "--box", box])
    assert ended.value.code == 2
    assert "four numbers from 0 to 1, left, top, right, bottom" in capsys.readouterr().err


def test_back_ends_that_do_not_recognise_say_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    row = predict(backend="fake")
    assert " %)" not in capsys.readouterr().out
    empty = {"alternatives": []}
    assert {name: row[name] for name in REPORTED} == dict.fromkeys(REPORTED) | empty
    assert not Path("out/mug/recognition.json").exists()
