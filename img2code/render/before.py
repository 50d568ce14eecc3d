"""Renders put before photographs: where the object is, and pictures laid over pieces of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

from img2code.render.camera import Camera
from img2code.render.normals import Part
from img2code.render.scene import Backdrop, Look

if TYPE_CHECKING:
    from img2code.render.renderer import Renderer


def silhouette(
    renderer: Renderer, parts: Sequence[Part], turn: np.ndarray, look: Look
) -> np.ndarray:
    """(S, S) 0 to 1: where the renderer draws the object, as it is drawn with this look."""
    opaque = tuple(replace(material, opacity=1.0) for material in look.parts)
    black = replace(
        look,
        parts=opaque,
        exposure=0.0,
        backdrop=Backdrop(),
        floor_shadow=0.0,
        camera=Camera(),
    )
    drawn: np.ndarray = 1 - renderer.draw(parts, turn, black).mean(2) / 255
    return drawn


def drawn_before(
    rng: np.random.Generator,
    renderer: Renderer,
    parts: Sequence[Part],
    turn: np.ndarray,
    look: Look,
    photographs: Sequence[np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    """The object before a piece of one of the square photographs (S, S, 3), and its mask."""
    look = replace(look, backdrop=Backdrop(), floor_shadow=0.0)
    picture = renderer.draw(parts, turn, look) * rng.uniform(0.6, 1.0)
    outline = (silhouette(renderer, parts, turn, look) * 255).round().astype(np.uint8)
    top, mask = Image.fromarray(picture.astype(np.uint8)), Image.fromarray(outline)
    photograph = photographs[int(rng.integers(len(photographs)))]
    return composed(rng, top, mask, background(rng, photograph, renderer.size)), outline


def composed(
    rng: np.random.Generator, top: Image.Image, mask: Image.Image, behind: Image.Image
) -> np.ndarray:
    """What the mask shows of `top` before `behind`, at times with a soft shadow or blurred."""
    if rng.random() < 0.4:
        side = mask.width
        aside, below = rng.uniform(-0.06, 0.06) * side, rng.uniform(0.0, 0.08) * side
        cast = mask.transform(mask.size, Image.Transform.AFFINE, (1, 0, -aside, 0, 1, -below))
        cast = cast.filter(ImageFilter.GaussianBlur(rng.uniform(2, 12)))
        light = 1 - rng.uniform(0.2, 0.7) * np.asarray(cast)[..., None] / 255
        behind = Image.fromarray((np.asarray(behind) * light).astype(np.uint8))
    together = Image.composite(top, behind, mask)
    if rng.random() < 0.4:
        together = together.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.2)))
    return np.asarray(together)


def background(rng: np.random.Generator, photograph: np.ndarray, size: int) -> Image.Image:
    """A piece of a square photograph, half of the time out of focus, either way around."""
    side = rng.uniform(0.4, 1.0) * len(photograph)
    x, y = rng.uniform(0, len(photograph) - side, 2)
    box = (x, y, x + side, y + side)
    piece = Image.fromarray(photograph).resize((size, size), Image.Resampling.BILINEAR, box=box)
    if rng.random() < 0.5:
        piece = piece.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 5)))
    return piece.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if rng.random() < 0.5 else piece


def noisy(rng: np.random.Generator, picture: np.ndarray) -> np.ndarray:
    """A third of the time with the noise of a small sensor."""
    if rng.random() < 0.67:
        return picture
    noise = rng.normal(0, rng.uniform(1, 9), picture.shape)
    return (picture + noise).clip(0, 255).astype(np.uint8)
