"""From a code to scenes and meshes, and from a random generator to a code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import trimesh

from geometry.cad_parts.assemble import part_mesh as cad_mesh
from geometry.cad_parts.assemble import part_scene as cad_scene
from geometry.cad_parts.part import is_category, is_part
from geometry.cad_parts.reading import as_dict
from geometry.cad_parts.sample import sample as sample_part
from geometry.objects import CATEGORIES
from geometry.program import Code, Source, find_category, find_template, parse
from geometry.schema.template import Category, Part, Template
from geometry.solids.batch import vertices
from geometry.solids.count import check_solids
from geometry.solids.tessellate import merged, tessellate


def categories() -> list[str]:
    """The names of all categories."""
    return list(CATEGORIES)


def templates(category: str) -> dict[str, Template]:
    """The templates of a category by name, in the order in which codes list them."""
    return dict(find_category(category).templates)


def parts(
    code: Source, segments: int = 32, posed: bool = False
) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """(name, vertices (V, 3), faces (F, 3)) per part, in object space or, if `posed`, as seen.

    Names are the templates', numbered from the second of a kind on. Raises CodeError.
    """
    program = parse(code)
    matrix = program.pose.matrix if posed else None
    result = []
    for part, meshes in zip(program.parts, program.meshes(segments), strict=True):
        points, faces = merged([mesh for mesh in meshes if mesh is not None])
        if matrix is not None:
            points = points @ matrix[:3, :3].T + matrix[:3, 3]
        result.append((part.name, points, faces))
    return result


def build(code: Source, segments: int = 32, posed: bool = False) -> trimesh.Scene:
    """A scene with one named node per part that has a surface. Raises CodeError.

    Of a CAD part: a node per step, in millimetres, z up.
    """
    if is_part(code):
        return cad_scene(code, segments)
    scene = trimesh.Scene()
    for name, points, faces in parts(code, segments, posed):
        if len(faces):
            solid = trimesh.Trimesh(points, faces, process=False)
            scene.add_geometry(solid, node_name=name, geom_name=name)
    return scene


def mesh(code: Source, segments: int = 32, posed: bool = False) -> trimesh.Trimesh:
    """The whole object as one mesh (its solids side by side, not united). Raises CodeError.

    A CAD part is one closed body, in millimetres, z up.
    """
    if is_part(code):
        return cad_mesh(code, segments)
    pieces = [(points, faces) for _, points, faces in parts(code, segments, posed)]
    return trimesh.Trimesh(*merged(pieces), process=False)


def part_mesh(
    category: str, template: str, parameters: Mapping[str, Any], segments: int = 32
) -> trimesh.Trimesh:
    """The mesh of one part alone. Raises CodeError."""
    solids = find_template(category, template).solids(parameters)
    check_solids(solids, segments)
    return trimesh.Trimesh(*merged(tessellate(solids, segments)), process=False)


def batch(
    category: str, conceptualization: list[dict[str, Any]], segments: int = 32
) -> tuple[Any, np.ndarray]:
    """Vertices (..., V, 3) and faces (F, 3) of objects of one structure.

    Numbers of the parameters may be tensors of shape (B,), counts must agree; gradients flow
    from the vertices to every length and angle. Floats give vertices of shape (V, 3).
    """
    solids = []
    for entry in conceptualization:
        solids += find_template(category, entry["template"]).solids(entry["parameters"])
    return vertices(solids, segments)


def sample(category: str, rng: np.random.Generator) -> Code:
    """A new everyday object of the category, upright, as a code in recovered form.

    "CAD part" stands for a machined part.
    """
    if is_category(category):
        return as_dict(sample_part(rng))
    kind = find_category(category)
    if kind.sampler is None:
        hint = "Give its Category a sampler: docs/add-a-category.md says how."
        raise NotImplementedError(f"{kind.name} has no sampler. {hint}")
    return code_of(kind, kind.sampler(rng))


def code_of(category: Category, parts: Iterable[Part]) -> Code:
    """Sampled parts, in the category's order, as a code in recovered form, upright."""
    drawn = category.order(parts)
    return parse({"category": category.name, "conceptualization": drawn}).as_dict()
