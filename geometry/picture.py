"""Draws an object without any graphics library: a z-buffer rasteriser in numpy for thumbnails."""

from __future__ import annotations

import numpy as np
import trimesh
from PIL import Image

import geometry
from geometry.colours import part_colour, parts

Array = np.ndarray

FIELD_OF_VIEW = 30.0  # vertical, degrees
SEGMENTS = 96  # faces are shaded flat; at this many a round wall looks round
SUPERSAMPLING = 2
FILL = 0.86  # share of the picture that the longer side of the object covers
BACKGROUND = (255, 255, 255)

_KEY_LIGHT = np.array([-0.45, 0.75, 0.65]) / np.linalg.norm([-0.45, 0.75, 0.65])
_LINE_DARKNESS = 0.5  # what remains of the light on the outline of a part
_CREASE = 0.72  # neighbouring pixels whose normals have a smaller dot product get a line
_INDEX_BITS = 24  # of a 64 bit key; the other 40 hold the nearness


def draw(subject: trimesh.Scene | dict, size: int = 512, posed: bool = True) -> Image.Image:
    """Picture of a code (or of a scene as it stands), each part in its own colour.

    The camera is the one of a code's pose: on +z, looking to -z, y up, 30 degrees; the object is
    centred and scaled to fill the frame. `posed` turns a code by its pose, else it is seen from
    its front; a scene is never turned. Raises CodeError where the code cannot be built.
    """
    scene = subject
    if not isinstance(scene, trimesh.Scene):
        scene = geometry.build(subject, segments=SEGMENTS, posed=posed)
    corners, normals, part_index = _triangles(scene)
    side = size * SUPERSAMPLING
    face = _visible_faces(_project(corners, side), side)
    light = _light(face, normals, part_index)
    colours = np.array([part_colour(i) for i in range(part_index.max(initial=0) + 1)], float)
    pixels = np.where((face >= 0)[..., None], colours[part_index[face]], BACKGROUND)
    pixels = pixels * light[..., None]
    blocks = pixels.reshape(size, SUPERSAMPLING, size, SUPERSAMPLING, 3)
    return Image.fromarray(np.clip(blocks.mean(axis=(1, 3)), 0, 255).astype(np.uint8))


def _triangles(scene: trimesh.Scene) -> tuple[Array, Array, Array]:
    """Corners (n, 3, 3), unit normals (n, 3) and part index (n,) of all faces, and one face more.

    The face added at the end has no area: it keeps lookups by index legal in an empty scene and
    for the background, whose index is -1.
    """
    solids = [solid for _, solid in parts(scene)]
    corners = [solid.triangles for solid in solids] + [np.zeros((1, 3, 3))]
    index = [np.full(len(solid.faces), i) for i, solid in enumerate(solids)] + [np.zeros(1, int)]
    joined = np.concatenate(corners)
    normals = np.cross(joined[:, 1] - joined[:, 0], joined[:, 2] - joined[:, 0])
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    return joined, normals / np.maximum(length, 1e-30), np.concatenate(index)


def _project(corners: Array, side: int) -> Array:
    """Pixel x, pixel y and nearness (1 / depth) of all corners but the added face's: (n, 3, 3)."""
    corners = corners[:-1]
    if not len(corners):
        return corners
    points = corners.reshape(-1, 3)
    centre = (points.min(axis=0) + points.max(axis=0)) / 2
    centred = corners - centre
    radius = max(float(np.linalg.norm(centred.reshape(-1, 3), axis=1).max()), 1e-9)
    nearness = 1 / (radius / np.sin(np.radians(FIELD_OF_VIEW / 2)) - centred[..., 2])
    flat = centred[..., :2] * nearness[..., None] * (1, -1)
    low, high = flat.min(axis=(0, 1)), flat.max(axis=(0, 1))
    scale = FILL * side / max(float((high - low).max()), 1e-9)
    pixel = (flat - (low + high) / 2) * scale + side / 2
    return np.concatenate([pixel, nearness[..., None]], axis=-1)


def _visible_faces(screen: Array, side: int) -> Array:
    """Index of the nearest face at every pixel, -1 where there is none: (side, side)."""
    buffer = np.zeros(side * side, np.uint64)
    x, y, nearness = screen[..., 0], screen[..., 1], screen[..., 2]
    following = [1, 2, 0]
    slope_x = y - y[:, following]  # a point is inside where slope_x·px + slope_y·py + rest ≥ 0
    slope_y = x[:, following] - x
    rest = -(slope_x * x + slope_y * y)
    area = rest.sum(axis=1)
    solid = np.flatnonzero(np.abs(area) > 1e-9)
    sign = np.sign(area)[:, None]
    slope_x, slope_y, rest = slope_x * sign, slope_y * sign, rest * sign
    # Nearness is linear on the screen: weight each corner by the edge function opposite to it.
    opposite = nearness[:, [2, 0, 1]] / np.where(area == 0, 1, np.abs(area))[:, None]
    plane = [(opposite * edge).sum(axis=1) for edge in (slope_x, slope_y, rest)]

    first = np.clip(np.ceil(y[solid].min(axis=1) - 0.5), 0, side).astype(int)
    last = np.clip(np.floor(y[solid].max(axis=1) - 0.5), -1, side - 1).astype(int)
    row, span = _expand(first, last)  # one entry per face and row it touches
    owner = solid[span]
    middle = row + 0.5
    numerator = -(slope_y[owner] * middle[:, None] + rest[owner])
    slope = slope_x[owner]
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = numerator / slope
    left = np.where(slope > 0, crossing, -np.inf).max(axis=1)
    right = np.where(slope < 0, crossing, np.inf).min(axis=1)
    start = np.clip(np.ceil(left - 0.5), 0, side).astype(int)
    stop = np.clip(np.floor(right - 0.5), -1, side - 1).astype(int)
    column, run = _expand(start, stop)  # one entry per face and pixel it covers

    owner, row = owner[run], row[run]
    near = plane[0][owner] * (column + 0.5) + plane[1][owner] * (row + 0.5) + plane[2][owner]
    if not len(near):
        return np.full((side, side), -1)
    low, high = nearness.min(), nearness.max()
    share = np.clip((near - low) / max(float(high - low), 1e-30), 0, 1)
    depth_key = (share * (2**39)).astype(np.uint64) + np.uint64(1)
    key = (depth_key << np.uint64(_INDEX_BITS)) | owner.astype(np.uint64)
    np.maximum.at(buffer, row * side + column, key)
    face = (buffer & np.uint64(2**_INDEX_BITS - 1)).astype(int)
    return np.where(buffer > 0, face, -1).reshape(side, side)


def _expand(first: Array, last: Array) -> tuple[Array, Array]:
    """All integers of the ranges first…last (inclusive), and the range each one came from."""
    count = np.maximum(last - first + 1, 0)
    source = np.repeat(np.arange(len(count)), count)
    within = np.arange(len(source)) - np.repeat(np.cumsum(count) - count, count)
    return first[source] + within, source


def _light(face: Array, normals: Array, part_index: Array) -> Array:
    """Brightness of every pixel: a key light, a sky, and dark lines around parts and at edges."""
    normals = normals * np.where(normals[:, 2:] < -0.2, -1, 1)  # an open shell shows its inside
    key = np.clip(normals @ _KEY_LIGHT, 0, 1)
    per_face = 0.52 + 0.16 * normals[:, 1] + 0.44 * key + 0.10 * key**12
    light = np.where(face >= 0, per_face[face], 1.0)

    part = np.where(face >= 0, part_index[face], -1)
    line = np.zeros(face.shape, bool)
    for here, there in (
        ((slice(None), slice(1, None)), (slice(None), slice(None, -1))),
        ((slice(1, None), slice(None)), (slice(None, -1), slice(None))),
    ):
        border = part[here] != part[there]
        inside = (part[here] >= 0) & (part[there] >= 0) & (face[here] != face[there])
        a, b = face[here][inside], face[there][inside]
        border[inside] |= (normals[a] * normals[b]).sum(axis=1) < _CREASE
        line[here] |= border
        line[there] |= border & (part[there] >= 0) & (part[here] < 0)
    line &= face >= 0
    return np.where(line, light * _LINE_DARKNESS, light)
