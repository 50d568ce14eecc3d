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
from geometry.rescale import rescale
from geometry.schema import json_schema

__all__ = [
    "CodeError",
    "batch",
    "build",
    "categories",
    "json_schema",
    "mesh",
    "part_mesh",
    "parts",
    "rescale",
    "sample",
    "templates",
]
