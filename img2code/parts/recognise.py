"""Whether a picture is one of a CAD part: grey faces, each of one tone, on an even background."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

from geometry.errors import UserError
from img2code.image import open_image
from img2code.parts.picture import look

#: Measured on sampled parts in many looks, and on pictures of objects: docs/cad-parts.md.
LEAST_EVEN = 0.995  # of the border that is the background
MOST_COLOUR = 32.0  # mean distance of a face's channels from its grey
LEAST_FLAT = 0.5  # of the faces' pixels that are as grey as all around them
MOST_BLACK = 0.4  # of the faces' pixels: programs leave hardly a face without light
_BLACK = 30.0
_SAME = 1.5  # grey levels
_LEAST_INSIDE = 0.03  # of the silhouette without its edges


def shows_part(picture: Path | Image.Image) -> bool:
    """False also for what cannot be opened: whoever reconstructs it says why."""
    if isinstance(picture, Path):
        try:
            picture = open_image(picture)
        except (UserError, OSError):
            return False
    return looks_like_cad(picture)


def looks_like_cad(picture: Image.Image) -> bool:
    even, colour, flat, black = measures(picture)
    grey = colour <= MOST_COLOUR and black <= MOST_BLACK
    return even >= LEAST_EVEN and grey and flat >= LEAST_FLAT


def measures(picture: Image.Image) -> tuple[float, float, float, float]:
    """Evenness of the border, mean colour of the faces, how much of them is flat, and black."""
    looked = look(picture)
    if looked is None:
        return 0.0, 255.0, 0.0, 1.0
    pixels = looked.pixels
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    even = (np.abs(border - np.median(border, axis=0)).max(axis=1) < 4).mean()
    inside = looked.mask & ~ndimage.binary_dilation(looked.edges)
    if inside.sum() < _LEAST_INSIDE * looked.mask.sum():  # nothing but texture
        return float(even), 255.0, 0.0, 1.0
    faces = pixels[inside]
    black = (faces.mean(axis=1) < _BLACK).mean()
    colour = np.ptp(faces, axis=1).mean()
    spread = ndimage.maximum_filter(looked.grey, 3) - ndimage.minimum_filter(looked.grey, 3)
    flat = (spread[inside] <= _SAME).mean()
    return float(even), float(colour), float(flat), float(black)
