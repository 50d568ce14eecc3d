"""Where everything of the tab Create is; what happens on a click stands in create.py."""

from __future__ import annotations

import html
from dataclasses import dataclass

import gradio as gr

from img2code import limits
from img2code.page import markup
from img2code.page.components import SEND_CLICK, code_view, script
from img2code.page.workbench import DOWNLOADS

IDEAS = (
    "a tall blue mug with a square handle",
    "four wooden chairs",
    "a white cabinet with three drawers",
)
WELCOME = "Say what is to be made, then Paint. The words may be changed as often as you like."
EMPTY = '<p class="empty">The object will appear here, to be turned around.</p>'
#: Of what is made, besides the picture.
OFFERED = (".json", ".glb", ".obj", ".stl", ".urdf.zip", ".py")
MOST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Create:
    """The components of the tab."""

    text: gr.Textbox
    paint: gr.Button
    another: gr.Button
    seed: gr.Number
    status: gr.HTML
    ideas: gr.HTML
    pictures: gr.HTML
    send: gr.Button
    vacant: gr.HTML
    figure: gr.Plot
    live: gr.HTML
    downloads: dict[str, gr.DownloadButton]
    edit: gr.HTML
    code: gr.Code


def create_tab() -> Create:
    """Lay the tab out, inside of it."""
    with gr.Row(elem_classes="bench"):
        with gr.Column(scale=4, min_width=300):
            text = gr.Textbox(
                label="What is to be made",
                placeholder=IDEAS[0],
                lines=1,
                max_lines=4,
                max_length=limits.MAX_TEXT_CHARACTERS,
                elem_id="wish",
            )
            with gr.Row(elem_classes="pressed"):
                paint = gr.Button("Paint", variant="primary", elem_id="paint", min_width=90)
                another = gr.Button("Another one", elem_id="another", min_width=90)
                seed = gr.Number(
                    0,
                    label="Seed",
                    precision=0,
                    minimum=0,
                    maximum=MOST_SEED,
                    min_width=90,
                    elem_id="seed",
                )
            status = gr.HTML(
                markup.status(WELCOME),
                js_on_load=script("create.js"),
                elem_id="create-status",
            )
            ideas = gr.HTML(_ideas(), js_on_load=SEND_CLICK, elem_id="ideas")
            pictures = gr.HTML(js_on_load=SEND_CLICK, elem_id="made-pictures")
            send = gr.Button("Send to Reconstruct", interactive=False, elem_id="send")
        with gr.Column(scale=6, min_width=320):
            vacant = gr.HTML(EMPTY, elem_id="no-made", elem_classes="vacant")
            plot = gr.Plot(
                show_label=False,
                container=False,
                visible=False,
                elem_id="made-figure",
                elem_classes=["turnable", "follows"],
            )
            live = gr.HTML(
                js_on_load=script("redraw.js", "live.js"), told=None, elem_id="made-live"
            )
            with gr.Row(elem_id="made-downloads"):
                labels = {".png": "Picture", **{suffix: DOWNLOADS[suffix] for suffix in OFFERED}}
                downloads = {
                    suffix: gr.DownloadButton(
                        label,
                        size="sm",
                        min_width=52,
                        interactive=False,
                        elem_id=f"made{suffix.replace('.', '-')}",
                    )
                    for suffix, label in labels.items()
                }
        with (
            gr.Column(scale=5, min_width=320),
            gr.Tabs(selected="made-edit", elem_id="made-codes"),
        ):
            with gr.Tab("Edit", id="made-edit"):
                edit = gr.HTML(
                    '<p class="empty">Paint an object to change it here.</p>',
                    js_on_load=script("edit.js"),
                    elem_id="made-panel",
                )
            with gr.Tab("Code", id="made-code"):
                code = code_view("made-code", lines=24, numbered=True)
    return Create(
        text,
        paint,
        another,
        seed,
        status,
        ideas,
        pictures,
        send,
        vacant,
        plot,
        live,
        downloads,
        edit,
        code,
    )


def _ideas() -> str:
    chips = "".join(
        f'<button type="button" data-index="{number}">{html.escape(idea)}</button>'
        for number, idea in enumerate(IDEAS)
    )
    return f'<div class="chips" role="group" aria-label="For example">{chips}</div>'
