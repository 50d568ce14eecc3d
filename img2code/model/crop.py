"""Brings a picture to what the embedded model was trained on: the object fills the frame."""

from __future__ import annotations

import numpy as np
from PIL import Image

from img2code import framing
from img2code.framing import Pixels

#: Fractions of the frame's side that the object's larger extent takes, one crop each.
FILLS = (0.82, 0.88, 0.94)


def crops(picture: Image.Image, size: int, box: Pixels) -> np.ndarray:
    """An RGB picture as (len(FILLS), size, size, 3) uint8, cropped or padded around the box."""
    colour = framing.border_colour(picture)
    squares = [framing.around(box, fill) for fill in FILLS]
    return np.stack([np.asarray(framing.cut(picture, s, size, colour)) for s in squares])
