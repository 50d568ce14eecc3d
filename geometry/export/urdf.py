"""An object as a URDF: one link per rigid part of a mechanism, its meshes and an SRDF beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

from geometry.export.bodies import (
    Body,
    Mechanism,
    collision_names,
    numbers,
    rigid_bodies,
    write_meshes,
)
from geometry.export.mass import UNKNOWN, Matter
from geometry.program import Source

EFFORT, VELOCITY = 100.0, 10.0  # limits that URDF asks for; N or N m, m/s or rad/s
Element = ElementTree.Element


def write_urdf(code: Source, path: Path, segments: int = 48, matter: Matter = UNKNOWN) -> Path:
    """Writes `path`, `<stem>.srdf` and, in the folder `<stem>_meshes` beside it, their meshes.

    Every link has a visual mesh per part in the part's colour and a collision mesh per convex
    piece. The SRDF lists the pairs of links that touch by design. The file itself comes last, so
    that what it names is there. segments: sides of a circle of the visual meshes. Raises CodeError.
    """
    whole = rigid_bodies(code, segments, matter)
    files = write_meshes(whole, path)
    robot = Element("robot", {"name": whole.name, "xmlns:drake": "http://drake.mit.edu"})
    # MuJoCo would otherwise look for the meshes beside the file; others pass this over
    compiler = ElementTree.SubElement(robot, "mujoco")
    ElementTree.SubElement(compiler, "compiler", strippath="false")
    for body in whole.bodies:
        robot.append(_link(body, files))
    for body in whole.bodies[1:]:
        robot.append(_joint(body, whole))
    robot.extend(_filters(whole))
    write_xml(_srdf(whole), path.with_suffix(".srdf"))
    return write_xml(robot, path)


def write_xml(root: Element, path: Path) -> Path:
    """Writes an element as an indented file."""
    ElementTree.indent(root)
    path.write_bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))
    return path


def _srdf(whole: Mechanism) -> Element:
    robot = Element("robot", name=whole.name)
    for a, b in whole.neighbours:
        one, other = whole.bodies[a], whole.bodies[b]
        joined = a == other.parent or b == one.parent
        ElementTree.SubElement(
            robot, "disable_collisions", link1=one.name, link2=other.name,
            reason="Adjacent" if joined else "Default",
        )  # fmt: skip
    return robot


def _filters(whole: Mechanism) -> Iterator[Element]:
    """What the SRDF says in Drake's words, which it reads in the URDF itself."""
    for a, one in enumerate(whole.bodies):
        others = [b for pair in whole.neighbours if a in pair for b in pair if b != a]
        group = Element("drake:collision_filter_group", name=f"{one.name}_group")
        ElementTree.SubElement(group, "drake:member", link=one.name)
        for b in others:
            ignored = {"name": f"{whole.bodies[b].name}_group"}
            ElementTree.SubElement(group, "drake:ignored_collision_filter_group", ignored)
        yield group


def _link(body: Body, files: Mapping[str, str]) -> Element:
    link = Element("link", name=body.name)
    link.append(_inertial(body))
    for visual in body.visuals:
        element = ElementTree.SubElement(link, "visual")
        _mesh(element, files[visual.name])
        material = ElementTree.SubElement(element, "material", name=f"colour_{visual.part + 1}")
        ElementTree.SubElement(material, "color", rgba=numbers(visual.colour))
    for name in collision_names(body):
        _mesh(ElementTree.SubElement(link, "collision", name=name), files[name])
    return link


def _mesh(parent: Element, file: str) -> None:
    geometry = ElementTree.SubElement(parent, "geometry")
    ElementTree.SubElement(geometry, "mesh", filename=file)


def _inertial(body: Body) -> Element:
    element = Element("inertial")
    ElementTree.SubElement(element, "origin", xyz=numbers(body.centre), rpy="0 0 0")
    ElementTree.SubElement(element, "mass", value=numbers([body.mass]))
    ElementTree.SubElement(element, "inertia", moments(body))
    return element


def moments(body: Body) -> dict[str, str]:
    """The six entries of a body's inertia by name."""
    rows = {"x": 0, "y": 1, "z": 2}
    return {
        f"i{a}{b}": numbers([body.inertia[rows[a], rows[b]]]) for a in rows for b in rows if a <= b
    }


def _joint(body: Body, whole: Mechanism) -> Element:
    joint = body.joint
    assert joint is not None
    assert body.parent is not None
    element = Element("joint", name=joint.name, type=joint.kind)
    ElementTree.SubElement(element, "parent", link=whole.bodies[body.parent].name)
    ElementTree.SubElement(element, "child", link=body.name)
    ElementTree.SubElement(element, "origin", xyz=numbers(body.offset), rpy="0 0 0")
    ElementTree.SubElement(element, "axis", xyz=numbers(joint.axis))
    limit = {"effort": numbers([EFFORT]), "velocity": numbers([VELOCITY])}
    if joint.kind != "continuous":
        low, high = joint.limits
        limit |= {"lower": numbers([low]), "upper": numbers([high])}
    ElementTree.SubElement(element, "limit", limit)
    resistance = {"damping": numbers([body.damping]), "friction": numbers([body.friction])}
    ElementTree.SubElement(element, "dynamics", resistance)
    if joint.follows:
        leader, factor = joint.follows
        mimic = {"joint": leader, "multiplier": numbers([factor]), "offset": "0"}
        ElementTree.SubElement(element, "mimic", mimic)
    return element
