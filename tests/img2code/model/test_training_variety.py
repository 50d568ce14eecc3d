"""What training makes more various, and how it weighs numbers."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
import torch

import geometry
import stats
from geometry.program import parse
from img2code.evaluate.score import held_out
from img2code.model.config import Config
from img2code.model.net import Net
from img2code.model.training import influence
from img2code.model.training.loop import Trainer
from img2code.model.vocabulary import FIRST_SLOT, Vocabulary
from img2code.render.before import drawn_before
from img2code.render.examples import (
    DEVELOPMENT,
    HELD_OUT,
    TRAINING,
    examples,
    sample_object,
    sample_view,
)
from img2code.render.renderer import Renderer
from img2code.render.scene import Look, sample_look
from img2code.render.textures import DECALS, PANES, decals
from img2code.render.variety import MOST, scales, widened

SIZE = 96


@pytest.mark.parametrize("category", geometry.categories())
def test_numbers_move_within_bins_and_bounds_and_parts_stay_together(category: str) -> None:
    rng = np.random.default_rng(7)
    changed = 0
    for _ in range(4):
        code = geometry.sample(category, rng)
        wider = widened(code, rng)
        assert parse(wider).as_dict() == wider
        assert geometry.templates(category).keys() >= {
            part["template"] for part in wider["conceptualization"]
        }
        for part, other in zip(code["conceptualization"], wider["conceptualization"], strict=True):
            measures = set(scales(category, part))
            for name, row in part["parameters"].items():
                for index, value in enumerate(row):
                    new = other["parameters"][name][index]
                    if new == value:
                        continue
                    changed += 1
                    assert (name, index) in measures
                    assert abs(new - value) <= MOST * abs(value) + 1e-9
                    edges = stats.edges(category, part["template"], name, index)
                    assert edges[0] <= new <= edges[-1]
    assert changed


def test_held_out_objects_are_not_widened() -> None:
    first, again = np.random.default_rng(3), np.random.default_rng(3)
    assert sample_object("Mug", first)[0] == sample_object("Mug", again, widen=0.0)[0]
    assert first.random() == again.random()


def test_pictures_before_photographs_show_them_outside_the_object() -> None:
    rng = np.random.default_rng(5)
    _, parts = sample_object("Mug", rng)
    green = np.zeros((150, 150, 3), np.uint8)
    green[..., 1] = 200
    with Renderer(SIZE) as renderer:
        look = sample_look(rng, len(parts))
        turn = sample_view(rng).matrix()
        picture, mask = drawn_before(rng, renderer, parts, turn, look, [green])
        assert picture.shape == (SIZE, SIZE, 3)
        far = mask == 0
        assert far.any()
        assert (mask == 255).any()
        assert (picture[far][:, 1].astype(int) - picture[far][:, 0] > 20).mean() > 0.9
        some = islice(examples(rng, "Mug", renderer, photographs=[green]), 16)
        corners = [example.picture[0, 0] for example in some]
    before = [int(c[1]) - int(c[0]) > 20 and int(c[1]) - int(c[2]) > 20 for c in corners]
    assert any(before)
    assert not all(before)


def test_numbers_that_move_the_surface_far_weigh_more() -> None:
    vocabulary = Vocabulary(["Bottle"])
    weights = influence.table(vocabulary, 6)
    assert weights.shape == (len(vocabulary.slots),)
    assert weights.min() >= influence.LEAST
    assert weights.max() <= influence.MOST
    assert np.all(weights[vocabulary.discrete] == 1)

    def of(parameter: str, index: int) -> float:
        names = [(slot.parameter, slot.index) for slot in vocabulary.slots]
        return float(weights[names.index((parameter, index))])

    assert of("level_1_size", 1) > of("inner_size", 0)  # the body's height, the lid's cavity


def test_small_round_parts_weigh_by_their_surface_not_by_their_vertices() -> None:
    """A door is its panel and how far it is open, not its hinges, which have most faces."""
    vocabulary = Vocabulary(["Door"])
    weights = influence.table(vocabulary, 6)

    def of(template: str, parameter: str) -> float:
        return float(weights[[(s.template, s.parameter) for s in vocabulary.slots].index(
            (template, parameter)
        )])  # fmt: skip

    least = of("Standard_Hinge", "offset_1")
    assert of("Standard_Door", "size") > 2 * least
    assert of("Standard_Door", "door_rotation") > 2 * least


def bottle() -> tuple[Net, Vocabulary, np.ndarray, torch.Tensor]:
    """A network that knows bottles, the decisions of one, and features of no picture."""
    vocabulary = Vocabulary(["Bottle"])
    torch.manual_seed(0)
    net = Net(Config(categories=("Bottle",)), vocabulary)
    rng = np.random.default_rng(0)
    code, _ = sample_object("Bottle", rng)
    steps = vocabulary.steps(code, sample_view(rng))
    row = np.stack((steps.slots, steps.repeats, steps.answers))
    return net, vocabulary, row, torch.zeros(1, 40, Config.size // 8, Config.size // 8)


def test_the_loss_minds_what_a_number_weighs() -> None:
    net, vocabulary, row, features = bottle()
    net.eval()

    def loss(weights: np.ndarray | None) -> float:
        trainer = Trainer(net, vocabulary, 1e-3, torch.device("cpu"), weights)
        with torch.inference_mode():
            return trainer.run(features, [row])["loss"]

    slots = len(vocabulary.slots)
    flat, none, double = loss(None), loss(np.zeros(slots)), loss(np.full(slots, 2.0))
    assert none < flat < double
    assert double - flat == pytest.approx(flat - none, rel=1e-3)
    assert (row[0] >= FIRST_SLOT).any()


def test_training_in_bfloat16_descends_as_in_float32() -> None:
    """The same updates; filters with a stride, whose gradients it makes slow, stay in float32."""
    losses: dict[tuple[bool, int], float] = {}
    kinds: list[torch.dtype] = []
    for short in (False, True):
        net, vocabulary, row, features = bottle()
        net.train()
        trainer = Trainer(net, vocabulary, 1e-3, torch.device("cpu"), short=short)
        for layer in net.encoder.strided_filters():
            layer.register_forward_hook(lambda _, inputs, found: kinds.append(found.dtype))
        for step in range(6):
            torch.manual_seed(step)
            losses[short, step] = trainer.run(features, [row])["loss"]
            trainer.update(0.1)
        assert losses[short, 5] < losses[short, 0]
    assert kinds
    assert set(kinds) == {torch.float32}
    assert losses[True, 0] == pytest.approx(losses[False, 0], rel=0.02)


def test_development_objects_are_others_than_those_held_out_and_trained_on() -> None:
    held = next(held_out(["Mug"], 1))
    chosen_by = next(held_out(["Mug"], 1, seeds=DEVELOPMENT))
    assert len({TRAINING, HELD_OUT, DEVELOPMENT}) == 3
    assert held.code != chosen_by.code
    assert next(held_out(["Mug"], 1)).code == held.code


@pytest.mark.parametrize(("widen", "most"), [(0.5, 40), (0.0, 0)])
def test_doors_have_panes_in_training_alone(
    monkeypatch: pytest.MonkeyPatch, widen: float, most: int
) -> None:
    looks: list[Look] = []

    class Drawn:
        def draw(self, parts: object, turn: object, look: Look) -> np.ndarray:
            looks.append(look)
            return np.zeros((4, 4, 3), np.uint8)

    seen = list(islice(examples(np.random.default_rng(1), "Oven", Drawn(), widen=widen), 40))
    glazed = 0
    for example, look in zip(seen, looks, strict=True):
        names = [part["template"] for part in example.code["conceptualization"]]
        for number, material in enumerate(look.parts):
            if material.decal >= DECALS:
                assert "Door" in names[number]
                glazed += 1
    assert glazed <= most
    assert bool(glazed) == bool(most)


def test_panes_follow_the_prints_and_cover_what_they_are_on() -> None:
    every = decals()
    assert every.shape == (DECALS + PANES, 128, 128, 4)
    solid = (every[DECALS:, ..., 3] > 200).mean((1, 2))
    assert solid.min() > 0.35
    dark = every[DECALS:, ..., :3].mean((1, 2, 3))
    assert np.median(dark) < 110
