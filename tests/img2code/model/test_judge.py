"""Probabilities from two ways of seeing."""

from __future__ import annotations

import pytest
import torch

from img2code.model.imagenet import CLASSES, FEATURES
from img2code.model.judge import FLOOR, Judge

NAMES = ("Mug", "Globe", "Chair")


@pytest.fixture
def judge() -> Judge:
    """ImageNet's class 7 is a mug, 8 and 9 are chairs; globes have a class of their own."""
    torch.manual_seed(0)
    return Judge(NAMES, {"Mug": [7], "Chair": [8, 9]}, ["Globe"])


def seen(count: int = 5) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    return (
        torch.randn(count, FEATURES),
        torch.randn(count, CLASSES),
        torch.randn(count, len(NAMES)).log_softmax(1),
    )


def test_probabilities_sum_to_one_whatever_is_seen(judge: Judge) -> None:
    features, logits, own = seen()
    for scale in (0.0, 1.0, 1e4):
        probabilities, known = judge(features * scale, logits * scale, own)
        assert torch.allclose(probabilities.sum(1), torch.ones(5), atol=1e-5)
        assert ((probabilities >= 0) & (known[:, None] >= 0) & (known[:, None] <= 1)).all()


def test_classes_add_up_to_their_category(judge: Judge) -> None:
    logits = torch.full((1, CLASSES), -20.0)
    logits[0, [8, 9]] = 5.0
    found = judge.by_classes(logits, torch.full((1, 1), -20.0)).exp()
    assert found[0].tolist() == pytest.approx([FLOOR, FLOOR, 1 + FLOOR], abs=1e-3)
    found = judge.by_classes(logits, torch.full((1, 1), 30.0)).exp()
    assert found[0].tolist() == pytest.approx([FLOOR, 1 + FLOOR, FLOOR], abs=1e-3)


@torch.no_grad()
def test_what_looks_like_a_photograph_is_judged_by_imagenet_and_renders_by_our_network(
    judge: Judge,
) -> None:
    features, logits, own = seen(1)
    logits[0, 7], own = 30.0, torch.tensor([[-9.0, -9.0, 0.0]]).log_softmax(1)
    judge.photograph_weights.copy_(torch.tensor([1.0, 0.0, 0.0]))
    judge.render_weights.copy_(torch.tensor([0.0, 0.0, 1.0]))
    judge.photograph.weight.zero_()
    for bias, expected in ((20.0, "Mug"), (-20.0, "Chair")):
        judge.photograph.bias.fill_(bias)
        probabilities, _ = judge(features, logits, own)
        assert NAMES[int(probabilities.argmax())] == expected
