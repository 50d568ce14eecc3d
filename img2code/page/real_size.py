"""The field *Real size*: downloads as large as the object really is, and what it then weighs."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import gradio as gr

from geometry.draw.figure import camera
from geometry.errors import CodeError, UserError
from geometry.export.real import RealSize, in_words, kilograms, real_size
from geometry.export.sizes import USUAL
from img2code.page.sessions import VIEW, Sessions
from img2code.result import Result

if TYPE_CHECKING:
    from img2code.page.workbench import Reconstruct

OFF = "none"
LABEL = "Real size"
ABOUT = f"Of the downloads: {USUAL}, {OFF}, or one you know, as in height 95 mm"
NO_SIZE = "{} The downloads have the code's own size."
MOST_CHARACTERS = 64  # a longer size is none

Updates = dict[Any, Any]


def field() -> gr.Textbox:
    """Where a visitor says how large the object is."""
    return gr.Textbox(
        USUAL,
        label=LABEL,
        info=ABOUT,
        max_lines=1,
        max_length=MOST_CHARACTERS,
        elem_id="real-size",
    )


def sized(result: Result, text: Any) -> tuple[RealSize | None, str]:
    """The real size that a visitor asks for, None without one, and what the page says of it."""
    if not isinstance(text, str) or text.strip().lower() in ("", OFF):
        return None, note("")
    try:
        size = real_size(result.program, text[: MOST_CHARACTERS + 1])
        return size, note(in_words(size, kilograms(result.program, size)))
    except CodeError as error:  # what was written stands in the field: it is not said again
        reason = f"This is no size: expected {error.valid}. {error.hint}".strip()
        return None, note(NO_SIZE.format(reason), failed=True)
    except UserError as error:
        return None, note(NO_SIZE.format(error), failed=True)


def note(sentence: str, failed: bool = False) -> str:
    """What stands below the field."""
    if not sentence:
        return ""
    kind, role = ("status failure", "alert") if failed else ("status", "status")
    return f'<p class="{kind}" role="{role}">{html.escape(sentence)}</p>'


class SizeEvents:
    """The handler of the field."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def bind(
        self,
        tab: Reconstruct,
        latest: gr.State,
        mesh: gr.State,
        values: gr.State,
        deliver: Any,
        quiet: dict[str, Any],
    ) -> None:
        """Connect the field. deliver: hands the mesh over and lets go of the visitor's files."""
        self._tab, self._mesh = tab, mesh
        gr.on(
            [tab.size.submit, tab.size.blur],
            self.resize,
            [latest, values, tab.size],
            [*tab.downloads.values(), mesh, tab.measured],
            trigger_mode="always_last",
            **quiet,
        ).then(deliver, mesh, tab.model, **quiet)

    def resize(
        self,
        latest: Result | None,
        values: Mapping[str, float],
        wanted: str | None,
        request: gr.Request,
    ) -> Updates:
        """Another size was chosen: the downloads follow."""
        session = str(request.session_hash)
        self._sessions.hold(session)  # until `deliver`
        if latest is None:
            return {self._tab.measured: note("")}
        size, said = sized(latest, wanted)
        files = self._sessions.write(session, latest, values, size)
        return {
            **offered(self._tab, files),
            self._mesh: (files[VIEW], camera(latest.program, values)),
            self._tab.measured: said,
        }


def offered(tab: Reconstruct, files: Mapping[str, str]) -> Updates:
    """The download buttons with their files."""
    return {
        button: gr.DownloadButton(value=files[suffix], interactive=True)
        for suffix, button in tab.downloads.items()
    }
