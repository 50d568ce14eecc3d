"""The gallery of the tab Compare while it is filled: what the visitor chose stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from page_server import unserved

import geometry
from geometry.program import parse
from img2code.backends.fake import Fake
from img2code.page import gallery
from img2code.result import Result

SIDES = ("left", "right")


@pytest.fixture(scope="module")
def mine() -> gallery.Own:
    program = parse(geometry.sample("Mug", np.random.default_rng(0)))
    return gallery.Own("own-1", "Yours: Mug", "", Result(program, {}, "", 10, 0.5, 0.1, ()))


@pytest.fixture
def fill() -> Callable[..., Iterator[dict[str, Any]]]:
    """The handler of a page whose examples are still to be made, by the elements that it fills."""
    found = [fn.fn for fn in unserved(Fake()).fns.values() if fn.api_name == "fill"]

    def filled(*given: Any) -> Iterator[dict[str, Any]]:
        for updates in found[0](*given):
            yield {part.elem_id: new for part, new in updates.items() if part.elem_id}

    return filled


def test_the_first_result_is_no_card_before_both_sides_are_set(
    fill: Callable[..., Iterator[dict[str, Any]]], mine: gallery.Own
) -> None:
    """It would be put on the right and give way to the first example there."""
    steps = list(fill([mine], None, None))
    assert "more to reconstruct" in steps[0]["cards"]
    assert "Yours: Mug" not in steps[0]["cards"]
    assert not any(f"{side}-choice" in steps[0] for side in SIDES)
    assert steps[1]["left-choice"].value == "own-1"
    assert steps[1]["right-choice"].value
    assert "Yours: Mug" in steps[1]["cards"]
    for later in steps[2:]:
        for side in SIDES:
            assert f"{side}-panel" not in later
            assert "value" not in later[f"{side}-choice"].constructor_args


def test_what_stands_on_a_side_is_not_put_there_again(
    fill: Callable[..., Iterator[dict[str, Any]]], mine: gallery.Own
) -> None:
    """A card chosen before the gallery is read again would give way to what was there."""
    *_, last = fill([mine], None, None)
    left, right = (key for _, key in last["left-choice"].choices[1:3])
    for step in fill([mine], left, right):
        assert not any(f"{side}-panel" in step for side in SIDES)
        assert not any("value" in step[f"{side}-choice"].constructor_args for side in SIDES)


def test_what_is_gone_gives_way(
    fill: Callable[..., Iterator[dict[str, Any]]], mine: gallery.Own
) -> None:
    list(fill([mine], None, None))
    (step,) = fill([mine], "own-0", "own-1")
    assert step["left-choice"].value == "own-1"
    assert "right-panel" not in step


def test_a_card_names_its_entry_not_its_place(
    fill: Callable[..., Iterator[dict[str, Any]]], mine: gallery.Own
) -> None:
    """The list may have grown at its beginning since the card was drawn."""
    *_, last = fill([mine], None, None)
    for _, key in last["left-choice"].choices:
        assert last["cards"].count(f'data-key="{key}"') == len(SIDES)
