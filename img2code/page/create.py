"""What happens in the tab Create: words become an object, which follows them and its sliders."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from geometry.draw.figure import figure
from geometry.errors import CodeError, UserError
from geometry.export.sizes import USUAL
from geometry.program import dumps
from img2code import limits
from img2code.history import History
from img2code.page import edit_panel, markup
from img2code.page.components import in_turn
from img2code.page.create_tab import IDEAS, MOST_SEED, Create
from img2code.page.created import Created, Made, panel, pictures, status
from img2code.page.edit import LIVE, EditEvents, Edits, other_fields, refused, told
from img2code.page.events import UNEXPECTED, ReconstructEvents
from img2code.page.real_size import sized
from img2code.page.sessions import Sessions
from img2code.page.vision_model import VisionModel
from img2code.reconstruct import Reconstructor
from img2code.result import Result
from img2code.vision import Painting
from stats import Statistics

NO_TEXT = "Say what is to be painted, as in “a blue mug”."
NOTHING = "Paint something first."
SHOW = "() => document.querySelector('#picture')?.scrollIntoView({ block: 'center' })"

Updates = dict[Any, Any]
log = logging.getLogger(__name__)


class CreateEvents:
    """The handlers of the tab."""

    def __init__(self, vision: VisionModel, reconstructor: Reconstructor) -> None:
        self._vision = vision
        self._statistics: Callable[[], Statistics] = lambda: reconstructor.statistics
        self._sessions = Sessions()  # its own: what is made here is no run of Reconstruct
        self._editing = EditEvents(reconstructor.stream, self._statistics, self._sessions)

    def bind(
        self,
        page: gr.Blocks,
        pages: gr.Tabs,
        tab: Create,
        reconstruct: ReconstructEvents,
        quiet: dict[str, Any],
    ) -> None:
        """Connect the components, inside the page's context. pages: the tabs of the page."""
        self._tab, self._pages, self._reconstruct = tab, pages, reconstruct
        self._created = created = gr.State()
        files = list(tab.downloads.values())
        object_ = [tab.live, tab.edit, tab.code, *files, created]
        shown = [tab.status, tab.pictures, tab.send, tab.vacant, tab.figure, *object_]
        wanted = [tab.text, tab.seed, created]
        turn = in_turn(quiet, tab.status)
        latest: dict[str, Any] = {"trigger_mode": "always_last"}
        tab.paint.click(self.paint, wanted, shown, **turn)
        changes = [tab.text.submit, tab.seed.submit, tab.seed.blur]
        gr.on(changes, self.follow, wanted, shown, **turn, **latest)
        tab.status.words(self.follow, wanted, shown, **turn, **latest)
        tab.another.click(_next, tab.seed, tab.seed, **quiet).then(
            self.follow, wanted, shown, **turn
        )
        tab.ideas.select(_idea, None, tab.text, **quiet).then(self.follow, wanted, shown, **turn)
        tab.pictures.select(self.choose, created, shown, **quiet)
        for asks in (tab.edit.edit, tab.live.choose):
            asks(self.edit, created, object_, **quiet, **latest)
        rest = [tab.pictures, tab.live, tab.code, *files, created]
        tab.live.settle(self.settle, created, rest, **turn, **latest).then(
            self.delivered, None, None, **quiet
        )
        sent = [pages, tab.status, *reconstruct.taken]
        tab.send.click(self.send, created, sent, **quiet).then(
            self.delivered, None, None, js=SHOW, **quiet
        )
        page.unload(self.leave)

    def follow(
        self, text: str | None, seed: float | None, created: Created | None
    ) -> Iterator[Updates]:
        """As `paint`, unless that is what is shown."""
        if created and (created.text, created.seed) == _asked(text, seed):
            yield {self._created: created}
        else:
            yield from self.paint(text, seed, created)

    def paint(
        self, text: str | None, seed: float | None, created: Created | None
    ) -> Iterator[Updates]:
        """What the words ask for; what they cannot have is said, and leaves what is there."""
        tab = self._tab
        words, number = _asked(text, seed)
        if not words or len(words) > limits.MAX_TEXT_CHARACTERS:
            yield {tab.status: markup.failure(NO_TEXT)}
            return
        yield {tab.status: markup.status("Painting …")}
        start = time.perf_counter()
        try:
            paintings = self._vision.ask("paint", lambda each: each.paint(words, seed=number))
            stamp = created.shown.edits.stamp + 1 if created else 1
            seconds = time.perf_counter() - start
            made = tuple(
                Made(each, Edits(History.begin(self._result(each, seconds)), stamp=stamp))
                for each in paintings
            )
            yield self._shown(Created(words, number, made))
        except UserError as error:
            yield {tab.status: markup.failure(str(error))}
        except Exception:
            log.exception("A text could not be painted.")
            yield {tab.status: markup.failure(UNEXPECTED)}

    def _result(self, painting: Painting, seconds: float) -> Result:
        """A painting's code as a result, which can be edited and written to files."""
        program = painting.program
        assert program is not None  # the embedded painter always has one
        token_code = self._statistics().encode(program.as_dict())
        return Result(program, token_code, "", 0, seconds, 0.0, ())

    def choose(self, created: Created | None, event: gr.EventData) -> Updates:
        """Another one of several objects is shown."""
        index = _index(event._data)
        if created is None or not 0 <= index < len(created.made):
            return {self._created: created}
        stamp = created.shown.edits.stamp + 1
        created = replace(created, chosen=index)
        made = replace(created.shown, edits=replace(created.shown.edits, stamp=stamp))
        return self._shown(created.having(made))

    def _shown(self, created: Created) -> Updates:
        """All of the chosen object; its files follow when live.js asks for them."""
        tab, made = self._tab, created.shown
        return {
            tab.status: status(created),
            tab.pictures: pictures(created),
            tab.send: gr.Button(interactive=True),
            tab.vacant: gr.HTML(visible=False),
            tab.figure: gr.Plot(figure(made.edits.history.now.program), visible=True),
            # the figure is new: nothing is left to be drawn into it
            tab.live: gr.HTML("", told={**told(made.edits, LIVE), "figure": None}),
            tab.edit: panel(made),
            tab.code: dumps(made.edits.history.now.program, digits=4),
            self._created: created,
            **self._no_files(),
        }

    def _no_files(self) -> Updates:
        buttons = self._tab.downloads.values()
        return {button: gr.DownloadButton(interactive=False) for button in buttons}

    def edit(self, created: Created | None, event: gr.EventData) -> Updates:
        """One change of the object's parts or numbers. Raises gr.Error for what no panel asks."""
        tab = self._tab
        if created is None:
            return {self._created: None}
        made = created.shown
        try:
            after = self._editing.changed(made.edits, event._data)
        except CodeError as error:
            return {tab.live: gr.HTML(refused(error)), tab.edit: edit_panel.again(panel(made))}
        redrawn = other_fields(made.edits, after)
        same = after.history.now is made.edits.history.now
        after = after if same else replace(after, stamp=after.stamp + 1)
        made = replace(made, edits=after)
        updates: Updates = {self._created: created.having(made)}
        if redrawn:
            updates[tab.edit] = panel(made)
        if not same:
            updates |= {tab.live: gr.HTML("", told=told(after, LIVE)), **self._no_files()}
        return updates

    def settle(self, created: Created | None, request: gr.Request) -> Updates:
        """Nothing has changed for a moment: the picture, the code and the files follow."""
        tab = self._tab
        session = str(request.session_hash)
        self._sessions.hold(session)  # until `delivered`
        if created is None:
            return {self._created: None}
        made = created.shown
        result = made.edits.history.now
        updates: Updates = {}
        try:
            if result.program != made.painting.program:
                changed = made.painting, result.program
                painting = self._vision.ask("paint", lambda each: each.again(*changed))
                made = replace(made, painting=painting)
                created = created.having(made)
                updates = {tab.pictures: pictures(created), self._created: created}
            files = self._written(session, made)
        except CodeError as error:  # it can be shown, but one of the formats is bounded
            return updates | {tab.live: gr.HTML(refused(error))}
        for suffix, button in tab.downloads.items():
            updates[button] = gr.DownloadButton(value=files[suffix], interactive=True)
        about = {**told(made.edits, LIVE, settled=True), "figure": None}
        return updates | {
            tab.live: gr.HTML("", told=about),
            tab.code: dumps(result.program, digits=4),
        }

    def _written(self, session: str, made: Made) -> dict[str, str]:
        result = made.edits.history.now
        files = self._sessions.write(session, result, size=sized(result, USUAL)[0])
        return {**files, ".png": self._picture(session, made)}

    def _picture(self, session: str, made: Made) -> str:
        name = f"{made.edits.history.now.category.lower()}.png"
        path = self._sessions.new_folder(session) / name
        made.painting.picture.save(path)
        return str(path)

    def send(self, created: Created | None, request: gr.Request) -> Updates:
        """The painted picture becomes that of the tab Reconstruct, which is opened."""
        session = str(request.session_hash)
        self._sessions.hold(session)  # until `delivered`
        if created is None:
            return {self._tab.status: markup.failure(NOTHING)}
        path = self._picture(session, created.shown)
        return {
            self._pages: gr.Tabs(selected="reconstruct"),
            **self._reconstruct.take(path, request),
        }

    def delivered(self, request: gr.Request) -> None:
        """Gradio has taken the files over."""
        self._sessions.release(str(request.session_hash))

    def leave(self, request: gr.Request) -> None:
        self._sessions.leave(str(request.session_hash))


def _asked(text: Any, seed: float | None) -> tuple[str, int]:
    return str(text or "").strip(), int(seed or 0)


def _next(seed: float | None) -> int:
    """The seed of another one."""
    return (int(seed or 0) + 1) % (MOST_SEED + 1)


def _idea(event: gr.EventData) -> str:
    """The text of the button that was clicked."""
    index = _index(event._data)
    return IDEAS[index] if 0 <= index < len(IDEAS) else IDEAS[0]


def _index(data: Any) -> int:
    """The number of the button that was clicked; -1 for what no page sends."""
    match data:
        case {"index": str(text)} if text.isdecimal() and len(text) < 4:
            return int(text)
    return -1
