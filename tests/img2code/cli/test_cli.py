"""The command line: what each command writes and says, and how it fails."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import socket
import time
import urllib.request
from pathlib import Path

import numpy as np
import pytest
import trimesh
from cli_runs import START_SECONDS, start
from PIL import Image

import geometry
import stats
from geometry.draw.raster import draw
from geometry.errors import UserError
from geometry.export.write import EXPORTERS, SCENE_EXPORTERS
from geometry.program import parse
from img2code.cli.main import main
from img2code.cli.mesh import SUFFIXES
from img2code.evaluate.pairs import read
from img2code.result_folders import folders

FILES = {
    "generated_code_before_rec.json",
    "generated_code.json",
    "generated_raw_outputs.txt",
    "mesh.glb",
}


pytestmark = pytest.mark.usefixtures("working_folder")


@pytest.fixture
def picture(code: Path) -> Path:
    path = code.with_suffix(".png")
    draw(parse(code.read_text()), 64).save(path)
    return path


# ------------------------------------------------------------ predict


def test_predict_writes_a_folder_per_picture(
    picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", str(picture), "--backend", "fake", "--out", "new/results"]) == 0
    folder = Path("new/results/mug")
    assert {path.name for path in folder.iterdir()} == FILES
    recovered = parse((folder / "generated_code.json").read_text()).as_dict()
    tokens = json.loads((folder / "generated_code_before_rec.json").read_text())
    raw = json.loads((folder / "generated_raw_outputs.txt").read_text())
    assert raw["conceptualization"] == tokens["conceptualization"]
    again = stats.decode(tokens)["conceptualization"]
    for part, same in zip(recovered["conceptualization"], again, strict=True):
        for name, values in part["parameters"].items():
            assert same["parameters"][name] == pytest.approx(values, abs=1e-5)
    shape = trimesh.load(folder / "mesh.glb")
    assert shape.extents == pytest.approx(geometry.mesh(recovered, 64).extents, rel=1e-3)
    out = capsys.readouterr().out
    assert out.startswith(f"{picture}: {recovered['category']}, ")
    assert str(folder) in out


def test_a_bad_picture_does_not_stop_the_others(
    picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("notes.png").write_text("not a picture")
    pictures = ["notes.png", str(picture), "missing.png"]
    options = ["--backend", "fake", "--report", "report.jsonl", "--out", "results"]
    assert main(["predict", *pictures, *options]) == 1
    assert {path.name for path in Path("results").iterdir()} == {"mug"}
    errors = capsys.readouterr().err.splitlines()
    assert errors[0].startswith("img2code: notes.png: This file is not an image.")
    assert errors[1].startswith("img2code: missing.png: ")
    assert errors[2:] == ["img2code: 2 of 3 pictures failed."]
    rows = [json.loads(line) for line in Path("report.jsonl").read_text().splitlines()]
    assert [row["path"] for row in rows] == pictures
    assert [row["error"] is None for row in rows] == [False, True, False]
    assert "not an image" in rows[0]["error"]
    assert [row["folder"] for row in rows] == [None, str(Path("results/mug")), None]
    assert rows[1]["category"] in geometry.categories()
    assert all(row["seconds"] >= 0 for row in rows)


def test_results_become_one_html_file(picture: Path) -> None:
    Path("notes.png").write_text("not a picture")
    options = ["--backend", "fake", "--out", "results", "--html", "all.html"]
    assert main(["predict", str(picture), "notes.png", str(picture), *options]) == 1
    text = Path("all.html").read_text()
    assert text.startswith("<!doctype html>")
    assert text.count("<h2>mug.") == 2
    assert "notes.png" not in text


def test_a_mask_is_of_one_picture(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--backend", "fake", "--out", "results", "--mask", "mask.png"]
    for arguments in ([str(picture)] * 2, [str(picture), "--no-fit"]):
        assert main(["predict", *arguments, *options]) == 1
        assert "--mask is the mask of one picture" in capsys.readouterr().err
    Image.new("L", (40, 40)).save("mask.png")
    assert main(["predict", str(picture), *options]) == 1
    assert "The mask" in capsys.readouterr().err


def test_pictures_of_one_name_get_folders_of_their_own(picture: Path) -> None:
    other = Path("others/mug.jpg")
    other.parent.mkdir()
    Image.new("RGB", (40, 40), (10, 200, 90)).save(other)
    pictures = [str(picture), str(other)]
    assert main(["predict", *pictures, "--backend", "fake", "--out", "results"]) == 0
    for name in ("mug", "mug_2"):
        assert {path.name for path in Path("results", name).iterdir()} == FILES


def test_folders_are_never_shared() -> None:
    names = ["mug.png", "a/mug.png", "mug_2.png", "a/MUG.jpg", "mug_2.jpg", "mug_2_2.png"]
    chosen = [folder.name for folder in folders([Path(name) for name in names], Path("out"))]
    assert chosen == ["mug", "mug_3", "mug_2", "MUG_4", "mug_2_3", "mug_2_2"]


def test_the_category_is_passed_on(picture: Path) -> None:
    for category in geometry.categories()[:2]:
        arguments = ["--category", category, "--backend", "fake", "--out", category]
        assert main(["predict", str(picture), *arguments]) == 0
        written = parse(Path(category, "mug", "generated_code.json").read_text()).as_dict()
        assert written["category"] == category


def test_predict_with_the_embedded_model(picture: Path) -> None:
    assert main(["predict", str(picture), "--category", "Mug", "--out", "results"]) == 0
    seen = {path.name for path in Path("results/mug").iterdir()}
    assert seen == {*FILES, "recognition.json", "overlay.png"}
    assert parse(Path("results/mug/generated_code.json").read_text()).category.name == "Mug"


def test_a_result_that_cannot_be_written_is_one_error(
    picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("results").mkdir()
    Path("results/mug").write_text("in the way")
    assert main(["predict", str(picture), "--backend", "fake", "--out", "results"]) == 1
    errors = capsys.readouterr().err.splitlines()
    assert errors[0].startswith(f"img2code: {picture}: {Path('results/mug')}: ")
    assert errors[1:] == ["img2code: 1 of 1 pictures failed."]


# ------------------------------------------------------------ mesh, sample, render


@pytest.mark.parametrize("suffix", SCENE_EXPORTERS)
def test_mesh_writes_every_format(code: Path, suffix: str) -> None:
    assert main(["mesh", str(code), "--segments", "24", "--out", f"new{suffix}"]) == 0
    shape = trimesh.load(f"new{suffix}", force="mesh")
    extents = geometry.mesh(code.read_text(), 24).extents
    if suffix in (".stl", ".ply"):  # millimetres, z up
        extents = 1000 * extents[[0, 2, 1]]
    assert shape.extents == pytest.approx(extents, rel=1e-3)


@pytest.mark.parametrize(
    ("options", "axis", "length"),
    [
        (["--size", "height=95mm"], 2, 95),
        (["--size", "12cm"], None, 120),
        (["--size", "height 95 mm"], 2, 95),
        (["--size", "length 12cm"], None, 120),
        (["--size", "usual"], 2, 95),
        (["--size", "width=4in", "--up", "y"], 0, 101.6),
        (["--scale", "0.5"], 2, None),
    ],
)
def test_mesh_is_as_large_as_asked(
    code: Path, options: list[str], axis: int | None, length: float | None
) -> None:
    assert main(["mesh", str(code), "--out", "mug.stl", *options]) == 0
    extents = trimesh.load("mug.stl", force="mesh").extents
    found = extents.max() if axis is None else extents[axis]
    if length is None:
        length = 500 * geometry.mesh(code.read_text(), 64).extents[1]
    assert found == pytest.approx(length, rel=1e-3)


def test_mesh_says_what_a_sized_object_measures_and_weighs(
    code: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mesh", str(code), "--out", "mug.urdf", "--size", "height 95 mm"]) == 0
    line = capsys.readouterr().out
    assert re.fullmatch(r"mug\.urdf: [\d.]+ × 95 × [\d.]+ mm, about \d+ g \(stoneware\)\n", line)
    assert main(["mesh", str(code), "--out", "mug.urdf"]) == 0
    assert capsys.readouterr().out == ""


def test_predict_makes_meshes_of_real_size(
    picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--backend", "fake", "--out", "results", "--category", "Mug"]
    options += ["--size", "height 95 mm", "--report", "report.jsonl"]
    assert main(["predict", str(picture), *options]) == 0
    assert "(stoneware)" in "".join(capsys.readouterr())
    said = json.loads(Path("report.jsonl").read_text())
    assert said["metres"][1] == pytest.approx(0.095)
    assert said["kilograms"] > 0
    folder = Path(said["folder"])
    extents = trimesh.load(folder / "mesh.glb", force="mesh").extents
    assert extents == pytest.approx(said["metres"], rel=1e-3)
    plain = parse((folder / "generated_code.json").read_text())
    assert geometry.mesh(plain).extents[1] != pytest.approx(0.095)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--size", "95"], "'95', expected a number with one of mm, cm, m, in"),
        (["--size", "hight=95mm"], "Did you mean height?"),
        (["--size", "0mm"], "a length above zero"),
        (["--scale", "0"], "a factor from"),
        (["--scale", "nan"], "a factor from"),
        (["--scale", "2", "--size", "9cm"], "not allowed with argument"),
    ],
)
def test_a_size_that_cannot_be_is_refused(
    code: Path, options: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["mesh", str(code), "--out", "mug.stl", *options])
    assert says in capsys.readouterr().err
    assert not Path("mug.stl").exists()


def test_urdf_comes_with_its_meshes_and_is_never_posed(
    code: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mesh", str(code), "--out", "mug.urdf"]) == 0
    named = re.findall(r'filename="([^"]+)"', Path("mug.urdf").read_text())
    assert named
    assert all(Path(name).is_file() for name in named)
    assert main(["mesh", str(code), "--out", "other.urdf", "--posed"]) == 1
    assert "--posed" in capsys.readouterr().err
    assert not Path("other.urdf").exists()


def test_the_suffixes_of_mesh_are_those_of_the_exporters() -> None:
    assert tuple(EXPORTERS) == SUFFIXES


def test_mesh_can_be_posed(code: Path) -> None:
    turned = json.loads(code.read_text())
    turned["pose"]["global_rotation"] = [0, 0, 90]
    code.write_text(json.dumps(turned))
    for name, more in (("still.obj", []), ("turned.obj", ["--posed"])):
        assert main(["mesh", str(code), "--out", name, *more]) == 0
    still, posed = (
        trimesh.load(name, force="mesh").extents for name in ("still.obj", "turned.obj")
    )
    assert posed == pytest.approx(still[[1, 0, 2]], rel=1e-4)
    assert abs(still[0] - still[1]) > 0.01


def test_the_same_seed_gives_the_same_object(code: Path) -> None:
    for seed in ("3", "4"):
        assert main(["sample", "Mug", "--seed", seed, "--out", f"{seed}.json"]) == 0
    assert Path("3.json").read_text() == code.read_text()
    assert Path("4.json").read_text() != code.read_text()


def test_render_draws_the_code(code: Path) -> None:
    assert main(["render", str(code), "--size", "80", "--out", "new.png"]) == 0
    picture = Image.open("new.png")
    assert picture.size == (80, 80)
    drawn = np.asarray(picture.convert("RGB")).astype(int)
    true = np.asarray(draw(parse(code.read_text()), 80)).astype(int)
    assert np.abs(drawn - true).max() <= 2
    assert (drawn < 250).any(axis=2).mean() > 0.1


# ------------------------------------------------------------ eval


def test_eval_measures_the_pairs_of_a_folder(
    picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", str(picture.parent), "--backend", "fake"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("| category | objects |")
    assert [line.split(" | ")[:2] for line in lines[2:]] == [["| Mug", "1"], ["| **all**", "1"]]


def test_pairs_are_read_with_their_pose(picture: Path, code: Path) -> None:
    turned = json.loads(code.read_text())
    turned["pose"]["global_rotation"] = [0, 35, 0]
    code.write_text(json.dumps(turned))
    (example,) = read(code.parent)
    assert example.code["category"] == "Mug"
    assert example.view.yaw == pytest.approx(35)
    assert example.picture.shape == (64, 64, 3)
    assert example.mask is None
    picture.unlink()
    with pytest.raises(UserError, match=r"mug\.json: 0 pictures"):
        list(read(code.parent))
    code.unlink()
    with pytest.raises(UserError, match="no codes"):
        list(read(code.parent))


def test_a_true_mask_is_read_and_a_wrong_file_named(picture: Path, code: Path) -> None:
    mask = code.with_suffix(".mask.png")
    with Image.open(picture) as shown:
        width, height = shown.size
    drawn = Image.new("L", (width, height))
    drawn.paste(255, (0, 0, width // 2, height))
    drawn.save(mask)
    (example,) = read(code.parent)
    assert example.mask is not None
    assert example.mask.shape == example.picture.shape[:2]
    assert example.mask.mean() == pytest.approx(0.5, abs=0.05)
    Image.new("L", (width, 2 * height)).save(mask)
    with pytest.raises(UserError, match=r"mug\.mask\.png: .*another shape"):
        list(read(code.parent))
    picture.write_bytes(b"words")
    with pytest.raises(UserError, match=r"mug\.png: .*not an image"):
        list(read(code.parent))


@pytest.mark.slow
def test_eval_draws_held_out_objects(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["eval", "--backend", "fake", "--objects", "1", "--category", "Box"]
    assert main(arguments) == 0
    assert "| Box | 1 |" in capsys.readouterr().out


# ------------------------------------------------------------ app


@pytest.mark.slow
def test_app_serves_until_ctrl_c() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = start("app", "--backend", "fake", "--port", str(port))
    try:
        deadline = time.monotonic() + START_SECONDS
        page = ""
        while not page and time.monotonic() < deadline and server.poll() is None:
            with contextlib.suppress(OSError):
                address = f"http://127.0.0.1:{port}"
                page = urllib.request.urlopen(address, timeout=10).read().decode()
            time.sleep(0.2)
        assert "img2code" in page
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=START_SECONDS)
    finally:
        server.kill()
    assert server.returncode == 130
    assert errors.splitlines()[-1:] == ["img2code: stopped."]
    assert "Traceback" not in errors
