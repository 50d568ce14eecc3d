"""Components that several tabs have: a picture to choose, code to read, panels that send clicks."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import gradio as gr

from img2code import limits
from img2code.page.picture_input import PictureInput

PLACEHOLDER = "Drop a picture here, or click to choose one"
# A click on a <button data-…> inside a gr.HTML arrives as an event with those values.
SEND_CLICK = """element.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button) trigger('select', {...button.dataset});
});"""


def script(*names: str) -> str:
    """The text of scripts beside this file, which a gr.HTML runs as one when it is there."""
    return "\n".join(Path(__file__).with_name(n).read_text(encoding="utf-8") for n in names)


def picture_field(label: str, height: int, name: str, value: str | None = None) -> PictureInput:
    return PictureInput(
        value=value,
        label=label,
        show_label=False,
        type="filepath",
        image_mode=None,
        sources=["upload", "clipboard", "webcam"],
        height=height,
        buttons=[],
        placeholder=PLACEHOLDER,
        elem_id=name,
    )


def code_view(
    name: str,
    text: str | None = None,
    language: Literal["json", "python"] = "json",
    lines: int = 27,
    editable: bool = False,
    numbered: bool = False,
) -> gr.Code:
    """Code with a button that copies it."""
    return gr.Code(
        text,
        language=language,
        interactive=editable,
        show_label=False,
        container=False,
        show_line_numbers=numbered,
        lines=lines,
        max_lines=lines,
        buttons=["copy"],
        elem_id=name,
    )


def in_turn(quiet: dict[str, Any], status: gr.HTML) -> dict[str, Any]:
    """How an event waits for the model with all others, its place shown over a line of status."""
    return {
        "concurrency_limit": limits.CONCURRENT_RUNS,
        "concurrency_id": limits.RUNS,
        **quiet,
        "show_progress": "minimal",
        "show_progress_on": status,
    }
