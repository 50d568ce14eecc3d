"""Files that take work per solid: what is too much is refused with its number, before the work."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import geometry
from geometry import export_budget
from geometry.errors import CodeError
from geometry.export.write import EXPORTERS, export
from geometry.program import parse
from geometry.schema.template import part
from geometry.solids import convex_pieces

BOUNDED = tuple(suffix for suffix in EXPORTERS if suffix != ".obj")


def repeated(number: int) -> dict:
    code = geometry.sample("Table", np.random.default_rng(1))
    code["conceptualization"] = code["conceptualization"][:1] * number
    return code


def test_sampled_objects_stay_far_below_every_bound() -> None:
    for category in geometry.categories():
        for seed in range(10):
            code = geometry.sample(category, np.random.default_rng(seed))
            solids = parse(code).all_solids
            pieces = sum(map(convex_pieces.count_pieces, solids))
            assert 2 * len(code["conceptualization"]) < export_budget.MOST_PARTS
            assert 2 * len(solids) < export_budget.MOST_SOLIDS
            assert 2 * pieces < export_budget.MOST_PIECES


@pytest.mark.parametrize("suffix", BOUNDED)
def test_too_many_parts_are_refused_with_their_number(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(CodeError, match=r"found 302 parts, expected at most 64.*leave parts out"):
        export(repeated(302), tmp_path / f"object{suffix}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", BOUNDED)
def test_too_many_solids_are_refused_with_their_number(suffix: str, tmp_path: Path) -> None:
    code = geometry.sample("StorageFurniture", np.random.default_rng(2))
    count = len(parse(code).all_solids)
    times = export_budget.MOST_SOLIDS // count + 1
    code["conceptualization"] *= times
    assert len(code["conceptualization"]) <= export_budget.MOST_PARTS
    with pytest.raises(CodeError, match=f"found {count * times} solids, expected at most 250"):
        export(code, tmp_path / f"object{suffix}")


def test_too_many_convex_pieces_are_refused_only_where_there_are_any(tmp_path: Path) -> None:
    sizes = {"outer_size": [0.5, 0.45, 1.2], "inner_size": [0.44, 0.4, 1.14]}
    code = {"category": "Mug", "conceptualization": [part("Cylindrical_Body", **sizes)] * 40}
    with pytest.raises(CodeError, match=r"found \d+ convex pieces, expected at most 400"):
        export(code, tmp_path / "object.urdf")
    assert export(code, tmp_path / "object.glb", 8).stat().st_size


def test_a_file_of_plain_meshes_has_no_such_bound(tmp_path: Path) -> None:
    assert export(repeated(302), tmp_path / "object.obj", 8).stat().st_size


def test_pieces_are_counted_as_they_are_made() -> None:
    for category in geometry.categories():
        program = parse(geometry.sample(category, np.random.default_rng(3)))
        for solid in program.all_solids:
            made = len(list(convex_pieces.convex_pieces(solid)))
            assert made <= convex_pieces.count_pieces(solid)
