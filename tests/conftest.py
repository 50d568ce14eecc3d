"""Fixtures of several test files."""

from __future__ import annotations

from pathlib import Path

import pytest

from img2code.cli import main


@pytest.fixture
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def code(working_folder: Path) -> Path:
    """A mug's code in the current folder."""
    assert main(["sample", "Mug", "--seed", "3", "--out", "mug.json"]) == 0
    return working_folder / "mug.json"
