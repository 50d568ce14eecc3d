"""Trains the network that reads parts: the library's parts, turned and mirrored in 48 ways.

python -m img2code.parts.training --out runs/parts --minutes 60

One thread is enough; the run goes on from RUN/state.pt where there is one.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from geometry.cad_parts.body import body
from geometry.cad_parts.part import CadPart, Extrude
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
_POOL = 16  # batches that are sorted by length together
_WARM_UP = 200  # steps
_LAST_RATE = 0.03  # of the highest


def examples(library: Library, rng: np.random.Generator) -> Iterator[tuple[np.ndarray, list[int]]]:
    """Maps (2, S, S) of parts as they look, with their tokens, without end."""
    size = features.SIZE
    while True:
        part = library.part(int(rng.integers(len(library))))
        symmetry = SYMMETRIES[rng.integers(len(SYMMETRIES))]
        plain = [step for step in part.steps if isinstance(step, Extrude)]
        steps = ordered([symmetric(step, symmetry) for step in plain])
        tokens = encode(CadPart(steps))
        if len(tokens) > MOST_TOKENS:
            continue
        made = body(steps, CHECK_SIDES)
        seen = drawn(made, ISOMETRIC, boxed(made, ISOMETRIC, size), size)
        yield np.stack([seen.mask, seen.edges]), tokens


def ordered(steps: Sequence[Extrude]) -> tuple[Extrude, ...]:
    """The same part's steps in the one order that is taught.

    Holes have no order, nor have joins after joins and cuts after cuts: theirs is that of tokens.
    """

    def tokens(step: Extrude) -> list[int]:
        return encode(CadPart((step,)))

    def sorted_holes(step: Extrude) -> Extrude:
        outer, *holes = step.profile
        holes.sort(key=lambda hole: tokens(replace(step, profile=(hole,))))
        return replace(step, profile=(outer, *holes))

    first, *others = map(sorted_holes, steps)
    runs = [list(run) for _, run in groupby(others, key=lambda step: step.operation)]
    return first, *(step for run in runs for step in sorted(run, key=tokens))


def batches(
    library: Library, rng: np.random.Generator, size: int
) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Pictures (B, 2, S, S), tokens before (B, T) and tokens wanted (B, T).

    Examples of like length go together: of the mean batch in any order more than half is padding.
    Each is used twice, with other edges missing: making one takes as long as learning from it.
    """
    made = examples(library, rng)
    while True:
        pool = sorted((next(made) for _ in range(_POOL * size)), key=lambda row: len(row[1]))
        for begin in [*rng.permutation(_POOL), *rng.permutation(_POOL)]:
            yield _batch(pool[begin * size : (begin + 1) * size], rng)


def _batch(
    rows: Sequence[tuple[np.ndarray, list[int]]], rng: np.random.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    length = max(len(tokens) for _, tokens in rows)
    before = torch.full((len(rows), length), net.START)
    wanted = torch.full((len(rows), length), PADDING)
    for number, (_, tokens) in enumerate(rows):
        wanted[number, : len(tokens)] = torch.tensor(tokens)
        before[number, 1 : len(tokens)] = torch.tensor(tokens[:-1])
    pictures = np.stack([_disturbed(maps, rng) for maps, _ in rows])
    return torch.from_numpy(pictures), before, wanted


def _disturbed(maps: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Maps (2, S, S) with some edges missing, a little aside."""
    mask, edges = maps
    edges = edges * (rng.random(edges.shape) > _MISSING)
    shift = tuple(int(value) for value in rng.integers(-_SHIFT, _SHIFT + 1, 2))
    return np.roll(np.stack([mask, edges]).astype(np.float32), shift, (1, 2))


def loss(model: net.PartNet, batch: tuple[Tensor, Tensor, Tensor]) -> Tensor:
    """Mean cross entropy of the wanted tokens."""
    pictures, before, wanted = batch
    with torch.autocast(pictures.device.type, torch.bfloat16):
        seen = model.see(pictures)
    logits = model(seen.float(), before)
    return nn.functional.cross_entropy(logits.flatten(0, 1), wanted.flatten(), ignore_index=PADDING)


def train(
    library: Library, folder: Path, minutes: float, size: int, rate: float, config: net.Config
) -> float:
    """Trains for so long, with a checkpoint at every hundredth step; the last mean loss.

    The rate falls along a cosine to the end of the given time; a run that goes on starts it anew.
    """
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
    begun, limit = time.monotonic(), 60 * minutes
    mean, step = float("nan"), first
    for batch in batches(library, np.random.default_rng(first), size):
        gone = min((time.monotonic() - begun) / limit, 1.0) if limit else 1.0
        fraction = _LAST_RATE + (1 - _LAST_RATE) * (1 + math.cos(math.pi * gone)) / 2
        for group in optimiser.param_groups:
            group["lr"] = rate * fraction * min(1.0, (step + 1) / _WARM_UP)
        value = loss(model, batch)
        optimiser.zero_grad()
        value.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        step += 1
        mean = value.item() if step == first + 1 else 0.98 * mean + 0.02 * value.item()
        done = time.monotonic() - begun > limit
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
