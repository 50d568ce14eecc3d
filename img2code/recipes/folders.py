"""Where the results of a recipe lie. Nothing that is there is overwritten or moved.

A folder carries a note on what made it. The same steps with the same configs find it again and
continue; others get a folder beside it, with a number: `step_1_Filter_Filter.2`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from geometry.errors import UserError
from img2code import atomic
from img2code.recipes.spec import Planned, Recipe

_NOTE = ".recipe.json"
_LOCK = ".lock"
_SECRET = ("api_key",)


def chain(recipe: Recipe) -> list[str]:
    """A hash per step, the preparation first, that changes with the step and all before it."""
    said = json.dumps([recipe.columns, recipe.id_key], sort_keys=True)
    hashes = [_hash(said)]
    for planned in recipe.steps:
        hashes.append(_hash(hashes[-1] + _described(planned)))
    return hashes


def _described(planned: Planned) -> str:
    config = dataclasses.asdict(planned.config)
    for name in (*_SECRET, "workers", "batch_size"):  # these change no result
        config.pop(name, None)
    step = planned.step
    return json.dumps([step.kind, step.name, step.version, config], sort_keys=True)


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def folder(base: Path, name: str, made_by: str, fresh: bool = False) -> Path:
    """The folder of that name, or with a number, that `made_by` has made; else a new one."""
    last = 0
    kept: Path | None = None
    while (each := _numbered(base, name, last + 1)).exists():
        last += 1
        if _note_of(each) == made_by:
            kept = each
    if kept and not fresh:
        return kept
    made = _numbered(base, name, last + 1)
    made.mkdir(parents=True)
    atomic.write_text(made / _NOTE, json.dumps({"made_by": made_by}))
    return made


def _numbered(base: Path, name: str, number: int) -> Path:
    return base / (name if number == 1 else f"{name}.{number}")


def _note_of(each: Path) -> str | None:
    try:
        note = json.loads((each / _NOTE).read_text(encoding="utf-8"))
        return str(note["made_by"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


@contextlib.contextmanager
def held(base: Path) -> Iterator[None]:
    """The base folder is ours while the block runs. Raises UserError where another run holds it."""
    base.mkdir(parents=True, exist_ok=True)
    lock = FileLock(base / _LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        problem = f"another run holds {base}."
        raise UserError(problem, "Wait until it ends, or choose another base_folder.") from None
    try:
        yield
    finally:
        lock.release()
