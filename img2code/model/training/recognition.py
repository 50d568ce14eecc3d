"""Fits what decides the category to evidence, and puts the recogniser's weights together.

    python -m img2code.model.training.recognition data/photographs.npz data/renders.npz

Photographs exist of a few categories only. So how far each way of seeing is to be trusted is fitted
to predictions of pictures of a category whose photographs were left out of the fit, as those of
the others are; what is measured on photographs of the fitted categories would flatter.
"""

from __future__ import annotations

import argparse
import functools
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

import geometry
from img2code.model import judge as j
from img2code.model import recognizer
from img2code.model.imagenet import ImageNet, from_package
from img2code.model.judge import Judge
from img2code.model.recognizer import Recognizer
from img2code.model.training.evidence import CUT_OUT, PHOTOGRAPH, RENDER, Evidence
from img2code.model.training.imagenet_classes import CLASSES

#: Categories without classes of ImageNet's, or with too few of them, that get one of their own.
MORE = ("Stapler", "Pliers", "Globe", "USB", "Chair", "Laptop", "Mug")
#: Pictures of a class of its own weigh as much as this fraction of all others.
OWN_SHARE = 1 / 6
#: A category of ours has some 2.5 of ImageNet's 1000 classes: what a class of its own begins with.
PRIOR = 2.5 / 1000
FOLDS = 4
#: The gate between photographs and renders is moved by this much towards photographs: what people
#: bring is more varied than the photographs that were there to learn from.
TOWARDS_PHOTOGRAPHS = 1.0


class Scaling:
    """Features brought to mean 0 and deviation 1 of one kind of pictures."""

    def __init__(self, features: Tensor) -> None:
        self.mean, self.deviation = features.mean(0), features.std(0) + 0.02

    def __call__(self, features: Tensor) -> Tensor:
        return (features - self.mean) / self.deviation

    def back(self, scaled: Tensor) -> Tensor:
        return scaled * self.deviation + self.mean

    @torch.no_grad()
    def into(self, layer: nn.Linear, weight: Tensor, bias: Tensor) -> None:
        """A linear layer for features as they are, from one (1280, N), (N,) for scaled ones."""
        layer.weight.copy_((weight / self.deviation[:, None]).T)
        layer.bias.copy_(bias - (self.mean / self.deviation) @ weight)


def descend(
    parameters: Sequence[Tensor], loss: Callable[[], Tensor], steps: int, rate: float
) -> None:
    """Minimises a loss over all examples at once."""
    optimizer = torch.optim.Adam(parameters, lr=rate)
    for _ in range(steps):
        optimizer.zero_grad()
        value = loss()
        value.backward()
        optimizer.step()


def balanced(labels: Tensor) -> Tensor:
    """(N,) weights of mean 1 by which every label counts the same."""
    weights = 1 / torch.bincount(labels)[labels].float()
    return weights / weights.mean()


@functools.cache
def network() -> ImageNet:
    return from_package()


def fit_rows(judge: Judge, photographs: Evidence, renders: Evidence, names: Sequence[str]) -> None:
    """The classes of their own: what is none of `names` keeps to ImageNet's classes.

    Renders stand where there are no photographs, moved to the photographs' statistics.
    """
    scaling = Scaling(photographs.features)
    moved = scaling.back(Scaling(renders.features)(renders.features))
    with torch.no_grad():
        moved_logits = network().classes(moved)
    numbers = [geometry.categories().index(name) for name in names]
    weight = torch.zeros(moved.shape[1], len(names), requires_grad=True)
    bias = torch.full((len(names),), 3.0, requires_grad=True)
    sets = []
    for features, logits, labels in (
        (photographs.features, photographs.logits, photographs.labels),
        (moved, moved_logits, renders.labels),
    ):
        targets = torch.zeros_like(labels)
        for row, number in enumerate(numbers):
            targets[labels == number] = row + 1
        counts = torch.bincount(targets, minlength=len(names) + 1).clamp(min=20)
        weights = torch.where(targets > 0, len(targets) * OWN_SHARE / counts[targets], 1.0)
        others = logits.logsumexp(1, keepdim=True)
        sets.append((scaling(features), others, targets, weights / weights.mean()))

    def loss() -> Tensor:
        total = 1e-3 * (weight**2).sum()
        for fraction, (features, others, targets, weights) in zip((1.0, 0.3), sets, strict=True):
            scores = torch.cat((others, features @ weight + bias), 1)
            total = (
                total
                + fraction * (cross_entropy(scores, targets, reduction="none") * weights).mean()
            )
        return total

    descend([weight, bias], loss, 250, 3e-3)
    fraction = OWN_SHARE / (1 + OWN_SHARE * 2)  # of the photographs, as they were weighed
    full = torch.zeros(weight.shape[0], len(MORE))
    shifts = torch.full((len(MORE),), -torch.inf)  # a class that is left out is never seen
    for row, name in enumerate(names):
        column = MORE.index(name)
        full[:, column] = weight.detach()[:, row]
        shifts[column] = bias.detach()[row] + float(torch.tensor(PRIOR / fraction).log())
    scaling.into(judge.rows, full, shifts.clamp(min=-1e4))


def fit_heads(judge: Judge, photographs: Evidence, renders: Evidence) -> None:
    """One linear head for both kinds, each scaled by its own statistics.

    Photographs compete only with categories that have photographs: else the head would learn that
    what is a photograph is one of these.
    """
    known = photographs.where(photographs.labels >= 0)
    scalings = Scaling(photographs.features), Scaling(renders.features)
    categories = len(geometry.categories())
    weight = torch.zeros(known.features.shape[1], categories, requires_grad=True)
    bias = torch.zeros(categories, requires_grad=True)
    seen = known.labels.unique()
    places = torch.searchsorted(seen, known.labels)
    weights = balanced(places)
    a, b = scalings[0](known.features), scalings[1](renders.features)

    def loss() -> Tensor:
        drawn = cross_entropy(b @ weight + bias, renders.labels, label_smoothing=0.05)
        scores = (a @ weight + bias)[:, seen]
        taken = cross_entropy(scores, places, reduction="none", label_smoothing=0.05)
        return drawn + (taken * weights).mean() + 0.03 * (weight**2).sum()

    descend([weight, bias], loss, 250, 3e-3)
    for layer, scaling in zip((judge.photograph_head, judge.render_head), scalings, strict=True):
        scaling.into(layer, weight.detach(), bias.detach())


def fit_gate(judge: Judge, photographs: Evidence, renders: Evidence) -> None:
    """A linear score that is positive for photographs and negative for renders."""
    features = torch.cat((photographs.features, renders.features))
    targets = torch.cat((torch.ones(len(photographs.labels)), torch.zeros(len(renders.labels))))
    fit_logistic(judge.gate, features, targets, 0.02, 300, 3e-3)


def fit_logistic(
    layer: nn.Linear, inputs: Tensor, targets: Tensor, decay: float, steps: int, rate: float
) -> None:
    """A logistic regression of (N, F) inputs and (N,) answers, both of which weigh the same."""
    scaling, weights = Scaling(inputs), balanced(targets.long())
    weight = torch.zeros(inputs.shape[1], 1, requires_grad=True)
    bias = torch.zeros(1, requires_grad=True)
    scaled = scaling(inputs)

    def loss() -> Tensor:
        scores = (scaled @ weight + bias)[:, 0]
        each = binary_cross_entropy_with_logits(scores, targets, weight=weights)
        return each + decay * (weight**2).sum()

    descend([weight, bias], loss, steps, rate)
    scaling.into(layer, weight.detach(), bias.detach())


def fit_one(photographs: Evidence, renders: Evidence, without: int | None = None) -> Judge:
    """The linear parts of a judge, without the photographs of one category."""
    names = geometry.categories()
    judge = Judge(names, CLASSES, MORE)
    more: Sequence[str] = MORE
    if without is not None:
        photographs = photographs.where(photographs.labels != without)
        # with classes of ImageNet's a category stands for those that have no photographs
        if names[without] in CLASSES:
            more = tuple(name for name in MORE if name != names[without])
    fit_rows(judge, photographs, renders, more)
    fit_heads(judge, photographs, renders)
    fit_gate(judge, photographs, renders)
    return judge.requires_grad_(False)


class Ways:
    """The ways of seeing and the gate of pictures that the fit had left out."""

    def __init__(self, count: int, categories: int) -> None:
        self.imagenet = torch.zeros(count, categories)
        self.photographs = torch.zeros(count, categories)
        self.renders = torch.zeros(count, categories)
        self.gate = torch.zeros(count)

    def fill(self, judge: Judge, evidence: Evidence, rows: Tensor) -> None:
        features = evidence.features[rows]
        self.imagenet[rows] = judge.imagenet(features, evidence.logits[rows])
        self.photographs[rows] = judge.photograph_head(features).log_softmax(1)
        self.renders[rows] = judge.render_head(features).log_softmax(1)
        self.gate[rows] = judge.gate(features)[:, 0]


def left_out(photographs: Evidence, renders: Evidence) -> tuple[Ways, Ways]:
    """The ways of seeing of every picture by judges that were fitted without it.

    Of a category with classes of ImageNet's, all of its photographs are left out together.
    """
    names = geometry.categories()
    categories = len(names)
    taken, drawn = (Ways(len(each.labels), categories) for each in (photographs, renders))
    for fold in range(FOLDS):
        out, out_renders = photographs.sources % FOLDS == fold, renders.sources % FOLDS == fold
        judge = fit_one(photographs.where(~out), renders.where(~out_renders))
        taken.fill(judge, photographs, out)
        drawn.fill(judge, renders, out_renders)
    for label in photographs.labels.unique().tolist():
        if label >= 0 and names[label] in CLASSES:
            judge = fit_one(photographs, renders, without=label)
            taken.fill(judge, photographs, photographs.labels == label)
    return taken, drawn


def fit_mixture(judge: Judge, photographs: Evidence, renders: Evidence) -> None:
    """How far each way of seeing is trusted, what tells photographs, and what is known."""
    taken, drawn = left_out(photographs, renders)
    for parameter in (judge.photograph_weights, judge.render_weights):
        parameter.requires_grad_(True)
    known = photographs.labels >= 0
    balance = balanced(photographs.labels[known]) * (photographs.kinds[known] == PHOTOGRAPH)
    sets = ((photographs, taken), (renders, drawn))
    found = [
        j.signs(ways.gate, e.logits, ways.imagenet, ways.photographs, e.own) for e, ways in sets
    ]
    scaling = Scaling(torch.cat((found[0][known], found[1])))
    weight = torch.zeros(j.SIGNS, 1, requires_grad=True)
    bias = torch.zeros(1, requires_grad=True)

    def probabilities(evidence: Evidence, ways: Ways, signs: Tensor, shift: float = 0.0) -> Tensor:
        return j.mixed(
            (scaling(signs) @ weight + bias + shift).sigmoid(),
            j.weighed(judge.photograph_weights, ways.imagenet, ways.photographs, evidence.own),
            j.weighed(judge.render_weights, ways.imagenet, ways.renders, evidence.own),
        )

    def likelihood(row: int) -> Tensor:
        evidence, ways = sets[row]
        chances = probabilities(evidence, ways, found[row])
        right = chances.gather(1, evidence.labels.clamp(min=0)[:, None])[:, 0]
        return -right.clamp(min=1e-6).log()

    def loss() -> Tensor:
        photograph = (likelihood(0)[known] * balance).sum() / balance.sum()
        return photograph + likelihood(1).mean() + 0.003 * (weight**2).sum()

    descend([weight, bias, judge.photograph_weights, judge.render_weights], loss, 600, 0.03)
    scaling.into(judge.photograph, weight.detach(), bias.detach() + TOWARDS_PHOTOGRAPHS)
    with torch.no_grad():
        told = []
        for (evidence, ways), signs in zip(sets, found, strict=True):
            like = (scaling(signs) @ weight + bias + TOWARDS_PHOTOGRAPHS).sigmoid()
            chances = probabilities(evidence, ways, signs, TOWARDS_PHOTOGRAPHS)
            told.append(j.hints(like, chances, ways.imagenet, evidence.own))
            report(evidence, chances)
    fit_known(judge, torch.cat(told), torch.cat((known.float(), torch.ones(len(told[1])))))


def fit_known(judge: Judge, hints: Tensor, known: Tensor) -> None:
    """Whether hints (N, HINTS) are of one of the categories, known (N,) 1 or 0."""
    fit_logistic(judge.known, hints, known, 0.003, 500, 0.03)
    chances = judge.known(hints)[:, 0].detach().sigmoid()
    for limit in (0.1, 0.2, 0.3, 0.5):
        caught, lost = (chances[known == answer] < limit for answer in (0, 1))
        print(f"known below {limit}: {caught.float().mean():.1%} of others, "
              f"{lost.float().mean():.1%} of ours")  # fmt: skip


def report(evidence: Evidence, chances: Tensor) -> None:
    """Shares of right answers by kind, of pictures that were left out."""
    for kind, name in ((PHOTOGRAPH, "photographs"), (CUT_OUT, "cut-outs"), (RENDER, "renders")):
        rows = (evidence.kinds == kind) & (evidence.labels >= 0)
        if rows.any():
            right = chances[rows].topk(3).indices == evidence.labels[rows][:, None]
            first, three = right[:, 0].float().mean(), right.any(1).float().mean()
            print(f"{name}: {first:.1%}, in the first three {three:.1%}, of {int(rows.sum())}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("photographs", type=Path)
    parser.add_argument("renders", type=Path)
    parser.add_argument("--out", type=Path, default=recognizer.SHIPPED)
    options = parser.parse_args()
    torch.manual_seed(0)
    photographs, renders = Evidence.read(options.photographs), Evidence.read(options.renders)
    judge = fit_one(photographs, renders)
    fit_mixture(judge, photographs, renders)
    whole = Recognizer(judge, geometry.categories())
    whole.imagenet.load_state_dict(network().state_dict())
    recognizer.save(whole, CLASSES, MORE, options.out)


if __name__ == "__main__":
    main()
