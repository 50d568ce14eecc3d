"""Solids that surely need no mending: closed, facing outward, without a triangle of no area.

What a solid's numbers say of it here saves measuring its triangles; any other has to be measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from geometry.solids.primitives import Cuboid, Cylinder, RectangularRing, Ring, Solid

#: No length of a regular solid is below this fraction of its largest; its smallest triangle is then
#: far from the fraction of the largest below which `geometry.mesh` takes triangles out.
_LEAST = 1e-3
#: Nor below this: the products of three such lengths do not underflow.
_SMALLEST = 1e-9
_NOT = (0.0,)


def regular(kind: type[Solid], solids: Iterable[list[float]]) -> bool:
    """Whether solids of one kind, each given by its numbers in order, all are regular."""
    lengths = _LENGTHS.get(kind)
    if lengths is None:
        return False
    for numbers in solids:
        found = lengths(*numbers)
        if min(found) <= max(_SMALLEST, _LEAST * max(found)):
            return False
    return True


def _cuboid(
    h: float, tl: float, tw: float, bl: float, bw: float, dx: float, dz: float, back: float
) -> tuple[float, ...]:
    """Of the same height all around, or upright: others may turn a face through itself."""
    upright = tl == bl and tw == bw and dx == 0 and dz == 0
    if abs(dx) + abs(dz) > 10 * h or not (upright or back == h):
        return _NOT
    return h, back, tl, tw, bl, bw


def _cylinder(
    h: float, rt: float, rb: float, rtz: float, rbz: float, half: float, quarter: float
) -> tuple[float, ...]:
    return h, rt, rb, rtz, rbz


def _rectangular_ring(
    h: float,
    otl: float,
    otw: float,
    itl: float,
    itw: float,
    dx: float,
    dz: float,
    obl: float,
    obw: float,
    ibl: float,
    ibw: float,
    back: float,
    ex: float,
    ez: float,
) -> tuple[float, ...]:
    """As cuboids; the hole stays within the walls."""
    upright = otl == obl and otw == obw and itl == ibl and itw == ibw and ex == 0 and ez == 0
    if abs(ex) + abs(ez) > 10 * h or not (upright or back == h):
        return _NOT
    x, z = 2 * abs(dx), 2 * abs(dz)
    walls = otl - itl - x, otw - itw - z, obl - ibl - x, obw - ibw - z
    return h, back, itl, itw, ibl, ibw, *walls


def _ring(
    h: float,
    big: float,
    small: float,
    turn: float,
    big_low: float,
    small_low: float,
    back: float,
    shift: float,
    ratio: float,
    inner_ratio: float,
    a: float,
    b: float,
) -> tuple[float, ...]:
    """Upright ones whose walls are equally thick all around, of a tenth of a full turn at least."""
    upright = back == h and not shift and ratio == inner_ratio and not a and not b
    if not upright or not 36 <= turn <= 360 or not 0.1 < ratio < 10:
        return _NOT
    return h, big, small, big_low, small_low, big - small, big_low - small_low


_LENGTHS: dict[type[Solid], Callable[..., tuple[float, ...]]] = {
    Cuboid: _cuboid,
    Cylinder: _cylinder,
    Ring: _ring,
    RectangularRing: _rectangular_ring,
}
