"""A picture taken from elsewhere, stretched so that it is nearly the isometric one."""

from __future__ import annotations

import numpy as np
from PIL import Image

from geometry.draw.part_camera import ISOMETRIC, PartCamera
from img2code.parts.picture import FILL, Looked, Target

Array = np.ndarray


def rectified(looked: Looked, camera: PartCamera, size: int) -> Target:
    """The target whose axes lie as nearly on isometric ones as a linear map can bring them."""
    here, there = camera.axes()[:2], ISOMETRIC.axes()[:2]
    forward = there @ np.linalg.pinv(here)  # (2, 2), y up
    flip = np.diag([1.0, -1.0])
    forward = flip @ forward @ flip
    rows, columns = np.nonzero(looked.mask)
    corners = np.stack([columns + 0.5, rows + 0.5])
    mapped = forward @ corners
    low, high = mapped.min(axis=1), mapped.max(axis=1)
    scale = FILL * size / max(float((high - low).max()), 1e-9)
    back = np.linalg.inv(scale * forward)
    middle = np.linalg.inv(forward) @ ((low + high) / 2)
    offset = middle - back @ np.full(2, size / 2)
    matrix = (*back[0], offset[0], *back[1], offset[1])

    def warped(values: Array, outside: float) -> Array:
        fine = tuple(value / 4 if k % 3 != 2 else value for k, value in enumerate(matrix))
        image = Image.fromarray(np.ascontiguousarray(values, np.float32))
        big = image.transform(
            (4 * size, 4 * size),
            Image.Transform.AFFINE,
            fine,
            Image.Resampling.NEAREST,
            fillcolor=outside,
        )
        return np.asarray(big).reshape(size, 4, size, 4).mean(axis=(1, 3))

    edges = warped(looked.edges, 0.0) > 0.3
    return Target(warped(looked.mask, 0.0), edges, warped(looked.grey, 255.0))
