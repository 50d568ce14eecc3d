"""The object's pixels, before smooth and busy backgrounds."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from img2code import backdrop
from img2code.errors import ImageError
from img2code.fit import mask
from img2code.fit.drawing import overlap
from img2code.image import open_image

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


def seen_by_the_network(true: np.ndarray) -> np.ndarray:
    """(130, 130) logits as it gives them: blurred, and the hole filled in."""
    filled = ndimage.gaussian_filter(ndimage.binary_fill_holes(true).astype(float), 6)
    small = np.asarray(Image.fromarray(filled).resize((130, 130)))
    return np.asarray((small - 0.5) * 8)


def overlaps(picture: Image.Image, true: np.ndarray) -> tuple[float, float]:
    """With the true mask: of what was found, and of what the network said."""
    logits = seen_by_the_network(true)
    found = mask.find(open_image(picture), (60.0, 50.0, 180.0, 170.0), logits, WHOLE)
    cut = Image.fromarray(true.astype(np.float32)).transform(
        found.probability.shape, Image.Transform.EXTENT, found.square
    )
    network = (
        Image.fromarray(logits.astype(np.float32))
        .resize((SIDE, SIDE))
        .transform(found.probability.shape, Image.Transform.EXTENT, found.square)
    )
    right = np.asarray(cut) >= 0.5
    return overlap(found.probability >= 0.5, right), overlap(np.asarray(network) > 0, right)


def test_colours_sharpen_what_the_network_says() -> None:
    found, network = overlaps(*scene())
    assert found > network


def test_a_soft_shadow_is_not_the_object() -> None:
    found, network = overlaps(*scene(shadow=0.4))
    assert found > network


def test_a_busy_ground_spoils_nothing() -> None:
    found, network = overlaps(*scene(busy=True))
    assert found > network - 0.02


def test_specks_are_left_out() -> None:
    pieces = np.zeros((20, 20), bool)
    pieces[2:15, 2:15] = pieces[18, 18] = True
    kept = backdrop.without_specks(pieces)
    assert not kept[18, 18]
    assert kept[5, 5]


def test_a_box_before_a_gradient() -> None:
    picture, _ = scene()
    box = backdrop.box(open_image(picture))
    assert box is not None
    assert np.abs(np.array(box) - (60, 50, 180, 170)).max() < 3


def test_a_box_of_the_thing_that_is_meant() -> None:
    picture, _ = scene()
    pixels = np.array(picture)
    pixels[200:230, 10:40] = (30, 60, 160)
    opened = open_image(Image.fromarray(pixels))
    both, one = backdrop.box(opened), backdrop.box(opened, (15.0, 205.0, 30.0, 225.0))
    assert both is not None
    assert one is not None
    assert both[2] > 170
    assert np.abs(np.array(one) - (10, 200, 40, 230)).max() < 3


def test_no_box_before_a_busy_ground_nor_of_nothing() -> None:
    assert backdrop.box(open_image(scene(busy=True)[0])) is None
    assert backdrop.box(open_image(Image.new("RGB", (80, 60), "white"))) is None


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
