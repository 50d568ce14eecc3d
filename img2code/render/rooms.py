"""Rooms around objects: the walls, floors, table tops and neighbours that photographs show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from img2code.render.materials import room_materials
from img2code.render.normals import Part
from img2code.render.scene import Look

if TYPE_CHECKING:
    from img2code.render.renderer import Renderer

#: What is set into a wall, hangs on one, stands on a floor; the others stand on tables.
IN_WALL = frozenset({"Door", "Window"})
ON_WALL = frozenset({"Switch"})
ON_FLOOR = frozenset({
    "Chair", "Dishwasher", "Oven", "Refrigerator", "Safe", "StorageFurniture", "Table", "Trashcan",
    "Washingmachine",
})  # fmt: skip
#: What has neighbours as high as itself, half of the time.
BUILT_IN = frozenset(
    {"Dishwasher", "Microwave", "Oven", "Refrigerator", "StorageFurniture", "Washingmachine"}
)
#: Cosines: floors are seen from above, walls from before; neighbours hide sides alone.
_ABOVE, _BEFORE, _FACING = 0.03, 0.25, 0.7


def drawn_in_room(
    rng: np.random.Generator,
    renderer: Renderer,
    category: str,
    parts: Sequence[Part],
    turn: np.ndarray,
    look: Look,
) -> np.ndarray:
    """Picture (S, S, 3) of an object with a room around it; without one where none can be seen."""
    room = around(rng, category, parts, turn)
    if not room:
        return renderer.draw(parts, turn, look)
    look = replace(
        look,
        parts=(*look.parts, *room_materials(rng, len(room))),
        floor_shadow=0.0,
        camera=replace(look.camera, cut=0),
    )
    return renderer.draw(parts, turn, look, room)


def around(
    rng: np.random.Generator, category: str, parts: Sequence[Part], turn: np.ndarray
) -> list[Part]:
    """The surfaces around an upright object, as its parts are: none where they would hide it.

    turn: (3, 3) from the object's axes to the view's.
    """
    points = np.concatenate([vertices for vertices, _ in parts])
    low, high = points.min(0), points.max(0)
    reach = float((high - low).max()) * rng.uniform(1.2, 4.0)
    place = _Place(low, high, reach, turn[2])
    if category in IN_WALL:
        return _in_wall(rng, place, on_floor=category == "Door")
    if category in ON_WALL:
        return [place.wall(2, low[2])] if place.camera[2] > _BEFORE else []
    surfaces = _floor_and_walls(rng, place, category in ON_FLOOR)
    if category in BUILT_IN and place.camera[2] > _FACING and rng.random() < 0.5:
        body = parts[0][0]
        surfaces += _neighbours(rng, low, high, body.min(0), body.max(0))
    return surfaces


@dataclass(frozen=True)
class _Place:
    """An object's box, how far what is around it goes on, and the direction to the camera."""

    low: np.ndarray
    high: np.ndarray
    reach: float
    camera: np.ndarray

    @property
    def from_above(self) -> bool:
        return bool(self.camera[1] > _ABOVE)

    def ground(self, reach: float) -> Part:
        """Under the object, that much larger on each side."""
        low, high = self.low, self.high
        wide, deep = high[0] - low[0] + 2 * reach, high[2] - low[2] + 2 * reach
        corner = (low[0] - reach, low[1], low[2] - reach)
        return _sheet(corner, (wide, 0, 0), (0, 0, deep))

    def wall(self, axis: int, at: float, standing: bool = False) -> Part:
        """Across the axis x or z at a place of it; standing: from the floor up."""
        low, high, reach, other = self.low, self.high, self.reach, 2 - axis
        corner, along, up = np.zeros(3), np.zeros(3), np.zeros(3)
        corner[axis], corner[other] = at, low[other] - reach
        corner[1] = low[1] if standing else low[1] - reach
        along[other] = high[other] - low[other] + 2 * reach
        up[1] = high[1] + reach - corner[1]
        return _sheet(corner, along, up)

    def wall_behind(self, axis: int, away: float, standing: bool = False) -> Part:
        """So far from the object, on the side that is away from the camera."""
        before = self.camera[axis] > 0
        at = self.low[axis] - away if before else self.high[axis] + away
        return self.wall(axis, float(at), standing)


def _in_wall(rng: np.random.Generator, place: _Place, on_floor: bool) -> list[Part]:
    """A wall with an opening that the object fills; what is ajar swings out of its plane."""
    if abs(place.camera[2]) < _BEFORE:
        return []
    (left, bottom, back), (right, top, front), reach = place.low, place.high, place.reach
    plane = 0.0 if back < 0 < front else float(back + front) / 2
    under = bottom - (0.0 if on_floor else reach)
    wall = [
        _sheet((left - reach, under, plane), (reach, 0, 0), (0, top + reach - under, 0)),
        _sheet((right, under, plane), (reach, 0, 0), (0, top + reach - under, 0)),
        _sheet((left, top, plane), (right - left, 0, 0), (0, reach, 0)),
        _sheet((left, under, plane), (right - left, 0, 0), (0, bottom - under, 0)),
    ]
    surfaces = [_together(wall[:3] if on_floor else wall)]
    if on_floor and place.from_above:
        surfaces.append(place.ground(reach))
    if rng.random() < 0.5:  # of the room beyond
        surfaces.append(place.wall_behind(2, float(rng.uniform(0.3, 1.0)) * reach))
    return surfaces


def _floor_and_walls(rng: np.random.Generator, place: _Place, on_floor: bool) -> list[Part]:
    """What it stands on, and one or two walls on the sides that are away from the camera."""
    surfaces = []
    if place.from_above:
        share = 1.0 if on_floor else rng.uniform(0.2, 1.0)
        surfaces.append(place.ground(place.reach * share))
    most = 0.5 if on_floor else 2.0  # of the object's size, from it to the wall
    away = float(rng.uniform(0.02, most)) * float((place.high - place.low).max())
    sides = sorted((0, 2), key=lambda axis: -abs(place.camera[axis]))
    walls = 1 + (rng.random() < 0.3) if on_floor or rng.random() < 0.6 else 0
    return surfaces + [
        place.wall_behind(axis, away, on_floor)
        for axis in sides[:walls]
        if abs(place.camera[axis]) > _BEFORE
    ]


def _neighbours(
    rng: np.random.Generator,
    low: np.ndarray,
    high: np.ndarray,
    body_low: np.ndarray,
    body_high: np.ndarray,
) -> list[Part]:
    """Cupboards on either side of a body, their fronts about where its own is."""
    width = float(body_high[0] - body_low[0])
    gap = width * float(rng.uniform(0.0, 0.03))
    top = float(body_high[1]) if rng.random() < 0.7 else float(high[1] + rng.uniform(0, 1) * width)
    front = float(body_high[2] - rng.uniform(-0.05, 0.15) * (body_high[2] - body_low[2]))
    boxes = []
    for start in (low[0] - gap - width, high[0] + gap):
        if rng.random() < 0.85:
            corner = np.array((start, low[1], body_low[2]))
            boxes.append(_box(corner, np.array((start + width, top, front))))
    if boxes and top <= body_high[1] and rng.random() < 0.5:  # under one slab
        thick = width * float(rng.uniform(0.03, 0.08))
        corner = np.array((low[0] - gap - width, top, body_low[2]))
        boxes.append(_box(corner, np.array((high[0] + gap + width, top + thick, front + thick))))
    return boxes


def _sheet(corner: ArrayLike, along: ArrayLike, up: ArrayLike) -> Part:
    a, u, v = (np.asarray(each, float) for each in (corner, along, up))
    return np.array([a, a + u, a + u + v, a + v]), np.array([[0, 1, 2], [0, 2, 3]])


def _box(low: np.ndarray, high: np.ndarray) -> Part:
    size = high - low
    x, y, z = np.diag(size)
    sides = [
        *((low, first, second) for first, second in ((x, y), (x, z), (y, z))),
        *((high, -first, -second) for first, second in ((x, y), (x, z), (y, z))),
    ]
    return _together([_sheet(*side) for side in sides])


def _together(sheets: Sequence[Part]) -> Part:
    """Sheets as one part, of one material."""
    vertices = np.concatenate([points for points, _ in sheets])
    return vertices, np.concatenate([faces + 4 * n for n, (_, faces) in enumerate(sheets)])
