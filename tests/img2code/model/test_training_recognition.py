"""Fitting the judge and training the mask network, on little data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from PIL import Image
from torch import nn

import geometry
from img2code.model import salient
from img2code.model.imagenet import CLASSES as IMAGENET
from img2code.model.imagenet import FEATURES, SIZE, ImageNet
from img2code.model.salient import Salient
from img2code.model.training import composites, recognition
from img2code.model.training import salient as training
from img2code.model.training.composites import Masked
from img2code.model.training.evidence import PHOTOGRAPH, RENDER, Evidence
from img2code.model.training.imagenet_classes import CLASSES


def disc(rng: np.random.Generator) -> Masked:
    """A bright disc somewhere on a dark ground."""
    y, x = np.mgrid[:SIZE, :SIZE]
    middle, radius = rng.uniform(80, SIZE - 80, 2), rng.uniform(30, 70)
    inside = (x - middle[0]) ** 2 + (y - middle[1]) ** 2 < radius**2
    picture = np.where(inside[..., None], (230, 180, 60), (40, 50, 70)).astype(np.uint8)
    return Masked(picture, (inside * 255).astype(np.uint8))


def batch(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    return training.arrays([disc(rng) for _ in range(count)])


def test_masks_are_learnt_and_a_run_that_was_stopped_goes_on(tmp_path: Path) -> None:
    """A few updates find discs that the network had not learnt to find."""
    rng = np.random.default_rng(0)
    torch.manual_seed(0)
    held = batch(rng, 4)
    trainer = training.Trainer(Salient())
    before = training.overlap(trainer.averaged(), *held)
    for update in range(30):
        trainer.update(*batch(rng, 4), 0.1 + update / 100)
    assert training.overlap(trainer.averaged(), *held) > before + 0.2
    trainer.save(tmp_path / "run.checkpoint")
    again = training.Trainer(Salient())
    again.restore(tmp_path / "run.checkpoint")
    assert again.done == 30
    assert training.overlap(again.averaged(), *held) == training.overlap(trainer.averaged(), *held)


def test_a_run_makes_new_pictures_and_keeps_what_it_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "FRESH", 2)
    monkeypatch.setattr(training, "SEEN", training.BATCH)  # two updates of each pair
    monkeypatch.setattr(training, "SAVED", 0)
    rng, saved = np.random.default_rng(0), 0
    trainer = training.Trainer(Salient())
    made: list[int] = []

    def fresh() -> Iterator[Masked]:
        while True:
            made.append(trainer.done)
            yield disc(rng)

    def save() -> None:
        nonlocal saved
        saved += 1
        trainer.elapsed = 60.0

    trainer.run(0.05, fresh(), save)
    assert made[:4] == [0, 0, 2, 2][: len(made[:4])]
    assert saved == trainer.done > 0
    done = trainer.done
    trainer.run(0.05, fresh(), save)  # its minutes are over
    assert trainer.done == done


def test_edges_count_more_than_the_inside() -> None:
    """The same error costs more at the edge of an object."""
    masks = torch.zeros(1, 40, 40)
    masks[:, 10:30, 10:30] = 1
    logits = ((masks * 2 - 1) * 8)[:, None].repeat(1, 7, 1, 1)
    inside, edge = logits.clone(), logits.clone()
    inside[0, 0, 18:22, 18:22] *= -1
    edge[0, 0, 10:14, 10:14] *= -1
    assert training.loss_of(edge, masks) > 1.5 * training.loss_of(inside, masks)


def test_published_weights_are_read_in_the_order_of_the_layers(tmp_path: Path) -> None:
    """The levels' own answers lie between the blocks in the file, and come last in the network."""
    torch.manual_seed(1)
    network = Salient()
    layers = [(n, m) for n, m in network.named_modules() if isinstance(m, nn.Conv2d)]
    sides = [f"side{number}" for number in range(1, 7)]
    names = [name for name, _ in layers[: -len(sides) - 1]] + [*sides, "outconv"]
    order = [*range(40), *range(len(names) - 7, len(names)), *range(40, len(names) - 7)]
    nodes, values = [], []
    for name, (_, layer) in ((names[n], layers[n]) for n in order):
        tensors = [f"{name}.weight", f"{name}.bias"]
        nodes.append(onnx.helper.make_node("Conv", ["x", *tensors], [name]))
        for tensor, value in zip(tensors, (layer.weight, layer.bias), strict=True):
            values.append(onnx.numpy_helper.from_array(value.detach().numpy(), tensor))
    graph = onnx.helper.make_graph(nodes, "network", [], [], values)
    onnx.save(onnx.helper.make_model(graph), str(tmp_path / "network.onnx"))
    read = training.from_onnx(tmp_path / "network.onnx")
    for name, value in read.state_dict().items():
        assert torch.equal(value, network.state_dict()[name])


def test_salient_weights_are_mixed_by_share(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{name}.safetensors" for name in ("old", "new", "both")]
    networks = []
    for seed, path in enumerate(paths[:2]):
        torch.manual_seed(seed)
        networks.append(Salient())
        salient.save(networks[-1], path)
    command = ["salient", "mix", *map(str, paths[:2]), "--fraction", "0.75", "--out", str(paths[2])]
    monkeypatch.setattr("sys.argv", command)
    training.main()
    first, second = (network.state_dict() for network in networks)
    for name, value in salient.load(paths[2]).state_dict().items():
        expected = 0.25 * first[name].half().float() + 0.75 * second[name].half().float()
        assert torch.equal(value, expected.half().float()), name


def test_masks_that_teach_are_written_once(tmp_path: Path) -> None:
    """As large as the upright photograph; one that is there stays."""
    Image.new("RGB", (80, 40), (9, 9, 9)).save(tmp_path / "a.jpg")
    Image.new("RGB", (30, 30)).save(tmp_path / "b.jpg")
    lines = [json.dumps({"file": name, "label": None}) for name in ("a.jpg", "b.jpg")]
    (tmp_path / "list.jsonl").write_text("\n".join(lines))
    masks = tmp_path / "masks"
    masks.mkdir()
    (masks / "b.png").write_bytes(b"kept")
    training.teach(Salient().eval(), tmp_path, masks)
    with Image.open(masks / "a.png") as mask:
        assert (mask.mode, mask.size) == ("L", (80, 40))
    assert (masks / "b.png").read_bytes() == b"kept"


@pytest.mark.parametrize("ground", [composites.PLAIN, composites.GRADED, composites.BUSY])
def test_silhouettes_are_where_the_render_differs_from_its_ground(ground: str) -> None:
    behind = [Masked(np.full((400, 400, 3), (0, 160, 0), np.uint8), np.zeros((400, 400), np.uint8))]
    made = list(islice(composites.renders(behind, [ground]), 4))
    for masked in made:
        assert masked.picture.shape == (SIZE, SIZE, 3)
        assert 0.001 < (masked.mask > 127).mean() < 0.95
        if ground == composites.BUSY:
            outside = masked.picture[masked.mask == 0].astype(int)
            assert (outside[:, 1] - outside[:, 0] > 10).mean() > 0.9
    again = next(composites.renders(behind, [ground]))
    assert np.array_equal(again.picture, made[0].picture)


def test_what_looks_like_its_ground_still_has_its_mask() -> None:
    """The nearer its colours are moved, the less it differs; the ground stays as it is."""
    masked = disc(np.random.default_rng(3))
    inside, outside = masked.mask > 200, masked.mask < 20

    def differs(picture: np.ndarray) -> float:
        return float(np.abs(picture[inside].mean(0) - picture[outside].mean(0)).max())

    half, most = (composites.like_its_ground(masked.picture, masked.mask, f) for f in (0.5, 0.9))
    assert differs(most) < 0.2 * differs(masked.picture) < differs(half)
    assert np.array_equal(most[outside], masked.picture[outside])


def test_grain_grows_with_the_light() -> None:
    halves = np.zeros((80, 80, 3), np.uint8)
    halves[:, :40], halves[:, 40:] = 20, 180
    grain = composites.grainy(np.random.default_rng(4), halves) - halves.astype(float)
    assert grain[:, 40:].std() > 1.5 * grain[:, :40].std() > 0


def test_objects_of_photographs_are_seen_before_others_and_closer() -> None:
    rng = np.random.default_rng(1)
    discs = [disc(rng) for _ in range(3)]
    for _ in range(5):
        for masked in (composites.pasted(rng, discs), composites.closer(rng, discs[0])):
            assert masked.picture.shape == (SIZE, SIZE, 3)
            assert (masked.picture[masked.mask > 250, 0] > 100).mean() > 0.9
    closest = max((composites.closer(rng, discs[0]).mask > 127).mean() for _ in range(12))
    assert closest > 1.3 * (discs[0].mask > 127).mean()
    mirrored = composites.mirrored(discs[0])
    assert np.array_equal(mirrored.mask[:, ::-1], discs[0].mask)


def test_only_masks_that_are_sure_are_learnt_from() -> None:
    rng = np.random.default_rng(2)
    sure = disc(rng)
    unsure = Masked(sure.picture, (sure.mask * 0.5).astype(np.uint8))
    assert composites.is_sure(sure)
    assert not composites.is_sure(unsure)
    pictures = training.made(rng, [unsure])
    assert all((next(pictures).mask > 200).any() for _ in range(3))  # renders alone


def test_photographs_are_read_with_their_masks(tmp_path: Path) -> None:
    (tmp_path / "masks").mkdir()
    Image.new("RGB", (80, 40), (9, 9, 9)).save(tmp_path / "a.jpg")
    Image.new("RGB", (80, 40)).save(tmp_path / "b.jpg")
    Image.new("L", (8, 4), 255).save(tmp_path / "masks" / "a.png")
    lines = [json.dumps({"file": name, "label": None}) for name in ("a.jpg", "b.jpg")]
    (tmp_path / "list.jsonl").write_text("\n".join(lines))
    (masked,) = composites.photographs(tmp_path, tmp_path / "masks")
    rows = np.flatnonzero((composites.seen_whole(masked).mask > 127).any(1))
    assert (rows[0], rows[-1]) == (SIZE // 4, SIZE - SIZE // 4 - 1)


def made_up(rng: np.random.Generator, kind: int, labels: np.ndarray, shift: float) -> Evidence:
    """Features that show the category, and how photographic a picture is, beside noise."""
    count, names = len(labels), geometry.categories()
    features = np.zeros((count, FEATURES))
    features[:, :40] = rng.normal(0, 0.3, (count, 40))
    features[:, -1] += shift
    logits = rng.normal(0, 1, (count, IMAGENET))
    own = np.full((count, len(names)), -8.0)
    for row, label in enumerate(labels):
        if label >= 0:
            features[row, label] += 8
            classes = CLASSES.get(names[label])
            if kind != RENDER and classes:
                logits[row, classes[0]] += 12
        elif kind != RENDER:
            logits[row, 1] += 12  # a goldfish
        sure = label if kind == RENDER else rng.integers(len(names))
        own[row, sure] = -0.01
    numbers = (labels, np.full(count, kind), rng.permutation(count))
    return Evidence(
        *(torch.tensor(each, dtype=torch.float32) for each in (features, logits, own)),
        *(torch.tensor(each, dtype=torch.int64) for each in numbers),
    )


@pytest.fixture(scope="module")
def fitted() -> tuple[recognition.Judge, Evidence, Evidence]:
    rng = np.random.default_rng(0)
    names = geometry.categories()
    some = [names.index(name) for name in ("Chair", "Mug", "Stapler", "Pliers")] + [-1] * 4
    classifier = ImageNet().eval()
    recognition.network.cache_clear()
    patch = pytest.MonkeyPatch()
    patch.setattr(recognition, "network", lambda: classifier)
    patch.setattr(recognition, "FOLDS", 2)
    photographs = made_up(rng, PHOTOGRAPH, np.array(some * 12), 6.0)
    renders = made_up(rng, RENDER, np.arange(len(names)).repeat(4), -6.0)
    judge = recognition.fit_one(photographs, renders)
    recognition.fit_mixture(judge, photographs, renders)
    patch.undo()
    fresh = made_up(rng, PHOTOGRAPH, np.array(some * 4), 6.0)
    return judge, fresh, made_up(rng, RENDER, np.arange(len(names)).repeat(2), -6.0)


def test_the_judge_follows_the_way_of_seeing_that_knows_the_kind_of_picture(
    fitted: tuple[recognition.Judge, Evidence, Evidence],
) -> None:
    """Our network guesses on photographs, ImageNet's on renders: both kinds come out right."""
    judge, photographs, renders = fitted
    for pictures in (photographs, renders):
        ours = pictures.where(pictures.labels >= 0)
        chances, known = judge(ours.features, ours.logits, ours.own)
        assert (chances.argmax(1) == ours.labels).float().mean() > 0.9
        assert (known > 0.5).float().mean() > 0.9


def test_the_judge_knows_what_it_does_not_know(
    fitted: tuple[recognition.Judge, Evidence, Evidence],
) -> None:
    judge, photographs, _ = fitted
    others = photographs.where(photographs.labels < 0)
    _, known = judge(others.features, others.logits, others.own)
    assert (known < 0.5).float().mean() > 0.9
