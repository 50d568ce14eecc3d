"""Where in a picture the object is, and pictures cut so that it fills their frame."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from img2code.image import content
from img2code.recognition import Box

#: A border counts as plain when nearly all of it is this close (0..255) to its median colour.
_NEAR, _SHARE = 14.0, 0.97

#: Left, top, right, bottom in pixels of a picture from `open_image`; may reach beyond it.
Pixels = tuple[float, float, float, float]


def pixels(picture: Image.Image, box: Box) -> Pixels:
    """A box in fractions of the upright picture, in pixels of what `open_image` made of it."""
    left, top, right, bottom = content(picture)
    width, height = right - left, bottom - top
    x, y, x_end, y_end = box
    return left + x * width, top + y * height, left + x_end * width, top + y_end * height


def fractions(picture: Image.Image, box: Pixels) -> Box:
    """The reverse of `pixels`, cut off at the picture's edges."""
    left, top, right, bottom = content(picture)
    width, height = max(right - left, 1), max(bottom - top, 1)
    x, x_end = ((edge - left) / width for edge in (box[0], box[2]))
    y, y_end = ((edge - top) / height for edge in (box[1], box[3]))
    inside = [min(max(float(edge), 0.0), 1.0) for edge in (x, y, x_end, y_end)]
    return inside[0], inside[1], inside[2], inside[3]


def around(box: Pixels, fill: float) -> Pixels:
    """The square about the middle of a box of whose side the box's longer one is `fill`."""
    left, top, right, bottom = box
    side = max(right - left, bottom - top) / fill
    x, y = (left + right - side) / 2, (top + bottom - side) / 2
    return x, y, x + side, y + side


def cut(
    picture: Image.Image, box: Pixels, size: int, colour: tuple[int, ...] | None = None
) -> Image.Image:
    """A square box of the picture scaled to `size` pixels.

    colour: of what lies beyond the upright picture; by default the median of its border.
    """
    if colour is None:
        colour = border_colour(picture)
    width, height = picture.size
    inner = content(picture)
    margin = max(0, math.ceil(max(-box[0], -box[1], box[2] - width, box[3] - height)))
    if margin or inner != (0, 0, width, height):
        canvas = Image.new("RGB", (width + 2 * margin, height + 2 * margin), colour)
        canvas.paste(picture.crop(inner), (margin + inner[0], margin + inner[1]))
        picture = canvas
    method = Image.Resampling.BOX if box[2] - box[0] > size else Image.Resampling.BICUBIC
    x, y, right, bottom = (edge + margin for edge in box)
    return picture.resize((size, size), method, box=(x, y, right, bottom))


def border_colour(picture: Image.Image) -> tuple[int, ...]:
    """The median colour of the upright picture's border."""
    return tuple(int(c) for c in np.median(_border(picture), axis=0))


def _border(picture: Image.Image) -> np.ndarray:
    """(N, 3) of the pixels along the edges of the upright picture."""
    left, top, right, bottom = content(picture)
    width = max(1, min(right - left, bottom - top) // 64)
    edges = (
        (left, top, right, top + width),
        (left, bottom - width, right, bottom),
        (left, top, left + width, bottom),
        (right - width, top, right, bottom),
    )
    return np.concatenate([np.asarray(picture.crop(edge)).reshape(-1, 3) for edge in edges])


def before_plain(picture: Image.Image) -> Pixels | None:
    """The box of what differs from a plain border; None where the border is not plain."""
    left, top, *_ = inner = content(picture)
    values = np.asarray(picture.crop(inner), dtype=np.float32)
    border = _border(picture)
    colour = np.median(border, axis=0)
    if (np.abs(border - colour).max(axis=1) < _NEAR).mean() < _SHARE:
        return None
    differs = np.abs(values - colour).max(axis=2) >= _NEAR
    # a row or column counts once a few pixels differ: single specks of noise do not
    enough = max(1, min(values.shape[:2]) // 200)
    rows = np.flatnonzero(differs.sum(axis=1) >= enough)
    columns = np.flatnonzero(differs.sum(axis=0) >= enough)
    if not len(rows) or not len(columns):
        return None
    return (
        left + int(columns[0]),
        top + int(rows[0]),
        left + int(columns[-1]) + 1,
        top + int(rows[-1]) + 1,
    )
