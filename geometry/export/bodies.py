"""An object as rigid bodies with joints, as simulators take it: what URDF, MJCF and SDF write down.

Frames follow the robotics convention: z up, x to the front, y to the left; metres, kilograms. Each
body's frame stands at its joint, unturned.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from geometry.articulation import Link, articulate
from geometry.colours import part_colour
from geometry.errors import CodeError
from geometry.export.clearance import separated
from geometry.export.mass import UNKNOWN, Matter, weigh
from geometry.program import Program, Source, parse
from geometry.schema.joint import Joint
from geometry.solids.convex import Convex
from geometry.solids.convex_pieces import convex_pieces
from geometry.solids.primitives import Solid
from geometry.solids.tessellate import merged

#: What a body has at least, as fractions of the object's mass, and of that times its diagonal
#: squared: bodies without a volume need a mass all the same.
_LEAST_MASS, _LEAST_INERTIA = 1e-4, 1e-7
#: Friction and damping of a hinge, as fractions of the weight that it moves times its reach (the
#: damping at a radian per second), and of a slide, as fractions of the weight (at a metre per
#: second).
_HINGE, _SLIDE = (0.01, 0.02), (0.05, 0.5)
#: The gap between collision shapes of different bodies, as a fraction of the object's diagonal.
_GAP = 2e-3
_GRAVITY = 9.81


@dataclass(frozen=True)
class Visual:
    """What one part shows on a body, in the body's frame."""

    name: str
    part: int
    points: np.ndarray
    faces: np.ndarray

    @property
    def colour(self) -> list[float]:
        """Red, green, blue and opacity from 0 to 1."""
        return [*(channel / 255 for channel in part_colour(self.part)), 1.0]

    @property
    def volume(self) -> float:
        """Of its solids; where they overlap it counts twice. 0 for what is flat."""
        corners = (self.points - self.points.mean(axis=0))[self.faces]
        a, b, c = np.moveaxis(corners, 1, 0)
        return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6)


@dataclass(frozen=True)
class Body:
    """One rigid body. Shapes, centre and inertia (about the centre) are in its own frame.

    offset: from the parent's frame to its own. joint: None for the base, else with its name as
    files write it, axis z up, limits in metres or radians. friction, damping: of the joint.
    """

    name: str
    visuals: tuple[Visual, ...]
    pieces: tuple[Convex, ...]
    mass: float
    centre: np.ndarray
    inertia: np.ndarray
    offset: np.ndarray
    parent: int | None = None
    joint: Joint | None = None
    friction: float = 0.0
    damping: float = 0.0


@dataclass(frozen=True)
class Mechanism:
    """An object's bodies, carriers before what they carry, and pairs that need not collide."""

    name: str
    bodies: tuple[Body, ...]
    neighbours: tuple[tuple[int, int], ...]


def rigid_bodies(code: Source, segments: int = 48, matter: Matter = UNKNOWN) -> Mechanism:
    """The rigid bodies of a code. segments: sides of a circle, where it is seen. Raises CodeError.

    Collision shapes of different bodies are apart where the object stands as described. Neighbours
    are bodies that a joint connects and those whose shapes had to be cut for that.
    """
    program = parse(code)
    links = articulate(program)
    meshes = [[program.surfaces([s], segments) for _, s in link.members] for link in links]
    corners = [points for link in meshes for solid in link for points, _ in solid]
    if not corners:
        hint = "Give at least one part a size above zero."
        raise CodeError("the object", "no part with a surface", "at least one", hint)
    diagonal = float(np.linalg.norm(np.ptp(np.concatenate(corners), axis=0)))
    pieces = [[p for _, solid in link.members for p in convex_pieces(solid)] for link in links]
    apart, near = separated(pieces, _GAP * diagonal)
    places = _places(links)
    bodies = []
    for index, link in enumerate(links):
        place = places[index]
        solids = [(_z_up(p) - place, f) for solid in meshes[index] for p, f in solid]
        hulls = [_moved(piece, place) for piece in pieces[index]]
        mass, centre, inertia = weigh(link.name, solids, hulls, matter)
        carrier = places[link.parent] if link.parent is not None else place
        bodies.append(
            Body(
                word(link.name), tuple(_visuals(program, link, place, segments)),
                tuple(_moved(piece, place) for piece in apart[index]),
                mass, centre, inertia, place - carrier, link.parent, _z_up_joint(link.joint),
            )
        )  # fmt: skip
    bodies = _with_least_mass(bodies, diagonal, matter)
    pairs = near | {(b.parent, k) for k, b in enumerate(bodies) if b.parent is not None}
    return Mechanism(word(program.category.name), _with_resistance(bodies), tuple(sorted(pairs)))


def word(name: str) -> str:
    """A name of letters, digits and underlines."""
    return re.sub(r"\W+", "_", name)


def joint_name(body_name: str) -> str:
    return f"{body_name}_joint"


def _z_up(points: Any) -> np.ndarray:
    """Object frame (y up, z to the front) to z up, x to the front."""
    return np.asarray(points, dtype=float)[..., [2, 0, 1]]


def _z_up_joint(joint: Joint | None) -> Joint | None:
    if joint is None:
        return None
    unit = 1.0 if joint.kind == "prismatic" else math.pi / 180
    low, high = joint.limits
    follows = joint.follows and (joint_name(word(joint.follows[0])), joint.follows[1])
    x, y, z = _z_up(joint.axis)
    name = joint_name(word(joint.name))
    limits = (low * unit, high * unit)
    return replace(joint, name=name, axis=(x, y, z), limits=limits, follows=follows)


def _places(links: Sequence[Link]) -> list[np.ndarray]:
    """The origin of each link's frame in the object's frame, z up."""
    places: list[np.ndarray] = [np.zeros(3)]
    for link in links[1:]:
        assert link.joint is not None
        assert link.parent is not None
        slides = link.joint.kind == "prismatic"
        places.append(places[link.parent] if slides else _z_up(link.joint.pivot))
    return places


def _moved(piece: Convex, place: np.ndarray) -> Convex:
    return replace(piece, points=_z_up(piece.points) - place)


def _visuals(program: Program, link: Link, place: np.ndarray, segments: int) -> Iterable[Visual]:
    by_part: dict[int, list[Solid]] = {}
    for number, solid in link.members:
        by_part.setdefault(number, []).append(solid)
    for number, solids in by_part.items():
        meshes = program.surfaces(solids, segments)
        if meshes:
            points, faces = merged(meshes)
            name = f"{word(link.name)}_{number + 1}_{word(program.parts[number].template.name)}"
            yield Visual(name, number, _z_up(points) - place, faces)


def _with_least_mass(bodies: Sequence[Body], diagonal: float, matter: Matter) -> list[Body]:
    whole = sum(body.mass for body in bodies) or matter.density * (_GAP * diagonal) ** 3
    inertia = np.eye(3) * _LEAST_INERTIA * whole * diagonal**2
    least = _LEAST_MASS * whole
    return [replace(b, mass=max(b.mass, least), inertia=b.inertia + inertia) for b in bodies]


def _with_resistance(bodies: Sequence[Body]) -> tuple[Body, ...]:
    """The bodies with friction and damping that suit what each joint moves."""
    masses = [body.mass for body in bodies]
    reaches = [_reach(body) for body in bodies]
    for index in range(len(bodies) - 1, 0, -1):
        parent = bodies[index].parent
        assert parent is not None
        masses[parent] += masses[index]
        reaches[parent] = max(reaches[parent], reaches[index])
    result = [bodies[0]]
    for body, mass, reach in zip(bodies[1:], masses[1:], reaches[1:], strict=True):
        assert body.joint is not None
        slides = body.joint.kind == "prismatic"
        friction, damping = _SLIDE if slides else _HINGE
        load = mass * _GRAVITY * (1.0 if slides else reach)
        result.append(replace(body, friction=friction * load, damping=damping * load))
    return tuple(result)


def _reach(body: Body) -> float:
    """How far what is seen of a body reaches from its frame."""
    return max((float(np.linalg.norm(v.points, axis=1).max()) for v in body.visuals), default=0.0)


def write_meshes(mechanism: Mechanism, path: Path) -> dict[str, str]:
    """Writes the shapes of all bodies beside `path`; the file of each by name, seen from there.

    Visuals keep their names, collision shapes are called `<body>_collision_<number>`.
    """
    folder = path.parent / f"{path.stem}_meshes"
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for body in mechanism.bodies:
        shapes = [(v.name, v.points, v.faces) for v in body.visuals]
        for name, piece in zip(collision_names(body), body.pieces, strict=True):
            shapes.append((name, piece.points, piece.faces))
        for name, points, faces in shapes:
            lines = [f"o {name}"]
            lines += ["v {:.9g} {:.9g} {:.9g}".format(*point) for point in points]
            lines += ["f {} {} {}".format(*face) for face in faces + 1]
            (folder / f"{name}.obj").write_text("\n".join(lines) + "\n", encoding="utf-8")
            files[name] = f"{folder.name}/{name}.obj"
    return files


def collision_names(body: Body) -> list[str]:
    return [f"{body.name}_collision_{k}" for k in range(1, len(body.pieces) + 1)]


def numbers(values: Iterable[float]) -> str:
    """Numbers as the attributes and texts of an XML file hold them."""
    return " ".join(f"{value + 0.0:.9g}" for value in values)
