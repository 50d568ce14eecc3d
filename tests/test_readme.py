"""The README is true: its commands and its Python run, its files and limits are the real ones."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

import geometry
from img2code import limits

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(
    r"(?:<!-- not run: (?P<reason>.+?) -->\n)?```(?P<language>\w+)\n(?P<text>.*?)```", re.S
)
PACKAGES = ("geometry", "stats", "img2code")
MEGABYTE = 1024**2
#: Commands of the README that no test runs; the reason stands in the README.
NOT_RUN = {
    "make run",
    "make test",
    "img2code predict photo.jpg --backend qwen --model CHECKPOINT --stats STATISTICS.json "
    "--out results",
    "img2code predict photo.jpg --backend openai --url http://localhost:8001/v1 --model NAME "
    "--out results",
    "img2code batch --test_set_dir objects --save_dir results --model_path CHECKPOINT",
    "img2code serve --page",
    "img2code predict photo.jpg --server http://localhost:8000 --out results",
    "img2code app --mcp",
}


@dataclass(frozen=True)
class Block:
    language: str
    text: str
    reason: str | None  # why it is not run

    def lines(self) -> list[str]:
        bare = (line.split("#")[0].strip() for line in self.text.splitlines())
        return [line for line in bare if line]


BLOCKS = [Block(b["language"], b["text"], b["reason"]) for b in BLOCK.finditer(README)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder that looks like the repository; what commands write stays in it."""
    folder = tmp_path_factory.mktemp("readme")
    for entry in REPOSITORY.iterdir():
        if not entry.name.startswith("."):
            (folder / entry.name).symlink_to(entry)
    programs = folder / ".programs"
    programs.mkdir()
    for name, start in (("img2code", "-m img2code"), ("python", "")):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {start} "$@"\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return folder


def run(command: list[str], folder: Path) -> str:
    path = os.pathsep.join([str(folder / ".programs"), os.environ["PATH"]])
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PATH": path, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.slow
def test_the_commands_run(folder: Path) -> None:
    blocks = [block for block in BLOCKS if block.language == "bash" and not block.reason]
    assert sum(len(block.lines()) for block in blocks) > 5
    for block in blocks:
        for line in block.lines():
            assert line.split()[0] in ("img2code", "python"), line
            run(["bash", "-c", line], folder)


@pytest.mark.slow
def test_the_python_runs(folder: Path) -> None:
    (block,) = (block for block in BLOCKS if block.language == "python")
    assert block.reason is None
    printed = run([sys.executable, "-W", "error", "-c", block.text], folder)
    assert printed.split()[0] in geometry.categories()
    assert (folder / "mug.glb").stat().st_size > 1000


def test_what_is_not_run_is_known_and_has_a_reason() -> None:
    skipped = [block for block in BLOCKS if block.reason]
    assert {line for block in skipped for line in block.lines()} == NOT_RUN
    assert README.count("<!-- not run") == len(skipped)
    assert {block.language for block in BLOCKS} <= {"bash", "python", "text"}


def test_make_has_the_targets_that_are_named() -> None:
    named = set(re.findall(r"\bmake ([a-z]+)", "\n".join(b.text for b in BLOCKS)))
    makefile = (REPOSITORY / "Makefile").read_text()
    assert {"run", "test"} <= named
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_links_and_pictures_exist() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    assert "docs/picture.png" in targets
    for target in targets:
        assert (REPOSITORY / target).exists(), target


def test_the_limits_are_the_limits() -> None:
    section = README.split("## Limits")[1].split("\n## ")[0]
    for stated in (
        f"| {limits.MAX_IMAGE_BYTES // MEGABYTE} MB |",
        f"| {limits.MAX_IMAGE_PIXELS // 10**6} million;",
        f"{limits.PICTURE_SIDE} × {limits.PICTURE_SIDE}",
        f"| {limits.CONCURRENT_RUNS}, with up to {limits.MAX_WAITING} requests waiting |",
        f"| {limits.SESSION_RESULTS} |",
        f"after {limits.DOWNLOAD_SECONDS // 60} minutes",
    ):
        assert stated in section, stated


def test_the_tree_lists_every_file_and_no_other() -> None:
    (tree,) = (block.text for block in BLOCKS if block.text.startswith("app.py"))
    parents: list[str] = []
    listed: set[Path] = set()
    for line in tree.splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        names = re.findall(r"(?:\*/)?[\w*]+(?:/|\.(?:py|css|md))(?=[,\s]|$)", line)
        assert names, line
        parents = parents[:depth]
        for name in names:
            here = REPOSITORY.joinpath(*parents)
            if name.endswith("/"):
                parents.append(name.rstrip("/"))
                assert (here / name).is_dir(), line
            else:
                matches = set(here.glob(name))
                assert matches, f"{name}: no such file in {here}"
                listed |= matches
    every = {path for package in PACKAGES for path in (REPOSITORY / package).rglob("*.py")}
    missing = {
        p.relative_to(REPOSITORY).as_posix() for p in every - listed if p.name != "__init__.py"
    }
    assert not missing


def test_the_space_runs_what_is_pinned() -> None:
    front = dict(line.split(": ", 1) for line in README.split("---")[1].strip().splitlines())
    pinned = (REPOSITORY / "requirements.txt").read_text()
    assert f"gradio=={front['sdk_version']}\n" in pinned
    assert "torch==2.13.0\n" in pinned
    assert (REPOSITORY / front["app_file"]).exists()
    assert len(front["short_description"]) <= 60
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == ">=" + front["python_version"].strip('"')
    assert project["license"].lower() == front["license"]


def test_it_stays_short() -> None:
    assert len(README.splitlines()) < 200
