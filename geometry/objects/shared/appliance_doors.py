"""What the samplers of fridges, ovens, dishwashers share: doors on their hinges, and handles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geometry.schema.template import Part, part
from geometry.solids.primitives import apply, rotation

#: How often all doors of an object are closed.
CLOSED = 0.3
#: Degrees by which a door must stand open for what is inside to be seen; else it is left out.
AJAR = 35.0


@dataclass(frozen=True)
class Door:
    """A leaf where it hangs: its size, the middle of its back, its turn, where its hinge is."""

    size: tuple[float, float, float]
    position: tuple[float, float, float]
    turn: tuple[float, float, float]
    hinge: str

    @property
    def ajar(self) -> bool:
        """Whether it stands open far enough to see what is behind."""
        return max(map(abs, self.turn)) > AJAR

    def at(self, x: float, y: float, z: float) -> list[float]:
        """A point of the door's frame in the object's."""
        moved = apply(rotation(*self.turn), (float(x), float(y), float(z)))
        return [float(a + b) for a, b in zip(self.position, moved, strict=True)]

    def place(self, x: float = 0, y: float = 0, z: float = 0, roll: float = 0) -> dict[str, Any]:
        """Position and rotation of a part on the door, rolled about its z before."""
        return {"position": self.at(x, y, z), "rotation": [*self.turn[:2], roll]}


def hung(
    size: Sequence[float], hinge: str, point: Sequence[float], opened: float, deep: float = 0.0
) -> Door:
    """A door with its hinge at the `left`, `right` edge, `below` or `above`, opened by degrees.

    point: a point of the hinge, at the middle of that edge
    deep: z of the hinge in the door's frame
    """
    width, height, depth = map(float, size)
    x, y = {
        "left": (-width / 2, 0.0),
        "right": (width / 2, 0.0),
        "below": (0.0, -height / 2),
        "above": (0.0, height / 2),
    }[hinge]
    opened = float(opened)
    turn = {
        "left": (0.0, -opened, 0.0),
        "right": (0.0, opened, 0.0),
        "below": (opened, 0.0, 0.0),
        "above": (-opened, 0.0, 0.0),
    }[hinge]
    off = apply(rotation(*turn), (x, y, float(deep)))
    px, py, pz = (float(a - b) for a, b in zip(point, off, strict=True))
    return Door((width, height, depth), (px, py, pz), turn, hinge)


def plain(door: Door) -> Part:
    return part("Cuboidal_Door", size=list(door.size), **door.place())


def sunken(door: Door, recess: np.ndarray, offset: Sequence[float] = (0, 0)) -> Part:
    return part(
        "Sunken_Door",
        size=list(door.size),
        sunken_size=list(recess),
        sunken_offset=list(offset),
        **door.place(),
    )


def bow(span: float, angle: float, wall: float) -> tuple[float, float]:
    """Outer and inner radius of an arc of this angle whose outer ends are `span` apart."""
    outer = span / 2 / np.sin(np.radians(angle / 2))
    return outer, outer - wall


def feet_of_bow(inner: float, angle: float, foot: float, lift: float) -> float:
    """How far the feet of a bow are apart whose ends stay in front of the door.

    foot: length of the feet; lift: how far the bow's ends are from the door.
    """
    sunk = foot - lift + inner * np.cos(np.radians(angle / 2))
    return 2 * float(np.sqrt(max(inner**2 - sunk**2, 0.0)))


def bow_lift(wall: float, angle: float, depth: float) -> float:
    """How far a bow of this wall stands off a door, so that its ends do not come out behind."""
    return max(wall * float(np.cos(np.radians(angle / 2))) - 0.8 * depth, 0.0)


def box_tray(outer: np.ndarray, inner: np.ndarray, place: Sequence[float]) -> Part:
    sizes = {"outer_size": list(outer), "inner_size": list(inner)}
    return part("Drawer_Like_Tray", **sizes, position=list(place))
