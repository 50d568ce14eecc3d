"""From a picture to a code and its mesh: the one place that knows the order of things."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import trimesh
from PIL import Image

import geometry
import stats
from geometry import contacts
from geometry.errors import UserError
from geometry.program import Program, find_category, parse
from img2code.backends import Backend, BatchBackend, SeeingBackend, Wanted, always, batch_size
from img2code.errors import GenerationError
from img2code.image import open_image
from img2code.language.answer import read
from img2code.language.answer.kinds import Repair, joined, refuse_changes
from img2code.recognition import Box, Recognition
from stats.quantiles import At

Picture = str | Path | bytes | Image.Image
Code = dict[str, Any]


@dataclass(frozen=True)
class Result:
    """What became of one picture."""

    program: Program
    token_code: Code
    raw_text: str  # as the back end wrote it
    tokens: int
    seconds: float
    first_token_seconds: float
    repairs: tuple[str, ...]  # sentences; empty where the answer was a valid code as it stood
    mended: tuple[Repair, ...] = ()  # the same as values, where the answer was read here
    recognition: Recognition | None = None  # what the picture shows, where the back end says so

    @property
    def category(self) -> str:
        return self.program.category.name

    @property
    def confidence(self) -> float | None:
        """How probable the picture makes the category, 0 to 1, where the back end says so."""
        return self.recognition.probability(self.category) if self.recognition else None

    @property
    def doubt(self) -> str:
        """A sentence where the picture does not look like what was made of it; else empty."""
        return self.recognition.doubt(self.category) if self.recognition else ""

    @cached_property
    def code(self) -> Code:
        """The program as JSON has it: plain lengths and degrees."""
        return self.program.as_dict()

    def scene(self, segments: int = 32, posed: bool = False) -> trimesh.Scene:
        """The object, one named node per part."""
        return geometry.build(self.program, segments=segments, posed=posed)

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

    def run(self, image: Picture, category: str | None = None, box: Box | None = None) -> Result:
        """The code of a picture. Raises ImageError, GenerationError or geometry.CodeError.

        box: where the object is; by default what stands out.
        """
        for event in self.stream(image, category, box):
            if isinstance(event, Done):
                return event.result
        raise GenerationError(f"The back end {self.backend.name} gave no answer.", "Try again.")

    def stream(
        self, image: Picture, category: str | None = None, box: Box | None = None
    ) -> Generator[Event]:
        """Text events while the answer is made, then Done. Closing the iterator ends the work.

        Raises ImageError, GenerationError or geometry.CodeError (an unknown category), with
        sentences for users.
        """
        with contextlib.closing(self.stream_many([image], [category], boxes=[box])) as events:
            for _, event in events:
                if isinstance(event, Exception):
                    raise event
                yield event

    def stream_many(
        self,
        images: Sequence[Picture],
        categories: Sequence[str | None],
        texts: Sequence[bool] | None = None,
        wanted: Wanted = always,
        boxes: Sequence[Box | None] | None = None,
    ) -> Generator[tuple[int, Event | Exception]]:
        """(row, event) of several pictures, decoded together where the back end can.

        The last event of a row is Done, or the exception that ended it and no other row. texts: the
        rows of which Text is yielded, by default all. wanted: asked while the work goes on; a row
        that is not wanted any more gets no further event. boxes: where the objects are, for back
        ends that look for them. Closing the iterator ends the work.
        """
        start = time.perf_counter()
        rows: list[_Row] = []
        for number, (image, category) in enumerate(zip(images, categories, strict=True)):
            try:
                picture = open_image(image)
                if category is not None:
                    category = find_category(category).name
            except Exception as error:
                yield number, error
            else:
                told = texts is None or texts[number]
                box = boxes[number] if boxes else None
                rows.append(_Row(number, picture, category, box, told, start))
        size = batch_size(self.backend)
        for first in range(0, len(rows), size):
            yield from self._together(rows[first : first + size], wanted)

    def _together(
        self, rows: Sequence[_Row], wanted: Wanted
    ) -> Generator[tuple[int, Event | Exception]]:
        """The rows of one batch. Where that fails, as for lack of memory, each is tried alone."""
        rows = [row for row in rows if wanted(row.number)]
        if len(rows) > 1:
            try:
                yield from self._told(rows, wanted)
                return
            except Exception as error:
                failure = _explained(self.backend, error)
            for row in rows:
                if not row.ended and row.told and row.pieces:  # what was told cannot be unsaid
                    yield row.end(failure)
        for row in rows:
            if row.ended or not wanted(row.number):
                continue
            row.pieces.clear()
            try:
                yield from self._told([row], wanted)
            except Exception as error:
                yield row.end(_explained(self.backend, error))

    def _told(
        self, rows: Sequence[_Row], wanted: Wanted
    ) -> Generator[tuple[int, Event | Exception]]:
        """The events of rows that are decoded at once. Raises what the back end raises."""
        with contextlib.closing(_pieces(self.backend, rows, wanted)) as generated:
            for place, piece in generated:
                row = rows[place]
                if not wanted(row.number):
                    continue
                if piece is None:
                    yield row.end(self._finished(row))
                elif event := row.take(piece):
                    yield row.number, event
        for row in rows:
            if not row.ended and wanted(row.number):
                yield row.end(self._finished(row))

    def _finished(self, row: _Row) -> Event | Exception:
        try:
            text, tokens = "".join(row.pieces), len(row.pieces)
            result = self.finish(text, row.category, tokens, row.seconds(), row.first_seconds)
        except Exception as error:
            return _explained(self.backend, error)
        return Done(replace(result, recognition=row.recognition))

    def finish(
        self, raw_text: str, category: str | None, tokens: int, seconds: float, first: float
    ) -> Result:
        """The result that a whole answer makes; what follows is added to `seconds`.

        first: seconds until the first token. Raises GenerationError, which keeps the text.
        """
        start = time.perf_counter()
        answered, mended = read.examine(raw_text, category)
        if self.strict:
            refuse_changes(mended, raw_text)
        try:
            decoded = parse(self.statistics.decode(answered, at=self._edge))
            program, closed = contacts.closed(decoded)  # builds it: else it is no result
            mended = (*mended, *map(joined, closed))
        except geometry.CodeError as error:
            hint = "Try again, or with another picture."
            raise GenerationError(
                f"The answer is not a valid code. {error}", hint, raw_text
            ) from error
        return Result(
            program=program,
            token_code=answered,
            raw_text=raw_text,
            tokens=tokens,
            seconds=seconds + time.perf_counter() - start,
            first_token_seconds=first,
            repairs=tuple(repair.text for repair in mended),
            mended=mended,
        )


@dataclass
class _Row:
    """One picture on its way, and what the back end has said of it."""

    number: int
    picture: Image.Image
    category: str | None
    box: Box | None
    told: bool
    start: float
    pieces: list[str] = field(default_factory=list)
    first_seconds: float = 0.0
    ended: bool = False
    recognition: Recognition | None = None

    def seconds(self) -> float:
        return time.perf_counter() - self.start

    def take(self, piece: str) -> Text | None:
        seconds = self.seconds()
        self.first_seconds = self.first_seconds or seconds
        self.pieces.append(piece)
        return Text(piece, len(self.pieces), seconds) if self.told else None

    def end(self, event: Event | Exception) -> tuple[int, Event | Exception]:
        self.ended = True
        return self.number, event


def _pieces(
    backend: Backend, rows: Sequence[_Row], wanted: Wanted
) -> Generator[tuple[int, str | None]]:
    """What the back end says, with the place of the row; None where a row's answer is complete."""
    pictures, categories = [row.picture for row in rows], [row.category for row in rows]

    def wanted_row(place: int) -> bool:
        return wanted(rows[place].number)

    if isinstance(backend, SeeingBackend):
        seen = backend.see(pictures, [row.box for row in rows])
        for row, each in zip(rows, seen, strict=True):
            row.recognition = each.recognition
        yield from backend.generate_seen(seen, categories, wanted_row)
        return
    if len(rows) > 1 and isinstance(backend, BatchBackend):
        yield from backend.generate_batch(pictures, categories, wanted_row)
        return
    (row,) = rows
    for piece in backend.generate(row.picture, row.category):
        if not wanted(row.number):
            return
        yield 0, piece


def _explained(backend: Backend, error: Exception) -> Exception:
    """Errors for users as they are; whatever else a back end raises as a GenerationError."""
    if isinstance(error, UserError):
        return error
    reason = (str(error) or type(error).__name__).rstrip(".")
    problem = f"The back end {backend.name} failed: {reason}."
    failure = GenerationError(problem, "Try again, or with another picture.")
    failure.__cause__ = error
    return failure
