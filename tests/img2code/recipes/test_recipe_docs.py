"""docs/recipes.md does what it says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from img2code.cli.main import main
from img2code.recipes import registry, spec

PAGE = (Path(__file__).parents[3] / "docs" / "recipes.md").read_text(encoding="utf-8")


def blocks(kind: str, text: str = PAGE) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


def test_a_step_is_added_as_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (code,), (recipe,) = (
        blocks(kind, PAGE.split("## Add a step")[1]) for kind in ("python", "yaml")
    )
    Path("my_steps.py").write_text(code)
    Path("shout.yaml").write_text(recipe)
    Path("prompts.txt").write_text("a red chair\n")
    assert main(["run", "shout.yaml", "--steps", "my_steps.py"]) == 0
    row = json.loads(Path("results/result.jsonl").read_text())
    assert row["text"] == "A RED CHAIR!!"


def test_the_first_recipe_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("photos").mkdir()
    Path("photos/a.jpg").touch()
    Path("captions.yaml").write_text(blocks("yaml")[0])
    assert len(spec.load("captions.yaml").steps) == 3


def test_every_step_is_listed() -> None:
    registry.load_steps()
    own = {
        each
        for each, made in registry.STEPS.items()
        if made.config.__module__.startswith("img2code.")
    }
    for kind, name in own:
        assert f"`{kind}`" in PAGE
        assert f"`{name}`" in PAGE


@pytest.mark.parametrize("script", [True, False])
def test_older_commands_work(tmp_path: Path, script: bool) -> None:
    (tmp_path / "rows.txt").write_text("a b\na\n")
    (tmp_path / "r.yaml").write_text(
        "meta_path: rows.txt\nsteps: [{type: Filter, config: {column: text, min_words: 2}}]"
    )
    (tmp_path / "run_pipeline.py").write_text(blocks("python")[0])
    start = ["run_pipeline.py"] if script else ["-m", "img2code.recipes"]
    command = [sys.executable, *start, "--config", "r.yaml"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr
    assert len((tmp_path / "results/result.jsonl").read_text().splitlines()) == 1
