"""Smooth backgrounds: a surface fitted to the colours of the border, and what differs from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

from img2code import framing
from img2code.framing import Pixels
from img2code.image import content

Array = np.ndarray

SIDE = 160  # pixels in which pictures are looked at
#: A background is smooth if its colours (0..255) stay this close to a surface, in this fraction of
#: the picture's border, which is so wide (of its side).
_SMOOTH, _AGREED, _BORDER = 9.0, 0.6, 0.05
#: Colours differ from the background from so many of its deviations on, and from so many levels.
_DEVIATIONS, _LEVELS = 3.5, 7.0
#: Of the background's light: what has less is no shadow.
_DARKEST = 0.3
#: Pieces smaller than this, of the largest one, are specks.
_SPECK = 0.01


@dataclass(frozen=True)
class Difference:
    """How the colours of a picture differ from its background, (SIDE, SIDE) each.

    far: in any way, and across: in hue, 1 where it begins to count. lit: the fraction of the
    background's light that is left.
    """

    far: Array
    across: Array
    lit: Array


def box(picture: Image.Image, near: Pixels | None = None) -> Pixels | None:
    """Of what stands before a smooth background; None before another one.

    near: only of the pieces that reach into this box.
    """
    square = framing.around(content(picture), 1.0)
    inside = _upright(picture, square)
    seen = _difference(_softened(picture, square), inside)
    if seen is None:
        return None
    differs = without_specks(inside & (seen.far > 1))
    pieces, _ = ndimage.label(differs)
    like_shadow = (seen.lit < 1) & (seen.lit > _DARKEST)
    certain = differs & ~(like_shadow & (seen.across < 1))
    if certain.any():  # else there is nothing but shadows, or something that looks like one
        differs &= np.isin(pieces, np.unique(pieces[certain]))
    if near is not None:
        step = SIDE / (square[2] - square[0])
        left, top, right, bottom = (
            int(np.clip((edge - start) * step, 0, SIDE))
            for edge, start in zip(near, square[:2] * 2, strict=True)
        )
        differs &= np.isin(pieces, np.unique(pieces[top : bottom + 1, left : right + 1]))
    return box_of(differs, square)


def _difference(colours: Array, inside: Array) -> Difference | None:
    """Of colours (SIDE, SIDE, 3) inside the picture from its background, where that is smooth."""
    terms = _terms()
    width = max(2, round(_BORDER * SIDE))
    border = inside & ~ndimage.binary_erosion(inside, iterations=width, border_value=0)
    at_border = terms[border], colours[border]
    known = np.ones(len(at_border[0]), bool)
    for _ in range(6):  # again without what does not fit
        fit, away = _fitted(*at_border, known)
        deviation = 1.5 * float(np.median(away))
        known = away < max(2.5 * deviation, _LEVELS)
        if known.sum() < _AGREED * len(known) or deviation > _SMOOTH:
            return None
    away = _away(terms, colours, fit)
    for _ in range(2):  # and with what is like it further in
        like = inside & (away < max(_DEVIATIONS * deviation, _LEVELS))
        labels, _ = ndimage.label(like)
        known = np.isin(labels, np.unique(labels[border & like])) & like
        fit, away = _fitted(terms, colours, known)
        deviation = 1.5 * float(np.median(away[known]))
    ground = terms @ fit
    level = np.linalg.norm(ground, axis=-1)
    lit = np.einsum("...c,...c", colours, ground) / np.maximum(level, 1.0) ** 2
    across = np.linalg.norm(colours - lit[..., None] * ground, axis=-1)
    darker = np.abs(1 - lit) * level / np.sqrt(3)
    threshold = max(_DEVIATIONS * deviation, _LEVELS)
    return Difference(np.hypot(across, darker) / threshold, across / threshold, lit)


def _terms() -> Array:
    """(SIDE, SIDE, 6) powers of the places, which are -1 to 1."""
    middles = 2 * (np.arange(SIDE) + 0.5) / SIDE - 1
    row, column = np.meshgrid(middles, middles, indexing="ij")
    one = np.ones_like(row)
    return np.stack([one, row, column, row * row, column * column, row * column], -1)


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


def _fitted(terms: Array, colours: Array, known: Array) -> tuple[Array, Array]:
    """The coefficients (6, 3) by the places that are known, and how far off all colours are."""
    fit, *_ = np.linalg.lstsq(terms[known], colours[known], rcond=None)
    return fit, _away(terms, colours, fit)


def _away(terms: Array, colours: Array, fit: Array) -> Array:
    result: Array = np.abs(colours - terms @ fit).max(-1)
    return result


def _softened(picture: Image.Image, square: Pixels) -> Array:
    """The colours (SIDE, SIDE, 3) of a square of the picture, with less of their noise."""
    values = np.asarray(framing.cut(picture, square, SIDE), np.float32)
    result: Array = ndimage.gaussian_filter(values, (0.7, 0.7, 0))
    return result


def _upright(picture: Image.Image, square: Pixels) -> Array:
    """(SIDE, SIDE) whether a place of a square is in the upright picture."""
    left, top, right, bottom = content(picture)
    middles = (np.arange(SIDE) + 0.5) / SIDE
    x = square[0] + middles * (square[2] - square[0])
    y = square[1] + middles * (square[3] - square[1])
    return ((y > top) & (y < bottom))[:, None] & ((x > left) & (x < right))[None]
