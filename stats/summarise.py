"""Makes the statistics files again: `python -m stats.summarise` samples objects and counts.

Deterministic: object k of a category comes from the random generator seeded with (SEED, k), so
the same samplers give the same files, whatever else runs.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

import geometry
from geometry.program import dumps
from geometry.schema.parameter import Parameter
from stats import tables
from stats.quantiles import Quantiles
from stats.tables import Summary

SEED = 20
OBJECTS = 20_000
#: So many of the first objects make the fingerprint of a sampler.
FINGERPRINTED = 48

#: (template, parameter) -> the numbers in use, one row per part
Rows = dict[tuple[str, str], list[list[float]]]


def objects(category: str, seed: int = SEED) -> Iterator[dict[str, Any]]:
    """An endless row of sampled codes, always the same one for a seed."""
    index = 0
    while True:
        yield geometry.sample(category, np.random.default_rng([seed, index]))
        index += 1


def fingerprint(codes: Iterable[dict[str, Any]]) -> str:
    """Changes whenever the sampler draws other objects from the same generators."""
    text = "".join(dumps(code) for code in islice(codes, FINGERPRINTED))
    return hashlib.sha256(text.encode()).hexdigest()


def is_fresh(category: str) -> bool:
    """Whether today's sampler still draws the objects that the shipped statistics were made of."""
    stored = tables.shipped(category)
    return stored.fingerprint == fingerprint(objects(category, stored.seed))


def summarise(category: str, count: int = OBJECTS, seed: int = SEED, quiet: bool = True) -> Summary:
    """The statistics of `count` sampled objects of a category."""
    schema = geometry.templates(category)
    rows: Rows = {
        (template.name, parameter.name): []
        for template in schema.values()
        for parameter in template.parameters
    }
    codes = islice(objects(category, seed), count)
    for code in tqdm(codes, category, count, disable=quiet, unit="object"):
        for part in code["conceptualization"]:
            for parameter in schema[part["template"]].parameters:
                row = in_use(parameter, part["parameters"])
                rows[part["template"], parameter.name].append(row)
    table: dict[str, dict[str, list[Quantiles]]] = {name: {} for name in schema}
    samples: list[int] = []
    for template in schema.values():
        for parameter in template.parameters:
            columns = _columns(rows[template.name, parameter.name], parameter.length)
            samples += [len(column) for column in columns]
            table[template.name][parameter.name] = [
                Quantiles.from_samples(column, whole=kind in ("count", "flag"))
                for column, kind in zip(columns, parameter.kinds, strict=True)
            ]
    mark = fingerprint(objects(category, seed))
    return Summary(category, table, count, seed, mark, tuple(samples))


def in_use(parameter: Parameter, parameters: dict[str, list[float]]) -> list[float]:
    """The numbers of a parameter without the padding behind them."""
    row = parameters[parameter.name]
    return row[: parameter.active(parameters, row[0])]


def _columns(rows: list[list[float]], length: int) -> list[list[float]]:
    """The values seen at each index; rows may be shorter than `length`."""
    columns: list[list[float]] = [[] for _ in range(length)]
    for row in rows:
        for column, value in zip(columns, row, strict=False):
            column.append(value)
    return columns


def main(arguments: list[str] | None = None) -> None:
    """Command line: writes one file per category and says how large it is."""
    parser = argparse.ArgumentParser(prog="python -m stats.summarise", description=__doc__)
    parser.add_argument("--categories", nargs="+", metavar="NAME", default=geometry.categories())
    parser.add_argument("--objects", type=int, default=OBJECTS, help="sampled per category")
    parser.add_argument("--out", type=Path, default=tables.FOLDER, help="folder of the files")
    options = parser.parse_args(arguments)
    if options.objects < 1:
        parser.error(f"--objects: found {options.objects}, expected at least 1")
    try:
        for category in options.categories:
            geometry.templates(category)
    except geometry.CodeError as error:
        parser.error(f"--categories: {error}")
    for category in options.categories:
        path = tables.write(summarise(category, options.objects, quiet=False), options.out)
        print(f"{path.name}: {path.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
