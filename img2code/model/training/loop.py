"""Trains the embedded model on the shards that `img2code.model.training.shards` writes.

    python -m img2code.model.training.shards --out data/train --objects 2500
    python -m img2code.model.training.loop --data data/train --out runs/first --minutes 90

The learning rate falls to zero over the given minutes. Checkpoints are written every few minutes;
the same command continues an interrupted run. Works on a CPU and, where there is one, on a GPU.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

import geometry
from img2code.model import vocabulary as v
from img2code.model.config import Config
from img2code.model.encoder import load_imagenet
from img2code.model.net import Net
from img2code.model.training import influence
from img2code.model.training.descent import follow, rate_factor
from img2code.model.training.loss import Loss
from img2code.model.training.warm_start import start_from
from img2code.model.vocabulary import Vocabulary
from img2code.model.weights_file import fingerprint, save

#: Standard deviation, in bins, by which half of the known numbers are shifted while training: a
#: model that has only seen exact numbers before trusts them more than the picture.
JITTER = 6.0
#: Codes with more numbers than this weigh less than in proportion.
FULL_WEIGHT = 40.0
#: Share of the codes of a batch that are learnt to the last number, the others as far as their
#: list of templates: pictures are what there is too little of, and numbers take most of the time.
WHOLE = 0.75
EMA_DECAY = 0.998  # decay of the averaged weights
WARM_UP = 0.02  # fraction of the run
TRUNK_RATE = 0.4  # of the learning rate: the encoder's trunk starts from good weights


@dataclass
class Shards:
    """All examples in memory: features of the stem and packed decisions."""

    features: np.ndarray  # (N, S/8, S/8, 40) float16
    steps: np.ndarray  # (3, sum of lengths) int16
    starts: np.ndarray  # (N + 1,)

    def __len__(self) -> int:
        return len(self.features)

    @staticmethod
    def read(folder: Path, vocabulary: Vocabulary) -> Shards:
        """All shards of the vocabulary's categories, their decisions in its numbers."""
        paths = [p for p in sorted(folder.glob("*-*.npz")) if category_of(p) in vocabulary]
        if not paths:
            raise SystemExit(
                f"{folder}: no shards; make some with python -m img2code.model.training.shards"
            )
        bins = {name: fingerprint(Vocabulary([name])) for name in vocabulary.categories}
        lengths = [_lengths(path, bins[category_of(path)]) for path in paths]
        ends = np.cumsum([len(each) for each in lengths])
        features, steps = np.empty(0), []
        for path, end, count in zip(paths, ends, map(len, lengths), strict=True):
            with np.load(path) as shard:
                if not len(features):
                    features = np.empty((ends[-1], *shard["features"].shape[1:]), np.float16)
                features[end - count : end] = shard["features"]
                renumbered = vocabulary.renumbered(category_of(path), shard["steps"])
                steps.append(renumbered.astype(np.int16))
        starts = np.concatenate([[0], np.cumsum(np.concatenate(lengths))])
        return Shards(features, np.concatenate(steps, 1), starts)

    def batch(self, rows: np.ndarray) -> tuple[Tensor, list[np.ndarray]]:
        features = torch.from_numpy(self.features[rows]).permute(0, 3, 1, 2)
        return features, [self.steps[:, self.starts[r] : self.starts[r + 1]] for r in rows]


def bin_weight(steps: np.ndarray) -> float:
    """Weight of the numbers of a code (3, T): of a long one each counts for less."""
    count = (steps[0] >= v.FIRST_SLOT).sum()
    return float(min(np.sqrt(FULL_WEIGHT / max(count, 1)), 1.0))


def category_of(path: Path) -> str:
    """The category of a shard, which its name begins with."""
    return path.name.partition("-")[0]


def _lengths(path: Path, bins: str) -> np.ndarray:
    """The numbers of decisions of a shard's examples, if it was made for these statistics."""
    with np.load(path) as shard:
        if str(shard["bins"]) != bins:
            raise SystemExit(f"{path}: made for other templates or statistics; make it again")
        return np.asarray(shard["lengths"])


def without_numbers(steps: np.ndarray) -> np.ndarray:
    """The decisions (3, T) of a code as far as its list of templates."""
    return steps[:, : int((steps[0] < v.FIRST_SLOT).sum())]


def in_a_row(steps: list[np.ndarray], nothing: int) -> tuple[Tensor, Tensor]:
    """All decisions of several codes, N: (4, N) inputs as `Net.embed` takes them, (N,) answers."""
    inputs = []
    for slots, repeats, answers in steps:
        previous = np.concatenate([[nothing], slots[:-1]])
        inputs.append(np.stack((slots, repeats, previous, np.concatenate([[0], answers[:-1]]))))
    answers = np.concatenate([each[2] for each in steps])
    return torch.from_numpy(np.concatenate(inputs, 1)).long(), torch.from_numpy(answers).long()


class Trainer:
    """weights: (S,) how much each slot's numbers count, 1 for each where it is not given.

    short: in bfloat16, by default on GPUs alone; on CPUs with AMX it is faster too.
    """

    def __init__(
        self,
        net: Net,
        vocabulary: Vocabulary,
        rate: float,
        device: torch.device,
        weights: np.ndarray | None = None,
        short: bool | None = None,
    ) -> None:
        self.net, self.device = net.to(device), device
        self.short = device.type == "cuda" if short is None else short
        if self.short and device.type == "cpu":
            for layer in net.encoder.strided_filters():
                layer.forward = in_full(layer.forward)  # type: ignore[assignment, method-assign]
        self.loss = Loss(vocabulary, device)
        weights = np.ones(len(vocabulary.slots)) if weights is None else weights
        before = np.ones(v.FIRST_SLOT)  # of steps that ask for no number
        self.influence = torch.tensor(np.concatenate([before, weights]), device=device).float()
        for parameter in [*net.encoder.stem_parameters(), *net.encoder.large_filters()]:
            parameter.requires_grad_(False)
        trunk = [p for p in net.encoder.parameters() if p.requires_grad]
        known = {id(p) for p in net.encoder.parameters()}
        others = [p for p in net.parameters() if id(p) not in known]
        self.optimizer = torch.optim.AdamW(
            [{"params": others, "rate": rate}, {"params": trunk, "rate": rate * TRUNK_RATE}],
            lr=rate,
            betas=(0.9, 0.98),
            weight_decay=0.02,
        )
        self.average = {n: p.detach().clone() for n, p in net.named_parameters()}
        self.updates = 0

    def run(self, features: Tensor, steps: list[np.ndarray], chunks: int = 4) -> dict[str, float]:
        """Forward (and, in training mode, backward) over one batch; figures of the batch."""
        train = self.net.training
        if train:
            whole = torch.rand(len(steps)) < WHOLE
            steps = [
                s if all_ else without_numbers(s) for s, all_ in zip(steps, whole, strict=True)
            ]
        lengths = np.array([s.shape[1] for s in steps])
        order = np.argsort(lengths)
        lengths, steps = lengths[order], [steps[row] for row in order]
        features = features[order].to(self.device).float()
        if train:
            features = self._shift(features)
        features = features.contiguous(memory_format=torch.channels_last)
        inputs, answers = (x.to(self.device) for x in in_a_row(steps, self.net.nothing))
        query = inputs[0].clone()
        weights = torch.tensor(
            np.repeat([bin_weight(s) for s in steps], lengths).astype(np.float32)
        )
        weights = weights.to(self.device) * self.influence[query]
        if train:
            self._jitter(inputs)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.short):
            picture = self.net.encode_features(features)
            states = self._states(picture, self.net.embed(*inputs), lengths, chunks)
            loss, right = self.loss(self.net, states, query, answers, weights)
            loss = loss / len(steps)
        if train:
            loss.backward()
        figures = {"loss": float(loss.detach())}
        for kind, hits in right.items():
            figures |= {f"right{kind}": float(hits.sum()), f"all{kind}": float(hits.numel())}
        return figures

    def _states(self, picture: Any, x: Tensor, lengths: np.ndarray, chunks: int) -> Tensor:
        """(N, W) states of decisions in a row (N, W), by chunks of codes of similar length."""
        ends = np.cumsum(lengths)
        states = []
        for rows in np.array_split(np.arange(len(lengths)), min(chunks, len(lengths))):
            positions = np.arange(lengths[rows].max())
            real = positions < lengths[rows, None]
            index = np.where(real, (ends - lengths)[rows, None] + positions, 0)
            keys = [(k[rows[0] : rows[-1] + 1], w[rows[0] : rows[-1] + 1]) for k, w in picture]
            found = self.net(keys, x[torch.from_numpy(index).to(self.device)])
            states.append(found[torch.from_numpy(real).to(self.device)])
        return torch.cat(states)

    def _shift(self, features: Tensor) -> Tensor:
        """The pictures of a batch moved by up to one cell (8 pixels): their codes stay."""
        wider = torch.nn.functional.pad(features, (1, 1, 1, 1), mode="replicate")
        x, y = torch.randint(0, 3, (2,)).tolist()
        height, width = features.shape[2:]
        return wider[:, :, y : y + height, x : x + width]

    def _jitter(self, inputs: Tensor) -> None:
        previous, answer = inputs[2], inputs[3]
        discrete, places = self.loss.discrete, self.loss.places
        slot = (previous - v.FIRST_SLOT).clamp(min=0, max=len(discrete) - 1)
        scale = (previous >= v.FIRST_SLOT) & (previous < self.net.nothing) & ~discrete[slot]
        shaken = scale & (torch.rand(answer.shape, device=answer.device) < 0.5)
        noise = (torch.randn(answer.shape, device=answer.device) * JITTER).round().long()
        moved = (answer + noise).clamp(0, v.BINS - 1)
        near = (places[slot, moved] - places[slot, answer]).abs() < v.APART
        inputs[3] = torch.where(shaken & near, moved, answer)

    def update(self, progress: float) -> None:
        """One step of the optimiser at a point (0..1) of the run, and of the average."""
        factor = rate_factor(progress, WARM_UP)
        for group in self.optimizer.param_groups:
            group["lr"] = group["rate"] * factor
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.updates += 1
        follow(self.average, self.net, self.updates, EMA_DECAY)

    def averaged(self) -> dict[str, Tensor]:
        return self.net.state_dict() | self.average

    def state(self) -> dict[str, Any]:
        return {
            "net": self.net.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "average": self.average,
            "updates": self.updates,
        }

    def restore(self, state: dict[str, Any]) -> None:
        self.net.load_state_dict(state["net"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.average, self.updates = state["average"], state["updates"]


def in_full(forward: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """A layer in float32 whatever is around it.

    The gradient of a filter per channel with a stride takes twenty times as long in bfloat16.
    """

    def full(x: Tensor) -> Tensor:
        with torch.autocast(x.device.type, enabled=False):
            return forward(x.float())

    return full


def report(figures: dict[str, float]) -> str:
    """Shares of right answers, from sums over batches."""
    names = {v.CATEGORY: "category", v.TEMPLATE: "template", v.FIRST_SLOT: "choice"}
    weights = [
        f"{name} {figures[f'right{kind}'] / max(figures[f'all{kind}'], 1):.4f}"
        for kind, name in names.items()
    ]
    return f"loss {figures['loss'] / figures['batches']:.4f}  " + "  ".join(weights)


def evaluate(trainer: Trainer, data: Shards, rows: np.ndarray, size: int) -> str:
    """Teacher-forced figures of the averaged weights on examples kept out of the updates."""
    current = {n: p.detach().clone() for n, p in trainer.net.named_parameters()}
    trainer.net.load_state_dict(trainer.averaged())
    trainer.net.eval()
    sums: dict[str, float] = {}
    with torch.inference_mode():
        for start in range(0, len(rows), size):
            for name, value in trainer.run(*data.batch(rows[start : start + size])).items():
                sums[name] = sums.get(name, 0.0) + value
            sums["batches"] = sums.get("batches", 0.0) + 1
    trainer.net.load_state_dict(trainer.net.state_dict() | current)
    trainer.net.train()
    return report(sums)


def batches(count: int, size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    while True:
        order = rng.permutation(count)
        for start in range(0, count - size + 1, size):
            yield np.sort(order[start : start + size])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--categories", nargs="+", default=geometry.categories())
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--start", type=Path, help="weights to start from, instead of ImageNet's")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--short", action="store_true", help="bfloat16, for CPUs with AMX")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    vocabulary = Vocabulary(options.categories)
    data = Shards.read(options.data, vocabulary)
    kept_out = np.arange(0, len(data), 50)
    training = np.setdiff1d(np.arange(len(data)), kept_out)
    config = Config(categories=tuple(vocabulary.categories))
    net = Net(config, vocabulary)
    load_imagenet(net.encoder)
    trainer = Trainer(
        net, vocabulary, options.rate, device, influence.table(vocabulary), options.short or None
    )
    checkpoint = options.out / "checkpoint.pt"
    elapsed = 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device, weights_only=True)
        trainer.restore(state["trainer"])
        elapsed = state["elapsed"]
    elif options.start:
        start_from(net, vocabulary, options.start)
    count = sum(p.numel() for p in net.parameters())
    print(f"{len(training)} examples, {count / 1e6:.2f} M parameters, {device}", flush=True)
    rng = np.random.default_rng([options.seed, trainer.updates])
    began, spoke, saved = time.monotonic() - elapsed, time.monotonic(), time.monotonic()
    sums: dict[str, float] = {}
    for rows in batches(len(training), options.batch, rng):
        progress = (time.monotonic() - began) / (60 * options.minutes)
        if progress >= 1:
            break
        for name, value in trainer.run(*data.batch(training[rows])).items():
            sums[name] = sums.get(name, 0.0) + value
        sums["batches"] = sums.get("batches", 0.0) + 1
        trainer.update(progress)
        if time.monotonic() - spoke > 60:
            rate = sums["batches"] * options.batch / (time.monotonic() - spoke)
            print(f"{progress:6.1%}  {report(sums)}  {rate:.0f}/s", flush=True)
            sums, spoke = {}, time.monotonic()
        if time.monotonic() - saved > 300:
            _save(trainer, options.out, config, vocabulary, time.monotonic() - began)
            print("  kept out: " + evaluate(trainer, data, kept_out, options.batch), flush=True)
            saved = spoke = time.monotonic()
    _save(trainer, options.out, config, vocabulary, 60 * options.minutes)
    print("  kept out: " + evaluate(trainer, data, kept_out, options.batch), flush=True)


def _save(
    trainer: Trainer, out: Path, config: Config, vocabulary: Vocabulary, elapsed: float
) -> None:
    temporary = out / "checkpoint.part"
    torch.save({"trainer": trainer.state(), "elapsed": elapsed}, temporary)
    os.replace(temporary, out / "checkpoint.pt")
    save(trainer.averaged(), out / "weights.safetensors", config, vocabulary)


if __name__ == "__main__":
    main()
