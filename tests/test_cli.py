"""The command line: what each command writes and says, and how it fails."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

import geometry
import stats
from geometry.export import EXPORTERS, SCENE_EXPORTERS
from geometry.picture import draw
from geometry.program import parse
from img2code import __version__
from img2code.arguments import MESH_SUFFIXES, parser
from img2code.cli import explain, main
from img2code.commands import COMMANDS
from img2code.errors import UserError
from img2code.files import whole
from img2code.model.pairs import read
from img2code.predict import folders

REPOSITORY = Path(__file__).parents[1]
START_SECONDS = 120  # on a busy machine
FILES = {
    "generated_code_before_rec.json",
    "generated_code.json",
    "generated_raw_outputs.txt",
    "mesh.glb",
}


@pytest.fixture(autouse=True)
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def code(working_folder: Path) -> Path:
    assert main(["sample", "Mug", "--seed", "3", "--out", "mug.json"]) == 0
    return working_folder / "mug.json"


@pytest.fixture
def picture(code: Path) -> Path:
    path = code.with_suffix(".png")
    draw(parse(code.read_text()), 64).save(path)
    return path


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The one line that a usage error prints."""
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    return one_line(capsys)


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "Traceback" not in printed.err
    return printed.err


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "img2code", *arguments],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        preexec_fn=_heed_ctrl_c,
    )


def _heed_ctrl_c() -> None:
    """A shell's background jobs, and what they start, ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


# ------------------------------------------------------------ predict


def test_predict_writes_a_folder_per_picture(
    picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", str(picture), "--backend", "fake", "--out", "new/results"]) == 0
    folder = Path("new/results/mug")
    assert {path.name for path in folder.iterdir()} == FILES
    recovered = parse((folder / "generated_code.json").read_text())
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
        written = parse(Path(category, "mug", "generated_code.json").read_text())
        assert written["category"] == category


def test_predict_with_the_embedded_model(picture: Path) -> None:
    assert main(["predict", str(picture), "--category", "Mug", "--out", "results"]) == 0
    assert {path.name for path in Path("results/mug").iterdir()} == FILES
    assert parse(Path("results/mug/generated_code.json").read_text())["category"] == "Mug"


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
    assert shape.extents == pytest.approx(geometry.mesh(code.read_text(), 24).extents, rel=1e-3)


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
    assert tuple(EXPORTERS) == MESH_SUFFIXES


def test_mesh_can_be_posed(code: Path) -> None:
    turned = json.loads(code.read_text())
    turned["pose"]["global_rotation"] = [0, 0, 90]
    code.write_text(json.dumps(turned))
    for name, more in (("still.ply", []), ("turned.ply", ["--posed"])):
        assert main(["mesh", str(code), "--out", name, *more]) == 0
    still, posed = (trimesh.load(name).extents for name in ("still.ply", "turned.ply"))
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
    picture.unlink()
    with pytest.raises(UserError, match=r"mug\.json: 0 pictures"):
        list(read(code.parent))
    code.unlink()
    with pytest.raises(UserError, match="no codes"):
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


# ------------------------------------------------------------ errors and help


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], "COMMAND"),
        (["predit"], "invalid choice: 'predit'"),
        (["predict", "--out", "results"], "IMAGE"),
        (["predict", "mug.png"], "--out"),
        (["predict", "mug.png", "--out", "x", "--category", "Mig"], "Did you mean Mug?"),
        (["predict", "mug.png", "--out", "x", "--backend", "fka"], "not one of embedded, fake"),
        (["sample", "mug", "--out", "mug.json"], "Did you mean Mug?"),
        (["sample", "Mug", "--seed", "-1", "--out", "mug.json"], "-1 is not 0 or more"),
        (["sample", "Mug", "--seed", "x", "--out", "mug.json"], "'x' is not a whole number"),
        (["mesh", "mug.json", "--out", "mug.gbl"], "does not end in .glb, .obj, .stl, .ply"),
        (["mesh", "mug.json", "--out", "m.glb", "--segments", "2"], "2 is not from 3 to 512"),
        (["render", "mug.json", "--out", "mug.jpg"], "does not end in .png"),
        (["eval", "nowhere"], "nowhere is not a folder"),
        (["app", "--port", "70000"], "70000 is not from 1 to 65535"),
    ],
)
def test_usage_errors_are_one_line(
    arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    line = refused(arguments, capsys)
    assert expected in line
    assert "--help." in line


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["mesh", "no.json", "--out", "a.glb"], "no.json: No such file"),
        (["mesh", "broken.json", "--out", "a.glb"], "broken.json: the code: found text that is"),
        (["mesh", "wrong.json", "--out", "a.glb"], "wrong.json: Mug, part 1: found template 'X'"),
        (["mesh", "mug.json", "--out", "nowhere/a.glb"], "nowhere/a.glb: No such file"),
        (["render", "mug.json", "--out", "folder.png"], "folder.png: is not a plain file"),
        (["sample", "Mug", "--out", os.devnull], f"{os.devnull}: is not a plain file"),
    ],
)
def test_failures_are_one_line(
    code: Path, arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("broken.json").write_text('{"category": ')
    wrong = {"category": "Mug", "conceptualization": [{"template": "X", "parameters": {}}]}
    Path("wrong.json").write_text(json.dumps(wrong))
    Path("folder.png").mkdir()
    before = set(code.parent.iterdir())
    assert main(arguments) == 1
    assert one_line(capsys).startswith(f"img2code: {expected}")
    assert set(code.parent.iterdir()) == before


def test_unexpected_errors_say_how_to_see_more(monkeypatch: pytest.MonkeyPatch) -> None:
    assert explain(KeyError("a\nb")) == (
        "unexpected KeyError: 'a\\nb'. IMG2CODE_TRACEBACK=1 shows where."
    )

    def broken(_: object) -> int:
        raise KeyError("missing")

    monkeypatch.setitem(COMMANDS, "app", broken)
    assert main(["app"]) == 1
    monkeypatch.setenv("IMG2CODE_TRACEBACK", "1")
    with pytest.raises(KeyError, match="missing"):
        main(["app"])


def test_ctrl_c_is_one_line_and_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(COMMANDS, "app", interrupted)
    assert main(["app"]) == 130
    assert one_line(capsys) == "img2code: stopped.\n"


def test_every_command_has_help_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    for command in COMMANDS:
        with pytest.raises(SystemExit, match="0"):
            main([command, "--help"])
        _, examples = capsys.readouterr().out.split("examples:\n")
        lines = [line.split() for line in examples.strip().splitlines()]
        assert lines
        for program, *arguments in lines:
            assert (program, arguments[0]) == ("img2code", command)
            if arguments[-1] != "my_objects":  # a folder that has to be there
                assert parser().parse_args(arguments).command == command


def test_the_module_is_the_command_and_help_starts_without_heavy_imports() -> None:
    for arguments, expected in (
        (["--version"], f"img2code {__version__}"),
        (["--help"], "predict"),
    ):
        process = start(*arguments)
        printed, errors = process.communicate(timeout=START_SECONDS)
        assert (process.returncode, errors) == (0, "")
        assert expected in printed


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["--help"], "torch gradio numpy trimesh PIL"),
        (["sample", "Chair", "--out", "chair.json"], "torch gradio plotly tqdm"),
        (["mesh", "mug.json", "--out", "mug.glb"], "torch gradio plotly tqdm"),
    ],
)
def test_commands_import_only_what_they_need(code: Path, arguments: list[str], absent: str) -> None:
    program = (
        "import sys\nfrom img2code.cli import main\n"
        "try:\n    main(sys.argv[2:])\nexcept SystemExit:\n    pass\n"
        "found = set(sys.argv[1].split()) & set(sys.modules)\n"
        "sys.exit(f'imported: {found}' if found else 0)"
    )
    process = subprocess.run(
        [sys.executable, "-c", program, absent, *arguments],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.stderr == ""
    assert process.returncode == 0


def test_a_file_is_whole_or_as_it_was(working_folder: Path) -> None:
    target = Path("a.txt")
    target.write_text("old")

    def fail(write: Callable[[Path], object]) -> None:
        with whole(target) as temporary:
            write(temporary)
            raise RuntimeError("stopped half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail(lambda path: path.write_text("new"))
    assert target.read_text() == "old"
    link = Path("link.txt")
    link.symlink_to(target)
    with whole(link) as temporary:
        temporary.write_text("new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert {path.name for path in working_folder.iterdir()} == {"a.txt", "link.txt"}
