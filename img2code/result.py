"""What becomes of a picture: its result, and the events on the way there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import trimesh
from PIL import Image

import geometry
from geometry.program import Program
from img2code.fit.fitting import Fitted
from img2code.fit.mask import Mask
from img2code.language.answer.kinds import Repair, refuse_changes
from img2code.recognition import Recognition

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
    fitted: Fitted | None = None  # the program on its picture, where it was fitted
    guess: Program | None = None  # the same before the fit
    overlaps: tuple[float, ...] = ()  # of each answer's object as written; the best one was kept

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
class Improved:
    """A code that suits the picture better than the one before; the fit goes on."""

    result: Result

    @property
    def fitted(self) -> Fitted:
        assert self.result.fitted is not None
        return self.result.fitted


@dataclass(frozen=True)
class Done:
    """The last event of a stream."""

    result: Result


Event = Text | Improved | Done


@dataclass(frozen=True)
class Fitting:
    """How a code is to be fitted to its picture.

    mask: the object's, by default what the network finds. start: a result whose program is fitted
    instead of a new answer of the back end, from where it lies if it was fitted before.
    """

    mask: Mask | None = None
    start: Result | None = None


#: Whether a code is fitted, and how.
Fit = bool | Fitting
