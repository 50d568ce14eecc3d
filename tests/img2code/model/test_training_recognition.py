"""Fitting the judge and training the mask network, on little data."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import geometry
from img2code.model.imagenet import CLASSES as IMAGENET
from img2code.model.imagenet import FEATURES, SIZE, ImageNet, from_package
from img2code.model.training import composites, foreground, recognition
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


def test_masks_are_learnt_from_the_maps() -> None:
    """A few updates find discs that the frozen network has seen and ours has not."""
    rng = np.random.default_rng(0)
    data = foreground.Maps.of(from_package(), [disc(rng) for _ in range(24)])
    _, before = foreground.train(data, updates=0)
    _, after = foreground.train(data, updates=25)
    assert after > before + 0.2


def test_silhouettes_are_where_the_render_differs_from_its_backdrop() -> None:
    rng = np.random.default_rng(1)
    made = list(composites.renders(1, []))
    assert len(made) == len(geometry.categories())
    for masked in made:
        assert masked.picture.shape == (SIZE, SIZE, 3)
        assert 0.005 < (masked.mask > 127).mean() < 0.9
    again = composites.renders(1, [])
    assert np.array_equal(next(again).picture, made[0].picture)
    mirrored = composites.mirrored(made[0])
    assert np.array_equal(mirrored.mask[:, ::-1], made[0].mask)
    before = list(composites.pasted(rng, 5, [disc(rng) for _ in range(3)]))
    for masked in before:
        assert (masked.picture[masked.mask > 200, 0] > 120).mean() > 0.9


def test_photographs_are_read_with_their_masks(tmp_path: Path) -> None:
    (tmp_path / "masks").mkdir()
    Image.new("RGB", (80, 40), (9, 9, 9)).save(tmp_path / "a.jpg")
    Image.new("RGB", (80, 40)).save(tmp_path / "b.jpg")
    Image.new("L", (8, 4), 255).save(tmp_path / "masks" / "a.png")
    lines = [json.dumps({"file": name, "label": None}) for name in ("a.jpg", "b.jpg")]
    (tmp_path / "list.jsonl").write_text("\n".join(lines))
    (masked,) = composites.photographs(tmp_path, tmp_path / "masks")
    rows = np.flatnonzero((masked.mask > 127).any(1))
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
    for evidence in (photographs, renders):
        ours = evidence.where(evidence.labels >= 0)
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
