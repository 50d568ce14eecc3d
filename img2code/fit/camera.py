"""The camera of a fit, and objects turned in front of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from geometry.view import View
from img2code.framing import Pixels

Array = np.ndarray

#: Half of a square frame's side is seen under 15 degrees.
FOCAL = 1 / math.tan(math.radians(15))


@dataclass(frozen=True)
class Camera:
    """On +z, looking to -z; a frame's sides lie at -1 and 1, y up.

    distance: from the centre of the object's box, in the object's units. x, y: where that centre
    is seen.
    """

    distance: float
    x: float = 0.0
    y: float = 0.0
    focal: float = FOCAL

    def project(self, points: Array, side: int) -> Array:
        """(..., 3) points to pixel x, pixel y (down) and nearness (1 / depth)."""
        nearness = 1 / np.maximum(self.distance - points[..., 2], 1e-3 * self.distance)
        x = self.focal * points[..., 0] * nearness + self.x
        y = self.focal * points[..., 1] * nearness + self.y
        return np.stack([(1 + x) * side / 2, (1 - y) * side / 2, nearness], -1)

    def cut_to(self, square: Pixels, side: float) -> Camera:
        """The same camera, whose frame has `side` pixels, as seen in a square part of the frame."""
        scale = side / (square[2] - square[0])
        x = (1 + self.x - 2 * square[0] / side) * scale - 1
        y = 1 - (1 - self.y - 2 * square[1] / side) * scale
        return Camera(self.distance, x, y, self.focal * scale)

    def cut_from(self, square: Pixels, side: float) -> Camera:
        """The reverse: the camera of the whole frame."""
        scale = side / (square[2] - square[0])
        x = (1 + self.x) / scale - 1 + 2 * square[0] / side
        y = 1 - (1 - self.y) / scale - 2 * square[1] / side
        return Camera(self.distance, x, y, self.focal / scale)


def turned(points: Array, view: View) -> Array:
    """(..., V, 3) about the middle of their box."""
    middle = (points.min(-2, keepdims=True) + points.max(-2, keepdims=True)) / 2
    result: Array = (points - middle) @ view.matrix().T
    return result


def framed(points: Array, box: Pixels, side: int, focal: float, rounds: int = 8) -> Camera:
    """The camera that sees turned points (V, 3) where the box is and as large."""
    radius = float(np.linalg.norm(points, axis=1).max())
    width, height = box[2] - box[0], box[3] - box[1]
    camera = Camera(2.2 * focal * radius, focal=focal)
    for _ in range(rounds):
        seen = np.ptp(camera.project(points, side)[:, :2], axis=0) + 1e-6
        if min(width, height) > 6:
            factor = math.sqrt(seen[0] / width * seen[1] / height)
        else:  # a stroke: its width says little
            factor = float(seen.max()) / max(width, height)
        nearest = float(points[:, 2].max()) + 0.05 * radius
        camera = replace(camera, distance=max(camera.distance * factor, nearest))
    seen = camera.project(points, side)[:, :2]
    middle = (seen.min(0) + seen.max(0)) / 2
    x = ((box[0] + box[2]) / 2 - middle[0]) * 2 / side
    y = (middle[1] - (box[1] + box[3]) / 2) * 2 / side
    return replace(camera, x=x, y=y)
