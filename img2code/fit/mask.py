"""The object's pixels: what the network says of them, and what a person draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

from img2code import framing
from img2code.errors import ImageError
from img2code.framing import Pixels
from img2code.image import content, upright

Array = np.ndarray

SIDE = 160  # pixels of a mask
FILL = 0.85  # of them, by the object's box
#: Below this a third of the masks overlap the true one by less than 80 %, above it hardly any.
UNSURE = 0.9
_SPECK = 0.01  # of the largest piece: smaller ones are specks
_SHAPE = 0.03  # by which height over width of a mask may differ from that of its picture


@dataclass(frozen=True, eq=False)
class Mask:
    """probability: (S, S) that a place is the object's. square: what of the picture it
    covers, in its pixels. frame: pixels of the picture's side."""

    probability: Array
    square: Pixels
    frame: int

    @property
    def confidence(self) -> float:
        """0 to 1: the overlap with the true mask that these probabilities let one expect."""
        inside = self.probability >= 0.5
        sure, missed = float(self.probability[inside].sum()), float(self.probability[~inside].sum())
        return sure / max(float(inside.sum()) + missed, 1e-9)

    @property
    def unsure(self) -> bool:
        return self.confidence < UNSURE


def drawn(picture: Image.Image, over: Image.Image) -> Mask:
    """The mask that a person gives: white where the object is, black elsewhere.

    Both as `open_image` makes them. Raises ImageError where they have different shapes, or nothing
    is white.
    """
    plane = whiteness(picture, over)
    whole = (0.0, 0.0, float(picture.width), float(picture.width))
    box = box_of(plane >= 0.5, whole)
    if box is None:
        hint = "White is the object, black is everything else."
        raise ImageError("The mask shows no object.", hint)
    square = framing.around(box, FILL)
    sure = resampled(plane, whole, square, SIDE) >= 0.5
    return Mask(sure.astype(np.float32), square, picture.width)


def whiteness(picture: Image.Image, over: Image.Image) -> Array:
    """(S, S) 0 to 1: how white a mask is at each pixel of its picture, both as for `drawn`."""
    left, top, right, bottom = content(picture)
    grey = upright(over).convert("L")
    width, height = right - left, bottom - top
    if abs(grey.width * height - grey.height * width) > _SHAPE * grey.width * height:
        problem = "The mask has another shape than the picture."
        raise ImageError(problem, "Draw it on a copy of the picture.")
    plane = np.zeros((picture.height, picture.width), np.float32)
    scaled = grey.resize((width, height), Image.Resampling.BILINEAR)
    plane[top:bottom, left:right] = np.asarray(scaled, np.float32) / 255
    return plane


def over_picture(picture: Image.Image, mask: Mask, side: int) -> Image.Image:
    """A mask as `drawn` takes it, with at most `side` pixels on its longer side.

    picture: as `open_image` makes it.
    """
    upright = content(picture)
    scale = side / max(upright[2] - upright[0], upright[3] - upright[1])
    pixels = round(mask.frame * scale)
    whole = (0.0, 0.0, float(mask.frame), float(mask.frame))
    plane = resampled(mask.probability, mask.square, whole, pixels)
    grey = Image.fromarray(np.where(plane >= 0.5, 255, 0).astype(np.uint8))
    left, top, right, bottom = (round(edge * scale) for edge in upright)
    return grey.crop((left, top, right, bottom))


def find(picture: Image.Image, box: Pixels, logits: Array, seen: Pixels) -> Mask:
    """The mask of the object in a box.

    logits: (N, N) of the object, by the network, over the square `seen` of the picture.
    """
    square = framing.around(box, FILL)
    # nothing is known beyond what was seen: logits of 0
    probability = 1 / (1 + np.exp(-resampled(logits, seen, square, SIDE)))
    kept = (probability < 0.5) | without_specks(probability >= 0.5)
    return Mask(np.where(kept, probability, 0.0), square, picture.width)


def resampled(plane: Array, covers: Pixels, square: Pixels, side: int) -> Array:
    """What a plane (N, N) over one square says of another one, (side, side); 0 beyond its own."""
    step = (covers[2] - covers[0]) / len(plane)
    inside = tuple((e - o) / step for e, o in zip(square, covers[:2] * 2, strict=True))
    picture, method = Image.fromarray(plane.astype(np.float32)), Image.Resampling.BILINEAR
    moved = picture.transform((side, side), Image.Transform.EXTENT, inside, method, fillcolor=0)
    return np.asarray(moved)


def without_specks(mask: Array) -> Array:
    """Pieces that are very small against the largest one are left out."""
    pieces, count = ndimage.label(mask)
    if not count:
        return mask
    sizes = ndimage.sum_labels(mask, pieces, range(1, count + 1))
    return np.isin(pieces, np.flatnonzero(sizes >= _SPECK * sizes.max()) + 1)


def box_of(mask: Array, square: Pixels) -> Pixels | None:
    """The box of a mask over a square, in pixels of the picture; None where it is empty."""
    rows, columns = np.nonzero(mask)
    if len(rows) < 8:
        return None
    step = (square[2] - square[0]) / len(mask)
    return (
        square[0] + float(columns.min()) * step,
        square[1] + float(rows.min()) * step,
        square[0] + float(columns.max() + 1) * step,
        square[1] + float(rows.max() + 1) * step,
    )
