"""Bitmaps for the example pictures' materials, all of them computed: wood, fabric, paper, labels.

Every function returns an image (height, width, 3) of floats in 0..1, as sRGB colours, that repeats
without a seam where it is used as a tile (wood, weave, kraft).
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import gaussian_filter

Array = np.ndarray
Colour = tuple[float, float, float]

SIDE = 1024


def _noise(rng: np.random.Generator, across: float, along: float) -> Array:
    """Smooth noise (SIDE, SIDE) of mean 0 and deviation 1; blurred by pixels down and sideways."""
    field = gaussian_filter(rng.standard_normal((SIDE, SIDE)), (across, along), mode="wrap")
    return (field - field.mean()) / field.std()


def _between(dark: Colour, light: Colour, fraction: Array) -> Array:
    fraction = np.clip(fraction, 0, 1)[..., None]
    return np.array(dark) * (1 - fraction) + np.array(light) * fraction


def wood(dark: Colour, light: Colour, rings: float = 9, seed: int = 0) -> Array:
    """A board cut along its grain; the grain runs from left to right.

    Year rings are level lines of a height that rises across the board and is bent by long waves;
    pores are short dark dashes along the grain.
    """
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    bend = 0.07 * _noise(rng, 90, 330) + 0.012 * _noise(rng, 14, 160)
    phase = rings * (y + bend) + 0.6 * np.sin(2 * np.pi * (x + 0.3))
    ring = phase - np.floor(phase)
    late = np.exp(-(((ring - 0.82) / 0.13) ** 2)) + 0.35 * ring  # the dark, late part of a year
    fibre = 0.10 * _noise(rng, 0.8, 26) + 0.08 * _noise(rng, 2.5, 90)
    tone = 0.12 * _noise(rng, 60, 260)
    pores = np.clip(_noise(rng, 0.7, 9) - 2.0, 0, 1) * 0.5
    return _between(dark, light, 0.86 - 0.50 * late + fibre + tone - pores)


def weave(dark: Colour, light: Colour, threads: int = 96, seed: int = 0) -> Array:
    """Plain-woven cloth of slightly uneven, mottled yarn."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:SIDE, 0:SIDE] * (threads / SIDE)
    over = (np.floor(x) + np.floor(y)) % 2 == 0
    hump = np.where(over, np.sin(np.pi * (y % 1)), np.sin(np.pi * (x % 1)))
    yarn = np.where(over, _noise(rng, 3, 30), _noise(rng, 30, 3))
    fraction = 0.18 + 0.55 * hump + 0.14 * yarn + 0.05 * _noise(rng, 70, 70)
    return _between(dark, light, fraction)


def kraft(colour: Colour, flutes: int = 60, seed: int = 0) -> Array:
    """Brown board with fibres, specks and the faint lines of the corrugation under its surface."""
    rng = np.random.default_rng(seed)
    line = np.sin(2 * np.pi * flutes * np.mgrid[0:SIDE, 0:SIDE][1] / SIDE)
    shade = 1 + 0.012 * line + 0.02 * _noise(rng, 1.2, 5) + 0.025 * _noise(rng, 120, 120)
    specks = np.clip(_noise(rng, 1.1, 1.1) - 2.8, 0, 1)
    shade = shade - 0.25 * specks
    return np.clip(np.array(colour) * shade[..., None], 0, 1)


def dipped(body: Colour, glaze: Colour, edge: float, seed: int = 0) -> Array:
    """Speckled stoneware that wears a glaze above the fraction `edge` of its height."""
    rng = np.random.default_rng(seed)
    height = 1 - np.mgrid[0:SIDE, 0:SIDE][0] / SIDE
    line = edge + 0.006 * _noise(rng, 60, 60)[:1]
    specks = np.clip(_noise(rng, 1.6, 1.6) - 2.6, 0, 1)[..., None]
    colour = _between(body, glaze, (height - line) * 220 + 0.5)
    return np.clip(colour * (1 - 0.6 * specks), 0, 1)


def label(
    title: str, line: str, paper: Colour, ink: Colour, bottom: float, top: float
) -> tuple[Array, Array]:
    """A paper label for a turned body: its colours, and where it is (1) and is not (0).

    The picture's width goes once around the body and its height from the base to the rim; the
    label lies between the fractions `bottom` and `top` of the height and covers 130 degrees.
    """
    width = 2 * SIDE
    half = round(width * 65 / 360)
    box = (
        width // 2 - half,
        round(SIDE * (1 - top)),
        width // 2 + half,
        round(SIDE * (1 - bottom)),
    )
    middle, high = width // 2, box[3] - box[1]
    picture = Image.new("RGB", (width, SIDE), _bytes(paper))
    draw = ImageDraw.Draw(picture)
    inner = (box[0] + 18, box[1] + 14, box[2] - 18, box[3] - 14)
    draw.rectangle(inner, outline=_bytes(ink), width=5)
    big, small = (ImageFont.load_default(size) for size in (round(high * 0.30), round(high * 0.10)))
    draw.text((middle, box[1] + high * 0.42), title, _bytes(ink), big, anchor="mm")
    draw.text((middle, box[1] + high * 0.74), line, _bytes(ink), small, anchor="mm")
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle(box, radius=14, fill=255)
    fractions = np.asarray(mask, np.float32)[..., None] / 255
    return np.asarray(picture, np.float32) / 255, np.repeat(fractions, 3, axis=2)


def _bytes(colour: Colour) -> tuple[int, int, int]:
    red, green, blue = (round(255 * value) for value in colour)
    return red, green, blue
