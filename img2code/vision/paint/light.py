"""The light of the studio: a key light with a shadow map, and a room that shines and mirrors."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from geometry.draw.zbuffer import visible_faces
from img2code.render.textures import surroundings

Array = np.ndarray

_SHADOW_SIDE = 384
_TAPS = 9  # places at which the light's disc is asked for
_GOLDEN = 2.3999632  # radians


class KeyLight:
    """A shadow map of a directional light: what is seen from where it comes from."""

    def __init__(self, points: Array, faces: Array, towards: Array, radius: float) -> None:
        right = np.cross([0.0, 1.0, 0.0] if abs(towards[1]) < 0.9 else [0.0, 0.0, 1.0], towards)
        right /= np.linalg.norm(right)
        self.axes = np.stack([right, np.cross(towards, right), towards]) / (1.05 * radius)
        self.depth = self._depths(points @ self.axes.T, faces)

    def _depths(self, seen: Array, faces: Array) -> Array:
        """(S, S) how near the nearest surface is, -2 to 1; -2 where there is none."""
        side = _SHADOW_SIDE
        screen = np.concatenate([(seen[:, :2] + 1) * side / 2, seen[:, 2:] + 2], 1)[faces]
        face = visible_faces(screen, side)
        rows, columns = np.nonzero(face >= 0)
        a, b, c = (screen[face[rows, columns], k] for k in range(3))
        # of a plane z = slope · (x, y) + rest, since this view has no perspective
        one, two = b - a, c - a
        area = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
        area = np.where(np.abs(area) > 1e-12, area, 1.0)
        x, y = columns + 0.5 - a[:, 0], rows + 0.5 - a[:, 1]
        u = (x * two[:, 1] - y * two[:, 0]) / area
        v = (one[:, 0] * y - one[:, 1] * x) / area
        depth = np.full((side, side), -2.0)
        depth[rows, columns] = a[:, 2] + u * one[:, 2] + v * two[:, 2] - 2
        return depth

    def reaching(self, places: Array, softness: float) -> Array:
        """(N,) the fraction of the light's disc that is seen from places (N, 3) in view axes."""
        seen = places @ self.axes.T
        total = np.zeros(len(seen))
        for tap in range(_TAPS):
            spread = softness * np.sqrt((tap + 0.5) / _TAPS)
            angle = tap * _GOLDEN
            x = (seen[:, 0] + spread * np.cos(angle) + 1) * _SHADOW_SIDE / 2
            y = (seen[:, 1] + spread * np.sin(angle) + 1) * _SHADOW_SIDE / 2
            inside = (x >= 0) & (x < _SHADOW_SIDE) & (y >= 0) & (y < _SHADOW_SIDE)
            column, row = (np.clip(at, 0, _SHADOW_SIDE - 1).astype(int) for at in (x, y))
            total += ~inside | (self.depth[row, column] <= seen[:, 2] + 0.01)
        return total / _TAPS


def irradiance(room: int, normals: Array) -> Array:
    """(N, 3) the diffuse light of the room, softened towards its mean."""
    _, harmonics = surroundings()
    x, y, z = normals.T
    basis = np.stack([np.ones_like(x), y, z, x, x * y, y * z, 3 * z * z - 1, x * z, x * x - y * y])
    light: Array = np.einsum("kn,kc->nc", basis, harmonics[room])
    even = harmonics[room][0].mean()
    return np.maximum(0.5 * light.mean(1, keepdims=True) + 0.5 * even, 0.1)


def mirror(room: int, directions: Array, roughness: Array) -> Array:
    """(N, 3) what is mirrored from a direction: sharp on smooth surfaces, blurred on others."""
    maps = _blurred(room)
    level = np.clip(roughness * len(maps) * 1.6, 0, len(maps) - 1).astype(int)
    spread = np.sqrt(8 + 8 * np.maximum(directions[:, 2], -0.999))
    side = maps.shape[1]
    column, row = (
        np.clip((directions[:, axis] / spread + 0.5) * side, 0, side - 1).astype(int)
        for axis in (0, 1)
    )
    found: Array = maps[level, row, column]
    return found


def _blurred(room: int, levels: int = 5) -> Array:
    """(levels, 64, 64, 3) radiance, each more blurred than the one before."""
    maps, _ = surroundings()
    radiance = (maps[room] / 255.0) ** 2 * 24
    return np.stack(
        [ndimage.gaussian_filter(radiance, (1.2 * 2**n, 1.2 * 2**n, 0)) for n in range(levels)]
    )
