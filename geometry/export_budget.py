"""Bounds on what files that take work per solid are made of, counted before any of it is done.

A mesh of a few thousand solids is built in no time. Uniting them, cutting them apart for physics
engines and writing them as formulas costs with the square of their number, or worse.
"""

from __future__ import annotations

from geometry.errors import CodeError
from geometry.program import Program
from geometry.solids.convex_pieces import count_pieces

#: Sampled objects have at most 17 parts.
MOST_PARTS = 64
#: Of a file; sampled objects have at most 92.
MOST_SOLIDS = 250
#: Convex ones of all solids, before they are cut; sampled objects have at most 111.
MOST_PIECES = 400
#: What simulators read: its solids are cut into convex pieces.
_WITH_PIECES = (".urdf", ".xml", ".sdf")
#: What is written as it was built, however much that is.
_UNBOUNDED = (".obj",)
_HINT = "Lower the counts or leave parts out, or write .obj."


def check(program: Program, suffix: str) -> None:
    """Raises CodeError where the object is too much for this format."""
    if suffix in _UNBOUNDED:
        return
    _refuse(len(program.parts), "parts", MOST_PARTS, suffix)
    solids = program.all_solids
    _refuse(len(solids), "solids", MOST_SOLIDS, suffix)
    if suffix in _WITH_PIECES:
        pieces = sum(count_pieces(solid) for solid in solids)
        _refuse(pieces, "convex pieces", MOST_PIECES, suffix)


def _refuse(count: int, of: str, most: int, suffix: str) -> None:
    if count > most:
        where = f"the object as a {suffix} file"
        raise CodeError(where, f"{count:,} {of}", f"at most {most:,}", _HINT)
