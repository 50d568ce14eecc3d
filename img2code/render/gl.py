"""What the renderer keeps on the graphics side: targets, programs, vertex arrays and textures."""

import os
from typing import Any

import numpy as np

from img2code.render import shaders, textures
from img2code.render.normals import Surface

_SHADOW_SIZE = 112
_SURFACES: tuple[tuple[str, ...], ...] = ((), ("SHADOWS",), ("DECALS",), ("SHADOWS", "DECALS"))


class RenderError(RuntimeError):
    """No picture can be drawn here, or not of these parts."""


class Canvas:
    """One off-screen OpenGL context with everything that outlives a picture.

    Raises RenderError when the machine offers no EGL context.
    """

    def __init__(self, size: int) -> None:
        # with one process per core, Mesa's own threads only get in the way
        os.environ.setdefault("LP_NUM_THREADS", "0")
        try:
            import moderngl

            options: Any = {"backend": "egl"}  # the stubs know only dicts
            self.gl: Any = moderngl.create_standalone_context(**options)
        except Exception as error:  # moderngl and glcontext raise bare Exceptions
            raise RenderError(
                f"OpenGL renderer: no off-screen EGL context ({error}); "
                "a software one (Mesa) is enough. "
                "Install the Debian packages libegl1 libgl1-mesa-dri libgles2 "
                "and the Python package moderngl."
            ) from error
        self.size = size
        self._vertices: Any = self.gl.buffer(reserve=1 << 20, dynamic=True)
        self._index: Any = self.gl.buffer(reserve=1 << 20, dynamic=True)
        self._make_targets()
        self._make_programs()
        self._make_textures()

    def upload(self, surface: Surface, index: np.ndarray) -> None:
        """The object's vertices and the faces in drawing order."""
        data = np.concatenate([surface.position, surface.normal, surface.part[:, None]], 1)
        data = data.astype(np.float32, copy=False)
        if data.nbytes > self._vertices.size or index.nbytes > self._index.size:
            self._vertices = self.gl.buffer(reserve=2 * data.nbytes, dynamic=True)
            self._index = self.gl.buffer(
                reserve=2 * max(index.nbytes, self._index.size), dynamic=True
            )
            self._bind_arrays()
        self._vertices.write(data)
        self._index.write(np.ascontiguousarray(index, np.int32))

    def write_materials(self, rows: np.ndarray) -> None:
        self._materials.write(np.ascontiguousarray(rows, np.float32))

    def set(self, values: dict[str, Any], switches: tuple[str, ...]) -> None:
        """Uniforms by name, for every program of this picture that has them."""
        for program in (self._surfaces[switches], *self._others):
            for name in self._names[program.glo] & values.keys():
                program[name] = values[name]

    def draw_shadow_map(self, faces: int) -> None:
        self._shadow_target.use()
        self._shadow_target.clear(depth=1.0)
        self.gl.enable_only(self.gl.DEPTH_TEST)
        self._shadow_array.render(vertices=3 * faces)

    def start(self, clear: tuple[float, float, float], backdrop: bool) -> None:
        """The empty frame: one colour, or the procedural backdrop."""
        self._frame.use()
        self._frame.clear(*clear, 0.0, depth=1.0)
        if backdrop:
            self.gl.enable_only(self.gl.NOTHING)
            self._square.render(self.gl.TRIANGLE_STRIP)

    def draw_surface(self, opaque: int, clear: int, switches: tuple[str, ...]) -> None:
        """The first `opaque` faces, then `clear` faces that let light through."""
        gl = self.gl
        gl.enable_only(gl.DEPTH_TEST)
        if opaque:
            self._arrays[switches].render(vertices=3 * opaque)
        if clear:
            gl.enable_only(gl.DEPTH_TEST | gl.BLEND)
            gl.blend_func = gl.ONE, gl.ONE_MINUS_SRC_ALPHA
            self._arrays[switches].render(vertices=3 * clear, first=3 * opaque)

    def draw_floor(self, corners: np.ndarray) -> None:
        """The shadow on a floor whose corners (4, 3) are given as a strip in view axes."""
        gl = self.gl
        self._floor_corners.write(np.ascontiguousarray(corners, np.float32))
        gl.enable_only(gl.DEPTH_TEST | gl.BLEND)
        gl.blend_func = gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.ZERO, gl.ONE
        self._floor.render(gl.TRIANGLE_STRIP)

    def read(self) -> np.ndarray:
        """The frame (size, size, 4) uint8; alpha is the fraction of the object."""
        raw = self._frame.read(components=4, alignment=1)
        return np.frombuffer(raw, np.uint8).reshape(self.size, self.size, 4)

    def _make_targets(self) -> None:
        gl, size = self.gl, (self.size, self.size)
        self._frame = gl.framebuffer(gl.renderbuffer(size, 4), gl.depth_renderbuffer(size))
        self._shadow = gl.depth_texture((_SHADOW_SIZE, _SHADOW_SIZE))
        self._shadow.compare_func = "<="
        self._shadow.repeat_x = self._shadow.repeat_y = False
        self._shadow_target = gl.framebuffer(depth_attachment=self._shadow)

    def _make_programs(self) -> None:
        gl = self.gl

        def program(vertex: str, fragment: str, *switches: str) -> Any:
            vertex, fragment = shaders.sources(vertex, fragment, *switches)
            return gl.program(vertex_shader=vertex, fragment_shader=fragment)

        self._surfaces = {
            switches: program(shaders.SURFACE_VERTEX, shaders.SURFACE_FRAGMENT, *switches)
            for switches in _SURFACES
        }
        self._shadow_program = program(shaders.SHADOW_VERTEX, shaders.SHADOW_FRAGMENT)
        self._floor_program = program(shaders.FLOOR_VERTEX, shaders.FLOOR_FRAGMENT)
        self._backdrop = program(shaders.BACKDROP_VERTEX, shaders.BACKDROP_FRAGMENT)
        self._others = self._shadow_program, self._floor_program, self._backdrop
        self._names = {made.glo: set(made) for made in (*self._surfaces.values(), *self._others)}
        self._materials = gl.buffer(reserve=shaders.MAX_PARTS * shaders.ROWS_PER_PART * 16)
        self._materials.bind_to_uniform_block(0)
        self._floor_corners = gl.buffer(reserve=4 * 12)
        self._floor = gl.vertex_array(
            self._floor_program, [(self._floor_corners, "3f", "in_corner")]
        )
        square = gl.buffer(np.array([-1, -1, 1, -1, -1, 1, 1, 1], np.float32).tobytes())
        self._square = gl.vertex_array(self._backdrop, [(square, "2f", "in_corner")])
        self._bind_arrays()

    def _bind_arrays(self) -> None:
        whole = ("3f 3f 1f", "in_position", "in_normal", "in_part")
        self._arrays = {
            switches: self.gl.vertex_array(made, [(self._vertices, *whole)], self._index)
            for switches, made in self._surfaces.items()
        }
        self._shadow_array = self.gl.vertex_array(
            self._shadow_program, [(self._vertices, "3f 16x", "in_position")], self._index
        )

    def _make_textures(self) -> None:
        gl = self.gl

        def array(layers: np.ndarray, repeat: bool) -> Any:
            count, height, width, channels = layers.shape
            made = gl.texture_array(
                (width, height, count), channels, np.ascontiguousarray(layers).tobytes()
            )
            made.build_mipmaps()
            made.filter = (gl.LINEAR_MIPMAP_NEAREST, gl.LINEAR)
            made.repeat_x = made.repeat_y = repeat
            return made

        maps, self.harmonics = textures.surroundings()
        opaque = np.concatenate([maps, np.full_like(maps[..., :1], 255)], -1)
        self._textures = {
            "patterns": array(textures.patterns(), True),
            "decals": array(textures.decals(), False),
            "studio": array(opaque, False),
            "shadow_map": self._shadow,
        }
        for unit, (name, texture) in enumerate(self._textures.items()):
            texture.use(unit)
            for switches in _SURFACES:
                self.set({name: unit}, switches)
