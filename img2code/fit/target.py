"""What a fit is to reach: the pictured object's mask, outline and inner edges, in small."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image

from img2code import framing
from img2code.fit.camera import Camera
from img2code.fit.lines import Lines, edges, outline
from img2code.fit.mask import box_of, resampled
from img2code.framing import Pixels

Array = np.ndarray

SIDE = 128  # pixels of a target
FILL = 0.9  # of the frame, by the longer side of the object
_LEAST = 16  # pixels of a mask that are an object


@dataclass(frozen=True)
class Target:
    """mask: (S, S). colours: (S, S, 3). square: what of the picture they show, in its pixels.

    frame: pixels of the picture's side.
    """

    mask: Array
    colours: Array
    square: Pixels
    frame: int

    @property
    def side(self) -> int:
        return len(self.mask)

    @cached_property
    def outline(self) -> Lines:
        return outline(self.mask)

    @cached_property
    def edges(self) -> Lines:
        return edges(self.colours, self.mask)

    @cached_property
    def box(self) -> Pixels:
        """Of the mask, in its own pixels."""
        rows, columns = np.nonzero(self.mask.any(1))[0], np.nonzero(self.mask.any(0))[0]
        return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)

    @property
    def focal(self) -> float:
        return Camera(1.0).cut_to(self.square, self.frame).focal


def target(picture: Image.Image, mask: Array, square: Pixels) -> Target | None:
    """From the probability (S, S) that each place of a square of the picture is of the object.

    None where there is no object.
    """
    found = closer(mask, square)
    if found is None:
        return None
    small, closer_square = found
    colours = np.asarray(framing.cut(picture, closer_square, SIDE))
    return Target(small, colours, closer_square, picture.width)


def closer(mask: Array, square: Pixels) -> tuple[Array, Pixels] | None:
    """The object's pixels (SIDE, SIDE) and the square that they cover, which it fills."""
    inside = mask >= 0.5
    box = box_of(inside, square)
    if box is None or inside.sum() < _LEAST:
        return None
    filled = framing.around(box, FILL)
    return resampled(mask, square, filled, SIDE) >= 0.5, filled
