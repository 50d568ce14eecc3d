"""Writes the golden surfaces again: `python -m tests.golden.write [--categories NAME ...]`.

Only after a change of a template that tests/geometry/test_reference.py has confirmed. Parameter
sets are draws of our own samplers and the medians of our own statistics, points are on our own
meshes.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import geometry
import stats
from geometry.metrics.own_frame import surface_points
from stats.summarise import in_use

FOLDER = Path(__file__).parent
SEGMENTS = 64
DRAWS = 3
POINTS = 32
MOST_OBJECTS = 5_000

Row = dict[str, Any]


def rows(category: str) -> Iterator[Row]:
    """For each template its typical part and a few sampled ones, with what their surface is."""
    for name, drawn in parameter_sets(category).items():
        sets = [stats.typical(category, name), *drawn]
        for number, parameters in enumerate(sets):
            row = measured(category, name, parameters, np.random.default_rng([7, number]))
            if row is not None:
                yield row


def parameter_sets(category: str) -> dict[str, list[dict[str, list[float]]]]:
    """The first DRAWS parts of each template among sampled objects."""
    found: dict[str, list[dict[str, list[float]]]] = {n: [] for n in geometry.templates(category)}
    for index in range(MOST_OBJECTS):
        if all(len(sets) == DRAWS for sets in found.values()):
            return found
        for part in geometry.sample(category, np.random.default_rng([71, index]))[
            "conceptualization"
        ]:
            if len(found[part["template"]]) < DRAWS:
                found[part["template"]].append(part["parameters"])
    rare = [name for name, sets in found.items() if len(sets) < DRAWS]
    raise SystemExit(f"{category}: {', '.join(rare)} drawn too rarely; does sample() know them?")


def measured(
    category: str, template: str, parameters: dict[str, list[float]], rng: np.random.Generator
) -> Row | None:
    """Bounds, area, volume and points of a part; None where it has no surface."""
    tidy = {name: [float(f"{v:.6g}") for v in row] for name, row in parameters.items()}
    mesh = geometry.part_mesh(category, template, tidy, segments=SEGMENTS)
    if not len(mesh.faces):
        return None
    schema = geometry.templates(category)[template].parameters
    return {
        "template": template,
        "parameters": {p.name: in_use(p, tidy) for p in schema},
        "bounds": mesh.bounds.tolist(),
        "area": float(mesh.area),
        "volume": float(mesh.volume),
        "points": surface_points(mesh, POINTS, rng).round(5).tolist(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.golden.write", description=__doc__)
    parser.add_argument("--categories", nargs="+", metavar="NAME", default=geometry.categories())
    for category in parser.parse_args().categories:
        text = json.dumps({"segments": SEGMENTS, "rows": list(rows(category))})
        path = FOLDER / f"{category}.json.gz"
        path.write_bytes(gzip.compress(text.encode(), mtime=0))
        print(f"{path.name}: {path.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
