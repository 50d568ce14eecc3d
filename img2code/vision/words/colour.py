"""The colour of a region of a picture, by name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from img2code.vision.words.lexicon import COLOURS

Array = np.ndarray

#: Least pixels that tell a colour.
LEAST = 24
#: Of hue, in degrees: where each colour of the rainbow ends and the next one begins.
_HUES = (
    (14, "red"), (43, "orange"), (68, "yellow"), (161, "green"), (197, "turquoise"),
    (256, "blue"), (303, "purple"), (340, "pink"), (361, "red"),
)  # fmt: skip


#: Colours that light and shade turn into each other, by a number behind those of the colours.
_GROUPS = (("white", "grey", "black"), ("orange", "brown", "beige"), ("red", "pink"))
_LIT = (0.6, 0.5, 0.3)  # the quantile of lightness from which pixels of a group tell its colour
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

    What light and shade make of one thing counts as one colour: greys of every lightness, and the
    warm colours from pink to beige, are named by how their lit half looks.
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
        lit = own.astype(np.float32).mean(1)
        half = own[lit >= np.quantile(lit, _LIT[most - len(order)])]
        middle = np.median(half, axis=0)
        names = [order[index] for index in np.flatnonzero(most == _FAMILIES)]
        return Named(_nearest(middle, names), fraction)
    return Named(order[most], fraction)


def _nearest(colour: Array, names: list[str]) -> str:
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
    lightness = 0.3 * red + 0.59 * green + 0.11 * blue
    neutral = np.where(
        lightness > 0.78, index["white"], np.where(lightness < 0.22, index["black"], index["grey"])
    )
    result = np.where(grey, neutral, result)
    return np.where(dark, index["black"], result)
