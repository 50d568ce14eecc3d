"""What belongs together around a point by its colour: regions that grow while it is alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

Array = np.ndarray

_SMOOTH = 1.2  # pixels of blur against noise and fine texture
_EDGE = 2  # pixels that the blur takes from a region's edge
#: Lightness counts less: light and shade fall on what is of one colour.
_WEIGHTS = (0.6, 1.0, 1.0)
_LEAST = 20  # pixels of a hole that is left open


def grown(colours: Array, points: Sequence[tuple[int, int]], tolerance: float) -> Array:
    """(H, W) what is connected to the points and has colours like theirs.

    colours: (H, W, 3) uint8. points: x, y. tolerance: in Lab, 2.3 is just noticeable.
    """
    sharp = _lab(colours.astype(np.float32))
    smooth = _lab(ndimage.gaussian_filter(colours.astype(np.float32), (_SMOOTH, _SMOOTH, 0)))
    alike, edge = (np.zeros(colours.shape[:2], bool) for _ in range(2))
    for x, y in points:
        near = smooth[max(y - 2, 0) : y + 3, max(x - 2, 0) : x + 3].reshape(-1, 3)
        for lab, where in ((smooth, alike), (sharp, edge)):
            difference = (lab - np.median(near, axis=0)) * _WEIGHTS
            where |= np.linalg.norm(difference, axis=-1) < tolerance
    labels, _ = ndimage.label(alike)
    own = {int(labels[y, x]) for x, y in points} - {0}
    region = np.isin(labels, list(own))
    region |= edge & ndimage.binary_dilation(region, iterations=_EDGE)  # what the blur took
    holes, count = ndimage.label(~region)
    if count:
        sizes = ndimage.sum_labels(~region, holes, range(1, count + 1))
        region |= np.isin(holes, np.flatnonzero(sizes < _LEAST) + 1)
    return region


def _lab(colours: Array) -> Array:
    """sRGB (…, 3), 0 to 255, to CIE L*a*b* under daylight."""
    values = colours / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ])  # fmt: skip
    xyz = linear @ to_xyz.T / (0.95047, 1.0, 1.08883)
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)
