"""What a fit gains: codes before and after it, against the truth and against the picture."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

import geometry
from geometry.errors import UserError
from geometry.metrics.own_frame import shape_scores, yaw_error, yaw_symmetries
from geometry.program import Program
from geometry.view import view_of
from img2code.evaluate.score import by_category, groups, held_out, one_thread
from img2code.fit.drawing import overlap
from img2code.fit.fitting import Fitted, as_it_is
from img2code.fit.overlay import drawn
from img2code.fit.target import target
from img2code.photo_list import Photograph
from img2code.reconstruct import Reconstructor
from img2code.render.examples import Example

#: A code is worse after a fit if its F1 at 5 % falls by more than this.
WORSE = 0.03


@dataclass(frozen=True)
class Scores:
    """Of one code: overlap of the silhouettes, F1 at 5 % and at 2 %, degrees of yaw.

    overlap: with the mask that the fit was given. truly: with the true one.
    """

    overlap: float
    f1_5: float = float("nan")
    f1_2: float = float("nan")
    yaw: float = float("nan")
    truly: float = float("nan")


@dataclass(frozen=True)
class Gain:
    """One picture; group: what it is counted by. seconds: of the fit."""

    group: str
    before: Scores
    after: Scores
    seconds: float
    error: str = ""


def gains(reconstructor: Reconstructor, examples: Iterable[Example]) -> Iterator[Gain]:
    """One per example; where there is no answer, or no fit, nothing is gained."""
    for example in examples:
        category = example.code["category"]
        try:
            result = reconstructor.run(Image.fromarray(example.picture), fit=True)
        except UserError as error:
            nothing = Scores(0.0, 0.0, 0.0, 180.0, _truly(example, None))
            yield Gain(category, nothing, nothing, 0.0, str(error))
            continue
        before, after, seconds = _overlaps(result.fitted)
        guess = result.guess or result.program
        first = _scores(example, guess, before, _as_guessed(example, guess, result.fitted))
        then = _scores(example, result.program, after, result.fitted)
        yield Gain(category, first, then, seconds)


def gains_parallel(
    backend: str, categories: Sequence[str], count: int, front: bool, plain: bool, workers: int
) -> Iterator[Gain]:
    """`gains` of held-out objects, a category at a time in each of several processes."""
    work = functools.partial(_of_category, backend, count, front, plain)
    yield from by_category(work, categories, workers)


def _of_category(backend: str, count: int, front: bool, plain: bool, category: str) -> list[Gain]:
    return list(gains(one_thread(backend), held_out([category], count, front, plain)))


def photographs(reconstructor: Reconstructor, listed: Iterable[Photograph]) -> Iterator[Gain]:
    """How photographs of known categories are met, by background; only their overlap is known."""
    for photograph in listed:
        if photograph.label is None:
            continue
        result = reconstructor.run(photograph.path, photograph.label, fit=True)
        before, after, seconds = _overlaps(result.fitted)
        yield Gain(photograph.background, Scores(before), Scores(after), seconds)


def _overlaps(fitted: Fitted | None) -> tuple[float, float, float]:
    """Before and after, and the seconds of the fit; 0 where nothing was fitted."""
    return (fitted.before, fitted.overlap, fitted.seconds) if fitted else (0.0, 0.0, 0.0)


def _as_guessed(example: Example, guess: Program, fitted: Fitted | None) -> Fitted | None:
    """The guess on the picture before its fit; None where that is not asked for."""
    if example.mask is None or fitted is None or fitted.mask is None:
        return None
    picture = Image.fromarray(example.picture)
    aim = target(picture, fitted.mask.probability, fitted.mask.square)
    return as_it_is(guess, fitted.mask, aim) if aim else None


def _truly(example: Example, fitted: Fitted | None) -> float:
    """How far a silhouette is the true one; nan where that is not known."""
    if example.mask is None:
        return float("nan")
    if fitted is None:
        return 0.0
    drawing, _ = drawn(fitted, fitted.camera, len(example.mask))
    return overlap(drawing.mask, example.mask)


def _scores(example: Example, program: Program, met: float, fitted: Fitted | None) -> Scores:
    truth = geometry.mesh(example.code)
    found = shape_scores(truth, geometry.mesh(program))
    seen = view_of(program.pose.rotation).yaw
    yaw = yaw_error(seen, example.view.yaw, yaw_symmetries(truth))
    return Scores(met, found["f1_5"], found["f1_2"], yaw, _truly(example, fitted))


def table(rows: Sequence[Gain]) -> str:
    """The figures before and after, by group and for all, as a Markdown table.

    Overlap of silhouettes: with the mask that was found, and with the true one where it is known.
    """
    lines = [
        "| | pictures | overlap | with the truth | F1 at 5 % | F1 at 2 % "
        "| median yaw error | worse | median time |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, group in groups(rows, lambda row: row.group):
        cells = [
            _two(group, "overlap", np.mean, ".3f"),
            _two(group, "truly", np.mean, ".3f"),
            _two(group, "f1_5", np.mean, ".3f"),
            _two(group, "f1_2", np.mean, ".3f"),
            _two(group, "yaw", np.median, ".1f"),
        ]
        worse = np.mean([row.after.f1_5 < row.before.f1_5 - WORSE for row in group])
        seconds = float(np.median([row.seconds for row in group]))
        lines.append(
            f"| {name} | {len(group)} | {' | '.join(cells)} | {worse:.1%} | {seconds:.2f} s |"
        )
    return "\n".join(lines)


def _two(rows: Sequence[Gain], name: str, of: Callable[..., Any], form: str) -> str:
    """A figure before and after; nothing where it is not known."""
    first = float(of([getattr(row.before, name) for row in rows]))
    then = float(of([getattr(row.after, name) for row in rows]))
    return "" if np.isnan(first) else f"{first:{form}} → {then:{form}}"
