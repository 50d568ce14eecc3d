"""Regions by reconstruction: parts of the fitted code, the object, what stands before its ground.

A point on a mug's handle gives the handle, the mug and the foreground. Beside the object the mask
network looks into a box, and colour tells what belongs together around a point.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

from img2code import framing
from img2code.fit.drawing import overlap
from img2code.image import content, open_image
from img2code.vision import PixelBox, Prompt, Segment
from img2code.vision.reading import Reader, Reading
from img2code.vision.segment.grown import grown
from img2code.vision.words import facts
from img2code.vision.words.lexicon import noun_of, with_article

Array = np.ndarray

#: Regions per prompt.
REGIONS = 3
#: A drawn object that agrees less than this with its mask is not cut along it.
_AGREED = 0.6
#: Predicted IoU by kind of region: intercept, and by how much it grows with the agreement of
#: drawing and mask; from renders, by `benchmarks/segments.py`.
CALIBRATION = {
    "foreground": (0.16, 0.71),
    "object": (-0.01, 0.89),
    "part": (-0.20, 0.70),
    "boxed": (-0.21, 1.11),
    "coloured": (0.12, 0.0),
}


@dataclass(frozen=True)
class Candidate:
    """A region that may be meant. agreement: of drawing and mask or the like, 0 to 1."""

    mask: Array
    kind: str
    agreement: float
    name: str = ""

    def segment(self, size: tuple[int, int]) -> Segment:
        intercept, slope = CALIBRATION[self.kind]
        iou = float(np.clip(intercept + slope * self.agreement, 0.02, 0.99))
        return Segment(_resized(self.mask, size), iou, self.name)


class Embedded:
    """Regions of a reading; see the file's first lines."""

    name = "embedded"

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def segment(self, picture: Image.Image, prompts: Sequence[Prompt]) -> list[tuple[Segment, ...]]:
        """picture: RGB and upright. Points and boxes lie within it (`prompts.prompts`)."""
        reading = self._reader.read(open_image(picture))
        scale = reading.size[0] / picture.width
        return [self._answer(reading, _scaled(prompt, scale), picture.size) for prompt in prompts]

    def _answer(
        self, reading: Reading, prompt: Prompt, size: tuple[int, int]
    ) -> tuple[Segment, ...]:
        found = [each for each in self.candidates(reading, prompt) if each.mask.any()]
        segments = _different([each.segment(size) for each in found])
        if prompt.points and prompt.box is None:  # from the finest to the coarsest
            segments.sort(key=lambda each: int(each.mask.sum()))
        else:
            segments.sort(key=lambda each: -each.iou)
        return tuple(segments[:REGIONS])

    def candidates(self, reading: Reading, prompt: Prompt) -> Iterator[Candidate]:
        """The regions that a prompt may mean, in pixels of the reading."""
        points = [_pixel(point, reading.size) for point in prompt.points]
        if prompt.box is not None:
            yield from self._in_box(reading, prompt.box, points)
        elif points and not any(_on_object(reading, point) for point in points):
            yield from self._beside(reading, points)
        else:
            yield from _by_reconstruction(reading, points)

    def _in_box(
        self, reading: Reading, box: PixelBox, points: Sequence[tuple[int, int]]
    ) -> Iterator[Candidate]:
        left, top, *_ = content(reading.picture)
        square = (box[0] + left, box[1] + top, box[2] + left, box[3] + top)
        probability = self._in(reading, square)
        inside = _filled(box, probability.shape)
        seen = (probability >= 0.5) & inside
        certain = float(np.abs(2 * probability[inside] - 1).mean()) if inside.any() else 0.0
        yield Candidate(seen, "boxed", certain)
        fitting = sorted(
            _by_reconstruction(reading, points, all_parts=True),
            key=lambda each: -_box_overlap(each.mask, box),
        )
        for each in fitting[:2]:
            fits = _box_overlap(each.mask, box)
            yield Candidate(each.mask & inside, each.kind, fits * each.agreement, each.name)
        middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        start = points or [_pixel(middle, reading.size)]
        yield Candidate(grown(reading.colours, start, 14.0) & inside, "coloured", 0.2)

    def _in(self, reading: Reading, box: PixelBox) -> Array:
        """(H, W) probability of the object in a box of the square picture."""
        return self._reader.look(reading.picture, framing.fractions(reading.picture, box)).found

    def _beside(self, reading: Reading, points: Sequence[tuple[int, int]]) -> Iterator[Candidate]:
        """Regions around points that are not on the main object."""
        left, top, *_ = content(reading.picture)
        for box in reading.recognition.others:
            pixels = framing.pixels(reading.picture, box)
            own = (pixels[0] - left, pixels[1] - top, pixels[2] - left, pixels[3] - top)
            if all(own[0] <= x < own[2] and own[1] <= y < own[3] for x, y in points):
                probability = self._in(reading, pixels)
                seen = (probability >= 0.5) & _filled(own, probability.shape)
                if any(seen[y, x] for x, y in points):
                    certain = float(np.abs(2 * probability[seen] - 1).mean())
                    yield Candidate(seen, "boxed", certain, "another object")
        beside = ~reading.mask
        for tolerance, agreement in ((8.0, 0.3), (16.0, 0.5), (30.0, 0.4)):
            region = grown(reading.colours, points, tolerance) & beside
            yield Candidate(region, "coloured", agreement)


def _by_reconstruction(
    reading: Reading, points: Sequence[tuple[int, int]], all_parts: bool = False
) -> Iterator[Candidate]:
    """The parts under the points, the object, the foreground; without points no certain part."""
    drawn = reading.part_of >= 0
    agreement = overlap(drawn, reading.mask)
    parts = parts_of(reading)
    noun = noun_of(reading.program.category.name)
    yield Candidate(reading.mask, "foreground", agreement, "the foreground")
    yield Candidate(drawn, "object", agreement, with_article(noun))
    numbers = sorted({int(parts[y, x]) for x, y in points if parts[y, x] >= 0})
    if all_parts and not points:
        numbers_each = [[number] for number in range(len(reading.program.parts))]
    elif numbers:
        numbers_each = [numbers]
    else:
        numbers_each = [list(facts.main_parts(reading.program))]
    for own in numbers_each:
        mask = np.isin(parts, own)
        names = [facts.role_word(reading.program.parts[number].template) for number in own]
        probability = float(mask.sum()) / max(int(reading.mask.sum()), 1)
        # small parts are missed by little more easily
        certain = agreement * (1 - 0.25 * np.exp(-8 * probability))
        told = " and ".join(f"the {name}" for name in dict.fromkeys(names))
        yield Candidate(mask, "part", float(certain) + 0.1 * bool(points), told)


def parts_of(reading: Reading) -> Array:
    """(H, W) parts as the drawing has them, cut along the picture's own mask where they agree."""
    part_of = reading.part_of
    drawn = part_of >= 0
    if not drawn.any() or overlap(drawn, reading.mask) < _AGREED:
        return part_of
    _, (rows, columns) = ndimage.distance_transform_edt(~drawn, return_indices=True)
    result: Array = np.where(reading.mask, part_of[rows, columns], -1)
    return result


def _on_object(reading: Reading, point: tuple[int, int]) -> bool:
    x, y = point
    return bool(reading.mask[y, x] or reading.part_of[y, x] >= 0)


def _pixel(point: tuple[float, float], size: tuple[int, int]) -> tuple[int, int]:
    return min(int(point[0]), size[0] - 1), min(int(point[1]), size[1] - 1)


def _scaled(prompt: Prompt, scale: float) -> Prompt:
    points = tuple((x * scale, y * scale) for x, y in prompt.points)
    box = prompt.box
    if box is not None:
        left, top, right, bottom = (edge * scale for edge in box)
        box = (left, top, right, bottom)
    return Prompt(points, box)


def _filled(box: PixelBox, shape: tuple[int, ...]) -> Array:
    left, top, right, bottom = (round(edge) for edge in box)
    mask = np.zeros(shape, bool)
    mask[max(top, 0) : max(bottom, top + 1), max(left, 0) : max(right, left + 1)] = True
    return mask


def _box_overlap(mask: Array, box: PixelBox) -> float:
    """Intersection over union of a mask's box with a box."""
    rows, columns = np.nonzero(mask.any(1))[0], np.nonzero(mask.any(0))[0]
    if not len(rows):
        return 0.0
    own = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    across = min(own[2], box[2]) - max(own[0], box[0])
    down = min(own[3], box[3]) - max(own[1], box[1])
    inner = max(across, 0) * max(down, 0)
    areas = [(each[2] - each[0]) * (each[3] - each[1]) for each in (own, box)]
    return float(inner / max(sum(areas) - inner, 1e-9))


def _resized(mask: Array, size: tuple[int, int]) -> Array:
    if mask.shape == (size[1], size[0]):
        return mask
    picture = Image.fromarray((255 * mask).astype(np.uint8))
    result: Array = np.asarray(picture.resize(size, Image.Resampling.BILINEAR)) >= 128
    return result


def _different(segments: Sequence[Segment]) -> list[Segment]:
    """Without what is the same region as an earlier one, as long as enough are left."""
    kept: list[Segment] = []
    spare: list[Segment] = []
    for segment in segments:
        same = any(overlap(segment.mask, other.mask) > 0.98 for other in kept)
        (spare if same else kept).append(segment)
    return [*kept, *spare[: max(0, REGIONS - len(kept))]]


def load(reader: Reader | None = None, device: str | None = None) -> Embedded:
    """reader: one that is there already; device: of the networks, as torch names it."""
    return Embedded(reader or Reader.load(device))
