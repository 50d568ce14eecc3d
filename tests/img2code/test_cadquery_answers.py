"""Models asked for CadQuery: their source runs in the sandbox, and stands beside our own part."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from geometry.cad_parts.body import body
from geometry.cad_parts.part import CadPart, Extrude
from geometry.cad_parts.rules import normalised
from geometry.draw.part_picture import draw_part
from geometry.export.part_script import script
from geometry.sketch.loops import Circle, Rectangle
from img2code.cadquery import source, writers
from img2code.cadquery.judged import against, answer
from img2code.cadquery.writers import WRITERS, Writer
from img2code.cli.main import main
from img2code.errors import GenerationError
from tests import tiny_vision
from tests.openai_server import Server, Turn

KEY = "sk-secret-of-the-tests"
BOX = "import cadquery as cq\nresult = cq.Workplane('XY').box(100, 60, 12)\n"


def plate() -> CadPart:
    corners = [Circle(u, v, 0.05) for u in (0.12, 0.88) for v in (0.12, 0.48)]
    profile = (Rectangle(0, 0, 1, 0.6), *corners)
    return normalised(CadPart((Extrude("join", "XY", 0.0, 0.12, profile),)))


def exact() -> str:
    """The source of the plate as a model would write it."""
    return script(plate()).partition("\nif __name__")[0]


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    return draw_part(body(plate().steps))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    server = Server([f"Here it is:\n```python\n{exact()}```\n"])
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "answer",
    [
        f"```python\n{BOX}```",
        f"Sure.\n```\n{BOX}\nshow_object(result)\n```\nIt is a box.",
        f"<think>```python\nwrong```</think>{BOX}",
        f"```python\n{BOX}",  # cut off
        f"```python\n{BOX}cq.exporters.export(result, 'x.step')\n```",
    ],
)
def test_the_source_is_found_in_an_answer(answer: str) -> None:
    assert source.source_of(answer) == BOX


def test_an_import_that_is_missing_is_added() -> None:
    assert source.source_of("r = cq.Workplane().box(1, 2, 3)").startswith("import cadquery as cq\n")


def test_an_answer_without_source_is_refused() -> None:
    with pytest.raises(GenerationError, match="no CadQuery"):
        source.source_of("I see a plate with four holes.")


def test_the_right_part_has_a_smaller_loss_than_another(picture: Image.Image) -> None:
    good = answer(Writer("good", lambda _: exact()), picture)
    poor = answer(Writer("poor", lambda _: "result = cq.Workplane().box(20, 60, 100)"), picture)
    assert (good.error, poor.error) == ("", "")
    assert good.loss is not None
    assert poor.loss is not None
    assert good.loss < 0.03 < 0.2 < poor.loss
    assert good.volume == pytest.approx(good.mesh.volume, rel=0.01)  # type: ignore[union-attr]


def test_a_mesh_that_is_no_solid_has_no_loss(picture: Image.Image) -> None:
    open_box = trimesh.creation.box((1, 1, 1))
    open_box.update_faces(np.arange(10))
    assert against(picture, open_box)[0] is None


@pytest.mark.parametrize(
    "written",
    ["import os\nx = cq.Workplane()\nos.system('true')", "x = cq.Workplane().box(1, 2, 3)"],
)
def test_what_the_sandbox_does_not_run_is_an_error_of_the_answer(
    picture: Image.Image, written: str
) -> None:
    found = answer(Writer("poor", lambda _: written), picture)
    assert "The CadQuery source" in found.error
    assert found.mesh is None
    assert found.text == written


def predict(folder: Path, picture: Image.Image, *options: str) -> tuple[int, Path, dict]:
    picture.save(folder / "plate.png")
    report = folder / "report.jsonl"
    files = [str(folder / "plate.png"), "--out", str(folder / "out"), "--report", str(report)]
    done = main(["predict", *files, *options])
    (line,) = report.read_text().splitlines()
    return done, folder / "out" / "plate", json.loads(line)


def test_a_server_is_asked_and_its_part_stands_beside_ours(
    tmp_path: Path, picture: Image.Image, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("--backend", "openai", "--model", "some/model", "--url", server.url)
    done, folder, line = predict(tmp_path, picture, *asked, "--as", "cadquery", "--size", "80mm")
    assert done == 0
    (request,) = server.requests
    shown, question = request["messages"][0]["content"]
    sent = Image.open(io.BytesIO(base64.b64decode(shown["image_url"]["url"].split(",")[1])))
    assert np.abs(np.asarray(sent, int) - np.asarray(picture, int)).max() == 0
    assert question["text"] == source.GENERAL
    assert request["model"] == "some/model"
    names = "answer.glb answer.obj answer.py answer.stl answer.txt comparison.png"
    ours = "mesh.glb part.json part.py"
    assert sorted(p.name for p in folder.iterdir()) == f"{names} {ours}".split()
    assert (folder / "answer.py").read_text() == source.source_of(exact())
    made = trimesh.load(folder / "answer.stl")
    assert made.extents == pytest.approx([80, 48, 9.6], rel=1e-3)
    scene = trimesh.load(folder / "answer.glb")
    assert scene.extents == pytest.approx([0.08, 0.0096, 0.048], rel=1e-3)
    assert line["answer"]["model"] == "some/model"
    assert line["answer"]["error"] is None
    assert line["answer"]["loss"] < 0.03
    assert 0 <= line["loss"] < 0.4
    with Image.open(folder / "comparison.png") as sheet:
        assert sheet.size == (3 * 448, 474)
    out = capsys.readouterr().out
    assert f"some/model: loss {line['answer']['loss']:.3f}" in out
    assert KEY not in out


def test_an_answer_that_is_refused_leaves_ours_and_is_said(
    tmp_path: Path, picture: Image.Image, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    written = "```python\nimport cadquery as cq\nresult = cq.Workplane.__globals__\n```"
    server.turns.append(Turn(chunks=[written]))
    asked = ("--backend", "openai", "--model", "m", "--url", server.url)
    done, folder, line = predict(tmp_path, picture, *asked, "--as", "cadquery")
    assert done == 1
    assert (folder / "part.json").is_file()
    assert (folder / "answer.txt").read_text() == written
    assert not (folder / "answer.py").exists()
    assert "refused" in line["answer"]["error"]
    assert line["answer"]["loss"] is None
    assert "m: The CadQuery source was refused" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--backend", "embedded", "--as", "cadquery"], "writes no CadQuery"),
        (["--backend", "openai", "--as", "cadquery"], "needs a server"),
        (["--backend", "cad-coder"], "llava needs a checkpoint"),
        (["--backend", "openai", "--as", "cadquery", "--box", "0,0,1,1"], "in the whole picture"),
        (["--backend", "cad-coder", "--model", "m", "--url", "http://x/v1"], "Give --model"),
        (["--backend", "openai", "--as", "words"], "invalid choice"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(
    tmp_path: Path,
    options: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    Image.new("RGB", (9, 9)).save(tmp_path / "a.png")
    arguments = ["predict", str(tmp_path / "a.png"), "--out", str(tmp_path / "out"), *options]
    with contextlib.suppress(SystemExit):  # of argparse
        assert main(arguments) == 1
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told


def test_without_cadquery_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "cadquery", None)  # find_spec finds None
    monkeypatch.setattr("img2code.cadquery.judged.find_spec", lambda name: None)
    Image.new("RGB", (9, 9)).save(tmp_path / "a.png")
    arguments = ["--backend", "openai", "--model", "m", "--url", "http://127.0.0.1:9/v1"]
    out = ["--as", "cadquery", "--out", str(tmp_path / "out")]
    assert main(["predict", str(tmp_path / "a.png"), *arguments, *out]) == 1
    assert "img2code[cad]" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # the library's own
def test_cad_coder_is_a_llava_and_what_it_writes_goes_through_the_sandbox(
    tmp_path: Path, picture: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tiny_vision.llava(tmp_path / "model")
    writer = WRITERS["cad-coder"](str(folder), device="cpu", most_tokens=8)
    written = writer.ask(picture)
    assert isinstance(written, str)
    found = answer(writer, picture)
    assert found.model == str(folder)
    assert found.text == written  # greedy: the same again
    assert found.error  # of random weights
    monkeypatch.setattr(
        "img2code.vision.caption.transformers_models.Transformer.ask",
        lambda self, question, shown, most: exact() if question == source.CAD_CODER else "",
    )
    written_well = answer(writers.cad_coder(str(folder), "cpu"), picture)
    assert written_well.error == ""
    assert written_well.loss is not None
    assert written_well.loss < 0.03
