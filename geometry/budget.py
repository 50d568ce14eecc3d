"""How large the mesh of a code will be, counted before any of it is built, and bounds on that.

A few numbers can ask for a mesh of any size: a count of 1000 here, a hundred parts there.
"""

from __future__ import annotations

from geometry.program import Source, parse
from geometry.solids.count import MOST_TRIANGLES, check_solids, triangles_of


def triangles(code: Source, segments: int = 32) -> int:
    """How many triangles a code's mesh has at most; solids without an area are counted too.

    segments: sides of a circle. Raises CodeError for a code that cannot be built.
    """
    return triangles_of(parse(code).all_solids, segments)


def check(code: Source, segments: int = 32, most: int = MOST_TRIANGLES) -> int:
    """As `triangles`. Raises CodeError, with the number, where there are more than `most`."""
    return check_solids(parse(code).all_solids, segments, most)
