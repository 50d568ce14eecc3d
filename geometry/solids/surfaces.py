"""The surface of each primitive: its vertices as formulas.

Vertices are computed for many equal solids at once: every argument arrives with shape (..., 1) and
the result has shape (..., V, 3), in numpy or torch. How many there are depends on the structure
alone (number of steps, full or partial turn); `geometry.solids.topology` joins them to triangles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from geometry.maths import is_float, namespace
from geometry.solids.primitives import (
    BoxCylinderRing,
    Cone,
    Cuboid,
    Cylinder,
    CylinderBoxRing,
    RectangularRing,
    Ring,
    Solid,
    Sphere,
    Torus,
    TriangularPrism,
)

Array = Any
Structure = tuple[int, ...]
_RADIAN = np.pi / 180


def structure(solid: Solid, segments: int) -> Structure:
    """What the triangles of a solid depend on, besides its kind: (steps…, full turn?)."""
    match solid:
        case Cylinder():
            turn = 180 if solid.is_half else 90 if solid.is_quarter else 360
            return _sweep(turn, segments)
        case Ring() | Torus():
            tube = max(6, segments // 2) if isinstance(solid, Torus) else 4
            return (*_sweep(solid.exist_angle, segments), tube)
        case Sphere():
            zone = min(_difference(solid.bottom_angle, solid.top_angle), 360.0)
            rows = max(2, -(-segments * zone // 360))
            return (*_sweep(solid.longitude_angle, segments), int(rows))
        case Cone():
            return (segments, 1)
        case BoxCylinderRing() | CylinderBoxRing():
            return (-(-segments // 4) * 4, 1)
        case TriangularPrism():
            return (3, 1)
        case RectangularRing():
            return (4, 1, 4)
    return (0, 1)


def _difference(a: Any, b: Any) -> float:
    return abs(a - b) if is_float(a) and is_float(b) else 180.0


def _sweep(angle: Any, segments: int) -> tuple[int, int]:
    """(steps, 1 for a full turn); an angle given as a tensor counts as a partial turn."""
    if not is_float(angle):
        return segments, 0
    if abs(angle) >= 360 - 1e-9:
        return segments, 1
    return max(1, int(-(-segments * abs(angle) // 360))), 0


def surface(kind: type[Solid], shape: Structure, arguments: list[Array]) -> Array:
    """Local vertices (..., V, 3) of solids of one kind; arguments have shape (..., 1)."""
    return _SURFACES[kind](shape, *arguments)


def _constant(values: Any, like: Array) -> Array:
    library = namespace(like)
    if library is np:
        return np.asarray(values, dtype=float)
    return library.as_tensor(np.asarray(values), dtype=like.dtype, device=like.device)


def _join(*pieces: Array) -> Array:
    """Pieces along the vertex axis, broadcast to one batch shape."""
    library = namespace(*pieces)
    shapes = {p.shape[:-1] for p in pieces}
    if len(shapes) > 1:
        batch = np.broadcast_shapes(*map(tuple, shapes))
        pieces = tuple(library.broadcast_to(p, (*batch, p.shape[-1])) for p in pieces)
    return library.concatenate(pieces, -1)


def _points(x: Array, y: Array, z: Array) -> Array:
    library = namespace(x, y, z)
    if not x.shape == y.shape == z.shape:
        spread = library.broadcast_arrays if library is np else library.broadcast_tensors
        x, y, z = spread(x, y, z)
    return library.stack((x, y, z), -1)


def _circle(steps: int, closed: int, angle: Array) -> tuple[Array, Array]:
    """cos and sin of the stations of a sweep of `angle` degrees (..., 1): (..., stations)."""
    library = namespace(angle)
    if closed:
        phi = np.arange(steps) * (2 * np.pi / steps)
        return _constant(np.cos(phi), angle), _constant(np.sin(phi), angle)
    phi = angle * _RADIAN * _constant(np.arange(steps + 1) / steps, angle)
    return library.cos(phi), library.sin(phi)


def _cuboid(
    shape: Structure,
    h: Array,
    tl: Array,
    tw: Array,
    bl: Array,
    bw: Array,
    dx: Array,
    dz: Array,
    back: Array,
) -> Array:
    top = _constant([0, 0, 0, 0, 1, 1, 1, 1], h)
    sx = _constant([-0.5, -0.5, 0.5, 0.5] * 2, h)
    sz = _constant([-0.5, 0.5] * 4, h)
    front = _constant([0, 0, 0, 0, 0, 1, 0, 1], h)
    x = sx * (bl + (tl - bl) * top) + dx * top
    y = h * (front - 0.5) + back * (top - front)
    z = sz * (bw + (tw - bw) * top) + dz * top
    return _points(x, y, z)


def _cylinder(
    shape: Structure,
    h: Array,
    rt: Array,
    rb: Array,
    rtz: Array,
    rbz: Array,
    half: Array,
    quarter: Array,
) -> Array:
    steps, full = shape
    turn = 180 * half + 90 * quarter * (1 - half)
    c, s = _circle(steps, full, turn)
    axis = h * 0
    ones = c * 0 + 1
    x = _join(rb * c, rt * c, axis, axis)
    y = _join(-h / 2 * ones, h / 2 * ones, -h / 2, h / 2)
    z = _join(rbz * s, rtz * s, axis, axis)
    return _points(x, y, z)


def _prism(shape: Structure, h: Array, rt: Array, rb: Array) -> Array:
    return _cylinder(shape, h, rt, rb, rt, rb, h * 0, h * 0)


def _cone(shape: Structure, r: Array, h: Array, dx: Array, dz: Array, rz: Array) -> Array:
    c, s = _circle(shape[0], 1, h)
    zero = h * 0
    return _points(_join(r * c, zero, dx), _join(zero * c, zero, h), _join(rz * s, zero, dz))


def _sphere(
    shape: Structure, r: Array, top: Array, bottom: Array, ry: Array, rz: Array, turn: Array
) -> Array:
    steps, full, rows = shape
    library = namespace(r)
    c, s = _circle(steps, full, turn)
    theta = (top + (bottom - top) * _constant(np.arange(rows + 1) / rows, r)) * _RADIAN
    ring, height = library.sin(theta)[..., None], library.cos(theta)[..., None]
    x = r[..., None] * ring * c[..., None, :]
    y = ry[..., None] * height * (c[..., None, :] * 0 + 1)
    z = rz[..., None] * ring * s[..., None, :]
    zero = r * 0
    grid = [a.reshape(*a.shape[:-2], -1) for a in (x, y, z)]
    return _points(
        _join(grid[0], zero, zero),
        _join(grid[1], ry * height[..., 0, :], ry * height[..., -1, :]),
        _join(grid[2], zero, zero),
    )


def _ring(
    shape: Structure,
    h: Array,
    big: Array,
    small: Array,
    turn: Array,
    big_low: Array,
    small_low: Array,
    back: Array,
    shift: Array,
    ratio: Array,
    inner_ratio: Array,
    a: Array,
    b: Array,
) -> Array:
    steps, full, _ = shape
    library = namespace(h)
    c, s = _circle(steps, full, turn)
    rise_top = back / 2 + shift - h / 2
    rise_low = -back / 2 + shift + h / 2
    y_top = h / 2 + rise_top * (1 - c) / 2
    y_low = -h / 2 + rise_low * (1 - c) / 2

    def lean(outer: Array, inner: Array) -> Array:
        """|R - r| / 2R, and 0 for R = 0."""
        zero = outer == 0
        divisor = outer * 2 + zero * 1.0
        return abs(outer - inner) / divisor * (1 - zero * 1.0)

    y_inner_top = y_top + lean(big, small) * rise_top * c + b
    y_inner_low = y_low + lean(big_low, small_low) * rise_low * c + b
    x = (ratio * big_low * c, ratio * big * c, inner_ratio * small * c, inner_ratio * small_low * c)
    z = (big_low * s, big * s, small * s - a, small_low * s - a)
    y = (y_low, y_top, y_inner_top, y_inner_low)
    stations = [
        library.stack([p + h * 0 for p in column], -1).reshape(*_batch(h, c), -1)
        for column in (x, y, z)
    ]
    return _points(*stations)


def _batch(*arrays: Array) -> tuple[int, ...]:
    return np.broadcast_shapes(*(tuple(a.shape[:-1]) for a in arrays))


def _torus(shape: Structure, big: Array, start: Array, turn: Array, end: Array) -> Array:
    steps, full, tube = shape
    c, s = _circle(steps, full, turn)
    stations = c.shape[-1]
    part = np.arange(stations) / steps
    rho = start + (end - start) * _constant(part, big)
    psi = -np.arange(tube) * (2 * np.pi / tube)
    cos_psi, sin_psi = _constant(np.cos(psi), big), _constant(np.sin(psi), big)
    reach = big[..., None] + rho[..., None] * cos_psi
    x = reach * c[..., None]
    y = rho[..., None] * sin_psi + reach * 0
    z = reach * s[..., None]
    return _points(*(a.reshape(*a.shape[:-2], -1) for a in (x, y, z)))


def _rectangular_ring(
    shape: Structure,
    h: Array,
    otl: Array,
    otw: Array,
    itl: Array,
    itw: Array,
    dx: Array,
    dz: Array,
    obl: Array,
    obw: Array,
    ibl: Array,
    ibw: Array,
    back: Array,
    ex: Array,
    ez: Array,
) -> Array:
    # stations: (-x front), (+x front), (+x back), (-x back); section as in _ring
    sx = _constant(np.repeat([-0.5, 0.5, 0.5, -0.5], 4), h)
    sz = _constant(np.repeat([0.5, 0.5, -0.5, -0.5], 4), h)
    front = _constant(np.repeat([1, 1, 0, 0], 4), h)
    top = _constant([0, 1, 1, 0] * 4, h)
    inner = _constant([0, 0, 1, 1] * 4, h)

    def pick(low_out: Array, top_out: Array, top_in: Array, low_in: Array) -> Array:
        return (low_out * (1 - top) + top_out * top) * (1 - inner) + (
            low_in * (1 - top) + top_in * top
        ) * inner

    x = sx * pick(obl, otl, itl, ibl) + dx * inner + ex * top
    z = sz * pick(obw, otw, itw, ibw) + dz * inner + ez * top
    y = -h / 2 + top * (h * front + back * (1 - front))
    return _points(x, y, z)


def _holed(outer_x: Array, outer_y: Array, inner_x: Array, inner_y: Array, depth: Array) -> Array:
    """Front outline and hole, then the same at the back; the outline is in the xy plane."""
    x = _join(outer_x, inner_x)
    y = _join(outer_y, inner_y)
    ones = x * 0 + 1
    return _points(_join(x, x), _join(y, y), _join(ones * depth / 2, -ones * depth / 2))


_CORNERS = np.array([[0.5, 0.5], [-0.5, 0.5], [-0.5, -0.5], [0.5, -0.5]]).T


def _box_cylinder_ring(
    shape: Structure, h: Array, length: Array, depth: Array, r: Array, dx: Array, dy: Array
) -> Array:
    c, s = _circle(shape[0], 1, h)
    sx, sy = _constant(_CORNERS[0], h), _constant(_CORNERS[1], h)
    return _holed(length * sx, h * sy, dx + r * c, dy + r * s, depth)


def _cylinder_box_ring(
    shape: Structure, r: Array, depth: Array, length: Array, width: Array, dx: Array, dy: Array
) -> Array:
    c, s = _circle(shape[0], 1, r)
    sx, sy = _constant(_CORNERS[0], r), _constant(_CORNERS[1], r)
    return _holed(r * c, r * s, dx + length * sx, dy + width * sy, depth)


_SURFACES: dict[type[Solid], Callable[..., Array]] = {
    Cuboid: _cuboid,
    Sphere: _sphere,
    Cylinder: _cylinder,
    TriangularPrism: _prism,
    Cone: _cone,
    RectangularRing: _rectangular_ring,
    Ring: _ring,
    Torus: _torus,
    BoxCylinderRing: _box_cylinder_ring,
    CylinderBoxRing: _cylinder_box_ring,
}
