"""Sharpens the mask of an object by the picture's colours: thin parts, and edges to the pixel.

The network's mask has some pixels of blur; nearby, colours tell more. What the object and what the
ground look like is learnt from where the mask is sure: the object's colours as a histogram, the
ground's too, and as a surface of second order across the picture, as studio backdrops shade.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy import ndimage

#: Colours are told apart at this many levels a channel.
_LEVELS = 16
#: How unsure the network's mask is about its own edge, in fractions of the side.
_BLUR = 0.008
#: How much colours may say for or against the object, as log-odds; and the mask, far inside.
_MOST, _SURE = 3.0, 5.0
_ROUNDS = 2
#: Colours count from and fully at this fraction of pixels that they tell right, the worse of both
#: sides, in blocks of a checkerboard that they were not learnt from.
_TRUSTED = (0.6, 0.9)
_BLOCK = 16
#: Standard deviation of a ground without noise, of 255.
_EVEN = 3.0


def refined(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """(S, S) probabilities of the object, of a picture (S, S, 3) uint8 and its mask (S, S) 0 to 1.

    A mask that is nowhere sure stays as it is.
    """
    side = len(mask)
    blurred = ndimage.gaussian_filter(mask.astype(np.float32), _BLUR * side)
    prior = np.clip(_log_odds(blurred), -_SURE, _SURE)
    found, trust = mask, None
    for _ in range(_ROUNDS):
        inside, outside = found > 0.8, found < 0.2
        if min(inside.sum(), outside.sum()) < 0.002 * mask.size:
            return mask
        if trust is None:
            trust = _trust(picture, inside, outside)
        if trust == 0:
            return mask
        evidence = trust * _evidence(picture, inside, outside)
        found = 1 / (1 + np.exp(-(prior + evidence)))
    return ndimage.median_filter(found, 3)


def _trust(picture: np.ndarray, inside: np.ndarray, outside: np.ndarray) -> float:
    """0 to 1: how well colours tell the object from its ground in places not learnt from."""
    y, x = np.mgrid[: len(inside), : len(inside)] // _BLOCK
    learnt = (x + y) % 2 == 0
    if not ((inside & learnt).any() and (outside & learnt).any()):
        return 0.0
    evidence = _evidence(picture, inside & learnt, outside & learnt)
    reach = len(inside) // 5
    near = ndimage.maximum_filter1d(ndimage.maximum_filter1d(inside, reach, 0), reach, 1)
    right = [
        float((sign * evidence[region & ~learnt] > 0).mean()) if (region & ~learnt).any() else 0.0
        for sign, region in ((1, inside), (-1, outside & near))
    ]
    least, enough = _TRUSTED
    return float(np.clip((min(right) - least) / (enough - least), 0, 1))


def _log_odds(chances: np.ndarray) -> np.ndarray:
    chances = np.clip(chances, 1e-3, 1 - 1e-3)
    odds: np.ndarray = np.log(chances / (1 - chances))
    return odds


def _evidence(picture: np.ndarray, inside: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """(S, S) log-odds of the object by the colour of each pixel."""
    cells = picture.astype(np.int32) * _LEVELS // 256
    index = (cells[..., 0] * _LEVELS + cells[..., 1]) * _LEVELS + cells[..., 2]
    object_ = _density(index, inside)
    ground = np.maximum(_density(index, outside), _even_ground(picture, outside))
    ratio = np.log(object_ + 1e-4) - np.log(ground + 1e-4)
    return np.clip(ratio, -_MOST, _MOST)


def _density(index: np.ndarray, where: np.ndarray) -> np.ndarray:
    """(S, S) how common each pixel's colour is among those of a region, by cell of colour."""
    counts = np.bincount(index[where], minlength=_LEVELS**3).astype(np.float32)
    cube = ndimage.gaussian_filter(counts.reshape((_LEVELS,) * 3), 0.8, mode="nearest")
    density: np.ndarray = (cube / max(float(cube.sum()), 1.0)).ravel()[index]
    return density


def _even_ground(picture: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """(S, S) how well each pixel fits a ground that shades as a surface of second order."""
    side = len(picture)
    terms = _terms(side)
    rows, columns = np.nonzero(outside)
    step = max(1, len(rows) // 1000)
    rows, columns = rows[::step], columns[::step]
    values = picture[rows, columns].astype(np.float32)
    basis = terms[rows, columns]
    kept = np.ones(len(rows), bool)
    for _ in range(3):  # shadows and other things fall out
        surface, *_ = np.linalg.lstsq(basis[kept], values[kept], rcond=None)
        off = np.abs(values - basis @ surface).max(1)
        kept = off <= max(2.5 * float(np.median(off)), 2 * _EVEN)
    spread = max(1.5 * float(np.median(off)), _EVEN)
    shades = (terms.reshape(-1, 6) @ surface).reshape(picture.shape)
    off_by = picture.astype(np.float32) - shades
    away = np.einsum("ijk,ijk->ij", off_by, off_by) / (2 * spread**2)
    fitting: np.ndarray = np.exp(-0.5 * away) * np.float32(0.1 * kept.mean())
    return fitting


@cache
def _terms(side: int) -> np.ndarray:
    """(S, S, 6) of a surface of second order."""
    y, x = np.mgrid[:side, :side].astype(np.float32) / side - 0.5
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], -1).astype(np.float32)
