"""Finding the object and saying what it is, with the shipped weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from scipy import ndimage

import geometry
from img2code.backends.embedded import Embedded
from img2code.image import open_image
from img2code.model import imagenet, recognizer
from img2code.model.imagenet import ImageNet
from img2code.model.salient import SIDE, Salient, objects
from img2code.recognition import Box

EXAMPLES = Path(__file__).parents[3] / "example_images"


@pytest.fixture(scope="module")
def embedded() -> Embedded:
    return Embedded()


def test_the_frozen_network_is_imagenets(embedded: Embedded) -> None:
    """In half precision it says what the package's weights say."""
    original = imagenet.from_package()
    noise = np.random.default_rng(0).integers(0, 256, (2, 260, 260, 3), dtype=np.uint8)
    with torch.inference_mode():
        ours = embedded.recognizer.imagenet(imagenet.prepare(noise))
        theirs = original(imagenet.prepare(noise))
    assert torch.equal(ours.logits.argmax(1), theirs.logits.argmax(1))
    assert torch.allclose(ours.logits, theirs.logits, atol=0.1)


def test_both_networks_answer_for_each_picture() -> None:
    sight = ImageNet().eval()(torch.zeros(2, 3, imagenet.SIZE, imagenet.SIZE))
    assert sight.features.shape == (2, imagenet.FEATURES)
    assert sight.logits.shape == (2, imagenet.CLASSES)
    for side in (SIDE, 77):  # any size, halved as often as it goes
        assert Salient().eval()(torch.zeros(2, 3, side, side)).shape == (2, 7, side, side)


def test_large_pieces_in_the_middle_come_first_and_specks_not_at_all() -> None:
    mask = np.full((SIDE, SIDE), -1.0)
    mask[5:45, 5:45] = 1  # large, in the corner
    mask[50:88, 50:88] = 1  # a little smaller, in the middle
    mask[120:124, 120:124] = 1  # a speck
    found = objects(mask, (0.0, 0.0, 2.0 * SIDE, 2.0 * SIDE))
    assert found == [(100, 100, 176, 176), (10, 10, 90, 90)]
    assert objects(np.full((SIDE, SIDE), -1.0), (0.0, 0.0, 9.0, 9.0)) == []


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("RGB", (300, 200), (255, 255, 255)),
        Image.new("RGB", (300, 200), (90, 30, 200)),
        Image.new("RGB", (1, 1), (0, 0, 0)),
        Image.new("RGBA", (64, 64), (0, 0, 0, 0)),
        Image.fromarray(np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8)),
    ],
    ids=["white", "violet", "one pixel", "transparent", "noise"],
)
def test_nothing_is_none_of_the_categories(embedded: Embedded, picture: Image.Image) -> None:
    (seen,) = embedded.see([open_image(picture)])
    assert not seen.recognition.is_known


def test_drawn_shapes_are_boxed(embedded: Embedded) -> None:
    """On a plain ground the box is exact, in fractions of the picture as it was handed in."""
    picture = Image.new("RGB", (600, 300), (240, 240, 240))
    ImageDraw.Draw(picture).rectangle((150, 60, 449, 239), fill=(140, 70, 30))
    (seen,) = embedded.see([open_image(picture)])
    assert seen.recognition.box == pytest.approx((0.25, 0.2, 0.75, 0.8), abs=0.01)


def studio(*things: tuple[int, int, int, int]) -> np.ndarray:
    """A grainy gradient of 400 x 400 pixels, on which things cast soft shadows."""
    row, column = np.mgrid[:400, :400]
    ground = np.stack([215 - row / 12, 205 - row / 12, 200 - column / 16], -1)
    shadow = np.zeros((400, 400))
    for left, _, right, bottom in things:
        shadow[bottom - 20 : bottom + 25, left + 20 : right + 30] = 1
    picture = ground * (1 - 0.35 * ndimage.gaussian_filter(shadow, 8))[..., None]
    for left, top, right, bottom in things:
        picture[top:bottom, left:right] = (170, 60, 50)
    noise = np.random.default_rng(1).normal(0, 6, picture.shape)
    return (picture + noise).clip(0, 255).astype(np.uint8)


def test_neither_grain_nor_a_shadow_is_part_of_the_object(embedded: Embedded) -> None:
    picture = open_image(Image.fromarray(studio((140, 90, 260, 290))))
    found = embedded.recognizer.look([picture], [None]).found[0]
    assert found.box == pytest.approx((140, 90, 260, 290), abs=8)


def test_of_several_things_the_others_are_offered(embedded: Embedded) -> None:
    things = ((110, 100, 250, 310), (300, 130, 380, 240))
    picture = open_image(Image.fromarray(studio(*things)))
    found = embedded.recognizer.look([picture], [None]).found[0]
    assert found.box == pytest.approx(things[0], abs=10)
    (other,) = found.others
    assert other == pytest.approx(things[1], abs=10)


def test_what_the_mask_misses_stands_before_a_plain_ground(embedded: Embedded) -> None:
    """A thing of a few pixels is boxed all the same; nothing at all is said to be nothing."""
    picture = Image.new("RGB", (600, 600), (240, 240, 240))
    empty = embedded.recognizer.look([open_image(picture)], [None]).found[0]
    assert empty.empty
    assert empty.box == (0, 0, 600, 600)
    ImageDraw.Draw(picture).rectangle((300, 300, 305, 308), fill=(90, 90, 90))
    found = embedded.recognizer.look([open_image(picture)], [None]).found[0]
    assert not found.empty
    assert found.box == pytest.approx((300, 300, 306, 309), abs=3)


def test_a_given_box_is_what_is_looked_at(embedded: Embedded) -> None:
    """Two examples side by side: each box makes its own category."""
    mug, chair = (Image.open(EXAMPLES / f"{name}.jpg") for name in ("mug_teal", "chair_beech"))
    side = Image.new("RGB", (800, 400), (255, 255, 255))
    for column, each in enumerate((mug, chair)):
        side.paste(each.resize((400, 400)), (400 * column, 0))
    boxes: list[Box | None] = [(0.02, 0.05, 0.48, 0.95), (0.52, 0.05, 0.98, 0.95)]
    pictures = [open_image(side)] * 2
    seen = embedded.see(pictures, boxes)
    assert [each.recognition.category for each in seen] == ["Mug", "Chair"]
    assert [each.recognition.box for each in seen] == [pytest.approx(box) for box in boxes]


def test_rankings_are_whole(embedded: Embedded) -> None:
    (seen,) = embedded.see([open_image(EXAMPLES / "stapler.jpg")])
    names = [name for name, _ in seen.recognition.ranking]
    chances = [chance for _, chance in seen.recognition.ranking]
    assert sorted(names) == sorted(geometry.categories())
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) == pytest.approx(1, abs=1e-3)
    assert seen.recognition.category == "Stapler"
    assert seen.recognition.is_known


def test_weights_are_written_and_read(embedded: Embedded, tmp_path: Path) -> None:
    path = tmp_path / "recognition.safetensors"
    network = embedded.recognizer
    recognizer.save(network, {"Mug": [504]}, ["Globe"], path)
    with pytest.raises(RuntimeError):  # a judge of other classes has other weights
        recognizer.load(path)
