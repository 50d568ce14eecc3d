"""Draws an object as a product photograph with OpenGL: the training pictures of the embedded model.

A `Renderer` holds one off-screen context; use one per process. What a picture looks like is a
`Look`; the same parts, rotation and look always give the same picture.
"""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

import numpy as np
from PIL import Image

from img2code.render import shaders
from img2code.render.camera import photograph
from img2code.render.gl import Canvas, RenderError
from img2code.render.materials import Material
from img2code.render.normals import Part, Surface, join, smooth, with_more
from img2code.render.scene import Backdrop, Look, sample_look
from img2code.render.textures import LAYER, SIZE

__all__ = ["Look", "RenderError", "Renderer", "sample_look"]

_AROUND = 3.0


def fit_lens(points: np.ndarray, fov: float, fill: float, shift: tuple[float, float]) -> np.ndarray:
    """Lens (focal length, distance, shift x, shift y) for view points (V, 3) around the origin.

    A point lands at (focal * x / (distance - z) + shift) in -1..1; the projected box is `fill` of
    the frame along its longer side and lies within the frame.
    """
    focal = 1.0 / np.tan(np.radians(fov) / 2)
    radius = float(np.sqrt(np.einsum("ij,ij->i", points, points).max()))
    nearest = float(points[:, 2].max())
    distance = focal * radius / fill + nearest
    across, along = points[:, 0] * focal, points[:, 1] * focal
    for _ in range(20):
        away = distance - points[:, 2]
        x, y = across / away, along / away
        low, high = np.array([x.min(), y.min()]), np.array([x.max(), y.max()])
        step = float((high - low).max()) / (2 * fill)
        if abs(step - 1.0) < 2e-3:
            break
        distance = max((distance - nearest) * step, 0.05 * radius) + nearest
    spare = np.maximum(0.97 - (high - low) / 2, 0.0)
    return np.array([focal, distance, *(np.array(shift) * spare - (low + high) / 2)])


class Renderer:
    """Draws square pictures of `size` pixels in its own OpenGL context.

    They are drawn `supersample` times as wide and scaled down: 1.5 is smooth enough to train on.
    Raises RenderError when the machine offers no EGL context.
    """

    def __init__(self, size: int, supersample: float = 1.5) -> None:
        self.size = size
        self._canvas = Canvas(round(size * supersample))
        self._drawn: tuple[Sequence[Part], np.ndarray, Surface] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._canvas.gl.release()

    def draw(
        self,
        parts: Sequence[Part],
        rotation: np.ndarray,
        look: Look,
        room: Sequence[Part] = (),
    ) -> np.ndarray:
        """Picture (size, size, 3) uint8 of `parts` turned by `rotation`.

        A part is its vertices (V, 3) and faces (F, 3). room: more of them around the object, whose
        materials follow those of its parts; the frame is the object's all the same.
        Raises RenderError when the look is for another number of parts.
        """
        count = len(parts) + len(room)
        if not (parts and count == len(look.parts) <= shaders.MAX_PARTS):
            raise RenderError(
                f"Renderer.draw: {count} parts and a look for {len(look.parts)}; "
                f"both must be the same number, 1 to {shaders.MAX_PARTS}. "
                "Sample the look for the parts drawn."
            )
        part, surface = self._surface(parts, room)
        turn = np.asarray(rotation, np.float32)
        seen = surface.position @ turn.T
        own = seen[: np.count_nonzero(surface.part < len(parts))]  # those of the room follow
        centre = (own.min(0) + own.max(0)) / 2
        seen -= centre
        lens = fit_lens(own, look.fov, look.fill, look.shift)
        radius = float(np.sqrt(np.einsum("ij,ij->i", own, own).max()))

        index, opaque = _drawing_order(surface.faces, seen, part, look)
        decals = any(material.decal >= 0 for material in look.parts)
        floor = _floor(surface.position, turn, centre, look)
        shadows = look.shadow > 0.0
        switches = (("SHADOWS",) if shadows else ()) + (("DECALS",) if decals else ())
        self._canvas.upload(surface, index)
        self._canvas.write_materials(_material_rows(parts, room, surface.round, look))
        self._canvas.set(self._uniforms(turn, centre, lens, radius, look), switches)
        if shadows or floor is not None:
            self._canvas.draw_shadow_map(len(index))
        self._canvas.start(look.backdrop.upper, backdrop=not look.backdrop.even)
        if opaque < len(index) and floor is not None:
            self._canvas.draw_floor(floor)  # seen through clear parts
        self._canvas.draw_surface(opaque, len(index) - opaque, switches)
        if opaque == len(index) and floor is not None:
            self._canvas.draw_floor(floor)
        frame = self._canvas.read()
        if self._canvas.size != self.size:
            frame = _shrink(frame, self.size)
        return photograph(frame, look.camera, keep_white=look.backdrop == Backdrop())

    def _surface(self, parts: Sequence[Part], room: Sequence[Part]) -> tuple[np.ndarray, Surface]:
        """Part of each face, and the surface; the object's is kept for more views of its list."""
        if self._drawn is None or self._drawn[0] is not parts:
            vertices, faces, part = join(parts)
            self._drawn = parts, part, smooth(vertices, faces, part)
        _, part, surface = self._drawn
        if not room:
            return part, surface
        vertices, faces, around = join(room, framing=parts)
        more = smooth(vertices, faces, around)
        return np.concatenate([part, around + len(parts)]), with_more(surface, more)

    def _uniforms(
        self, turn: np.ndarray, centre: np.ndarray, lens: np.ndarray, radius: float, look: Look
    ) -> dict[str, object]:
        near, far = max(lens[1] - 1.05 * radius, 0.02 * radius), lens[1] + 4 * radius
        angle = np.radians(look.surroundings_turn)
        back = look.backdrop
        return {
            "turn": _columns(turn),
            "centre": tuple(centre),
            "lens": tuple(lens),
            "depth_range": ((far + near) / (far - near), -2 * far * near / (far - near)),
            "light_view": _columns(_light_view(look.key.direction, radius)),
            "surroundings_turn": (np.cos(angle), np.sin(angle)),
            "surroundings": float(look.surroundings),
            "surroundings_tint": look.surroundings_tint,
            "harmonics": [tuple(row) for row in self._canvas.harmonics[look.surroundings]],
            "key_direction": look.key.direction,
            "key_colour": look.key.colour,
            "fill_direction": look.fill_light.direction,
            "fill_colour": look.fill_light.colour,
            "tone": (look.exposure, look.shadow, look.sky_shadow),
            "texels": 2 * SIZE * lens[1] / (lens[0] * self._canvas.size),
            "floor_shadow": (look.floor_shadow, look.floor_softness),
            "upper": back.upper,
            "lower": back.lower,
            "shape": (back.horizon, back.softness, back.mottle, back.vignette),
            "mottle_at": (float(LAYER["clouds"]), *back.mottle_place),
            "slope": back.slope,
        }


def _shrink(frame: np.ndarray, size: int) -> np.ndarray:
    """Area average of all four channels alike ("RGBX": Pillow would weight colours by alpha)."""
    image = Image.frombytes("RGBX", (frame.shape[1], frame.shape[0]), frame.tobytes())
    return np.asarray(image.resize((size, size), Image.Resampling.BOX))


def _columns(matrix: np.ndarray) -> tuple[float, ...]:
    return tuple(matrix.T.ravel().tolist())


def _light_view(direction: tuple[float, float, float], radius: float) -> np.ndarray:
    """View axes -> clip space of the shadow map, which holds a sphere of `radius`."""
    towards = np.array(direction)
    right = np.cross([0.0, 1.0, 0.0] if abs(towards[1]) < 0.9 else [0.0, 0.0, 1.0], towards)
    right /= np.linalg.norm(right)
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack([right, np.cross(towards, right), -towards]) / (1.02 * radius)
    return matrix


def _drawing_order(
    faces: np.ndarray, seen: np.ndarray, part: np.ndarray, look: Look
) -> tuple[np.ndarray, int]:
    """Faces, near ones first; then clear ones, far ones first; and the number of the former."""
    depth = seen[:, 2]
    near = depth[faces[:, 0]] + depth[faces[:, 1]] + depth[faces[:, 2]]
    clear = np.array([material.opacity < 1.0 for material in look.parts])
    if not clear.any():
        return faces[np.argsort(-near)], len(faces)
    through = clear[part]
    order = np.lexsort((np.where(through, near, -near), through))
    return faces[order], int(len(faces) - through.sum())


def _floor(
    position: np.ndarray, turn: np.ndarray, centre: np.ndarray, look: Look
) -> np.ndarray | None:
    """Corners (4, 3) in view axes of a floor under an upright object seen from above, or None."""
    up = turn[:, 1]
    if look.floor_shadow <= 0.0 or up[1] < 0.5 or up[2] < 0.03 or up @ look.key.direction < 0.25:
        return None
    low, high = position.min(0), position.max(0)
    reach = 2.0 * float((high - low).max())
    middle = (low + high) / 2
    corners = [
        [middle[0] + x * reach, low[1], middle[2] + z * reach] for z in (-1, 1) for x in (-1, 1)
    ]
    return np.array(corners) @ turn.T - centre


def _material_rows(
    parts: Sequence[Part], room: Sequence[Part], curved: np.ndarray, look: Look
) -> np.ndarray:
    """(parts, 8, 4) as the surface shader reads them; colours linear."""
    lows = np.array([vertices.min(0) for vertices, _ in (*parts, *room)])
    highs = np.array([vertices.max(0) for vertices, _ in (*parts, *room)])
    bottom, top = lows[: len(parts)].min(0), highs[: len(parts)].max(0)
    whole = max(float((top - bottom).max()), 1e-9)
    middle = (bottom + top) / 2
    rows = []
    for material, low, high, rounded in zip(look.parts, lows, highs, curved, strict=True):
        half = np.maximum((high - low) / 2 / whole, 1e-4)
        rows.append(_rows(material, ((low + high) / 2 - middle) / whole, half, rounded))
    return np.array(rows)


def _rows(
    material: Material, centre: np.ndarray, half: np.ndarray, rounded: bool
) -> list[tuple[float, ...]]:
    def linear(colour: tuple[float, float, float]) -> tuple[float, ...]:
        return tuple(c * c for c in colour)

    grain = _AROUND if material.around or rounded else float(np.argmax(half))
    sideways, height, wide, high = material.decal_place
    printed = 0.0
    if material.decal >= 0:
        printed = material.decal + 1 + min(max(sideways * 0.5 + 0.5, 0.0), 0.999)
    return [
        (*linear(material.base), material.roughness),
        (*linear(material.second), material.metallic),
        (*linear(material.accent), material.reflectance),
        (float(LAYER[material.pattern]), material.repeats, material.strength, material.relief),
        (*centre.tolist(), grain),
        (*(1 / half).tolist(), material.opacity),
        (material.gradient, *material.band, float(material.inside)),
        (-printed if material.decal_around else printed, height, wide, high),
    ]
