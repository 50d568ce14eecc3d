"""The page as a whole: its tabs, its look, and the two ways of serving it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import gradio as gr
from fastapi import FastAPI
from gradio.routes import ORJSONResponse
from starlette.middleware import Middleware

from geometry.export.sizes import USUAL
from img2code import limits
from img2code.page import about, markup, opening
from img2code.page.api import Api
from img2code.page.compare import CompareEvents, compare_tab
from img2code.page.create import CreateEvents
from img2code.page.create_tab import create_tab
from img2code.page.describe import DescribeEvents, describe_tab
from img2code.page.events import ReconstructEvents
from img2code.page.gallery import Examples
from img2code.page.guard import GuardedApp, GuardedBlocks, Itself, guards
from img2code.page.many import ManyEvents, many_tab
from img2code.page.real_size import sized
from img2code.page.reports import ReportEvents
from img2code.page.search import SearchEvents
from img2code.page.sessions import Sessions
from img2code.page.shipped import EXAMPLES
from img2code.page.theme import STYLES, theme
from img2code.page.vision_model import VisionModel
from img2code.page.ways import WaysEvents, offered
from img2code.page.workbench import TITLES, workbench
from img2code.reconstruct import Reconstructor

PAGE_SCRIPT = Path(__file__).with_name("page.js")
NAME = "img2code"
NONE: Mapping[str, Reconstructor] = MappingProxyType({})
#: Else Gradio's queue sums up its last 10,000 events after each one, for a page that is closed.
_UNCOUNTED = {"GRADIO_ANALYTICS_MAX_EVENTS": "1", "GRADIO_ANALYTICS_CACHE_FREQUENCY": str(10**12)}
OPENING = "opening"  # whose session the files of the opening example belong to


def build_page(
    reconstructor: Reconstructor,
    examples: Path = EXAMPLES,
    others: Mapping[str, Reconstructor] = NONE,
) -> gr.Blocks:
    """The page around a reconstructor, not yet served. `examples` is a folder of pictures.

    others: by name, what a picture may be rebuilt by for a comparison.
    """
    gallery = Examples(examples, reconstructor)
    sessions = Sessions()
    first = opening.load(examples)
    size = sized(first.result, USUAL)[0] if first else None  # as the page's field says at first
    files = sessions.write(OPENING, first.result, size=size) if first else None
    with GuardedBlocks(
        title=f"{NAME}: a picture to code to a mesh",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(limits.DOWNLOAD_SECONDS // 6, limits.DOWNLOAD_SECONDS),
    ) as page:
        script = PAGE_SCRIPT.read_text(encoding="utf-8")
        gr.HTML(markup.header(NAME, TITLES), js_on_load=script, elem_id="header")
        with gr.Tabs(elem_id="pages") as pages:
            with gr.Tab("Reconstruct", id="reconstruct"), gr.Row(elem_id="bench"):
                bench = workbench(gallery, first, files)
            with gr.Tab("Describe", id="describe"):
                describing = describe_tab()
            with gr.Tab("Create", id="create"):
                creating = create_tab()
            with gr.Tab("Compare", id="compare") as tab:
                known = offered(reconstructor, others)
                second = compare_tab(tab, list(known))
            with gr.Tab("Many", id="many"):
                third = many_tab()
            about.tabs()
        own = gr.State([])  # the visitor's entries in the gallery, newest first
        quiet = {"api_visibility": "private", "show_progress": "hidden"}
        reconstructing = ReconstructEvents(reconstructor, gallery, sessions, first)
        reconstructing.bind(page, bench, own, files, quiet)
        comparison = CompareEvents(gallery, ReportEvents(sessions))
        comparison.bind(second, own, quiet)
        WaysEvents(known).bind(second.ways, bench.picture, own, comparison.refilled, quiet)
        ManyEvents(reconstructor).bind(page, third, quiet)
        vision = VisionModel(reconstructor)
        SearchEvents(vision, gallery).bind(bench.search, second.search, comparison.shown, quiet)
        DescribeEvents(vision).bind(page, describing, bench.picture, quiet)
        CreateEvents(vision, reconstructor).bind(page, pages, creating, reconstructing, quiet)
        Api(reconstructor).bind(limits.RUNS)
    return page


def serve(
    reconstructor: Reconstructor,
    examples: Path = EXAMPLES,
    middleware: Sequence[Middleware] = (),
    mcp: Itself | None = None,
    others: Mapping[str, Reconstructor] = NONE,
    **launch: Any,
) -> tuple[Any, str, str]:
    """Build the page and serve it; `launch` (server_name, server_port …) is gr.Blocks.launch's.

    middleware: what stands in front of everything, the outermost first. mcp: also offer the page's
    endpoint to MCP clients. others: as for `build_page`. Raises UserError where that cannot be.
    """
    page = _queued(reconstructor, examples, others)
    settings = _settings(page, examples, mcp)
    made = settings.pop("app_kwargs")
    lifespan = {"lifespan": made.pop("lifespan")} if mcp else {}
    made["middleware"] = [*middleware, *made["middleware"]]
    app = GuardedApp(default_response_class=ORJSONResponse, **made)
    settings |= {"app_kwargs": lifespan, "state_session_capacity": limits.MAX_SESSIONS}
    served: tuple[Any, str, str] = page.launch(_app=app, **settings, **launch)
    return served


def mount(
    app: FastAPI,
    path: str,
    reconstructor: Reconstructor,
    examples: Path = EXAMPLES,
    mcp: Itself | None = None,
    others: Mapping[str, Reconstructor] = NONE,
) -> None:
    """Build the page and serve it at a path of another application; the rest as for `serve`."""
    page = _queued(reconstructor, examples, others)
    page.state_session_capacity = limits.MAX_SESSIONS
    gr.mount_gradio_app(app, page, path=path, **_settings(page, examples, mcp))


def _settings(page: gr.Blocks, examples: Path, mcp: Itself | None) -> dict[str, Any]:
    """What both ways of serving are told."""
    guarded = guards(examples)
    if mcp:
        from img2code.page.mcp_server import application

        guarded["app_kwargs"] |= application(page, mcp)
    return {**_look(), **guarded, "mcp_server": False}  # never Gradio's own, unguarded


def _look() -> dict[str, Any]:
    return {
        "theme": theme(),
        "css_paths": STYLES,
        "footer_links": [],
        "run_history": False,
        "enable_monitoring": False,
        "max_file_size": limits.MAX_UPLOAD_BYTES,
    }


def _queued(
    reconstructor: Reconstructor, examples: Path, others: Mapping[str, Reconstructor]
) -> gr.Blocks:
    page = build_page(reconstructor, examples, others)
    os.environ.update(_UNCOUNTED)
    return page.queue(
        max_size=limits.MAX_WAITING,
        default_concurrency_limit=limits.CONCURRENT_CHECKS,
        api_open=False,
    )
