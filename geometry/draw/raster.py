"""Draws an object without any graphics library: a z-buffer rasteriser in numpy for thumbnails."""

from __future__ import annotations

import numpy as np
import trimesh
from PIL import Image

import geometry
from geometry.colours import part_colour, scene_parts
from geometry.draw.zbuffer import visible_faces
from geometry.program import Source

Array = np.ndarray

FIELD_OF_VIEW = 30.0  # vertical, degrees
SEGMENTS = 96  # faces are shaded flat; at this many a round wall looks round
SUPERSAMPLING = 2
FILL = 0.86  # fraction of the picture that the longer side of the object covers
BACKGROUND = (255, 255, 255)

_KEY_LIGHT = np.array([-0.45, 0.75, 0.65]) / np.linalg.norm([-0.45, 0.75, 0.65])
_LINE_BRIGHTNESS = 0.5  # of the lines around parts and along edges
_CREASE = 0.72  # neighbouring pixels whose normals have a smaller dot product get a line


def draw(
    subject: trimesh.Scene | Source,
    size: int = 512,
    posed: bool = True,
    transparent: bool = False,
) -> Image.Image:
    """Picture of a code (or of a scene as it stands), each part in its own colour.

    The camera is the one of a code's pose: on +z, looking to -z, y up, 30 degrees; the object is
    centred and scaled to fill the frame. `posed` turns a code by its pose, else it is seen from
    its front; a scene is never turned. transparent: nothing is behind the object, instead of
    white. Raises CodeError where the code cannot be built.
    """
    if isinstance(subject, trimesh.Scene):
        scene = subject
    else:
        scene = geometry.build(subject, segments=SEGMENTS, posed=posed)
    corners, normals, part_index = _triangles(scene)
    side = size * SUPERSAMPLING
    face = visible_faces(_project(corners, side), side)
    colours = np.array([part_colour(part) for part in part_index], np.float32)
    shades = np.clip(colours * _light(normals)[:, None], 0, 255).astype(np.uint8)
    shades[-1] = BACKGROUND  # the face added at the end: index -1
    pixels = shades[face]
    line = _lines(face, normals, part_index)
    pixels[line] = pixels[line] * _LINE_BRIGHTNESS
    if transparent:
        opaque = np.where(face >= 0, 255, 0).astype(np.uint8)
        pixels = np.dstack([pixels, opaque])
    return Image.fromarray(pixels).reduce(SUPERSAMPLING)


def _triangles(scene: trimesh.Scene) -> tuple[Array, Array, Array]:
    """Corners (n, 3, 3), unit normals (n, 3) and part index (n,) of all faces, and one face more.

    The face added at the end has no area: it keeps lookups by index legal in an empty scene and
    for the background, whose index is -1.
    """
    solids = [solid for _, solid in scene_parts(scene)]
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


def _light(normals: Array) -> Array:
    """Brightness of every face: light from all around, more from above, and a key light."""
    facing = normals * np.where(normals[:, 2:] < -0.2, -1, 1)  # open shells show their inside
    key = np.clip(facing @ _KEY_LIGHT, 0, 1)
    return (0.60 + 0.14 * facing[:, 1] + 0.42 * key + 0.10 * key**12).astype(np.float32)


def _lines(face: Array, normals: Array, part_index: Array) -> Array:
    """Which pixels lie on the border of a part or on a sharp edge: (side, side) of bool."""
    part_index = np.append(part_index[:-1], -1).astype(np.int16)
    part = part_index[face]
    line = np.zeros(face.shape, bool)
    ahead, behind, whole = slice(1, None), slice(None, -1), slice(None)
    for here, there in (((whole, ahead), (whole, behind)), ((ahead, whole), (behind, whole))):
        border = part[here] != part[there]
        edge = np.flatnonzero((face[here] != face[there]) & ~border)
        one, other = face[here].ravel()[edge], face[there].ravel()[edge]
        border.ravel()[edge] = np.einsum("ij,ij->i", normals[one], normals[other]) < _CREASE
        line[here] |= border
        line[there] |= border
    return line & (part >= 0)
