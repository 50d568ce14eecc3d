"""Boxes in fractions of the upright picture, and squares cut around them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from img2code import framing
from img2code.image import content, open_image
from img2code.model.crop import FILLS, crops

RED, GREY = (200, 30, 30), (250, 250, 250)


def with_object(size: tuple[int, int], colour: tuple[int, int, int] = GREY) -> Image.Image:
    """A plain picture of this size with a red box from an eighth to three eighths of its width."""
    picture = Image.new("RGB", size, colour)
    width, height = size
    picture.paste(
        RED, (width // 8, height // 3, width // 8 + width // 4, height // 3 + height // 5)
    )
    return picture


@pytest.mark.parametrize("size", [(640, 480), (300, 900), (97, 97), (400, 3)])
def test_the_bars_that_make_a_picture_square_are_not_its_content(size: tuple[int, int]) -> None:
    opened = open_image(Image.new("RGB", size, (10, 20, 30)))
    left, top, right, bottom = content(opened)
    assert (right - left, bottom - top) == size
    inner = np.asarray(opened.crop((left, top, right, bottom)))
    assert (inner == (10, 20, 30)).all()
    assert content(opened.resize((50, 50))) == (0, 0, 50, 50)
    assert framing.border_colour(opened) == (10, 20, 30)


@pytest.mark.parametrize("size", [(640, 480), (300, 900), (200, 200)])
def test_fractions_of_the_upright_picture_and_pixels_of_the_square_agree(
    size: tuple[int, int],
) -> None:
    opened = open_image(with_object(size))
    box = (0.1, 0.2, 0.7, 0.9)
    assert framing.fractions(opened, framing.pixels(opened, box)) == pytest.approx(box)
    assert framing.pixels(opened, (0, 0, 1, 1)) == content(opened)
    beyond = framing.fractions(opened, (-500, -500, 5000, 5000))
    assert beyond == (0, 0, 1, 1)


@pytest.mark.parametrize("size", [(640, 480), (300, 900), (97, 97)])
def test_crops_fill_with_the_object(size: tuple[int, int]) -> None:
    picture = open_image(with_object(size, (120, 200, 120)))
    box = framing.before_plain(picture)
    assert box is not None
    for fill, framed in zip(FILLS, crops(picture, 144, box), strict=True):
        dark = framed[..., 1] < 100
        rows, columns = np.flatnonzero(dark.any(1)), np.flatnonzero(dark.any(0))
        assert max(np.ptp(rows), np.ptp(columns)) + 1 == pytest.approx(fill * 144, abs=3)
        assert columns.mean() == pytest.approx(71.5, abs=2)
        assert rows.mean() == pytest.approx(71.5, abs=2)
        corner = framed[0, 0]
        assert np.abs(corner.astype(int) - (120, 200, 120)).max() <= 2, "beyond it: the border"


def test_a_border_that_is_not_plain_tells_nothing() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (144, 144, 3), dtype=np.uint8)
    assert framing.before_plain(Image.fromarray(noise)) is None
    assert framing.before_plain(Image.new("RGB", (100, 100), GREY)) is None, "nothing before it"
