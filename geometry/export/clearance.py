"""Room between moving parts: convex pieces of different links are cut until none touches another.

A code's parts touch or run into each other by design: a door lies in its frame, a pin in its
barrel. A physics engine pushes such shapes apart, so collision shapes get a small gap where the
object stands as described. Which links were that near is kept: such neighbours need not collide.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from geometry.solids.convex import Convex, clipped, volumes_above

#: A cut leaves out what is smaller than this fraction of the piece that it is made from, or
#: thinner than this fraction of the gap.
_LEAST, _THINNEST = 0.01, 0.25
#: A cut that loses less than this fraction needs no comparing with the other one.
_LITTLE = 0.01
#: Of the planes of the other piece, so many at most cut one piece, the best of so many tried.
_CUTS, _TRIED = 12, 4


def separated(
    links: Sequence[Sequence[Convex]], gap: float
) -> tuple[list[list[Convex]], set[tuple[int, int]]]:
    """The pieces of each link, at least `gap` from those of the others, and the pairs cut for it.

    Of two pieces that are too near, the one is cut that loses less.
    """
    result = [list(pieces) for pieces in links]
    near: set[tuple[int, int]] = set()
    for a, b in combinations(range(len(result)), 2):
        result[a], result[b], cut = _parted(result[a], result[b], gap)
        if cut:
            near.add((a, b))
    return result, near


def _parted(
    left: list[Convex], right: list[Convex], gap: float
) -> tuple[list[Convex], list[Convex], bool]:
    """Two links' pieces; what is left of a piece stays as far from all others as the whole was."""
    done: list[Convex] = []
    waiting, right, cut = left[::-1], list(right), False
    while waiting:
        piece = waiting.pop()
        at = 0
        while at < len(right):
            if _apart(piece, right[at], gap):
                at += 1
                continue
            cut = True
            mine = _outside(piece, right[at], gap)
            lost = piece.volume - _volume(mine)
            if lost > _LITTLE * piece.volume:
                others = _outside(right[at], piece, gap)
                if right[at].volume - _volume(others) < lost:
                    right[at : at + 1] = others
                    continue
            waiting += mine
            break
        else:
            done.append(piece)
    return done, right, cut


def _volume(pieces: Sequence[Convex]) -> float:
    return sum(piece.volume for piece in pieces)


def _apart(one: Convex, other: Convex, gap: float) -> bool:
    """Whether a face of either lies between the two, with the gap."""
    room = gap * (1 - 1e-3)
    low, high = one.bounds, other.bounds
    if ((low[0] - high[1]).max() >= room) or ((high[0] - low[1]).max() >= room):
        return True
    return any(
        bool(((a.points @ b.planes[:, :3].T + b.planes[:, 3]).min(axis=0) >= room).any())
        for a, b in ((one, other), (other, one))
    )


def _outside(body: Convex, hole: Convex, gap: float) -> list[Convex]:
    """Convex pieces of the body that are outside the hole, by the gap: cut along its planes."""
    result: list[Convex] = []
    rest: Convex | None = body
    least = _LEAST * body.volume
    for _ in range(_CUTS):
        if rest is None or rest.volume <= least:
            break
        above = rest.points @ hole.planes[:, :3].T + (hole.planes[:, 3] - gap)
        order = np.argsort(-np.maximum(above, 0).sum(axis=0))[:_TRIED]
        above = above[:, order]
        volumes = volumes_above(rest, above, hole.planes[order, :3].T)
        best = int(volumes.argmax())
        if not (above[:, best] > 0).any():
            break
        if volumes[best] > least:
            piece = clipped(rest, above[:, best])
            if piece is not None and piece.thickness > _THINNEST * gap:
                result.append(piece)
        if rest.volume - volumes[best] <= least:
            break
        rest = clipped(rest, -above[:, best])
    return result
