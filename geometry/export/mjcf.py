"""An object as an MJCF file, MuJoCo's own format: as a URDF, and which bodies do not collide."""

from __future__ import annotations

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
from geometry.export.urdf import EFFORT, write_xml
from geometry.program import Source

Element = ElementTree.Element
LEAST_VOLUME = 1e-14  # cubic metres; MuJoCo wants 1e-15 of a mesh
_KINDS = {"revolute": "hinge", "continuous": "hinge", "prismatic": "slide"}


def write_mjcf(code: Source, path: Path, segments: int = 48, matter: Matter = UNKNOWN) -> Path:
    """Writes `path` and, in the folder `<stem>_meshes` beside it, its meshes. Raises CodeError.

    The base stands fixed in the world; a free joint in it lets it fall. Visuals are in group 2,
    collision shapes in group 3. A joint that follows another one is held to it by an equality.
    """
    whole = rigid_bodies(code, segments, matter)
    files = write_meshes(whole, path)
    model = Element("mujoco", model=whole.name)
    ElementTree.SubElement(model, "compiler", angle="radian")
    asset = ElementTree.SubElement(model, "asset")
    for body in whole.bodies:
        for visual in body.visuals:
            mesh = {"name": visual.name, "file": files[visual.name]}
            if not visual.volume > LEAST_VOLUME:  # MuJoCo from 3.3 on takes those, asked for it
                mesh["inertia"] = "shell"
            ElementTree.SubElement(asset, "mesh", mesh)
        for name in collision_names(body):
            ElementTree.SubElement(asset, "mesh", name=name, file=files[name])
    world = ElementTree.SubElement(model, "worldbody")
    made: list[Element] = []
    for body in whole.bodies:
        parent = world if body.parent is None else made[body.parent]
        made.append(_body(body, parent))
    contact = ElementTree.SubElement(model, "contact")
    for a, b in whole.neighbours:
        pair = {"body1": whole.bodies[a].name, "body2": whole.bodies[b].name}
        ElementTree.SubElement(contact, "exclude", pair)
    _followers(whole, model)
    return write_xml(model, path)


def _body(body: Body, parent: Element) -> Element:
    element = ElementTree.SubElement(parent, "body", name=body.name, pos=numbers(body.offset))
    i = body.inertia
    inertia = [i[0, 0], i[1, 1], i[2, 2], i[0, 1], i[0, 2], i[1, 2]]
    weight = {"pos": numbers(body.centre), "mass": numbers([body.mass])}
    ElementTree.SubElement(element, "inertial", weight, fullinertia=numbers(inertia))
    if body.joint:
        joint = body.joint
        about = {"name": joint.name, "type": _KINDS[joint.kind], "axis": numbers(joint.axis)}
        if joint.kind != "continuous":
            about |= {"limited": "true", "range": numbers(joint.limits)}
        about |= {"damping": numbers([body.damping]), "frictionloss": numbers([body.friction])}
        about |= {"actuatorfrcrange": numbers([-EFFORT, EFFORT])}
        ElementTree.SubElement(element, "joint", about)
    for visual in body.visuals:
        shown = {"type": "mesh", "mesh": visual.name, "rgba": numbers(visual.colour), "group": "2"}
        ElementTree.SubElement(element, "geom", shown, contype="0", conaffinity="0", mass="0")
    for name in collision_names(body):
        ElementTree.SubElement(element, "geom", type="mesh", mesh=name, group="3")
    return element


def _followers(whole: Mechanism, model: Element) -> None:
    following = [b.joint for b in whole.bodies if b.joint and b.joint.follows]
    if following:
        equality = ElementTree.SubElement(model, "equality")
        for joint in following:
            assert joint.follows is not None
            leader, factor = joint.follows
            pair = {"joint1": joint.name, "joint2": leader}
            line = {"polycoef": numbers([0, factor, 0, 0, 0])}
            ElementTree.SubElement(equality, "joint", pair, **line)
