"""From which side an object is seen: yaw, elevation and roll, and the pose numbers of a code.

The object is turned by Rz(roll) · Rx(elevation) · Ry(yaw) in front of a camera on +z; a code states
the same rotation as extrinsic x, y, z angles. All angles are degrees.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geometry.solids.primitives import compose, rotation


@dataclass(frozen=True)
class View:
    """yaw turns the object about its own vertical, elevation tips its top towards the camera."""

    yaw: float
    elevation: float = 0.0
    roll: float = 0.0

    def matrix(self) -> np.ndarray:
        """The rotation (3, 3) of the object as the camera sees it."""
        tipped = compose(rotation(x=self.elevation), rotation(y=self.yaw))
        return np.array(compose(rotation(z=self.roll), tipped))

    def angles(self) -> list[float]:
        """Degrees about fixed x, y, z, each in -180..180."""
        matrix = self.matrix()
        x = math.atan2(matrix[2, 1], matrix[2, 2])
        y = math.asin(min(1.0, max(-1.0, -matrix[2, 0])))
        z = math.atan2(matrix[1, 0], matrix[0, 0])
        return [math.degrees(angle) for angle in (x, y, z)]

    def pose(self) -> list[int]:
        """`global_rotation` as codes are predicted: the angles in whole degrees."""
        return [round(angle) for angle in self.angles()]


def view_of(global_rotation: Sequence[float]) -> View:
    """The view that a code's pose states; the inverse of `View.pose`."""
    x, y, z = global_rotation
    matrix: np.ndarray = np.array(rotation(x, y, z))
    yaw = math.atan2(-matrix[2, 0], matrix[2, 2])
    elevation = math.asin(min(1.0, max(-1.0, matrix[2, 1])))
    roll = math.atan2(-matrix[0, 1], matrix[1, 1])
    return View(*(math.degrees(angle) for angle in (yaw, elevation, roll)))
