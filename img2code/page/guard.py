"""Keeps visitors to what the page offers: no file of the server, no address, no other path.

Gradio takes files in requests as `{"path": …}`, in any place of any event's data, and copies them
into the folder that it serves. It also answers on many paths that this page has no use for.
docs/gradio-report.md tells what came of both.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.blocks import Block, BlockFunction
from gradio.route_utils import CustomCORSMiddleware
from gradio.routes import App
from gradio.state_holder import SessionState
from gradio.utils import get_upload_folder
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from img2code import limits
from img2code.page.picture_input import NOT_UPLOADED, PictureInput, uploaded_path

#: The components that a visitor's file may be meant for.
FILE_INPUTS = (PictureInput, gr.File, gr.UploadButton)
UNUSABLE = "This request cannot be used. Reload the page and try again."

OPEN = re.compile(
    r"/(config/?|theme\.css|robots\.txt|manifest\.json|favicon\.ico)?"
    r"|/(assets|static|svelte)/.+"
    r"|/gradio_api/(info|upload|upload_progress|queue/join|queue/data|cancel|reset|startup-events"
    r"|heartbeat/[^/]+|call/[^/]+(/[^/]+)?|mcp)/?"
)
_FILE = re.compile(r"/gradio_api/file=(.*)", re.DOTALL)
_UPLOAD = "/gradio_api/upload"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Itself:
    """How the page's server calls itself.

    address: of the page, with a slash at its end; None where Gradio will know it. key: what lets
    it through.
    """

    address: str | None
    key: str


class GuardedBlocks(gr.Blocks):
    """gr.Blocks that looks at the data of every event before anything else does."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        # Gradio checks paths only where this is set, which it forgets for mounted pages.
        self.has_launched = True

    async def preprocess_data(
        self,
        block_fn: BlockFunction,
        inputs: list[Any],
        state: SessionState | None,
        explicit_call: bool = False,
    ) -> list[Any]:
        """As gr.Blocks; raises gr.Error alone, whose text names no path and no value."""
        pairs = zip(block_fn.inputs, inputs, strict=False)  # gr.Blocks refuses too few
        checked = [admitted(block, payload) for block, payload in pairs]
        try:
            return await super().preprocess_data(block_fn, checked, state, explicit_call)
        except Exception as error:  # a component's refusal repeats the value
            log.info("Refused the data of an event: %s.", type(error).__name__)
            raise gr.Error(UNUSABLE, print_exception=False) from None

    async def call_function(
        self,
        block_fn: BlockFunction | int,
        processed_input: list[Any],
        iterator: Any = None,
        requests: Any = None,
        event_id: str | None = None,
        event_data: gr.EventData | None = None,
        *rest: Any,
    ) -> Any:
        """As gr.Blocks; raises gr.Error where what is told about the event holds a file."""
        if event_data is not None and holds_file(event_data._data):
            raise gr.Error(UNUSABLE, print_exception=False)
        return await super().call_function(
            block_fn, processed_input, iterator, requests, event_id, event_data, *rest
        )


def admitted(block: Block, payload: Any) -> Any:
    """The payload of one component as it may go on.

    Files are left only where the component takes files, and only uploaded ones; of what a request
    says about them nothing is kept but a name. Raises gr.Error.
    """
    if block.stateful:
        return None  # the server has its own value
    if isinstance(block, FILE_INPUTS):
        return _files(payload, block.GRADIO_CACHE)
    if holds_file(payload):
        raise gr.Error(UNUSABLE, print_exception=False)
    return payload


def holds_file(payload: Any) -> bool:
    """Whether something in JSON data could pass as a file with Gradio."""
    return any("path" in node or "meta" in node for node in _mappings(payload))


def _files(payload: Any, folder: str) -> Any:
    match payload:
        case None:
            return None
        case [*several]:
            return [_file(one, folder) for one in several]
    return _file(payload, folder)


def _file(payload: Any, folder: str) -> dict[str, Any]:
    match payload:
        case {"path": str(path), **rest} if not rest.get("is_stream"):
            name = rest.get("orig_name")
            return {
                "path": uploaded_path(path, folder),
                "orig_name": name if isinstance(name, str) else None,
                "meta": {"_type": "gradio.FileData"},
            }
    raise gr.Error(NOT_UPLOADED, print_exception=False)


def _mappings(payload: Any) -> Iterable[dict[Any, Any]]:
    """Every mapping in JSON data, at any depth."""
    left = [payload]
    while left:
        node = left.pop()
        if isinstance(node, dict):
            yield node
            left.extend(node.values())
        elif isinstance(node, list | tuple):
            left.extend(node)


def guards(examples: Path) -> dict[str, Any]:
    """What `launch` and `mount_gradio_app` are to be told, the same for both.

    examples: a folder whose files the page may show.
    """
    return {
        "allowed_paths": [str(examples)],
        "show_error": False,  # Gradio's own sentences name paths
        "app_kwargs": {"middleware": [Middleware(Gate, folder=get_upload_folder())]},
    }


class GuardedApp(App):
    """Gradio's application without its own CORS, which lets most origins in with credentials."""

    def add_middleware(self, middleware_class: Any, *arguments: Any, **settings: Any) -> None:
        if middleware_class is not CustomCORSMiddleware:
            super().add_middleware(middleware_class, *arguments, **settings)


class Gate:
    """ASGI middleware around Gradio's application: passes on what the page needs of it.

    folder: where uploads and what is made for visitors lie; nothing else is sent as a file.
    """

    def __init__(self, app: ASGIApp, folder: str) -> None:
        self._app, self._folder = app, folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        file = _FILE.fullmatch(path)
        open_to_all = scope["type"] == "http" and (
            OPEN.fullmatch(path) or (file and self._is_ours(file[1]))
        )
        if not open_to_all:
            await JSONResponse({"detail": "Not Found"}, 404)(scope, receive, send)
            return
        if not path.startswith(_UPLOAD):
            receive = _bounded(receive)
        await self._app(scope, receive, _inert(send) if file else send)

    def _is_ours(self, path: str) -> bool:
        try:
            uploaded_path(path, self._folder)
        except gr.Error:
            return False
        return True


def _bounded(receive: Receive) -> Receive:
    """Ends the reading of a body that is larger than any that the page sends."""
    total = 0

    async def receive_bounded() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        return message if total <= limits.MAX_BODY_BYTES else {"type": "http.disconnect"}

    return receive_bounded


def _inert(send: Send) -> Send:
    """A visitor's file runs nothing in another visitor's browser, whatever it is."""

    async def send_inert(message: Message) -> None:
        if message["type"] == "http.response.start":
            added = [
                (b"content-security-policy", b"sandbox; default-src 'none'"),
                (b"x-content-type-options", b"nosniff"),
            ]
            message = {**message, "headers": [*message.get("headers", []), *added]}
        await send(message)

    return send_inert
