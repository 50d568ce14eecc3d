"""What runs of training share: how the learning rate falls, and averages of weights."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn


def rate_factor(progress: float, warm_up: float) -> float:
    """Of the learning rate at a point (0..1) of a run: up over `warm_up` of it, then to zero."""
    return min(progress / warm_up, 1.0) * (0.5 + 0.5 * math.cos(math.pi * progress))


@torch.no_grad()
def follow(average: Mapping[str, Tensor], network: nn.Module, updates: int, decay: float) -> None:
    """Moves the average of a network's parameters by one update, the first ones further."""
    keep = min(decay, (1 + updates) / (10 + updates))
    for name, parameter in network.named_parameters():
        average[name].lerp_(parameter, 1 - keep)


def mixed(first: nn.Module, second: nn.Module, fraction: float) -> dict[str, Tensor]:
    """(1 - fraction) of the weights of a network plus fraction of those of one like it."""
    others = second.state_dict()
    return {
        name: value * (1 - fraction) + others[name] * fraction
        if value.is_floating_point()
        else value
        for name, value in first.state_dict().items()
    }
