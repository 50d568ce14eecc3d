"""How large the mesh of a code will be, counted before any of it is built, and bounds on that.

A few numbers can ask for a mesh of any size: a count of 1000 here, a hundred parts there. What is
counted costs microseconds per solid and no memory; what is built costs both per triangle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from geometry.errors import CodeError
from geometry.primitives import (
    BoxCylinderRing,
    Cone,
    Cuboid,
    Cylinder,
    CylinderBoxRing,
    Solid,
    Sphere,
    TriangularPrism,
)
from geometry.program import find_template, parse
from geometry.surfaces import structure

#: No everyday object takes as many solids by far: sampled ones have at most 92.
MOST_SOLIDS = 4_000
#: Sampled objects have at most 1.06 million, at 512 sides of a circle.
MOST_TRIANGLES = 2_000_000
#: Sides of a circle.
FEWEST_SEGMENTS, MOST_SEGMENTS = 3, 4_096


def solids(code: str | bytes | Mapping[str, Any]) -> list[list[Solid]]:
    """The placed solids of each part. Raises CodeError, also for more than MOST_SOLIDS in all."""
    checked = parse(code)
    result: list[list[Solid]] = []
    total = 0
    for entry in checked["conceptualization"]:
        template = find_template(checked["category"], entry["template"])
        result.append(template.solids_of(entry["parameters"]))
        total += len(result[-1])
        if total > MOST_SOLIDS:
            where = f"{checked['category']}, part {len(result)} ({template.name})"
            hint = "Lower the counts, or leave parts out."
            found = f"{total:,} solids up to here"
            raise CodeError(where, found, f"at most {MOST_SOLIDS:,} in an object", hint)
    return result


def triangles(code: str | bytes | Mapping[str, Any], segments: int = 32) -> int:
    """How many triangles a code's mesh has at most; solids without an area are counted too.

    segments: sides of a circle. Raises CodeError for a code that cannot be built.
    """
    return sum(triangles_of(part, segments) for part in solids(code))


def check(
    code: str | bytes | Mapping[str, Any], segments: int = 32, most: int = MOST_TRIANGLES
) -> int:
    """As `triangles`. Raises CodeError, with the number, where there are more than `most`."""
    return check_solids([solid for part in solids(code) for solid in part], segments, most)


def check_solids(those: Sequence[Solid], segments: int, most: int = MOST_TRIANGLES) -> int:
    """As `check`, of solids."""
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
    """The number of triangles that `geometry.topology.faces` makes, without making them."""
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
