"""Runs one step over the rows that it has still to do, with Daft: here, or on a cluster of Ray.

Rows go through as lines of JSON, so that columns keep their types whatever they are. They stream:
neither they nor their results are in memory at once.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib.util
import json
import os
import threading
import time
import warnings
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geometry.errors import UserError
from img2code.extras import install
from img2code.recipes import registry
from img2code.recipes.modules import load_modules
from img2code.recipes.registry import Outcome, Place, Row
from img2code.recipes.spec import Planned
from img2code.system import cores, threads

if TYPE_CHECKING:
    import daft

#: Rows that a cluster hands to a worker at once, and does again where that is killed.
_PIECE = 16
_LONGEST = 200  # characters of what an engine says
#: Of a row whose step raised something that was not written for users.
_UNEXPECTED = "Run again with --retry; if it stays, report it."


@dataclass(frozen=True)
class Job:
    """A step and where it works. modules: files of steps that do not come along."""

    planned: Planned
    place: Place
    modules: tuple[str, ...] = ()

    def sent(self) -> Sent:
        step, config = self.planned.step, dataclasses.asdict(self.planned.config)
        return Sent(step.kind, step.name, config, self.place, self.modules)


@dataclass(frozen=True)
class Sent:
    """A job as it goes to a process that knows none of its classes yet."""

    kind: str
    name: str
    config: Mapping[str, Any]
    place: Place
    modules: tuple[str, ...]

    def load(self) -> registry.Work:
        registry.load_steps()
        load_modules(self.modules)
        step = registry.STEPS[self.kind, self.name]
        return step.load(step.config(**self.config), self.place)


@functools.cache
def start(runner: str) -> None:
    """Choose where steps run: "native", "ray" or "ray://HOST:PORT". Raises UserError.

    A process has one runner for all of its life.
    """
    os.environ.setdefault("DO_NOT_TRACK", "true")
    os.environ.setdefault("DAFT_PROGRESS_BAR", "0")  # there is one of ours
    try:
        import daft
        from daft.exceptions import DaftCoreException
    except ImportError:
        raise UserError("Recipes need Daft.", install("recipes")) from None
    try:
        if runner == "native":
            daft.set_runner_native()
            return
    except DaftCoreException as error:
        problem = f"This process has another runner than {runner} already."
        raise UserError(problem, "Use a process for each runner.") from error
    if importlib.util.find_spec("ray") is None:
        raise UserError("The runner ray needs Ray.", "pip install 'ray[data,client]'")
    try:
        daft.set_runner_ray(address=None if runner == "ray" else runner)
    except Exception as error:  # Ray's own are plain ones
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        problem = f"Ray did not start at {runner} ({said[:_LONGEST]})."
        raise UserError(problem, "See that its head answers there, or take native.") from error


def results(job: Job, pending: Path, together: int) -> Generator[Row]:
    """An entry of the ledger for each line of `pending`, as they come.

    pending: rows as lines of JSON with their "_key". together: how many are handed over at once.
    Raises UserError where the step cannot be loaded, or a worker ends.
    """
    import daft

    frame = daft.read_text(str(pending.resolve()))
    if daft.runners.get_or_create_runner().name == "ray":
        # A file is one piece of work there, whose results come when all of it is done.
        frame = frame.into_batches(max(together, _PIECE))
    work = _worker(job, together)
    frame = frame.select(work(frame["text"]).alias("entry"))
    try:
        for row in frame.iter_rows(results_buffer_size=1):
            entry: Row = json.loads(row["entry"])
            if "unloadable" in entry:
                raise UserError(*entry["unloadable"])
            yield entry
    except UserError:
        raise
    except Exception as error:
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        problem = f"{job.planned.step.title}: a worker has ended ({said[:_LONGEST]})."
        raise UserError(problem, "What is done is kept: the same command continues.") from error


def _worker(job: Job, together: int) -> Any:
    """The step as Daft calls it: loaded once per worker, rows in batches.

    One worker is in this process, more are processes of their own.
    """
    import daft

    config = job.planned.config

    class Worker:
        def __init__(self, sent: Sent) -> None:
            self.sent = sent

        @daft.method.batch(return_dtype=daft.DataType.string(), batch_size=together)
        def run(self, lines: daft.Series) -> list[str]:
            rows = [json.loads(line) for line in lines.to_pylist()]
            return [json.dumps(entry) for entry in _entries(self.sent, rows)]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made: Any = daft.cls(
            Worker,
            max_concurrency=config.workers if config.workers > 1 else None,
            use_process=config.workers > 1,
            name_override=f"{job.planned.step.kind}_{job.planned.step.name}",
        )
        return made(job.sent()).run


class _Loaded:
    """The step that a process has loaded: one at a time, called by one thread at a time.

    Daft makes several objects of a class in one process, and calls them from several threads.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.sent: Sent | None = None
        self.work: registry.Work | None = None

    def entries(self, sent: Sent, rows: Sequence[Row]) -> list[Row]:
        title = f"{sent.kind} {sent.name}"
        with self.lock:
            if self.work is None or self.sent != sent:
                self.work, self.sent = None, sent
                if (workers := sent.config["workers"]) > 1:  # processes, which share the cores
                    for name, number in threads(max(1, cores() // workers)).items():
                        os.environ.setdefault(name, number)
                try:
                    self.work = sent.load()
                except Exception as error:
                    what = f"{title} cannot be loaded: {_said(error)}"
                    return [{"unloadable": (what, _hint(error))} for _ in rows]
            size = sent.config["batch_size"]
            batches = (rows[start : start + size] for start in range(0, len(rows), size))
            return [entry for batch in batches for entry in done(self.work, batch, title)]

    def forget(self) -> None:
        self.sent = self.work = None


_LOADED = _Loaded()


def forget() -> None:
    """Let go of the model that this process holds, before the next step loads its own."""
    _LOADED.forget()


def _entries(sent: Sent, rows: Sequence[Row]) -> list[Row]:
    return _LOADED.entries(sent, rows)


def done(work: registry.Work, rows: Sequence[Row], title: str) -> Iterator[Row]:
    """The entries of some rows."""
    began = time.perf_counter()
    try:
        outcomes: Sequence[Outcome] = work(rows)
    except Exception as error:
        outcomes = [error for _ in rows]
    seconds = round((time.perf_counter() - began) / len(rows), 4)
    for row, outcome in zip(rows, outcomes, strict=True):
        entry: Row = {"key": row["_key"], "seconds": seconds}
        if isinstance(outcome, Exception):
            where = f"{row['_row']}, {title}"
            yield entry | {"error": fault(where, _said(outcome), _hint(outcome))}
            continue
        try:
            json.dumps(outcome)
        except (TypeError, ValueError) as error:
            where = f"{row['_row']}, {title}"
            yield entry | {"error": fault(where, f"Its result is no JSON ({error}).", _UNEXPECTED)}
        else:
            yield entry | {"values": outcome}


def fault(where: str, what: str, hint: str) -> Row:
    """The column `error` of a row."""
    return {"where": where, "what": what, "hint": hint}


def _said(error: Exception) -> str:
    if isinstance(error, UserError):
        return error.problem
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}."
    return f"{type(error).__name__}: {error}"


def _hint(error: Exception) -> str:
    return error.hint if isinstance(error, UserError) else _UNEXPECTED
