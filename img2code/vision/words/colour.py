"""The colour of a region of a picture, by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from img2code.vision.words.lexicon import COLOURS

Array = np.ndarray

#: Least pixels that tell a colour.
LEAST = 24
#: What red, green and blue give of lightness.
_LIGHTNESS = np.array([0.3, 0.59, 0.11], np.float32)
#: Of hue, in degrees: where each colour of the rainbow ends and the next one begins.
_HUES = (
    (14, "red"), (43, "orange"), (68, "yellow"), (161, "green"), (197, "turquoise"),
    (256, "blue"), (303, "purple"), (340, "pink"), (361, "red"),
)  # fmt: skip


#: Colours that light and shade turn into each other. Of neutral ones: the lightness of the middle
#: pixel below which a thing is black; of that one and of one lit better above which it is white.
#: Grey things have white highlights, black ones grey ones.
_NEUTRAL = ("white", "grey", "black")
_BLACK, _WHITE = 0.28, (0.55, 0.70)
#: Of the others: the quantiles of lightness between which their pixels tell the colour. What is
#: shiny mirrors the light in its own colour, so red things have pink highlights.
_TELLING = {("orange", "brown", "beige"): (0.4, 0.9), ("red", "pink"): (0.1, 0.6)}
_GROUPS = (_NEUTRAL, *_TELLING)
#: By colour its own number, or that of its group behind those of the colours.
_FAMILIES = np.array(
    [
        next(
            (len(COLOURS) + number for number, group in enumerate(_GROUPS) if name in group), place
        )
        for place, name in enumerate(COLOURS)
    ]
)


@dataclass(frozen=True)
class Named:
    """A colour's name, and the fraction of the region's pixels that have it."""

    name: str
    fraction: float


def colour_of(pixels: Array) -> Named | None:
    """The commonest colour of pixels (N, 3) uint8; None of too few.

    What light and shade make of one thing counts as one colour: greys of every lightness, red and
    pink, and orange to beige are named by those of their pixels that tell them apart.
    """
    if len(pixels) < LEAST:
        return None
    order = list(COLOURS)
    families = _FAMILIES[named(pixels)]
    members, numbers = np.unique(families, return_counts=True)
    most = members[int(numbers.argmax())]
    own = pixels[families == most]
    fraction = len(own) / len(pixels)
    if most >= len(order):  # a family of several colours
        return Named(_of_group(_GROUPS[most - len(order)], own), fraction)
    return Named(order[most], fraction)


def _of_group(group: tuple[str, ...], pixels: Array) -> str:
    """The name of a thing whose pixels (N, 3) are one colour of a group in light and shade."""
    lightness = pixels.astype(np.float32) @ _LIGHTNESS / 255
    if group == _NEUTRAL:
        middle, lit = np.quantile(lightness, (0.5, 0.8))
        if middle < _BLACK:
            return "black"
        return "white" if middle > _WHITE[0] and lit > _WHITE[1] else "grey"
    low, high = np.quantile(lightness, _TELLING[group])
    telling = pixels[(lightness >= low) & (lightness <= high)]
    return _nearest(np.median(telling, axis=0), group)


def _nearest(colour: Array, names: Sequence[str]) -> str:
    """Of some colours the one that a colour is named by; else the nearest."""
    name = list(COLOURS)[int(named(colour[None].astype(np.uint8))[0])]
    if name in names:
        return name
    return min(names, key=lambda each: float(np.abs(colour - COLOURS[each]).sum()))


def fractions(pixels: Array) -> dict[str, float]:
    """The fraction of pixels (N, 3) of each colour."""
    if not len(pixels):
        return {}
    numbers = np.bincount(named(pixels), minlength=len(COLOURS))
    return {name: float(n / len(pixels)) for name, n in zip(COLOURS, numbers, strict=True)}


def named(pixels: Array) -> Array:
    """(N,) the index in COLOURS of the name of each pixel (N, 3) uint8.

    By hue where there is one, else by lightness: shades and lit sides of a thing have its hue.
    """
    values = pixels.astype(np.float32) / 255
    most, least = values.max(1), values.min(1)
    spread = most - least
    red, green, blue = values.T
    safe = np.maximum(spread, 1e-6)
    hue = np.where(
        most == red,
        ((green - blue) / safe) % 6,
        np.where(most == green, (blue - red) / safe + 2, (red - green) / safe + 4),
    )
    degrees = 60 * hue
    saturation = spread / np.maximum(most, 1e-6)
    order = list(COLOURS)
    index = {name: number for number, name in enumerate(order)}
    edges = np.array([edge for edge, _ in _HUES])
    bands = np.array([index[name] for _, name in _HUES])
    result = bands[np.searchsorted(edges, degrees, side="right").clip(0, len(bands) - 1)]

    warm = (degrees < 50) | (degrees > 350)
    brown = warm & (degrees >= 8) & (degrees < 46) & (most < 0.72) & (saturation < 0.82)
    brown |= warm & (degrees < 40) & (degrees >= 8) & (most < 0.5)
    beige = (degrees >= 18) & (degrees < 62) & (saturation < 0.45) & (most >= 0.55)
    pink = (degrees > 325) & (saturation < 0.6) & (most > 0.6)
    pink |= (degrees < 12) & (saturation < 0.55) & (most > 0.75)
    result = np.where(brown, index["brown"], result)
    result = np.where(beige, index["beige"], result)
    result = np.where(pink, index["pink"], result)

    grey = (saturation < 0.14) | (spread < 0.06)
    dark = most < 0.16
    lightness = values @ _LIGHTNESS
    neutral = np.where(
        lightness > 0.78, index["white"], np.where(lightness < 0.22, index["black"], index["grey"])
    )
    result = np.where(grey, neutral, result)
    return np.where(dark, index["black"], result)
