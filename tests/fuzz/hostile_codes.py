"""Codes that mean harm: numbers at and beyond every bound, wrong kinds, very many parts."""

from __future__ import annotations

import copy
import json
import random
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import geometry
from geometry.errors import ExportWarning
from geometry.export.write import EXPORTERS, export
from img2code.step import write_step

SEEDS = 6  # sampled objects of each category
MOST_CHANGES = 6
SEGMENTS = 12  # of exported files
NUMBERS = (
    0, 0.0, -0.0, 1, -1, 2, 3, 5, 20, 1000, 999.5, 1000.4, -0.4, 1e5, -1e5, 99999.9, 1e-5, 1e-12,
    1e-30, 1e-31, 5e-324, -5e-324, 2.2e-308, 45, 89.9999, 90, -90, 180, 270, 360, 720, 1e-9, 0.5,
)  # fmt: skip
VALUES = (
    float("nan"), float("inf"), -float("inf"), 1e308, -1e308, 10**400, 10**5000, True, False, None,
    "", "x", "1", [], {}, [1], {"a": 1}, [[[]]], 1e6, -3,
)  # fmt: skip


@cache
def _sampled(category: str, seed: int) -> Any:
    return geometry.sample(category, np.random.default_rng(seed))


def code(number: int) -> Any:
    """The hostile code of this number: a dict, or its JSON text."""
    draw = random.Random(number)
    result = copy.deepcopy(_sampled(draw.choice(geometry.categories()), draw.randrange(SEEDS)))
    for _ in range(draw.randint(1, MOST_CHANGES)):
        draw.choice(CHANGES)(result, draw)
    if draw.random() < 0.2:
        try:
            return json.dumps(result)
        except ValueError:  # more digits than Python writes
            return result
    return result


def _rows(code: Any) -> list[list[Any]]:
    """The lists of numbers of a code that still have any."""
    rows = [row for part in code["conceptualization"] for row in part["parameters"].values()]
    rows += code["pose"].values()
    return [row for row in rows if isinstance(row, list) and row]


def _number(code: Any, draw: random.Random) -> None:
    rows = _rows(code)
    if rows:
        row = draw.choice(rows)
        row[draw.randrange(len(row))] = draw.choice(NUMBERS)


def _value(code: Any, draw: random.Random) -> None:
    rows = _rows(code)
    if rows:
        row = draw.choice(rows)
        row[draw.randrange(len(row))] = draw.choice(VALUES)


def _whole_part(code: Any, draw: random.Random) -> None:
    """Every number of a part the same one, counts among them where they may be."""
    value = draw.choice(NUMBERS)
    for row in draw.choice(code["conceptualization"])["parameters"].values():
        if isinstance(row, list):
            row[:] = [value] * len(row)


def _counts(code: Any, draw: random.Random) -> None:
    """A count of a part, and the flags and numbers beside it, at its most."""
    part = draw.choice(code["conceptualization"])
    template = geometry.templates(code["category"]).get(str(part["template"]))
    for parameter in template.parameters if template else ():
        row = part["parameters"].get(parameter.name)
        if isinstance(row, list):
            for index, kind in enumerate(parameter.kinds[: len(row)]):
                if kind in ("count", "flag"):
                    row[index] = 1000 if kind == "count" else draw.choice((0, 1))


def _length(code: Any, draw: random.Random) -> None:
    part = draw.choice(code["conceptualization"])["parameters"]
    if part:
        name = draw.choice(list(part))
        row = part[name] if isinstance(part[name], list) else []
        part[name] = draw.choice(([], row[:-1], [*row, 1.0], row * 50, "", None))


def _names(code: Any, draw: random.Random) -> None:
    part = draw.choice(code["conceptualization"])
    if draw.random() < 0.5 and part["parameters"]:
        del part["parameters"][draw.choice(list(part["parameters"]))]
    else:
        part["parameters"][draw.choice(("x", "", "position", "a.b", "y" * 500))] = [0, 0, 0]


def _repeated(code: Any, draw: random.Random) -> None:
    parts = code["conceptualization"]
    parts += [draw.choice(parts) for _ in range(draw.choice((1, 5, 64, 300, 1500)))]


#: The first ones keep most codes valid, so that what is built is tried as often as what is refused.
CHANGES: tuple[Callable[[Any, random.Random], None], ...] = (
    *(_number,) * 6, *(_whole_part,) * 2, *(_counts,) * 2, _repeated, _value, _length, _names,
)  # fmt: skip


def fault(hostile: Any) -> str | None:
    """What is wrong with the mesh of a code; errors of ours pass through."""
    points = geometry.mesh(hostile, posed=True).vertices
    return None if np.isfinite(points).all() else "vertices that are not finite"


def export_fault(hostile: Any, suffix: str, folder: Path) -> str | None:
    """What is wrong with the file of a code in one format; errors of ours pass through."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExportWarning)  # said of the file, as it is meant to be
        path = folder / f"object{suffix}"
        if suffix == ".step":  # as whoever writes one gets it: within bounds
            write_step(hostile, path)
        else:
            export(hostile, path, SEGMENTS)
    return None if path.stat().st_size else "an empty file"


__all__ = ["EXPORTERS", "code", "export_fault", "fault"]
