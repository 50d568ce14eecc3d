"""From a picture to a code and its mesh: the one place that knows the order of things."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TypeVar

import numpy as np

import geometry
import stats
from geometry import contacts
from geometry.errors import UserError
from geometry.program import Program, find_category, parse
from img2code.backends import (
    Backend,
    BlindBackend,
    DoubtingBackend,
    FittingBackend,
    RevisingBackend,
    SecondLookBackend,
    Wanted,
    always,
    batch_size,
    load,
)
from img2code.errors import GenerationError
from img2code.fit.fitting import Evidence, Fitted, fit
from img2code.fit.target import Target, target
from img2code.image import open_image
from img2code.language.answer import read
from img2code.language.answer.kinds import joined, refuse_changes
from img2code.recognition import Box
from img2code.result import Done, Event, Fit, Fitting, Improved, Picture, Result
from img2code.revise import Attempt, attempt
from img2code.rows import Row, answers, explained
from stats.quantiles import At

log = logging.getLogger(__name__)

#: Overlap from which a fit has met its picture; by how much less codes with other templates have to
#: disagree with it.
MET, BETTER = 0.75, 0.85

Answer = TypeVar("Answer")


class Reconstructor:
    """A back end with everything around it."""

    def __init__(
        self,
        backend: Backend,
        statistics: stats.Statistics | None = None,
        strict: bool = False,
        revisions: int = 0,
    ) -> None:
        """statistics: those of the back end's checkpoint; by default the ones that come along.

        Checkpoints stand for the upper edge of each bin, our own statistics for its middle.
        strict: an answer that needs more than punctuation is an error, not repaired.
        revisions: how often the back end is shown what became of its answer and may write another;
        the best one is kept. Raises UserError where it cannot.
        """
        if revisions and not isinstance(backend, RevisingBackend):
            problem = f"The back end {backend.name} does not revise its answers."
            raise UserError(problem, "Leave revisions out, or take the back end openai.")
        self.backend = backend
        self.revisions = revisions
        self.statistics = statistics or stats.SHIPPED
        self.strict = strict
        self._edge: At = "upper" if statistics else "middle"

    @property
    def name(self) -> str:
        """Of the back end."""
        return self.backend.name

    def run(
        self,
        image: Picture,
        category: str | None = None,
        box: Box | None = None,
        fit: Fit = False,
    ) -> Result:
        """The code of a picture. Raises ImageError, GenerationError or geometry.CodeError.

        box: where the object is; by default what stands out. fit: whether the code is then fitted
        to the picture, and how, which takes some two seconds.
        """
        for event in self.stream(image, category, box, fit):
            if isinstance(event, Done):
                return event.result
        raise GenerationError(f"The back end {self.backend.name} gave no answer.", "Try again.")

    def stream(
        self,
        image: Picture,
        category: str | None = None,
        box: Box | None = None,
        fit: Fit = False,
    ) -> Generator[Event]:
        """Text events while the answer is made, Improved ones while it is fitted, then Done.

        Closing the iterator ends the work.

        Raises ImageError, GenerationError or geometry.CodeError (an unknown category), with
        sentences for users.
        """
        rows = self.stream_many([image], [category], boxes=[box], fits=[fit])
        with contextlib.closing(rows) as events:
            for _, event in events:
                if isinstance(event, Exception):
                    raise event
                yield event

    def use(self, task: Callable[[Reconstructor], Answer]) -> Answer:
        """What a task makes of this reconstructor, in its turn. Raises what the task does."""
        return task(self)

    def stream_many(
        self,
        images: Sequence[Picture],
        categories: Sequence[str | None],
        texts: Sequence[bool] | None = None,
        wanted: Wanted = always,
        boxes: Sequence[Box | None] | None = None,
        fits: Sequence[Fit] | None = None,
    ) -> Generator[tuple[int, Event | Exception]]:
        """(row, event) of several pictures, decoded together where the back end can.

        The last event of a row is Done, or the exception that ended it and no other row. texts: the
        rows of which Text is yielded, by default all. wanted: asked while the work goes on; a row
        that is not wanted any more gets no further event. boxes: where the objects are, for back
        ends that look for them. fits: the rows that are fitted, by default none. Closing the
        iterator ends the work.
        """
        start = time.perf_counter()
        rows: list[Row] = []
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
                fit = fits[number] if fits else False
                rows.append(Row(number, picture, category, box, told, fit, start))
        size = batch_size(self.backend)
        for first in range(0, len(rows), size):
            yield from self._together(rows[first : first + size], wanted)

    def _together(
        self, rows: Sequence[Row], wanted: Wanted
    ) -> Generator[tuple[int, Event | Exception]]:
        """The rows of one batch. Where that fails, as for lack of memory, each is tried alone."""
        rows = [row for row in rows if wanted(row.number)]
        if len(rows) > 1:
            try:
                yield from self._told(rows, wanted)
                return
            except Exception as error:
                failure = explained(self.backend, error)
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
                yield row.end(explained(self.backend, error))

    def _told(
        self, rows: Sequence[Row], wanted: Wanted
    ) -> Generator[tuple[int, Event | Exception]]:
        """The events of rows that are decoded at once. Raises what the back end raises."""
        asked = [row for row in rows if row.start is None]
        with contextlib.closing(answers(self.backend, asked, wanted)) as generated:
            for place, piece in generated:
                row = asked[place]
                if not wanted(row.number):
                    continue
                if piece is None:
                    if not row.fit:  # else it waits until the others are written
                        yield row.end(self._finished(row))
                elif event := row.take(piece):
                    yield row.number, event
        for row in rows:
            if not row.ended and wanted(row.number):
                yield from self._ended(row, wanted)

    def _ended(self, row: Row, wanted: Wanted) -> Generator[tuple[int, Event | Exception]]:
        """What follows the answer of a row: fits, if wanted, and the end."""
        event = self._finished(row)
        if isinstance(event, Done) and self.revisions and row.start is None:
            event = Done(self._revised(row, event.result, wanted))
        blind = isinstance(self.backend, BlindBackend) and row.start is None
        if isinstance(event, Done) and row.fit and not blind:
            try:
                for fitted in self._fits(row, event.result.program, wanted):
                    event = Done(_with_fit(event.result, fitted, row.seconds()))
                    if row.told:
                        yield row.number, Improved(event.result)
            except Exception:
                log.exception("A fit failed; the code stays as it was written.")
        if wanted(row.number):
            yield row.end(event)

    def _fits(self, row: Row, program: Program, wanted: Wanted) -> Iterator[Fitted]:
        """Each better than the one before; none where no object is found in the picture."""
        evidence, aim = self._evidence(row, program)
        lies = row.start.fitted if row.start else None
        if aim is None:
            return
        best = None
        for best in fit(
            program, evidence, aim, lambda: wanted(row.number), lies.camera if lies else None
        ):
            yield best
        if best is not None and best.overlap < MET and row.start is None:
            yield from self._other_fits(row, program, best, aim, wanted)

    def _other_fits(
        self, row: Row, program: Program, best: Fitted, aim: Target, wanted: Wanted
    ) -> Iterator[Fitted]:
        """Of codes with other templates, each that is clearly better than all before."""
        if not isinstance(self.backend, DoubtingBackend) or best.mask is None:
            return
        before, seconds = best.before, best.seconds
        for other in self.backend.alternatives(row.picture, row.seen, program, best.mask):
            if not wanted(row.number):
                return
            try:
                evidence = self.backend.evidence(row.picture, row.seen, other, best.mask)
                *_, last = fit(other, evidence, aim, lambda: wanted(row.number))
            except geometry.CodeError:  # what is seen of it is no object
                continue
            seconds += last.seconds
            if last.disagreement < BETTER * best.disagreement:
                best = replace(last, before=before, changes=(), seconds=seconds, other_parts=True)
                yield best

    def _evidence(self, row: Row, program: Program) -> tuple[Evidence, Target | None]:
        """What the picture says of the program; no target where no object is found in it."""
        fitting = self._fitting
        if row.seen is None:
            (row.seen,) = fitting.see([row.picture], [row.box])
        how = row.fit if isinstance(row.fit, Fitting) else Fitting()
        others = how.start is None or how.start.fitted is None
        evidence = fitting.evidence(row.picture, row.seen, program, how.mask, others)
        return evidence, target(row.picture, evidence.mask.probability, evidence.mask.square)

    def _revised(self, row: Row, result: Result, wanted: Wanted) -> Result:
        """The best of the answer and its revisions; a revision that fails ends them."""
        assert isinstance(self.backend, RevisingBackend)
        evidence, aim = self._evidence(row, result.program)
        if aim is None:
            return result
        results: list[Result] = [result]
        attempts: list[Attempt] = []
        while True:
            latest = results[-1]
            attempts.append(attempt(latest.raw_text, latest.program, row.picture, evidence, aim))
            if len(attempts) > self.revisions or not wanted(row.number):
                break
            try:
                pieces = list(self.backend.revise(row.picture, attempts))
                finish = (row.seconds(), row.first_seconds)
                again = self.finish("".join(pieces), latest.category, len(pieces), *finish)
            except UserError as error:
                log.warning("A revision failed: %s", error)
                break
            results.append(again)
        overlaps = tuple(each.overlap for each in attempts)
        best = results[int(np.argmax(overlaps))]
        return replace(
            best,
            recognition=result.recognition,
            tokens=sum(each.tokens for each in results),
            seconds=row.seconds(),
            overlaps=overlaps,
        )

    @cached_property
    def _fitting(self) -> FittingBackend:
        """What knows pictures well enough for a fit: the back end, or the embedded one."""
        if isinstance(self.backend, FittingBackend):
            return self.backend
        embedded = load("embedded")
        assert isinstance(embedded, FittingBackend)
        return embedded

    def _finished(self, row: Row) -> Event | Exception:
        if row.start is not None:
            return Done(replace(row.start, guess=row.start.program))
        try:
            text, tokens = "".join(row.pieces), len(row.pieces)
            result = self.finish(text, row.category, tokens, row.seconds(), row.first_seconds)
            result = self._looked_again(row, result)
        except Exception as error:
            return explained(self.backend, error)
        return Done(replace(result, recognition=row.recognition))

    def _looked_again(self, row: Row, result: Result) -> Result:
        """What a second look at the picture makes of it, where that is an object."""
        if not isinstance(self.backend, SecondLookBackend) or row.seen is None:
            return result
        again = self.backend.look_again(row.picture, row.seen, result.program)
        if again is None:
            return result
        try:
            finish = (result.tokens, row.seconds(), row.first_seconds)
            return self.finish(again, row.category, *finish)
        except GenerationError as error:
            log.warning("The answer of the second look is none: %s", error)
            return result

    def finish(
        self, raw_text: str, category: str | None, tokens: int, seconds: float, first: float
    ) -> Result:
        """The result that a whole answer makes; what follows is added to `seconds`.

        first: seconds until the first token. Raises GenerationError, which keeps the text.
        """
        start = time.perf_counter()
        plain = isinstance(self.backend, RevisingBackend) and self.backend.plain
        answered, mended = read.examine(raw_text, category, plain)
        if self.strict:
            refuse_changes(mended, raw_text)
        try:
            if plain:
                decoded, answered = parse(answered), self.statistics.encode(answered)
            else:
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


def _with_fit(result: Result, fitted: Fitted, seconds: float) -> Result:
    """The result with the fitted program; seconds: with the fit."""
    guess = result.guess or result.program
    return replace(result, program=fitted.program, fitted=fitted, guess=guess, seconds=seconds)
