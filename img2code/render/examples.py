"""Sampled objects with their pictures, as training draws them and evaluation holds them out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

import geometry
from geometry.view import View
from img2code.render.before import drawn_before
from img2code.render.everyday import everyday
from img2code.render.materials import with_pane
from img2code.render.rooms import drawn_in_room
from img2code.render.scene import Look, sample_look
from img2code.render.variety import widened

VIEWS = 2  # pictures per object
#: In training pictures the room around objects shrinks to this fraction, that details are large.
CLOSER = 0.45
#: Objects that fill no more than this stay small: not every picture can be cropped to its object.
FAR = 0.6
#: Share of the pictures that are before photographs, where there are some.
BEFORE = 0.25
#: Share of the others that are in a room, where rooms are wanted.
IN_ROOM = 0.5
#: How often doors have a pane of dark glass, as appliances do: it is no open door.
GLAZED = {"Microwave": 0.6, "Oven": 0.6, "Washingmachine": 0.6}
GLAZED_ELSEWHERE = 0.15
#: Seeds of training start with 1, of held-out objects with 2, of those that weights are chosen by
#: with 3.
TRAINING, HELD_OUT, DEVELOPMENT = 1, 2, 3


@dataclass(frozen=True)
class Example:
    """A sampled object, how it is seen, and its picture (S, S, 3) uint8.

    mask: (S, S) whether a pixel is the object's, where that is known.
    """

    code: dict[str, Any]
    view: View
    picture: np.ndarray
    mask: np.ndarray | None = None


@cache
def usual_diagonal(category: str) -> float:
    """The median bounding-box diagonal of the category's sampled objects."""
    rng = np.random.default_rng([TRAINING])
    return float(np.median([diagonal(geometry.sample(category, rng)) for _ in range(301)]))


def diagonal(code: dict[str, Any]) -> float:
    """Of the bounding box of a code's object."""
    return _extent([points for _, points, _ in geometry.parts(code)])


def _extent(pieces: list[np.ndarray]) -> float:
    """The diagonal of the bounding box of points (N, 3) in pieces."""
    return float(np.linalg.norm(np.ptp(np.concatenate(pieces), axis=0)))


def sample_object(
    category: str, rng: np.random.Generator, widen: float = 0.0, usual: float = 0.0
) -> tuple[dict[str, Any], list[tuple[np.ndarray, np.ndarray]]]:
    """A sampled object brought to the category's usual diagonal (its size cannot be seen).

    Its code, and (vertices, faces) of each of its parts. widen: with this probability its numbers
    are moved, that there are more kinds of proportions than the sampler knows. usual: with this
    probability it is as people keep such objects, and its numbers are not moved.
    """
    code = geometry.sample(category, rng)
    if usual and rng.random() < usual:
        code = everyday(code, rng)
    elif widen and rng.random() < widen:
        code = widened(code, rng)
    pieces = [(points, faces) for _, points, faces in geometry.parts(code) if len(faces)]
    factor = usual_diagonal(category) / _extent([points for points, _ in pieces])
    return geometry.rescale(code, factor), [(points * factor, faces) for points, faces in pieces]


def sample_view(rng: np.random.Generator, front: float = 0.7) -> View:
    """A view from -10 to 60 degrees above; with probability `front` within 90 degrees of the front.

    Low views are the most common ones, as in photographs.
    """
    yaw = rng.uniform(-90, 90) if rng.random() < front else rng.uniform(-180, 180)
    elevation = rng.uniform(-10, 60) if rng.random() < 0.6 else rng.normal(18, 12)
    return View(yaw, float(np.clip(elevation, -10, 60)), float(np.clip(rng.normal(0, 2.5), -8, 8)))


def examples(
    rng: np.random.Generator,
    category: str,
    renderer: Any,
    front: float = 0.7,
    views: int = VIEWS,
    plain: bool = False,
    close: bool = False,
    widen: float = 0.0,
    photographs: Sequence[np.ndarray] = (),
    rooms: bool = False,
    usual: float = 0.0,
) -> Iterator[Example]:
    """Endless examples; the same generator state gives the same ones.

    close: most objects fill the frame nearly, as `crop.crops` brings them before the network.
    widen: of `sample_object`; doors may have panes then. photographs: square ones (S, S, 3), which
    some pictures are before. rooms: some have walls, floors and neighbours. usual: of
    `sample_object`.
    """
    while True:
        code, pieces = sample_object(category, rng, widen, usual)
        for _ in range(views):
            view = sample_view(rng, front)
            look = sample_look(rng, len(pieces), plain)
            if close and look.fill > FAR:
                look = replace(look, fill=1 - CLOSER * (1 - look.fill))
            if widen:
                look = _with_panes(rng, code, look)
            turn = view.matrix()
            if photographs and rng.random() < BEFORE:
                picture, _ = drawn_before(rng, renderer, pieces, turn, look, photographs)
            elif rooms and rng.random() < IN_ROOM:
                picture = drawn_in_room(rng, renderer, category, pieces, turn, look)
            else:
                picture = renderer.draw(pieces, turn, look)
            yield Example(code, view, picture)


def _with_panes(rng: np.random.Generator, code: dict[str, Any], look: Look) -> Look:
    """Some doors glazed; all as they were where a part has no surface: which one is not said."""
    parts, materials = code["conceptualization"], list(look.parts)
    if len(parts) != len(materials):
        return look
    chance = GLAZED.get(code["category"], GLAZED_ELSEWHERE)
    for number, part in enumerate(parts):
        if "Door" in part["template"] and rng.random() < chance:
            materials[number] = with_pane(rng, materials[number])
    return replace(look, parts=tuple(materials))
