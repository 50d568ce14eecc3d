"""Reports to download from the page: of a result, of two next to each other, of the gallery."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from img2code.page.gallery import Entry, title
from img2code.page.sessions import Sessions
from img2code.report import Reported, difference_table, document, facts
from img2code.result import Result

if TYPE_CHECKING:
    from img2code.page.compare import Compare
    from img2code.page.workbench import Reconstruct

#: A click on the hidden button of a file; without a file that does nothing.
DOWNLOAD = "() => setTimeout(() => document.querySelector('#{}')?.click(), 100)"


class ReportEvents:
    """The handlers of the buttons that make reports."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def bind_one(self, tab: Reconstruct, latest: gr.State, quiet: dict[str, Any]) -> None:
        """The button below the object. latest: the visitor's Result."""
        tab.report.click(
            self.one, [latest, tab.picture], tab.report_file, concurrency_limit=1, **quiet
        ).then(self.taken, None, None, **quiet).then(
            None, None, None, js=DOWNLOAD.format("report-file")
        )

    def bind_many(self, tab: Compare, shown: gr.State, quiet: dict[str, Any]) -> None:
        """Those of the comparison. shown: the entries of its gallery."""
        choices = [tab.left.choice, tab.right.choice]
        for button, make in ((tab.report_both, self.both), (tab.report_all, self.all)):
            button.click(
                make, [shown, *choices], tab.report_file, concurrency_limit=1, **quiet
            ).then(self.taken, None, None, **quiet).then(
                None, None, None, js=DOWNLOAD.format("compared-file")
            )

    def one(self, latest: Result | None, picture: str | None, request: gr.Request) -> str | None:
        """The object on the page, with its picture where that is still there."""
        session = self._held(request)
        if latest is None:
            return None
        name = title(Path(picture)) if picture else latest.category
        text = document([Reported(name, latest, picture)], f"img2code: {name}")
        return self._written(session, text, f"{latest.category.lower()}_report.html")

    def both(
        self, shown: list[Entry], left: str | None, right: str | None, request: gr.Request
    ) -> str | None:
        """The two that are compared, and what differs."""
        session = self._held(request)
        by_key = {entry.key: entry for entry in shown}
        chosen = [by_key[key] for key in (left, right) if key in by_key]
        if len(chosen) < 2:
            return None
        text = document(list(map(_reported, chosen)), "img2code: two results", compared=True)
        return self._written(session, text, "compared.html")

    def all(
        self, shown: list[Entry], left: str | None, right: str | None, request: gr.Request
    ) -> str | None:
        """Everything in the gallery."""
        session = self._held(request)
        if not shown:
            return None
        return self._written(session, document(list(map(_reported, shown))), "gallery.html")

    def taken(self, request: gr.Request) -> None:
        """Gradio has taken the file over."""
        self._sessions.release(str(request.session_hash))

    def _held(self, request: gr.Request) -> str:
        """The visitor, whose files are kept until `taken`."""
        session = str(request.session_hash)
        self._sessions.hold(session)
        return session

    def _written(self, session: str, text: str, name: str) -> str:
        path = self._sessions.new_folder(session) / name
        path.write_text(text, encoding="utf-8")
        return str(path)


def difference_markup(left: Entry, right: Entry) -> str:
    """What differs between two entries, as a table that can be folded."""
    table = difference_table(_reported(left), _reported(right))
    return f"<details open><summary>Differences</summary>{table}</details>"


def _reported(entry: Entry) -> Reported:
    known = dict(facts(entry.result))
    more = tuple((name, value) for name, value in entry.figures if name not in known)
    return Reported(entry.title, entry.result, entry.picture, more)
