"""What happens in the tab Reconstruct: checks a picture, streams its code, shows the object."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import gradio as gr

from geometry import program
from geometry.articulation import articulate
from geometry.draw.figure import camera, figure
from geometry.errors import UserError
from img2code import limits
from img2code.history import History
from img2code.image import open_image
from img2code.page import edit_panel, markup, on_picture, seen
from img2code.page.components import in_turn
from img2code.page.edit import EditEvents
from img2code.page.gallery import Examples, Own
from img2code.page.gallery import own as make_own
from img2code.page.on_gpu import on_gpu
from img2code.page.opening import Opening
from img2code.page.part_bench import examples as part_examples
from img2code.page.part_events import PartEvents
from img2code.page.pose import PoseEvents, hand_over
from img2code.page.real_size import SizeEvents, note, offered, sized
from img2code.page.reports import ReportEvents
from img2code.page.seen import Asked, Seen
from img2code.page.sessions import VIEW, Sessions
from img2code.page.workbench import AUTO, HAS_CAD, WELCOME
from img2code.reconstruct import Reconstructor
from img2code.result import Done, Event, Improved, Result

if TYPE_CHECKING:
    from img2code.page.workbench import Reconstruct

UNEXPECTED = "Something went wrong on our side. Try again, or with another picture."
REFRESH = 0.06  # seconds between two updates of the growing text

Updates = dict[Any, Any]
log = logging.getLogger(__name__)


class ReconstructEvents:
    """The handlers of the tab. What belongs to a visitor is in `Sessions` or in a gr.State."""

    def __init__(
        self,
        reconstructor: Reconstructor,
        examples: Examples,
        sessions: Sessions,
        opening: Opening | None,
    ) -> None:
        self._stream = on_gpu(reconstructor.stream)
        self._reconstructor = reconstructor
        self._examples = examples
        self._sessions = sessions
        self._opening = opening
        self._parts = PartEvents(sessions, tells=lambda: reconstructor.name == "embedded")

    def bind(
        self,
        page: gr.Blocks,
        tab: Reconstruct,
        own: gr.State,
        files: Mapping[str, str] | None,
        quiet: dict[str, Any],
    ) -> None:
        """Connect the components, inside the page's context. `own` takes the visitor's entries."""
        self._tab, self._own = tab, own
        first = self._opening.result if self._opening else None
        self._latest = gr.State(first)
        self._mesh = gr.State((files[VIEW], camera(first.program)) if first and files else None)
        self._values = gr.State({})  # of the joints, as the sliders stand
        self._asked = gr.State(Asked())  # of the run that is going or was the last
        self._seen = gr.State(self._opening.seen if self._opening else None)
        self._edits = gr.State()  # by hand, of the result on the page
        kept = [self._latest, self._mesh, self._values, self._edits]
        noted = [self._asked, self._seen, tab.seen, tab.on_picture]
        buttons = [tab.generate, tab.stop, tab.step, tab.report, *tab.downloads.values()]
        panes = [tab.no_object, tab.no_code, tab.views, tab.codes, tab.joints, tab.edit]
        texts = [tab.status, tab.recovered, tab.tokens, tab.measured, tab.problem, tab.live]
        shown = [tab.recovered, tab.measured, tab.figure, tab.seen, tab.model, tab.live]
        self._parts.bind(tab, quiet)
        part = self._parts.outputs
        everything = [*buttons, *panes, *texts, *kept, *noted, tab.model, *part]
        self.taken = [tab.picture, *everything]  # what `take` changes
        latest = {**quiet, "trigger_mode": "always_last"}
        tab.picture.upload(self.choose, tab.picture, [tab.picture, *everything], **latest)
        # Gradio sends the picture that was there with this event, so it is not an input.
        tab.picture.clear(self.remove, None, everything, **latest)
        tab.strip.select(self.take_example, None, [tab.picture, *everything], **latest)
        tab.part.strip.select(self.take_part, None, [tab.picture, *everything], **latest)
        for begun in (
            tab.generate.click(self.begin, tab.picture, everything, **quiet),
            tab.seen.select(self.begin_again, [tab.picture, self._seen], everything, **quiet),
        ):
            begun.success(
                self.generate,
                [tab.picture, tab.category, tab.fit, self._asked, self._seen, own],
                [
                    *(tab.status, tab.tokens, tab.on_picture, self._latest, self._seen, own),
                    *(tab.no_object, tab.no_code, tab.codes, *part),
                ],
                **in_turn(quiet, tab.status),
            ).then(
                self.build,
                [self._latest, self._seen, tab.size],
                [*buttons, *panes, *shown, *kept],
                **quiet,
            ).then(self.deliver, self._mesh, tab.model, **quiet)
        # gr.Model3D takes no file while its tab opens: empty it, and hand it over afterwards.
        tab.mesh_tab.select(_nothing, None, tab.model, **quiet).then(
            hand_over, self._mesh, tab.model, **quiet
        )
        PoseEvents(self._sessions).bind(tab, self._latest, self._mesh, self._values, quiet)
        SizeEvents(self._sessions).bind(
            tab, self._latest, self._mesh, self._values, self.deliver, quiet
        )
        states = (self._latest, self._mesh, self._values, self._edits)
        EditEvents(self._stream, lambda: self._reconstructor.statistics, self._sessions).bind(
            tab, states, self._asked, self.deliver, quiet
        )
        ReportEvents(self._sessions).bind_one(tab, self._latest, quiet)
        tab.stop.click(self.stop, None, None, concurrency_limit=None, **quiet)
        page.unload(self.leave)

    def choose(self, path: str | None, request: gr.Request) -> Updates:
        """A picture was handed in: clear what belongs to the one before, and check it."""
        cleared = self._clear(request)
        try:
            open_image(path or b"")
        except UserError as error:
            failure = markup.failure(str(error))
            return cleared | {self._tab.picture: None, self._tab.status: failure}
        except Exception:
            log.exception("A picture could not be checked.")
            failure = markup.failure(UNEXPECTED)
            return cleared | {self._tab.picture: None, self._tab.status: failure}
        return cleared | {self._tab.status: markup.status("Ready.")}

    def remove(self, request: gr.Request) -> Updates:
        """The picture was taken away: so is what was made from it."""
        return self._clear(request) | {self._tab.status: markup.status(WELCOME)}

    def take_example(self, request: gr.Request, event: gr.EventData) -> Updates:
        return self.take(str(self._examples.paths[int(event.index)]), request)

    def take_part(self, request: gr.Request, event: gr.EventData) -> Updates:
        path = part_examples(self._examples.folder)[int(event.index)]
        return self.take(str(path), request)

    def take(self, path: str, request: gr.Request) -> Updates:
        """A sound picture in the place of the one that is there."""
        return self._clear(request) | {
            self._tab.picture: path,
            self._tab.status: markup.status("Ready."),
        }

    def begin(self, path: str | None, request: gr.Request) -> Updates:
        """Clear what an earlier run left, if there is a picture."""
        tab = self._tab
        if not path:
            return {self._latest: None}
        return self._clear(request) | {
            tab.generate: gr.Button(interactive=False),
            tab.stop: gr.Button(interactive=True),
            tab.status: markup.status("Looking at the picture …"),
            tab.no_code: gr.HTML(visible=False),
            tab.codes: gr.Tabs(selected="tokens", visible=True),
        }

    def begin_again(
        self, path: str | None, known: Seen | None, request: gr.Request, event: gr.EventData
    ) -> Updates:
        """The same picture, with another category or another box. Raises gr.Error."""
        asked = seen.asked(event._data, known)
        return self.begin(path, request) | {
            self._asked: asked,
            self._seen: known,
            self._tab.seen: seen.view(known, shown=None, busy=True),
        }

    def _clear(self, request: gr.Request) -> Updates:
        """Nothing of an earlier picture stays to be seen or downloaded; its run is stopped."""
        tab = self._tab
        self._sessions.begin(str(request.session_hash))
        return {
            tab.generate: gr.Button(interactive=True),
            tab.stop: gr.Button(interactive=False),
            tab.step: gr.Button(interactive=False),
            tab.report: gr.Button(interactive=False),
            tab.no_object: gr.HTML(visible=True),
            tab.no_code: gr.HTML(visible=True),
            tab.views: gr.Tabs(visible=False),
            tab.codes: gr.Tabs(visible=False),
            tab.joints: gr.HTML("", visible=False),
            tab.recovered: "",
            tab.tokens: "",
            tab.measured: note(""),
            tab.problem: "",
            tab.live: gr.HTML("", told=None),
            tab.edit: edit_panel.NOTHING,
            tab.model: None,
            self._edits: None,
            self._latest: None,
            self._mesh: None,
            self._values: {},
            self._asked: Asked(),
            self._seen: None,
            tab.seen: seen.view(None, shown=None),
            tab.on_picture: on_picture.view(None, None),
            **self._parts.cleared(),
            **{
                button: gr.DownloadButton(value=None, interactive=False)
                for button in tab.downloads.values()
            },
        }

    def generate(
        self,
        path: str | None,
        category: str,
        fit: bool,
        asked: Asked,
        known: Seen | None,
        own: list[Own],
        request: gr.Request,
    ) -> Iterator[Updates]:
        """Stream the code of the picture into the page; a result joins the visitor's gallery."""
        if not path:
            yield {self._tab.status: markup.failure("Choose a picture first.")}
            return
        session = str(request.session_hash)
        stopped = self._sessions.stop_signal(session)
        try:
            if self._parts.takes(path, category, asked != Asked()):
                yield from self._parts.generate(path, category, session, stopped)
                return
            wanted = asked.category or (None if category == AUTO else category)
            with contextlib.closing(self._stream(path, wanted, asked.box, fit)) as events:
                result = yield from self._follow(events, session, stopped)
            if result and self._sessions.is_current(session, stopped):
                yield {
                    self._tab.status: markup.finished(result),
                    self._tab.tokens: program.dumps(result.token_code),
                    self._tab.on_picture: on_picture.view(path, result),
                    self._latest: result,
                    self._seen: seen.seen(path, result, asked.box, known),
                    self._own: [make_own(path, result), *own][: limits.SESSION_RESULTS],
                }
        except UserError as error:
            yield {self._tab.status: markup.failure(str(error))}
        except Exception:
            log.exception("A reconstruction failed.")
            yield {self._tab.status: markup.failure(UNEXPECTED)}

    def _follow(
        self, events: Iterator[Event], session: str, stopped: threading.Event
    ) -> Generator[Updates, None, Result | None]:
        """Show the text as it grows; returns the result, or None where the run was stopped."""
        tab = self._tab
        text, shown = "", 0.0
        for event in events:
            if stopped.is_set() and not self._sessions.is_current(session, stopped):
                return None  # for another picture, which has the page now
            if isinstance(event, Done):
                return event.result
            if isinstance(event, Improved):
                if stopped.is_set():
                    return event.result
                yield {tab.status: markup.status(markup.fitting(event.fitted))}
                continue
            text += event.text
            if stopped.is_set():
                sentence = f"Stopped after {markup.count(event.tokens, 'token')}."
                yield {tab.tokens: text, tab.status: markup.status(sentence)}
                return None
            if time.monotonic() - shown >= REFRESH:
                shown = time.monotonic()
                line = markup.pace(event.tokens, event.seconds)
                yield {tab.tokens: text, tab.status: markup.status(line)}
        return None

    def build(
        self, latest: Result | None, known: Seen | None, wanted: str | None, request: gr.Request
    ) -> Updates:
        """Show the object. Not a part of `generate`: there its viewers would be drawn twice."""
        tab = self._tab
        ready: Updates = {
            tab.generate: gr.Button(interactive=True),
            tab.stop: gr.Button(interactive=False),
            tab.seen: seen.view(known, latest.category if latest else None),
        }
        if latest is None:
            return ready
        session = str(request.session_hash)
        run = self._sessions.stop_signal(session)
        self._sessions.hold(session)  # until `deliver`
        size, said = sized(latest, wanted)
        files = self._sessions.write(session, latest, size=size)
        if not self._sessions.is_current(session, run):
            return ready  # another picture was chosen meanwhile, or the visitor left
        sliders = markup.joint_sliders(articulate(latest.program))
        return ready | {
            **offered(tab, files),
            tab.step: gr.Button(interactive=HAS_CAD),
            tab.report: gr.Button(interactive=True),
            tab.no_object: gr.HTML(visible=False),
            tab.views: gr.Tabs(visible=True),
            tab.figure: figure(latest.program),
            tab.joints: gr.HTML(sliders, visible=bool(sliders)),
            tab.model: None,
            tab.codes: gr.Tabs(selected="recovered"),
            tab.recovered: program.dumps(latest.program, digits=4),
            tab.measured: said,
            tab.live: gr.HTML("", told=None),
            tab.edit: edit_panel.panel(History.begin(latest), 0),
            self._edits: None,
            self._mesh: (files[VIEW], camera(latest.program)),
            self._values: {},
        }

    def deliver(self, mesh: Any, request: gr.Request) -> Any:
        """Gradio has taken the files over: hand the mesh to its viewer."""
        self._sessions.release(str(request.session_hash))
        return hand_over(mesh)

    def stop(self, request: gr.Request) -> None:
        self._sessions.stop(str(request.session_hash))

    def leave(self, request: gr.Request) -> None:
        self._sessions.leave(str(request.session_hash))


def _nothing() -> None:
    return None
