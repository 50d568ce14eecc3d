"""CAD parts: JSON there and back, what is refused, bodies of the right volume, symmetry, schema."""

from __future__ import annotations

import copy
import json
import math
from typing import Any

import jsonschema
import numpy as np
import pytest

import geometry
from geometry.cad_parts.body import body
from geometry.cad_parts.numbers import numbers_of, with_numbers
from geometry.cad_parts.part import (
    CadPart,
    Extrude,
    Finish,
    Grid,
    Revolve,
    Ring,
    Shell,
    Step,
)
from geometry.cad_parts.reading import as_dict, dumps, parse
from geometry.cad_parts.rules import first_fault, keeps, keeps_for_kernels, normalised
from geometry.cad_parts.sample import sample
from geometry.cad_parts.symmetry import SYMMETRIES, symmetric
from geometry.draw.part_figure import part_figure
from geometry.errors import CodeError
from geometry.sketch.loops import (
    Arc,
    Circle,
    Line,
    Loop,
    Path,
    Polygon,
    Rectangle,
    RoundedRectangle,
    Slot,
)
from geometry.sketch.outline import outline

SQUARE = Rectangle(0.1, 0.1, 0.9, 0.9)
HEIGHT = 0.4


def extruded(*profile: Loop, plane: Any = "XY", **more: Any) -> Extrude:
    return Extrude("join", plane, 0.2, 0.6, profile, **more)


#: Steps that are parts by themselves, and their volumes by formula.
VOLUMES: list[tuple[Step, float]] = [
    (extruded(SQUARE), 0.64 * HEIGHT),
    (extruded(SQUARE, Circle(0.5, 0.5, 0.1), plane="XZ"), (0.64 - math.pi * 0.01) * HEIGHT),
    (extruded(Slot(0.1, 0.4, 0.9, 0.6), plane="YZ"), (0.6 * 0.2 + math.pi * 0.01) * HEIGHT),
    (extruded(Polygon(0.5, 0.5, 0.4, 6, 15.0)), 1.5 * math.sqrt(3) * 0.16 * HEIGHT),
    (
        extruded(RoundedRectangle(0.1, 0.1, 0.9, 0.9, 0.2)),
        (0.64 - (4 - math.pi) * 0.04) * HEIGHT,
    ),
    (
        extruded(Path(0.3, 0.5, (Line(0.7, 0.5), Arc(0.5, 0.7, 0.3, 0.5)))),
        math.pi * 0.04 / 2 * HEIGHT,
    ),
    (
        extruded(SQUARE, finishes=(Finish("fillet", "sides", 0.2),)),
        (0.64 - (4 - math.pi) * 0.04) * HEIGHT,
    ),
    (extruded(SQUARE, finishes=(Finish("chamfer", "sides", 0.2),)), (0.64 - 0.08) * HEIGHT),
    (
        extruded(SQUARE, finishes=(Finish("chamfer", "end", 0.1),), plane="XZ"),
        0.64 * (HEIGHT - 0.1) + 0.1 * (0.64 + 0.36 + 0.48) / 3,
    ),
    (extruded(SQUARE, shell=Shell(0.1)), 0.64 * HEIGHT - 0.36 * (HEIGHT - 0.1)),
    (extruded(SQUARE, shell=Shell(0.1, "both"), plane="YZ"), (0.64 - 0.36) * HEIGHT),
    (
        Revolve("join", "XZ", 0.5, "v", 0.5, (Rectangle(0.5, 0.1, 0.7, 0.9),)),
        math.pi * 0.04 * 0.8,
    ),
    (
        Revolve("join", "YZ", 0.5, "u", 0.5, (Rectangle(0.5, 0.6, 0.7, 0.9),), 90.0),
        math.pi / 4 * (0.16 - 0.01) * 0.2,
    ),
    (
        Revolve("join", "XY", 0.5, "v", 0.5, (Circle(0.8, 0.6, 0.1),)),
        2 * math.pi * 0.3 * math.pi * 0.01,
    ),
]


@pytest.mark.parametrize(("step", "volume"), VOLUMES)
def test_a_step_has_the_volume_of_its_formula(step: Step, volume: float) -> None:
    assert first_fault((step,)) is None
    made = body((step,), 256)
    assert made.pieces == 1
    assert made.volume == pytest.approx(volume, rel=3e-3)


@pytest.mark.parametrize("step", [step for step, _ in VOLUMES])
def test_json_there_and_back(step: Step) -> None:
    part = CadPart((step,), 40.0)
    assert parse(dumps(part)) == part
    assert parse(as_dict(part)) == part
    jsonschema.validate(as_dict(part), geometry.json_schema("CAD part"))


@pytest.mark.parametrize(
    ("pattern", "count"),
    [(Grid(3, 2, 0.2, 0.3), 6), (Ring(0.5, 0.5, 5), 5), (Ring(0.5, 0.5, 2), 2)],
)
def test_a_pattern_cuts_as_many_holes(pattern: Grid | Ring, count: int) -> None:
    plate = Extrude("join", "XZ", 0.4, 0.6, (Rectangle(0, 0, 1, 1),))
    hole = Extrude("cut", "XZ", 0.4, 0.6, (Circle(0.2, 0.3, 0.04),), pattern)
    part = parse(as_dict(CadPart((plate, hole))))
    assert part.steps == (plate, hole)
    made = body(part.steps)
    assert made.manifold.genus() == count
    assert made.volume == pytest.approx(0.2 * (1 - count * math.pi * 0.0016), rel=1e-3)


def test_joins_cuts_and_intersections() -> None:
    block = Extrude("join", "XY", 0.0, 0.5, (Rectangle(0, 0, 1, 1),))
    boss = Extrude("join", "XY", 0.5, 1.0, (Rectangle(0.25, 0.25, 0.75, 0.75),))
    bore = Extrude("cut", "YZ", 0.0, 1.0, (Rectangle(0.4, 0.1, 0.6, 0.3),))
    corner = Extrude("intersect", "XY", 0.0, 1.0, (Rectangle(0, 0, 0.5, 0.5),))
    volumes = [body((block, boss, bore, corner)[:k]).volume for k in range(1, 5)]
    assert volumes == pytest.approx([0.5, 0.625, 0.585, (0.125 + 0.03125) - 0.5 * 0.1 * 0.2])


def changed(path: list[Any], value: Any) -> dict[str, Any]:
    plate = extruded(SQUARE, Circle(0.5, 0.5, 0.1), finishes=(Finish("fillet", "sides", 0.05),))
    code = copy.deepcopy(as_dict(CadPart((plate,))))
    place: Any = code
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return code


STEP: list[Any] = ["sequence", 0]
LOOP: list[Any] = [*STEP, "profile", 1]


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["category"], "Mug", "'category'.*'Part'"),
        (["size"], 0, "'size'.*above 0"),
        (["sizes"], 1, "Did you mean size"),
        (["sequence"], [], "at least one"),
        ([*STEP, "operation"], "cutt", "Did you mean cut"),
        ([*STEP, "operation"], "cut", "'join' as the first"),
        ([*STEP, "plane"], "ZX", "'XY' or 'XZ' or 'YZ'"),
        ([*STEP, "to"], 0.2, "'to' above 'from'"),
        ([*STEP, "to"], math.nan, "'to'.*a number"),
        ([*STEP, "to"], True, "'to'.*a number"),
        ([*STEP, "finishes"], [{"fillet": 0.6, "edges": "sides"}], "have room for"),
        ([*STEP, "finishes"], [{"edges": "sides"}], "'fillet' or 'chamfer'"),
        ([*STEP, "pattern"], {"ring": 1, "centre": [0, 0]}, "2 to"),
        ([*STEP, "profile"], [], "at least one"),
        ([*LOOP, "radius"], 0, "radius of 0"),
        ([*LOOP, "centre"], [0.5], "2 numbers"),
        ([*LOOP, "centre"], [0.1, 0.5], "not within the outline"),
        ([*LOOP, "loop"], "circel", "Did you mean circle"),
    ],
)
def test_what_is_wrong_is_named(path: list[Any], value: Any, message: str) -> None:
    with pytest.raises(CodeError, match=message):
        parse(changed(path, value))


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (Extrude("cut", "XY", 0.8, 0.9, (SQUARE,)), "changes nothing"),
        (Extrude("join", "XY", 0.8, 0.9, (SQUARE,)), "2 separate pieces"),
        (Extrude("cut", "XY", 0.0, 0.9, (Rectangle(0, 0, 1, 1),)), "nothing left"),
        (Extrude("cut", "XY", 0.0, 0.9, (Rectangle(0.4, 0, 0.5, 1),)), "2 separate pieces"),
    ],
)
def test_a_step_must_count_and_leave_one_body(second: Extrude, message: str) -> None:
    with pytest.raises(CodeError, match=message):
        parse(as_dict(CadPart((extruded(SQUARE), second))))


def test_a_path_that_crosses_itself_is_refused() -> None:
    bow = Path(0.1, 0.1, (Line(0.9, 0.9), Line(0.9, 0.1), Line(0.1, 0.9)))
    with pytest.raises(CodeError, match="crosses itself"):
        parse(as_dict(CadPart((extruded(bow),))))


@pytest.mark.parametrize("seed", range(30))
def test_a_sampled_part_keeps_the_rules_and_fills_the_cube(seed: int) -> None:
    part = sample(np.random.default_rng(seed))
    assert first_fault(part.steps) is None
    low, high = body(part.steps).box
    assert (high - low).max() == pytest.approx(1, abs=0.02)
    assert dumps(parse(dumps(part))) == dumps(part)
    values = numbers_of(part.steps).values
    assert with_numbers(part.steps, values) == part.steps
    jsonschema.validate(json.loads(dumps(part)), geometry.json_schema("CAD part"))


def test_samples_have_the_proportions_of_published_parts() -> None:
    parts = [sample(np.random.default_rng(seed)) for seed in range(250)]
    counts = np.array([len(part.steps) for part in parts])
    assert 0.45 < (counts == 1).mean() < 0.68
    assert 0.10 < (counts == 2).mean() < 0.30
    assert (counts >= 4).mean() > 0.06
    loops = [loop for part in parts for step in part.steps for loop in step.profile]
    assert 0.35 < np.mean([isinstance(loop, Circle) for loop in loops]) < 0.7
    assert {step.plane for part in parts for step in part.steps} == {"XY", "XZ", "YZ"}


@pytest.mark.parametrize("seed", range(6))
def test_the_48_symmetries_keep_the_body(seed: int) -> None:
    part = sample(np.random.default_rng(100 + seed))
    made = body(part.steps)
    for order, flips in SYMMETRIES:
        steps = [step for step in part.steps if isinstance(step, Extrude)]
        image = body(tuple(symmetric(step, (order, flips)) for step in steps))
        assert image.volume == pytest.approx(made.volume, rel=5e-3)
        extents = np.ptp(made.box, axis=0)
        moved = np.ptp(image.box, axis=0)
        assert moved[list(order)] == pytest.approx(extents, abs=0.01)


def test_every_step_has_its_colour_and_its_name() -> None:
    boss = Extrude("join", "XY", 0.6, 0.9, (Circle(0.5, 0.5, 0.2),))
    bore = Extrude("cut", "XY", 0.2, 0.9, (Circle(0.5, 0.5, 0.1),))
    part = CadPart((extruded(SQUARE), boss, bore))
    traces = part_figure(part).data
    assert [trace.name for trace in traces] == ["1 join rectangle", "2 join circle", "3 cut circle"]
    assert len({trace.color for trace in traces}) == 3
    scene = geometry.build(as_dict(part))
    whole = geometry.mesh(as_dict(part))
    assert whole.is_watertight
    assert sum(len(piece.faces) for piece in scene.geometry.values()) == len(whole.faces)
    assert whole.extents.max() == pytest.approx(80, rel=1e-3)


def test_normalised_parts_are_in_the_middle_and_as_large_as_the_cube() -> None:
    part = normalised(CadPart((extruded(SQUARE, plane="YZ"),), 7.0), 12.0)
    low, high = body(part.steps).box
    assert low + high == pytest.approx([1, 1, 1])
    assert (high - low).max() == pytest.approx(1)
    assert part.size == 12


def test_outlines_run_counter_clockwise_however_a_path_is_drawn() -> None:
    corners = [(0.1, 0.1), (0.5, 0.9), (0.9, 0.1)]
    for order in (corners, corners[::-1]):
        path = Path(*order[0], tuple(Line(*corner) for corner in order[1:]))
        assert outline(path).area == pytest.approx(0.32)


def test_pieces_that_share_no_more_than_an_edge_are_none_for_kernels() -> None:
    block = Extrude("join", "XY", 0.0, 1.0, (Rectangle(0.2, 0.2, 0.8, 0.6),))
    notch = Extrude("cut", "XZ", 0.2, 0.5, (Rectangle(0.35, 0.44, 0.65, 1),))
    lower, upper = (
        Extrude("join", "XZ", 0.13, 0.2, (Rectangle(0.35, bottom, 0.65, 0.7),))
        for bottom in (0.3, 0.44)
    )
    assert keeps_for_kernels((block, notch, lower))
    assert keeps((block, notch, upper))  # our meshes do not tell
    assert not keeps_for_kernels((block, notch, upper))
