"""A CAD part as a value: a list of steps, each of which adds to or takes from the body so far.

Numbers are positions and lengths in the unit cube, whose side is `CadPart.size` millimetres; z is
up. A profile lies in a plane: XY has u = x and v = y, XZ has u = x and v = z, YZ has u = y and
v = z; `start` and `end` are on the axis across it, from the lower one to the higher one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeGuard

from geometry.sketch.loops import Loop

CATEGORY = "Part"  # in JSON; "CAD part" to people
DISPLAYED = "CAD part"
SIZE = 100.0  # millimetres, where nobody said another one
LEVELS = 256  # of a number as a token
LEVEL = 1 / (LEVELS - 1)

Operation = Literal["join", "cut", "intersect"]
Plane = Literal["XY", "XZ", "YZ"]
OPERATIONS: tuple[Operation, ...] = ("join", "cut", "intersect")
#: The axes of u, of v and across, as numbers of x, y and z.
PLANES: dict[Plane, tuple[int, int, int]] = {"XY": (0, 1, 2), "XZ": (0, 2, 1), "YZ": (1, 2, 0)}


@dataclass(frozen=True)
class Grid:
    """Copies in columns along u and rows along v, from where the profile is."""

    columns: int
    rows: int
    du: float
    dv: float


@dataclass(frozen=True)
class Ring:
    """Copies turned about a point, evenly around the circle."""

    u: float
    v: float
    count: int


@dataclass(frozen=True)
class Finish:
    """A fillet's radius or a chamfer's leg along edges of the step's outer loop.

    edges: sides run along the extrusion, start and end are the rims of its two ends.
    """

    kind: Literal["fillet", "chamfer"]
    edges: Literal["sides", "start", "end"]
    size: float


@dataclass(frozen=True)
class Shell:
    """Hollow, with walls of this thickness; open at one end or at both."""

    thickness: float
    open: Literal["start", "end", "both"] = "end"


@dataclass(frozen=True)
class Extrude:
    """A profile along the axis across its plane; its first loop is the outline, others holes."""

    operation: Operation
    plane: Plane
    start: float
    end: float
    profile: tuple[Loop, ...]
    pattern: Grid | Ring | None = None
    finishes: tuple[Finish, ...] = ()
    shell: Shell | None = None


@dataclass(frozen=True)
class Revolve:
    """A loop of the plane at `offset`, turned about a line of it.

    axis: the line runs along u, at v = `at`, or along v, at u = `at`; the loop lies on one side of
    it. angle: degrees, counter-clockwise about the axis' positive direction.
    """

    operation: Operation
    plane: Plane
    offset: float
    axis: Literal["u", "v"]
    at: float
    profile: tuple[Loop, ...]
    angle: float = 360.0


Step: TypeAlias = Extrude | Revolve


@dataclass(frozen=True)
class CadPart:
    """A checked part. size: millimetres of the unit cube's side, usually the largest extent."""

    steps: tuple[Step, ...]
    size: float = SIZE


def is_part(code: object) -> TypeGuard[CadPart | Mapping[str, Any]]:
    """Whether a code, as JSON has it or as a value, is a CAD part's."""
    if isinstance(code, CadPart):
        return True
    return isinstance(code, Mapping) and is_category(code.get("category"))


def is_category(name: Any) -> bool:
    """Whether a category's name means CAD parts."""
    return isinstance(name, str) and name.replace(" ", "").replace("_", "").casefold() in {
        "part",
        "parts",
        "cadpart",
        "cadparts",
    }
