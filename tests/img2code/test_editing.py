"""Edits of codes: numbers and their ranges, parts added, removed and swapped."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

import geometry
import stats
from geometry.errors import CodeError
from geometry.program import Program, parse
from geometry.schema.template import Template
from img2code import editing, limits, swapping

CATEGORIES = geometry.categories()


def sampled(category: str, seed: int = 1) -> Program:
    return parse(geometry.sample(category, np.random.default_rng(seed)))


def sides(category: str, program: Program, number: int) -> np.ndarray:
    part = program.parts[number]
    bounds: np.ndarray = geometry.part_mesh(category, part.template.name, part.parameters).bounds
    return bounds


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_number_in_use_has_a_range_around_it(category: str) -> None:
    program = sampled(category)
    for number, part in enumerate(program.parts):
        shown = editing.numbers(program, number)
        assert [each.parameter for each in shown] == sorted(
            (each.parameter for each in shown), key=[p.name for p in part.template.parameters].index
        )
        for each in shown:
            assert each.value == part.parameters[each.parameter][each.index]
            assert each.least <= each.value <= each.most
            assert each.least < each.most
            usual = stats.edges(category, part.template.name, each.parameter, each.index)
            if usual[0] > 0 and each.parameter not in ("position", "rotation"):
                assert each.least > 0


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_number_can_be_changed_to_its_ends(category: str) -> None:
    """Where the object can be built so; else it is said, and nothing is changed."""
    program = sampled(category)
    code = program.as_dict()
    refused: list[str] = []
    for number in range(len(program.parts)):
        for each in editing.numbers(program, number):
            for value in (each.least, each.most):
                try:
                    edited = editing.changed(program, number, each.parameter, each.index, value)
                except CodeError as error:
                    refused.append(error.where)
                    continue
                now = edited.parts[number].parameters[each.parameter][each.index]
                assert now == pytest.approx(value)
                others = zip(program.parts, edited.parts, strict=True)
                assert all(a is b for n, (a, b) in enumerate(others) if n != number)
    assert program.as_dict() == code
    assert all(category in where for where in refused)


def test_counts_are_rounded_and_new_blocks_get_the_usual_numbers() -> None:
    program = sampled("StorageFurniture")
    places = [
        (number, each)
        for number in range(len(program.parts))
        for each in editing.numbers(program, number)
        if each.kind == "count"
    ]
    assert places
    for number, each in places:
        before = len(editing.numbers(program, number))
        more = editing.changed(program, number, each.parameter, each.index, each.value + 1.3)
        shown = editing.numbers(more, number)
        assert more.parts[number].parameters[each.parameter][each.index] == each.value + 1
        added = shown[before:] if len(shown) > before else ()
        lengths = [new.value for new in added if new.kind == "length" and new.least > 0]
        assert all(length > 0 for length in lengths)


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_part_is_added_in_its_place_and_removed_again(category: str) -> None:
    program = sampled(category)
    for template in editing.addable(program):
        more, number = editing.added(program, template.name)
        assert more.parts[number].template == template
        ranks = [list(program.category.templates).index(p.template.name) for p in more.parts]
        assert ranks == sorted(ranks)
        assert editing.removed(more, number).as_dict() == program.as_dict()


def swaps(category: str) -> Iterator[tuple[Program, int, Template]]:
    program = sampled(category)
    for number in range(len(program.parts)):
        for template in editing.swappable(program, number):
            yield program, number, template


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_swap_keeps_the_place(category: str) -> None:
    for program, number, template in swaps(category):
        swapped = swapping.swapped(program, number, template.name)
        assert template.role == program.parts[number].template.role
        assert swapped.parts[number].template == template
        before, after = sides(category, program, number), sides(category, swapped, number)
        size = float(np.ptp(before, axis=0).max())
        assert np.abs(before.mean(0) - after.mean(0)).max() < 0.2 * size


def test_swaps_keep_the_size_as_far_as_shapes_allow() -> None:
    """A round part cannot have every box, and few have exactly another one's."""
    off = []
    for category in CATEGORIES:
        for program, number, template in swaps(category):
            swapped = swapping.swapped(program, number, template.name)
            before, after = sides(category, program, number), sides(category, swapped, number)
            size = float(np.ptp(before, axis=0).max())
            off.append(float(np.abs(before - after).max()) / size)
    assert len(off) > 100
    assert np.median(off) < 0.02
    assert np.quantile(off, 0.9) < 0.2


def test_there_is_no_room_for_more_than_the_format_allows() -> None:
    program = sampled("Mug")
    body = program.parts[0].template.name
    assert body not in [each.name for each in editing.addable(program)]
    with pytest.raises(CodeError, match="expected one of"):
        editing.added(program, body)
    with pytest.raises(CodeError, match="expected one of"):
        swapping.swapped(program, 0, "Curved_Handle")
    code = program.as_dict()
    alone = parse({**code, "conceptualization": code["conceptualization"][:1]})
    with pytest.raises(CodeError, match="only part"):
        editing.removed(alone, 0)


@pytest.mark.parametrize(
    ("number", "parameter", "index", "value", "place"),
    [
        (9, "outer_size", 0, 1.0, "part 10"),
        (0, "outer_siz", 0, 1.0, "Did you mean outer_size"),
        (0, "outer_size", 7, 1.0, "an index from 0 to 2"),
        (0, "outer_size", 0, float("nan"), "a finite number"),
        (0, "outer_size", 0, 1e9, "a finite number"),
    ],
)
def test_what_cannot_be_is_said_with_its_place(
    number: int, parameter: str, index: int, value: float, place: str
) -> None:
    body = {"template": "Cylindrical_Body", "parameters": {}}
    body["parameters"] = stats.typical("Mug", "Cylindrical_Body")
    program = parse({"category": "Mug", "conceptualization": [body]})
    with pytest.raises(CodeError, match=place):
        editing.changed(program, number, parameter, index, value)


def test_an_edit_is_not_larger_than_what_strangers_may_ask_for() -> None:
    program = sampled("Table")
    entry = program.as_dict()["conceptualization"][0]
    code = {"category": "Table", "conceptualization": [entry] * (limits.MAX_CODE_PARTS + 1)}
    with pytest.raises(CodeError, match="at most 64"):
        editing.checked(code, program)
