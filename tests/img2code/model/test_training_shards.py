"""A shard of training pictures, before photographs too, is made the same again and can be read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from img2code.model.config import Config
from img2code.model.training import shards
from img2code.model.training.loop import Shards
from img2code.model.vocabulary import Vocabulary
from img2code.render.examples import VIEWS


@pytest.fixture
def backgrounds(tmp_path: Path) -> Path:
    folder = tmp_path / "photographs"
    folder.mkdir()
    for number, name in enumerate(("a.png", "b.png")):
        Image.new("RGB", (90, 60), (0, 60 + 90 * number, 0)).save(folder / name)
    lines = [{"file": "a.png", "label": "Mug"}, {"file": "b.png", "label": None}]
    (folder / "list.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return folder


def test_a_shard_is_made_the_same_again_and_read(
    tmp_path: Path, backgrounds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "SHARD", 3)
    folder = tmp_path / "data"
    folder.mkdir()
    paths = [folder / "Mug-0001.npz", tmp_path / "Mug-0001.npz"]
    for path in paths:
        shards.write_shard(path, 1, "Mug", Config.size, Config.frozen, backgrounds)
    first, again = (np.load(path) for path in paths)
    assert np.array_equal(first["steps"], again["steps"])
    assert np.array_equal(first["features"], again["features"])
    data = Shards.read(folder, Vocabulary(["Bottle", "Mug"]))
    assert len(data) == 3 * VIEWS
    features, steps = data.batch(np.array([0, 4]))
    assert tuple(features.shape[:2]) == (2, 40)
    assert all(row.shape[0] == 3 for row in steps)


def test_backgrounds_show_other_things(backgrounds: Path) -> None:
    rng = np.random.default_rng(0)
    (square,) = shards.some_photographs(backgrounds, "Mug", 40, rng)
    assert square.shape == (60, 60, 3)
    assert square[30, 30].tolist() == [0, 150, 0]
    assert len(shards.some_photographs(backgrounds, "Bottle", 40, rng)) == 2
