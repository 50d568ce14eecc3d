"""Masks sharpened by colours: thin parts come back, even grounds help, busy ones do no harm."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from img2code.fit import mask
from img2code.fit.refine import refined
from img2code.image import open_image
from img2code.model import recognizer

SIDE = 256


def truth() -> np.ndarray:
    """A block with a handle four pixels thick."""
    mask = np.zeros((SIDE, SIDE), bool)
    mask[70:190, 60:170] = True
    y, x = np.mgrid[:SIDE, :SIDE]
    away = np.hypot(x - 170, y - 130)
    return mask | ((away > 36) & (away < 40) & (x >= 168))


def blurred(mask: np.ndarray) -> np.ndarray:
    """As a network sees it: soft edges, thin parts half lost."""
    return ndimage.gaussian_filter(mask.astype(np.float32), 4)


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())


def picture(ground: np.ndarray) -> np.ndarray:
    rng = np.random.default_rng(0)
    mask = truth()
    values = np.where(mask[..., None], (150.0, 70.0, 40.0), ground)
    return (values + rng.normal(0, 4, values.shape)).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("shading", [0, 40, 90])
def test_edges_and_thin_parts_come_back_on_plain_and_graded_grounds(shading: float) -> None:
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE
    ground = np.repeat((230 - shading * (0.6 * y + 0.4 * x * x))[..., None], 3, -1)
    before = overlap(blurred(truth()) > 0.5, truth())
    after = overlap(refined(picture(ground), blurred(truth())) > 0.5, truth())
    assert before < 0.97
    assert after > 0.98


def test_a_ground_that_looks_like_the_object_leaves_the_mask_nearly_as_it_is() -> None:
    rng = np.random.default_rng(1)
    spots = ndimage.gaussian_filter(rng.normal(0, 1, (SIDE, SIDE, 3)), (6, 6, 0))
    ground = 110 + 50 * spots / spots.std()
    values = picture(ground)
    values[truth()] = np.roll(values, 90, 1)[truth()]
    before = overlap(blurred(truth()) > 0.5, truth())
    after = overlap(refined(values, blurred(truth())) > 0.5, truth())
    assert after > before - 0.03


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_a_mask_that_shows_nothing_stays(value: float) -> None:
    given = np.full((SIDE, SIDE), value, np.float32)
    assert np.array_equal(refined(picture(np.full((SIDE, SIDE, 3), 200.0)), given), given)


def test_the_second_look_gives_a_mask_of_the_square_around_the_box() -> None:
    y, x = np.mgrid[:400, :400]
    inside = (np.abs(x - 260) < 60) & (np.abs(y - 120) < 70)
    values = np.where(inside[..., None], (160, 60, 40), (235, 235, 230)).astype(np.uint8)
    opened = open_image(Image.fromarray(values))
    seeing = recognizer.load()
    looked = seeing.look([opened], [None])
    (logits,) = seeing.masks(looked.maps)
    found = mask.find(opened, looked.found[0].box, logits, looked.squares[0])
    left, _, right, _ = found.square
    step = (right - left) / len(found.probability)
    columns = np.flatnonzero((found.probability > 0.5).any(0)) * step + left
    assert columns[0] == pytest.approx(200, abs=5)
    assert columns[-1] == pytest.approx(320, abs=5)
