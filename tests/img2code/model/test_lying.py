"""Long objects that lie askew: their picture is turned, read, and what was read turned back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from geometry.view import view_of
from img2code import backends, framing
from img2code.backends.embedded import Embedded
from img2code.fit.mask import Mask
from img2code.image import open_image
from img2code.model import lying
from img2code.reconstruct import Reconstructor

EXAMPLES = Path(__file__).parents[3] / "example_images"
SIDE = 160


@pytest.fixture(scope="module")
def embedded() -> Embedded:
    backend = backends.load("embedded")
    assert isinstance(backend, Embedded)
    return backend


def stroke(angle: float, length: float = 120, width: float = 14) -> np.ndarray:
    """The mask of a bar that leans to the left of upright."""
    picture = Image.new("L", (4 * SIDE, 4 * SIDE))
    middle = 2 * SIDE
    box = (middle - 2 * width, middle - 2 * length, middle + 2 * width, middle + 2 * length)
    ImageDraw.Draw(picture).rectangle(box, fill=255)
    return np.asarray(picture.rotate(angle).resize((SIDE, SIDE))) / 255


@pytest.mark.parametrize("angle", [-80.0, -45.0, -10.0, 0.0, 30.0, 89.0])
def test_the_long_axis_of_a_mask_is_found(angle: float) -> None:
    found = lying.long_axis(stroke(angle))
    assert found is not None
    assert abs((found - angle + 90) % 180 - 90) < 1.5


def test_what_is_not_long_has_no_axis() -> None:
    assert lying.long_axis(stroke(20, length=40, width=30)) is None
    assert lying.long_axis(np.zeros((SIDE, SIDE))) is None


@pytest.mark.parametrize("angle", [-60.0, 25.0, 90.0])
def test_a_turned_picture_shows_the_object_upright(angle: float) -> None:
    """The box is that of the turned object, and the picture shows it there."""
    inside = stroke(angle)
    picture = Image.fromarray((255 - 200 * inside).astype(np.uint8)).convert("RGB")
    mask = Mask(inside, (0.0, 0.0, float(SIDE), float(SIDE)), SIDE)
    turned = lying.turned(picture, mask, -angle)
    assert turned is not None
    left, top, right, bottom = turned.box
    assert (bottom - top) / (right - left) > 5
    dark = np.asarray(turned.picture.convert("L")) < 150
    rows, columns = np.nonzero(dark)
    seen = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert np.abs(np.subtract(seen, turned.box)).max() <= 2


def test_nothing_is_turned_where_nothing_is_seen() -> None:
    picture = Image.new("RGB", (SIDE, SIDE))
    mask = Mask(np.zeros((SIDE, SIDE)), (0.0, 0.0, float(SIDE), float(SIDE)), SIDE)
    assert lying.turned(picture, mask, 30.0) is None


@pytest.mark.parametrize("angle", [50, -90])
def test_a_bottle_that_lies_askew_is_met(embedded: Embedded, angle: int) -> None:
    """The same bottle upright and turned: the same code, its roll that of the picture."""
    upright = Image.open(EXAMPLES / "bottle_wine.jpg").convert("RGB")
    square = framing.cut(open_image(upright), (-120.0, -120.0, 632.0, 632.0), 480)
    askew = square.rotate(angle, Image.Resampling.BICUBIC, fillcolor=framing.border_colour(square))
    reconstructor = Reconstructor(embedded)
    first, second = (reconstructor.run(each, "Bottle", fit=True) for each in (square, askew))
    assert first.fitted is not None
    assert second.fitted is not None
    assert second.fitted.overlap > first.fitted.overlap - 0.1
    rolls = [view_of(result.program.pose.rotation).roll for result in (first, second)]
    away = (rolls[1] - rolls[0] - angle + 90) % 180 - 90  # either end may be up
    assert abs(away) < 6


def test_programs_are_read_from_the_picture_as_it_was_turned(embedded: Embedded) -> None:
    """Free numbers of a program with much roll are judged by the turned picture, without it."""
    picture = open_image(EXAMPLES / "bottle_wine.jpg")
    (seen,) = embedded.see([picture])
    result = Reconstructor(embedded).run(picture, "Bottle")
    evidence = embedded.evidence(picture, seen, result.program)
    same = lying.as_read(embedded.net, picture, evidence.mask, result.program, seen.encoded)
    assert same == (seen.encoded, result.program, 0.0)
    code = result.program.as_dict()
    view = view_of(code["pose"]["global_rotation"])
    code["pose"]["global_rotation"] = type(view)(view.yaw, view.elevation, 70.0).angles()
    askew = lying.parse(code)
    encoded, read, roll = lying.as_read(embedded.net, picture, evidence.mask, askew, seen.encoded)
    assert encoded is not seen.encoded
    assert abs(view_of(read.pose.rotation).roll) < 0.1
    assert roll == pytest.approx(70, abs=0.1)
    others = embedded.evidence(picture, seen, askew).angles
    assert np.abs(others[:, 2] - 70).max() < 31
