"""The Python of the documentation runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]


def run(name: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """The names that all Python blocks of a page leave, run one after the other."""
    monkeypatch.chdir(REPOSITORY)
    page = REPOSITORY / "docs" / name
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, str(page), "exec"), names)
    return names


def test_editing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    names = run("editing.md", monkeypatch)
    assert "outer_size" in capsys.readouterr().out
    assert str(names["html"]).startswith("<!doctype html>")


def test_vision(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    run("vision.md", monkeypatch)
    painted, caption, best, regions = capsys.readouterr().out.splitlines()
    assert painted.startswith("Mug ")
    assert "mug" in caption.lower()
    assert best == "a blue mug"
    assert regions.count("(") == 3
