"""What a mesh will cost is known before it is built, and what costs too much is refused."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import geometry
from geometry import CodeError, budget
from geometry.solids.count import triangles_of
from geometry.solids.surfaces import structure
from geometry.solids.tessellate import merged, tessellate
from geometry.solids.topology import faces

TABLE_LIKE_BASE: dict[str, Any] = {
    "circle_size": [1, 0.8, 0.1],
    "num_legs": [1000],
    "leg_size": [0.05, 1],
    "leg_seperation": [0.9],
    "has_bottom_part": [1],
    "bottom_size": [0.9, 0.05, 0.05],
    "bottom_offset": [0.1],
}


def globe(parts: int, **changes: Any) -> dict[str, Any]:
    base = {"template": "Table_Like_Base", "parameters": {**TABLE_LIKE_BASE, **changes}}
    return {"category": "Globe", "conceptualization": [base] * parts}


@pytest.mark.parametrize("category", geometry.categories())
@pytest.mark.parametrize("segments", [3, 32, 61])
def test_the_count_is_that_of_the_triangles_that_are_made(category: str, segments: int) -> None:
    for seed in range(12):
        code = geometry.sample(category, np.random.default_rng(seed))
        for solid in geometry.parse(code).all_solids:
            made = faces(type(solid), structure(solid, segments))
            assert triangles_of([solid], segments) == len(made), solid
        built = len(geometry.mesh(code, segments).faces)
        assert built <= budget.triangles(code, segments) <= 1.1 * built + 100


def test_a_bomb_is_counted_and_refused_without_building_it() -> None:
    assert budget.triangles(globe(1), 128) == 8 * 128 + 1000 * (4 * 128 + 12) == 525_024
    with pytest.raises(CodeError, match="525,024 triangles at 128 segments, expected at most 500"):
        budget.check(globe(1), 128, most=500)
    with pytest.raises(CodeError, match=r"part 2 .*4,002 solids up to here.*Lower the counts"):
        budget.check(json.dumps(globe(64)), 128)
    spheres = {"template": "Standard_Sphere", "parameters": {"radius": [1]}}
    with pytest.raises(CodeError, match="triangles at 4096 segments"):
        budget.check({"category": "Globe", "conceptualization": [spheres]}, 4096)


@pytest.mark.parametrize("segments", [-1, 0, 2, 4097, 10**9])
def test_segments_are_bounded(segments: int) -> None:
    with pytest.raises(CodeError, match=f"found {segments}, expected 3 to 4096 sides"):
        budget.check(globe(1), segments)


def test_solids_without_an_area_are_counted_and_not_built() -> None:
    code = globe(1, leg_size=[0, 1])
    made = tessellate(geometry.parse(code).all_solids, 16)
    assert len(merged(made)[1]) < budget.triangles(code, 16)
