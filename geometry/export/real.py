"""The real size of an object: what a known dimension, or its category, says of all the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

import geometry
from geometry.errors import CodeError
from geometry.export.mass import Matter, mass
from geometry.export.sizes import USUAL, Wanted, read_size
from geometry.export.usual import usual
from geometry.program import Source, parse


@dataclass(frozen=True)
class RealSize:
    """How large an object is, and of what.

    scale: metres per length of its code. extents: width, height, depth as it stands, metres.
    material: the matter's name.
    """

    scale: float
    extents: tuple[float, float, float]
    matter: Matter
    material: str


def real_size(code: Source, wanted: str | Wanted) -> RealSize:
    """The real size of a code, of which `wanted` is known; as text, it is read by `read_size`.

    The matter is the category's, see geometry/export/usual.py. Raises CodeError.
    """
    if isinstance(wanted, str):
        wanted = read_size(wanted)
    program = parse(code)
    known = usual(program.category.name)
    size = known.size if wanted == USUAL else wanted
    bounds = geometry.mesh(program).bounds
    if bounds is None:
        hint = "Give at least one part a size above zero."
        raise CodeError("the object", "no part with a surface", "at least one", hint)
    scale = size.scale(bounds)
    width, height, depth = (float(extent) for extent in scale * np.ptp(bounds, axis=0))
    return RealSize(
        scale, (width, height, depth), Matter(known.density, known.skin), known.material
    )


def kilograms(code: Source, size: RealSize) -> float:
    """What an object of this size weighs; 0 where it has no volume. Raises CodeError."""
    return mass(code, size.matter, size.scale)


def in_words(size: RealSize, kilos: float) -> str:
    """Width, height, depth and mass: `127 × 95 × 152 mm, about 350 g (stoneware)`."""
    lengths = lengths_in_words(size.extents)
    return f"{lengths}, about {mass_in_words(kilos)} ({size.material})" if kilos > 0 else lengths


def lengths_in_words(extents: Sequence[float]) -> str:
    """Metres as people say them: `107 × 95 × 137 mm`, `1.29 × 0.75 × 0.86 m`."""
    small = max(extents) < 1
    shown = [f"{1000 * x:.3g}" if small else f"{x:.3g}" for x in extents]
    return f"{' × '.join(shown)} {'mm' if small else 'm'}"


def mass_in_words(kilos: float) -> str:
    """A mass with two figures, for it is known no better: `350 g`, `12 kg`."""
    rounded = float(f"{kilos:.2g}")
    return f"{rounded:g} kg" if rounded >= 1 else f"{float(f'{1000 * rounded:.2g}'):g} g"
