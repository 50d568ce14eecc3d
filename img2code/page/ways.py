"""The same picture rebuilt in two ways, for the comparison: fitted or not, by other back ends."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from geometry.errors import UserError
from img2code import limits
from img2code.fit.mask import Mask
from img2code.page import markup
from img2code.page.gallery import Own, own
from img2code.page.on_gpu import Stream, on_gpu
from img2code.page.picture_input import PictureInput
from img2code.reconstruct import Reconstructor
from img2code.result import Done, Fitting, Improved, Result

FITTED, PLAIN = "fitted", "not fitted"
ABOUT = "The picture in Reconstruct, rebuilt in two ways."
NO_PICTURE = "Choose a picture in Reconstruct first."
UNEXPECTED = "Something went wrong on our side. Try again, or with another picture."

Updates = dict[Any, Any]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Way:
    """One way of rebuilding a picture."""

    stream: Stream
    fit: bool


@dataclass(frozen=True)
class Ways:
    """The components: which two, the button, how it goes."""

    first: gr.Dropdown
    second: gr.Dropdown
    run: gr.Button
    status: gr.HTML


def offered(reconstructor: Reconstructor, others: Mapping[str, Reconstructor]) -> dict[str, Way]:
    """By name: the page's own back end with and without a fit, then the other ones, fitted."""
    stream = on_gpu(reconstructor.stream)
    more = {name: Way(on_gpu(other.stream), True) for name, other in others.items()}
    plain = {f"{name}, {PLAIN}": Way(way.stream, False) for name, way in more.items()}
    return {FITTED: Way(stream, True), PLAIN: Way(stream, False), **more, **plain}


def ways(names: Sequence[str]) -> Ways:
    """Lay the row out."""
    with gr.Row(elem_id="ways"):
        first, second = (
            gr.Dropdown(list(names), value=name, label=label, elem_id=f"way-{label.lower()}")
            for label, name in (("First", names[1]), ("Second", names[0]))
        )
        with gr.Column(min_width=220):
            run = gr.Button("Rebuild in both ways", elem_id="both-ways")
            status = gr.HTML(markup.status(ABOUT), elem_id="ways-status")
    return Ways(first, second, run, status)


class WaysEvents:
    """The handler of the button."""

    def __init__(self, known: Mapping[str, Way]) -> None:
        self._known = known

    def bind(
        self,
        tab: Ways,
        picture: PictureInput,
        entries: gr.State,
        then: tuple[Any, Any, Any],
        quiet: dict[str, Any],
    ) -> None:
        """Connect it. entries: the visitor's gallery. then: what shows the newest two of it."""
        self._tab, self._own = tab, entries
        tab.run.click(
            self.run,
            [picture, tab.first, tab.second, entries],
            [tab.run, tab.status, entries],
            concurrency_limit=limits.CONCURRENT_RUNS,
            concurrency_id=limits.RUNS,
            **quiet,
        ).success(*then, **quiet)

    def run(
        self,
        path: str | None,
        first: str,
        second: str,
        entries: list[Own],
    ) -> Iterator[Updates]:
        """Both results join the visitor's gallery."""
        tab = self._tab
        if not path:
            yield {tab.status: markup.failure(NO_PICTURE)}
            return
        yield {tab.run: gr.Button(interactive=False)}
        made: list[tuple[str, Result]] = []
        try:
            for name in (first, second):
                yield {tab.status: markup.status(f"Rebuilding: {name} …")}
                made.append((name, _done(self._known[name], path)))
            mask = next((m for _, result in made if (m := _mask(result))), None)
            made = [(name, _lying(self._known[name], path, r, mask)) for name, r in made]
            new = [own(path, result, name) for name, result in reversed(made)]
            overlaps = (f"{name} {r.fitted.overlap:.0%}" for name, r in made if r.fitted)
            line = f"Overlap with the picture: {', '.join(overlaps)}." if mask else ABOUT
            kept = [*new, *entries][: limits.SESSION_RESULTS]
            yield {tab.status: markup.status(line), self._own: kept}
        except UserError as error:
            yield {tab.status: markup.failure(str(error))}
        except Exception:
            log.exception("A comparison failed.")
            yield {tab.status: markup.failure(UNEXPECTED)}
        yield {tab.run: gr.Button(interactive=True)}


def _done(way: Way, path: str) -> Result:
    with contextlib.closing(way.stream(path, None, None, way.fit)) as events:
        for event in events:
            if isinstance(event, Done):
                return event.result
    raise UserError("The back end gave no answer.", "Try again.")


def _mask(result: Result) -> Mask | None:
    return result.fitted.mask if result.fitted else None


def _lying(way: Way, path: str, result: Result, mask: Mask | None) -> Result:
    """One that was not fitted, laid on the picture as it is: the beginning of a fit."""
    if result.fitted is not None or mask is None:
        return result
    with contextlib.closing(way.stream(path, None, None, Fitting(mask, result))) as events:
        for event in events:
            if isinstance(event, Improved | Done):
                fitted = event.result.fitted
                return replace(result, fitted=fitted and replace(fitted, program=result.program))
    return result
