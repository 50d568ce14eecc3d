"""The surface of each primitive: vertices as formulas, triangles as cached topology.

Vertices are computed for many equal solids at once: every argument arrives with shape (..., 1) and
the result has shape (..., V, 3), in numpy or torch. Faces depend on the structure alone (number of
steps, full or partial turn), are closed, and face outward for positive arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

import numpy as np

from geometry.maths import is_float, namespace
from geometry.primitives import (
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
            zone = _difference(solid.bottom_angle, solid.top_angle)
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


# ---------------------------------------------------------------- vertices


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
    batch = np.broadcast_shapes(*(tuple(p.shape[:-1]) for p in pieces))
    whole = [library.broadcast_to(p, (*batch, p.shape[-1])) for p in pieces]
    return library.concatenate(whole, -1)


def _points(x: Array, y: Array, z: Array) -> Array:
    library = namespace(x, y, z)
    return library.stack(
        library.broadcast_arrays(x, y, z) if library is np else library.broadcast_tensors(x, y, z),
        -1,
    )


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


# ---------------------------------------------------------------- triangles


@lru_cache(maxsize=512)
def faces(kind: Hashable, shape: Structure) -> np.ndarray:
    """Triangles (F, 3) of a kind of primitive with the given structure; read-only."""
    triangles = np.array(_faces(kind, shape), dtype=np.int64).reshape(-1, 3)
    triangles.setflags(write=False)
    return triangles


def _faces(kind: Hashable, shape: Structure) -> list[tuple[int, int, int]]:
    if kind is Cuboid:
        return [(5, 7, 4), (7, 6, 4), (1, 0, 3), (0, 2, 3), (1, 3, 5), (3, 7, 5),
                (2, 0, 4), (2, 4, 6), (3, 2, 7), (2, 6, 7), (0, 1, 5), (0, 5, 4)]  # fmt: skip
    steps, full = shape[0], shape[1]
    if kind in (Cylinder, TriangularPrism):
        return _barrel(steps, full)
    if kind is Cone:
        return [t for i in range(steps) for t in (
            (i, steps + 1, (i + 1) % steps), (i, (i + 1) % steps, steps))]  # fmt: skip
    if kind is Sphere:
        return _zone(steps, full, shape[2])
    if kind is BoxCylinderRing:
        return _holed_faces(4, steps)
    if kind is CylinderBoxRing:
        return _holed_faces(steps, 4)
    return _swept(steps, full, shape[2], straight=kind is RectangularRing)


def _barrel(steps: int, full: int) -> list[tuple[int, int, int]]:
    """Two loops and two centres; a partial turn is closed by two flat sides at the axis."""
    loop = steps if full else steps + 1
    low, high = 2 * loop, 2 * loop + 1
    result = []
    for i in range(steps):
        j = (i + 1) % loop
        result += [(i, loop + i, j), (j, loop + i, loop + j)]
        result += [(low, i, j), (high, loop + j, loop + i)]
    if not full:
        last = loop - 1
        result += [(low, high, 0), (0, high, loop)]
        result += [(last, loop + last, low), (low, loop + last, high)]
    return result


def _zone(steps: int, full: int, rows: int) -> list[tuple[int, int, int]]:
    stations = steps if full else steps + 1
    north, south = stations * (rows + 1), stations * (rows + 1) + 1
    result = []
    for i in range(steps):
        j = (i + 1) % stations
        for row in range(rows):
            a, b = row * stations, (row + 1) * stations
            result += [(a + i, a + j, b + i), (a + j, b + j, b + i)]
        end = rows * stations
        result += [(north, j, i), (south, end + i, end + j)]
    return result


def _swept(steps: int, full: int, section: int, straight: bool) -> list[tuple[int, int, int]]:
    """A closed section of `section` points carried along a sweep; partial turns get end caps."""
    stations = steps if full else steps + 1
    result = []
    for i in range(steps):
        a, b = i * section, ((i + 1) % stations) * section
        for p in range(section):
            q = (p + 1) % section
            if straight:
                result += _frame_quad(a, b, p, q, i)
            else:
                result += [(a + p, a + q, b + q), (a + p, b + q, b + p)]
    if not full:
        end = steps * section
        for p in range(1, section - 1):
            result += [(0, p + 1, p), (end, end + p, end + p + 1)]
    return result


def _frame_quad(a: int, b: int, p: int, q: int, side: int) -> list[tuple[int, int, int]]:
    """One quad of a rectangular ring, split along the diagonal that the code format names."""
    # sides: 0 front, 1 right, 2 back, 3 left. Walls: -x top to +x bottom, front top to back bottom.
    corners = (a + p, a + q, b + q, b + p)  # outward order
    first_top = {0: True, 1: True, 2: False, 3: False}[side]  # diagonal from station a's top?
    if p in (0, 2):  # outer wall (0 low, 1 top), inner wall (2 top, 3 low)
        top_a, top_b = (a + q, b + q) if p == 0 else (a + p, b + p)
        start = top_a if first_top else top_b
    else:  # top frame (1 outer, 2 inner), bottom frame (3 inner, 0 outer): outer a to inner b
        start = a + p if p == 1 else a + q
    k = corners.index(start)
    w, x, y, z = corners[k:] + corners[:k]
    return [(w, x, y), (w, y, z)]


def _holed_faces(outer: int, inner: int) -> list[tuple[int, int, int]]:
    """Front and back plates with a hole, the outer wall and the wall of the hole."""
    back = outer + inner
    result = []
    for i in range(outer):
        j = (i + 1) % outer
        result += [(i, back + i, j), (j, back + i, back + j)]
    for i in range(inner):
        a, b = outer + i, outer + (i + 1) % inner
        result += [(a, b, back + a), (b, back + b, back + a)]
    for w, x, y in _plate(outer, inner):
        result += [(w, x, y), (back + y, back + x, back + w)]
    return result


def _plate(outer: int, inner: int) -> list[tuple[int, int, int]]:
    """A plate between a rectangle and a circle, either of them the hole, counter-clockwise.

    The rectangle's corner k sees the quarter k of the circle; neighbouring corners meet at the
    circle's points on the axes.
    """
    rectangle_outside = outer == 4 and inner != 4
    many = inner if rectangle_outside else outer
    corner = (lambda k: k % 4) if rectangle_outside else (lambda k: outer + k % 4)
    around = (lambda i: outer + i % many) if rectangle_outside else (lambda i: i % many)
    quarter = many // 4
    result = []
    for k in range(4):
        for i in range(k * quarter, (k + 1) * quarter):
            a, b = around(i), around(i + 1)
            result.append((corner(k), b, a) if rectangle_outside else (corner(k), a, b))
        meet = around((k + 1) * quarter)
        bridge = (corner(k), corner(k + 1), meet)
        result.append(bridge if rectangle_outside else bridge[::-1])
    return result
