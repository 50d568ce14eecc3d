"""Where everything on the page is; what happens on a click stands in events.py."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI

import geometry
from img2code import limits
from img2code.page.api import Api
from img2code.page.compare import CompareEvents
from img2code.page.events import AUTO, RUNS, ReconstructEvents
from img2code.page.gallery import Examples
from img2code.page.guard import GuardedBlocks, guards
from img2code.page.markup import EMPTY_CODE, EMPTY_OBJECT, example_strip, status
from img2code.page.picture_input import PictureInput
from img2code.page.theme import STYLE, theme
from img2code.reconstruct import Reconstructor

EXAMPLES = Path(__file__).parents[2] / "example_images"
JOINTS = Path(__file__).with_name("joints.js")
NAME = "img2code"
HEADER = f"""<header><h1>{NAME}</h1>
<p>One picture of an object in; its parts and their numbers out, as code that rebuilds it in 3D.</p>
</header>"""
DOWNLOADS = {
    ".json": "Code",
    ".tokens.json": "Tokens",
    ".glb": "GLB",
    ".obj": "OBJ",
    ".stl": "STL",
    ".urdf.zip": "URDF",
    ".py": "CAD",
}
WELCOME = "Choose a picture or one of the examples, then Generate."
PLACEHOLDER = "Drop a picture here, or click to choose one"
MODEL_HEIGHT = 470  # as #model in style.css
# A click on a <button data-…> inside a gr.HTML arrives as an event with those values.
SEND_CLICK = """element.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button) trigger('select', {...button.dataset});
});"""


@dataclass(frozen=True)
class Reconstruct:
    """The components of the first tab."""

    picture: PictureInput
    category: gr.Dropdown
    generate: gr.Button
    stop: gr.Button
    status: gr.HTML
    strip: gr.HTML
    no_object: gr.HTML
    views: gr.Tabs
    figure: gr.Plot
    joints: gr.HTML
    mesh_tab: gr.Tab
    model: gr.Model3D
    downloads: dict[str, gr.DownloadButton]
    no_code: gr.HTML
    codes: gr.Tabs
    recovered: gr.Code
    tokens: gr.Code


@dataclass(frozen=True)
class Side:
    """One half of the comparison."""

    choice: gr.Dropdown
    panel: gr.HTML
    figure: gr.Plot


@dataclass(frozen=True)
class Compare:
    """The components of the second tab."""

    tab: gr.Tab
    left: Side
    right: Side
    cards: gr.HTML


def build_page(reconstructor: Reconstructor, examples: Path = EXAMPLES) -> gr.Blocks:
    """The page around a reconstructor, not yet served. `examples` is a folder of pictures."""
    gallery = Examples(examples, reconstructor)
    with GuardedBlocks(
        title=f"{NAME}: a picture to code to a mesh",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(limits.DOWNLOAD_SECONDS // 6, limits.DOWNLOAD_SECONDS),
    ) as page:
        gr.HTML(HEADER, elem_id="header")
        with gr.Tabs(elem_id="pages"):
            with gr.Tab("Reconstruct", id="reconstruct"), gr.Row(elem_id="bench"):
                first = _reconstruct(gallery)
            with gr.Tab("Compare", id="compare") as tab:
                second = _compare(tab)
        own = gr.State([])  # the visitor's entries in the gallery, newest first
        quiet = {"api_visibility": "private", "show_progress": "hidden"}
        ReconstructEvents(reconstructor, gallery).bind(page, first, own, quiet)
        CompareEvents(gallery).bind(second, own, quiet)
        Api(reconstructor).bind(RUNS)
    return page


def serve(
    reconstructor: Reconstructor, examples: Path = EXAMPLES, mcp: bool = False, **launch: Any
) -> tuple[Any, str, str]:
    """Build the page and serve it; `launch` (server_name, server_port …) is gr.Blocks.launch's.

    mcp: also offer the page's endpoint to MCP clients. Raises UserError where that cannot be.
    """
    page = _queued(reconstructor, examples)
    guarded = guards(examples)
    if mcp:
        from img2code.page.mcp_server import application

        guarded["app_kwargs"] |= application(page)
    settings = {**_look(), **guarded, "mcp_server": False}  # never Gradio's own, unguarded
    served: tuple[Any, str, str] = page.launch(**settings, **launch)
    return served


def mount(app: FastAPI, path: str, reconstructor: Reconstructor, examples: Path = EXAMPLES) -> None:
    """Build the page and serve it at a path of another application."""
    page = _queued(reconstructor, examples)
    settings = {**_look(), **guards(examples), "mcp_server": False}
    gr.mount_gradio_app(app, page, path=path, **settings)


def _look() -> dict[str, Any]:
    return {
        "theme": theme(),
        "css_paths": STYLE,
        "footer_links": [],
        "run_history": False,
        "enable_monitoring": False,
        "max_file_size": limits.MAX_UPLOAD_BYTES,
    }


def _queued(reconstructor: Reconstructor, examples: Path) -> gr.Blocks:
    page = build_page(reconstructor, examples)
    return page.queue(
        max_size=limits.MAX_WAITING,
        default_concurrency_limit=limits.CONCURRENT_CHECKS,
        api_open=False,
    )


def _reconstruct(examples: Examples) -> Reconstruct:
    with gr.Column(scale=4, min_width=300, elem_id="input"):
        picture = PictureInput(
            label="Picture",
            show_label=False,
            type="filepath",
            image_mode=None,
            sources=["upload", "clipboard", "webcam"],
            height=300,
            buttons=[],
            placeholder=PLACEHOLDER,
            elem_id="picture",
        )
        category = gr.Dropdown(
            [AUTO, *geometry.categories()], value=AUTO, label="Category", elem_id="category"
        )
        with gr.Row(elem_id="actions"):
            generate = gr.Button("Generate", variant="primary", elem_id="generate")
            stop = gr.Button("Stop", interactive=False, elem_id="stop", min_width=90)
        progress = gr.HTML(status(WELCOME), elem_id="status")
        strip = gr.HTML(
            example_strip(examples.paths),
            visible=bool(examples.paths),
            js_on_load=SEND_CLICK,
            elem_id="examples",
        )
    with gr.Column(scale=6, min_width=320, elem_id="object"):
        no_object = gr.HTML(EMPTY_OBJECT, elem_id="no-object", elem_classes="vacant")
        with gr.Tabs(visible=False, elem_id="views") as views:
            with gr.Tab("Parts", id="parts"):
                figure = gr.Plot(show_label=False, container=False, elem_id="figure")
                joints = gr.HTML(js_on_load=JOINTS.read_text(encoding="utf-8"), elem_id="joints")
            with gr.Tab("Mesh", id="mesh") as mesh_tab:
                model = gr.Model3D(
                    show_label=False,
                    container=False,
                    height=MODEL_HEIGHT,
                    clear_color=(0, 0, 0, 0),
                    interactive=False,
                    elem_id="model",
                )
        with gr.Row(elem_id="downloads"):
            downloads = {
                suffix: gr.DownloadButton(
                    label,
                    size="sm",
                    min_width=52,
                    interactive=False,
                    elem_id=f"download{suffix.replace('.', '-')}",
                )
                for suffix, label in DOWNLOADS.items()
            }
    with gr.Column(scale=5, min_width=320, elem_id="code"):
        no_code = gr.HTML(EMPTY_CODE, elem_id="no-code", elem_classes="vacant")
        with gr.Tabs(selected="tokens", visible=False, elem_id="codes") as codes:
            with gr.Tab("Code", id="recovered"):
                recovered = _json("recovered")
            with gr.Tab("Tokens", id="tokens"):
                tokens = _json("tokens")
    return Reconstruct(
        picture,
        category,
        generate,
        stop,
        progress,
        strip,
        no_object,
        views,
        figure,
        joints,
        mesh_tab,
        model,
        downloads,
        no_code,
        codes,
        recovered,
        tokens,
    )


def _json(name: str) -> gr.Code:
    return gr.Code(
        language="json",
        interactive=False,
        show_label=False,
        container=False,
        show_line_numbers=False,
        lines=27,
        max_lines=27,
        buttons=["copy"],
        elem_id=name,
    )


def _compare(tab: gr.Tab) -> Compare:
    with gr.Row(elem_id="sides"):
        left, right = _side("left"), _side("right")
    cards = gr.HTML(
        elem_id="cards",
        js_on_load=SEND_CLICK,
    )
    return Compare(tab, left, right, cards)


def _side(name: str) -> Side:
    with gr.Column(min_width=300, elem_classes="side"):
        choice = gr.Dropdown([], label=name.capitalize(), type="index", elem_id=f"{name}-choice")
        panel = gr.HTML(elem_id=f"{name}-panel")
        figure = gr.Plot(
            show_label=False,
            container=False,
            visible=False,
            elem_id=f"{name}-figure",
            elem_classes="turnable",
        )
    return Side(choice, panel, figure)
