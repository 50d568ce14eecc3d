"""The object's pixels, before smooth and busy backgrounds."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from img2code.errors import ImageError
from img2code.fit import mask
from img2code.fit.drawing import overlap
from img2code.image import open_image
from img2code.model import recognizer
from img2code.model.recognizer import Recognizer

SIDE = 240
WHOLE = (0.0, 0.0, float(SIDE), float(SIDE))


def scene(shadow: float = 0.0, busy: bool = False) -> tuple[Image.Image, np.ndarray]:
    """A round red object with a hole before a gradient or a busy ground, and its mask."""
    row, column = np.mgrid[:SIDE, :SIDE]
    away = np.hypot(row - 110, column - 120)
    true = (away < 60) & (away > 20)
    ground = np.stack([210 - row / 6, 200 - row / 6, 190 - column / 5], -1).astype(float)
    if busy:
        rng = np.random.default_rng(0)
        coarse = rng.uniform(0, 160, (20, 20, 3))
        ground = np.kron(coarse, np.ones((12, 12, 1))) * [0.4, 1, 1]
    dark = ndimage.gaussian_filter(((row - 175) ** 2 * 9 + (column - 150) ** 2 < 80**2) * 1.0, 6)
    picture = ground * (1 - shadow * dark)[..., None]
    picture[true] = (190, 60, 50)
    noise = np.random.default_rng(1).normal(0, 2, picture.shape)
    return Image.fromarray(np.clip(picture + noise, 0, 255).astype(np.uint8)), true


@pytest.fixture(scope="module")
def seeing() -> Recognizer:
    return recognizer.load()


@pytest.mark.parametrize(
    ("shadow", "busy", "least"), [(0.0, False, 0.9), (0.4, False, 0.9), (0.0, True, 0.85)]
)
def test_masks_are_those_of_the_object(
    seeing: Recognizer, shadow: float, busy: bool, least: float
) -> None:
    """Before a gradient, with a shadow, before a busy ground."""
    picture, ring = scene(shadow, busy)
    true = ndimage.binary_fill_holes(ring)  # what is in it could be a label
    opened = open_image(picture)
    (first,) = seeing.look([opened], [None]).found
    found = mask.find(opened, first.box, *seeing.mask(opened, first))
    right = mask.resampled(true, WHOLE, found.square, len(found.probability)) >= 0.5
    assert overlap(found.probability >= 0.5, right) > least


def test_a_given_box_has_a_mask_of_its_own(seeing: Recognizer) -> None:
    """Of two things the one in the box, though the other is larger."""
    y, x = np.mgrid[:400, :400]
    large = (np.abs(x - 120) < 90) & (np.abs(y - 200) < 90)
    small = (np.abs(x - 320) < 40) & (np.abs(y - 200) < 50)
    values = np.where((large | small)[..., None], (160, 60, 40), (235, 235, 230)).astype(np.uint8)
    opened = open_image(Image.fromarray(values))
    (first,) = seeing.look([opened], [(0.69, 0.36, 0.91, 0.64)]).found
    found = mask.find(opened, first.box, *seeing.mask(opened, first))
    left, _, right, _ = found.square
    step = (right - left) / len(found.probability)
    columns = np.flatnonzero((found.probability > 0.5).any(0)) * step + left
    assert columns[0] == pytest.approx(280, abs=6)
    assert columns[-1] == pytest.approx(360, abs=6)


def test_specks_are_left_out() -> None:
    pieces = np.zeros((20, 20), bool)
    pieces[2:15, 2:15] = pieces[18, 18] = True
    kept = mask.without_specks(pieces)
    assert not kept[18, 18]
    assert kept[5, 5]


def test_a_drawn_mask_is_where_it_was_drawn() -> None:
    picture = open_image(Image.new("RGB", (300, 200), "grey"))
    over = Image.new("L", (150, 100), 0)
    over.paste(255, (60, 20, 120, 70))
    found = mask.drawn(picture, open_image(over))
    assert found.frame == picture.width
    assert found.confidence == 1  # who drew it was sure
    back = mask.over_picture(picture, found, 150)
    assert back.size == over.size
    assert overlap(np.asarray(back) > 127, np.asarray(over) > 127) > 0.95


@pytest.mark.parametrize(
    ("size", "white", "problem"),
    [((150, 100), False, "shows no object"), ((100, 100), True, "another shape")],
)
def test_a_mask_that_cannot_be_is_refused(size: tuple[int, int], white: bool, problem: str) -> None:
    picture = open_image(Image.new("RGB", (300, 200), "grey"))
    over = Image.new("L", size, 255 if white else 0)
    with pytest.raises(ImageError, match=problem):
        mask.drawn(picture, open_image(over))


def test_a_blurred_mask_is_unsure() -> None:
    fraction = np.zeros((160, 160))
    fraction[40:120, 40:120] = 1.0
    square = (0.0, 0.0, 160.0, 160.0)
    assert not mask.Mask(fraction, square, 160).unsure
    fraction[20:140, 20:140] = 0.4
    fraction[40:120, 40:120] = 0.6
    assert mask.Mask(fraction, square, 160).unsure
