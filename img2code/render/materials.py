"""Surfaces of parts: wood, metal, glaze, plastic, fabric, glass, and how objects combine them."""

import colorsys
from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np

from img2code.render.textures import DECALS, PANES

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Material:
    """Surface of one part. Colours are sRGB in 0..1; heights are -1 (bottom) to 1 (top)."""

    base: Colour
    second: Colour
    accent: Colour
    pattern: str = "plain"
    repeats: float = 1.5
    """Pattern tiles per length of the whole object."""
    strength: float = 0.1
    relief: float = 0.1
    around: bool = False
    """The pattern runs round the part's y axis instead of being laid on box sides."""
    roughness: float = 0.5
    metallic: float = 0.0
    reflectance: float = 0.04
    opacity: float = 1.0
    gradient: float = 0.0
    band: tuple[float, float] = (2.0, 2.0)
    inside: bool = False
    """The hollow side has the accent colour."""
    decal: int = -1
    decal_place: tuple[float, float, float, float] = (0.0, 0.0, 0.4, 0.4)
    """Centre (sideways, up) and half sizes, in fractions of the part (around: of a half turn)."""
    decal_around: bool = False


# patterns of each kind of surface, with their frequencies
_WOODS = {"wood": 8, "wood_fine": 7, "wood_wild": 3, "planks": 2}
_METALS = {"brushed": 1, "plain": 1, "worn": 1, "grain": 1}
_GLAZES = {
    "plain": 62, "clouds": 10, "speckle": 8, "marble": 4, "ribs": 5, "hoops": 4, "dots": 2,
    "zigzag": 2, "grooves": 3,
}  # fmt: skip
_PAINTS = {
    "plain": 40, "grain": 12, "cardboard": 10, "stone": 10, "terrazzo": 5, "worn": 10, "felt": 5,
    "ribs": 5, "marble": 3,
}  # fmt: skip
_CLOTHS = {
    "linen": 14, "weave": 7, "leather": 14, "leather_coarse": 7, "felt": 12, "plaid": 6,
    "gingham": 4, "stripes": 6, "pinstripes": 3, "flowers": 8, "sprigs": 6, "dots": 3, "quilt": 5,
    "wicker": 3, "zigzag": 2,
}  # fmt: skip
_ONE_TONE = ("linen", "weave", "leather", "leather_coarse", "felt", "quilt", "wicker")


def _pick(rng: np.random.Generator, fractions: dict[str, int]) -> str:
    """One key, each as often as its frequency (`rng.choice` with p takes ten times as long)."""
    steps = tuple(accumulate(fractions.values()))
    return tuple(fractions)[bisect_right(steps, rng.random() * steps[-1])]


def _hsv(hue: float, saturation: float, value: float) -> Colour:
    return colorsys.hsv_to_rgb(hue % 1.0, min(max(saturation, 0.0), 1.0), min(max(value, 0.0), 1.0))


def _colour(rng: np.random.Generator) -> Colour:
    """Colours of things: many whites, greys and blacks; vivid, pastel, earthy and dark ones."""
    hue = rng.random()
    kind = rng.choice(6, p=[0.24, 0.12, 0.12, 0.22, 0.14, 0.16])
    if kind == 0:
        return _hsv(hue, rng.uniform(0, 0.06), rng.uniform(0.88, 1.0))
    if kind == 1:
        return _hsv(hue, rng.uniform(0, 0.08), rng.uniform(0.3, 0.85))
    if kind == 2:
        return _hsv(hue, rng.uniform(0, 0.3), rng.uniform(0.03, 0.2))
    if kind == 3:
        return _hsv(hue, rng.uniform(0.5, 0.92), rng.uniform(0.35, 0.95))
    if kind == 4:
        return _hsv(hue, rng.uniform(0.15, 0.45), rng.uniform(0.7, 1.0))
    return _hsv(rng.uniform(0.03, 0.14), rng.uniform(0.25, 0.8), rng.uniform(0.15, 0.8))


def clipped(colour: np.ndarray) -> Colour:
    r, g, b = np.clip(colour, 0, 1).tolist()
    return r, g, b


def _shade(
    rng: np.random.Generator, colour: Colour, low: float = 0.45, high: float = 1.15
) -> Colour:
    return clipped(np.array(colour) * rng.uniform(low, high) + rng.normal(0, 0.02, 3))


def _wood(rng: np.random.Generator) -> Material:
    base = _hsv(rng.uniform(0.02, 0.11), rng.uniform(0.35, 0.85), rng.uniform(0.15, 0.9))
    if rng.random() < 0.15:
        base = _hsv(rng.uniform(0.05, 0.12), rng.uniform(0.05, 0.3), rng.uniform(0.6, 0.95))
    return Material(
        base,
        _shade(rng, base, 0.4, 0.85),
        _shade(rng, base, 0.3, 0.6),
        _pick(rng, _WOODS),
        repeats=rng.uniform(0.8, 3.0),
        strength=rng.uniform(0.3, 1.0),
        relief=rng.uniform(0.05, 0.35),
        roughness=rng.uniform(0.2, 0.8),
    )


def _metal(rng: np.random.Generator) -> Material:
    tint = rng.random()
    if tint < 0.6:  # steel, chrome, aluminium
        base = _hsv(0.6, 0.03, rng.uniform(0.7, 0.98))
    elif tint < 0.75:  # brass, gold
        base = _hsv(0.11, rng.uniform(0.35, 0.6), rng.uniform(0.7, 0.95))
    elif tint < 0.85:  # copper
        base = _hsv(0.05, rng.uniform(0.4, 0.6), rng.uniform(0.6, 0.9))
    else:  # iron
        base = _hsv(0.6, 0.05, rng.uniform(0.15, 0.5))
    return Material(
        base,
        _shade(rng, base, 0.7, 0.95),
        _shade(rng, base, 0.5, 0.8),
        _pick(rng, _METALS),
        repeats=rng.uniform(0.8, 3.0),
        strength=rng.uniform(0, 0.5),
        relief=rng.uniform(0, 0.15),
        around=rng.random() < 0.5,
        roughness=rng.uniform(0.05, 0.45),
        metallic=rng.uniform(0.8, 1.0),
    )


def _glazed(rng: np.random.Generator) -> Material:
    """Ceramic, enamel, lacquer, hard plastic: smooth and shiny."""
    base = _colour(rng)
    return Material(
        base,
        _colour(rng) if rng.random() < 0.2 else _shade(rng, base),
        _colour(rng),
        _pick(rng, _GLAZES),
        repeats=rng.uniform(0.6, 2.5),
        strength=rng.uniform(0, 0.5),
        relief=rng.uniform(0, 0.2),
        around=rng.random() < 0.7,
        roughness=rng.uniform(0.03, 0.26),
        reflectance=rng.uniform(0.04, 0.09),
        gradient=rng.normal(0, 0.15) if rng.random() < 0.3 else 0.0,
    )


def _matte(rng: np.random.Generator) -> Material:
    """Paint, plastic, card, stone."""
    base = _colour(rng)
    return Material(
        base,
        _shade(rng, base),
        _shade(rng, base),
        _pick(rng, _PAINTS),
        repeats=rng.uniform(0.6, 3.0),
        strength=rng.uniform(0, 0.6),
        relief=rng.uniform(0, 0.25),
        roughness=rng.uniform(0.35, 0.95),
        gradient=rng.normal(0, 0.15) if rng.random() < 0.2 else 0.0,
    )


def _fabric(rng: np.random.Generator) -> Material:
    base = _colour(rng)
    pattern = _pick(rng, _CLOTHS)
    plain = pattern in _ONE_TONE
    return Material(
        base,
        _shade(rng, base) if plain else _colour(rng),
        _colour(rng),
        pattern,
        repeats=rng.uniform(0.7, 3.0),
        strength=rng.uniform(0.2, 1.0),
        relief=rng.uniform(0.1, 0.6),
        roughness=rng.uniform(0.35, 0.6) if "leather" in pattern else rng.uniform(0.7, 1.0),
        gradient=rng.normal(0, 0.1),
    )


def _glass(rng: np.random.Generator) -> Material:
    base = _hsv(
        rng.random(), rng.uniform(0, 0.15 if rng.random() < 0.6 else 0.8), rng.uniform(0.5, 1.0)
    )
    return Material(
        base,
        base,
        _shade(rng, base),
        strength=0.0,
        relief=0.02,
        roughness=rng.uniform(0.03, 0.2),
        reflectance=0.05,
        opacity=rng.uniform(0.12, 0.6),
    )


_MAKERS = (_wood, _metal, _glazed, _matte, _fabric, _glass)
_SHARES = (0.24, 0.13, 0.3, 0.16, 0.13, 0.04)


def _material(rng: np.random.Generator) -> Material:
    return _MAKERS[rng.choice(len(_MAKERS), p=_SHARES)](rng)


def sample_materials(rng: np.random.Generator, parts: int) -> tuple[Material, ...]:
    """One material per part: all alike, a body and its fittings, or each part on its own."""
    first = _material(rng)
    kind = rng.random()
    if kind < 0.45:
        chosen = [first] * parts
    elif kind < 0.8:
        others = (first, _material(rng), _shaded(rng, first))
        chosen = [others[i] for i in rng.choice(3, parts, p=[0.5, 0.35, 0.15])]
        chosen[:1] = [first]
    else:
        chosen = [first, *(_material(rng) for _ in range(parts - 1))][:parts]
    if rng.random() < 0.3:
        at = int(rng.integers(parts)) if rng.random() < 0.3 else 0
        chosen[at] = _painted(rng, chosen[at])
    return tuple(chosen)


def _shaded(rng: np.random.Generator, material: Material) -> Material:
    return replace(material, base=_shade(rng, material.base), second=_shade(rng, material.second))


def _painted(rng: np.random.Generator, material: Material) -> Material:
    """Bands, a coloured inside, labels and prints, mostly on the body of an object."""
    kind = rng.choice(3, p=[0.25, 0.15, 0.6])
    if kind == 0:
        low = rng.uniform(-1.1, 0.9)
        return replace(
            material,
            band=(low, low + rng.choice([0.08, rng.uniform(0.1, 1.2)])),
            accent=_colour(rng),
        )
    if kind == 1:
        return replace(material, inside=True, accent=_colour(rng), strength=material.strength * 0.3)
    around = bool(rng.random() < 0.6)
    wide = rng.uniform(0.12, 0.5) if around else rng.uniform(0.25, 0.95)
    if around and rng.random() < 0.2:
        wide = 1.0
    place = (
        rng.normal(0, 0.35 if around else 0.15),
        rng.normal(0, 0.2),
        wide,
        rng.uniform(0.15, 0.8),
    )
    return replace(
        material, decal=int(rng.integers(DECALS)), decal_place=place, decal_around=around
    )


def with_pane(rng: np.random.Generator, material: Material) -> Material:
    """With dark glass in the middle of its front."""
    place = (rng.normal(-0.05, 0.12), rng.normal(0, 0.08), rng.uniform(0.45, 0.95),
             rng.uniform(0.4, 0.92))  # fmt: skip
    return replace(
        material, decal=DECALS + int(rng.integers(PANES)), decal_place=place, decal_around=False
    )


def room_materials(rng: np.random.Generator, surfaces: int) -> tuple[Material, ...]:
    """Of walls, floors and furniture: often the same pale paint, else what objects are made of."""
    paint = _paint(rng)
    makers = (lambda _: paint, _paint, _wood, _metal, _glazed, _matte, _fabric)
    shares = [0.3, 0.25, 0.16, 0.03, 0.08, 0.1, 0.08]
    return tuple(makers[rng.choice(len(makers), p=shares)](rng) for _ in range(surfaces))


def _paint(rng: np.random.Generator) -> Material:
    base = _hsv(rng.random(), rng.uniform(0, 0.2), rng.uniform(0.45, 1.0))
    return replace(_matte(rng), base=base, second=_shade(rng, base, 0.85), gradient=0.0)


def plain_materials(rng: np.random.Generator, parts: int) -> tuple[Material, ...]:
    """Calm satin colours, one per part, for pictures that explain an object."""
    hue = rng.random()
    return tuple(
        Material(c, c, c, strength=0.0, relief=0.0, roughness=0.4)
        for c in (
            _hsv(hue + 0.13 * i, 0.45 - 0.2 * (i % 2), 0.85 - 0.2 * (i % 3)) for i in range(parts)
        )
    )
