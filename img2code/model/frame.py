"""Brings a picture to what the embedded model was trained on: the object fills the frame."""

from __future__ import annotations

import numpy as np
from PIL import Image

#: Share of the frame's side that the object's larger extent takes after framing.
FILL = 0.75
#: A border counts as plain when nearly all of it is this close (0..255) to its median colour.
_NEAR, _SHARE = 14.0, 0.97


def frame(picture: Image.Image, size: int) -> np.ndarray:
    """An RGB picture as (size, size, 3) uint8, cropped or padded around the object.

    Works where the border is plain (product pictures); a busy picture is taken as it is.
    """
    pixels = np.asarray(picture, dtype=np.float32)
    box = _object_box(pixels)
    if box is not None:
        left, top, right, bottom = box
        side = max(right - left, bottom - top) / FILL
        corner_x, corner_y = (left + right - side) / 2, (top + bottom - side) / 2
        colour = tuple(int(c) for c in np.median(_border(pixels), axis=0))
        square = (round(corner_x), round(corner_y))
        canvas = Image.new("RGB", (max(round(side), 1),) * 2, colour)
        canvas.paste(picture, (-square[0], -square[1]))
        picture = canvas
    return np.asarray(
        picture.resize(
            (size, size),
            Image.Resampling.BOX if min(picture.size) > 2 * size else Image.Resampling.BICUBIC,
        )
    )


def _border(pixels: np.ndarray) -> np.ndarray:
    width = max(1, min(pixels.shape[:2]) // 64)
    edges = (pixels[:width], pixels[-width:], pixels[:, :width], pixels[:, -width:])
    return np.concatenate([edge.reshape(-1, 3) for edge in edges])


def _object_box(pixels: np.ndarray) -> tuple[int, int, int, int] | None:
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
