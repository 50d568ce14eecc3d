"""Meshes of CAD parts: one closed surface in millimetres, or a piece of it for each step."""

from __future__ import annotations

import numpy as np
import trimesh

from geometry.cad_parts.body import SIDES, body, owners
from geometry.cad_parts.part import CadPart
from geometry.cad_parts.reading import PartSource, parse
from geometry.sketch.loops import Circle, Polygon, Rectangle, RoundedRectangle, Slot


def part_mesh(source: PartSource, segments: int = SIDES) -> trimesh.Trimesh:
    """The part as one closed mesh, in millimetres, z up. Raises CodeError."""
    part = parse(source)
    made = body(part.steps, segments)
    return trimesh.Trimesh(part.size * (made.points - 0.5), made.faces, process=False)


def part_scene(source: PartSource, segments: int = SIDES) -> trimesh.Scene:
    """A named piece of the surface for each step that some of it comes from. Raises CodeError."""
    part = parse(source)
    made = body(part.steps, segments)
    whose = owners(made, part.steps, segments)
    scene = trimesh.Scene()
    for number, name in enumerate(step_names(part)):
        faces = made.faces[whose == number]
        if not len(faces):
            continue
        used, numbered = np.unique(faces, return_inverse=True)
        points = part.size * (made.points[used] - 0.5)
        piece = trimesh.Trimesh(points, numbered.reshape(-1, 3), process=False)
        scene.add_geometry(piece, node_name=name, geom_name=name)
    return scene


def step_names(part: CadPart) -> list[str]:
    """E.g. "1 join rectangle"."""
    shapes = {
        Circle: "circle",
        Rectangle: "rectangle",
        RoundedRectangle: "rounded rectangle",
        Slot: "slot",
        Polygon: "polygon",
    }
    return [
        f"{number} {step.operation} {shapes.get(type(step.profile[0]), 'path')}"
        for number, step in enumerate(part.steps, 1)
    ]
