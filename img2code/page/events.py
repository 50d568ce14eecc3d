"""What happens on the page: checks a picture, streams its code, shows the object, compares."""

from __future__ import annotations

import contextlib
import html
import importlib.util
import logging
import math
import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from geometry import program
from geometry.errors import CodeError
from geometry.figure import figure, to_camera
from img2code import limits
from img2code.errors import UserError
from img2code.image import open_image
from img2code.page.compare import Entry, Examples, cards, make_entry, own_title, panel
from img2code.page.sessions import Sessions
from img2code.reconstruct import Done, Event, Reconstructor, Result, Text

if TYPE_CHECKING:
    from img2code.page.layout import Compare, Reconstruct, Side

AUTO = "Auto"
EMPTY_OBJECT = '<p class="empty">The object will appear here, to be turned around.</p>'
EMPTY_CODE = '<p class="empty">Its code will be written here, token by token.</p>'
EMPTY_STATUS = '<p class="status">Choose a picture or one of the examples, then Generate.</p>'
UNEXPECTED = "Something went wrong on our side. Try again, or with another picture."
REFRESH = 0.05  # seconds between two updates of the growing text

Updates = dict[Any, Any]
Latest = tuple[str, Result] | None  # picture and result of the last run
Mesh = tuple[str, list[float]] | None  # GLB of the latest result and direction to its camera
Stream = Callable[..., Iterator[Event]]
log = logging.getLogger(__name__)


class Events:
    """The handlers of one page. What belongs to a visitor is in `Sessions` or in a gr.State."""

    def __init__(self, reconstructor: Reconstructor, examples: Examples) -> None:
        self._stream = _on_gpu(reconstructor.stream)
        self._examples = examples
        self._sessions = Sessions()

    def bind(self, page: gr.Blocks, main: Reconstruct, compare: Compare) -> None:
        """Connect the components; to be called inside the page's context."""
        self._main, self._compare = main, compare
        own = gr.State([])  # the visitor's own entries, newest first
        latest = gr.State()
        mesh = gr.State()
        shown = gr.State([])  # the entries in the gallery as it stands
        self._latest, self._mesh, self._shown = latest, mesh, shown
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        main.picture.upload(self.check, main.picture, [main.picture, main.status], **private)
        main.strip.select(self.take_example, None, [main.picture, main.status], **private)
        written = [
            main.generate,
            main.stop,
            main.status,
            main.no_object,
            main.no_code,
            main.views,
            main.codes,
            main.recovered,
            main.tokens,
            *main.downloads.values(),
            latest,
        ]
        built = [
            main.no_object,
            main.views,
            main.figure,
            main.model,
            *main.downloads.values(),
            mesh,
        ]
        main.generate.click(
            self.generate,
            [main.picture, main.category],
            written,
            concurrency_limit=limits.CONCURRENT_RUNS,
            **private,
        ).then(self.build, latest, built, **private).then(
            _hand_over, mesh, main.model, **private
        ).then(self.remember, [latest, own], own, **private)
        # gr.Model3D takes no file while its tab opens: empty it, and hand it over afterwards.
        main.mesh_tab.select(_nothing, None, main.model, **private).then(
            _hand_over, mesh, main.model, **private
        )
        main.stop.click(self.stop, None, None, queue=False, **private)
        sides = [compare.left, compare.right]
        choices = [side.choice for side in sides]
        halves = [part for side in sides for part in (side.panel, side.figure)]
        compare.tab.select(
            self.fill, [own, *choices], [compare.cards, shown, *choices, *halves], **private
        )
        for side in sides:
            half = [side.panel, side.figure]
            side.choice.input(self.show, [side.choice, shown], half, **private)
        compare.cards.select(self.choose, shown, [*choices, *halves], **private)
        page.unload(self.leave)

    def check(self, path: str | None) -> Updates:
        """Say at once whether a picture that was just handed in can be used."""
        try:
            open_image(path or b"")
        except UserError as error:
            return {self._main.picture: None, self._main.status: _failure(str(error))}
        return {self._main.status: _status("Ready.")}

    def take_example(self, event: gr.EventData) -> Updates:
        path = self._examples.paths[int(event.index)]
        return {self._main.picture: str(path), self._main.status: _status("Ready.")}

    def generate(self, path: str | None, category: str, request: gr.Request) -> Iterator[Updates]:
        """Stream the code of the picture into the page, then show what it builds."""
        main = self._main
        if not path:
            yield {main.status: _failure("Choose a picture first."), self._latest: None}
            return
        session = str(request.session_hash)
        stopped = self._sessions.begin(session)
        yield self._cleared()
        ready = {main.generate: _enabled(True), main.stop: _enabled(False)}
        try:
            wanted = None if category == AUTO else category
            with contextlib.closing(self._stream(path, wanted)) as events:
                result = yield from self._follow(events, stopped)
            if result:
                ready |= self._finished(result) | {self._latest: (path, result)}
        except (UserError, CodeError) as error:
            ready |= {main.status: _failure(str(error))}
        except Exception:
            log.exception("A reconstruction failed.")
            ready |= {main.status: _failure(UNEXPECTED)}
        yield ready

    def build(self, latest: Latest, request: gr.Request) -> Updates:
        """Show the object. Not a part of `generate`: there its viewers would be drawn twice."""
        if latest is None:
            return {self._main.no_object: gr.skip()}
        main, (_, result) = self._main, latest
        files = self._sessions.write(str(request.session_hash), result)
        return {
            main.no_object: gr.HTML(visible=False),
            main.views: gr.Tabs(visible=True),
            main.figure: figure(result.code),
            main.model: None,
            self._mesh: (files[".glb"], to_camera(result.code).tolist()),
            **{
                button: gr.DownloadButton(value=files[suffix], interactive=True)
                for suffix, button in main.downloads.items()
            },
        }

    def remember(self, latest: Latest, own: list[Entry]) -> list[Entry]:
        """Put the result of a run into the visitor's part of the gallery."""
        if latest is None:
            return own
        path, result = latest
        entry = make_entry(f"own-{time.time_ns()}", own_title(path), path, result)
        return [entry, *own][: limits.SESSION_RESULTS]

    def _cleared(self) -> Updates:
        main = self._main
        return {
            main.generate: _enabled(False),
            main.stop: _enabled(True),
            main.status: _status("Looking at the picture …"),
            main.no_object: gr.HTML(visible=True),
            main.no_code: gr.HTML(visible=False),
            main.views: gr.Tabs(visible=False),
            main.codes: gr.Tabs(selected="tokens", visible=True),
            main.recovered: "",
            main.tokens: "",
            self._latest: None,
            **{button: _enabled(False) for button in main.downloads.values()},
        }

    def _follow(
        self, events: Iterator[Event], stopped: threading.Event
    ) -> Generator[Updates, None, Result | None]:
        """Show the text as it grows; returns the result, or None where the visitor stopped it."""
        main = self._main
        text, shown = "", 0.0
        for event in events:
            if isinstance(event, Done):
                return event.result
            text += event.text
            if stopped.is_set():
                message = f"Stopped after {_count(event.tokens, 'token')}."
                yield {main.tokens: text, main.status: _status(message)}
                return None
            if time.monotonic() - shown >= REFRESH:
                shown = time.monotonic()
                yield {main.tokens: text, main.status: _status(_pace(event))}
        return None

    def _finished(self, result: Result) -> Updates:
        main = self._main
        parts = _count(len(result.code["conceptualization"]), "part")
        pace = _pace(Text("", result.tokens, result.seconds))
        message = f"<b>{html.escape(result.category)}</b>, {parts}. {pace}"
        return {
            main.status: _status(" ".join([message, *map(html.escape, result.repairs)])),
            main.codes: gr.Tabs(selected="recovered"),
            main.recovered: program.dumps(result.code, digits=4),
            main.tokens: program.dumps(result.token_code),
        }

    def stop(self, request: gr.Request) -> None:
        self._sessions.stop(str(request.session_hash))

    def leave(self, request: gr.Request) -> None:
        self._sessions.leave(str(request.session_hash))

    def fill(self, own: list[Entry], left: str | None, right: str | None) -> Iterator[Updates]:
        """The gallery: the visitor's results, then the examples, each as soon as it is made."""
        compare = self._compare
        visible: dict[Side, str | None] = {}
        for examples, missing in self._examples.entries():
            entries = [*own, *examples]
            keys = [entry.key for entry in entries]
            left = left if left in keys else next(iter(keys), None)
            right = right if right in keys else next(iter(keys[1:]), None)
            updates: Updates = {compare.cards: cards(entries, missing), self._shown: entries}
            for side, key in ((compare.left, left), (compare.right, right)):
                choices = [(entry.title, entry.key) for entry in entries]
                updates[side.choice] = gr.Dropdown(choices, value=key)
                if side not in visible or visible[side] != key:
                    updates[side.panel], updates[side.figure] = self.show(key, entries)
                    visible[side] = key
            yield updates

    def show(self, key: str | None, shown: list[Entry]) -> tuple[str, Any]:
        """One side of the comparison."""
        entry = next((entry for entry in shown if entry.key == key), None)
        if entry is None:
            return panel(None), gr.Plot(visible=False)
        return panel(entry), gr.Plot(figure(entry.result.code), visible=True)

    def choose(self, shown: list[Entry], event: gr.EventData) -> Updates:
        """A click on a card puts its entry on the side that the button names."""
        side = self._compare.left if event.side == "left" else self._compare.right
        key = shown[int(event.index)].key
        half, plot = self.show(key, shown)
        return {side.choice: gr.Dropdown(value=key), side.panel: half, side.figure: plot}


def _on_gpu(stream: Stream) -> Stream:
    """On a Space whose GPUs are lent per call, borrow one for each reconstruction."""
    if importlib.util.find_spec("spaces") is None:
        return stream
    import spaces

    borrowed: Stream = spaces.GPU(stream)
    return borrowed


def _nothing() -> None:
    return None


def _hand_over(mesh: Mesh) -> Any:
    if mesh is None:
        return None
    path, (x, y, z) = mesh
    around, down = math.degrees(math.atan2(z, x)), math.degrees(math.acos(y))
    return gr.Model3D(path, camera_position=(around, down, None))


def _enabled(interactive: bool) -> Any:
    return gr.update(interactive=interactive)


def _status(message: str) -> str:
    return f'<p class="status" role="status">{message}</p>'


def _failure(sentence: str) -> str:
    return f'<p class="status failure" role="alert">{html.escape(sentence)}</p>'


def _pace(event: Text) -> str:
    rate = event.tokens / max(event.seconds, 1e-9)
    return f"{_count(event.tokens, 'token')} in {event.seconds:.1f} s, {rate:.0f} a second."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + "s" * (number != 1)
