"""What the parts of the example pictures are made of, as material descriptions for mitsuba."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from example_images import textures
from example_images.textures import Colour

Bsdf = dict[str, Any]


@dataclass(frozen=True)
class Material:
    """A surface and how its bitmap, if it has one, lies on a part.

    `mapping`: "boards" lays tiles of side `tile` (in object radii) on the flat sides of each solid
    along its longest side; "turned" wraps one picture around the part's vertical axis.
    """

    bsdf: Bsdf
    mapping: str = "boards"
    tile: float = 1.0


def rgb(colour: Colour) -> dict[str, Any]:
    """A colour given in sRGB, in the linear values that mitsuba takes."""
    value = np.array(colour)
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return {"type": "rgb", "value": linear.tolist()}


def bitmap(image: np.ndarray, raw: bool = False) -> dict[str, Any]:
    import mitsuba

    pixels = np.round(np.clip(image, 0, 1) * 255).astype(np.uint8)
    return {"type": "bitmap", "bitmap": mitsuba.Bitmap(np.ascontiguousarray(pixels)), "raw": raw}


def _two_sided(bsdf: Bsdf) -> Bsdf:
    return {"type": "twosided", "bsdf": bsdf}


def _coated(colour: dict[str, Any], alpha: float, nonlinear: bool = True) -> Bsdf:
    """Pigment under a clear coat, polished (alpha 0) or satin."""
    kind: Bsdf = {"type": "roughplastic", "alpha": alpha} if alpha else {"type": "plastic"}
    return _two_sided(kind | {"diffuse_reflectance": colour, "nonlinear": nonlinear})


def ceramic(colour: Colour) -> Material:
    return Material(_coated(rgb(colour), 0))


def stoneware(body: Colour, glaze: Colour, edge: float) -> Material:
    picture = bitmap(textures.dipped(body, glaze, edge))
    return Material(_coated(picture, 0.08), mapping="turned")


def plastic(colour: Colour, alpha: float = 0.12) -> Material:
    return Material(_coated(rgb(colour), alpha))


def painted(colour: Colour) -> Material:
    return Material(_coated(rgb(colour), 0.25))


def wood(
    dark: Colour, light: Colour, rings: float = 9, tile: float = 0.9, seed: int = 0
) -> Material:
    picture = bitmap(textures.wood(dark, light, rings, seed))
    return Material(_coated(picture, 0.22, nonlinear=False), tile=tile)


def fabric(dark: Colour, light: Colour, tile: float = 0.8) -> Material:
    picture = bitmap(textures.weave(dark, light))
    return Material(_two_sided({"type": "diffuse", "reflectance": picture}), tile=tile)


def cardboard(colour: Colour = (0.76, 0.60, 0.42), tile: float = 0.9) -> Material:
    picture = bitmap(textures.kraft(colour))
    return Material(_two_sided({"type": "diffuse", "reflectance": picture}), tile=tile)


def metal(alpha: float = 0.18, tint: float = 0.9, kind: str = "Al") -> Material:
    bsdf = {
        "type": "roughconductor",
        "material": kind,
        "alpha": alpha,
        "specular_reflectance": {"type": "rgb", "value": tint},
    }
    return Material(_two_sided(bsdf))


def tinted_glass(colour: Colour, paper: tuple[np.ndarray, np.ndarray] | None = None) -> Material:
    """Glass that loses the colour's complement at each surface; `paper` is a label stuck on it."""
    glass = {"type": "dielectric", "int_ior": 1.5, "specular_transmittance": rgb(colour)}
    return Material(glass) if paper is None else _labelled(glass, paper)


def labelled_plastic(colour: Colour, paper: tuple[np.ndarray, np.ndarray]) -> Material:
    return _labelled(_coated(rgb(colour), 0.10), paper)


def _labelled(below: Bsdf, paper: tuple[np.ndarray, np.ndarray]) -> Material:
    colours, place = paper
    front = _two_sided({"type": "diffuse", "reflectance": bitmap(colours)})
    weight = bitmap(place, raw=True)
    blend = {"type": "blendbsdf", "weight": weight, "below": below, "label": front}
    return Material(blend, mapping="turned")
