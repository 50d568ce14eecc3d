"""segment, concepts, caption, paint and describe on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from img2code.cli.main import main

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("painted")
    assert main(["paint", "a red mug with a handle", "--out", str(folder), "--size", "320"]) == 0
    code = json.loads((folder / "001.json").read_text())
    assert code["category"] == "Mug"
    return folder / "001.png"


def test_paint_says_what_is_missing(
    working_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["paint", "two small unicorns", "--size", "128", "--out", "out"]) == 0
    assert "unicorns" in capsys.readouterr().err
    assert main(["paint", "", "--out", "out"]) == 1
    assert "The text is empty." in capsys.readouterr().err


def test_segment(picture: Path, working_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["segment", str(picture), "--point", "160,160", "--rle"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["width"], found["height"]) == (320, 320)
    assert len(found["segments"]) == 3
    assert found["segments"][0]["rle"]["size"] == [320, 320]
    assert main(["segment", str(picture), "--box", "20,20,300,300", "--out", "regions"]) == 0
    with Image.open(working_folder / "regions" / "mask_0_0.png") as mask:
        assert mask.size == (320, 320)
    assert main(["segment", str(picture), "--point", "320,1"]) == 1
    assert "outside the picture of 320 × 320 pixels" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["segment", str(picture), "--point", "1,2,3"])


def test_concepts(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["concepts", str(picture), "a kettle", "a red mug", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["best"] == "a red mug"
    assert main(["concepts", str(picture), "a kettle", "a red mug"]) == 0
    assert capsys.readouterr().out.splitlines()[0].endswith("a red mug")
    assert main(["concepts", str(picture), "a mug", "--engine", "clip"]) == 1
    assert "clip needs a checkpoint" in capsys.readouterr().err


def test_caption(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["caption", str(picture)]) == 0
    assert "red mug" in capsys.readouterr().out
    assert main(["caption", str(picture), "nothing.png"]) == 1
    said = capsys.readouterr()
    assert "red mug" in json.loads(said.out)["caption"]
    assert "nothing.png" in said.err


def test_describe(picture: Path, working_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["describe", "--image_src", str(picture), "--out_image_name", "out/mug"]
    assert main([*arguments, "--label", "a mug", "--label", "a handle"]) == 0
    said = capsys.readouterr().out
    assert "painting: " in said
    with Image.open(working_folder / "out" / "mug.png") as pair:
        assert pair.width > 900
    page = (working_folder / "out" / "mug.html").read_text()
    assert "red mug" in page
    assert "http" not in page
    assert main([*arguments, "--sam_arch", "vit_x"]) == 1
    assert "Did you mean" in capsys.readouterr().err
