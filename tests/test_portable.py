"""Pictures become codes where the operating system lacks what Linux has."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from img2code import system

REPOSITORY = Path(__file__).parents[1]
#: Modules of the standard library that Windows lacks, and some that macOS lacks.
UNIX_MODULES = ("fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty")
#: What `os` and `signal` have on Linux alone, or on Unix alone.
UNIX_NAMES = {
    "os": {"sched_getaffinity", "fork", "nice", "getuid", "geteuid", "killpg", "setsid", "mkfifo"}
    | {"getloadavg", "sysconf", "O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_DIRECTORY"},
    "signal": {"SIGALRM", "SIGHUP", "SIGUSR1", "SIGUSR2", "alarm", "pthread_sigmask", "setitimer"},
}
#: Where such names may stand: behind a question whether they are there.
GUARDED = {
    "img2code/system.py": {"resource", "sched_getaffinity", "nice", "alarm", "pthread_sigmask"},
    "img2code/service/meshes.py": {"SIGALRM"},
    "img2code/sandbox.py": {"killpg"},
    "img2code/sandbox_child.py": {"resource", "fork", "getuid"},
}
#: Runs in a process whose system has neither the modules nor the names: what the page, the service
#: and the command line import, and a prediction by the embedded model.
ELSEWHERE = """
import os, signal, subprocess, sys, asyncio, multiprocessing, socket, tempfile  # their own affair
import gradio, torch, uvicorn  # these have asked already where they are
for name in MODULES:
    sys.modules[name] = None
for module, names in ((os, OS), (signal, SIGNAL)):
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
import img2code, img2code.cli.main, img2code.backends.embedded, img2code.page, img2code.page.layout
import pkgutil, img2code.service, img2code.batch
for package in (img2code.service, img2code.batch):
    for each in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if each.name != "img2code.batch.worker":
            __import__(each.name)
from img2code import system
assert system.cores() >= 1 and system.most_open_files() is None
system.bound_memory(1), system.lower_priority(5), system.alarm(1), system.block_signals()
sys.exit(img2code.cli.main.main(["predict", PICTURE, "--out", OUT]))
"""


@pytest.mark.slow
def test_a_prediction_needs_nothing_that_only_unix_has(tmp_path: Path) -> None:
    values = {
        "MODULES": UNIX_MODULES,
        "OS": sorted(UNIX_NAMES["os"]),
        "SIGNAL": sorted(UNIX_NAMES["signal"]),
        "PICTURE": str(REPOSITORY / "example_images" / "mug_teal.jpg"),
        "OUT": str(tmp_path),
    }
    program = "".join(f"{name} = {value!r}\n" for name, value in values.items()) + ELSEWHERE
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "mug_teal" / "generated_code.json").stat().st_size > 100


def found(tree: ast.AST) -> set[str]:
    """The Unix modules that are imported and the Unix names of `os` and `signal` that are used."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names} & set(UNIX_MODULES)
        elif isinstance(node, ast.ImportFrom):
            names |= {str(node.module)} & set(UNIX_MODULES)
            names |= {a.name for a in node.names} & UNIX_NAMES.get(str(node.module), set())
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names |= {node.attr} & UNIX_NAMES.get(node.value.id, set())
    return names


def test_what_only_unix_has_stands_behind_a_guard() -> None:
    used = {
        path.relative_to(REPOSITORY).as_posix(): found(ast.parse(path.read_text(encoding="utf-8")))
        for package in ("geometry", "stats", "img2code")
        for path in (REPOSITORY / package).rglob("*.py")
    }
    assert {path: names for path, names in used.items() if names} == GUARDED


def test_the_search_sees_every_form() -> None:
    source = "import fcntl, os\nfrom pwd import getpwnam\nfrom signal import alarm\nos.nice(1)"
    assert found(ast.parse(source)) == {"fcntl", "pwd", "alarm", "nice"}


def test_cores_are_those_that_the_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    if hasattr(os, "sched_getaffinity"):
        assert system.cores() == len(os.sched_getaffinity(0))
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert system.cores() == os.cpu_count()
