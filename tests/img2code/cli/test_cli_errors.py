"""How the command line fails and helps: one line for each error, examples, what is imported."""

from __future__ import annotations

import json
import os
import shlex
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from cli_runs import REPOSITORY, START_SECONDS, one_line, refused, start

from img2code import __version__
from img2code.cli.main import COMMANDS, explain, main, parser

pytestmark = pytest.mark.usefixtures("working_folder")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], "COMMAND"),
        (["predit"], "invalid choice: 'predit'"),
        (["predict", "--out", "results"], "IMAGE"),
        (["predict", "mug.png"], "--out"),
        (["predict", "mug.png", "--out", "x", "--category", "Mig"], "Did you mean Mug?"),
        (["predict", "mug.png", "--out", "x", "--backend", "fka"], "not one of embedded, fake"),
        (["sample", "Mig", "--out", "mug.json"], "Did you mean Mug?"),
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


@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "socket", "link to a device"])
@pytest.mark.parametrize("command", ["mesh", "render", "predict", "predict --server", "--stats"])
def test_what_is_no_regular_file_is_refused_unopened(
    code: Path, command: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A pipe would be waited for until somebody writes into it, /dev/zero has no end."""
    path = Path("not-a-file.png")
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "device":
            path = Path("/dev/zero")
        case "folder":
            path.mkdir()
        case "socket":
            with socket.socket(socket.AF_UNIX) as bound:
                bound.bind(str(path))
        case _:
            path.symlink_to("/dev/zero")
    arguments = {
        "mesh": ["mesh", str(path), "--out", "a.glb"],
        "render": ["render", str(path), "--out", "a.png"],
        "predict": ["predict", str(path), "--backend", "fake", "--out", "out"],
        "predict --server": ["predict", str(path), "--server", "http://127.0.0.1:9", "--out", "o"],
        "--stats": ["predict", "x.png", "--stats", str(path), "--backend", "fake", "--out", "out"],
    }
    assert main(arguments[command]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert path.name in lines[0]
    assert any(word in lines[0] for word in ("not a file", "no file"))
    assert len(lines) == 1 + (command.startswith("predict"))


def test_unexpected_errors_say_how_to_see_more(monkeypatch: pytest.MonkeyPatch) -> None:
    assert explain(KeyError("a\nb")) == (
        "unexpected KeyError: 'a\\nb'. IMG2CODE_TRACEBACK=1 shows where."
    )

    def broken(_: object) -> int:
        raise KeyError("missing")

    monkeypatch.setitem(COMMANDS, "app", replace(COMMANDS["app"], run=broken))
    assert main(["app"]) == 1
    monkeypatch.setenv("IMG2CODE_TRACEBACK", "1")
    with pytest.raises(KeyError, match="missing"):
        main(["app"])


def test_ctrl_c_is_one_line_and_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(COMMANDS, "app", replace(COMMANDS["app"], run=interrupted))
    assert main(["app"]) == 130
    assert one_line(capsys) == "img2code: stopped.\n"


def test_every_command_has_help_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    for command in COMMANDS:
        with pytest.raises(SystemExit, match="0"):
            main([command, "--help"])
        _, examples = capsys.readouterr().out.split("examples:\n")
        lines = [shlex.split(line) for line in examples.strip().splitlines()]
        assert lines
        for program, *arguments in lines:
            assert (program, arguments[0]) == ("img2code", command)
            if arguments[-1] not in (
                "my_objects",
                "my_photographs",
            ):  # folders that have to be there
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
        "import sys\nfrom img2code.cli.main import main\n"
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
