"""Another program in the place of one that lies on its picture: as while it is edited by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geometry.program import Program
from geometry.view import view_of
from img2code.fit.camera import Camera, turned
from img2code.fit.drawing import Drawing, overlap, surfaces
from img2code.fit.fitting import Fitted
from img2code.fit.shape import SEGMENTS
from img2code.fit.target import SIDE, closer

Array = np.ndarray


def placed(program: Program, lies: Fitted) -> Fitted:
    """The program seen by the camera that saw the other one.

    What both have in common stays where it is in the picture. overlap: of the new one, as it was
    where the mask is not at hand.
    """
    camera = _moved(lies.camera, lies.program, program)
    found = closer(lies.mask.probability, lies.mask.square) if lies.mask is not None else None
    agreed = lies.overlap
    if lies.mask is not None and found is not None:
        mask, square = found
        vertices, faces, _ = surfaces(program, SEGMENTS)
        points = turned(vertices, view_of(program.pose.rotation))
        near = camera.cut_to(square, lies.mask.frame)
        agreed = overlap(Drawing(points, faces, near, SIDE).mask, mask)
    return replace(lies, program=program, camera=camera, overlap=agreed)


def _moved(camera: Camera, before: Program, after: Program) -> Camera:
    """The camera counted from the middle of another box.

    Exact in depth; sideways for points as far away as the middle.
    """
    if before.pose.rotation != after.pose.rotation:
        return camera
    step = (_middle(after) - _middle(before)) @ view_of(after.pose.rotation).matrix().T
    x, y, z = step.tolist()
    distance = max(camera.distance - z, 1e-3 * camera.distance)
    scale = camera.focal / distance
    return replace(camera, distance=distance, x=camera.x + scale * x, y=camera.y + scale * y)


def _middle(program: Program) -> Array:
    vertices, _, _ = surfaces(program, SEGMENTS)
    middle: Array = (vertices.min(0) + vertices.max(0)) / 2
    return middle
