"""Pictures on their way through a back end, those of a batch together."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from geometry.errors import UserError
from img2code.backends import Backend, BatchBackend, FittingBackend, SeeingBackend, Wanted
from img2code.errors import GenerationError
from img2code.recognition import Box, Recognition
from img2code.result import Event, Fit, Fitting, Result, Text


@dataclass
class Row:
    """One picture on its way, and what the back end has said of it."""

    number: int
    picture: Image.Image
    category: str | None
    box: Box | None
    told: bool
    fit: Fit
    began: float
    pieces: list[str] = field(default_factory=list)
    first_seconds: float = 0.0
    ended: bool = False
    recognition: Recognition | None = None
    seen: Any = None  # as the back end of fits has seen it

    def seconds(self) -> float:
        return time.perf_counter() - self.began

    @property
    def start(self) -> Result | None:
        """What is fitted again, where the back end is not to answer."""
        return self.fit.start if isinstance(self.fit, Fitting) else None

    def take(self, piece: str) -> Text | None:
        seconds = self.seconds()
        self.first_seconds = self.first_seconds or seconds
        self.pieces.append(piece)
        return Text(piece, len(self.pieces), seconds) if self.told else None

    def end(self, event: Event | Exception) -> tuple[int, Event | Exception]:
        self.ended = True
        return self.number, event


def answers(
    backend: Backend, rows: Sequence[Row], wanted: Wanted
) -> Generator[tuple[int, str | None]]:
    """What the back end says, with the place of the row; None where a row's answer is complete."""
    pictures, categories = [row.picture for row in rows], [row.category for row in rows]

    def wanted_row(place: int) -> bool:
        return wanted(rows[place].number)

    if not rows:
        return
    if isinstance(backend, SeeingBackend):
        seen = backend.see(pictures, [row.box for row in rows])
        for row, each in zip(rows, seen, strict=True):
            row.recognition = each.recognition
            row.seen = each if isinstance(backend, FittingBackend) else None
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


def explained(backend: Backend, error: Exception) -> Exception:
    """Errors for users as they are; whatever else a back end raises as a GenerationError."""
    if isinstance(error, UserError):
        return error
    reason = (str(error) or type(error).__name__).rstrip(".")
    problem = f"The back end {backend.name} failed: {reason}."
    failure = GenerationError(problem, "Try again, or with another picture.")
    failure.__cause__ = error
    return failure
