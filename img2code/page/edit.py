"""What happens when an object is changed by hand: its shape at once, its files when it rests."""

from __future__ import annotations

import contextlib
import html
import logging
import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from geometry.articulation import articulate
from geometry.draw.figure import camera, figure
from geometry.errors import CodeError, UserError
from geometry.program import Program, dumps
from img2code import code_text, editing, limits, swapping
from img2code.fit.mask import Mask
from img2code.fit.overlay import layers_at
from img2code.fit.placing import placed
from img2code.history import History
from img2code.image import content, open_image
from img2code.page import edit_panel, markup, on_picture
from img2code.page.guard import UNUSABLE
from img2code.page.real_size import offered, sized
from img2code.page.seen import Asked
from img2code.page.sessions import VIEW, Sessions
from img2code.page.workbench import HAS_CAD
from img2code.report import data_uri
from img2code.result import Done, Event, Fitting, Improved, Result
from stats import Statistics

if TYPE_CHECKING:
    from img2code.page.workbench import Reconstruct

TEXT = "text"  # what a step changes that is typed
LIVE = 400  # pixels of the picture's longer side while something moves
NO_PICTURE = "Choose a picture first."
NOT_FITTED = "Not on a picture: “Fit from here” puts it there."
UNFITTED = "The object could not be fitted to the picture. {}"

Updates = dict[Any, Any]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Edits:
    """What a visitor has changed of an object.

    chosen: the part that is shown. frame: the sides of the square picture, and what of it is the
    upright one, once that is known. stamp: counts what was shown.
    """

    history: History[Result]
    chosen: int = 0
    frame: tuple[int, tuple[int, int, int, int]] | None = None
    stamp: int = 0


class EditEvents:
    """The handlers of the panel and of the code as text."""

    def __init__(
        self,
        stream: Callable[..., Generator[Event]],
        statistics: Callable[[], Statistics],
        sessions: Sessions,
    ) -> None:
        self._stream, self._statistics, self._sessions = stream, statistics, sessions

    def bind(
        self,
        tab: Reconstruct,
        kept: tuple[gr.State, gr.State, gr.State, gr.State],
        asked: gr.State,
        deliver: Any,
        quiet: dict[str, Any],
    ) -> None:
        """Connect the components.

        kept: the visitor's Result, mesh, joint values and Edits. deliver: hands the mesh over and
        lets go of the visitor's files.
        """
        self._tab = tab
        self._latest, self._mesh, self._values, self._edits = latest, mesh, values, edits = kept
        last = {**quiet, "trigger_mode": "always_last"}
        files = [*tab.downloads.values(), tab.step]
        shown = [tab.edit, tab.live, tab.problem, tab.joints, *files, latest, values, edits]
        for asks in (tab.edit.edit, tab.live.choose):
            asks(self.edit, [latest, edits, tab.picture], shown, **last)
        tab.recovered.input(self.typed, [tab.recovered, latest, edits, tab.picture], shown, **last)
        rest = [tab.recovered, tab.tokens, tab.measured, *shown, mesh]
        tab.live.settle(self.settle, [latest, edits, tab.size], rest, **last).then(
            deliver, mesh, tab.model, **quiet
        )
        self._drawn = gr.State()  # the mask that a visitor has drawn for the next fit
        begin = [tab.picture, latest], [tab.status, tab.stop, self._drawn]
        for begun in (
            tab.edit.fit(self.begin_fit, *begin, **quiet),
            tab.on_picture.mask(self.begin_with_mask, *begin, **quiet),
        ):
            begun.success(
                self.fit,
                [tab.picture, latest, edits, asked, self._drawn],
                [tab.status, tab.stop, *shown],
                concurrency_limit=limits.CONCURRENT_RUNS,
                concurrency_id=limits.RUNS,
                **quiet,
            )

    def edit(
        self,
        latest: Result | None,
        edits: Edits | None,
        path: str | None,
        event: gr.EventData,
    ) -> Updates:
        """One change that the panel asks for. Raises gr.Error where it could not."""
        if latest is None:
            return {self._edits: None}
        edits = edits or Edits(History.begin(latest))
        try:
            after = self.changed(edits, event._data)
        except CodeError as error:
            again = edit_panel.again(_panel(edits))
            return {self._tab.live: gr.HTML(refused(error)), self._tab.edit: again}
        return self._show(edits, after, path, redrawn=other_fields(edits, after))

    def typed(
        self, text: Any, latest: Result | None, edits: Edits | None, path: str | None
    ) -> Updates:
        """The code was changed as text: where it is one, the object follows."""
        if latest is None or not isinstance(text, str):
            return {self._tab.problem: ""}
        edits = edits or Edits(History.begin(latest))
        now = edits.history.now
        try:
            program = code_text.read(text, now.program)
        except code_text.TextError as error:
            return {self._tab.problem: wrong(error)}
        if program == now.program:
            return {self._tab.problem: ""}
        history = _step(edits.history, self._with(now, program), TEXT)
        return self._show(edits, replace(edits, history=history), path, redrawn=True)

    def begin_fit(self, path: str | None, latest: Result | None) -> Updates:
        """Raises gr.Error where there is nothing to fit, or no picture to fit it to."""
        if not path or latest is None:
            raise gr.Error(NO_PICTURE, print_exception=False)
        return {
            self._drawn: None,
            self._tab.stop: gr.Button(interactive=True),
            self._tab.status: markup.status("Fitting it to the picture …"),
        }

    def begin_with_mask(
        self, path: str | None, latest: Result | None, event: gr.EventData
    ) -> Updates:
        """As begin_fit, with the object's pixels as the visitor has drawn them."""
        updates = self.begin_fit(path, latest)
        assert path
        try:
            return updates | {self._drawn: on_picture.drawn_mask(path, event._data)}
        except UserError as error:
            raise gr.Error(str(error), print_exception=False) from None

    def fit(
        self,
        path: str,
        latest: Result,
        edits: Edits | None,
        asked: Asked,
        drawn: Mask | None,
        request: gr.Request,
    ) -> Iterator[Updates]:
        """The fit goes on from what is shown; every better state is shown.

        drawn: the mask that it is held to from now on. What nobody has edited yet is then fitted
        from the model's own answer, which another mask has not misled.
        """
        tab = self._tab
        ready = {tab.stop: gr.Button(interactive=False)}
        edits = edits or Edits(History.begin(latest))
        session = str(request.session_hash)
        self._sessions.begin(session)
        stopped = self._sessions.stop_signal(session)
        before, now = edits, edits.history.now  # all of a fit is one step
        mask = drawn or (now.fitted.mask if now.fitted else None)
        if drawn and now == edits.history.first and now.guess is not None:
            now = replace(now, program=now.guess, fitted=None)
        try:
            with contextlib.closing(
                self._stream(path, None, asked.box, Fitting(mask, now))
            ) as events:
                for event in events:
                    if not self._sessions.is_current(session, stopped):
                        return  # another picture was chosen meanwhile
                    if not isinstance(event, Improved | Done):
                        continue
                    if event.result.fitted is None:
                        raise UserError("No object was found in it.")
                    after = replace(before, history=_step(edits.history, event.result))
                    ended = isinstance(event, Done) or stopped.is_set()
                    line = markup.status(markup.fitting(event.result.fitted))
                    if ended:
                        line = markup.finished(event.result)
                    shown = self._show(before, after, path, redrawn=ended, goes_on=not ended)
                    before = replace(shown[self._edits], history=edits.history)
                    yield {tab.status: line, **shown}
                    if ended:
                        break
        except UserError as error:
            yield {tab.status: markup.failure(UNFITTED.format(error))}
        except Exception:
            log.exception("A fit failed.")
            yield {tab.status: markup.failure(UNFITTED.format("Try again."))}
        yield ready

    def settle(
        self,
        latest: Result | None,
        edits: Edits | None,
        wanted: str | None,
        request: gr.Request,
    ) -> Updates:
        """Nothing has changed for a moment: the code, the files and the sharp overlay follow."""
        tab = self._tab
        session = str(request.session_hash)
        self._sessions.hold(session)  # until `deliver`
        if latest is None or edits is None:
            return {tab.measured: gr.skip()}
        size, said = sized(latest, wanted)
        updates: Updates = {tab.live: live(edits, on_picture.SIDE, settled=True)}
        try:
            files = self._sessions.write(session, latest, size=size)
            updates |= {**offered(tab, files), tab.step: gr.Button(interactive=HAS_CAD)}
            updates[self._mesh] = files[VIEW], camera(latest.program)
        except CodeError as error:  # it can be shown, but one of the formats is bounded
            updates[tab.live] = gr.HTML(refused(error))
        if edits.history.of != TEXT:  # what is typed stays as it is typed
            updates[tab.recovered] = dumps(latest.program, digits=4)
        return updates | {tab.tokens: dumps(latest.token_code), tab.measured: said}

    def _show(
        self, before: Edits, after: Edits, path: str | None, redrawn: bool, goes_on: bool = False
    ) -> Updates:
        """What follows at once. redrawn: the panel too, which is being used otherwise.

        goes_on: more is to come, without anybody doing anything.
        """
        tab = self._tab
        latest = after.history.now
        updates: Updates = {}
        if redrawn:
            updates[tab.edit] = _panel(after)
        if latest is before.history.now:
            return updates | {self._edits: after}
        frame = before.frame
        if frame is None and path and latest.fitted is not None:
            picture = open_image(path)
            frame = picture.width, content(picture)
        after = replace(after, frame=frame, stamp=before.stamp + 1)
        sliders = markup.joint_sliders(articulate(latest.program))
        shown: Updates = {
            self._edits: after,
            self._latest: latest,
            self._values: {},
            tab.live: live(after, LIVE, goes_on=goes_on),
            tab.problem: "",
            tab.joints: gr.HTML(sliders, visible=bool(sliders)),
            tab.step: gr.Button(interactive=False),  # what the files were made of is gone
        }
        for button in tab.downloads.values():
            shown[button] = gr.DownloadButton(interactive=False)
        return updates | shown

    def _with(self, result: Result, program: Program) -> Result:
        """A result with another program, where it lies on the picture."""
        fitted = placed(program, result.fitted) if result.fitted else None
        token_code = self._statistics().encode(program.as_dict())
        return replace(result, program=program, fitted=fitted, token_code=token_code)

    def changed(self, edits: Edits, asked: Any) -> Edits:
        """After one change. Raises CodeError; gr.Error for what no panel asks."""
        history, chosen = edits.history, edits.chosen
        now = history.now
        program = now.program
        match asked:
            case {"do": "choose", "part": int(part)} if 0 <= part < len(program.parts):
                return replace(edits, chosen=part)
            case {"do": "number", "parameter": str(name), "index": int(index), "value": value}:
                number = finite(value)
                gesture = asked.get("gesture")
                of = f"{chosen} {name} {index} {gesture}" if isinstance(gesture, int) else ""
                program = editing.changed(program, chosen, name, index, number)
                return replace(edits, history=_step(history, self._with(now, program), of[:200]))
            case {"do": "add", "template": str(name)}:
                program, chosen = editing.added(program, name)
            case {"do": "remove"}:
                program = editing.removed(program, chosen)
                chosen = max(0, chosen - 1)
            case {"do": "swap", "template": str(name)}:
                program = swapping.swapped(program, chosen, name)
            case {"do": "undo" | "redo" | "reset" as name}:
                return _within(replace(edits, history=history.step(name)))
            case _:
                raise gr.Error(UNUSABLE, print_exception=False)
        return replace(edits, history=_step(history, self._with(now, program)), chosen=chosen)


def live(edits: Edits, side: int, settled: bool = False, goes_on: bool = False) -> gr.HTML:
    """The line about the object, and what live.js draws."""
    latest, first = edits.history.now.fitted, edits.history.first.fitted
    said = on_picture.agreement(latest, first) if latest and first else NOT_FITTED
    about = {**told(edits, side, settled, goes_on), "said": said}
    return gr.HTML(f'<p class="status" role="status">{said}</p>', told=about)


def told(edits: Edits, side: int, settled: bool = False, goes_on: bool = False) -> dict[str, Any]:
    """What live.js draws: the figure, the layers over the picture, which steps there are."""
    latest = edits.history.now
    fitted = latest.fitted
    drawn: list[str] = []
    if fitted is not None and edits.frame is not None:
        whole, upright = edits.frame
        scale = min(1.0, side / max(upright[2] - upright[0], upright[3] - upright[1]))
        left, top, right, bottom = (round(edge * scale) for edge in upright)
        box = left, top, right, bottom
        images = layers_at(fitted, round(whole * scale), box)
        drawn = [data_uri(image, effort=0) for image in images]
    return {
        "stamp": edits.stamp,
        "settled": settled,
        "goes_on": goes_on,
        "figure": figure(latest.program).to_json(),
        "layers": drawn,
        "steps": edits.history.possible,
    }


def refused(error: CodeError) -> str:
    """Why a change could not be made; what was asked for is not said again."""
    return markup.failure(f"{error.where}: expected {error.valid}. {error.hint}".strip())


def wrong(error: code_text.TextError) -> str:
    """Where a text is no code, and what is valid there; what was typed is not said again."""
    place = error.place
    hint = "" if error.where == "the code" else error.hint  # it may name keys that were typed
    reason = html.escape(f"expected {error.valid}. {hint}".strip())
    spot = f"Line {place.line}, column {place.column}"
    return (
        f'<p class="status failure" role="alert"><button type="button" '
        f'data-offset="{place.offset}">{spot}</button>: {reason}</p>'
    )


def _panel(edits: Edits) -> str:
    return edit_panel.panel(edits.history, edits.chosen)


def _step(history: History[Result], result: Result, of: str = "") -> History[Result]:
    """One step on; what was built of the object before does not stay in memory."""
    before = history.now
    bare = replace(before, program=replace(before.program))
    return replace(history, now=bare).do(result, of)


def _within(edits: Edits) -> Edits:
    parts = len(edits.history.now.program.parts)
    return replace(edits, chosen=min(edits.chosen, parts - 1))


def finite(value: Any) -> float:
    """A number of a panel. Raises gr.Error for what is none."""
    usable = isinstance(value, int | float) and not isinstance(value, bool)
    if not usable or not math.isfinite(value):
        raise gr.Error(UNUSABLE, print_exception=False)
    return float(value)


def other_fields(before: Edits, after: Edits) -> bool:
    """Whether the panel has other parts or fields now, or other values than were put there."""
    if before.chosen != after.chosen or not after.history.of:
        return True
    earlier, later = (
        [(each.parameter, each.index) for each in editing.numbers(e.history.now.program, e.chosen)]
        for e in (before, after)
    )
    return earlier != later
