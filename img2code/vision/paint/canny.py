"""The edges of a picture, one pixel wide, as ControlNets were trained on (Canny 1986)."""

from __future__ import annotations

import numpy as np
from PIL import Image
from scipy import ndimage

_BLUR = 1.4  # pixels
#: Of the gradient, 0 to 255 per pixel: an edge reaches the upper one somewhere, the lower one all
#: along it.
_LOW, _HIGH = 6.0, 16.0


def edges(picture: Image.Image, side: int) -> Image.Image:
    """White on black, square, of a picture scaled to `side` pixels."""
    grey = np.asarray(picture.convert("L").resize((side, side)), np.float32)
    smooth = ndimage.gaussian_filter(grey, _BLUR)
    across, down = (ndimage.sobel(smooth, axis) / 4 for axis in (1, 0))
    strength = np.hypot(across, down)
    thin = _largest_across(strength, across, down)
    labels, _ = ndimage.label(thin & (strength > _LOW), np.ones((3, 3)))
    strong = np.unique(labels[thin & (strength > _HIGH)])
    found = np.isin(labels, strong[strong > 0])
    return Image.fromarray((255 * found).astype(np.uint8)).convert("RGB")


def _largest_across(strength: np.ndarray, across: np.ndarray, down: np.ndarray) -> np.ndarray:
    """Where the gradient is no smaller than one pixel further along its direction, both ways."""
    length = np.maximum(strength, 1e-6)
    y, x = np.mgrid[: strength.shape[0], : strength.shape[1]]
    largest = np.ones(strength.shape, bool)
    for sign in (1, -1):
        places = [y + sign * down / length, x + sign * across / length]
        beside = ndimage.map_coordinates(strength, places, order=1, mode="nearest")
        largest &= strength >= beside
    return largest
