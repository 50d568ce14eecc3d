"""Where a CAD part is shown in the tab Reconstruct: in the place of an object and its code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from img2code.page import markup, part_panel
from img2code.page.components import SEND_CLICK, code_view, script

FOLDER = "cad_parts"  # in that of the examples
#: Suffixes of the files to download, and what hovering their buttons says.
DOWNLOADS = {
    ".stl": "Mesh for printing, in millimetres",
    ".glb": "Mesh with a colour for each step",
    ".py": "CadQuery script with named dimensions",
    ".json": "The code: steps and loops",
    ".step": "Solid for CAD programs, which takes some seconds",
}


@dataclass(frozen=True)
class PartView:
    """In the place of the object."""

    whole: gr.Column
    figure: gr.Plot
    beside: gr.HTML
    live: gr.HTML
    downloads: dict[str, gr.Button]
    file: gr.DownloadButton


@dataclass(frozen=True)
class PartSource:
    """In the place of the code."""

    tabs: gr.Tabs
    cadquery: gr.Code
    panel: gr.HTML
    json: gr.Code


@dataclass(frozen=True)
class PartBench:
    strip: gr.HTML
    view: PartView
    source: PartSource


def titles() -> dict[str, str]:
    """What hovering a button says, by the button's id."""
    return {_button_id(suffix): text for suffix, text in DOWNLOADS.items()}


def examples(folder: Path) -> list[Path]:
    """The pictures of CAD parts among the examples."""
    return sorted((folder / FOLDER).glob("*.png"))


def strip(paths: Sequence[Path]) -> gr.HTML:
    return gr.HTML(
        markup.example_strip(paths, "CAD parts"),
        visible=bool(paths),
        js_on_load=SEND_CLICK,
        elem_id="part-examples",
    )


def view() -> PartView:
    """The part to turn around, its picture beside it, its files."""
    with gr.Column(visible=False, elem_id="part") as whole:
        with gr.Tabs(elem_id="part-views"):
            with gr.Tab("Part", id="part-turn"):
                figure = gr.Plot(show_label=False, container=False, elem_id="part-figure")
            with gr.Tab("Beside its picture", id="part-beside"):
                beside = gr.HTML(elem_id="part-beside")
        live = gr.HTML(
            js_on_load=script("redraw.js", "part_live.js"), told=None, elem_id="part-live"
        )
        with gr.Row(elem_id="part-downloads"):
            downloads = {
                suffix: gr.Button(
                    suffix[1:].upper(),
                    size="sm",
                    min_width=52,
                    interactive=False,
                    elem_id=_button_id(suffix),
                )
                for suffix in DOWNLOADS
            }
        file = gr.DownloadButton("", visible="hidden", elem_id="part-file")
    return PartView(whole, figure, beside, live, downloads, file)


def source() -> PartSource:
    """The part as CadQuery source, as numbers, as JSON."""
    with gr.Tabs(selected="cadquery", visible=False, elem_id="part-codes") as tabs:
        with gr.Tab("CadQuery", id="cadquery"):
            cadquery = code_view("part-cadquery", language="python")
        with gr.Tab("Dimensions", id="dimensions"):
            panel = gr.HTML(
                part_panel.NOTHING,
                js_on_load=script("edit.js"),
                elem_id="part-edit",
            )
        with gr.Tab("JSON", id="part-json"):
            json = code_view("part-json")
    return PartSource(tabs, cadquery, panel, json)


def _button_id(suffix: str) -> str:
    return f"part-download{suffix.replace('.', '-')}"
