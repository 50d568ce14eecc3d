"""What a batch has written: a folder per picture that is there whole or not at all.

The folders are the truth: a folder gets its name only when every file in it is complete, so that
after a kill -9 the next run sees exactly what was finished. `manifest.jsonl` is a table of them
for people and scripts; it is derived from the folders and never read back.
"""

from __future__ import annotations

import contextlib
import filecmp
import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from filelock import lock_descriptor

from geometry.errors import UserError
from img2code.atomic import flush, flush_all, write_text
from img2code.batch.inputs import Task
from img2code.limits import MAX_IMAGE_BYTES
from img2code.result_folders import RAW, RECOGNITION, recognised

State = Literal["done", "failed", "waiting"]

ERROR = "error.txt"
CODE = "generated_code.json"
FILES = frozenset({ERROR, CODE, RAW, RECOGNITION, "generated_code_before_rec.json", "mesh.glb"})
LOCK_SECONDS = 15.0  # how long the workers of a killed run may take to end


@dataclass(frozen=True)
class Results:
    """The results of one model: `root` is OUT/<model>."""

    root: Path

    def folder(self, task: Task) -> Path:
        return self.root / task.category / str(task.index)

    def state(self, task: Task) -> State:
        """Whether its folder is complete; what was made of another content does not count."""
        folder = self.folder(task)
        if (folder / CODE).is_file():
            return "waiting" if self._changed(task) else "done"
        failed = (folder / ERROR).is_file() and not (self._changed(task) or self._other(task))
        return "failed" if failed else "waiting"

    @contextlib.contextmanager
    def written(self, task: Task) -> Iterator[Path]:
        """A folder to write a picture's files to; it takes its place when the block ends.

        The picture is in it already. Everything is on the disk before the folder counts. Where the
        block fails nothing is left. Raises OSError.
        """
        unfinished = self._unfinished / f"{task.category}-{task.index}-{os.getpid()}"
        replaced = unfinished.with_name(f"{unfinished.name}-replaced")
        target = self.folder(task)
        unfinished.mkdir(parents=True)
        try:
            _copy(task.picture, unfinished)
            yield unfinished
            flush_all(unfinished)
            target.parent.mkdir(exist_ok=True)
            if target.exists():  # a failure that is tried again, or another picture's
                target.rename(replaced)
            unfinished.rename(target)
            flush(target.parent)
            flush(self.root)
        finally:
            for path in (unfinished, replaced):
                if path.exists():
                    shutil.rmtree(path)

    def fail(self, task: Task, error: str, raw_text: str = "") -> None:
        """The folder of a picture without a code; with the answer, where there was one."""
        with self.written(task) as folder:
            if raw_text:
                write_text(folder / RAW, raw_text)
            write_text(folder / ERROR, f"{error}\n")

    @contextlib.contextmanager
    def claimed(self) -> Iterator[IO[str]]:
        """This run alone writes here until the block ends; what earlier ones left is removed.

        Yields the open lock, which the kernel releases with the last process that has it open:
        workers inherit it, so that it is held until all of them have ended.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("a", encoding="utf-8") as lock:
            _acquire(lock, self.root)
            self._sweep()
            try:
                yield lock
            finally:
                self._sweep()

    def check(self, tasks: Sequence[Task]) -> None:
        """Refuses results that belong to other pictures, as after a change of the test set."""
        for task in tasks:
            if other := self._other(task):
                problem = f"{other.parent} holds the result of {other.name}, not of {task.picture}."
                hint = "The test set has changed: give it another --save_dir."
                raise UserError(problem, hint)

    def write_manifest(self, tasks: Sequence[Task]) -> None:
        """One JSON line per picture: category, index, picture, state; where failed, why.

        Where it is done, also what was recognised, with empty values where nobody knows.
        """
        manifest = self.root / "manifest.jsonl"
        write_text(manifest, "".join(map(self._line, tasks)))
        flush(manifest)

    def _line(self, task: Task) -> str:
        row: dict[str, Any] = {
            "category": task.category,
            "index": task.index,
            "picture": str(task.picture),
        }
        state = self.state(task)
        row["state"] = state
        if state == "failed":
            row["error"] = (self.folder(task) / ERROR).read_text(encoding="utf-8").strip()
        if state == "done":
            seen = self.folder(task) / RECOGNITION
            told = seen.read_text(encoding="utf-8") if seen.is_file() else None
            row |= json.loads(told) if told else recognised(None)
        return json.dumps(row) + "\n"

    def _other(self, task: Task) -> Path | None:
        """The picture in a task's folder where it has another name than the task's."""
        copies = [path for path in self.folder(task).iterdir() if path.name not in FILES]
        if any(path.name == task.picture.name for path in copies):
            return None
        return next(iter(copies), None)

    def _changed(self, task: Task) -> bool:
        """Whether the picture in a task's folder has its name and another content."""
        copy = self.folder(task) / task.picture.name
        return copy.is_file() and not _same(copy, task.picture)

    def _sweep(self) -> None:
        if self._unfinished.exists():
            shutil.rmtree(self._unfinished)

    @property
    def _unfinished(self) -> Path:
        return self.root / ".unfinished"


def _copy(picture: Path, folder: Path) -> None:
    """The picture beside its results; not one that cannot be read or is beyond all limits."""
    with contextlib.suppress(PermissionError, FileNotFoundError):
        if picture.stat().st_size <= MAX_IMAGE_BYTES:
            shutil.copyfile(picture, folder / picture.name)


def _same(copy: Path, picture: Path) -> bool:
    """Whether both hold the same bytes; a picture that cannot be read now has not changed."""
    try:
        return filecmp.cmp(copy, picture, shallow=False)
    except OSError:
        return True


def _acquire(lock: IO[str], root: Path) -> None:
    deadline = time.monotonic() + LOCK_SECONDS
    while not lock_descriptor(lock.fileno(), blocking=False):
        if time.monotonic() > deadline:
            problem = f"Another run is writing to {root}."
            raise UserError(problem, "Wait for it, or take another --save_dir.")
        time.sleep(0.1)
