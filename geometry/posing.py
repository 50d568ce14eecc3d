"""An object with its joints moved: as a code where its numbers can say it, else as a scene."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import trimesh

from geometry.articulation import Link, articulate, joint_value, motion
from geometry.program import Code, Program, Source, parse
from geometry.schema.template import Template
from geometry.solids.primitives import Solid, rotation
from geometry.solids.tessellate import merged, pose_matrix

#: Segments of circles in the scene of a posed object.
_FINE = 64


def posed(code: Source, values: Mapping[str, float]) -> Program | trimesh.Scene:
    """The object with its joints moved; values as for `geometry.articulation.motion`.

    A program where its numbers can say it: the numbers that state an opening are changed, and parts
    that move as a whole take along their position and rotation. Else, as for one of several doors
    in a part, a scene with a node per part. Raises CodeError, or KeyError for an unknown joint.
    """
    program = parse(code)
    links = articulate(program)
    matrices = motion(links, values)
    if all(map(_rests, matrices)):
        return program
    moved: dict[int, list[tuple[Solid, np.ndarray]]] = {}
    for link, matrix in zip(links, matrices, strict=True):
        for number, solid in link.members:
            moved.setdefault(number, []).append((solid, matrix))
    changed = program.as_dict()
    _open(changed, links, values)
    opened = _changed(program, changed)
    rests = [_rest(solids, moved.get(number, [])) for number, solids in enumerate(opened.solids)]
    if any(rest is None for rest in rests):
        return _scene(program, moved)
    own = [rest for rest in rests if rest is not None]
    parts = [
        entry if _rests(rest) else _placed_by(part.template, entry, rest)
        for part, entry, rest in zip(opened.parts, changed["conceptualization"], own, strict=True)
    ]
    return _changed(opened, {**changed, "conceptualization": parts})


def _rests(matrix: np.ndarray) -> bool:
    """Whether it moves nothing."""
    return np.allclose(matrix, np.eye(4), atol=1e-9)


def _changed(program: Program, code: Code) -> Program:
    """The program of a changed code; parts that are as they were keep what is built of them."""
    new = parse(code)
    pairs = zip(program.parts, new.parts, strict=True)
    parts = tuple(before if before == after else after for before, after in pairs)
    return program if parts == program.parts else replace(new, parts=parts)


def _open(code: Code, links: Sequence[Link], values: Mapping[str, float]) -> None:
    """Changes those numbers of the parts that state how far a joint is open."""
    parts = code["conceptualization"]
    for link in links:
        if link.joint and link.joint.number:
            name, place = link.joint.number
            owner = next(n for n, _ in link.members if name in parts[n]["parameters"])
            parts[owner]["parameters"][name][place] += joint_value(link.joint, values)


def _rest(solids: Sequence[Solid], wanted: Sequence[tuple[Solid, np.ndarray]]) -> np.ndarray | None:
    """The one motion that is still to be done to a part's solids; None where they differ in it.

    wanted: its solids as they were, in the order of the links, and the motion of each.
    """
    made = {label: iter(own) for label, own in _by_label(solids)}
    rests = [
        matrix @ _matrix(before) @ np.linalg.inv(_matrix(next(made[before.link])))
        for before, matrix in wanted
    ]
    if not rests:
        return np.eye(4)
    return rests[0] if all(np.allclose(rest, rests[0], atol=1e-6) for rest in rests) else None


def _by_label(solids: Sequence[Solid]) -> list[tuple[str, list[Solid]]]:
    labels = dict.fromkeys(solid.link for solid in solids)
    return [(label, [s for s in solids if s.link == label]) for label in labels]


def _matrix(solid: Solid) -> np.ndarray:
    return pose_matrix(solid.rotation, solid.offset)


def _scene(
    program: Program, moved: Mapping[int, Sequence[tuple[Solid, np.ndarray]]]
) -> trimesh.Scene:
    scene = trimesh.Scene()
    for number, solids in sorted(moved.items()):
        pieces = []
        for solid, matrix in solids:
            for points, faces in program.surfaces([solid], _FINE):
                pieces.append((points @ matrix[:3, :3].T + matrix[:3, 3], faces))
        if pieces:
            shape = trimesh.Trimesh(*merged(pieces), process=False)
            name = program.parts[number].name
            scene.add_geometry(shape, node_name=name, geom_name=name)
    return scene


def _placed_by(template: Template, entry: Mapping[str, Any], matrix: np.ndarray) -> dict[str, Any]:
    """The part of a code with its position and rotation taken along by a matrix."""
    numbers = entry["parameters"]
    x, y, z = numbers["rotation"]
    before = pose_matrix(rotation(x, y, z, template.order))
    turn = matrix @ before
    place = np.array(numbers["position"], dtype=float)
    if template.offset_first:  # the position is turned with the part
        place = place + turn[:3, :3].T @ matrix[:3, 3]
    else:
        place = matrix[:3, :3] @ place + matrix[:3, 3]
    placement = {"position": place.tolist(), "rotation": angles(turn[:3, :3], template.order)}
    return {"template": entry["template"], "parameters": {**numbers, **placement}}


def angles(matrix: Any, order: str = "xyz") -> list[float]:
    """Degrees about x, y and z from which `rotation` makes the matrix; the middle one within 90."""
    first, middle, last = ("xyz".index(axis) for axis in order)
    sign = 1 if (middle - first) % 3 == 1 else -1
    sine = -sign * matrix[last][first]
    found = [0.0, 0.0, 0.0]
    found[middle] = math.degrees(math.asin(max(-1.0, min(1.0, sine))))
    if abs(sine) < 1 - 1e-12:
        found[first] = math.degrees(math.atan2(sign * matrix[last][middle], matrix[last][last]))
        found[last] = math.degrees(math.atan2(sign * matrix[middle][first], matrix[first][first]))
    else:  # only the sum or the difference of the outer two counts: all of it in the first
        found[first] = math.degrees(
            math.atan2(-sign * matrix[middle][last], matrix[middle][middle])
        )
    return [angle + 0.0 for angle in found]
