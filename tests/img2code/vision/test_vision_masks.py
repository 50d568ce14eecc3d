"""Masks to polygons and back, run lengths, prompts."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from geometry.errors import UserError
from img2code.vision import Polygon, Prompt
from img2code.vision.masks import area, coco_rle, cut_out, png, polygons, scaled
from img2code.vision.prompts import from_roi, prompts


def drawn(found: tuple[Polygon, ...], shape: tuple[int, int]) -> np.ndarray:
    """The pixels whose middles polygons cover."""
    large = Image.new("L", (shape[1] * 4, shape[0] * 4))
    for polygon in found:
        layer = Image.new("L", large.size)
        draw = ImageDraw.Draw(layer)
        draw.polygon([(4 * x, 4 * y) for x, y in polygon.outer], fill=1)
        for hole in polygon.holes:
            draw.polygon([(4 * x, 4 * y) for x, y in hole], fill=0)
        large = Image.fromarray(np.asarray(large) | np.asarray(layer))
    return np.asarray(large)[2::4, 2::4] > 0


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(2, 24), st.integers(2, 24), st.floats(0.1, 0.9))
def test_exact_rings_cover_exactly_the_mask(seed: int, h: int, w: int, fraction: float) -> None:
    mask = np.random.default_rng(seed).random((h, w)) < fraction
    found = polygons(mask, tolerance=0)
    covered = sum(
        abs(area(each.outer)) - sum(abs(area(hole)) for hole in each.holes) for each in found
    )
    assert covered == mask.sum()
    assert np.array_equal(drawn(found, mask.shape) & mask, mask)


def test_a_ring_with_a_hole() -> None:
    y, x = np.mgrid[:200, :200]
    distance = np.hypot(x - 99.5, y - 99.5)
    (polygon,) = polygons((distance < 80) & (distance > 40))
    assert len(polygon.holes) == 1
    assert abs(area(polygon.outer)) == pytest.approx(np.pi * 80**2, rel=0.02)
    assert abs(area(polygon.holes[0])) == pytest.approx(np.pi * 40**2, rel=0.02)
    assert len(polygon.outer) < 120
    assert polygons(np.zeros((4, 4), bool)) == ()
    assert scaled(polygon, 2, 3).outer[0] == (polygon.outer[0][0] * 2, polygon.outer[0][1] * 3)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # its decoder's
def test_run_lengths_are_those_of_coco() -> None:
    from pycocotools import mask as coco

    mask = np.random.default_rng(1).random((30, 40)) < 0.4
    packed = coco_rle(mask)
    decoded = coco.decode({"size": packed["size"], "counts": packed["counts"].encode()})
    assert np.array_equal(decoded.astype(bool), mask)


def test_files_of_masks() -> None:
    mask = np.zeros((10, 20), bool)
    mask[2:5, 3:9] = True
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(png(mask)))), mask)
    assert Image.open(io.BytesIO(png(mask, (40, 20)))).size == (40, 20)
    cut = Image.open(io.BytesIO(cut_out(Image.new("RGB", (20, 10)), mask)))
    assert (cut.size, cut.mode) == ((6, 3), "RGBA")


def test_points_are_one_object_and_boxes_their_own() -> None:
    points, boxes = from_roi([[1, 2], [3, 4], [0, 0, 5, 5], [1, 1, 9, 9]])
    assert prompts(points, boxes, (10, 10)) == [
        Prompt(((1.0, 2.0), (3.0, 4.0))),
        Prompt((), (0.0, 0.0, 5.0, 5.0)),
        Prompt((), (1.0, 1.0, 9.0, 9.0)),
    ]
    assert prompts(points, boxes[:1], (10, 10), (2, 2)) == [
        Prompt(((2.0, 4.0), (6.0, 8.0)), (0.0, 0.0, 10.0, 10.0))
    ]
    assert prompts([], [], (10, 10)) == [Prompt()]


@pytest.mark.parametrize(
    "roi", [[[10, 2]], [[-1, 2]], [[4, 4, 3, 9]], [[0, 0, 11, 5]], [[1, 2, 3]]]
)
def test_what_is_outside_is_refused(roi: list[list[float]]) -> None:
    with pytest.raises(UserError):
        prompts(*from_roi(roi), (10, 10))
