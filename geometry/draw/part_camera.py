"""From where a CAD part is seen, and where its points are in the picture. z is up, x to the right.

All pictures are taken from the octant x > 0, y < 0, z > 0: a part seen from another corner is, with
as good a right, a part that is turned.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

ISOMETRIC_ELEVATION = math.degrees(math.atan(math.sqrt(0.5)))


@dataclass(frozen=True)
class PartCamera:
    """azimuth: degrees from +x towards +y; elevation: above the xy plane.

    perspective: the radius of the part over the camera's distance from its middle, 0 where lines of
    sight are parallel.
    """

    azimuth: float = -45.0
    elevation: float = ISOMETRIC_ELEVATION
    perspective: float = 0.0

    def axes(self) -> np.ndarray:
        """(3, 3): rows to the right, up, and towards the camera."""
        a, e = math.radians(self.azimuth), math.radians(self.elevation)
        right = (-math.sin(a), math.cos(a), 0.0)
        towards = (math.cos(e) * math.cos(a), math.cos(e) * math.sin(a), math.sin(e))
        up = (-math.sin(e) * math.cos(a), -math.sin(e) * math.sin(a), math.cos(e))
        return np.array([right, up, towards])

    def project(self, points: np.ndarray, middle: np.ndarray, radius: float) -> np.ndarray:
        """(N, 3) of x to the right, y up and nearness, which is linear on the screen."""
        seen = (points - middle) @ self.axes().T
        if self.perspective <= 0:
            return seen
        distance = radius / self.perspective
        nearness = distance / (distance - seen[:, 2])
        return np.column_stack([seen[:, :2] * nearness[:, None], nearness])


ISOMETRIC = PartCamera()
