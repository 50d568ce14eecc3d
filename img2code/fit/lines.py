"""Outlines and inner edges as points with normals: of masks, of pictures and of drawn objects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

Array = np.ndarray

#: Grey levels per pixel from which a change of colour counts as an edge.
_LEAST_CHANGE = 12.0
#: Neighbouring pixels whose normals have a smaller dot product lie on two sides of a crease.
_CREASE = 0.88
#: Of the object's size: neighbouring pixels further apart in depth lie on two sides of an edge.
_JUMP = 0.03


@dataclass(frozen=True)
class Lines:
    """Points (N, 2), x right and y down in pixels, and unit normals (N, 2)."""

    points: Array
    normals: Array

    def __len__(self) -> int:
        return len(self.points)

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(self.points)

    def nearest(self, points: Array) -> tuple[Array, Array]:
        """Distances (M,) from points (M, 2) to the nearest of these, and which ones."""
        distances, which = self._tree.query(points)
        return distances, which


def outline(mask: Array) -> Lines:
    """The border pixels of a mask (S, S), with outward normals."""
    border = mask & ~ndimage.binary_erosion(mask, border_value=1)
    smooth = ndimage.gaussian_filter(mask.astype(np.float32), 1.5)
    slope_y, slope_x = np.gradient(smooth)
    rows, columns = np.nonzero(border)
    normals = -np.stack([slope_x[rows, columns], slope_y[rows, columns]], 1)
    return Lines(_middles(rows, columns), _unit(normals))


def edges(colours: Array, mask: Array) -> Lines:
    """Where colours (S, S, 3) change inside a mask, one pixel wide, with normals across."""
    smooth = ndimage.gaussian_filter(colours.astype(np.float32), (0.8, 0.8, 0))
    slope_x, slope_y = ndimage.sobel(smooth, 1) / 4, ndimage.sobel(smooth, 0) / 4
    strongest = np.argmax(slope_x**2 + slope_y**2, -1)[..., None]
    slope_x = np.take_along_axis(slope_x, strongest, -1)[..., 0]
    slope_y = np.take_along_axis(slope_y, strongest, -1)[..., 0]
    change = np.hypot(slope_x, slope_y)
    x, y = slope_x / (change + 1e-9), slope_y / (change + 1e-9)
    row, column = np.mgrid[: mask.shape[0], : mask.shape[1]]
    ahead = ndimage.map_coordinates(change, [row + y, column + x], order=1)
    behind = ndimage.map_coordinates(change, [row - y, column - x], order=1)
    inside = ndimage.binary_erosion(mask, iterations=3)
    edge = (change >= ahead) & (change > behind) & (change > _LEAST_CHANGE) & inside
    rows, columns = np.nonzero(edge)
    return Lines(_middles(rows, columns), np.stack([x[edge], y[edge]], 1))


def creases(face: Array, normals: Array, depth: Array, size: float) -> Lines:
    """Inner edges of a drawn object: where its depth or its normal breaks.

    face: (S, S) index of the face that is seen, -1 for none. normals: (F, 3). depth: (S, S).
    """
    inside = face >= 0
    marked = np.zeros_like(inside)
    ahead, behind, whole = slice(1, None), slice(None, -1), slice(None)
    for here, there in (((behind, whole), (ahead, whole)), ((whole, behind), (whole, ahead))):
        both = inside[here] & inside[there]
        step = np.where(both, depth[here] - depth[there], 0.0)
        jump = np.abs(step) > _JUMP * size
        bend = np.einsum("...i,...i", normals[face[here]], normals[face[there]]) < _CREASE
        # an edge belongs to what is in front
        marked[here] |= both & ((jump & (step < 0)) | (~jump & bend))
        marked[there] |= both & jump & (step > 0)
    rows, columns = np.nonzero(marked & ndimage.binary_erosion(inside, iterations=2))
    return Lines(_middles(rows, columns), np.zeros((len(rows), 2)))


def _middles(rows: Array, columns: Array) -> Array:
    return np.stack([columns + 0.5, rows + 0.5], 1)


def _unit(vectors: Array) -> Array:
    result: Array = vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-9)
    return result
