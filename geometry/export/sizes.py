"""How large an object is made and how it stands in a file: factors, sizes with a unit, axes.

A number of a code is taken for a length in metres, y up, the front on +z. A file has the unit and
the upward axis that its readers expect; `CONVENTIONS` says which.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from geometry.errors import CodeError, suggestion

Up = Literal["y", "z"]

#: Metres in each unit that a size may be given in.
UNITS = {"mm": 1e-3, "cm": 1e-2, "m": 1.0, "in": 0.0254}
#: The measures of an object by their axes; the size is the largest of them.
MEASURES = {"width": 0, "height": 1, "depth": 2}
#: Factors beyond these are slips: no object becomes a millionth or a million times as large.
LEAST_SCALE, MOST_SCALE = 1e-6, 1e6
_FORM = re.compile(
    r"(?:(?P<measure>\w+)=)?(?P<number>[-+.\d]+(?:e[-+]?\d+)?)\s*(?P<unit>\w*)", re.IGNORECASE
)


@dataclass(frozen=True)
class Convention:
    """A file's units per metre, and its upward axis; fixed: no other axis makes sense there."""

    per_metre: float
    up: Up
    fixed: bool = False


CONVENTIONS = {
    ".glb": Convention(1.0, "y", fixed=True),
    ".obj": Convention(1.0, "y"),
    ".stl": Convention(1000.0, "z"),
    ".ply": Convention(1000.0, "z"),
    ".urdf": Convention(1.0, "z", fixed=True),
    ".xml": Convention(1.0, "z", fixed=True),
    ".sdf": Convention(1.0, "z", fixed=True),
    ".py": Convention(1.0, "y", fixed=True),
    ".step": Convention(1000.0, "y"),
}


@dataclass(frozen=True)
class Size:
    """A size that an object is to have: one of MEASURES, or "size", the largest; in metres."""

    measure: str
    metres: float

    def scale(self, bounds: np.ndarray) -> float:
        """The factor that gives an object with these bounds (2, 3), y up, this size."""
        extents = np.ptp(np.asarray(bounds, dtype=float), axis=0)
        now = float(extents.max() if self.measure == "size" else extents[MEASURES[self.measure]])
        if not now > 0:
            where, hint = f"the object's {self.measure}", "Choose another measure."
            raise CodeError(where, "nothing to measure", "a length above zero", hint)
        return checked_scale(self.metres / now)


def read_size(text: str) -> Size:
    """A size as people write it: `95mm`, `height=9.5cm`, `0.4 m`, `4in`. Raises CodeError."""
    found = _FORM.fullmatch(text.strip())
    valid = f"a number with one of {', '.join(UNITS)}, as in 95mm or height=95mm"
    if found is None:
        raise CodeError("the size", repr(text), valid)
    measure, unit = (found["measure"] or "size").lower(), found["unit"].lower()
    if measure not in ("size", *MEASURES):
        hint = suggestion(measure, MEASURES)
        raise CodeError("the size", repr(measure), f"one of size, {', '.join(MEASURES)}", hint)
    if unit not in UNITS:
        raise CodeError("the size", repr(text), valid, suggestion(unit, UNITS) if unit else "")
    try:
        metres = float(found["number"]) * UNITS[unit]
    except ValueError:
        raise CodeError("the size", repr(text), valid) from None
    if not (math.isfinite(metres) and metres > 0):
        raise CodeError("the size", repr(text), "a length above zero")
    return Size(measure, metres)


def checked_scale(factor: float) -> float:
    """The factor, if an object may be made that much larger. Raises CodeError."""
    if not LEAST_SCALE <= factor <= MOST_SCALE:
        raise CodeError(
            "the scale", f"{factor:g}", f"a factor from {LEAST_SCALE:g} to {MOST_SCALE:g}"
        )
    return factor


def placed(suffix: str, up: Up | None) -> np.ndarray:
    """The 4 x 4 matrix from metres, y up, to a file's own unit and axis. Raises CodeError.

    up: the axis asked for, by default the format's own. z up: the front then looks to -y.
    """
    convention = CONVENTIONS[suffix]
    if up not in (None, convention.up) and convention.fixed:
        valid = f"{convention.up} up, which a {suffix} file always has"
        raise CodeError("the upward axis", repr(up), valid, "Leave it out.")
    matrix = np.diag([*[convention.per_metre] * 3, 1.0])
    if (up or convention.up) == "z":
        matrix[:3] = matrix[:3] @ [[1, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, 0], [0, 0, 0, 1]]
    return matrix
