"""What happens with CAD parts on the page: a picture is fitted, numbers are changed, files made."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import gradio as gr

from geometry.cad_parts.part import DISPLAYED, CadPart
from geometry.cad_parts.reading import dumps
from geometry.draw.part_camera import PartCamera
from geometry.draw.part_figure import part_figure
from geometry.errors import CodeError, UserError
from geometry.export.part_files import export_part
from geometry.export.part_script import script
from img2code.extras import install
from img2code.history import History
from img2code.image import open_image
from img2code.page import edit_panel, markup, part_panel
from img2code.page.edit import finite, refused
from img2code.page.guard import UNUSABLE
from img2code.page.sessions import Sessions
from img2code.page.workbench import AUTO, HAS_CAD
from img2code.parts import editing
from img2code.parts.fit import Fitted, fits
from img2code.parts.library import Library, load
from img2code.parts.recognise import shows_part
from img2code.step import write_step

if TYPE_CHECKING:
    from img2code.page.workbench import Reconstruct

NEEDS_CAD = f"STEP needs CadQuery on the server: {install('cad')}. The other formats are there."
MAKING = "Making the {} file …"
MADE = "The {} file is made."
NOT_MADE = "The {} file could not be made: {}"
#: A click on the hidden button of a file; without a file that does nothing.
DOWNLOAD = "() => setTimeout(() => document.querySelector('#part-file')?.click(), 100)"

Updates = dict[Any, Any]
log = logging.getLogger(__name__)
library: Callable[[], Library] = cache(load)


@dataclass(frozen=True)
class Shown:
    """A visitor's part. run: tells one picture's part from the next one's; stamp: its states."""

    history: History[CadPart]
    camera: PartCamera
    run: int
    stamp: int = 0

    @property
    def part(self) -> CadPart:
        return self.history.now


class PartEvents:
    """The handlers of what part_bench.py lays out."""

    def __init__(self, sessions: Sessions, tells: Callable[[], bool]) -> None:
        """tells: whether pictures of CAD parts are told from those of objects."""
        self._sessions, self._tells = sessions, tells

    def bind(self, tab: Reconstruct, quiet: dict[str, Any]) -> None:
        """Connect the components, inside the page's context."""
        self._tab, self._bench = tab, tab.part
        view, source = self._bench.view, self._bench.source
        self._shown = gr.State()
        codes = [source.tabs, source.cadquery, source.panel, source.json]
        self.outputs = [
            *(view.whole, view.figure, view.beside, view.live, view.file, self._shown),
            *codes,
            *view.downloads.values(),
        ]
        shown = [source.cadquery, source.panel, source.json, view.live, view.beside, self._shown]
        source.panel.edit(
            self.change,
            [self._shown, tab.picture],
            [*shown, tab.status],
            trigger_mode="always_last",
            **quiet,
        )
        for suffix, button in view.downloads.items():
            begin, make = self._made(suffix)
            button.click(begin, None, [tab.status, button], **quiet).then(
                make, self._shown, [view.file, tab.status, button], concurrency_limit=1, **quiet
            ).then(self.taken, None, None, **quiet).then(None, None, None, js=DOWNLOAD)

    def takes(self, path: str, category: str, asked: bool) -> bool:
        """Whether a picture is fitted as a CAD part. asked: for something else in it."""
        if category == DISPLAYED:
            return not asked
        return category == AUTO and not asked and self._tells() and shows_part(Path(path))

    def cleared(self) -> Updates:
        """Nothing of an earlier part stays to be seen or downloaded."""
        view, source = self._bench.view, self._bench.source
        return {
            view.whole: gr.Column(visible=False),
            view.figure: None,
            view.beside: "",
            view.live: gr.HTML("", told=None),
            view.file: None,
            self._shown: None,
            source.tabs: gr.Tabs(visible=False),
            source.cadquery: "",
            source.panel: part_panel.NOTHING,
            source.json: "",
            **{button: gr.Button(interactive=False) for button in view.downloads.values()},
        }

    def generate(self, path: str, category: str, session: str, stopped: Event) -> Iterator[Updates]:
        """Fit a part to the picture; each better one is shown. Raises UserError."""
        tab, view, source = self._tab, self._bench.view, self._bench.source
        begun, run = time.perf_counter(), time.time_ns()
        told_by_looks = category != DISPLAYED
        yield {
            tab.status: part_panel.searching(None),
            tab.codes: gr.Tabs(visible=False),
            tab.no_code: gr.HTML(visible=True),
        }
        shown: Shown | None = None
        best: Fitted | None = None
        for fitted in fits(open_image(path), library()):
            if stopped.is_set() and not self._sessions.is_current(session, stopped):
                return  # for another picture, which has the page now
            updates: Updates = {tab.status: part_panel.searching(fitted)}
            if best is None or fitted.part != best.part:
                stamp = shown.stamp + 1 if shown else 0
                history = History.begin(fitted.part)
                if shown is None:
                    updates |= {
                        tab.no_object: gr.HTML(visible=False),
                        tab.no_code: gr.HTML(visible=False),
                        view.whole: gr.Column(visible=True),
                        view.figure: part_figure(fitted.part),
                        source.tabs: gr.Tabs(visible=True, selected="cadquery"),
                    }
                shown = Shown(history, fitted.camera, run, stamp)
                updates |= self._drawn(shown, path)
            best = fitted
            yield updates
            if stopped.is_set():
                break
        if shown is None or best is None:
            return
        seconds = time.perf_counter() - begun
        yield {
            tab.status: part_panel.finished(best, seconds, told_by_looks),
            source.panel: part_panel.panel(shown.history),
            self._shown: shown,
            **{button: gr.Button(interactive=True) for button in view.downloads.values()},
        }

    def change(self, shown: Shown | None, path: str | None, event: gr.EventData) -> Updates:
        """One change that the panel asks for. Raises gr.Error where it could not."""
        tab, source = self._tab, self._bench.source
        if shown is None:
            return {self._shown: None}
        try:
            history = changed(shown.history, event._data)
        except CodeError as error:
            again = edit_panel.again(part_panel.panel(shown.history))
            return {source.panel: again, tab.status: refused(error)}
        after = replace(shown, history=history, stamp=shown.stamp + 1)
        same_fields = part_panel.values(after.part).keys() == part_panel.values(shown.part).keys()
        redrawn = {} if history.of and same_fields else {source.panel: part_panel.panel(history)}
        size = after.part.size
        sentence = f"Changed by hand; its largest extent is {size:.4g} mm."
        return {
            **self._drawn(after, path),
            **redrawn,
            self._shown: after,
            tab.status: markup.status(sentence),
        }

    def _drawn(self, shown: Shown, path: str | None) -> Updates:
        """What of a part is shown at once."""
        view, source = self._bench.view, self._bench.source
        part = shown.part
        told = {
            "run": shown.run,
            "stamp": shown.stamp,
            "figure": part_figure(part).to_json(),
            "values": part_panel.values(part),
            "steps": shown.history.possible,
        }
        updates: Updates = {
            view.live: gr.HTML("", told=told),
            source.cadquery: script(part),
            source.json: dumps(part),
        }
        if path:
            updates[view.beside] = part_panel.beside(path, part, shown.camera)
        return updates

    def _made(self, suffix: str) -> tuple[Callable[..., Updates], Callable[..., Updates]]:
        """What a button of a file does: say that it is made, make it."""
        tab, view = self._tab, self._bench.view
        button, kind = view.downloads[suffix], suffix[1:].upper()

        def begin() -> Updates:
            said = markup.status(MAKING.format(kind))
            return {tab.status: said, button: gr.Button(interactive=False)}

        def make(shown: Shown | None, request: gr.Request) -> Updates:
            session = str(request.session_hash)
            visit = self._sessions.hold(session)  # until `taken`
            if shown is None:
                return {view.file: None}
            ready = {button: gr.Button(interactive=True)}
            if suffix == ".step" and not HAS_CAD:
                return {view.file: None, tab.status: markup.failure(NEEDS_CAD), **ready}
            path = self._sessions.new_folder(session) / f"part{suffix}"
            try:
                if suffix == ".step":
                    write_step(shown.part, path, abandoned=lambda: visit.left)
                else:
                    export_part(shown.part, path)
            except UserError as error:
                failure = markup.failure(NOT_MADE.format(kind, error))
                return {view.file: None, tab.status: failure, **ready}
            said = markup.status(MADE.format(kind))
            return {view.file: str(path), tab.status: said, **ready}

        return begin, make

    def taken(self, request: gr.Request) -> None:
        """Gradio has taken the file over."""
        self._sessions.release(str(request.session_hash))


def changed(history: History[CadPart], asked: Any) -> History[CadPart]:
    """After one change. Raises CodeError; gr.Error for what no panel asks."""
    part = history.now
    match asked:
        case {"do": "number", "parameter": str(key), "value": value}:
            gesture = asked.get("gesture") if isinstance(asked, Mapping) else None
            of = f"{key} {gesture}"[:200] if isinstance(gesture, int) else ""
            return history.do(editing.changed(part, key, finite(value)), of)
        case {"do": "remove", "part": int(number)} if 2 <= number <= len(part.steps):
            return history.do(editing.without(part, number))
        case {"do": "undo" | "redo" | "reset" as name}:
            return history.step(name)
    raise gr.Error(UNUSABLE, print_exception=False)
