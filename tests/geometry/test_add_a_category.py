"""docs/add-a-category.md followed to the letter, in a copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PAGE = (REPOSITORY / "docs" / "add-a-category.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(?P<language>\w+)\n(?P<text>.*?)```", re.S)
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "data", "runs", "build", "*.egg-info")


def blocks(language: str) -> list[str]:
    return [block["text"] for block in BLOCK.finditer(PAGE) if block["language"] == language]


def patched(text: str, diff: str) -> str:
    """The text with each `+` line put behind the line above it, which must be there once."""
    lines = text.splitlines()
    above = ""
    for line in diff.splitlines():
        if line.startswith("+"):
            assert lines.count(above) == 1, f"{above!r} is there {lines.count(above)} times"
            lines.insert(lines.index(above) + 1, line[1:])
        above = line[1:]
    return "\n".join(lines) + "\n"


@pytest.mark.slow
def test_the_page_leads_to_green_tests(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY, tmp_path, ignore=LEFT_OUT, dirs_exist_ok=True)
    (template,) = blocks("python")
    (tmp_path / "geometry" / "objects" / "stool.py").write_text(template, encoding="utf-8")
    for diff in blocks("diff"):
        head, changes = diff.split("\n", 1)
        changed = tmp_path / head.removeprefix("--- ")
        text = patched(changed.read_text(encoding="utf-8"), changes)
        changed.write_text(text, encoding="utf-8")
    programs = tmp_path / ".programs"
    programs.mkdir()
    (programs / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (programs / "python").chmod(0o755)
    path = os.pathsep.join([str(programs), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(tmp_path)}
    ran = []
    for block in blocks("bash"):
        result = subprocess.run(
            ["bash", "-ec", block],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=900,
        )
        assert result.returncode == 0, f"{block}\n{result.stdout}\n{result.stderr}"
        ran.append(result.stdout)
    assert (tmp_path / "docs" / "gallery" / "Stool.png").exists()
    passed = re.search(r"(\d+) passed", ran[-1])
    assert passed
    assert int(passed[1]) > 20, ran[-1]
