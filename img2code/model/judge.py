"""Decides the category from two ways of seeing: ImageNet's network, and ours that knows renders.

Either is sure of itself on pictures that it knows nothing of, so what decides between them is how
much a picture looks like a photograph, and how well they agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from img2code.model.imagenet import CLASSES, FEATURES

#: What a category has at least of ImageNet's probability, so that no other evidence is lost.
FLOOR = 1e-4
#: Ways of seeing whose log-probabilities are weighed: ImageNet's classes, a linear head on its
#: features, our own network.
WAYS = 3
SIGNS = 6  # numbers that say whether a picture is like a photograph
HINTS = 8  # numbers that say whether it shows one of the categories


class Judge(nn.Module):
    """Probabilities of the categories, and whether it is one of them.

    classes: per category the ImageNet classes that stand for it; more: categories that get a class
    of their own beside ImageNet's, learnt from few pictures.
    """

    membership: Tensor  # (1000 + more, categories) 0 or 1

    def __init__(
        self,
        categories: Sequence[str],
        classes: Mapping[str, Sequence[int]],
        more: Sequence[str],
    ) -> None:
        super().__init__()
        self.rows = nn.Linear(FEATURES, len(more))
        self.photograph_head = nn.Linear(FEATURES, len(categories))
        self.render_head = nn.Linear(FEATURES, len(categories))
        self.gate = nn.Linear(FEATURES, 1)
        self.photograph = nn.Linear(SIGNS, 1)
        self.known = nn.Linear(HINTS, 1)
        self.photograph_weights = nn.Parameter(torch.ones(WAYS))
        self.render_weights = nn.Parameter(torch.ones(WAYS))
        membership = torch.zeros(CLASSES + len(more), len(categories))
        for column, category in enumerate(categories):
            membership[list(classes.get(category, ())), column] = 1
            if category in more:
                membership[CLASSES + list(more).index(category), column] = 1
        self.register_buffer("membership", membership, persistent=False)

    def forward(self, features: Tensor, logits: Tensor, own: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 1280), (B, 1000), (B, C) log-probabilities -> (B, C) probabilities, (B,) known."""
        imagenet = self.imagenet(features, logits)
        photographs = self.photograph_head(features).log_softmax(1)
        renders = self.render_head(features).log_softmax(1)
        gate = self.gate(features)[:, 0]
        like = self.photograph(signs(gate, logits, imagenet, photographs, own)).sigmoid()
        probabilities = mixed(
            like,
            weighed(self.photograph_weights, imagenet, photographs, own),
            weighed(self.render_weights, imagenet, renders, own),
        )
        known = self.known(hints(like, probabilities, imagenet, own)).sigmoid()[:, 0]
        return probabilities, known

    def imagenet(self, features: Tensor, logits: Tensor) -> Tensor:
        """(B, C) log-probabilities that ImageNet's classes give; they sum to less than 1."""
        return self.by_classes(logits, self.rows(features))

    def by_classes(self, logits: Tensor, rows: Tensor) -> Tensor:
        """The same, with the logits (B, more) of the further classes."""
        probabilities = torch.cat((logits, rows), 1).softmax(1)
        return (probabilities @ self.membership + FLOOR).log()


def weighed(weights: Tensor, *ways: Tensor) -> Tensor:
    """(B, C) probabilities by a product of experts."""
    return sum(w * way for w, way in zip(weights, ways, strict=True)).softmax(1)


def mixed(like: Tensor, photograph: Tensor, render: Tensor) -> Tensor:
    """like: (B, 1), how far each picture is taken for a photograph."""
    return like * photograph + (1 - like) * render


def _agreement(a: Tensor, b: Tensor) -> Tensor:
    """(B,) logarithm of the probability that two ways of seeing name the same category."""
    return (a.softmax(1) * b.softmax(1)).sum(1).clamp(min=1e-4).log()


def signs(gate: Tensor, logits: Tensor, imagenet: Tensor, head: Tensor, own: Tensor) -> Tensor:
    """(B, SIGNS): what tells a photograph from a render, each around 1 in size."""
    surest = logits.softmax(1).amax(1).log()
    covered = imagenet.exp().sum(1).clamp(max=1).log()
    return torch.stack(
        (
            gate.clamp(-6, 6) / 3,
            surest,
            covered / 2,
            own.amax(1) * 2,
            _agreement(imagenet, own) / 3,
            _agreement(head, own) / 3,
        ),
        1,
    )


def hints(like: Tensor, probabilities: Tensor, imagenet: Tensor, own: Tensor) -> Tensor:
    """(B, HINTS): what tells a picture of a known category from one of something else."""
    like = like[:, 0]
    covered = imagenet.exp().sum(1).clamp(max=1).log()
    surest = probabilities.amax(1).log()
    spread = -(probabilities * probabilities.clamp(min=1e-9).log()).sum(1)
    agreement = _agreement(imagenet, own) / 3
    render = 1 - like
    return torch.stack(
        (
            like,
            like * covered,
            like * surest,
            like * spread,
            render * surest,
            render * spread,
            like * agreement,
            render * agreement,
        ),
        1,
    )
