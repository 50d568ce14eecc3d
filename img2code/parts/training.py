"""Trains the network that reads parts: the library's parts, turned and mirrored in 48 ways.

python -m img2code.parts.training --out runs/parts --minutes 60

One thread is enough; the run goes on from RUN/state.pt where there is one.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from geometry.cad_parts.body import body
from geometry.cad_parts.part import Extrude
from geometry.cad_parts.rules import CHECK_SIDES
from geometry.cad_parts.symmetry import SYMMETRIES, symmetric
from geometry.cad_parts.tokens import MOST_TOKENS, encode
from geometry.draw.part_camera import ISOMETRIC
from img2code.parts import features, net
from img2code.parts.compare import boxed, drawn
from img2code.parts.library import Library
from img2code.parts.library import load as load_library

PADDING = -100  # targets that do not count
_SHIFT = 2  # pixels, at most, that a picture lies off
_MISSING = 0.04  # of edge pixels


def examples(library: Library, rng: np.random.Generator) -> Iterator[tuple[np.ndarray, list[int]]]:
    """Maps (2, S, S) of parts as they look, with their tokens, without end."""
    size = features.SIZE
    while True:
        part = library.part(int(rng.integers(len(library))))
        symmetry = SYMMETRIES[rng.integers(len(SYMMETRIES))]
        plain = [step for step in part.steps if isinstance(step, Extrude)]
        steps = tuple(symmetric(step, symmetry) for step in plain)
        tokens = encode(type(part)(steps))
        if len(tokens) > MOST_TOKENS:
            continue
        made = body(steps, CHECK_SIDES)
        seen = drawn(made, ISOMETRIC, boxed(made, ISOMETRIC, size), size)
        edges = seen.edges & (rng.random(seen.edges.shape) > _MISSING)
        maps = np.stack([seen.mask, edges]).astype(np.float32)
        shift = tuple(int(value) for value in rng.integers(-_SHIFT, _SHIFT + 1, 2))
        yield np.roll(maps, shift, (1, 2)), tokens


def batches(
    library: Library, rng: np.random.Generator, size: int
) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Pictures (B, 2, S, S), tokens before (B, T) and tokens wanted (B, T)."""
    made = examples(library, rng)
    while True:
        rows = sorted((next(made) for _ in range(size)), key=lambda row: len(row[1]))
        length = len(rows[-1][1])
        before = torch.full((size, length), net.START)
        wanted = torch.full((size, length), PADDING)
        for number, (_, tokens) in enumerate(rows):
            wanted[number, : len(tokens)] = torch.tensor(tokens)
            before[number, 1 : len(tokens)] = torch.tensor(tokens[:-1])
        yield torch.from_numpy(np.stack([maps for maps, _ in rows])), before, wanted


def loss(model: net.PartNet, batch: tuple[Tensor, Tensor, Tensor]) -> Tensor:
    """Mean cross entropy of the wanted tokens."""
    pictures, before, wanted = batch
    logits = model(model.see(pictures), before)
    return nn.functional.cross_entropy(logits.flatten(0, 1), wanted.flatten(), ignore_index=PADDING)


def train(
    library: Library, folder: Path, minutes: float, size: int, rate: float, config: net.Config
) -> float:
    """Trains for so long, with a checkpoint at every hundredth step; the last mean loss."""
    folder.mkdir(parents=True, exist_ok=True)
    state = folder / "state.pt"
    torch.manual_seed(0)
    model, first = net.PartNet(config), 0
    optimiser = torch.optim.AdamW(model.parameters(), rate, weight_decay=0.01)
    if state.is_file():
        saved = torch.load(state, weights_only=True)
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        first = saved["step"]
    end = time.monotonic() + 60 * minutes
    mean, step = float("nan"), first
    for batch in batches(library, np.random.default_rng(first), size):
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, (step + 1) / 200)
        value = loss(model, batch)
        optimiser.zero_grad()
        value.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        step += 1
        mean = value.item() if step == first + 1 else 0.98 * mean + 0.02 * value.item()
        done = time.monotonic() > end
        if step % 100 == 0 or done:
            print(f"step {step}, loss {mean:.3f}", flush=True)
            saved = {"model": model.state_dict(), "optimiser": optimiser.state_dict()}
            torch.save({**saved, "step": step}, state.with_suffix(".new"))
            state.with_suffix(".new").replace(state)
            net.save(model, folder / "parts.safetensors")
        if done:
            return mean
    return mean


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, metavar="RUN")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=6e-4)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    settings = options.minutes, options.batch, options.rate, net.Config()
    train(load_library(), options.out, *settings)


if __name__ == "__main__":
    main()
