"""Every preset of a published model: a tiny random checkpoint through the real classes."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import tiny_painters
import tiny_vision
from PIL import Image

from geometry.errors import UserError
from img2code.vision import PRESETS, Prompt, load

pytestmark = pytest.mark.slow

PICTURE = Image.fromarray(np.random.default_rng(0).integers(0, 255, (48, 64, 3)).astype(np.uint8))
SEGMENTERS = {"sam": tiny_vision.sam, "sam2": tiny_vision.sam2}
CONCEPTS = {"clip": tiny_vision.clip, "siglip2": tiny_vision.siglip2}
CAPTIONERS = {
    "blip": tiny_vision.blip,
    "blip2": tiny_vision.blip2,
    "llava": tiny_vision.llava,
    "llava-next": tiny_vision.llava_next,
    "llava-onevision": tiny_vision.llava_onevision,
    "mllama": tiny_vision.mllama,
    "qwen2-vl": tiny_vision.qwen2_vl,
    "qwen2.5-vl": tiny_vision.qwen2_5_vl,
}
PAINTERS = {
    "stable-diffusion": tiny_painters.stable_diffusion,
    "sd3": tiny_painters.sd3,
    "flux": tiny_painters.flux,
}
Save = Callable[[Path], Path]


@pytest.fixture(autouse=True)
def their_warnings() -> Iterator[None]:
    """What the libraries warn of themselves is theirs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize("name", SEGMENTERS)
def test_segmenters(tmp_path: Path, name: str) -> None:
    engine = load("segment", name, model=str(SEGMENTERS[name](tmp_path)), device="cpu")
    prompts = [Prompt(), Prompt(((20.0, 30.0), (8.0, 9.0))), Prompt(box=(4.0, 5.0, 40.0, 44.0))]
    answers = engine.segment(PICTURE, prompts)
    assert [len(answer) for answer in answers] == [3, 3, 3]
    for answer in answers:
        for segment in answer:
            assert segment.mask.shape == (48, 64)
            assert segment.mask.dtype == bool
            assert 0 <= segment.iou <= 1


@pytest.mark.parametrize("name", CONCEPTS)
def test_concepts(tmp_path: Path, name: str) -> None:
    engine = load("concepts", name, model=str(CONCEPTS[name](tmp_path)), device="cpu")
    scores = engine.score(PICTURE, ["a blue mug", "a chair", "an animal"])
    assert sum(scores.scores) == pytest.approx(1, abs=1e-5)
    part = engine.score(PICTURE, ["a blue mug", "a chair", "an animal"], (0, 0, 20, 20))
    assert part.scores != scores.scores
    with pytest.raises(UserError, match="no text"):
        engine.score(PICTURE, [])


@pytest.mark.parametrize("name", CAPTIONERS)
def test_captioners(tmp_path: Path, name: str) -> None:
    settings = {"model": str(CAPTIONERS[name](tmp_path)), "device": "cpu", "most_tokens": 4}
    found = load("caption", name, **settings).describe(PICTURE)
    assert isinstance(found.caption, str)
    assert isinstance(found.paragraph, str)
    assert "USER" not in found.caption


@pytest.mark.parametrize("name", PAINTERS)
def test_painters(tmp_path: Path, name: str) -> None:
    path = PAINTERS[name](tmp_path)
    engine = load("paint", name, model=str(path), device="cpu", steps=2)
    (painting,) = engine.paint("a blue mug", seed=1, size=64)
    assert painting.picture.size == (64, 64)
    (again,) = engine.paint("a blue mug", layout=PICTURE, seed=1, size=64)
    assert np.array_equal(np.asarray(painting.picture), np.asarray(again.picture))
    assert again.notes


def test_a_controlnet_needs_a_layout(tmp_path: Path) -> None:
    base = tiny_painters.stable_diffusion(tmp_path / "base")
    path = tiny_painters.controlnet(tmp_path / "net")
    settings = {"model": str(path), "base": str(base), "device": "cpu", "steps": 2}
    engine = load("paint", "controlnet", **settings)
    with pytest.raises(UserError, match="edges"):
        engine.paint("a mug", size=64)
    (painting,) = engine.paint("a mug", layout=PICTURE, size=64)
    assert painting.picture.size == (64, 64)


def test_a_checkpoint_that_is_none_is_explained(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    for kind, name in (("segment", "sam"), ("concepts", "clip"), ("caption", "blip")):
        with pytest.raises(UserError, match="needs a checkpoint"):
            load(kind, name)
        with pytest.raises(UserError, match=str(tmp_path)):
            load(kind, name, model=str(tmp_path))


def test_unknown_names_and_options_are_explained() -> None:
    with pytest.raises(UserError, match="Did you mean sam2"):
        load("segment", "sam22")
    with pytest.raises(UserError, match="no option 'steps'"):
        load("segment", "sam", steps=3)
    assert all("embedded" in presets for presets in PRESETS.values())
