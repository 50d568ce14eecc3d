"""Pieces are counted by a closer look: what is counted, what a guess becomes, how it is learnt."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import geometry
from geometry.program import Program, parse
from img2code.backends.embedded import Embedded
from img2code.image import open_image
from img2code.model import counting
from img2code.model.counting import MOST, SIDE, Counter, Kind, kinds
from img2code.model.training import counting as training
from img2code.reconstruct import Reconstructor
from img2code.vision.paint.embedded import Embedded as Painter
from img2code.vision.reading import Reader
from img2code.vision.words import facts

BUTTONS = Kind("Microwave", "Controller_With_Button", "num_buttons")


@pytest.fixture(scope="module")
def embedded() -> Embedded:
    return Embedded()


def sampled(category: str, seed: int) -> Program:
    return parse(geometry.sample(category, np.random.default_rng(seed)))


def test_the_shipped_weights_count_what_there_is(embedded: Embedded) -> None:
    assert set(embedded.counter.kinds) == set(kinds(training.CATEGORIES))
    pictures = np.random.default_rng(0).integers(0, 256, (3, SIDE, SIDE, 3), dtype=np.uint8)
    scores = embedded.counter.scores(pictures)
    assert tuple(scores.shape) == (3, len(embedded.counter.kinds), MOST)
    assert scores.exp().sum(-1).numpy() == pytest.approx(1, abs=1e-4)
    assert torch.allclose(scores[1], embedded.counter.scores(pictures[1:2])[0], atol=1e-3)


@pytest.mark.parametrize("category", training.CATEGORIES)
def test_each_piece_has_a_middle_within_its_part(category: str) -> None:
    known = kinds([category])
    found = 0
    for seed in range(12):
        program = sampled(category, seed)
        for number, part in enumerate(program.parts):
            for kind in known:
                if kind.template != part.template.name:
                    continue
                middles = training._middles(program, number, kind.parameter)
                points = [m[0] for m in program.meshes(8)[number] if m is not None]
                low, high = np.concatenate(points).min(0), np.concatenate(points).max(0)
                assert (middles >= low - 1e-9).all()
                assert (middles <= high + 1e-9).all()
                said = round(part.parameters[kind.parameter][0])
                assert len(middles) <= max(said, 1)
                found += len(middles) == said
    assert found


class Fixed(Counter):
    """Always sees the same number of pieces of everything."""

    def __init__(self, number: int) -> None:
        super().__init__([BUTTONS])
        self.number = number

    def scores(self, pictures: np.ndarray) -> torch.Tensor:
        certain = torch.full((len(pictures), 1, MOST), -50.0)
        certain[:, 0, self.number] = 0.0
        return certain


@pytest.fixture(scope="module")
def painted() -> Image.Image:
    painter = Painter(Reader.load())
    return painter.paint("a red microwave with two buttons", size=512)[0].picture


@pytest.mark.parametrize("number", [1, 2, 4])
def test_the_answer_has_what_the_closer_look_counted(
    embedded: Embedded, painted: Image.Image, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(embedded, "counter", Fixed(number))
    result = Reconstructor(embedded).run(painted, "Microwave")
    assert facts.counts(result.program)["button"] == number
    assert Reconstructor(embedded).finish(result.raw_text, None, 0, 0, 0).code == result.code


def test_counts_that_are_right_leave_the_answer_as_it_is(
    embedded: Embedded, painted: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = open_image(painted)
    (seen,) = embedded.see([picture])
    pieces = embedded.generate_seen([seen], ["Microwave"])
    text = "".join(piece for _, piece in pieces if piece)
    program = Reconstructor(embedded).finish(text, None, 0, 0, 0).program
    number = facts.counts(program)["button"]
    monkeypatch.setattr(embedded, "counter", Fixed(number))
    assert embedded.look_again(picture, seen, program) is None
    monkeypatch.setattr(embedded, "counter", Fixed(MOST - 1))  # no microwave has so many
    assert embedded.look_again(picture, seen, program) is None  # and none is read


@pytest.mark.parametrize(
    ("text", "noun", "number"),
    [
        ("a purple microwave with four buttons", "button", 4),
        ("a blue washing machine with two buttons", "button", 2),
        ("a blue window with four panes", "pane", 4),
        ("a black switch with two rockers", "rocker", 2),
    ],
)
def test_what_is_painted_is_counted(text: str, noun: str, number: int) -> None:
    reader = Reader.load()
    painting = Painter(reader).paint(text)[0]
    assert facts.counts(painting.program)[noun] == number
    assert facts.counts(reader.read(open_image(painting.picture)).program)[noun] == number


def test_it_is_drawn_and_learnt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("SHARD", 5), ("VIEWS", 1), ("HELD", 2), ("BATCH", 4)):
        monkeypatch.setattr(training, name, value)
    folder = tmp_path / "data"
    folder.mkdir()
    training.write_shard(folder / "Microwave-0000.npz", 0, "Microwave", None)
    data = training.Squares(folder, kinds(training.CATEGORIES))
    assert {data.known[n] for n in data.kinds} == {BUTTONS}
    pictures, marks = data.batch(data.rest[:2], np.random.default_rng(0))
    assert tuple(pictures.shape) == (2, 3, SIDE, SIDE)
    assert tuple(marks.shape) == (2, SIDE // 4, SIDE // 4)
    assert marks.amax() > 0.5  # a button's middle
    out = tmp_path / "counting.safetensors"
    options = argparse.Namespace(data=folder, out=out, minutes=0.02, rate=1e-3)
    training.learn(options)
    assert counting.load(out).kinds == tuple(kinds(training.CATEGORIES))
    training.learn(options)  # goes on
