"""The entries of the gallery: what became of each example and of the visitor's own pictures."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from PIL import Image

import geometry
from geometry.draw.raster import draw
from geometry.errors import UserError
from geometry.metrics.own_frame import shape_scores
from img2code.image import open_image, upright
from img2code.reconstruct import Reconstructor
from img2code.report import data_uri, facts
from img2code.result import Picture, Result

EXAMPLE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
PHOTOGRAPH = "_photo"  # at the end of a name, before its suffix
THUMBNAIL = 320  # pixels
F1_LABEL = "F1 at 5 %"


@dataclass(frozen=True)
class Entry:
    """A picture and what became of it, ready to be shown."""

    key: str  # unique in a visitor's gallery
    title: str
    picture: str  # data URI
    rendering: str  # data URI
    result: Result
    figures: tuple[tuple[str, str], ...]  # name and value, in the order in which they are shown


class Examples:
    """The pictures of a folder; each one is reconstructed once, when it is first asked for."""

    def __init__(self, folder: Path, reconstructor: Reconstructor) -> None:
        found = folder.iterdir() if folder.is_dir() else ()
        self.folder = folder
        self.paths = sorted(path for path in found if path.suffix.lower() in EXAMPLE_SUFFIXES)
        self._reconstructor = reconstructor
        self._entries: dict[Path, Entry | None] = {}
        self._lock = threading.Lock()

    def entries(self) -> Iterator[tuple[list[Entry], int]]:
        """What there is so far and how many are still to come, again after each example."""
        todo = [path for path in self.paths if path not in self._entries]
        yield self._ready(), len(todo)
        for left, path in zip(range(len(todo) - 1, -1, -1), todo, strict=True):
            with self._lock:
                if path not in self._entries:
                    self._entries[path] = self._reconstruct(path)
            yield self._ready(), left

    def _ready(self) -> list[Entry]:
        made = [self._entries.get(path) for path in self.paths]
        return [entry for entry in made if entry]

    def _reconstruct(self, path: Path) -> Entry | None:
        try:
            result = self._reconstructor.run(path)
        except UserError:
            return None  # an example that fails is left out, like a picture that is not there
        picture = thumbnail(path, THUMBNAIL)
        return make_entry(path.name, title(path), picture, result, _truth(path))


def is_photograph(path: Path) -> bool:
    """Whether an example is one, by its name; the others are renders."""
    return path.stem.endswith(PHOTOGRAPH)


def title(path: Path) -> str:
    """What a picture is called on the page: mug_tall_2.png is "Mug tall 2"."""
    return path.stem.replace("_", " ").replace("-", " ").capitalize()


@dataclass(frozen=True)
class Own:
    """A visitor's picture and result; its entry is made when the gallery first shows it."""

    key: str
    title: str
    picture: str  # data URI
    result: Result

    @cached_property
    def entry(self) -> Entry:
        return make_entry(self.key, self.title, self.picture, self.result)


def own(path: str, result: Result, how: str = "") -> Own:
    """What the gallery keeps of a visitor's run; how: said after the picture's name."""
    name = f"Yours: {title(Path(path))}" + f", {how}" * bool(how)
    return Own(f"own-{time.time_ns()}", name, thumbnail(path, THUMBNAIL), result)


def make_entry(
    key: str, title: str, picture: str, result: Result, truth: dict[str, Any] | None = None
) -> Entry:
    """An entry with its rendering and figures; with the true code, also how near it came."""
    rendering = data_uri(draw(result.program, size=THUMBNAIL, transparent=True))
    return Entry(key, title, picture, rendering, result, tuple(_figures(result, truth)))


def _truth(picture: Path) -> dict[str, Any] | None:
    path = picture.with_suffix(".json")
    truth: dict[str, Any] | None = json.loads(path.read_text()) if path.is_file() else None
    return truth


def _figures(result: Result, truth: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
    yield from facts(result)
    if truth:
        yield from _against(result, truth)


def _against(result: Result, truth: dict[str, Any]) -> Iterator[tuple[str, str]]:
    scores = shape_scores(geometry.mesh(result.program), geometry.mesh(truth))
    yield "True category", truth["category"]
    yield F1_LABEL, f"{scores['f1_5']:.3f}"


def thumbnail(picture: Picture, side: int) -> str:
    """The upright picture with at most `side` pixels on its longer side."""
    opened = open_image(picture)
    small = upright(opened)
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    return data_uri(small)
