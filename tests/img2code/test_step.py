"""STEP files come from a process that ends: with the file, a refusal, or because it must."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from typing import Any

import cadquery
import numpy as np
import pytest
from PIL import Image

import geometry
from geometry.errors import CodeError, ExportWarning, UserError
from geometry.export.write import export
from geometry.program import dumps
from img2code import limits
from img2code.backends.fake import Fake
from img2code.cli.main import main
from img2code.page.sessions import Sessions
from img2code.reconstruct import Reconstructor
from img2code.step import write_step

MUG = geometry.sample("Mug", np.random.default_rng(3))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[str]]:
    """The processes that are started."""
    processes = []

    class Recorded(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            processes.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    return processes


def ended(processes: list[subprocess.Popen[str]]) -> bool:
    return bool(processes) and all(process.poll() is not None for process in processes)


def test_a_file_is_written_and_reads_back(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExportWarning)
        path = write_step(MUG, tmp_path / "mug.step", scale=0.1, up="z")
    box = cadquery.importers.importStep(str(path)).combine().val().BoundingBox()
    extents = 100 * geometry.mesh(MUG, 128).extents
    assert [box.xlen, box.zlen, box.ylen] == pytest.approx(extents, rel=1e-2)


def test_one_that_takes_too_long_is_ended(
    started: list[subprocess.Popen[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "STEP_SECONDS", 0.3)  # the CAD kernel takes longer to be loaded
    with pytest.raises(CodeError, match=r"no end within 0\.3 seconds.*write \.py"):
        write_step(MUG, tmp_path / "mug.step")
    assert ended(started)
    assert not list(tmp_path.iterdir())


def test_the_command_says_what_to_do_and_leaves_nothing(
    started: list[subprocess.Popen[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = tmp_path / "mug.json"
    code.write_text(dumps(MUG))
    monkeypatch.setattr(limits, "STEP_SECONDS", 0.3)
    assert main(["mesh", str(code), "--out", str(tmp_path / "mug.step")]) == 1
    assert "write .py and run that script" in capsys.readouterr().err
    assert ended(started)
    assert list(tmp_path.iterdir()) == [code]


def test_one_whose_visitor_leaves_is_ended(started: list[subprocess.Popen[str]]) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (32, 32, 3), np.uint8)
    result = Reconstructor(Fake()).run(Image.fromarray(noise), "Bucket")
    sessions = Sessions()
    leaving = threading.Timer(0.5, sessions.leave, ["abc123"])
    leaving.start()
    with pytest.raises(UserError, match="Nobody waits"):
        sessions.write_step("abc123", result)
    assert ended(started)


def test_a_refusal_is_the_one_of_export(tmp_path: Path) -> None:
    crowd = {**MUG, "conceptualization": MUG["conceptualization"] * 40}
    with pytest.raises(CodeError) as before:
        export(crowd, tmp_path / "crowd.step")
    with pytest.raises(CodeError) as bounded:
        write_step(crowd, tmp_path / "crowd.step")
    assert str(bounded.value) == str(before.value)


def test_a_process_that_dies_and_a_folder_that_is_missing_are_errors_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OSError, match="missing"):
        write_step(MUG, tmp_path / "missing" / "mug.step")
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(UserError, match=r"has ended \(exit status 1\)"):
        write_step(MUG, tmp_path / "mug.step")
