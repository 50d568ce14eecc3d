"""A fit finds numbers again that were changed, and makes nothing worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

import geometry
from geometry.program import Program, parse
from geometry.view import View, view_of
from img2code.fit.camera import Camera, framed, turned
from img2code.fit.drawing import Drawing, overlap
from img2code.fit.fitting import Evidence, Fitted, Search, fit
from img2code.fit.mask import Mask
from img2code.fit.overlay import overlay
from img2code.fit.shape import Free, Shape
from img2code.fit.solve import Start, State
from img2code.fit.target import Target, target
from img2code.fit.touching import touching
from img2code.image import open_image

FRAME = 256
WHOLE = (0.0, 0.0, float(FRAME), float(FRAME))
MUG = {
    "category": "Mug",
    "pose": {"global_position": [0, 0, 0], "global_rotation": View(55, 20).pose()},
    "conceptualization": [
        {
            "template": "Cylindrical_Body",
            "parameters": {"outer_size": [0.6, 0.5, 1.2], "inner_size": [0.5, 0.4, 1.1]},
        }
    ],
}
FREE = tuple(Free(0, "outer_size", index, 0.1, 0.1, 2.0) for index in range(3))


def seen(program: Program) -> tuple[Target, Image.Image]:
    """What a fit is to reach: the program as a camera sees it, shaded."""
    shape = Shape(program, ())
    points = turned(shape.vertices(np.zeros((1, 0)))[0], view_of(program.pose.rotation))
    camera = framed(points, (50.0, 40.0, 200.0, 210.0), FRAME, Camera(1.0).focal)
    drawing = Drawing(points, shape.faces, camera, FRAME)
    light = np.abs(drawing.normals[:, 2])[drawing.face] * 150 + 40
    colours = np.where(drawing.mask, light, 255)[..., None].repeat(3, -1)
    picture = open_image(Image.fromarray(colours.astype(np.uint8)))
    found = target(picture, drawing.mask.astype(float), WHOLE)
    assert found is not None
    return found, picture


def evidence(
    free: Sequence[Free] = FREE,
    angles: np.ndarray | None = None,
    numbers: np.ndarray | None = None,
) -> Evidence:
    mask = Mask(np.ones((2, 2)), WHOLE, int(WHOLE[2]))
    none = np.zeros((0, 3)), np.zeros((0, len(free)))
    return Evidence(
        mask,
        tuple(free),
        none[0] if angles is None else angles,
        none[1] if numbers is None else numbers,
    )


def changed(scale: Sequence[float]) -> Program:
    code = parse(MUG).as_dict()
    size = code["conceptualization"][0]["parameters"]["outer_size"]
    code["conceptualization"][0]["parameters"]["outer_size"] = [
        number * factor for number, factor in zip(size, scale, strict=True)
    ]
    return parse(code)


def fitted(guess: Program, aim: Target, given: Evidence) -> list[Fitted]:
    return list(fit(guess, given, aim))


def test_proportions_are_found_again() -> None:
    aim, _ = seen(parse(MUG))
    steps = fitted(changed([1.25, 0.8, 0.85]), aim, evidence())
    first, last = steps[0], steps[-1]
    assert first.overlap < 0.93
    assert last.overlap > 0.97
    assert last.before == first.overlap
    wide, narrow, high = last.program.parts[0].parameters["outer_size"]
    assert narrow / wide == pytest.approx(0.5 / 0.6, rel=0.06)
    assert high / wide == pytest.approx(1.2 / 0.6, rel=0.06)


def test_what_was_changed_is_told() -> None:
    aim, _ = seen(parse(MUG))
    guess = changed([1.25, 0.8, 0.85])
    last = fitted(guess, aim, evidence())[-1]
    assert {(c.part, c.parameter) for c in last.changes} == {("Cylindrical_Body", "outer_size")}
    for change in last.changes:
        assert change.before == guess.parts[0].parameters["outer_size"][change.index]
        assert change.after == last.program.parts[0].parameters["outer_size"][change.index]


def test_a_fit_is_the_same_every_time_and_ends_best() -> None:
    aim, _ = seen(parse(MUG))
    guess = changed([1.1, 0.8, 0.8])
    rng = np.random.default_rng(0)
    numbers = Shape(guess, FREE).numbers * rng.uniform(0.8, 1.2, (6, 3))
    angles = np.array([50.0, 20.0, 0.0]) + rng.normal(0, 3, (6, 3))
    one, other = (fitted(guess, aim, evidence(FREE, angles, numbers)) for _ in range(2))
    assert [each.program.as_dict() for each in one] == [each.program.as_dict() for each in other]
    assert one[-1].overlap > one[0].overlap


def test_what_fits_already_stays() -> None:
    aim, _ = seen(parse(MUG))
    last = fitted(parse(MUG), aim, evidence())[-1]
    assert last.overlap > 0.97
    wide, narrow, high = last.program.parts[0].parameters["outer_size"]
    assert (narrow / wide, high / wide) == pytest.approx((0.5 / 0.6, 2.0), rel=0.04)


def test_another_reading_is_taken_where_it_is_better() -> None:
    aim, _ = seen(parse(MUG))
    guess = changed([0.45, 1.7, 0.6])
    alone = fitted(guess, aim, evidence())[-1]
    right = np.array([[55.0, 20.0, 0.0]]), np.array([[0.6, 0.5, 1.2]])
    helped = fitted(guess, aim, evidence(FREE, *right))[-1]
    assert helped.overlap > 0.95
    assert helped.overlap >= alone.overlap


def test_ends_that_agree_alike_are_averaged_and_worse_ones_hardly_count() -> None:
    aim, _ = seen(parse(MUG))
    search = Search(parse(MUG), evidence(), aim, None)
    low, high = (
        replace(search.value(search.first).state, numbers=search.shape.numbers * factor)
        for factor in (0.98, 1.02)
    )
    first, second = (search.value(state) for state in (low, high))
    assert search.between([(first, search.guess)], lambda: True) is None
    begun: list[np.ndarray] = []

    def go(start: Start, state: State, rounds: int, wanted: object) -> None:
        begun.append(state.numbers / search.shape.numbers)

    search.go = go  # type: ignore[method-assign, assignment]
    for cost in (first.cost, first.cost + 30):
        other = replace(second, cost=cost)
        search.between([(first, search.guess), (other, search.guess)], lambda: True)
    assert begun[0] == pytest.approx(np.ones(3))
    assert begun[1] == pytest.approx(np.full(3, 0.98))


def test_numbers_stay_within_what_they_may_become() -> None:
    aim, _ = seen(parse(MUG))
    bound = tuple(Free(0, "outer_size", index, 0.3, 0.55, 0.58) for index in range(2))
    last = fitted(parse(MUG), aim, evidence(bound))[-1]
    for number in last.program.parts[0].parameters["outer_size"][:2]:
        assert 0.5 <= number <= 0.6


def test_a_fit_can_be_stopped() -> None:
    aim, _ = seen(parse(MUG))
    asked = []

    def wanted() -> bool:
        asked.append(1)
        return False

    steps = list(fit(changed([1.25, 0.8, 0.85]), evidence(), aim, wanted))
    assert len(asked) <= 4
    assert steps


def test_a_code_without_free_numbers_is_only_turned() -> None:
    aim, _ = seen(parse(MUG))
    last = fitted(parse(MUG), aim, evidence(()))[-1]
    assert not last.changes
    assert last.overlap > 0.95


def test_parts_that_touch_go_on_touching() -> None:
    program = parse(geometry.sample("Mug", np.random.default_rng(1)))
    shape = Shape(program, tuple(Free(0, "outer_size", index, 0.1) for index in range(3)))
    kept = touching(shape, shape.numbers)
    assert kept is not None
    vertices = shape.vertices(np.stack([shape.numbers, shape.numbers * 1.3]))
    same, apart = kept.residuals(vertices, shape.faces)
    assert np.abs(same).max() < 1e-9
    assert np.abs(apart).max() > 1


def test_no_target_where_nothing_is_seen() -> None:
    picture = Image.new("RGB", (FRAME, FRAME), "white")
    assert target(picture, np.zeros((160, 160)), WHOLE) is None


def test_the_object_is_drawn_where_it_is_seen() -> None:
    aim, picture = seen(parse(MUG))
    last = fitted(parse(MUG), aim, evidence())[-1]
    drawn = overlay(picture, last)
    differs = (np.asarray(drawn) != np.asarray(picture)).any(-1)
    assert drawn.size == (FRAME, FRAME)
    assert overlap(differs, (np.asarray(picture) < 250).any(-1)) > 0.95


@pytest.mark.parametrize("category", geometry.categories())
def test_a_batch_has_the_vertices_of_its_objects(category: str) -> None:
    program = parse(geometry.sample(category, np.random.default_rng(5)))
    free = tuple(
        Free(place, parameter.name, index, 1.0)
        for place, part in enumerate(program.parts)
        for parameter in part.template.parameters
        for index, kind in enumerate(parameter.kinds[: len(part.parameters[parameter.name])])
        if kind == "length" and part.parameters[parameter.name][index]
    )
    shape, alone = Shape(program, free), Shape(program, ()).vertices(np.zeros((1, 0)))[0]
    points = shape.vertices(np.stack([shape.numbers] * 2))
    assert shape.faces.max() == points.shape[1] - 1
    for own in points:
        assert own.min(0) == pytest.approx(alone.min(0), abs=0.01)
        assert own.max(0) == pytest.approx(alone.max(0), abs=0.01)
