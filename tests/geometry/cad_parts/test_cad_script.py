"""CadQuery scripts of CAD parts: readable, one size for all, and the solid that our mesh bounds."""

from __future__ import annotations

import ast
from pathlib import Path as File

import cadquery
import numpy as np
import pytest
import trimesh
from cad_kernel import make
from test_cad_language import SQUARE, VOLUMES, extruded

from geometry.cad_parts.part import CadPart, Extrude, Finish, Grid, Ring, Shell, Step
from geometry.cad_parts.reading import as_dict, parse
from geometry.cad_parts.rules import normalised
from geometry.cad_parts.sample import sample
from geometry.errors import CodeError
from geometry.export.part_files import PART_EXPORTERS, export_part
from geometry.export.part_script import script
from geometry.export.write import export
from geometry.sketch.loops import (
    Circle,
    Line,
    Path,
    Polygon,
    Rectangle,
    RoundedRectangle,
    Slot,
)

PLATE = Extrude("join", "XZ", 0.2, 0.5, (Circle(0.5, 0.5, 0.5),))
PARTS: list[tuple[Step, ...]] = [
    *((step,) for step, _ in VOLUMES),
    (extruded(SQUARE, Circle(0.5, 0.5, 0.1), Polygon(0.3, 0.3, 0.05, 6, 10.0), plane="YZ",
              finishes=(Finish("fillet", "start", 0.1), Finish("chamfer", "sides", 0.06))),),
    (extruded(RoundedRectangle(0, 0, 1, 0.9, 0.1), RoundedRectangle(0.4, 0.4, 0.6, 0.7, 0.05)),
     Extrude("cut", "XY", 0.2, 0.6, (Circle(0.15, 0.15, 0.05),), Grid(3, 2, 0.3, 0.6))),
    (PLATE, Extrude("cut", "XZ", 0.3, 0.6, (Slot(0.7, 0.45, 0.95, 0.55),), Ring(0.5, 0.5, 5))),
    (PLATE, Extrude("cut", "XZ", 0.3, 0.6, (Rectangle(0.7, 0.45, 0.95, 0.5),), Ring(0.5, 0.5, 3))),
    (PLATE, Extrude("intersect", "XY", 0.1, 0.6, (Rectangle(0.1, 0.2, 0.9, 0.5),))),
    (extruded(Path(0.1, 0.1, (Line(0.9, 0.1), Line(0.7, 0.8), Line(0.2, 0.6))),
              shell=Shell(0.03, "start"), finishes=(Finish("fillet", "sides", 0.05),)),),
]  # fmt: skip


@pytest.mark.parametrize("steps", PARTS)
def test_the_script_makes_the_same_solid(steps: tuple[Step, ...]) -> None:
    made = make(normalised(CadPart(steps, 50.0)))
    assert made.valid
    assert made.volume == pytest.approx(1, abs=5e-3)
    assert made.extents < 0.05
    assert made.centre < 0.05


#: An arc almost continues a face: there, uniting faces would leave a solid with faults.
ALMOST_FLUSH = 10**9 + 444


@pytest.mark.parametrize("seed", [*range(10**6, 10**6 + 25), ALMOST_FLUSH])
def test_sampled_parts_are_solids_of_the_same_volume(seed: int) -> None:
    made = make(sample(np.random.default_rng(seed)))
    assert made.valid
    assert made.volume == pytest.approx(1, abs=5e-3)
    assert max(made.extents, made.centre) < 0.5


def test_all_lengths_follow_the_size() -> None:
    source = script(sample(np.random.default_rng(12)))
    larger = source.replace("size = 100 ", "size = 250 ", 1)
    assert larger != source
    volumes = []
    for text in (source, larger):
        defined: dict[str, object] = {"__name__": "part"}
        exec(text, defined)
        volumes.append(defined["result"].val().Volume())  # type: ignore[attr-defined]
    assert volumes[1] / volumes[0] == pytest.approx(2.5**3)


def test_dimensions_are_named_and_equal_ones_share_a_name() -> None:
    posts = (Circle(0.2, 0.5, 0.05), Circle(0.8, 0.5, 0.05))
    plate = Extrude("join", "XY", 0.0, 0.1, (Rectangle(0, 0, 1, 0.8), *posts))
    boss = Extrude("join", "XY", 0.1, 0.2, (Circle(0.5, 0.4, 0.05),))
    source = script(CadPart((plate, boss), 80.0))
    ast.parse(source)
    assert "size = 80 " in source
    assert "plate_length = size\nplate_width = 0.8 * size\n" in source
    assert source.count("0.05 * size") == 1  # the radius of the boss and of the bores
    assert "# Step 1: join a rectangle with 2 holes, extruded along z" in source
    assert "result = result.union(boss, clean=False, tol=tolerance)" in source
    assert max(map(len, source.splitlines())) <= 100


@pytest.mark.parametrize("suffix", PART_EXPORTERS)
def test_every_file_holds_the_part(suffix: str, tmp_path: File) -> None:
    part = sample(np.random.default_rng(31))
    path = export(as_dict(part), tmp_path / f"part{suffix}")
    expected = part.size * np.ones(1)
    if suffix == ".json":
        assert parse(path.read_text()).steps == parse(as_dict(part)).steps
    elif suffix == ".py":
        assert "import cadquery" in path.read_text()
    elif suffix == ".step":
        solid = cadquery.importers.importStep(str(path)).val()
        assert solid.isValid()
        assert solid.BoundingBox().DiagonalLength >= expected[0]
    else:
        scene = trimesh.load(path)
        metres = 1000 if suffix in (".glb", ".obj") else 1
        assert max(scene.extents) * metres == pytest.approx(expected[0], rel=0.02)


def test_other_files_are_refused(tmp_path: File) -> None:
    with pytest.raises(CodeError, match=r"'\.urdf'.*\.step"):
        export_part(sample(np.random.default_rng(1)), tmp_path / "part.urdf")
