"""Masks as polygons in pixel coordinates, as COCO's run lengths, as PNG files, and cut out."""

from __future__ import annotations

import io
from collections import defaultdict
from typing import Any

import numpy as np
from PIL import Image
from scipy import ndimage

from img2code.vision import Point, Polygon, Ring, Segment
from img2code.vision.checkpoints import missing_extra

Array = np.ndarray

#: How far a simplified ring may be from the pixels' borders, in pixels.
TOLERANCE = 1.0
_Vertex = tuple[int, int]


def polygons(mask: Array, tolerance: float = TOLERANCE) -> tuple[Polygon, ...]:
    """The regions of a mask (H, W), largest first, each with its holes.

    Rings run along the borders of pixels, so that with a tolerance of 0 they cover exactly the
    pixels of the mask. Pixels that touch at a corner only are two regions.
    """
    labels, count = ndimage.label(mask)
    found = []
    for number, place in enumerate(ndimage.find_objects(labels), 1):
        rows, columns = place
        own = labels[place] == number
        rings = [[(x + columns.start, y + rows.start) for x, y in ring] for ring in _rings(own)]
        rings.sort(key=lambda ring: -abs(area(ring)))
        outer, *holes = (_simplified(ring, tolerance) for ring in rings)
        if len(outer) >= 3:
            kept = tuple(ring for ring in holes if len(ring) >= 3)
            found.append((int(own.sum()), Polygon(outer, kept)))
    found.sort(key=lambda each: -each[0])
    assert count >= len(found)
    return tuple(polygon for _, polygon in found)


def area(ring: Any) -> float:
    """The signed area inside a ring of (x, y)."""
    points = np.asarray(ring, float)
    x, y = points.T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


def as_dict(segment: Segment, x: float = 1.0, y: float = 1.0) -> dict[str, Any]:
    """A segment as JSON has it, coordinates of its polygons multiplied."""
    found = [scaled(each, x, y) for each in polygons(segment.mask)]
    rings = [{"outer": each.outer, "holes": each.holes} for each in found]
    return {"name": segment.name, "iou": round(segment.iou, 4), "polygons": rings}


def scaled(polygon: Polygon, x: float, y: float) -> Polygon:
    """With coordinates multiplied."""

    def ring(points: Ring) -> Ring:
        return tuple((a * x, b * y) for a, b in points)

    return Polygon(ring(polygon.outer), tuple(map(ring, polygon.holes)))


def _rings(mask: Array) -> list[list[_Vertex]]:
    """The closed borders of a connected region, each as the corners where it turns."""
    padded = np.pad(mask, 1)
    following: dict[_Vertex, list[_Vertex]] = defaultdict(list)
    # Every border is walked with the region on its right hand (y points down).
    for (dy, dx), (start, end) in {
        (-1, 0): ((0, 0), (1, 0)),
        (0, 1): ((1, 0), (1, 1)),
        (1, 0): ((1, 1), (0, 1)),
        (0, -1): ((0, 1), (0, 0)),
    }.items():
        beside = np.roll(padded, (-dy, -dx), (0, 1))
        rows, columns = np.nonzero(padded & ~beside)
        for row, column in zip((rows - 1).tolist(), (columns - 1).tolist(), strict=True):
            following[column + start[0], row + start[1]].append((column + end[0], row + end[1]))
    rings = []
    while following:
        first = next(iter(following))
        ring, here = [first], _next(following, first, None)
        before = first
        while here != first:
            ring.append(here)
            before, here = here, _next(following, here, before)
        rings.append(_corners(ring))
    return rings


def _next(
    following: dict[_Vertex, list[_Vertex]], here: _Vertex, before: _Vertex | None
) -> _Vertex:
    """The next corner; where two borders cross, the one that stays with the same pixel."""
    choices = following[here]
    chosen = 0
    if len(choices) > 1 and before is not None:
        step = (here[0] - before[0], here[1] - before[1])
        right = (here[0] - step[1], here[1] + step[0])
        chosen = choices.index(right)
    result = choices.pop(chosen)
    if not choices:
        del following[here]
    return result


def _corners(ring: list[_Vertex]) -> list[_Vertex]:
    """Without the points on straight lines."""
    points = np.array(ring)
    ahead, behind = np.roll(points, -1, 0) - points, points - np.roll(points, 1, 0)
    turns = ahead[:, 0] * behind[:, 1] != ahead[:, 1] * behind[:, 0]
    return [(int(x), int(y)) for x, y in points[turns]]


def _simplified(ring: list[_Vertex], tolerance: float) -> Ring:
    """By Douglas and Peucker, from the two points that are farthest apart."""
    points = np.array(ring, float)
    if tolerance > 0 and len(points) > 4:
        start = int(np.argmin(points.sum(1)))
        points = np.roll(points, -start, 0)
        middle = int(np.argmax(((points - points[0]) ** 2).sum(1)))
        kept = {0, middle}
        for first, last in ((0, middle), (middle, len(points))):
            kept |= _kept(points, first, last, tolerance)
        points = points[sorted(kept)]
    result: tuple[Point, ...] = tuple((float(x), float(y)) for x, y in points)
    return result


def _kept(points: Array, first: int, last: int, tolerance: float) -> set[int]:
    """Indices between two points that lie off the line through them."""
    kept, left = set(), [(first, last)]
    while left:
        begin, end = left.pop()
        if end - begin < 2:
            continue
        a, b = points[begin], points[end % len(points)]
        inner = points[begin + 1 : end] - a
        along = b - a
        length = float(np.hypot(*along))
        if length > 0:
            off = np.abs(inner[:, 0] * along[1] - inner[:, 1] * along[0]) / length
        else:
            off = np.hypot(*inner.T)
        most = int(off.argmax())
        if off[most] > tolerance:
            split = begin + 1 + most
            kept.add(split)
            left += [(begin, split), (split, end)]
    return kept


def png(mask: Array, size: tuple[int, int] | None = None) -> bytes:
    """A mask as a PNG file: white where the region is. size: width and height, else its own."""
    picture = Image.fromarray(mask)
    if size is not None and size != picture.size:
        picture = picture.resize(size, Image.Resampling.NEAREST)
    return _file(picture)


def cut_out(picture: Image.Image, mask: Array) -> bytes:
    """The region of a picture as a PNG file, transparent around it, no larger than its box."""
    cut = picture.convert("RGBA")
    cut.putalpha(Image.fromarray(np.where(mask, 255, 0).astype(np.uint8)))
    box = cut.getchannel("A").getbbox()
    return _file(cut.crop(box) if box else cut)


def _file(picture: Image.Image) -> bytes:
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def coco_rle(mask: Array) -> dict[str, Any]:
    """The mask as COCO's compressed run lengths. Raises UserError without pycocotools."""
    try:
        from pycocotools import mask as coco
    except ModuleNotFoundError:
        raise missing_extra("pycocotools") from None
    packed = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
    return {"size": list(packed["size"]), "counts": packed["counts"].decode("ascii")}
