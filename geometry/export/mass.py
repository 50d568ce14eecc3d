"""Mass, centre and inertia of solids: of what they are together, of a matter.

The matter of real things is not as thick as solids are drawn. A matter's skin says how deep it
reaches below the surface; the mass is then at most the surface times the skin. Centre and inertia
are those of the full solids, which for a skin is an approximation.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import trimesh

from geometry.articulation import articulate
from geometry.errors import ExportWarning
from geometry.export.united import united
from geometry.export.usual import SOLID
from geometry.program import Source, parse
from geometry.solids.convex import Convex
from geometry.solids.convex_pieces import convex_pieces
from geometry.solids.tessellate import Mesh, merged


@dataclass(frozen=True)
class Matter:
    """density: kg per cubic metre. skin: how deep it reaches below the surface, metres."""

    density: float
    skin: float = SOLID


#: Where no real size is known: between plywood and what hollow furniture averages.
UNKNOWN = Matter(300.0)
Weight = tuple[float, np.ndarray, np.ndarray]


def weigh(
    name: str, solids: Sequence[Mesh], pieces: Sequence[Convex], matter: Matter = UNKNOWN
) -> Weight:
    """Mass, centre and inertia about it of what the solids are together; lengths in metres.

    Solids that pass through themselves, as a ring does whose hole is larger than it is, may have
    none that a body can have: then those of the convex pieces. 0 for what has no volume. name: of
    what they are, for an ExportWarning where they cannot be united.
    """
    if not solids:
        return 0.0, np.zeros(3), np.zeros((3, 3))
    body = united(solids)
    if body is None:
        warnings.warn(
            f"The solids of {name} could not be united: where they overlap they weigh double.",
            ExportWarning,
            stacklevel=2,
        )
    whole = merged(list(solids)) if body is None else (body.points, body.faces)
    shapes = [whole]
    if pieces:
        shapes.append(merged([(piece.points, piece.faces) for piece in pieces]))
    for points, faces in shapes:
        shape = trimesh.Trimesh(points, faces, process=False)
        with np.errstate(all="ignore"):  # a flat or tiny shape has no volume to divide by
            full: Any = shape.mass_properties
        if full.volume > 0 and _physical(full, points):
            density = matter.density * min(1.0, matter.skin * shape.area / full.volume)
            return density * full.volume, np.asarray(full.center_mass), density * full.inertia
    return 0.0, whole[0].mean(axis=0), np.zeros((3, 3))


def mass(code: Source, matter: Matter, scale: float = 1.0, segments: int = 48) -> float:
    """The mass of an object in kg, where a number of its code times `scale` is metres.

    0 for what has no volume. Raises CodeError.
    """
    program = parse(code)
    skin = Matter(matter.density, matter.skin / scale)  # the solids stay as large as they are
    total = 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExportWarning)  # said of a file, not of a number
        for link in articulate(program):
            solids = [mesh for _, s in link.members for mesh in program.surfaces([s], segments)]
            pieces = [piece for _, solid in link.members for piece in convex_pieces(solid)]
            total += weigh(link.name, solids, pieces, skin)[0]
    return total * scale**3


def _physical(shape: Any, points: np.ndarray) -> bool:
    """Whether a body can have that centre and that inertia."""
    if not np.isfinite([*shape.center_mass, *shape.inertia.flat]).all():
        return False
    least, middle, most = np.linalg.eigvalsh(shape.inertia)
    inside = (points.min(axis=0) <= shape.center_mass) & (shape.center_mass <= points.max(axis=0))
    return bool(inside.all() and least > -1e-9 * most and least + middle > most * (1 - 1e-9))
