"""The joints of a whole object: which solids of which parts move together, and what carries what.

Everything that has a joint or a surface is on a link; link 0 is the fixed rest of the object.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from geometry.maths import cosd, sind
from geometry.program import Part, Program, Source, parse
from geometry.schema.joint import Joint, Piece
from geometry.schema.template import Category
from geometry.solids.primitives import Solid, apply, rotation

#: Segments of the meshes that tell which part a carried one is nearest to.
_COARSE = 8

Key = tuple[int, str]  # a part's number and a label of its solids


@dataclass(frozen=True)
class Link:
    """Solids that move as one. parent: the link that carries it; joint: how it moves on that.

    name: unique in the object. members: (part number, solid) of everything on it. The joint's axis
    and pivot are in the object's frame. Link 0 has neither parent nor joint.
    """

    name: str
    members: tuple[tuple[int, Solid], ...]
    parent: int | None = None
    joint: Joint | None = None


def articulate(code: Source) -> Sequence[Link]:
    """The links of an object, carriers before what they carry. Raises CodeError."""
    program = parse(code)
    return program.keep("links", lambda: tuple(_links(program)))


def _links(program: Program) -> list[Link]:
    pieces = [part.piece for part in program.parts]
    links: list[Link] = [Link("base", ())]
    seats: dict[Key, int] = {}  # on which link the solids of a label sit
    for number in _carriers_first(program.category, pieces):
        part, solids = program.parts[number], program.solids[number]
        carrier = _carrier(program, number, links)
        joints = part.template.motions(part.piece, pieces)
        _add_joints(number, part, joints, carrier, links, seats)
        for label in {solid.link for solid in solids}:
            rest = seats.get((number, ""), carrier)
            seats.setdefault((number, label), rest)
        for solid in solids:
            at = seats[number, solid.link]
            links[at] = replace(links[at], members=(*links[at].members, (number, solid)))
    return links


def _placed(part: Part, joint: Joint) -> Joint:
    """The joint with axis and pivot in the object's frame."""
    if joint.in_object:
        return joint
    x, y, z = part.piece.values["rotation"]
    turn = rotation(x, y, z, part.template.order)
    move = part.piece.values["position"]
    pivot = joint.pivot
    if part.template.offset_first:
        pivot = apply(turn, _sum(pivot, move))
    else:
        pivot = _sum(apply(turn, pivot), move)
    return replace(joint, axis=apply(turn, joint.axis), pivot=pivot)


def _sum(a: Sequence[float], b: Sequence[float]) -> tuple[float, float, float]:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]


def _carriers_first(category: Category, pieces: Sequence[Piece]) -> list[int]:
    def depth(role: str) -> int:
        return 1 + depth(category.carried[role]) if role in category.carried else 0

    return sorted(range(len(pieces)), key=lambda number: depth(pieces[number].role))


def _carrier(program: Program, number: int, links: Sequence[Link]) -> int:
    """The link that a part rides on: the nearest one that a part of the carrying role moves."""
    part = program.parts[number]
    role = program.category.carried.get(part.template.role)
    hosts = {at for at, other in enumerate(program.parts) if other.template.role == role}
    moving: dict[int, np.ndarray] = {}
    for index, link in enumerate(links):
        own = [solid for at, solid in link.members if at in hosts]  # not what rides on it
        if link.joint and own:
            moving[index] = _box(program, own)
    centre = _box(program, program.solids[number]).mean(axis=0) if moving else np.zeros(3)
    return min(moving, key=lambda index: _distance(centre, moving[index]), default=0)


def _box(program: Program, solids: Sequence[Solid]) -> np.ndarray:
    surfaces = [points for points, _ in program.surfaces(solids, _COARSE)]
    points = np.concatenate(surfaces) if surfaces else np.zeros((1, 3))
    return np.stack([points.min(axis=0), points.max(axis=0)])


def _distance(point: np.ndarray, box: np.ndarray) -> float:
    return float(np.linalg.norm(point - np.clip(point, *box)))


def _add_joints(
    number: int,
    part: Part,
    joints: Sequence[Joint],
    carrier: int,
    links: list[Link],
    seats: dict[Key, int],
) -> None:
    """Appends a link per joint, in order; later joints of the same solids stand on earlier ones."""
    by_name: dict[str, int] = {}
    for joint in joints:
        key = (number, joint.moves)
        if joint.carried_by:
            parent = by_name[joint.carried_by]
        else:
            parent = seats.get(key, seats.get((number, ""), carrier))
        name = joint.name if joint.shared else ".".join(filter(None, (part.name, joint.name)))
        names = [link.name for link in links]
        if joint.shared and name in names:
            index = names.index(name)
        else:
            if joint.follows:
                leader, factor = joint.follows
                at = by_name.get(leader)
                leader = links[at].name if at is not None else leader
                joint = replace(joint, follows=(leader, factor))
            index = len(links)
            links.append(Link(name, (), parent, replace(_placed(part, joint), name=name)))
        by_name[joint.name or part.name] = seats[key] = index


def motion(links: Sequence[Link], values: Mapping[str, float]) -> list[np.ndarray]:
    """The 4 x 4 matrix of every link in the object's frame when joints are moved.

    values: joint name -> degrees or lengths from the given pose, clipped to its limits; joints
    that follow another one take theirs from it. Unknown names raise KeyError.
    """
    known = {link.joint.name for link in links if link.joint}
    for name in values:
        if name not in known:
            raise KeyError(f"no joint {name!r}; there are: {', '.join(sorted(known)) or 'none'}")
    result = [np.eye(4)]
    for link in links[1:]:
        assert link.joint is not None
        assert link.parent is not None
        result.append(
            result[link.parent] @ joint_matrix(link.joint, joint_value(link.joint, values))
        )
    return result


def joint_value(joint: Joint, values: Mapping[str, float]) -> float:
    """How far a joint is moved from the given pose: its own value, or by what it follows."""
    if joint.follows and joint.name not in values:
        leader, factor = joint.follows
        value = factor * values.get(leader, 0.0)
    else:
        value = values.get(joint.name, 0.0)
    low, high = joint.limits
    return value if joint.kind == "continuous" else min(max(value, low), high)


def joint_matrix(joint: Joint, value: float) -> np.ndarray:
    """What a joint does to points of the object's frame, 4 x 4."""
    matrix = np.eye(4)
    axis = np.array(joint.axis)
    if joint.kind == "prismatic":
        matrix[:3, 3] = axis * value
        return matrix
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    turn = np.eye(3) + sind(value) * cross + (1 - cosd(value)) * cross @ cross
    pivot = np.array(joint.pivot)
    matrix[:3, :3] = turn
    matrix[:3, 3] = pivot - turn @ pivot
    return matrix
