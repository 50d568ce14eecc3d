"""Parts that always touch in sampled objects: small gaps between them are closed, no other ones."""

from __future__ import annotations

import copy
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import geometry
import stats
from geometry import contacts, program
from img2code.backends.fake import Fake
from img2code.reconstruct import Reconstructor

sys.path.append(str(Path(__file__).parents[2] / "tools"))
import contact_table as measuring

PICTURE = Image.new("RGB", (64, 48), (200, 30, 30))
BODY, LID = 0, 1


def sampled(category: str, seed: int = 3) -> dict:
    return geometry.sample(category, np.random.default_rng(seed))


def height(code: dict) -> float:
    return float(np.ptp(geometry.mesh(code).bounds[:, 1]))


def raised(fraction: float, part: int = LID) -> tuple[dict, dict]:
    """A bottle, and the same one with its lid higher by a fraction of the height."""
    code = sampled("Bottle")
    other = copy.deepcopy(code)
    other["conceptualization"][part]["parameters"]["position"][1] += fraction * height(code)
    return code, other


@pytest.mark.parametrize("fraction", [0.03, 0.08])
def test_a_lid_that_hovers_reaches_down(fraction: float) -> None:
    whole, apart = raised(fraction)
    closed, told = contacts.closed(program.parse(apart))
    code = closed.as_dict()
    assert code["conceptualization"][BODY] == apart["conceptualization"][BODY]
    assert [(gap.carried, gap.carrier, gap.axis) for gap in told] == [
        ("Cylindrical_Lid", "Multilevel_Body", "y")
    ]
    assert told[0].distance == pytest.approx(fraction * height(whole))
    body, lid = (contacts.face_box(place, None) for place in contacts.boxes(closed))
    assert lid[0][1] == pytest.approx(body[1][1])
    assert np.allclose(geometry.mesh(code).bounds, geometry.mesh(apart).bounds)
    before, after = (c["conceptualization"][LID]["parameters"] for c in (apart, code))
    assert {name for name in after if after[name] != before[name]} == {"outer_size", "position"}


@pytest.mark.parametrize("fraction", [-0.08, 0.2])
def test_overlaps_and_wide_gaps_stay(fraction: float) -> None:
    apart = program.parse(raised(fraction)[1])
    assert contacts.closed(apart) == (apart, ())


def test_what_stands_beside_a_part_is_not_pulled_to_it() -> None:
    _, apart = raised(0.08)
    apart["conceptualization"][LID]["parameters"]["position"][0] += 10
    assert contacts.closed(program.parse(apart))[1] == ()


@pytest.mark.parametrize("category", geometry.categories())
def test_sampled_objects_stay_as_they_are(category: str) -> None:
    for seed in range(5):
        code = program.parse(sampled(category, seed))
        assert contacts.closed(code) == (code, ())
        decoded = program.parse(stats.decode(stats.encode(code.as_dict())))
        assert contacts.closed(decoded) == (decoded, ())


def test_only_the_recovered_code_is_changed_and_it_is_told() -> None:
    _, apart = raised(0.08)
    tokens = stats.encode(apart)
    text = json.dumps(tokens)
    result = Reconstructor(Fake([text]), strict=True).run(PICTURE)
    assert result.raw_text == text
    assert result.token_code == tokens
    decoded = program.parse(stats.decode(tokens))
    assert result.program == contacts.closed(decoded)[0] != decoded
    assert [repair.kind for repair in result.mended] == ["adjustment"]
    assert result.repairs[0].startswith("Cylindrical_Lid: longer by 0.")


@pytest.mark.parametrize("category", ["Bottle", "KitchenPot", "Trashcan", "USB"])
def test_the_table_is_what_sampled_objects_say(category: str) -> None:
    known = contacts.known(category)
    assert known
    assert tuple(measuring.measured(category)) == known
