"""Codes into solids, meshes and files, and new objects out of a random generator.

Knows no model and no web; needs numpy and trimesh only.
"""

from __future__ import annotations

from geometry.assemble import (
    batch,
    build,
    categories,
    mesh,
    part_mesh,
    parts,
    sample,
    templates,
)
from geometry.errors import CodeError
from geometry.json_schemas import json_schema
from geometry.program import Program, parse, rescale

__all__ = [
    "CodeError",
    "Program",
    "batch",
    "build",
    "categories",
    "json_schema",
    "mesh",
    "parse",
    "part_mesh",
    "parts",
    "rescale",
    "sample",
    "templates",
]
