"""What the paths of understanding and creation have done in the queue, on opened pictures."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image

from geometry.errors import UserError
from img2code import limits
from img2code.image import content, open_image, original_size
from img2code.reconstruct import Reconstructor
from img2code.service import requests
from img2code.service.errors import ServiceError, stopping, too_large
from img2code.vision import Painting, Scores, Segment
from img2code.vision.masks import coco_rle, cut_out, png, polygons, scaled
from img2code.vision.prompts import prompts
from img2code.vision.words.wish import read
from img2code.wire_vision import PixelBox, Point, PolygonAnswer, Ring, SegmentAnswer

Wanted = Callable[[], bool]
Engine = Callable[[Reconstructor], Any]


@dataclass(frozen=True)
class Opened:
    """A picture that was sent: upright, perhaps scaled down, and the size that it had."""

    picture: Image.Image
    size: tuple[int, int]

    @property
    def scale(self) -> tuple[float, float]:
        """Pixels of the sent picture per pixel of this one, across and along."""
        return self.size[0] / self.picture.width, self.size[1] / self.picture.height


def opened(text: str) -> Opened:
    """The picture in base64. Raises ServiceError or ImageError."""
    file = requests.decode(text)
    if len(file) > limits.MAX_IMAGE_BYTES:
        raise too_large("The picture", limits.MAX_IMAGE_BYTES)
    square = open_image(file)
    return Opened(square.crop(content(square)), original_size(square))


@dataclass(frozen=True)
class Found:
    """A region of a sent picture. prompt: the number of the one that it answers."""

    prompt: int
    segment: Segment
    shown: Opened

    @property
    def mask(self) -> str:
        return base64.b64encode(png(self.segment.mask, self.shown.size)).decode()

    def polygons(self) -> list[PolygonAnswer]:
        across, along = self.shown.scale
        found = [scaled(each, across, along) for each in polygons(self.segment.mask)]
        return [
            PolygonAnswer(outer=list(each.outer), holes=[list(hole) for hole in each.holes])
            for each in found
        ]

    def rings(self) -> list[Ring]:
        """All of them, outer ones and holes."""
        return [ring for each in self.polygons() for ring in (each.outer, *each.holes)]

    def cut(self) -> str:
        return base64.b64encode(cut_out(self.shown.picture, self.segment.mask)).decode()

    def answer(self, masks: bool, rle: bool) -> SegmentAnswer:
        return SegmentAnswer(
            prompt=self.prompt,
            name=self.segment.name,
            iou=self.segment.iou,
            polygons=self.polygons(),
            mask=self.mask if masks else None,
            rle=coco_rle(self.segment.mask) if rle else None,
        )

    @property
    def box(self) -> PixelBox | None:
        """In pixels of the opened picture."""
        box = Image.fromarray(self.segment.mask).getbbox()
        return None if box is None else (box[0], box[1], box[2], box[3])


def segments(
    engine: Any, shown: Opened, points: Sequence[Point], boxes: Sequence[PixelBox]
) -> list[Found]:
    """Three per prompt. Raises ServiceError for what is outside the picture."""
    across, along = shown.scale
    try:
        asked = prompts(points, boxes, shown.size, (1 / across, 1 / along))
    except UserError as error:
        raise ServiceError("invalid_request", error.problem, error.hint) from None
    answers = engine.segment(shown.picture, asked)
    return [
        Found(number, segment, shown) for number, answer in enumerate(answers) for segment in answer
    ]


def scores(engine: Any, shown: Opened, texts: Sequence[str], box: PixelBox | None = None) -> Scores:
    """box: in pixels of the opened picture."""
    found: Scores = engine.score(shown.picture, texts, box)
    return found


def checked_texts(texts: Sequence[str]) -> None:
    """Raises ServiceError where texts ask for more pictures than are painted at once."""
    total = sum(read(text).number for text in texts)
    if total > limits.MAX_PAINTINGS:
        problem = f"That asks for {total} pictures; at most {limits.MAX_PAINTINGS} are painted."
        raise ServiceError("invalid_request", problem, "Ask for fewer in one request.")


def painted(
    engine: Any,
    text: str,
    wanted: Wanted,
    layout: Image.Image | None = None,
    seed: int = 0,
    size: int = 512,
) -> list[Painting]:
    """Raises ServiceError where nobody waits any more."""
    if not wanted():
        raise stopping()
    found: list[Painting] = engine.paint(text, layout, seed, size)
    return found


def base64_png(picture: Image.Image) -> str:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()
