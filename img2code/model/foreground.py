"""Finds the object of a picture: a small network on the maps of the frozen ImageNet network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import ndimage
from torch import Tensor, nn
from torch.nn import functional

from img2code.framing import Pixels
from img2code.model.imagenet import CHANNELS

WIDTH = 48
#: Of the side of the pictures that the maps were made of: masks have half of their pixels.
SIDE = 130
#: Objects smaller than this fraction of the largest one, or of the picture, are not offered.
_LEAST, _LEAST_OF_ALL = 0.15, 0.004


class Foreground(nn.Module):
    """Maps (B, C, S/n, S/n) at strides 4, 8, 16, 32 to logits (B, S/2, S/2) of the object."""

    def __init__(self) -> None:
        super().__init__()
        self.narrow = nn.ModuleList(nn.Conv2d(channels, WIDTH, 1) for channels in CHANNELS)
        self.whole = nn.Conv2d(CHANNELS[-1], WIDTH, 1)
        self.norms = nn.ModuleList(nn.GroupNorm(1, WIDTH) for _ in CHANNELS)
        self.mix = nn.ModuleList(_mix() for _ in CHANNELS)
        self.out = nn.Conv2d(WIDTH, 4, 1)

    def forward(self, maps: Sequence[Tensor]) -> Tensor:
        """From the coarsest map to the finest, each adding what it sees to the one before."""
        narrow = [layer(x) for layer, x in zip(self.narrow, maps, strict=True)]
        narrow[-1] = narrow[-1] + self.whole(maps[-1].mean((2, 3), keepdim=True))
        y: Tensor | None = None
        for x, norm, mix in reversed(list(zip(narrow, self.norms, self.mix, strict=True))):
            if y is not None:
                x = x + functional.interpolate(y, size=x.shape[2:], mode="bilinear")
            y = x + mix(norm(x))
        return functional.pixel_shuffle(self.out(y), 2)[:, 0]


def _mix() -> nn.Sequential:
    """Each channel over 5 x 5 places, then all channels of a place."""
    around = nn.Conv2d(WIDTH, WIDTH, 5, 1, 2, groups=WIDTH)
    return nn.Sequential(
        around, nn.Conv2d(WIDTH, 2 * WIDTH, 1), nn.ReLU(), nn.Conv2d(2 * WIDTH, WIDTH, 1)
    )


def objects(logits: np.ndarray, square: Pixels) -> list[Pixels]:
    """The boxes of the connected pieces of a mask (S, S), the most central large ones first.

    square: what the mask covers, in pixels of the picture, as the boxes are.
    """
    mask = logits > 0
    labels, count = ndimage.label(mask)
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
