"""What a picture of a part says, whatever it was drawn with: where the part is, and its edges.

Line widths, greys and the crop differ between programs; silhouette and distances to edges do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image
from scipy import ndimage

Array = np.ndarray

FILL = 0.9  # of the square that a part is brought to
_BACKGROUND = 9.0  # grey levels from the background's, and less is background
_EDGE = 7.0  # grey levels within three pixels, in a picture without noise
_LINE_SHARE = 0.3  # of a pixel that an edge covers
_LARGEST = 512  # pixels a side that a picture is looked at with
_SMALLEST_PIECE = 0.02  # of the largest one; smaller ones are no part of it
_SOLID = 0.35  # of a silhouette that is not background, where faces are painted


@dataclass(frozen=True, eq=False)
class Target:
    """A part's picture in a square of `size` pixels, its box in the middle at FILL of the side.

    mask: how much of each pixel the part covers; edges: which pixels lie on one; grey: 0 to 255.
    """

    mask: Array
    edges: Array
    grey: Array

    @property
    def size(self) -> int:
        return len(self.mask)

    @cached_property
    def distance(self) -> Array:
        """Pixels from each one to the nearest edge."""
        distance: Array = ndimage.distance_transform_edt(~self.edges).astype(np.float32)
        return distance

    @cached_property
    def plain(self) -> Array:
        """Pixels of faces, without their edges."""
        return (self.mask > 0.99) & ~ndimage.binary_dilation(self.edges)


@dataclass(frozen=True, eq=False)
class Looked:
    """A whole picture, the part's silhouette in it, its edges and its box.

    pixels: (H, W, 3), 0 to 255, and grey: (H, W), of the picture as large as it is looked at.
    """

    pixels: Array
    grey: Array
    mask: Array
    edges: Array
    box: tuple[int, int, int, int]

    def target(self, size: int) -> Target:
        """The part in a square of `size` pixels."""
        left, top, right, bottom = self.box
        scale = FILL * size / max(right - left, bottom - top)
        half = size / scale / 2
        x, y = (left + right) / 2, (top + bottom) / 2
        frame = (x - half, y - half, x + half, y + half)
        mask = _resized(self.mask.astype(np.float32), frame, size)
        edges = _resized(self.edges.astype(np.float32), frame, size) > _LINE_SHARE
        return Target(mask, edges, _resized(self.grey, frame, size, 255.0))


def look(picture: Image.Image) -> Looked | None:
    """What is to be seen of a part; None where nothing stands out from the background."""
    picture = picture.convert("RGB")
    if max(picture.size) > _LARGEST:
        picture = picture.copy()
        picture.thumbnail((_LARGEST, _LARGEST), Image.Resampling.BOX)
    pixels = np.asarray(picture, np.float32)
    grey = pixels @ np.array([0.3, 0.55, 0.15], np.float32)
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    background = np.median(border, axis=0)
    noise = float(np.median(np.abs(border - background)))
    away = np.abs(pixels - background).max(axis=2)
    mask = away > _BACKGROUND + 4 * noise
    filled = ndimage.binary_fill_holes(mask)
    if mask.sum() < _SOLID * filled.sum():  # lines on white: what they enclose is the part
        mask = filled
    mask = _largest(mask)
    if mask.sum() < 30:
        return None
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    spread = ndimage.maximum_filter(grey, 3) - ndimage.minimum_filter(grey, 3)
    edges = (spread > _EDGE + 6 * noise) & ndimage.binary_dilation(mask)
    return Looked(pixels, grey, mask, edges, box)


def _largest(mask: Array) -> Array:
    """Without small pieces apart from the largest one."""
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    if count <= 1:
        return mask
    sizes = np.bincount(labels.ravel())[1:]
    kept = 1 + np.flatnonzero(sizes >= _SMALLEST_PIECE * sizes.max())
    largest: Array = np.isin(labels, kept)
    return largest


def _resized(
    values: Array, frame: tuple[float, float, float, float], size: int, outside: float = 0.0
) -> Array:
    """Mean of the values over each pixel of a square frame that may reach beyond them."""
    left, top, right, bottom = frame
    height, width = values.shape
    pad = max(0, int(np.ceil(max(-left, -top, right - width, bottom - height))) + 1)
    padded = np.pad(values, pad, constant_values=outside)
    image = Image.fromarray(padded)
    box = (left + pad, top + pad, right + pad, bottom + pad)
    return np.asarray(image.resize((size, size), Image.Resampling.BOX, box=box))
