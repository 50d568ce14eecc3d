"""The solid of one step alone, as a manifold whose triangles know the surface they lie on.

A surface's number is made of its shape and place, so two steps whose faces lie in one plane or on
one cylinder have one number: pictures draw no edge there, as CAD programs that clean up solids.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import manifold3d
import numpy as np

from geometry.cad_parts.part import PLANES, Extrude, Finish, Grid, Plane, Revolve, Ring, Step
from geometry.errors import CodeError
from geometry.sketch.inset import inset, rounded_corners
from geometry.sketch.loops import Curved, Piece
from geometry.sketch.outline import Outline, outline

_FINEST = 8192  # steps of the unit within which two surfaces are one
_BITS = 0x7FFFFFFF  # manifold3d keeps 31 of a face's number
_SLICES = 6  # of a rounded rim

Array = np.ndarray


@lru_cache(maxsize=4096)
def tool(step: Step, sides: int) -> manifold3d.Manifold:
    """The solid of a step, in the frame of the part. sides: of a circle. Raises CodeError."""
    solid = _revolved(step, sides) if isinstance(step, Revolve) else _extruded(step, sides)
    if solid.status() != manifold3d.Error.NoError or solid.is_empty():
        raise CodeError("the step's profile", "loops that bound no solid", "simple loops")
    return solid


def surface(*shape: float | int) -> int:
    """The number of the surface that these numbers describe."""
    return hash(tuple(round(_FINEST * value) for value in shape)) & _BITS


def _extruded(step: Extrude, sides: int) -> manifold3d.Manifold:
    across = PLANES[step.plane][2]
    outer, *holes = (outline(loop, sides) for loop in step.profile)
    caps = surface(1, across, step.start), surface(1, across, step.end)
    if not (step.finishes or step.shell):
        walls = [_walls(drawn, across) for drawn in (outer, *holes)]
        rings = [outer.points, *(hole.points[::-1] for hole in holes)]
        walls[1:] = [np.roll(wall[::-1], -1) for wall in walls[1:]]
        solid = _prism(rings, walls, step.start, step.end, caps, step.plane)
    else:
        solid = _finished(step, outer, sides)
        for hole in holes:
            wall = [_walls(hole, across)]
            solid -= _prism([hole.points], wall, step.start, step.end, caps, step.plane)
    return _repeated(solid, step)


def _walls(drawn: Outline, across: int) -> Array:
    """For every edge of an outline the number of the surface that it sweeps."""
    numbers = [_wall(piece, across) for piece in drawn.pieces]
    return np.array(numbers, np.uint64)[drawn.owner]


def _wall(piece: Piece, across: int) -> int:
    if isinstance(piece, Curved):
        return surface(2, across, *piece.centre, piece.radius)
    (u0, v0), (u1, v1) = piece.start, piece.end
    length = max(math.hypot(u1 - u0, v1 - v0), 1e-12)
    nu, nv = (v1 - v0) / length, (u0 - u1) / length
    if (round(nu, 6), round(nv, 6)) < (0, 0):
        nu, nv = -nu, -nv
    if abs(nu) < 1e-6 or abs(nv) < 1e-6:  # across one of the axes: the same as a cap there
        axis = [i for i in range(3) if i != across][0 if abs(nu) > 0.5 else 1]
        return surface(1, axis, u0 if abs(nu) > 0.5 else v0)
    return surface(3, across, nu, nv, nu * u0 + nv * v0)


def _prism(
    rings: Sequence[Array],
    walls: Sequence[Array],
    start: float,
    end: float,
    caps: tuple[int, int],
    plane: Plane,
) -> manifold3d.Manifold:
    """Between two parallel planes. rings: the outline counter-clockwise, holes clockwise."""
    flat = np.concatenate(rings)
    count = len(flat)
    lids = manifold3d.triangulate(list(rings))
    following = np.concatenate(
        [
            begin + np.roll(np.arange(len(ring)), -1)
            for begin, ring in zip(_begins(rings), rings, strict=True)
        ]
    )
    here = np.arange(count)
    lower = np.stack([here, following, following + count], axis=1)
    upper = np.stack([here, following + count, here + count], axis=1)
    faces = np.concatenate([lids[:, ::-1], lids + count, lower, upper])
    wall = np.concatenate(walls)
    numbers = np.concatenate([np.full(len(lids), caps[0]), np.full(len(lids), caps[1]), wall, wall])
    heights = np.repeat([start, end], count)
    return _manifold(np.concatenate([flat, flat]), heights, faces, numbers, plane)


def _begins(rings: Sequence[Array]) -> list[int]:
    return [0, *np.cumsum([len(ring) for ring in rings])[:-1].tolist()]


def _manifold(
    flat: Array, heights: Array, faces: Array, numbers: Array, plane: Plane
) -> manifold3d.Manifold:
    u, v, across = PLANES[plane]
    points = np.empty((len(flat), 3))
    points[:, u], points[:, v], points[:, across] = flat[:, 0], flat[:, 1], heights
    if plane == "XZ":  # x, z, y is left-handed
        faces = faces[:, ::-1]
    made = manifold3d.Mesh64(
        points,
        np.ascontiguousarray(faces, np.uint64),
        face_id=np.ascontiguousarray(numbers, np.uint64),
    )
    return manifold3d.Manifold(made)


def _finished(step: Extrude, outer: Outline, sides: int) -> manifold3d.Manifold:
    """The body of the outer loop with its fillets, chamfers and its hollow."""
    across = PLANES[step.plane][2]
    points, walls = outer.points, _walls(outer, across)
    rims: dict[str, Finish] = {}
    for finish in step.finishes:
        if finish.edges != "sides":
            rims[finish.edges] = finish
            continue
        points = _with_sides(outer, finish, sides)
        walls = np.array([surface(4, across, *p, step.start) for p in points], np.uint64)
    layers = [(step.start, points), (step.end, points)]
    for edges, finish in rims.items():
        layers = _with_rim(layers, edges, finish)
    caps = surface(1, across, step.start), surface(1, across, step.end)
    if len(layers) == 2:
        solid = _prism([points], [walls], step.start, step.end, caps, step.plane)
    else:
        solid = _loft(layers, walls, caps, step.plane)
    if shell := step.shell:
        inner = inset(points, shell.thickness)
        low = step.start + shell.thickness * (shell.open not in ("start", "both"))
        high = step.end - shell.thickness * (shell.open not in ("end", "both"))
        if inner is None or high <= low:
            raise _too_large("shell", shell.thickness)
        inside = np.array([surface(5, int(w), shell.thickness) for w in walls], np.uint64)
        lids = surface(1, across, low), surface(1, across, high)
        solid -= _prism([inner], [inside], low, high, lids, step.plane)
    return solid


def _with_sides(outer: Outline, finish: Finish, sides: int) -> Array:
    if any(isinstance(piece, Curved) for piece in outer.pieces):
        found, valid = "an outline with arcs", "an outline of straight lines"
        raise CodeError(f"the {finish.kind} of the sides", found, valid, "Draw the arcs instead.")
    rounded = rounded_corners(outer, finish.size, sides)
    if finish.kind == "chamfer" and rounded is not None:
        rounded = _chamfered(outer.points, finish.size)
    if rounded is None:
        raise _too_large(finish.kind, finish.size)
    return rounded


def _chamfered(points: Array, leg: float) -> Array | None:
    before, after = np.roll(points, 1, axis=0) - points, np.roll(points, -1, axis=0) - points
    lengths = np.linalg.norm(after, axis=1, keepdims=True)
    if (lengths <= 2 * leg).any():
        return None
    before /= np.linalg.norm(before, axis=1, keepdims=True)
    return np.stack([points + leg * before, points + leg * after / lengths], axis=1).reshape(-1, 2)


def _with_rim(
    layers: list[tuple[float, Array]], edges: str, finish: Finish
) -> list[tuple[float, Array]]:
    """The layers with an end drawn in; from the start to the end."""
    (low, first), (high, last) = layers[0], layers[-1]
    height, points = (low, first) if edges == "start" else (high, last)
    if finish.size >= (high - low) / len(layers) * 2 or (
        len(layers) > 2 and finish.size >= (high - layers[-2][0])
    ):
        raise _too_large(finish.kind, finish.size)
    if finish.kind == "chamfer":
        turns = np.array([0.0, 1.0])
        depth, aside = turns, turns
    else:
        angles = np.linspace(0, np.pi / 2, _SLICES + 1)
        depth, aside = np.sin(angles), 1 - np.cos(angles)
    drawn = []
    for down, by in zip(1 - depth, aside, strict=True):
        moved = inset(points, finish.size * by) if by else points
        if moved is None:
            raise _too_large(finish.kind, finish.size)
        drawn.append((height + finish.size * down * (1 if edges == "start" else -1), moved))
    return drawn[::-1] + layers[1:] if edges == "start" else layers[:-1] + drawn


def _too_large(kind: str, size: float) -> CodeError:
    found, valid = f"{size:g}", "one that the outline and the height have room for"
    return CodeError(f"the size of a {kind}", found, valid, "Make it smaller.")


def _loft(
    layers: list[tuple[float, Array]], walls: Array, caps: tuple[int, int], plane: Plane
) -> manifold3d.Manifold:
    """Through polygons of as many corners each, one above the other."""
    count = len(layers[0][1])
    flat = np.concatenate([points for _, points in layers])
    heights = np.repeat([height for height, _ in layers], count)
    here = np.arange(count)
    following = np.roll(here, -1)
    faces, numbers = [], []
    for layer in range(len(layers) - 1):
        base, top = layer * count, (layer + 1) * count
        faces.append(np.stack([base + here, base + following, top + following], axis=1))
        faces.append(np.stack([base + here, top + following, top + here], axis=1))
        straight = np.array_equal(layers[layer][1], layers[layer + 1][1])
        bevel = (
            walls if straight else (walls * np.uint64(7) + np.uint64(layer > 0)) & np.uint64(_BITS)
        )
        numbers += [bevel, bevel]
    for layer, upwards in ((0, False), (len(layers) - 1, True)):
        lid = manifold3d.triangulate([layers[layer][1]])
        faces.append(layer * count + (lid if upwards else lid[:, ::-1]))
        numbers.append(np.full(len(lid), caps[upwards]))
    return _manifold(flat, heights, np.concatenate(faces), np.concatenate(numbers), plane)


def _repeated(solid: manifold3d.Manifold, step: Extrude) -> manifold3d.Manifold:
    """The union of the copies of a pattern."""
    if step.pattern is None:
        return solid
    u, v, across = PLANES[step.plane]
    copies = []
    if isinstance(step.pattern, Grid):
        for row in range(step.pattern.rows):
            for column in range(step.pattern.columns):
                move = [0.0, 0.0, 0.0]
                move[u], move[v] = column * step.pattern.du, row * step.pattern.dv
                copies.append(solid.translate(move))
    else:
        for number in range(step.pattern.count):
            copies.append(solid.transform(_turn(step.pattern, number, (u, v, across))))
    return manifold3d.Manifold.batch_boolean(copies, manifold3d.OpType.Add)


def _turn(ring: Ring, number: int, axes: tuple[int, int, int]) -> Array:
    """(3, 4): the turn of a copy, from u towards v."""
    u, v, _ = axes
    angle = math.tau * number / ring.count
    matrix = np.eye(3, 4)
    matrix[u, u] = matrix[v, v] = math.cos(angle)
    matrix[u, v], matrix[v, u] = -math.sin(angle), math.sin(angle)
    centre = np.zeros(3)
    centre[u], centre[v] = ring.u, ring.v
    matrix[:, 3] = centre - matrix[:, :3] @ centre
    return matrix


def _revolved(step: Revolve, sides: int) -> manifold3d.Manifold:
    """A ring or a sector of one; corners on the axis are joined."""
    (loop,) = step.profile
    drawn = outline(loop, sides)
    along, outwards = (0, 1) if step.axis == "u" else (1, 0)
    radius = drawn.points[:, outwards] - step.at
    if (radius < -1e-9).any() and (radius > 1e-9).any():
        found, valid = "a profile on both sides of its axis", "one on one side of it"
        raise CodeError("the revolved profile", found, valid, "Move the axis to its border.")
    whole = abs(step.angle) >= 360 - 1e-9
    count = max(math.ceil(sides * min(abs(step.angle), 360) / 360), 3)
    angles = np.radians(min(step.angle, 360.0)) * np.arange(count + (not whole)) / count
    u, v, across = PLANES[step.plane]
    axes = (u, v)
    slices, corners = len(angles), len(radius)
    points = np.empty((slices, corners, 3))
    points[..., axes[along]] = drawn.points[:, along]
    # The positive turn about the axis carries the plane's other direction towards, or away from,
    # the axis across it, as x, y and z follow each other.
    forward = (axes[along] + 1) % 3 == axes[outwards]
    points[..., axes[outwards]] = step.at + np.outer(np.cos(angles), radius)
    points[..., across] = step.offset + np.outer(np.sin(angles), radius) * (1 if forward else -1)
    index = np.arange(slices * corners).reshape(slices, corners)
    index[:, np.abs(radius) < 1e-9] = index[0, np.abs(radius) < 1e-9]
    here = np.arange(corners)
    following = np.roll(here, -1)
    place = (step.offset, step.at, axes[along])
    walls = np.array([surface(6, *place, *piece.start, *piece.end) for piece in drawn.pieces])
    faces, numbers = [], []
    for one in range(slices if whole else slices - 1):
        other = (one + 1) % slices
        a, b, c, d = (
            index[one, here],
            index[one, following],
            index[other, following],
            index[other, here],
        )
        faces += [np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)]
        numbers += [walls[drawn.owner]] * 2
    if not whole:
        lid = manifold3d.triangulate([drawn.points])
        faces += [index[0][lid[:, ::-1]], index[-1][lid]]
        numbers += [np.full(len(lid), surface(7, *place, end)) for end in (0, step.angle)]
    triangles, owners = np.concatenate(faces), np.concatenate(numbers)
    a, b, c = triangles.T
    real = (a != b) & (b != c) & (c != a)
    used, triangles = np.unique(triangles[real], return_inverse=True)
    corners_used = points.reshape(-1, 3)[used]
    triangles = triangles.reshape(-1, 3)
    if _volume(corners_used, triangles) < 0:
        triangles = triangles[:, ::-1]
    made = manifold3d.Mesh64(
        corners_used,
        np.ascontiguousarray(triangles, np.uint64),
        face_id=np.ascontiguousarray(owners[real], np.uint64),
    )
    return manifold3d.Manifold(made)


def _volume(points: Array, faces: Array) -> float:
    a, b, c = points[faces].transpose(1, 0, 2)
    return float(np.einsum("ij,ij->", a, np.cross(b, c))) / 6
