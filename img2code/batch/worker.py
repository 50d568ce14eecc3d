"""One worker process of a batch: `python -m img2code.batch.worker`, started by `pool.py`.

It speaks JSON lines: a Setup comes in first, then a job, a list of pictures, after each answer. Out
go one line when the back end is loaded and one per finished picture. It ends with its standard
input, at once, so that none outlives a parent that was killed.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any

from geometry.errors import UserError
from img2code.backends import batch_size
from img2code.batch.folders import Results
from img2code.batch.inputs import Task
from img2code.batch.job import Setup
from img2code.batch.reconstruct import reconstruct
from img2code.reconstruct import Reconstructor
from img2code.result import Result
from img2code.result_folders import write


def main() -> None:
    """Serve until the standard input ends."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints is no reply
    lines: SimpleQueue[str] = SimpleQueue()
    Thread(target=_read, args=(sys.stdin, lines), daemon=True).start()
    setup = Setup(**json.loads(lines.get()))
    results = Results(Path(setup.root))
    try:
        reconstructor = setup.reconstructor()
    except Exception as failure:
        _reply(replies, {"fatal": explained(failure)})
        return
    _reply(replies, {"batch": batch_size(reconstructor.backend)})
    while True:
        job = [
            Task(category, index, Path(picture))
            for category, index, picture in json.loads(lines.get())
        ]
        try:
            for position, seconds, error in work(reconstructor, job, results):
                _reply(replies, {"position": position, "seconds": seconds, "error": error})
        except OSError as failure:  # a full disk is not the picture's fault
            _reply(replies, {"fatal": explained(failure)})
            return


def work(
    reconstructor: Reconstructor, job: Sequence[Task], results: Results
) -> Iterator[tuple[int, float, str]]:
    """Write the folders of some pictures: position in the job, seconds, error as each is done.

    Raises OSError where a folder cannot be written.
    """
    start = time.perf_counter()
    for position, outcome in reconstruct(reconstructor, job):
        error = ""
        if isinstance(outcome, Result):
            with results.written(job[position]) as folder:
                write(outcome, folder)
        else:
            error = explained(outcome)
            results.fail(job[position], error, getattr(outcome, "raw_text", ""))
        yield position, time.perf_counter() - start, error


def explained(error: Exception) -> str:
    if isinstance(error, UserError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if isinstance(error, ModuleNotFoundError):
        return f"The Python package {error.name} is missing. Install the requirements."
    return f"unexpected {type(error).__name__}: {error}"


def _read(source: IO[str], lines: SimpleQueue[str]) -> None:
    for line in source:
        lines.put(line)
    os._exit(0)


def _reply(replies: IO[str], reply: dict[str, Any]) -> None:
    with contextlib.suppress(BrokenPipeError):  # the parent has gone; so will this process
        print(json.dumps(reply), file=replies, flush=True)


if __name__ == "__main__":
    main()
