"""Points and boxes as people send them, made into prompts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geometry.errors import UserError
from img2code.vision import PixelBox, Point, Prompt

MOST = 64  # of one picture


def prompts(
    points: Sequence[Point],
    boxes: Sequence[PixelBox],
    size: tuple[int, int],
    scale: tuple[float, float] = (1.0, 1.0),
) -> list[Prompt]:
    """All points mean one object, each box its own; neither: the main object.

    One box and points mean the object in the box that has the points. size: of the picture whose
    pixels they count. scale: what makes them pixels of the picture that is looked at. Raises
    UserError for what is not within the picture.
    """
    if len(points) + len(boxes) > MOST:
        problem = f"There are {len(points) + len(boxes)} points and boxes; at most {MOST} are read."
        raise UserError(problem, "Send them in several requests.")
    for point in points:
        _check_point(point, size)
    for box in boxes:
        _check_box(box, size)
    across, along = scale
    spots = tuple((x * across, y * along) for x, y in points)
    places = [(a * across, b * along, c * across, d * along) for a, b, c, d in boxes]
    if len(places) == 1:
        return [Prompt(spots, places[0])]
    found = [Prompt((), place) for place in places]
    if spots or not found:
        found.insert(0, Prompt(spots))
    return found


def _check_point(point: Point, size: tuple[int, int]) -> None:
    x, y = point
    if not (0 <= x < size[0] and 0 <= y < size[1]):
        problem = f"The point ({x:g}, {y:g}) is outside the picture of {_told(size)} pixels."
        raise UserError(problem, "Give x and y in pixels from its upper left corner.")


def _check_box(box: PixelBox, size: tuple[int, int]) -> None:
    left, top, right, bottom = box
    if not (0 <= left < right <= size[0] and 0 <= top < bottom <= size[1]):
        told = ", ".join(f"{edge:g}" for edge in box)
        problem = f"The box ({told}) is not within the picture of {_told(size)} pixels."
        raise UserError(problem, "Give left, top, right and bottom in pixels, left < right.")


def _told(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]}"


def from_roi(roi: Any) -> tuple[list[Point], list[PixelBox]]:
    """The points and boxes of a list whose items have two or four numbers. Raises UserError."""
    points: list[Point] = []
    boxes: list[PixelBox] = []
    for item in roi:
        numbers = [float(number) for number in item]
        if len(numbers) == 2:
            points.append((numbers[0], numbers[1]))
        elif len(numbers) == 4:
            boxes.append((numbers[0], numbers[1], numbers[2], numbers[3]))
        else:
            problem = f"An item of roi has {len(numbers)} numbers."
            raise UserError(problem, "Give 2 (x, y) for a point, 4 (x1, y1, x2, y2) for a box.")
    return points, boxes
