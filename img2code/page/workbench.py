"""Where everything of the tab Reconstruct is; what happens on a click stands in events.py."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import Any

import gradio as gr

import geometry
from geometry.articulation import articulate
from geometry.cad_parts.part import DISPLAYED as CAD_PART
from geometry.draw.figure import figure
from geometry.export.sizes import USUAL
from geometry.program import dumps
from img2code.extras import install
from img2code.history import History
from img2code.page import edit_panel, markup, on_picture, part_bench, real_size, seen
from img2code.page.components import SEND_CLICK, code_view, picture_field, script
from img2code.page.gallery import Examples
from img2code.page.opening import Opening
from img2code.page.picture_input import PictureInput
from img2code.page.search import Search, search_field

FIT = "Sizes and view from the picture; takes some seconds more"
AUTO = "Auto"
WELCOME = "Choose a picture or one of the examples, then Generate."
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
    "download-report": "One HTML file: picture, object to turn around, parts and numbers",
    "download-step": (
        "Solids for CAD programs; made when asked for, which takes some seconds"
        if HAS_CAD
        else f"STEP needs CadQuery on the server: {install('cad')}"
    ),
    **part_bench.titles(),
}


@dataclass(frozen=True)
class Reconstruct:
    """The components of the tab."""

    picture: PictureInput
    category: gr.Dropdown
    fit: gr.Checkbox
    generate: gr.Button
    stop: gr.Button
    status: gr.HTML
    seen: gr.HTML
    search: Search
    strip: gr.HTML
    no_object: gr.HTML
    views: gr.Tabs
    figure: gr.Plot
    joints: gr.HTML
    on_picture: gr.HTML
    mesh_tab: gr.Tab
    model: gr.Model3D
    size: gr.Textbox
    measured: gr.HTML
    downloads: dict[str, gr.DownloadButton]
    step: gr.Button
    step_file: gr.DownloadButton
    report: gr.Button
    report_file: gr.DownloadButton
    no_code: gr.HTML
    codes: gr.Tabs
    recovered: gr.Code
    problem: gr.HTML
    edit: gr.HTML
    live: gr.HTML
    tokens: gr.Code
    part: part_bench.PartBench


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
            "measured": real_size.sized(opening.result, USUAL)[1],
            "edit": edit_panel.panel(History.begin(opening.result), 0),
        }
    shown = opening is not None
    with gr.Column(scale=4, min_width=300, elem_id="input"):
        own = str(opening.picture) if opening else None
        picture = picture_field("Picture", 300, "picture", own)
        choices = [AUTO, CAD_PART, *geometry.categories()]
        category = gr.Dropdown(choices, value=AUTO, label="Category", elem_id="category")
        fit = gr.Checkbox(True, label="Fit to the picture", info=FIT, elem_id="fit")
        with gr.Row(elem_id="actions"):
            generate = gr.Button("Generate", variant="primary", elem_id="generate")
            stop = gr.Button("Stop", interactive=False, elem_id="stop", min_width=90)
        line = markup.example(opening.result) if opening else markup.status(WELCOME)
        progress = gr.HTML(line, elem_id="status")
        known = opening.seen if opening else None
        looked = gr.HTML(
            seen.markup(known, opening.result.category) if opening and known else "",
            visible=known is not None,
            js_on_load=script("seen.js"),
            elem_id="seen",
        )
        search = search_field("examples")
        strip = gr.HTML(
            markup.example_strip(examples.paths),
            visible=bool(examples.paths),
            js_on_load=SEND_CLICK,
            elem_id="examples",
        )
        parts = part_bench.strip(part_bench.examples(examples.folder))
        gr.HTML(markup.guide(), elem_id="guide")
    with gr.Column(scale=6, min_width=320, elem_id="object"):
        no_object = gr.HTML(
            markup.EMPTY_OBJECT, visible=not shown, elem_id="no-object", elem_classes="vacant"
        )
        with gr.Tabs(visible=shown, elem_id="views") as views:
            with gr.Tab("Parts", id="parts"):
                plot = gr.Plot(
                    first.get("figure"),
                    show_label=False,
                    container=False,
                    elem_id="figure",
                    elem_classes="follows",
                )
            with gr.Tab("On picture", id="on-picture"):
                over = gr.HTML(
                    on_picture.markup(opening.picture, opening.result)
                    if opening
                    else on_picture.NOT_FITTED,
                    js_on_load=script("on_picture.js"),
                    elem_id="on-picture",
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
            js_on_load=script("joints.js"),
            visible=shown,
            elem_id="joints",
        )
        live = gr.HTML(js_on_load=script("redraw.js", "live.js"), told=None, elem_id="live")
        size = real_size.field()
        measured = gr.HTML(first.get("measured", ""), elem_id="measured")
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
            report = gr.Button(
                "Report", size="sm", min_width=52, interactive=shown, elem_id="download-report"
            )
            report_file = gr.DownloadButton("", visible="hidden", elem_id="report-file")
        part = part_bench.view()
    with gr.Column(scale=5, min_width=320, elem_id="code"):
        no_code = gr.HTML(
            markup.EMPTY_CODE, visible=not shown, elem_id="no-code", elem_classes="vacant"
        )
        selected = "recovered" if shown else "tokens"
        with gr.Tabs(selected=selected, visible=shown, elem_id="codes") as codes:
            with gr.Tab("Code", id="recovered"):
                recovered = code_view(
                    "recovered", first.get("recovered"), editable=True, numbered=True
                )
                problem = gr.HTML(js_on_load=script("problem.js"), elem_id="code-problem")
            with gr.Tab("Edit", id="edit"):
                edit = gr.HTML(
                    first.get("edit", edit_panel.NOTHING),
                    js_on_load=script("edit.js"),
                    elem_id="edit",
                )
            with gr.Tab("Tokens", id="tokens"):
                tokens = code_view("tokens", first.get("tokens"))
        cad = part_bench.source()
    return Reconstruct(
        picture,
        category,
        fit,
        generate,
        stop,
        progress,
        looked,
        search,
        strip,
        no_object,
        views,
        plot,
        joints,
        over,
        mesh_tab,
        model,
        size,
        measured,
        downloads,
        step,
        step_file,
        report,
        report_file,
        no_code,
        codes,
        recovered,
        problem,
        edit,
        live,
        tokens,
        part_bench.PartBench(parts, part, cad),
    )


def category_choices() -> list[str]:
    """What the drop-downs for a category offer, the model's own choice first."""
    return [AUTO, *geometry.categories()]
