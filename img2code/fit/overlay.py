"""A fitted object drawn over its picture: as if it were tinted glass, with its outline."""

from __future__ import annotations

import numpy as np
from PIL import Image
from scipy import ndimage

from geometry.colours import part_colour
from geometry.view import view_of
from img2code.fit.camera import Camera, turned
from img2code.fit.drawing import Drawing, surfaces
from img2code.fit.fitting import Fitted
from img2code.image import content, upright

Array = np.ndarray

SEGMENTS = 64
_OUTLINE = (255, 40, 120)


def layers(picture: Image.Image, fitted: Fitted) -> tuple[Image.Image, Image.Image]:
    """The object and its outline, transparent elsewhere, as large as the upright picture.

    picture: as `open_image` makes it.
    """
    return layers_at(fitted, picture.width, content(picture))


def layers_at(
    fitted: Fitted, side: int, upright: tuple[int, int, int, int]
) -> tuple[Image.Image, Image.Image]:
    """As `layers`, for a square picture of `side` pixels and what of it is the upright one."""
    drawing, part_of = drawn(fitted, fitted.camera, side)
    mask = drawing.mask
    width = max(1, side // 200)
    rim = mask & ~ndimage.binary_erosion(mask, iterations=width)
    outline = np.broadcast_to(np.array(_OUTLINE, np.uint8), (side, side, 3))
    return (
        _transparent(_colours(drawing, part_of), mask).crop(upright),
        _transparent(outline, rim).crop(upright),
    )


def overlay(picture: Image.Image, fitted: Fitted, opacity: float = 0.5) -> Image.Image:
    """The upright picture with the object over it.

    picture: as `open_image` makes it. opacity: of the object, 0 to 1; its outline stays.
    """
    body, outline = layers(picture, fitted)
    body.putalpha(body.getchannel("A").point(lambda alpha: round(alpha * opacity)))
    result = upright(picture).convert("RGBA")
    for layer in (body, outline):
        result.alpha_composite(layer)
    return result.convert("RGB")


def _transparent(colours: Array, mask: Array) -> Image.Image:
    alpha = np.where(mask, 255, 0)[..., None]
    return Image.fromarray(np.concatenate([colours, alpha], -1).astype(np.uint8), "RGBA")


def drawn(fitted: Fitted, camera: Camera, side: int) -> tuple[Drawing, Array]:
    """The object as a camera sees it in a frame of `side` pixels, and the part of each face."""
    vertices, faces, part_of = surfaces(fitted.program, SEGMENTS)
    points = turned(vertices, view_of(fitted.program.pose.rotation))
    return Drawing(points, faces, camera, side), part_of


def _colours(drawing: Drawing, part_of: Array) -> Array:
    """(S, S, 3) by part, lighter where a surface faces the camera."""
    names = np.array([part_colour(int(part)) for part in part_of], np.float32)
    light = 0.55 + 0.45 * np.abs(drawing.normals[:, 2])
    shades = names * light[:, None]
    result: Array = shades[drawing.face]
    return result
