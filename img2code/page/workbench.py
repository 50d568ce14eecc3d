"""Where everything of the tab Reconstruct is; what happens on a click stands in events.py."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

import geometry
from geometry.articulation import articulate
from geometry.draw.figure import figure
from geometry.program import dumps
from img2code.extras import install
from img2code.page import markup
from img2code.page.gallery import Examples
from img2code.page.opening import Opening
from img2code.page.picture_input import PictureInput

JOINTS = Path(__file__).with_name("joints.js")
AUTO = "Auto"
WELCOME = "Choose a picture or one of the examples, then Generate."
PLACEHOLDER = "Drop a picture here, or click to choose one"
MODEL_HEIGHT = 470  # as #model in style.css
DOWNLOADS = {
    ".json": "Code",
    ".tokens.json": "Tokens",
    ".glb": "GLB",
    ".obj": "OBJ",
    ".stl": "STL",
    ".urdf.zip": "URDF",
    ".py": "CAD",
}
HAS_CAD = importlib.util.find_spec("cadquery") is not None
#: What hovering a button says, by the button's id; page.js puts it there.
TITLES = {
    "download-json": "The code, at the pose that the sliders show if its numbers can say it",
    "download-tokens-json": "The code as the model wrote it, in tokens",
    "download-glb": "Mesh with colours and joints, at the pose that the sliders show",
    "download-obj": "Mesh with an object per part, at the pose that the sliders show",
    "download-stl": "Mesh for printing, at the pose that the sliders show",
    "download-urdf-zip": "Mechanism for robots and simulators, with joints and collision shapes",
    "download-py": "CadQuery script with every number as a parameter",
    "download-step": (
        "Solids for CAD programs; made when asked for, which takes some seconds"
        if HAS_CAD
        else f"STEP needs CadQuery on the server: {install('cad')}"
    ),
}
# A click on a <button data-…> inside a gr.HTML arrives as an event with those values.
SEND_CLICK = """element.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button) trigger('select', {...button.dataset});
});"""


@dataclass(frozen=True)
class Reconstruct:
    """The components of the tab."""

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
    step: gr.Button
    step_file: gr.DownloadButton
    no_code: gr.HTML
    codes: gr.Tabs
    recovered: gr.Code
    tokens: gr.Code


def workbench(
    examples: Examples, opening: Opening | None, files: dict[str, str] | None
) -> Reconstruct:
    """Lay the tab out. opening: the finished example that it shows at first, with its files."""
    first: dict[str, Any] = {}
    if opening:
        first = {
            "figure": figure(opening.result.program),
            "joints": markup.joint_sliders(articulate(opening.result.program)),
            "recovered": dumps(opening.result.program, digits=4),
            "tokens": dumps(opening.result.token_code),
        }
    shown = opening is not None
    with gr.Column(scale=4, min_width=300, elem_id="input"):
        picture = PictureInput(
            value=str(opening.picture) if opening else None,
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
        category = gr.Dropdown(category_choices(), value=AUTO, label="Category", elem_id="category")
        with gr.Row(elem_id="actions"):
            generate = gr.Button("Generate", variant="primary", elem_id="generate")
            stop = gr.Button("Stop", interactive=False, elem_id="stop", min_width=90)
        line = markup.example(opening.result) if opening else markup.status(WELCOME)
        progress = gr.HTML(line, elem_id="status")
        strip = gr.HTML(
            markup.example_strip(examples.paths),
            visible=bool(examples.paths),
            js_on_load=SEND_CLICK,
            elem_id="examples",
        )
        gr.HTML(markup.guide(), elem_id="guide")
    with gr.Column(scale=6, min_width=320, elem_id="object"):
        no_object = gr.HTML(
            markup.EMPTY_OBJECT, visible=not shown, elem_id="no-object", elem_classes="vacant"
        )
        with gr.Tabs(visible=shown, elem_id="views") as views:
            with gr.Tab("Parts", id="parts"):
                plot = gr.Plot(
                    first.get("figure"), show_label=False, container=False, elem_id="figure"
                )
            with gr.Tab("Mesh", id="mesh") as mesh_tab:
                model = gr.Model3D(
                    show_label=False,
                    container=False,
                    height=MODEL_HEIGHT,
                    clear_color=(0, 0, 0, 0),
                    interactive=False,
                    elem_id="model",
                )
        # Below both views: the sliders move both, and what is downloaded.
        joints = gr.HTML(
            first.get("joints"),
            js_on_load=JOINTS.read_text(encoding="utf-8"),
            visible=shown,
            elem_id="joints",
        )
        with gr.Row(elem_id="downloads"):
            downloads = {
                suffix: gr.DownloadButton(
                    label,
                    files[suffix] if files else None,
                    size="sm",
                    min_width=52,
                    interactive=files is not None,
                    elem_id=f"download{suffix.replace('.', '-')}",
                )
                for suffix, label in DOWNLOADS.items()
            }
            step = gr.Button(
                "STEP",
                size="sm",
                min_width=52,
                interactive=shown and HAS_CAD,
                elem_id="download-step",
            )
            step_file = gr.DownloadButton("", visible="hidden", elem_id="step-file")
    with gr.Column(scale=5, min_width=320, elem_id="code"):
        no_code = gr.HTML(
            markup.EMPTY_CODE, visible=not shown, elem_id="no-code", elem_classes="vacant"
        )
        selected = "recovered" if shown else "tokens"
        with gr.Tabs(selected=selected, visible=shown, elem_id="codes") as codes:
            with gr.Tab("Code", id="recovered"):
                recovered = _json("recovered", first.get("recovered"))
            with gr.Tab("Tokens", id="tokens"):
                tokens = _json("tokens", first.get("tokens"))
    return Reconstruct(
        picture,
        category,
        generate,
        stop,
        progress,
        strip,
        no_object,
        views,
        plot,
        joints,
        mesh_tab,
        model,
        downloads,
        step,
        step_file,
        no_code,
        codes,
        recovered,
        tokens,
    )


def category_choices() -> list[str]:
    """What the drop-downs for a category offer, the model's own choice first."""
    return [AUTO, *geometry.categories()]


def _json(name: str, text: str | None) -> gr.Code:
    return gr.Code(
        text,
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
