"""Everyday objects: shut where they can be, knives out, even fronts that tokens can say."""

import numpy as np
import pytest

import geometry
import stats
from geometry.articulation import articulate
from geometry.schema.joint import Joint
from img2code.render.everyday import OUT, SHUT, even_front, everyday
from img2code.render.examples import sample_object
from img2code.render.variety import scales


def joints(code: dict) -> list[Joint]:
    return [link.joint for link in articulate(code) if link.joint]


def is_shut(code: dict) -> bool:
    return all(abs(joint.closed) < 1e-4 for joint in joints(code))


@pytest.mark.parametrize("category", sorted(SHUT - {"StorageFurniture"}))
def test_what_can_be_shut_is_shut(category: str) -> None:
    rng = np.random.default_rng(3)
    before = after = 0
    for _ in range(25):
        sampled = geometry.sample(category, rng)
        usual = everyday(sampled, rng)
        assert usual == sampled or is_shut(usual)
        before, after = before + is_shut(sampled), after + is_shut(usual)
    assert after > before


@pytest.mark.parametrize("category", sorted(OUT))
def test_what_opens_is_as_far_out_as_it_goes(category: str) -> None:
    rng = np.random.default_rng(3)
    moved = 0
    for _ in range(25):
        sampled = geometry.sample(category, rng)
        usual = everyday(sampled, rng)
        moved += usual != sampled
        for joint in joints(usual) if usual != sampled else ():
            rest = joint.limits[joint.direction > 0]
            assert abs(rest) < 1e-4 or abs(joint.closed) < 1e-4
    assert moved


@pytest.mark.parametrize("category", sorted(set(geometry.categories()) - SHUT - OUT))
def test_other_objects_are_as_they_were(category: str) -> None:
    rng = np.random.default_rng(3)
    sampled = geometry.sample(category, rng)
    assert everyday(sampled, rng) == sampled


def blocks(code: dict, template: str, counter: str, numbers: str, size: int) -> np.ndarray:
    """(N, size) of all doors or drawers of a piece."""
    rows = [
        np.reshape(values[numbers][: size * values[counter][0]], (-1, size))
        for part in code["conceptualization"]
        if part["template"] == template
        for values in [part["parameters"]]
    ]
    return np.concatenate(rows) if rows else np.zeros((0, size))


def test_fronts_are_even() -> None:
    rng = np.random.default_rng(4)
    shut, doors_seen, drawers_seen = 0, 0, 0
    for _ in range(40):
        code = even_front(rng)
        assert len(geometry.mesh(code).faces)
        doors = blocks(code, "Regular_door", "number_of_door", "doors_params", 12)
        drawers = blocks(code, "Regular_drawer", "number_of_drawer", "drawers_params", 20)
        assert len(doors) + len(drawers)
        for height in (doors[:, 1], drawers[:, 5]):  # a door's, a drawer's front board
            assert len(set(np.round(height, 4))) <= 6  # rows of a piece, not one for each
        if len(doors):  # as wide as each other, but for a divider's half at the sides
            assert np.ptp(doors[:, 0]) < 0.02
        shut, doors_seen = shut + is_shut(code), doors_seen + len(doors)
        drawers_seen += len(drawers)
    assert shut > 20
    assert doors_seen > 20
    assert drawers_seen > 20


def test_fronts_are_within_the_bins_of_their_tokens() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        for part in even_front(rng)["conceptualization"]:
            measures = set(scales("StorageFurniture", part))
            assert measures
            for parameter, values in part["parameters"].items():
                counts = parameter in ("size", "number_of_door", "number_of_drawer")
                for index, value in enumerate(values):
                    if counts or (parameter, index) in measures:
                        edges = stats.edges("StorageFurniture", part["template"], parameter, index)
                        room = 0.031 * np.ptp(edges)
                        assert edges[0] - room <= value <= edges[-1] + room, (parameter, index)


def test_objects_are_the_sampled_ones_unless_usual_ones_are_asked_for() -> None:
    one, other = (np.random.default_rng(6) for _ in range(2))
    code, _ = sample_object("Refrigerator", one)
    assert code["conceptualization"]
    assert sample_object("Refrigerator", other, usual=0.0)[0] == code
    assert one.bit_generator.state == other.bit_generator.state
    usual = [
        sample_object("Refrigerator", np.random.default_rng(n), usual=1.0)[0] for n in range(5)
    ]
    assert all(map(is_shut, usual))
