"""Photographs an object in a small studio, in numpy: no graphics library is needed.

The surfaces, light and room of the training pictures (`img2code.render`), shaded pixel by pixel
over a z-buffer: textured materials, a soft key light with its shadow, a floor that it falls on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image
from scipy import ndimage

import geometry
from geometry.draw.zbuffer import visible_faces, weights_at
from geometry.program import Program
from img2code.fit.camera import Camera
from img2code.render.materials import Material
from img2code.render.normals import Surface, join, smooth
from img2code.render.renderer import fit_lens
from img2code.vision.paint.light import KeyLight, irradiance, mirror
from img2code.vision.paint.surfaces import Paint, linear

Array = np.ndarray

SEGMENTS = 64
SUPERSAMPLING = 2
FIELD_OF_VIEW = 30.0
#: Of the shadow map's half side: what is nearer than this to a surface does not shade it.
_LIFT = 0.03


@dataclass(frozen=True)
class Studio:
    """Light and room. Directions are unit vectors in view axes; colours are linear.

    room: which of the surroundings is mirrored. wall, floor: sRGB, 0 to 1. floor_shadow: how dark
    the object's shadow on the floor is at most; softness: its blur, in sizes of the object.
    """

    key: tuple[float, float, float] = (-0.45, 0.72, 0.53)
    key_light: float = 0.85
    ambient: float = 0.85
    room: int = 0
    exposure: float = 0.82
    wall: tuple[float, float, float] = (1.0, 1.0, 1.0)
    floor: tuple[float, float, float] = (0.97, 0.97, 0.97)
    floor_shadow: float = 0.32
    softness: float = 0.09
    fill: float = 0.76


@dataclass(frozen=True)
class Shot:
    """A picture, and (size, size) the fraction of each of its pixels that is the object's."""

    picture: Image.Image
    cover: Array


def photograph(
    program: Program,
    materials: Sequence[Material],
    size: int = 512,
    studio: Studio | None = None,
    camera: Camera | None = None,
) -> Shot:
    """The object of a code as its pose turns it, one material per part.

    camera: the one that sees it; by default it fills the frame. Raises CodeError.
    """
    scene = _Scene(program, materials, studio or Studio(), size * SUPERSAMPLING, camera)
    colours, cover = scene.picture()
    small = Image.fromarray(_encoded(colours)).reduce(SUPERSAMPLING)
    fraction = Image.fromarray((255 * cover).astype(np.uint8)).reduce(SUPERSAMPLING)
    return Shot(small, np.asarray(fraction, np.float32) / 255)


class _Scene:
    """An object in front of a camera, and everything that is known of its pixels."""

    def __init__(
        self,
        program: Program,
        materials: Sequence[Material],
        studio: Studio,
        side: int,
        camera: Camera | None,
    ) -> None:
        pieces = [
            (number, (points, faces))
            for number, (_, points, faces) in enumerate(geometry.parts(program, SEGMENTS))
            if len(faces)
        ]
        self.materials = [materials[number] for number, _ in pieces]
        self.studio, self.side = studio, side
        vertices, faces, part = join([piece for _, piece in pieces])
        self.part = part
        self.surface: Surface = smooth(vertices, faces, part)
        self.turn = program.pose.matrix[:3, :3]
        seen = self.surface.position @ self.turn.T
        self.middle = (seen.min(0) + seen.max(0)) / 2
        self.seen = seen - self.middle
        self.radius = float(np.linalg.norm(self.seen, axis=1).max())
        if camera is None:
            focal, distance, x, y = fit_lens(self.seen, FIELD_OF_VIEW, studio.fill, (0.0, 0.0))
            self.camera = Camera(distance, x, y, focal)
        else:  # of the object in its own unit
            points = np.concatenate([points for _, (points, _) in pieces])
            unit = max(float(np.ptp(points, axis=0).max()), 1e-9)
            self.camera = Camera(camera.distance / unit, camera.x, camera.y, camera.focal)
        self.light = KeyLight(self.seen, self.surface.faces, np.array(studio.key), self.radius)

    @cached_property
    def screen(self) -> Array:
        """(F, 3, 3)."""
        screen: Array = self.camera.project(self.seen, self.side)[self.surface.faces]
        return screen

    def picture(self) -> tuple[Array, Array]:
        """Linear colours (S, S, 3) and how much of each pixel is covered (S, S)."""
        clear = np.array([material.opacity < 1 for material in self.materials])[self.part]
        colours, cover = self._backdrop(), np.zeros((self.side, self.side))
        behind = self._layer(np.flatnonzero(~clear))
        if behind is not None:
            rows, columns, shade, _, _ = behind
            colours[rows, columns] = shade
            cover[rows, columns] = 1
        in_front = self._layer(np.flatnonzero(clear))
        if in_front is not None:
            rows, columns, shade, alpha, near = in_front
            if behind is not None:
                depth = np.zeros(cover.shape)
                depth[behind[0], behind[1]] = behind[4]
                alpha = np.where(near >= depth[rows, columns], alpha, 0.0)
            under = colours[rows, columns]
            colours[rows, columns] = shade + (1 - alpha[:, None]) * under
            cover[rows, columns] = 1
        return colours, cover

    def _layer(self, faces: Array) -> tuple[Array, Array, Array, Array, Array] | None:
        """Rows, columns, colours, alphas and nearness where one of these faces is seen."""
        if not len(faces):
            return None
        found = visible_faces(self.screen[faces], self.side)
        rows, columns = np.nonzero(found >= 0)
        if not len(rows):
            return None
        face = faces[found[rows, columns]]
        weights = weights_at(self.screen, face, columns + 0.5, rows + 0.5)
        corners = self.surface.faces[face]
        places, normals, view = (
            np.einsum("nk,nkc->nc", weights, array[corners])
            for array in (self.surface.position, self.surface.normal, self.seen)
        )
        colours, alpha = self._shaded(self.part[face], places, normals, view)
        return rows, columns, colours, alpha, 1 / (self.camera.distance - view[:, 2])

    def _shaded(self, part: Array, places: Array, normals: Array, view: Array) -> tuple[Array, ...]:
        """Linear colours (N, 3), weighted by their alphas (N,), which come too."""
        normals = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
        to_camera = np.array([0.0, 0.0, self.camera.distance]) - view
        to_camera /= np.linalg.norm(to_camera, axis=1, keepdims=True)
        turned = normals @ self.turn.T
        away = np.einsum("ij,ij->i", turned, to_camera) < 0
        turned[away] *= -1
        surface = Paint(self.materials, self.surface, part, places, normals)
        turned = turned + surface.relief[:, None] * np.array([0.7, -0.6, 0.2])
        turned /= np.linalg.norm(turned, axis=1, keepdims=True)
        facing = np.maximum(np.einsum("ij,ij->i", turned, to_camera), 0.03)

        studio, key = self.studio, np.array(self.studio.key)
        lit = self.light.reaching(view + _LIFT * self.radius * turned, softness=0.025)
        straight = np.maximum(turned @ key, 0) * (0.15 + 0.85 * lit)
        sky = 0.62 + 0.38 * lit
        diffuse = irradiance(studio.room, turned) * studio.ambient * sky[:, None]
        half = to_camera + key
        half /= np.linalg.norm(half, axis=1, keepdims=True)
        rough = surface.roughness
        gloss = 2 / (rough**4 + 0.0004)
        glint = (gloss + 8) * 0.04 * np.exp(gloss * (np.einsum("ij,ij->i", turned, half) - 1))
        glint *= straight * studio.key_light
        mirrored = 2 * np.einsum("ij,ij->i", turned, to_camera)[:, None] * turned - to_camera
        reflected = (
            mirror(studio.room, mirrored, rough) * (studio.ambient * (0.3 + 0.7 * sky))[:, None]
        )
        metal = surface.metallic[:, None]
        f0 = surface.reflectance[:, None] * (1 - metal) + surface.albedo * metal
        graze = (1 - facing) ** 5
        fresnel = f0 + (np.maximum(1 - rough[:, None], f0) - f0) * graze[:, None]
        light = diffuse + (studio.key_light * straight)[:, None]
        shine = fresnel * (reflected + glint[:, None])
        colours = surface.albedo * (1 - metal) * light
        alpha = surface.opacity.copy()
        clear = alpha < 1
        rim = (1 - facing[clear]) ** 2
        alpha[clear] = np.clip(alpha[clear] + 0.8 * rim, 0, 1)
        colours[clear] *= (1 - 0.8 * rim)[:, None]
        return colours * alpha[:, None] + shine, np.minimum(1, alpha + shine[:, 1] * clear)

    def _backdrop(self) -> Array:
        """(S, S, 3) linear: a wall that runs into the floor, with the object's shadow on it."""
        side = self.side // SUPERSAMPLING
        down = np.linspace(0, 1, side)[:, None, None]
        blend = 1 / (1 + np.exp(-(down - 0.55) * 9))
        wall, floor = (np.array(colour) for colour in (self.studio.wall, self.studio.floor))
        back = np.broadcast_to(wall + (floor - wall) * blend, (side, side, 3)).copy()
        back *= (1 - self.studio.floor_shadow * self._on_floor(side))[..., None]
        large = ndimage.zoom(linear(back), (SUPERSAMPLING, SUPERSAMPLING, 1), order=1)
        return large * (1 / self.studio.exposure)

    def _on_floor(self, side: int) -> Array:
        """(side, side) how much of the key light the object keeps from the floor under it."""
        up = self.turn[:, 1]
        if up[1] < 0.5 or up[2] < 0.06 or up @ np.array(self.studio.key) < 0.25:
            return np.zeros((side, side))
        low = float(self.surface.position[:, 1].min())
        foot = self.turn @ np.array([0.0, low, 0.0]) - self.middle
        middles = (np.arange(side) + 0.5) / side * 2 - 1
        across, down = np.meshgrid(middles, -middles)
        rays = np.stack(
            [
                (across - self.camera.x) / self.camera.focal,
                (down - self.camera.y) / self.camera.focal,
                -np.ones_like(across),
            ],
            -1,
        )
        eye = np.array([0.0, 0.0, self.camera.distance])
        slope = rays @ up
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = ((foot - eye) @ up) / slope
        places = eye + np.where((slope < -1e-3) & (reach > 0), reach, 0.0)[..., None] * rays
        near = (slope < -1e-3) & (np.linalg.norm(places, axis=-1) < 3.5 * self.radius)
        shade = np.zeros((side, side))
        inside = places[near]
        shade[near] = 1 - self.light.reaching(inside, self.studio.softness)
        return ndimage.gaussian_filter(shade, side / 200)


def _encoded(colours: Array) -> Array:
    """Linear colours as 8 bits, bright ones rolled off as on film."""
    exposed = np.maximum(colours, 0) * Studio.exposure
    soft = np.where(exposed < 0.8, exposed, 1 - 0.2 * np.exp(-(exposed - 0.8) / 0.2))
    result: Array = (255 * np.sqrt(np.clip(soft, 0, 1)) + 0.5).astype(np.uint8)
    return result
