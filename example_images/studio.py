"""A photographer's studio for mitsuba: a seamless backdrop, soft boxes, an object and a camera.

The object stands upright, turned by its yaw and scaled to radius 1 around the origin; the camera
goes around it by elevation and roll. That is the picture which a code's pose describes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

import geometry
from example_images.materials import Material, rgb
from example_images.textures import Colour
from geometry.draw.zbuffer import visible_faces
from geometry.solids.tessellate import merged
from geometry.view import View
from img2code.fit.camera import Camera
from img2code.render.normals import smooth

Array = np.ndarray

FIELD_OF_VIEW = 30.0  # vertical, degrees
SEGMENTS = 96
FINE = 4  # rows and columns of a silhouette in each of a pixel
PASS = 16  # samples per pixel and pass; bounds the memory
WHITE = 0.84  # linear value of the backdrop's brightest tenth in the finished picture
GRID = 32  # cells a side in which the exposure is measured
SHOULDER = 0.72  # linear value above which highlights are compressed


@dataclass(frozen=True)
class Light:
    """The lamps' strengths, and the side on which the main one stands (-1 left, 1 right)."""

    side: int = -1
    key: float = 28.0
    top: float = 6.0
    strip: float = 12.0  # a narrow box on the other side, for reflections
    room: float = 0.3


@dataclass(frozen=True)
class Shot:
    """How an object is photographed."""

    view: View
    fill: float = 0.72  # fraction of the frame that the object's longer side covers
    backdrop: Colour = (0.92, 0.92, 0.92)  # sRGB
    light: Light = Light()


def photograph(
    code: dict[str, Any], materials: Mapping[str, Material], shot: Shot, size: int, samples: int
) -> Image.Image:
    """A square picture of a code's object; `materials` by template."""
    import mitsuba

    templates = [part["template"] for part in code["conceptualization"]]
    upright = _upright(code, shot.view.yaw)
    points = np.concatenate([vertices for _, vertices, _ in upright])
    scene: dict[str, Any] = {"type": "scene", "integrator": {"type": "path", "max_depth": 8}}
    scene["sensor"] = _camera(points, shot, size)
    scene["lamps"] = _lamps(shot.light)
    with tempfile.TemporaryDirectory() as folder:
        scene["backdrop"] = _backdrop(Path(folder), float(points[:, 1].min()), shot.backdrop)
        for number, (template, part) in enumerate(zip(templates, upright, strict=True)):
            name, vertices, faces = part
            path = Path(folder) / f"{name}.ply"
            material = materials[template]
            _write_part(path, vertices, faces, material, seed=number)
            scene[f"part_{number}"] = {"type": "ply", "filename": str(path), "bsdf": material.bsdf}
        loaded = mitsuba.load_dict(scene)
    passes = max(1, samples // PASS)
    total = np.zeros((size, size, 3))
    for number in range(passes):
        total += np.array(mitsuba.render(loaded, spp=min(samples, PASS), seed=number))
    return develop(total / passes)


def silhouette(code: dict[str, Any], shot: Shot, size: int) -> Image.Image:
    """Where the object is in that picture, white, with grey edges."""
    points, faces = merged([(v, f) for _, v, f in _upright(code, shot.view.yaw)])
    seen, (x, y, distance) = _aim(points, shot)
    fine = FINE * size
    screen = Camera(distance).project(seen - (x, y, 0), fine)
    inside = visible_faces(screen[faces], fine) >= 0
    share = inside.reshape(size, FINE, size, FINE).mean((1, 3))
    return Image.fromarray(np.round(255 * share).astype(np.uint8))


def _upright(code: dict[str, Any], yaw: float) -> list[tuple[str, Array, Array]]:
    """Name, vertices (V, 3) and faces (F, 3) of the parts, as they stand in the studio."""
    named = geometry.parts(code, segments=SEGMENTS)
    points = np.concatenate([vertices for _, vertices, _ in named])
    middle = (points.min(0) + points.max(0)) / 2
    radius = float(np.linalg.norm(points - middle, axis=1).max())
    turn = View(yaw).matrix()
    return [(name, (v - middle) @ turn.T / radius, faces) for name, v, faces in named]


def develop(linear: Array) -> Image.Image:
    """Exposes for a light backdrop, compresses highlights and encodes as sRGB."""
    cells = len(linear) // GRID * GRID
    coarse = linear[:cells, :cells].reshape(GRID, cells // GRID, GRID, cells // GRID, 3)
    coarse = coarse.mean((1, 3, 4))  # free of noise
    border = np.concatenate([coarse[0], coarse[-1], coarse[:, 0], coarse[:, -1]])
    linear = linear * (WHITE / np.quantile(border, 0.9))
    over = np.maximum(linear - SHOULDER, 0)
    room = 1 - SHOULDER
    linear = np.minimum(linear, SHOULDER) + room * (1 - np.exp(-over / room))
    curve = np.where(
        linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055
    )
    return Image.fromarray(np.round(np.clip(curve, 0, 1) * 255).astype(np.uint8))


def _aim(points: Array, shot: Shot) -> tuple[Array, Array]:
    """The points (V, 3) as the camera sees them, and where it stands: x, y and how far away.

    It has the object in the middle, filling the wanted fraction of the frame.
    """
    seen = points @ View(0, shot.view.elevation, shot.view.roll).matrix().T
    wide = np.tan(np.radians(FIELD_OF_VIEW / 2))
    x, y, distance = 0.0, 0.0, 4.0
    for _ in range(20):
        depth = distance - seen[:, 2]
        flat = (seen[:, :2] - (x, y)) / depth[:, None] / wide  # -1..1 over the frame
        low, high = flat.min(0), flat.max(0)
        x, y = np.array([x, y]) + (low + high) / 2 * wide * distance
        distance *= float((high - low).max() / 2 / shot.fill) ** 0.8
    return seen, np.array([x, y, distance])


def _camera(points: Array, shot: Shot, size: int) -> dict[str, Any]:
    from mitsuba import ScalarTransform4f

    _, (x, y, distance) = _aim(points, shot)
    tilt = View(0, shot.view.elevation, shot.view.roll).matrix()
    origin, target, up = (np.array(p) @ tilt for p in ((x, y, distance), (x, y, 0), (0, 1, 0)))
    return {
        "type": "perspective",
        "fov": FIELD_OF_VIEW,
        "fov_axis": "y",
        "to_world": ScalarTransform4f().look_at(origin.tolist(), target.tolist(), up.tolist()),
        "film": {
            "type": "hdrfilm",
            "width": size,
            "height": size,
            "pixel_format": "rgb",
            "rfilter": {"type": "gaussian", "stddev": 0.45},
        },
        "sampler": {"type": "multijitter", "sample_count": PASS},
    }


def _lamps(light: Light) -> dict[str, Any]:
    """All lamps far away, in one environment map: one light to sample, so little noise."""
    import mitsuba
    from mitsuba import ScalarTransform4f

    height, width = 256, 512
    v, u = (np.mgrid[0:height, 0:width] + 0.5) / np.array([height, width])[:, None, None]
    theta, phi = np.pi * v, 2 * np.pi * u
    away = np.stack([np.sin(theta) * np.sin(phi), np.cos(theta), -np.sin(theta) * np.cos(phi)], -1)
    seen = away[..., 1] > -0.2  # the backdrop hides what is lower
    sky = light.room * (0.6 + 0.4 * away[..., 1]) * seen
    sky = sky + light.key * _soft_box(away, (0.75 * light.side, 0.75, 0.85), 0.42, 0.42)
    sky = sky + light.top * _soft_box(away, (0.1 * light.side, 1.0, 0.05), 0.9, 0.7)
    sky = sky + light.strip * _soft_box(away, (-1.0 * light.side, 0.35, 0.45), 0.12, 0.55)
    pixels = np.repeat(sky[..., None], 3, axis=2).astype(np.float32)
    return {
        "type": "envmap",
        "bitmap": mitsuba.Bitmap(pixels),
        "to_world": ScalarTransform4f(),
    }


def _soft_box(away: Array, towards: tuple[float, float, float], wide: float, high: float) -> Array:
    """Brightness 0..1, seen in directions `away`, of a lit rectangle with soft edges.

    `wide` and `high` are half its sides over its distance.
    """
    axis = np.array(towards) / np.linalg.norm(towards)
    right = np.cross((0.0, 1.0, 1e-3), axis)
    right /= np.linalg.norm(right)
    depth = away @ axis
    safe = np.maximum(depth, 1e-6)
    x, y = away @ right / safe, away @ np.cross(axis, right) / safe
    edge = np.maximum(np.abs(x) / wide, np.abs(y) / high)
    return np.clip((1.08 - edge) / 0.16, 0, 1) * (depth > 0)


def _backdrop(folder: Path, floor: float, colour: Colour) -> dict[str, Any]:
    """Paper that lies under the object and rises behind it in a wide curve."""
    bend, back, top, wide = 5.0, -5.0, 16.0, 22.0
    angle = np.radians(np.linspace(0, 90, 33))
    z = np.concatenate([[14.0], back - bend * np.sin(angle), [back - bend]])
    y = floor + np.concatenate([[0.0], bend * (1 - np.cos(angle)), [top]])
    slope = np.concatenate([[0.0], angle, [np.pi / 2]])
    normal = np.stack([0 * slope, np.cos(slope), np.sin(slope)], 1)
    line = np.stack([0 * y, y, z], 1)
    aside = np.array([wide, 0, 0])
    vertices = np.concatenate([line - aside, line + aside])
    count = len(line)
    low = np.arange(count - 1)
    faces = np.concatenate(
        [
            np.stack([low, low + count, low + 1], 1),
            np.stack([low + 1, low + count, low + count + 1], 1),
        ]
    )
    path = folder / "backdrop.ply"
    _write_ply(path, vertices, np.tile(normal, (2, 1)), np.zeros((2 * count, 2)), faces)
    paper = {"type": "diffuse", "reflectance": rgb(colour)}
    return {"type": "ply", "filename": str(path), "bsdf": {"type": "twosided", "bsdf": paper}}


def _write_part(path: Path, vertices: Array, faces: Array, material: Material, seed: int) -> None:
    surface = smooth(vertices, faces, np.zeros(len(faces), np.int64))
    corner = surface.faces.ravel()  # every face gets corners of its own: no seam runs across it
    position, normal = surface.position[corner], surface.normal[corner]
    mapping = {"boards": _boards, "turned": _turned}[material.mapping]
    uv = mapping(position, faces, material.tile, np.random.default_rng(seed))
    _write_ply(path, position, normal, uv, np.arange(len(corner)).reshape(-1, 3))


def _boards(position: Array, faces: Array, tile: float, rng: np.random.Generator) -> Array:
    """Texture coordinates of corners (3F, 3): flat from the side that a face looks to.

    The first coordinate runs along the longest side of the solid that the face belongs to; each
    solid takes another piece of the tile.
    """
    links = coo_matrix(
        (np.ones(2 * len(faces)), (faces[:, :2].ravel(), faces[:, 1:].ravel())),
        shape=(faces.max() + 1,) * 2,
    )
    _, solid = connected_components(links, directed=False)
    solid = solid[faces[:, 0]]
    triangles = position.reshape(-1, 3, 3)
    away = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    side = np.abs(away).argmax(1)
    uv = np.zeros((len(faces), 3, 2))
    for number in np.unique(solid):
        mine = solid == number
        size = np.ptp(triangles[mine].reshape(-1, 3), axis=0)
        shift = rng.uniform(0, 1, 2)
        for axis in range(3):
            chosen = mine & (side == axis)
            others = [other for other in np.argsort(-size) if other != axis]
            uv[chosen] = triangles[chosen][:, :, others] / tile + shift
    return uv.reshape(-1, 2)


def _turned(position: Array, faces: Array, tile: float, rng: np.random.Generator) -> Array:
    """Texture coordinates around the axis, 0.5 towards the camera, and down from the top."""
    x, y, z = position.reshape(-1, 3, 3).transpose(2, 0, 1)
    around = np.arctan2(x - _middle(x), z - _middle(z)) / (2 * np.pi) + 0.5
    first = around[:, :1]
    around = around + np.round(first - around)  # a face across the seam does not go back around
    down = (y.max() - y) / max(float(np.ptp(y)), 1e-9)  # the first row of a bitmap is at 0
    return np.stack([around, down], -1).reshape(-1, 2)


def _middle(values: Array) -> float:
    return float(values.min() + values.max()) / 2


def _write_ply(path: Path, position: Array, normal: Array, uv: Array, faces: Array) -> None:
    names = ("x", "y", "z", "nx", "ny", "nz", "u", "v")
    rows = np.concatenate([position, normal, uv], 1).astype("<f4")
    corners = np.zeros(len(faces), [("count", "u1"), ("index", "<i4", 3)])
    corners["count"], corners["index"] = 3, faces
    header = ["ply", "format binary_little_endian 1.0", f"element vertex {len(rows)}"]
    header += [f"property float {name}" for name in names]
    header += [f"element face {len(faces)}", "property list uchar int vertex_indices", "end_header"]
    content = "\n".join(header).encode() + b"\n" + rows.tobytes() + corners.tobytes()
    path.write_bytes(content)
