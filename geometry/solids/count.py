"""How many triangles solids have, counted before any of them is built, and bounds on that.

What is counted costs microseconds per solid and no memory; what is built costs both per triangle.
"""

from __future__ import annotations

from collections.abc import Sequence

from geometry.errors import CodeError
from geometry.solids.primitives import (
    BoxCylinderRing,
    Cone,
    Cuboid,
    Cylinder,
    CylinderBoxRing,
    Solid,
    Sphere,
    TriangularPrism,
)
from geometry.solids.surfaces import structure

#: No everyday object takes as many solids by far: sampled ones have at most 92.
MOST_SOLIDS = 4_000
#: Sampled objects have at most 1.06 million, at 512 sides of a circle.
MOST_TRIANGLES = 2_000_000
#: Sides of a circle.
FEWEST_SEGMENTS, MOST_SEGMENTS = 3, 4_096


def check_solids(those: Sequence[Solid], segments: int, most: int = MOST_TRIANGLES) -> int:
    """The number of triangles at most. Raises CodeError, with it, where there are more than `most`.

    segments: sides of a circle.
    """
    if not FEWEST_SEGMENTS <= segments <= MOST_SEGMENTS:
        valid = f"{FEWEST_SEGMENTS} to {MOST_SEGMENTS} sides of a circle"
        raise CodeError("the number of segments", str(segments), valid)
    total = triangles_of(those, segments)
    if total > most:
        hint = "Lower the counts or the number of segments, or leave parts out."
        found = f"{total:,} triangles at {segments} segments"
        raise CodeError("the mesh of the object", found, f"at most {most:,}", hint)
    return total


def triangles_of(those: Sequence[Solid], segments: int) -> int:
    return sum(_count(type(solid), structure(solid, segments)) for solid in those)


def _count(kind: type[Solid], shape: tuple[int, ...]) -> int:
    """The number of triangles that `geometry.solids.topology.faces` makes, without making them."""
    steps, full = shape[0], shape[1]
    if kind is Cuboid:
        return 12
    if kind in (Cylinder, TriangularPrism):
        return 4 * steps + 4 * (not full)
    if kind is Cone:
        return 2 * steps
    if kind in (BoxCylinderRing, CylinderBoxRing):
        return 4 * (steps + 4)  # two walls and two plates, each as many as both outlines have
    around = shape[2]
    if kind is Sphere:
        return 2 * (around + 1) * (steps + (not full))
    return 2 * around * steps + 2 * (around - 2) * (not full)
