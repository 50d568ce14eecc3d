"""Photographs become examples where a fitted code lies on what they show, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

import geometry
from geometry.view import View
from img2code import photo_list
from img2code.fit.mask import Mask
from img2code.model.config import Config
from img2code.model.training import photographed
from img2code.model.training.loop import Shards
from img2code.model.vocabulary import Vocabulary
from img2code.render.examples import usual_diagonal

NAMES = ("good.png", "off.png", "unsure.png", "lying.png", "unknown.png")


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    folder = tmp_path / "photographs"
    folder.mkdir()
    lines = []
    for name in NAMES:
        Image.new("RGB", (90, 60), (0, 90, 0)).save(folder / name)
        lines.append({"file": name, "label": None if name == "unknown.png" else "Mug"})
    (folder / "list.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return folder


class Reading:
    """Answers as a Reconstructor does, by the name of the picture."""

    def run(self, path: Path, category: str, fit: bool) -> object:
        assert (category, fit) == ("Mug", True)
        code = geometry.sample(category, np.random.default_rng(3))
        turned = View(30, 20, 50 if path.name == "lying.png" else 2).pose()
        code["pose"] = {"global_position": [0, 0, 0], "global_rotation": turned}
        probability = np.zeros((40, 40))
        probability[10:30, 5:35] = 0.6 if path.name == "unsure.png" else 1.0
        mask = Mask(probability, (0.0, 0.0, 90.0, 90.0), 90)
        fitted = SimpleNamespace(mask=mask, overlap=0.8 if path.name == "off.png" else 0.95)
        return SimpleNamespace(program=geometry.parse(code), fitted=fitted)


def test_only_what_a_sure_fit_lies_on_is_learnt_from(
    photographs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    class Listening(Reading):
        def run(self, path: Path, category: str, fit: bool) -> object:
            asked.append(path.name)
            return super().run(path, category, fit)

    monkeypatch.setattr(photographed, "Reconstructor", lambda backend: Listening())
    monkeypatch.setattr(photographed.embedded, "load", lambda: None)
    out = tmp_path / "data"
    options = ["photographed", "--photographs", str(photographs), "--out", str(out)]
    monkeypatch.setattr("sys.argv", options)
    photographed.main()
    assert sorted(asked) == sorted(NAMES[:4])  # not what nobody has named
    data = Shards.read(out, Vocabulary(["Bottle", "Mug"]))
    assert len(data) == photographed.COPIES  # of one photograph


def test_copies_differ_and_codes_are_as_large_as_in_training(photographs: Path) -> None:
    listed = [each for each in photo_list.read(photographs) if each.label]
    found = list(photographed.understood(Reading(), listed))  # type: ignore[arg-type]
    ((picture, box, program),) = found
    shown = photographed.copies(np.random.default_rng(0), picture, box, Config.size)
    one, other = next(shown), next(shown)
    assert one.shape == other.shape == (Config.size, Config.size, 3)
    assert (one != other).any()
    code, view = photographed.as_usual(program)
    points = geometry.mesh(code).vertices
    assert np.linalg.norm(np.ptp(points, axis=0)) == pytest.approx(usual_diagonal("Mug"), rel=1e-3)
    assert (view.yaw, view.elevation) == pytest.approx((30, 20), abs=0.5)
