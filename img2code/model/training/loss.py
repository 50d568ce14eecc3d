"""What training minimises: cross-entropy per decision, soft along scales, exact for choices."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from img2code.model import vocabulary as v
from img2code.model.net import Net, head_of
from img2code.model.vocabulary import Vocabulary

#: Standard deviation of the soft target, in classes: whole degrees, or bins of a scale.
SOFTNESS = {v.YAW: 3.0, v.ELEVATION: 2.0, v.ROLL: 1.5}
BIN_SOFTNESS = 6.0
#: How much one decision of a kind counts. An object has some thirty numbers, one category.
WEIGHT = {v.CATEGORY: 4.0, v.YAW: 1.0, v.ELEVATION: 0.5, v.ROLL: 0.3, v.TEMPLATE: 6.0}
BIN_WEIGHT = 0.06


class Loss:
    """Tables for the loss of one vocabulary, on one device."""

    def __init__(self, vocabulary: Vocabulary, device: torch.device) -> None:
        self.attainable = torch.tensor(vocabulary.attainable, device=device)
        self.discrete = torch.tensor(vocabulary.discrete, device=device)
        self.places = torch.tensor(vocabulary.places, device=device)

    def __call__(
        self, net: Net, states: Tensor, query: Tensor, answers: Tensor, weights: Tensor
    ) -> tuple[Tensor, dict[int, Tensor]]:
        """The summed loss, and per kind of step whether each answer was the best-scored one.

        states (N, W), query (N,), answers (N,), weights (N,): decisions of any objects, in any
        order; `weights` are those of the numbers among them.
        """
        total = states.new_zeros(())
        right: dict[int, Tensor] = {}
        for kind, weight in WEIGHT.items():
            chosen = query == kind
            scores = net.heads[head_of(kind)](states[chosen])
            target = answers[chosen]
            if kind in SOFTNESS:
                losses = soft_loss(scores, target, SOFTNESS[kind], around=kind == v.YAW)
            else:
                losses = functional.cross_entropy(scores, target, reduction="none")
            right[kind] = scores.argmax(-1) == target
            total = total + weight * losses.sum()
        chosen = query >= v.FIRST_SLOT
        slot, target = query[chosen] - v.FIRST_SLOT, answers[chosen]
        scores = net.heads["bin"](states[chosen])
        mask = self.attainable[slot]
        scores = scores.masked_fill(~mask, -1e4)
        discrete = self.discrete[slot]
        exact = functional.cross_entropy(scores[discrete], target[discrete], reduction="none")
        scale = ~discrete
        seen, places = mask[scale], self.places[slot[scale]]
        soft = soft_loss(scores[scale], target[scale], BIN_SOFTNESS, seen, places)
        weights = weights[chosen]
        numbers = (exact * weights[discrete]).sum() + (soft * weights[scale]).sum()
        right[v.FIRST_SLOT] = scores[discrete].argmax(-1) == target[discrete]
        return total + BIN_WEIGHT * numbers, right


def soft_loss(
    scores: Tensor,
    target: Tensor,
    softness: float,
    mask: Tensor | None = None,
    places: Tensor | None = None,
    around: bool = False,
) -> Tensor:
    """Cross-entropy (N,) with a Gaussian of neighbouring classes as the target.

    mask: classes that can occur (N, C). places: what they stand for (N, C), by which neighbours are
    near within 1. around: the classes form a circle.
    """
    reach = round(2 * softness)
    offsets = torch.arange(-reach, reach + 1, device=scores.device)
    weights = torch.exp(-0.5 * (offsets / softness) ** 2).expand(len(target), -1)
    classes = target[:, None] + offsets
    if around:
        classes = classes % scores.shape[-1]
    else:
        weights = weights * ((classes >= 0) & (classes < scores.shape[-1]))
        classes = classes.clamp(0, scores.shape[-1] - 1)
    if mask is not None:
        weights = weights * mask.gather(1, classes)
    if places is not None:
        away = places.gather(1, classes) - places.gather(1, target[:, None])
        weights = weights * torch.exp(-0.5 * away**2)
    weights = weights / weights.sum(1, keepdim=True)
    return -(weights * scores.log_softmax(-1).gather(1, classes)).sum(1)
