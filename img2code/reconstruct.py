"""From a picture to a code and its mesh: the one place that knows the order of things."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trimesh
from PIL import Image

import geometry
import stats
from geometry import contacts, program
from img2code import answer
from img2code.backends import Backend
from img2code.errors import GenerationError, UserError
from img2code.image import open_image
from img2code.repair_kinds import Repair, joined, refuse_changes
from stats.quantiles import At

Picture = str | Path | bytes | Image.Image
Code = dict[str, Any]


@dataclass(frozen=True)
class Result:
    """What became of one picture."""

    category: str
    token_code: Code
    code: Code  # recovered: plain lengths and degrees
    raw_text: str  # as the back end wrote it
    tokens: int
    seconds: float
    first_token_seconds: float
    repairs: tuple[str, ...]  # sentences; empty where the answer was a valid code as it stood
    mended: tuple[Repair, ...] = ()  # the same as values, where the answer was read here

    def scene(self, segments: int = 32, posed: bool = False) -> trimesh.Scene:
        """The object, one named node per part."""
        return geometry.build(self.code, segments=segments, posed=posed)

    def check_exact(self) -> None:
        """Raises GenerationError where the answer needed more than punctuation."""
        refuse_changes(self.mended, self.raw_text)


@dataclass(frozen=True)
class Text:
    """A piece of the answer as it arrives, with the totals so far."""

    text: str
    tokens: int
    seconds: float


@dataclass(frozen=True)
class Done:
    """The last event of a stream."""

    result: Result


Event = Text | Done


class Reconstructor:
    """A back end with everything around it."""

    def __init__(
        self,
        backend: Backend,
        statistics: stats.Statistics | None = None,
        strict: bool = False,
    ) -> None:
        """statistics: those of the back end's checkpoint; by default the ones that come along.

        Checkpoints stand for the upper edge of each bin, our own statistics for its middle.
        strict: an answer that needs more than punctuation is an error, not repaired.
        """
        self.backend = backend
        self.statistics = statistics or stats.SHIPPED
        self.strict = strict
        self._edge: At = "upper" if statistics else "middle"

    def run(self, image: Picture, category: str | None = None) -> Result:
        """The code of a picture. Raises ImageError, GenerationError or geometry.CodeError."""
        for event in self.stream(image, category):
            if isinstance(event, Done):
                return event.result
        raise GenerationError(f"The back end {self.backend.name} gave no answer.", "Try again.")

    def stream(self, image: Picture, category: str | None = None) -> Generator[Event]:
        """Text events while the answer is made, then Done. Closing the iterator ends the work.

        Raises ImageError, GenerationError or geometry.CodeError (an unknown category), with
        sentences for users.
        """
        start = time.perf_counter()
        picture = open_image(image)
        if category is not None:
            category = program.find_category(category).name
        pieces: list[str] = []
        first = 0.0
        with contextlib.closing(_guarded(self.backend, picture, category)) as generated:
            for piece in generated:
                seconds = time.perf_counter() - start
                first = first or seconds
                pieces.append(piece)
                yield Text(piece, len(pieces), seconds)
        seconds = time.perf_counter() - start
        yield Done(self.finish("".join(pieces), category, len(pieces), seconds, first))

    def finish(
        self, raw_text: str, category: str | None, tokens: int, seconds: float, first: float
    ) -> Result:
        """The result that a whole answer makes; what follows is added to `seconds`.

        first: seconds until the first token. Raises GenerationError, which keeps the text.
        """
        start = time.perf_counter()
        answered, mended = answer.examine(raw_text, category)
        if self.strict:
            refuse_changes(mended, raw_text)
        try:
            decoded = program.parse(self.statistics.decode(answered, at=self._edge))
            code, closed = contacts.closed(decoded)  # builds it: else it is no result
            mended = (*mended, *map(joined, closed))
        except geometry.CodeError as error:
            hint = "Try again, or with another picture."
            raise GenerationError(
                f"The answer is not a valid code. {error}", hint, raw_text
            ) from error
        return Result(
            category=code["category"],
            token_code=answered,
            code=code,
            raw_text=raw_text,
            tokens=tokens,
            seconds=seconds + time.perf_counter() - start,
            first_token_seconds=first,
            repairs=tuple(repair.text for repair in mended),
            mended=mended,
        )


def _guarded(backend: Backend, picture: Image.Image, category: str | None) -> Generator[str]:
    """The back end's pieces; whatever else it raises becomes a GenerationError."""
    try:
        yield from backend.generate(picture, category)
    except (UserError, geometry.CodeError):
        raise
    except Exception as error:
        reason = (str(error) or type(error).__name__).rstrip(".")
        problem = f"The back end {backend.name} failed: {reason}."
        raise GenerationError(problem, "Try again, or with another picture.") from error
