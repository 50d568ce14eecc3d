"""What happens in the tab Reconstruct: checks a picture, streams its code, shows the object."""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import gradio as gr

from geometry import program
from geometry.articulation import articulate
from geometry.draw.figure import camera, figure
from geometry.errors import UserError
from img2code import limits
from img2code.image import open_image
from img2code.page import markup
from img2code.page.gallery import Examples, Own
from img2code.page.gallery import own as make_own
from img2code.page.opening import Opening
from img2code.page.pose import PoseEvents, hand_over, offered
from img2code.page.sessions import Sessions
from img2code.page.workbench import AUTO, HAS_CAD, WELCOME
from img2code.reconstruct import Done, Event, Reconstructor, Result

if TYPE_CHECKING:
    from img2code.page.workbench import Reconstruct

UNEXPECTED = "Something went wrong on our side. Try again, or with another picture."
REFRESH = 0.06  # seconds between two updates of the growing text

Updates = dict[Any, Any]
Stream = Callable[..., Generator[Event]]
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
        self._examples = examples
        self._sessions = sessions
        self._opening = opening

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
        self._mesh = gr.State((files[".glb"], camera(first.program)) if first and files else None)
        self._values = gr.State({})  # of the joints, as the sliders stand
        kept = [self._latest, self._mesh, self._values]
        buttons = [tab.generate, tab.stop, tab.step, *tab.downloads.values()]
        panes = [tab.no_object, tab.no_code, tab.views, tab.codes, tab.joints]
        texts = [tab.status, tab.recovered, tab.tokens]
        everything = [*buttons, *panes, *texts, *kept, tab.model]
        latest = {**quiet, "trigger_mode": "always_last"}
        tab.picture.upload(self.choose, tab.picture, [tab.picture, *everything], **latest)
        # Gradio sends the picture that was there with this event, so it is not an input.
        tab.picture.clear(self.remove, None, everything, **latest)
        tab.strip.select(self.take_example, None, [tab.picture, *everything], **latest)
        # The place in the queue is Gradio's own line, over the status.
        queued = {**quiet, "show_progress": "minimal", "show_progress_on": tab.status}
        tab.generate.click(self.begin, tab.picture, everything, **quiet).then(
            self.generate,
            [tab.picture, tab.category, own],
            [tab.status, tab.tokens, self._latest, own],
            concurrency_limit=limits.CONCURRENT_RUNS,
            concurrency_id=limits.RUNS,
            **queued,
        ).then(
            self.build,
            self._latest,
            [*buttons, *panes, tab.recovered, tab.figure, tab.model, *kept],
            **quiet,
        ).then(self.deliver, self._mesh, tab.model, **quiet)
        # gr.Model3D takes no file while its tab opens: empty it, and hand it over afterwards.
        tab.mesh_tab.select(_nothing, None, tab.model, **quiet).then(
            hand_over, self._mesh, tab.model, **quiet
        )
        PoseEvents(self._sessions).bind(tab, self._latest, self._mesh, self._values, quiet)
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
        path = self._examples.paths[int(event.index)]
        return self._clear(request) | {
            self._tab.picture: str(path),
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

    def _clear(self, request: gr.Request) -> Updates:
        """Nothing of an earlier picture stays to be seen or downloaded; its run is stopped."""
        tab = self._tab
        self._sessions.begin(str(request.session_hash))
        return {
            tab.generate: gr.Button(interactive=True),
            tab.stop: gr.Button(interactive=False),
            tab.step: gr.Button(interactive=False),
            tab.no_object: gr.HTML(visible=True),
            tab.no_code: gr.HTML(visible=True),
            tab.views: gr.Tabs(visible=False),
            tab.codes: gr.Tabs(visible=False),
            tab.joints: gr.HTML("", visible=False),
            tab.recovered: "",
            tab.tokens: "",
            tab.model: None,
            self._latest: None,
            self._mesh: None,
            self._values: {},
            **{
                button: gr.DownloadButton(value=None, interactive=False)
                for button in tab.downloads.values()
            },
        }

    def generate(
        self, path: str | None, category: str, own: list[Own], request: gr.Request
    ) -> Iterator[Updates]:
        """Stream the code of the picture into the page; a result joins the visitor's gallery."""
        if not path:
            yield {self._tab.status: markup.failure("Choose a picture first.")}
            return
        session = str(request.session_hash)
        stopped = self._sessions.stop_signal(session)
        try:
            wanted = None if category == AUTO else category
            with contextlib.closing(self._stream(path, wanted)) as events:
                result = yield from self._follow(events, session, stopped)
            if result and self._sessions.is_current(session, stopped):
                yield {
                    self._tab.status: markup.finished(result),
                    self._tab.tokens: program.dumps(result.token_code),
                    self._latest: result,
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

    def build(self, latest: Result | None, request: gr.Request) -> Updates:
        """Show the object. Not a part of `generate`: there its viewers would be drawn twice."""
        tab = self._tab
        ready: Updates = {
            tab.generate: gr.Button(interactive=True),
            tab.stop: gr.Button(interactive=False),
        }
        if latest is None:
            return ready
        session = str(request.session_hash)
        run = self._sessions.stop_signal(session)
        self._sessions.hold(session)  # until `deliver`
        files = self._sessions.write(session, latest)
        if not self._sessions.is_current(session, run):
            return ready  # another picture was chosen meanwhile, or the visitor left
        sliders = markup.joint_sliders(articulate(latest.program))
        return ready | {
            **offered(tab, files),
            tab.step: gr.Button(interactive=HAS_CAD),
            tab.no_object: gr.HTML(visible=False),
            tab.views: gr.Tabs(visible=True),
            tab.figure: figure(latest.program),
            tab.joints: gr.HTML(sliders, visible=bool(sliders)),
            tab.model: None,
            tab.codes: gr.Tabs(selected="recovered"),
            tab.recovered: program.dumps(latest.program, digits=4),
            self._mesh: (files[".glb"], camera(latest.program)),
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


def on_gpu(stream: Stream) -> Stream:
    """On a Space whose GPUs are lent per call, borrow one for each reconstruction."""
    if importlib.util.find_spec("spaces") is None:
        return stream
    import spaces

    borrowed: Stream = spaces.GPU(stream)
    return borrowed
