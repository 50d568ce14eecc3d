"""What materials say of points on a surface: colour, pattern, roughness, relief."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from img2code.render.materials import Material
from img2code.render.normals import Surface
from img2code.render.textures import LAYER, SIZE, patterns

Array = np.ndarray


class Paint:
    """What materials say of surface points: colour, roughness, and so on, each (N, …)."""

    def __init__(
        self,
        materials: Sequence[Material],
        surface: Surface,
        part: Array,
        places: Array,
        normals: Array,
    ) -> None:
        def of_each(name: str) -> Array:
            return np.array([getattr(material, name) for material in materials], float)[part]

        self.roughness, self.metallic = of_each("roughness"), of_each("metallic")
        self.reflectance, self.opacity = of_each("reflectance"), of_each("opacity")
        lows, highs = _boxes(surface, len(materials))
        centre, half = (lows + highs) / 2, np.maximum((highs - lows) / 2, 1e-4)
        at = places - centre[part]
        sizes = at / half[part]
        grain = np.where(
            surface.round | np.array([material.around for material in materials]),
            3,
            half.argmax(1),
        )[part]
        texel = self._texels(materials, part, at, sizes, normals, grain)
        strength, relief = of_each("strength"), of_each("relief")
        base, second, accent = (linear(of_each(name)) for name in ("base", "second", "accent"))
        albedo = base + (second - base) * (texel[:, :1] * strength[:, None])
        albedo += (accent - albedo) * (texel[:, 2:3] * strength[:, None])
        albedo *= 1 + (texel[:, 1:2] - 0.5) * relief[:, None]
        self.albedo = np.clip(albedo, 0, 1)
        self.relief = (texel[:, 3] - 0.5) * relief

    def _texels(
        self,
        materials: Sequence[Material],
        part: Array,
        at: Array,
        sizes: Array,
        normals: Array,
        grain: Array,
    ) -> Array:
        """(N, 4) of the patterns, laid as a box along the grain, or round the y axis."""
        p, m = at.copy(), np.abs(normals)
        for axis, order in ((0, [1, 0, 2]), (2, [0, 2, 1])):
            turned = grain == axis
            p[turned], m[turned] = p[turned][:, order], m[turned][:, order]
        flat = m[:, 1] > np.maximum(m[:, 0], m[:, 2])
        aside = m[:, 0] > m[:, 2]
        u = np.where(flat, p[:, 0], np.where(aside, p[:, 2], p[:, 0]))
        v = np.where(flat, p[:, 2], p[:, 1])
        repeats = np.array([material.repeats for material in materials])[part]
        around = np.arctan2(sizes[:, 0], sizes[:, 2]) / np.pi
        wound = (grain == 3) & (m[:, 1] < 0.8)
        u = np.where(wound, around * np.floor(repeats * 0.7 + 1), u * repeats)
        layer = np.array([LAYER[material.pattern] for material in materials])[part]
        column, row = ((np.floor(each * SIZE) % SIZE).astype(int) for each in (u, v * repeats))
        return patterns()[layer, row, column].astype(np.float32) / 255


def _boxes(surface: Surface, parts: int) -> tuple[Array, Array]:
    own = surface.part.astype(int)
    lows, highs = np.full((parts, 3), np.inf), np.full((parts, 3), -np.inf)
    np.minimum.at(lows, own, surface.position)
    np.maximum.at(highs, own, surface.position)
    return lows, highs


def linear(colours: Array) -> Array:
    """sRGB, taken as a square root, to linear."""
    result: Array = np.asarray(colours, float) ** 2
    return result
