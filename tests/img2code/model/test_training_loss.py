"""What numbers are learnt as: near ones count as nearly right, whatever their bins."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from geometry import templates
from img2code import grammar
from img2code.model import vocabulary as v
from img2code.model.config import Config
from img2code.model.net import Net
from img2code.model.training.loop import Trainer
from img2code.model.training.loss import BIN_SOFTNESS, soft_loss
from img2code.model.vocabulary import Vocabulary

CATEGORIES = ["Bottle", "Door", "Microwave", "Table"]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(CATEGORIES)


def row_of(vocabulary: Vocabulary, parameter: str) -> int:
    """The first number of a parameter of a microwave oven's door."""
    slots = grammar.slots(templates("Microwave")["Cuboidal_Door"])
    index = next(n for n, slot in enumerate(slots) if slot.parameter == parameter)
    return vocabulary.first_slot["Microwave", "Cuboidal_Door"] + index


def zero(vocabulary: Vocabulary, row: int) -> int:
    """The bin that stands for 0."""
    bins = np.flatnonzero(vocabulary.attainable[row])
    return int(bins[np.abs(vocabulary.values[row, bins]).argmin()])


def target(vocabulary: Vocabulary, rows: np.ndarray, bins: np.ndarray) -> np.ndarray:
    """(N, BINS) the distributions that would be learnt, from the gradients of the loss."""
    mask = torch.tensor(vocabulary.attainable[rows])
    scores = torch.zeros(len(rows), v.BINS, requires_grad=True)
    places = torch.tensor(vocabulary.places[rows])
    soft_loss(scores, torch.tensor(bins), BIN_SOFTNESS, mask, places).sum().backward()
    assert scores.grad is not None
    learnt: np.ndarray = 1 / v.BINS - scores.grad.numpy()
    return learnt


def test_a_closed_door_is_not_learnt_as_one_that_is_open(vocabulary: Vocabulary) -> None:
    row = row_of(vocabulary, "rotation")
    closed = zero(vocabulary, row)
    assert vocabulary.values[row, closed - 2] < -30  # degrees: next to 0 by number, far by angle
    learnt = target(vocabulary, np.array([row]), np.array([closed]))[0]
    assert learnt[closed] == pytest.approx(1, abs=1e-3)


def test_what_is_learnt_lies_near(vocabulary: Vocabulary) -> None:
    rng = np.random.default_rng(0)
    rows = np.flatnonzero(~vocabulary.discrete)
    bins = np.array([rng.choice(np.flatnonzero(vocabulary.attainable[row])) for row in rows])
    learnt = target(vocabulary, rows, bins)
    away = np.abs(vocabulary.places[rows] - vocabulary.places[rows, bins][:, None])
    assert np.where(away > 3, learnt, 0).sum(1).max() < 0.05
    shared = (learnt > 0.01).sum(1) > 10  # among the numbers of most slots bins stay soft
    assert shared.mean() > 0.5


def test_known_numbers_are_not_shaken_far_away(vocabulary: Vocabulary) -> None:
    net = Net(Config(categories=tuple(CATEGORIES), width=48), vocabulary)
    trainer = Trainer(net, vocabulary, 1e-3, torch.device("cpu"))
    torch.manual_seed(0)
    closed, width = row_of(vocabulary, "rotation"), row_of(vocabulary, "size")
    for row, bin_, moves in ((closed, zero(vocabulary, closed), False), (width, 512, True)):
        inputs = torch.zeros(4, 500, dtype=torch.long)
        inputs[2], inputs[3] = v.FIRST_SLOT + row, bin_
        trainer._jitter(inputs)
        known = inputs[3].numpy()
        away = np.abs(vocabulary.places[row, known] - vocabulary.places[row, bin_])
        assert away.max() < 2
        assert (vocabulary.values[row, known] != vocabulary.values[row, bin_]).any() == moves
