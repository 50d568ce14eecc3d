"""An object as a URDF: one link per rigid part of a mechanism, meshes beside the file.

Frames follow the robotics convention: z up, x to the front, y to the left; lengths are metres, so
an object is as large as its numbers say. Each link's frame stands at its joint, unturned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import trimesh

from geometry.articulation import Link, articulate
from geometry.collision import convex_pieces
from geometry.colours import part_colour
from geometry.errors import CodeError
from geometry.joints import Joint
from geometry.mesh import tessellate
from geometry.primitives import Solid
from geometry.program import parse

DENSITY = 300.0  # kg per cubic metre: between plywood and what hollow furniture averages
EFFORT, VELOCITY = 100.0, 10.0  # limits that URDF asks for; N or N m, m/s or rad/s
DAMPING, FRICTION = 0.1, 0.05
#: Links without a volume need a mass all the same.
LEAST_MASS, LEAST_INERTIA = 1e-3, 1e-6


def write_urdf(code: str | Mapping[str, Any], path: Path, segments: int = 48) -> Path:
    """Writes `path` and, in the folder `<stem>_meshes` beside it, the meshes that it names.

    Every link has a visual mesh per part in the part's colour and convex collision pieces (several
    objects of one .obj file, which physics engines read as one compound). The file itself comes
    last, so that what it names is there. segments: sides of a circle of the visual meshes. Raises
    CodeError.
    """
    checked = parse(code)
    links = articulate(checked)
    folder = path.parent / f"{path.stem}_meshes"
    if not any(tessellate([s for _, s in link.members], 8) for link in links):
        hint = "Give at least one part a size above zero."
        raise CodeError("the object", "no part with a surface", "at least one", hint)
    folder.mkdir(parents=True, exist_ok=True)
    names = [part["template"] for part in checked["conceptualization"]]
    robot = ElementTree.Element("robot", name=_word(checked["category"]))
    places = _places(links)
    for link, place in zip(links, places, strict=True):
        robot.append(_link(link, place, names, folder, segments))
    for index, link in enumerate(links[1:], 1):
        assert link.parent is not None
        parent = links[link.parent]
        robot.append(_joint(link, parent, places[index] - places[link.parent]))
    ElementTree.indent(robot)
    path.write_bytes(ElementTree.tostring(robot, encoding="utf-8", xml_declaration=True))
    return path


def _word(name: str) -> str:
    return re.sub(r"\W+", "_", name)


def _z_up(points: Any) -> np.ndarray:
    """Object frame (y up, z to the front) to URDF's (z up, x to the front)."""
    return np.asarray(points, dtype=float)[..., [2, 0, 1]]


def _places(links: Sequence[Link]) -> list[np.ndarray]:
    """The origin of each link's frame in the object's frame, z up."""
    places: list[np.ndarray] = [np.zeros(3)]
    for link in links[1:]:
        assert link.joint is not None
        assert link.parent is not None
        slides = link.joint.kind == "prismatic"
        places.append(places[link.parent] if slides else _z_up(link.joint.pivot))
    return places


def _link(
    link: Link, place: np.ndarray, names: Sequence[str], folder: Path, segments: int
) -> ElementTree.Element:
    name = _word(link.name)
    element = ElementTree.Element("link", name=name)
    pieces = [
        trimesh.Trimesh(_z_up(piece.vertices) - place, piece.faces, process=False)
        for _, solid in link.members
        for piece in convex_pieces(solid)
    ]
    element.append(_inertial(pieces))
    by_part: dict[int, list[Solid]] = {}
    for number, solid in link.members:
        by_part.setdefault(number, []).append(solid)
    for number, solids in by_part.items():
        meshes = tessellate(solids, segments)
        if not meshes:
            continue
        label = f"{name}_{number + 1}_{_word(names[number])}"
        file = folder / f"{label}.obj"
        file.write_text(_obj((label, _z_up(p) - place, f) for p, f in meshes), encoding="utf-8")
        visual = ElementTree.SubElement(element, "visual")
        _geometry(visual, file)
        material = ElementTree.SubElement(visual, "material", name=f"colour_{number + 1}")
        shares = [channel / 255 for channel in part_colour(number)]
        ElementTree.SubElement(material, "color", rgba=_numbers([*shares, 1.0]))
    if pieces:
        file = folder / f"{name}_collision.obj"
        named = ((f"piece_{k}", p.vertices, p.faces) for k, p in enumerate(pieces, 1))
        file.write_text(_obj(named), encoding="utf-8")
        _geometry(ElementTree.SubElement(element, "collision"), file)
    return element


def _geometry(parent: ElementTree.Element, file: Path) -> None:
    geometry = ElementTree.SubElement(parent, "geometry")
    ElementTree.SubElement(geometry, "mesh", filename=f"{file.parent.name}/{file.name}")


def _inertial(pieces: Sequence[trimesh.Trimesh]) -> ElementTree.Element:
    """Mass, centre and inertia of the pieces together; where they overlap they count twice."""
    mass, centre, inertia = LEAST_MASS, np.zeros(3), np.eye(3) * LEAST_INERTIA
    if pieces:
        solids = [piece.mass_properties for piece in pieces]
        masses = np.array([DENSITY * s.volume for s in solids])
        mass = max(float(masses.sum()), LEAST_MASS)
        centre = (masses[:, None] * [s.center_mass for s in solids]).sum(0) / masses.sum()
        for own, solid in zip(masses, solids, strict=True):
            off = np.asarray(solid.center_mass) - centre
            inertia = (
                inertia
                + DENSITY * solid.inertia
                + own * (off @ off * np.eye(3) - np.outer(off, off))
            )
    element = ElementTree.Element("inertial")
    ElementTree.SubElement(element, "origin", xyz=_numbers(centre), rpy="0 0 0")
    ElementTree.SubElement(element, "mass", value=f"{mass:.6g}")
    entries = {
        "ixx": (0, 0),
        "ixy": (0, 1),
        "ixz": (0, 2),
        "iyy": (1, 1),
        "iyz": (1, 2),
        "izz": (2, 2),
    }
    values = {key: f"{inertia[at]:.6g}" for key, at in entries.items()}
    ElementTree.SubElement(element, "inertia", values)
    return element


def _joint(link: Link, parent: Link, offset: np.ndarray) -> ElementTree.Element:
    joint = link.joint
    assert joint is not None
    element = ElementTree.Element("joint", name=f"{_word(link.name)}_joint", type=joint.kind)
    ElementTree.SubElement(element, "parent", link=_word(parent.name))
    ElementTree.SubElement(element, "child", link=_word(link.name))
    ElementTree.SubElement(element, "origin", xyz=_numbers(offset), rpy="0 0 0")
    ElementTree.SubElement(element, "axis", xyz=_numbers(_z_up(joint.axis)))
    low, high = _limits(joint)
    limit = {"effort": f"{EFFORT:g}", "velocity": f"{VELOCITY:g}"}
    if joint.kind != "continuous":
        limit |= {"lower": f"{low:.6g}", "upper": f"{high:.6g}"}
    ElementTree.SubElement(element, "limit", limit)
    ElementTree.SubElement(element, "dynamics", damping=f"{DAMPING:g}", friction=f"{FRICTION:g}")
    if joint.follows:
        leader, factor = joint.follows
        ElementTree.SubElement(
            element, "mimic", joint=f"{_word(leader)}_joint", multiplier=f"{factor:.6g}", offset="0"
        )
    return element


def _limits(joint: Joint) -> tuple[float, float]:
    """Metres or radians."""
    low, high = joint.limits
    unit = 1.0 if joint.kind == "prismatic" else float(np.pi / 180)
    return low * unit, high * unit


def _numbers(values: Iterable[float]) -> str:
    return " ".join(f"{value:.6g}" for value in values)


def _obj(meshes: Iterable[tuple[str, np.ndarray, np.ndarray]]) -> str:
    lines: list[str] = []
    start = 1
    for name, points, faces in meshes:
        lines.append(f"o {name}")
        lines += ["v {:.6g} {:.6g} {:.6g}".format(*point) for point in points]
        lines += ["f {} {} {}".format(*face) for face in faces + start]
        start += len(points)
    return "\n".join(lines) + "\n"
