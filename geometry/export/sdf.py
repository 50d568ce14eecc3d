"""An object as an SDF file, Gazebo's format: as a URDF, all poses in the model's frame."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from geometry.export.bodies import (
    Body,
    Mechanism,
    collision_names,
    numbers,
    rigid_bodies,
    write_meshes,
)
from geometry.export.mass import UNKNOWN, Matter
from geometry.export.urdf import EFFORT, VELOCITY, moments, write_xml
from geometry.program import Source

Element = ElementTree.Element
_VERSION = "1.11"  # the first with followers


def write_sdf(code: Source, path: Path, segments: int = 48, matter: Matter = UNKNOWN) -> Path:
    """Writes `path` and, in the folder `<stem>_meshes` beside it, its meshes. Raises CodeError."""
    whole = rigid_bodies(code, segments, matter)
    files = write_meshes(whole, path)
    sdf = Element("sdf", version=_VERSION)
    model = ElementTree.SubElement(sdf, "model", name=whole.name)
    places: list[np.ndarray] = []
    for body in whole.bodies:
        carrier = np.zeros(3) if body.parent is None else places[body.parent]
        places.append(carrier + body.offset)
        _link(body, places[-1], files, model)
    for body in whole.bodies[1:]:
        _joint(body, whole, model)
    return write_xml(sdf, path)


def _text(parent: Element, tag: str, text: str, **attributes: str) -> Element:
    element = ElementTree.SubElement(parent, tag, attributes)
    element.text = text
    return element


def _link(body: Body, place: np.ndarray, files: Mapping[str, str], model: Element) -> None:
    link = ElementTree.SubElement(model, "link", name=body.name)
    _text(link, "pose", numbers([*place, 0, 0, 0]))
    inertial = ElementTree.SubElement(link, "inertial")
    _text(inertial, "pose", numbers([*body.centre, 0, 0, 0]))
    _text(inertial, "mass", numbers([body.mass]))
    inertia = ElementTree.SubElement(inertial, "inertia")
    for name, value in moments(body).items():
        _text(inertia, name, value)
    for visual in body.visuals:
        element = ElementTree.SubElement(link, "visual", name=visual.name)
        _mesh(element, files[visual.name])
        material = ElementTree.SubElement(element, "material")
        _text(material, "ambient", numbers(visual.colour))
        _text(material, "diffuse", numbers(visual.colour))
    for name in collision_names(body):
        _mesh(ElementTree.SubElement(link, "collision", name=name), files[name])


def _mesh(parent: Element, file: str) -> None:
    geometry = ElementTree.SubElement(parent, "geometry")
    _text(ElementTree.SubElement(geometry, "mesh"), "uri", file)


def _joint(body: Body, whole: Mechanism, model: Element) -> None:
    joint = body.joint
    assert joint is not None
    assert body.parent is not None
    element = ElementTree.SubElement(model, "joint", name=joint.name, type=joint.kind)
    _text(element, "parent", whole.bodies[body.parent].name)
    _text(element, "child", body.name)
    axis = ElementTree.SubElement(element, "axis")
    _text(axis, "xyz", numbers(joint.axis), expressed_in="__model__")
    limit = ElementTree.SubElement(axis, "limit")
    if joint.kind != "continuous":
        _text(limit, "lower", numbers(joint.limits[:1]))
        _text(limit, "upper", numbers(joint.limits[1:]))
    _text(limit, "effort", numbers([EFFORT]))
    _text(limit, "velocity", numbers([VELOCITY]))
    dynamics = ElementTree.SubElement(axis, "dynamics")
    _text(dynamics, "damping", numbers([body.damping]))
    _text(dynamics, "friction", numbers([body.friction]))
    if joint.follows:
        leader, factor = joint.follows
        mimic = ElementTree.SubElement(axis, "mimic", joint=leader)
        _text(mimic, "multiplier", numbers([factor]))
        _text(mimic, "offset", "0")
        _text(mimic, "reference", "0")
