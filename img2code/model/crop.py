"""Brings a picture to what the embedded model was trained on: the object fills the frame."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

#: Shares of the frame's side that the object's larger extent takes, one crop each.
FILLS = (0.82, 0.88, 0.94)
#: The share that stands for a picture as it is, where the object cannot be told from the rest.
AS_IS = 0.88
#: A border counts as plain when nearly all of it is this close (0..255) to its median colour.
_NEAR, _SHARE = 14.0, 0.97

Box = tuple[float, float, float, float]


def crops(picture: Image.Image, size: int) -> np.ndarray:
    """An RGB picture as (len(FILLS), size, size, 3) uint8, cropped or padded around the object.

    Works where the border is plain (product pictures); of a busy picture the middle is taken, a
    little more or less of it.
    """
    pixels = np.asarray(picture, dtype=np.float32)
    colour = tuple(int(c) for c in np.median(_border(pixels), axis=0))
    left, top, right, bottom = _object_box(pixels) or _whole(picture)
    crops = []
    for fill in FILLS:
        side = max(right - left, bottom - top) / fill
        x, y = (left + right - side) / 2, (top + bottom - side) / 2
        crops.append(_crop(picture, (x, y, x + side, y + side), size, colour))
    return np.stack(crops)


def _crop(picture: Image.Image, box: Box, size: int, colour: tuple[int, ...]) -> np.ndarray:
    """A box of the picture, in fractions of pixels, scaled to a square; colour around it."""
    width, height = picture.size
    margin = max(0, math.ceil(max(-box[0], -box[1], box[2] - width, box[3] - height)))
    if margin:
        canvas = Image.new("RGB", (width + 2 * margin, height + 2 * margin), colour)
        canvas.paste(picture, (margin, margin))
        picture = canvas
    method = Image.Resampling.BOX if box[2] - box[0] > size else Image.Resampling.BICUBIC
    x, y, right, bottom = (edge + margin for edge in box)
    return np.asarray(picture.resize((size, size), method, box=(x, y, right, bottom)))


def _whole(picture: Image.Image) -> Box:
    """A box in the middle that leaves the picture as it is at a fill of AS_IS."""
    width, height = picture.size
    half = AS_IS * max(width, height) / 2
    return width / 2 - half, height / 2 - half, width / 2 + half, height / 2 + half


def _border(pixels: np.ndarray) -> np.ndarray:
    width = max(1, min(pixels.shape[:2]) // 64)
    edges = (pixels[:width], pixels[-width:], pixels[:, :width], pixels[:, -width:])
    return np.concatenate([edge.reshape(-1, 3) for edge in edges])


def _object_box(pixels: np.ndarray) -> Box | None:
    """Left, top, right, bottom of what differs from a plain border; None where there is none."""
    border = _border(pixels)
    colour = np.median(border, axis=0)
    if (np.abs(border - colour).max(axis=1) < _NEAR).mean() < _SHARE:
        return None
    differs = np.abs(pixels - colour).max(axis=2) >= _NEAR
    # a row or column counts once a few pixels differ: single specks of noise do not
    enough = max(1, min(pixels.shape[:2]) // 200)
    rows = np.flatnonzero(differs.sum(axis=1) >= enough)
    columns = np.flatnonzero(differs.sum(axis=0) >= enough)
    if not len(rows) or not len(columns):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
