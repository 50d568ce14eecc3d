"""Batches that end early: workers that die, a back end that cannot load, kill -9, Ctrl-C."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from batch_runs import FILES, own, paint, run, some

from geometry.errors import UserError
from img2code.backends.fake import made_up
from img2code.batch import Setup, read, resume, slots
from img2code.image import open_image

REPOSITORY = Path(__file__).parents[3]
#: A back end in a file of its own, as a user might add one: it dies on red pictures, always, and on
#: green ones the first time.
DEADLY = """
import os
from pathlib import Path
from img2code import backends
from img2code.backends.fake import Fake

class Deadly(Fake):
    def generate(self, picture, category):
        red, green, _ = picture.getpixel((0, 8))
        mark = Path(os.environ["DEADLY_MARK"])
        if red == 255 or (green == 255 and not mark.exists()):
            mark.touch()
            os.kill(os.getpid(), 9)
        yield from super().generate(picture, category)

def load():
    return Deadly()
"""


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return some(tmp_path / "set")


@pytest.fixture
def deadly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Setup:
    package = tmp_path / "modules"
    package.mkdir()
    (package / "deadly.py").write_text(DEADLY)
    start = "from img2code import backends\nbackends.BACKENDS['deadly'] = 'deadly'\n"
    (package / "sitecustomize.py").write_text(start)
    monkeypatch.syspath_prepend(str(package))
    monkeypatch.setenv("DEADLY_MARK", str(tmp_path / "mark"))
    return Setup(str(tmp_path / "out"), "deadly", {})


def test_a_worker_that_dies_is_replaced_and_its_picture_tried_once_more(
    tmp_path: Path, deadly: Setup
) -> None:
    paint(tmp_path / "set/Mug/0.png", (0, 255, 0))  # dies once
    paint(tmp_path / "set/Mug/1.png", (255, 0, 0))  # dies always
    paint(tmp_path / "set/Mug/2.png")
    finished = run(read(tmp_path / "set").tasks, deadly)
    assert [(one.task.index, bool(one.error)) for one in finished] == [
        (0, False),
        (1, True),
        (2, False),
    ]
    assert "died twice on this picture (SIGKILL)" in finished[1].error
    assert {path.name for path in (tmp_path / "out/Mug/1").iterdir()} == {"error.txt", "1.png"}


def test_a_back_end_that_cannot_be_loaded_ends_the_run(pictures: Path, tmp_path: Path) -> None:
    setup = Setup(str(tmp_path / "out"), "fake", {"colour": "red"})
    with pytest.raises(UserError, match="no option 'colour'"):
        run(read(pictures).tasks, setup)
    assert own(tmp_path / "out") == []


LOADS = """
import os
from pathlib import Path
from img2code import backends
from img2code.backends.fake import Fake

def load(deaths):
    marks = Path(os.environ["DEADLY_MARK"])
    marks.mkdir(exist_ok=True)
    if len(list(marks.iterdir())) < deaths:
        (marks / str(os.getpid())).touch()
        os.kill(os.getpid(), 9)
    return Fake()
"""


@pytest.mark.parametrize("deaths", [2, 3, 99])
def test_workers_that_die_while_they_load(
    pictures: Path, tmp_path: Path, deadly: Setup, deaths: int
) -> None:
    (tmp_path / "modules/deadly.py").write_text(LOADS)
    setup = Setup(deadly.root, "deadly", {"deaths": deaths})
    tasks = read(pictures).tasks
    if deaths == 99:  # all of them, always: nothing is marked as failed
        with pytest.raises(UserError, match="died 3 times while it loaded"):
            run(tasks, setup)
        with resume(tasks, setup) as batch:
            assert len(batch.left) == 4
        return
    with resume(tasks, setup) as batch:  # with two slots, one may be lost
        finished = list(batch.run(slots("fake", workers=1 if deaths == 2 else 2)))
    assert sorted(str(one.task) for one in finished) == sorted(map(str, tasks))
    assert not any(one.error for one in finished)


def command(pictures: Path, out: Path, pause: float) -> list[str]:
    """The command line of a batch that takes its time, with two workers."""
    program = (
        "import sys; from img2code.cli import options; from img2code.cli.main import main\n"
        f"options.BackendOptions.settings = lambda given: {{'pause': {pause}}}\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    arguments = ["batch", "--test_set_dir", str(pictures), "--save_dir", str(out)]
    return [sys.executable, "-c", program, *arguments, "--backend", "fake", "--workers", "2"]


def start(arguments: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        arguments,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,
    )


def done(root: Path) -> dict[str, int]:
    """The finished folders and when their codes were written."""
    codes = root.glob("[A-Z]*/*/generated_code.json")
    return {code.parent.relative_to(root).as_posix(): code.stat().st_mtime_ns for code in codes}


def wait_for(count: int, root: Path, process: subprocess.Popen[str]) -> None:
    """Until so many pictures are done, or the run has ended."""
    while process.poll() is None and len(done(root)) < count:
        time.sleep(0.01)


@pytest.mark.slow
def test_killed_ten_times_everything_is_done_exactly_once(tmp_path: Path) -> None:
    folder, root = tmp_path / "set", tmp_path / "out/fake"
    for number in range(20):
        paint(folder / f"{'Mug' if number % 2 else 'Bottle'}/{number:02}.png", (number, 90, 200))
    rng = random.Random(4)
    known: dict[str, int] = {}
    for kill in range(10):
        process = start(command(folder, tmp_path / "out", 0.002))
        if kill % 3:  # else at any time from the first instruction on
            wait_for(len(known) + 1, root, process)
        time.sleep(rng.uniform(0, 0.3))
        if kill % 4 == 3:
            process.kill()  # its workers must notice
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        found = done(root)
        assert known.items() <= found.items()  # nothing lost, nothing done again
        known = found
        for complete in root.glob("[A-Z]*/*"):
            assert {path.name for path in complete.iterdir()} > FILES
    last = start(command(folder, tmp_path / "out", 0))
    _, errors = last.communicate()
    assert (last.returncode, errors) == (0, "")
    found = done(root)
    assert known.items() <= found.items()
    tasks = read(folder).tasks
    assert sorted(found) == sorted(f"{task.category}/{task.index}" for task in tasks)
    for task in tasks:
        raw = root / task.category / str(task.index) / "generated_raw_outputs.txt"
        assert raw.read_text() == made_up(open_image(task.picture), task.category)
    assert {path.name for path in root.iterdir()} == {"Bottle", "Mug", "manifest.jsonl", ".lock"}


def test_ctrl_c_ends_all_processes_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    folder, root = tmp_path / "set", tmp_path / "out/fake"
    for number in range(6):
        paint(folder / f"Mug/{number}.png", (number, 90, 200))
    process = start(command(folder, tmp_path / "out", 0.005))
    wait_for(1, root, process)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
    _, errors = process.communicate()  # returns when the last one has closed its stderr
    assert (process.returncode, errors) == (130, "img2code: stopped.\n")
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    assert {path.name for path in root.iterdir()} == {"Mug", "manifest.jsonl", ".lock"}
    lines = (root / "manifest.jsonl").read_text().splitlines()
    states = [json.loads(line)["state"] for line in lines]
    assert states.count("done") == len(done(root)) < 6
    assert set(states) == {"done", "waiting"}


def test_sigterm_leaves_a_true_manifest_and_the_rest_resumes(tmp_path: Path) -> None:
    folder, root = tmp_path / "set", tmp_path / "out/fake"
    for number in range(6):
        paint(folder / f"Mug/{number}.png", (number, 90, 200))
    process = start(command(folder, tmp_path / "out", 0.005))
    wait_for(2, root, process)
    os.killpg(process.pid, signal.SIGTERM)  # as a service manager does: to all of them
    _, errors = process.communicate()
    assert (process.returncode, errors) == (143, "")
    lines = (root / "manifest.jsonl").read_text().splitlines()
    states = [json.loads(line)["state"] for line in lines]
    assert states.count("done") == len(done(root)) < 6
    assert set(states) == {"done", "waiting"}
    known = done(root)
    last = start(command(folder, tmp_path / "out", 0))
    last.communicate()
    assert last.returncode == 0
    assert known.items() <= done(root).items()
    assert len(done(root)) == 6


#: Starts a process that sleeps within one long call, tells its number, and waits to be killed.
PARENT = """
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-m", "img2code.leash", str(os.getpid()), "sleeper"])
time.sleep(600)
"""


def test_a_worker_ends_with_its_parent_even_before_it_has_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeper = "import os; print(os.getpid(), flush=True)\nimport time; time.sleep(600)\n"
    (tmp_path / "sleeper.py").write_text(sleeper)
    path = os.pathsep.join([str(REPOSITORY), str(tmp_path)])
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout
    worker = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()  # returns when the worker, which holds the other end, has gone
    while alive(worker):  # until the machine has noticed
        time.sleep(0.01)


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().split()[2]
    except FileNotFoundError:
        return False
    return state != "Z"
