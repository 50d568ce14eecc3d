"""Statistics files: our own, one small archive per category, and those of public checkpoints."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from geometry.errors import CodeError
from stats.quantiles import BINS, Quantiles

FOLDER = Path(__file__).parent

#: template -> parameter -> one distribution per number
Table = Mapping[str, Mapping[str, Sequence[Quantiles]]]


@dataclass(frozen=True)
class Summary:
    """The statistics of one category and how they were made.

    fingerprint: of the first objects of the sampler, to notice when it has changed since.
    samples: how many values each number was seen with, in the order of the table.
    """

    category: str
    table: Table
    objects: int
    seed: int
    fingerprint: str
    samples: tuple[int, ...] = field(repr=False)


def path_of(category: str, folder: Path = FOLDER) -> Path:
    return folder / f"{category}.npz"


@functools.cache
def shipped_categories() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in FOLDER.glob("*.npz")))


def write(summary: Summary, folder: Path = FOLDER) -> Path:
    """Writes the knots of every distribution; the same summary gives the same bytes."""
    numbers = [n for parameters in summary.table.values() for p in parameters.values() for n in p]
    knots = [number.knots() for number in numbers]
    header = {
        "category": summary.category,
        "objects": summary.objects,
        "seed": summary.seed,
        "fingerprint": summary.fingerprint,
        "lengths": {
            template: {name: len(numbers) for name, numbers in parameters.items()}
            for template, parameters in summary.table.items()
        },
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = path_of(summary.category, folder)
    np.savez_compressed(
        path,
        header=np.frombuffer(json.dumps(header).encode(), dtype=np.uint8),
        samples=np.array(summary.samples, dtype=np.uint32),
        knots=np.array([len(positions) for positions, _ in knots], dtype=np.uint16),
        positions=np.concatenate([positions for positions, _ in knots]),
        values=np.concatenate([values for _, values in knots]),
    )
    return path


def read(path: Path) -> Summary:
    """The summary in one of our own files. Raises CodeError where there is none."""
    if not path.is_file():
        hint = f"Run `python -m stats.summarise --categories {path.stem}`."
        raise CodeError(f"statistics of {path.stem}", "no file", f"stats/{path.name}", hint)
    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    header = json.loads(arrays["header"].tobytes())
    ends = np.cumsum(arrays["knots"], dtype=np.int64)[:-1]
    pairs = zip(np.split(arrays["positions"], ends), np.split(arrays["values"], ends), strict=True)
    numbers = (Quantiles.from_knots(positions, values) for positions, values in pairs)
    table = {
        template: {
            name: tuple(next(numbers) for _ in range(length)) for name, length in lengths.items()
        }
        for template, lengths in header["lengths"].items()
    }
    return Summary(
        category=header["category"],
        table=table,
        objects=header["objects"],
        seed=header["seed"],
        fingerprint=header["fingerprint"],
        samples=tuple(arrays["samples"].tolist()),
    )


@functools.cache
def shipped(category: str) -> Summary:
    """The statistics that come with this package, read once."""
    return read(path_of(category))


def checkpoint_table(content: Any, where: str) -> Table:
    """One category of a checkpoint's statistics file.

    content: template -> parameter -> dimensions, a list or an object with the keys "0", "1" …,
    each with 1025 `quantiles` (min, max, mean and std may stand beside them).
    """
    return {
        template: {
            name: tuple(
                Quantiles(_edges(dimension, f"{where}, {template}, {name}[{index}]"))
                for index, dimension in enumerate(
                    _dimensions(dimensions, f"{where}, {template}, {name}")
                )
            )
            for name, dimensions in _object(parameters, f"{where}, {template}").items()
        }
        for template, parameters in _object(content, where).items()
    }


def _object(content: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(content, Mapping):
        raise CodeError(where, type(content).__name__, "an object", "Check the statistics file.")
    return content


def _dimensions(content: Any, where: str) -> list[Any]:
    if isinstance(content, list):
        return content
    content = _object(content, where)
    wanted = [str(index) for index in range(len(content))]
    if sorted(content) != sorted(wanted):
        found = ", ".join(map(repr, list(content)[:5]))
        raise CodeError(where, f"keys {found}", "a list or the keys '0', '1' …")
    return [content[key] for key in wanted]


def _edges(content: Any, where: str) -> np.ndarray:
    quantiles = _object(content, where).get("quantiles")
    valid = f"{BINS + 1} finite quantiles"
    if not isinstance(quantiles, list) or len(quantiles) != BINS + 1:
        found = f"{len(quantiles)} quantiles" if isinstance(quantiles, list) else "none"
        raise CodeError(where, found, valid, "Is this the statistics file of the checkpoint?")
    try:
        edges = np.array(quantiles, dtype=np.float64)
    except (TypeError, ValueError):
        raise CodeError(where, "quantiles that are not numbers", valid) from None
    if not np.isfinite(edges).all():
        raise CodeError(where, "NaN or infinity among the quantiles", valid)
    return edges
