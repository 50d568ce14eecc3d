"""A picture of a part as a short vector, for finding similar parts among many."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from img2code.parts.compare import Drawn
from img2code.parts.picture import Target

Array = np.ndarray

SIZE = 96  # of the square that is looked at
CELLS = 24  # a side of the maps
_BLUR = 1.6  # pixels: an edge that is a little off is still the same
_EDGES = 1.6  # weight of edges beside silhouettes


def of_target(target: Target) -> Array:
    """(2, CELLS, CELLS) of uint8."""
    return _maps(target.mask, target.edges)


def of_drawn(seen: Drawn) -> Array:
    return _maps(seen.mask, seen.edges)


def vector(maps: Array) -> Array:
    """(N, 2·CELLS²) of floats, of maps (N, 2, CELLS, CELLS)."""
    values = maps.astype(np.float32) / 255
    values[:, 1] *= _EDGES
    return values.reshape(len(maps), -1)


def _maps(mask: Array, edges: Array) -> Array:
    blurred = ndimage.gaussian_filter(edges.astype(np.float32), _BLUR)
    maps = np.stack([mask.astype(np.float32), np.minimum(1.3 * blurred, 1)])
    step = len(mask) // CELLS
    cells = maps.reshape(2, CELLS, step, CELLS, step).mean(axis=(2, 4))
    result: Array = np.round(255 * cells).astype(np.uint8)
    return result
