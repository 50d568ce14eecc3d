"""Today's surfaces against golden ones: bounds, area, volume and points of parts of every template.

The golden files were written by this project (tests/golden/write.py) after its surfaces had passed
tests/geometry/test_reference.py, so they hold wherever that reference is not at hand.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import geometry
from geometry.metrics.own_frame import surface_distance

FOLDER = Path(__file__).parents[1] / "golden"


@cache
def golden(category: str) -> dict[str, Any]:
    return json.loads(gzip.decompress((FOLDER / f"{category}.json.gz").read_bytes()))


@pytest.mark.parametrize("category", geometry.categories())
def test_surfaces_are_the_golden_ones(category: str) -> None:
    stored = golden(category)
    for number, row in enumerate(stored["rows"]):
        where = f"{category}, {row['template']}, row {number}"
        mesh = geometry.part_mesh(
            category, row["template"], row["parameters"], segments=stored["segments"]
        )
        diagonal = np.linalg.norm(np.subtract(*row["bounds"]))
        bounds = np.array(row["bounds"])
        assert mesh.bounds == pytest.approx(bounds, abs=1e-6 * diagonal), where
        assert mesh.area == pytest.approx(row["area"], rel=1e-4), where
        assert mesh.volume == pytest.approx(row["volume"], rel=1e-4), where
        off = surface_distance(np.array(row["points"]), mesh).max()
        assert off < 1e-3 * diagonal, where


def test_every_template_has_golden_rows() -> None:
    files = {path.name for path in FOLDER.glob("*.json.gz")}
    assert files == {f"{category}.json.gz" for category in geometry.categories()}
    for category in geometry.categories():
        templates = [row["template"] for row in golden(category)["rows"]]
        counts = {name: templates.count(name) for name in geometry.templates(category)}
        assert min(counts.values()) >= 3, counts
        assert set(templates) == set(counts)
