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
from geometry.schema.parameter import short

Up = Literal["y", "z"]

#: Metres in each unit that a size may be given in.
UNITS = {"mm": 1e-3, "cm": 1e-2, "m": 1.0, "in": 0.0254}
#: What may be known of an object: extents in x, y and z as it stands, the largest of them (size and
#: length are the same), and from corner to corner of its box.
MEASURES = ("size", "length", "width", "height", "depth", "diagonal")
_AXES = {"width": 0, "height": 1, "depth": 2}
#: What is asked for where the usual size of the category is wanted.
USUAL: Literal["usual"] = "usual"
#: Factors beyond these are slips: no object becomes a millionth or a million times as large.
LEAST_SCALE, MOST_SCALE = 1e-6, 1e6
_FORM = re.compile(
    r"(?:(?P<measure>[a-z]\w*)\s*[=:\s]\s*)?(?P<number>[-+.\d]+(?:e[-+]?\d+)?)\s*(?P<unit>\w*)",
    re.IGNORECASE,
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
#: Where a real size is known, CAD files are as drawings and printers have them.
SIZED = CONVENTIONS | {
    ".py": Convention(1000.0, "z", fixed=True),
    ".step": Convention(1000.0, "z"),
}


@dataclass(frozen=True)
class Size:
    """A size that an object is to have: one of MEASURES, in metres."""

    measure: str
    metres: float

    def scale(self, bounds: np.ndarray) -> float:
        """The factor that gives an object with these bounds (2, 3), y up, this size."""
        extents = np.ptp(np.asarray(bounds, dtype=float), axis=0)
        if self.measure in _AXES:
            now = float(extents[_AXES[self.measure]])
        else:
            now = float(np.linalg.norm(extents) if self.measure == "diagonal" else extents.max())
        if not now > 0:
            where, hint = f"the object's {self.measure}", "Choose another measure."
            raise CodeError(where, "nothing to measure", "a length above zero", hint)
        return checked_scale(self.metres / now)

    def __str__(self) -> str:
        """As `read_size` reads it."""
        return f"{self.measure} {1000 * self.metres:.6g} mm"


#: A size, or USUAL.
Wanted = Size | Literal["usual"]


def read_size(text: str) -> Wanted:
    """A size as people write it: `height 95 mm`, `95mm`, `height=9.5cm`, `4in`, or `usual`.

    Raises CodeError.
    """
    written = text.strip()
    if written.lower() == USUAL:
        return USUAL
    found = _FORM.fullmatch(written)
    valid = f"a number with one of {', '.join(UNITS)}, as in 95mm or height 95mm, or {USUAL}"
    if found is None:
        hint = suggestion(written, [USUAL])
        raise CodeError("the size", short(written), valid, hint)
    measure, unit = (found["measure"] or "size").lower(), found["unit"].lower()
    if measure not in MEASURES:
        hint = suggestion(measure, MEASURES)
        raise CodeError("the size", short(measure), f"one of {', '.join(MEASURES)}", hint)
    if unit not in UNITS:
        hint = suggestion(unit, UNITS) if unit else ""
        raise CodeError("the size", short(written), valid, hint)
    try:
        metres = float(found["number"]) * UNITS[unit]
    except ValueError:
        raise CodeError("the size", short(written), valid) from None
    if not (math.isfinite(metres) and metres > 0):
        raise CodeError("the size", short(written), "a length above zero")
    return Size(measure, metres)


def checked_scale(factor: float) -> float:
    """The factor, if an object may be made that much larger. Raises CodeError."""
    if not LEAST_SCALE <= factor <= MOST_SCALE:
        raise CodeError(
            "the scale", f"{factor:g}", f"a factor from {LEAST_SCALE:g} to {MOST_SCALE:g}"
        )
    return factor


def placed(suffix: str, up: Up | None, sized: bool = False) -> np.ndarray:
    """The 4 x 4 matrix from metres, y up, to a file's own unit and axis. Raises CodeError.

    up: the axis asked for, by default the format's own. z up: the front then looks to -y. sized:
    whether the object's real size is known.
    """
    convention = (SIZED if sized else CONVENTIONS)[suffix]
    if up not in (None, convention.up) and convention.fixed:
        valid = f"{convention.up} up, which a {suffix} file always has"
        raise CodeError("the upward axis", repr(up), valid, "Leave it out.")
    matrix = np.diag([*[convention.per_metre] * 3, 1.0])
    if (up or convention.up) == "z":
        matrix[:3] = matrix[:3] @ [[1, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, 0], [0, 0, 0, 1]]
    return matrix
