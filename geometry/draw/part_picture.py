"""Draws CAD parts in the look of published data sets, and in the looks of other CAD programs.

The published look, measured: parallel lines of sight from (1, -1, 1); the part's box in the
picture fills 400/448 of its width or 300/448 of its height; white background, no anti-aliasing,
black lines of one pixel where faces meet, faces in a grey that depends on the angle to the line of
sight alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from geometry.cad_parts.body import Body
from geometry.draw.part_camera import ISOMETRIC, PartCamera
from geometry.draw.zbuffer import visible_faces

Array = np.ndarray
Colour = tuple[float, float, float]

#: Grey of a face by the cosine of its angle to the line of sight, from 0 to 1 in steps of 0.05.
PUBLISHED_GREY = np.array(
    (
        40,
        62,
        80,
        92,
        101,
        107,
        113,
        117,
        122,
        128,
        133,
        138,
        143.5,
        147,
        151,
        155,
        158,
        161,
        164,
        166.5,
        169,
    )
)


@dataclass(frozen=True)
class Look:
    """How a part is drawn.

    fill: width and height of the part's box over the picture's. line: width of edges in pixels, 0
    for none. grey: of faces, at evenly spaced cosines. light: None for the line of sight, else the
    direction to a light in the camera's frame, which turns `grey` into half a diffuse curve.
    """

    size: int = 448
    fill: tuple[float, float] = (400 / 448, 300 / 448)
    line: float = 1.0
    line_colour: Colour = (0.0, 0.0, 0.0)
    grey: tuple[float, ...] = tuple(PUBLISHED_GREY.tolist())
    tint: Colour = (0.0, 0.0, -3.0)
    background: Colour = (255.0, 255.0, 255.0)
    light: tuple[float, float, float] | None = None
    antialias: int = 1


PUBLISHED = Look()


@dataclass(frozen=True, eq=False)
class Raster:
    """What is visible where: face of every pixel, -1 for none, (S, S); screen corners (F, 3, 3)."""

    face: Array
    screen: Array


def raster(made: Body, camera: PartCamera, size: int, fill: tuple[float, float]) -> Raster:
    """The part in the middle of a square picture."""
    low, high = made.box
    middle = (low + high) / 2
    radius = float(np.linalg.norm(high - low)) / 2
    seen = camera.project(made.points, middle, radius)
    first, last = seen[:, :2].min(axis=0), seen[:, :2].max(axis=0)
    extent = np.maximum(last - first, 1e-9)
    scale = float((size * np.array(fill) / extent).min())
    pixel = (seen[:, :2] - (first + last) / 2) * (scale, -scale) + size / 2
    screen = np.column_stack([pixel, seen[:, 2]])[made.faces]
    return Raster(visible_faces(screen, size), screen)


def draw_part(made: Body, camera: PartCamera = ISOMETRIC, look: Look = PUBLISHED) -> Image.Image:
    """The picture of a body."""
    side = look.size * look.antialias
    seen = raster(made, camera, side, look.fill)
    normals = face_normals(made)
    shade = _shade(normals @ camera.axes().T, look)
    colours = np.clip(np.append(shade, 0)[:, None] + np.array(look.tint), 0, 255)
    colours[-1] = look.background
    pixels = colours[seen.face]
    if look.line > 0:
        line = _lines(made, seen, look.line * look.antialias)
        pixels[line] = look.line_colour
    picture = Image.fromarray(np.round(pixels).astype(np.uint8))
    return picture.reduce(look.antialias) if look.antialias > 1 else picture


def face_normals(made: Body) -> Array:
    """(F, 3), of length 1."""
    a, b, c = made.points[made.faces].transpose(1, 0, 2)
    normals = np.cross(b - a, c - a)
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)


def _shade(facing: Array, look: Look) -> Array:
    """Grey of every face; facing: normals in the camera's frame (F, 3)."""
    if look.light is None:
        cosine = np.abs(facing[:, 2])
    else:
        light = np.array(look.light) / np.linalg.norm(look.light)
        cosine = np.clip(0.5 + 0.5 * facing @ light, 0, 1)
    at = np.linspace(0, 1, len(look.grey))
    return np.interp(cosine, at, look.grey)


def edges(made: Body) -> Array:
    """Pairs of points between two faces that lie on different surfaces: (E, 2) of indices."""
    faces = made.faces
    ends = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    owner = np.tile(np.arange(len(faces)), 3)
    ahead = ends[:, 0] < ends[:, 1]
    count = len(made.points)
    key = np.sort(ends, axis=1) @ np.array([count, 1])
    one, other = np.argsort(key[ahead]), np.argsort(key[~ahead])
    both = min(len(one), len(other))
    first, second = owner[ahead][one[:both]], owner[~ahead][other[:both]]
    differs = made.surfaces[first] != made.surfaces[second]
    found: Array = ends[ahead][one[:both]][differs]
    return found


def _lines(made: Body, seen: Raster, width: float) -> Array:
    """Which pixels edges cover that nothing hides: (S, S) of bool."""
    size = len(seen.face)
    corners = np.zeros((len(made.points), 3))
    corners[made.faces.ravel()] = seen.screen.reshape(-1, 3)
    start, end = corners[edges(made)].transpose(1, 0, 2)
    steps = np.maximum(np.ceil(np.abs(end - start)[:, :2].max(axis=1)), 1).astype(int)
    owner = np.repeat(np.arange(len(steps)), steps + 1)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(steps + 1) - steps - 1, steps + 1)
    point = start[owner] + (end - start)[owner] * (number / steps[owner])[:, None]
    surface = _nearness_planes(seen.screen)
    column = np.floor(point[:, 0]).astype(int)
    row = np.floor(point[:, 1]).astype(int)
    inside = (column >= 0) & (column < size) & (row >= 0) & (row < size)
    point, row, column = point[inside], row[inside], column[inside]
    tolerance = 2e-3 * float(np.ptp(seen.screen[..., 2]) + 1e-9)
    visible = np.zeros(len(point), bool)
    for down, right in ((0, 0), (0, 1), (1, 0), (0, -1), (-1, 0)):  # a face's rim is beside it
        y, x = np.clip(row + down, 0, size - 1), np.clip(column + right, 0, size - 1)
        face = seen.face[y, x]
        plane = surface[face]
        depth = plane[:, 0] * point[:, 0] + plane[:, 1] * point[:, 1] + plane[:, 2]
        visible |= (face < 0) | (point[:, 2] >= depth - tolerance)
    line = np.zeros((size, size), bool)
    line[row[visible], column[visible]] = True
    return _thicker(line, round(width))


def _nearness_planes(screen: Array) -> Array:
    """Nearness as a·x + b·y + c over every face: (F, 3)."""
    a, b, c = screen.transpose(1, 0, 2)
    ab, ac = b - a, c - a
    area = ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]
    area = np.where(np.abs(area) < 1e-9, 1e-9, area)
    slope_x = (ab[:, 2] * ac[:, 1] - ac[:, 2] * ab[:, 1]) / area
    slope_y = (ac[:, 2] * ab[:, 0] - ab[:, 2] * ac[:, 0]) / area
    return np.column_stack([slope_x, slope_y, a[:, 2] - slope_x * a[:, 0] - slope_y * a[:, 1]])


def _thicker(line: Array, width: int) -> Array:
    wide = line.copy()
    for step in range(1, width):
        shift = (step + 1) // 2 * (1 if step % 2 else -1)
        for axis in (0, 1):
            wide |= np.roll(wide, shift, axis=axis)
    return wide
