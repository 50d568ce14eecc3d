"""The tab Many: several pictures at once, a table of what became of each, one zip of it all."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from img2code import limits
from img2code.page import markup
from img2code.page.components import in_turn
from img2code.page.picture_input import WithoutStub, uploaded_path
from img2code.page.sessions import Sessions
from img2code.page.workbench import AUTO, category_choices
from img2code.reconstruct import Reconstructor
from img2code.result_folders import predict

CHOOSE = f"Choose up to {limits.MANY_PICTURES} pictures, then Generate all."
TOO_MANY = "These are {} pictures; at most {} are taken at once. Leave some out."
TABLE = "results.csv"
COLUMNS = ("picture", "category", "seconds", "error")

Updates = dict[Any, Any]
Row = tuple[str, str, float, str]


class PicturesInput(gr.File, metaclass=WithoutStub):
    """gr.File that hands on the paths of uploaded files, which nobody has opened yet."""

    def get_block_name(self) -> str:
        """Which component of the browser shows it."""
        return "file"

    def preprocess(self, payload: Any) -> list[str]:
        """The paths of the uploaded files. Raises gr.Error."""
        files = getattr(payload, "root", payload) or []
        return [uploaded_path(file.path, self.GRADIO_CACHE) for file in files]


@dataclass(frozen=True)
class Many:
    """The components of the tab."""

    pictures: PicturesInput
    category: gr.Dropdown
    generate: gr.Button
    stop: gr.Button
    status: gr.HTML
    archive: gr.DownloadButton
    table: gr.HTML


def many_tab() -> Many:
    """Lay the tab out, inside of it."""
    with gr.Row(elem_id="many"):
        with gr.Column(scale=4, min_width=300):
            pictures = PicturesInput(
                label="Pictures", file_count="multiple", height=240, elem_id="pictures"
            )
            category = gr.Dropdown(
                category_choices(), value=AUTO, label="Category of all", elem_id="many-category"
            )
            with gr.Row():
                generate = gr.Button("Generate all", variant="primary", elem_id="generate-all")
                stop = gr.Button("Stop", interactive=False, elem_id="stop-all", min_width=90)
            status = gr.HTML(markup.status(CHOOSE), elem_id="many-status")
            archive = gr.DownloadButton("Results as zip", interactive=False, elem_id="download-all")
        with gr.Column(scale=8, min_width=320):
            table = gr.HTML(elem_id="outcomes")
    return Many(pictures, category, generate, stop, status, archive, table)


class ManyEvents:
    """The handlers of the tab."""

    def __init__(self, reconstructor: Reconstructor) -> None:
        self._reconstructor = reconstructor
        self._sessions = Sessions()

    def bind(self, page: gr.Blocks, tab: Many, quiet: dict[str, Any]) -> None:
        """Connect the components, inside the page's context."""
        self._tab = tab
        everything = [tab.generate, tab.stop, tab.status, tab.archive, tab.table]
        tab.generate.click(self.begin, None, everything, **quiet).then(
            self.generate,
            [tab.pictures, tab.category],
            everything,
            **in_turn(quiet, tab.status),
        ).then(self.taken, None, [tab.generate, tab.stop], **quiet)
        tab.stop.click(self.stop, None, None, concurrency_limit=None, **quiet)
        page.unload(self.leave)

    def begin(self, request: gr.Request) -> Updates:
        tab = self._tab
        self._sessions.begin(str(request.session_hash))
        return {
            tab.generate: gr.Button(interactive=False),
            tab.stop: gr.Button(interactive=True),
            tab.status: markup.status("Waiting for the pictures before yours …"),
            tab.archive: gr.DownloadButton(value=None, interactive=False),
            tab.table: "",
        }

    def generate(self, paths: list[str], category: str, request: gr.Request) -> Iterator[Updates]:
        """A row of the table for each picture as it is done, at the end the archive.

        A picture that fails has its reason in its row; the others are not touched by it.
        """
        tab = self._tab
        session = str(request.session_hash)
        visit = self._sessions.hold(session)  # until `taken`
        stopped = self._sessions.stop_signal(session)
        if not paths:
            yield {tab.status: markup.failure("Choose some pictures first.")}
            return
        if len(paths) > limits.MANY_PICTURES:
            sentence = TOO_MANY.format(len(paths), limits.MANY_PICTURES)
            yield {tab.status: markup.failure(sentence)}
            return
        folder = self._sessions.new_folder(session)
        results = folder / "results"
        results.mkdir()
        wanted = None if category == AUTO else category
        rows: list[Row] = []
        pictures = [Path(path) for path in paths]
        for outcome in predict(self._reconstructor.run, pictures, results, wanted):
            made = outcome.result.category if outcome.result else ""
            rows.append((outcome.picture.name, made, outcome.seconds, outcome.error))
            line = f"{len(rows)} of {markup.count(len(paths), 'picture')}."
            yield {tab.table: markup.outcomes(rows, len(paths)), tab.status: markup.status(line)}
            if stopped.is_set() or visit.left:
                break
        _write_table(results / TABLE, rows)
        archive = shutil.make_archive(str(folder / "results"), "zip", results)
        yield {
            tab.table: markup.outcomes(rows, len(rows)),
            tab.status: markup.status(_summary(rows, len(paths))),
            tab.archive: gr.DownloadButton(value=archive, interactive=True),
        }

    def taken(self, request: gr.Request) -> Updates:
        """Gradio has taken the archive over."""
        self._sessions.release(str(request.session_hash))
        return {
            self._tab.generate: gr.Button(interactive=True),
            self._tab.stop: gr.Button(interactive=False),
        }

    def stop(self, request: gr.Request) -> None:
        self._sessions.stop(str(request.session_hash))

    def leave(self, request: gr.Request) -> None:
        self._sessions.leave(str(request.session_hash))


def _summary(rows: list[Row], total: int) -> str:
    failed = sum(1 for *_, error in rows if error)
    sentence = f"{len(rows) - failed} of {markup.count(total, 'picture')} reconstructed"
    if failed:
        sentence += f", {failed} failed"
    if len(rows) < total:
        sentence += f", stopped before the last {total - len(rows)}"
    return sentence + "."


def _write_table(path: Path, rows: list[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(
            (name, made, f"{seconds:.3f}", error) for name, made, seconds, error in rows
        )
