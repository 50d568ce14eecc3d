"""From where a picture of a part was probably taken, by the directions of its straight edges."""

from __future__ import annotations

import math

import numpy as np
from scipy import ndimage

from geometry.draw.part_camera import ISOMETRIC, PartCamera
from img2code.parts.picture import Looked

Array = np.ndarray

_BINS = 180  # of directions, a degree each
_STRAIGHT = 0.8  # coherence of gradients around a pixel on a straight edge
#: What CAD programs show beside the isometric view; taken where nothing is straight.
TRIMETRIC = PartCamera(-60.0, 20.0)
_CLEAR = 0.33  # score of edges that say where the camera was
_CLOSE = 4.5  # degrees: cameras so near the isometric one are that one


def likely(looked: Looked) -> list[PartCamera]:
    """The isometric camera, and before it another one where the edges ask for it."""
    histogram = _directions(looked)
    if histogram.sum() < 40:
        return [ISOMETRIC]
    smooth = ndimage.gaussian_filter1d(histogram, 1.5, mode="wrap")
    smooth /= smooth.sum()
    best, found = -math.inf, ISOMETRIC
    for azimuth in range(-80, -9):
        for elevation in range(8, 71):
            camera = PartCamera(azimuth, elevation)
            score = _score(smooth, camera) - _unusual(camera)
            if score > best:
                best, found = score, camera
    if best <= 1.02 * _score(smooth, ISOMETRIC):
        return [ISOMETRIC]
    if best < _CLEAR:
        return [ISOMETRIC, TRIMETRIC]
    near = max(abs(found.azimuth + 45), abs(found.elevation - ISOMETRIC.elevation)) < _CLOSE
    return [ISOMETRIC] if near else [found, ISOMETRIC]


def _unusual(camera: PartCamera) -> float:
    """How far from usual a camera is; decides where edges run along one axis only."""
    return 2e-4 * (camera.elevation - 28) ** 2 + 5e-5 * (camera.azimuth + 45) ** 2


def _score(histogram: Array, camera: PartCamera) -> float:
    """How many edges run along x and along y, neither of them by itself."""
    a, s = math.radians(camera.azimuth), math.sin(math.radians(camera.elevation))
    along_x = math.degrees(math.atan2(-s * math.cos(a), -math.sin(a)))
    along_y = math.degrees(math.atan2(-s * math.sin(a), math.cos(a)))
    return math.sqrt(_at(histogram, along_x)) + math.sqrt(_at(histogram, along_y))


def _at(histogram: Array, degrees: float) -> float:
    low = math.floor(degrees)
    rest = degrees - low
    one, other = histogram[low % _BINS], histogram[(low + 1) % _BINS]
    return float((1 - rest) * one + rest * other)


def _directions(looked: Looked) -> Array:
    """How many edge pixels run in each direction, counter-clockwise from the right."""
    grey = ndimage.gaussian_filter(looked.grey, 0.8)
    dx, dy = ndimage.sobel(grey, axis=1), -ndimage.sobel(grey, axis=0)
    xx, yy, xy = (ndimage.gaussian_filter(product, 2.5) for product in (dx * dx, dy * dy, dx * dy))
    size = xx + yy
    coherence = np.hypot(xx - yy, 2 * xy) / np.maximum(size, 1e-6)
    straight = looked.edges & (coherence > _STRAIGHT)
    across = np.degrees(np.arctan2(2 * xy, xx - yy)) / 2
    along = (across[straight] + 90) % 180
    histogram, _ = np.histogram(along, _BINS, (-0.5, 179.5))
    return histogram.astype(float)
