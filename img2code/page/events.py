"""What happens in the tab Reconstruct: checks a picture, streams its code, shows the object."""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import math
import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from geometry import program
from geometry.articulation import articulate
from geometry.errors import CodeError
from geometry.figure import figure, to_camera
from img2code import limits
from img2code.errors import UserError
from img2code.image import open_image
from img2code.page import markup
from img2code.page.gallery import Examples, Own
from img2code.page.gallery import own as make_own
from img2code.page.sessions import Sessions
from img2code.reconstruct import Done, Event, Reconstructor, Result

if TYPE_CHECKING:
    from img2code.page.layout import Reconstruct

AUTO = "Auto"
RUNS = "runs"  # what shares the limit of reconstructions at a time
UNEXPECTED = "Something went wrong on our side. Try again, or with another picture."
REFRESH = 0.06  # seconds between two updates of the growing text

Updates = dict[Any, Any]
Mesh = tuple[str, list[float]] | None  # a GLB, and the direction to the camera of its picture
Stream = Callable[..., Generator[Event]]
log = logging.getLogger(__name__)


class ReconstructEvents:
    """The handlers of the tab. What belongs to a visitor is in `Sessions` or in a gr.State."""

    def __init__(self, reconstructor: Reconstructor, examples: Examples) -> None:
        self._stream = on_gpu(reconstructor.stream)
        self._examples = examples
        self._sessions = Sessions()

    def bind(self, page: gr.Blocks, tab: Reconstruct, own: gr.State, quiet: dict[str, Any]) -> None:
        """Connect the components, inside the page's context. `own` takes the visitor's entries."""
        self._tab = tab
        self._own, self._latest, self._mesh = own, gr.State(), gr.State()
        tab.picture.upload(self.check, tab.picture, [tab.picture, tab.status], **quiet)
        tab.strip.select(self.take_example, None, [tab.picture, tab.status], **quiet)
        buttons = [tab.generate, tab.stop, *tab.downloads.values()]
        panes = [tab.no_object, tab.no_code, tab.views, tab.codes]
        texts = [tab.status, tab.recovered, tab.tokens]
        tab.generate.click(
            self.begin, tab.picture, [*buttons, *panes, *texts, self._latest], **quiet
        ).then(
            self.generate,
            [tab.picture, tab.category, own],
            [tab.status, tab.tokens, self._latest, own],
            concurrency_id=RUNS,
            concurrency_limit=limits.CONCURRENT_RUNS,
            **quiet,
        ).then(
            self.build,
            self._latest,
            [*buttons, *panes, tab.recovered, tab.figure, tab.joints, tab.model, self._mesh],
            **quiet,
        ).then(_hand_over, self._mesh, tab.model, **quiet)
        # gr.Model3D takes no file while its tab opens: empty it, and hand it over afterwards.
        tab.mesh_tab.select(_nothing, None, tab.model, **quiet).then(
            _hand_over, self._mesh, tab.model, **quiet
        )
        tab.stop.click(self.stop, None, None, queue=False, **quiet)
        page.unload(self.leave)

    def check(self, path: str | None) -> Updates:
        """Say at once whether a picture that was just handed in can be used."""
        try:
            open_image(path or b"")
        except UserError as error:
            return {self._tab.picture: None, self._tab.status: markup.failure(str(error))}
        return {self._tab.status: markup.status("Ready.")}

    def take_example(self, event: gr.EventData) -> Updates:
        path = self._examples.paths[int(event.index)]
        return {self._tab.picture: str(path), self._tab.status: markup.status("Ready.")}

    def begin(self, path: str | None, request: gr.Request) -> Updates:
        """Clear what an earlier run left, if there is a picture."""
        tab = self._tab
        if not path:
            return {self._latest: None}
        self._sessions.begin(str(request.session_hash))
        return {
            tab.generate: gr.Button(interactive=False),
            tab.stop: gr.Button(interactive=True),
            tab.status: markup.status("Looking at the picture …"),
            tab.no_object: gr.HTML(visible=True),
            tab.no_code: gr.HTML(visible=False),
            tab.views: gr.Tabs(visible=False),
            tab.codes: gr.Tabs(selected="tokens", visible=True),
            tab.recovered: "",
            tab.tokens: "",
            self._latest: None,
            **{button: gr.DownloadButton(interactive=False) for button in tab.downloads.values()},
        }

    def generate(
        self, path: str | None, category: str, own: list[Own], request: gr.Request
    ) -> Iterator[Updates]:
        """Stream the code of the picture into the page; a result joins the visitor's gallery."""
        if not path:
            yield {self._tab.status: markup.failure("Choose a picture first.")}
            return
        stopped = self._sessions.stop_signal(str(request.session_hash))
        try:
            wanted = None if category == AUTO else category
            with contextlib.closing(self._stream(path, wanted)) as events:
                result = yield from self._follow(events, stopped)
            if result:
                yield {
                    self._tab.status: markup.finished(result),
                    self._tab.tokens: program.dumps(result.token_code),
                    self._latest: result,
                    self._own: [make_own(path, result), *own][: limits.SESSION_RESULTS],
                }
        except (UserError, CodeError) as error:
            yield {self._tab.status: markup.failure(str(error))}
        except Exception:
            log.exception("A reconstruction failed.")
            yield {self._tab.status: markup.failure(UNEXPECTED)}

    def _follow(
        self, events: Iterator[Event], stopped: threading.Event
    ) -> Generator[Updates, None, Result | None]:
        """Show the text as it grows; returns the result, or None where the visitor stopped it."""
        tab = self._tab
        text, shown = "", 0.0
        for event in events:
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
        files = self._sessions.write(str(request.session_hash), latest)
        for suffix, button in tab.downloads.items():
            ready[button] = gr.DownloadButton(value=files[suffix], interactive=True)
        return ready | {
            tab.no_object: gr.HTML(visible=False),
            tab.views: gr.Tabs(visible=True),
            tab.figure: figure(latest.code),
            tab.joints: markup.joint_sliders(articulate(latest.code)),
            tab.model: None,
            tab.codes: gr.Tabs(selected="recovered"),
            tab.recovered: program.dumps(latest.code, digits=4),
            self._mesh: (files[".glb"], to_camera(latest.code).tolist()),
        }

    def stop(self, request: gr.Request) -> None:
        self._sessions.stop(str(request.session_hash))

    def leave(self, request: gr.Request) -> None:
        self._sessions.leave(str(request.session_hash))


def _nothing() -> None:
    return None


def _hand_over(mesh: Mesh) -> Any:
    if mesh is None:
        return None
    path, (x, y, z) = mesh
    around, down = math.degrees(math.atan2(z, x)), math.degrees(math.acos(min(max(y, -1), 1)))
    return gr.Model3D(path, camera_position=(around, down, None))


def on_gpu(stream: Stream) -> Stream:
    """On a Space whose GPUs are lent per call, borrow one for each reconstruction."""
    if importlib.util.find_spec("spaces") is None:
        return stream
    import spaces

    borrowed: Stream = spaces.GPU(stream)
    return borrowed
