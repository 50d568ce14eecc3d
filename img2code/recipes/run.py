"""Works through a recipe: prepares the rows, runs step after step, writes what came of them.

Each step is complete before the next begins, so that one model is loaded at a time. Rows that fail
carry the column `error` from there on and go into no further step.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from img2code import atomic
from img2code.recipes import engine, folders
from img2code.recipes.engine import Job, fault
from img2code.recipes.ledger import Ledger
from img2code.recipes.prepare import prepare
from img2code.recipes.registry import DROPPED, Place, Row
from img2code.recipes.spec import Recipe
from img2code.recipes.tables import ERROR, OWN

RESULT = "result.jsonl"
_LEDGER = "ledger.jsonl"
_TIMED = 32  # rows by which a step is timed
_AT_STAKE = 0.5  # seconds of work that are handed over at once, where a row takes less
_MOST_TOGETHER = 256
_MADE = ("generated_images", "generated_meshes", "generated_masks")
#: (title of the step, rows done, rows that failed, rows in all) whenever one more is done.
Told = Callable[[str, int, int, int], None]


def silent(title: str, done: int, failed: int, total: int) -> None:
    return


@dataclass
class StepReport:
    """title: of the step. ran: rows that it worked on now. kept: that were done before."""

    title: str
    folder: Path
    ran: int = 0
    kept: int = 0
    failed: int = 0
    seconds: float = 0.0
    causes: Counter[str] = field(default_factory=Counter)


@dataclass
class Report:
    """What a run has done. result: the file with every row. failed: rows with an error."""

    recipe: Recipe
    result: Path
    rows: int
    failed: int
    seconds: float
    steps: list[StepReport]


def run(
    recipe: Recipe,
    fresh: bool = False,
    retry: bool = False,
    modules: Sequence[str] = (),
    told: Told = silent,
) -> Report:
    """Run a recipe to its end, or on from where it was stopped.

    fresh: anew, beside what is there. retry: rows that failed are tried again. modules: files of
    steps that do not come along. Raises UserError and OSError; what was done is kept.
    """
    began = time.monotonic()
    base = recipe.base_folder
    with folders.held(base):
        engine.start(recipe.runner)
        chain = folders.chain(recipe)
        first = folders.folder(base, "step_0_preprocess_format", chain[0], fresh)
        prepare(recipe, first / RESULT)
        steps = []
        before = first
        for number, planned in enumerate(recipe.steps, 1):
            here = folders.folder(base, f"step_{number}_{planned.folder}", chain[number], fresh)
            place = Place(recipe.meta_folder.resolve(), here.resolve(), recipe.columns)
            try:
                steps.append(_step(Job(planned, place, tuple(modules)), before, retry, told))
            finally:
                engine.forget()
            before = here
        saved = recipe.save_folder
        target = folders.folder(saved.parent, saved.name, chain[-1], fresh)
        rows, failed = _save(recipe, before, target)
    return Report(recipe, target / RESULT, rows, failed, time.monotonic() - began, steps)


def _lines(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _step(job: Job, before: Path, retry: bool, told: Told) -> StepReport:
    """Run what is left of a step, then write its rows in the order of those before it."""
    began = time.monotonic()
    here, config = job.place.folder, job.planned.config
    report = StepReport(job.planned.step.title, here)
    files = (here / "pending_first.jsonl", here / "pending.jsonl")
    with Ledger(here / _LEDGER) as ledger:
        # Processes load their models for each file, so that they get one only.
        first = _TIMED if config.workers == 1 else 0
        left = _write_pending(before / RESULT, files, first, ledger, retry)
        report.kept, failed = left.kept, left.failed
        done, total = left.kept + left.failed, left.kept + left.failed + sum(left.rows)
        told(report.title, done, failed, total)
        together = config.batch_size
        for rows, file in zip(left.rows, files, strict=True):
            if rows:
                worked = time.monotonic()
                with contextlib.closing(engine.results(job, file, together)) as entries:
                    for entry in entries:
                        ledger.add(int(entry.pop("key"), 16), entry)
                        done, report.ran = done + 1, report.ran + 1
                        failed += ERROR in entry
                        told(report.title, done, failed, total)
                together = _together(config.batch_size, (time.monotonic() - worked) / rows)
            file.unlink()
        ledger.flush()
        _write_result(before / RESULT, here / RESULT, ledger, report)
    report.seconds = time.monotonic() - began
    return report


def _together(batch_size: int, seconds: float) -> int:
    """Rows that are handed over at once, where one takes so long: what a kill may cost."""
    fitting = int(_AT_STAKE / max(seconds, 1e-6)) // batch_size * batch_size
    return max(batch_size, min(fitting, _MOST_TOGETHER))


@dataclass(frozen=True)
class _Left:
    """rows: still to do, per file. failed: before this step. kept: done."""

    rows: tuple[int, int]
    failed: int
    kept: int


def _write_pending(
    rows: Path, files: tuple[Path, Path], first: int, ledger: Ledger, retry: bool
) -> _Left:
    """Write the rows that are still to do, the first ones into the first file."""
    failed = kept = 0
    counts = [0, 0]
    with (
        files[0].open("w", encoding="utf-8") as one,
        files[1].open("w", encoding="utf-8") as two,
    ):
        for row in _lines(rows):
            if ERROR in row:
                failed += 1
                continue
            state = ledger.state(int(row["_id"], 16))
            if state is None or (retry and not state):
                place = int(counts[0] >= first)
                counts[place] += 1
                line = json.dumps(row | {"_key": row["_id"]}, ensure_ascii=False)
                (one, two)[place].write(line + "\n")
            else:
                kept += 1
    return _Left((counts[0], counts[1]), failed, kept)


def _write_result(rows: Path, target: Path, ledger: Ledger, report: StepReport) -> None:
    with atomic.atomic_path(target) as temporary, temporary.open("w", encoding="utf-8") as file:
        for row in _lines(rows):
            if ERROR not in row:
                entry = ledger.get(int(row["_id"], 16))
                if entry is None:
                    hint = "Run the same command again."
                    entry = {ERROR: fault(row["_row"], "The step gave no result.", hint)}
                if ERROR in entry:
                    row |= {ERROR: entry[ERROR]}
                    report.failed += 1
                    report.causes[entry[ERROR]["what"]] += 1
                elif DROPPED in entry["values"]:
                    continue
                else:
                    row = _merged(row, entry["values"])
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _merged(row: Row, values: Row) -> Row:
    """A picture or text that was there first stays, as source_image or source_text."""
    for name in ("image", "text"):
        if name in values and row.get(name) and f"source_{name}" not in row:
            row[f"source_{name}"] = row[name]
    return row | values


def _save(recipe: Recipe, last: Path, target: Path) -> tuple[int, int]:
    """The final rows under the user's names, and the files that they speak of.

    Returns how many rows there are, and how many of them failed.
    """
    rows = failed = 0
    with (
        atomic.atomic_path(target / RESULT) as temporary,
        temporary.open("w", encoding="utf-8") as file,
    ):
        for row in _lines(last / RESULT):
            rows += 1
            failed += ERROR in row
            for name in OWN:
                row.pop(name, None)
            final = {recipe.columns.get(name, name): value for name, value in row.items()}
            final = {name: _brought(value, recipe, target) for name, value in final.items()}
            file.write(json.dumps(final, ensure_ascii=False) + "\n")
    return rows, failed


def _brought(value: Any, recipe: Recipe, target: Path) -> Any:
    """A file that a step has made, copied beside the result; its path from there."""
    if isinstance(value, list):
        return [_brought(each, recipe, target) for each in value]
    if not isinstance(value, str) or not value.startswith("/"):
        return value
    path = Path(value)
    if path.parent.name not in _MADE or recipe.base_folder.resolve() not in path.parents:
        return value
    copy = target / path.parent.name / path.name
    if not copy.exists() or copy.stat().st_mtime_ns < path.stat().st_mtime_ns:
        copy.parent.mkdir(parents=True, exist_ok=True)
        with atomic.atomic_path(copy) as temporary:
            shutil.copyfile(path, temporary)
    return f"{path.parent.name}/{path.name}"
