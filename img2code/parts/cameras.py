"""From where a picture of a part was probably taken, by the directions of its straight edges."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from geometry.draw.part_camera import ISOMETRIC, PartCamera
from img2code.parts.picture import Looked

Array = np.ndarray

_BINS = 180  # of directions, a degree each
_STRAIGHT = 0.8  # coherence of gradients around a pixel on a straight edge
#: What CAD programs show beside the isometric view; taken where nothing is straight.
TRIMETRIC = PartCamera(-60.0, 20.0)
AZIMUTHS, ELEVATIONS = range(-80, -9), range(8, 71)  # degrees
MOST = 3  # beside the usual ones
_LEAST_EDGES = 40  # pixels
_CLEAR = 0.33  # score of edges that say where the camera was
_AS_GOOD = 1.02  # times the isometric one's score: no reason to look further
_APART = 7.0  # degrees between two of them
_CLOSE = 4.5  # degrees: cameras so near the isometric one are that one
#: What another camera than the isometric one costs, and a point less of the edges' score.
_ELSEWHERE, _SHORT = 0.006, 0.6


@dataclass(frozen=True)
class Cameras:
    """Where a picture may have been taken from.

    likely: by the directions of its edges, and the usual ones. directions: (180,) the share of the
    edges that run in each, where there are enough; best: how well they suit the likeliest camera.
    """

    likely: tuple[PartCamera, ...]
    directions: Array | None = None
    best: float = 0.0

    def cost(self, camera: PartCamera) -> float:
        """What a camera costs beside the picture's loss: less usual ones, and those that few edges
        run along, must explain the picture better."""
        elsewhere = 0.0 if camera == ISOMETRIC else _ELSEWHERE
        if self.directions is None:
            return elsewhere
        short = self.best - _suits(self.directions, camera)
        return elsewhere + _SHORT * max(short, 0.0)


def seen_from(looked: Looked) -> Cameras:
    """The cameras that suit the edges of a picture, and the isometric one."""
    histogram = _directions(looked)
    if histogram.sum() < _LEAST_EDGES:
        return Cameras((ISOMETRIC, TRIMETRIC))
    directions = ndimage.gaussian_filter1d(histogram, 1.5, mode="wrap")
    directions /= directions.sum()
    every = [PartCamera(azimuth, elevation) for azimuth in AZIMUTHS for elevation in ELEVATIONS]
    scores = np.array([_suits(directions, camera) for camera in every])
    best = float(scores.max())
    usual = (ISOMETRIC,) if best >= _CLEAR else (ISOMETRIC, TRIMETRIC)
    as_good = best <= _AS_GOOD * _score(directions, ISOMETRIC)
    if as_good or _apart(every[int(scores.argmax())], ISOMETRIC) < _CLOSE:
        return Cameras(usual)
    found: list[PartCamera] = []
    for index in np.argsort(-scores, kind="stable"):
        if all(_apart(every[index], other) > _APART for other in found):
            found.append(every[index])
        if len(found) == MOST:
            break
    others = [camera for camera in found if _apart(camera, ISOMETRIC) >= _CLOSE]
    return Cameras((*others, *usual), directions, best)


def _apart(one: PartCamera, other: PartCamera) -> float:
    return max(abs(one.azimuth - other.azimuth), abs(one.elevation - other.elevation))


def _suits(directions: Array, camera: PartCamera) -> float:
    return _score(directions, camera) - _unusual(camera)


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
