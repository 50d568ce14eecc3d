"""The page's endpoint as a tool for MCP clients, at /gradio_api/mcp, with guards around Gradio's.

Gradio's server fetches whatever address a tool's argument names, lets the first request say where
the page itself is, and keeps what it decodes for ever. Nothing of this is so here.
"""

from __future__ import annotations

import asyncio
import base64
import importlib.util
import json
from typing import Any

import gradio as gr
from gradio.mcp import GradioMCPServer
from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder
from gradio_client import Client, handle_file
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from geometry.errors import UserError
from img2code.extras import install
from img2code.page.guard import UNUSABLE, Itself, holds_file
from img2code.page.picture_input import uploaded_path

PATH = "/gradio_api/mcp"
PICTURE = (
    "a picture up to 3 MB as data:image/…;base64,…, "  # the package reads 4 MiB of a request
    "or the path that POST /gradio_api/upload answered"
)
NO_PICTURE = f"picture: this is neither a data: URI nor an uploaded file. Send {PICTURE}."


class McpServer(GradioMCPServer):
    """Gradio's server over streamable HTTP alone, as an ASGI application; it fetches nothing."""

    def __init__(self, page: gr.Blocks, itself: Itself) -> None:
        super().__init__(page)
        self._itself = itself

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.manager.handle_request(scope, receive, send)

    @property
    def local_url(self) -> str:
        """Where the page is. Were it not known yet, Gradio would ask the request's headers."""
        address = self._itself.address or self.blocks.local_url
        if not address:
            raise ValueError("The page is still starting. Try again.")
        return str(address)

    def _get_or_create_client(self) -> Client:
        """As Gradio's, with the key."""
        if self._client_instance is None:
            self._client_instance = Client(
                self.local_url,
                download_files=False,
                verbose=False,
                analytics_enabled=False,
                headers={"x-gradio-user": "mcp", "X-API-Key": self._itself.key},
            )
        return self._client_instance

    def create_mcp_server(self) -> Any:
        """As Gradio's, without prompts and resources: the page has none."""
        from mcp import types

        server = super().create_mcp_server()
        kept = (types.PingRequest, types.ListToolsRequest, types.CallToolRequest)
        handlers = server.request_handlers
        server.request_handlers = {kind: handlers[kind] for kind in kept}
        return server

    def convert_strings_to_filedata(self, value: Any, filedata_positions: Any) -> dict[str, Any]:
        """The arguments with their pictures as files in the upload folder. Raises ValueError.

        The client that Gradio keeps for these calls would send any file that it is told of.
        """
        if holds_file(value):
            raise ValueError(UNUSABLE)
        pictures = {where[0] for where in filedata_positions}
        return {
            name: self._file(given) if name in pictures and given is not None else given
            for name, given in value.items()
        }

    def _file(self, given: Any) -> Any:
        if not isinstance(given, str):
            raise ValueError(NO_PICTURE)
        if given.startswith("data:"):
            return handle_file(self._save(given))
        try:
            return handle_file(uploaded_path(given, get_upload_folder()))
        except gr.Error:
            raise ValueError(NO_PICTURE) from None

    def _save(self, uri: str) -> str:
        head, _, text = uri.partition(",")
        if not head.endswith(";base64"):
            raise ValueError(NO_PICTURE)
        try:
            content = base64.b64decode(text, validate=True)
        except ValueError:
            raise ValueError("picture: this data: URI is not valid base64.") from None
        path: str = save_bytes_to_cache(content, "picture.data", get_upload_folder())
        self.blocks.upload_file_set.add(path)  # deleted with what visitors uploaded
        return path

    def _prepare_tool_call_args(self, name: str, arguments: dict[str, Any]) -> Any:
        """As Gradio's; the headers of the request go no further."""
        endpoint, values, _, function = super()._prepare_tool_call_args(name, arguments)
        return endpoint, values, {}, function

    async def _execute_tool_without_progress(self, job: Any) -> list[Any]:
        """All outputs, not the first alone; no thread waits for them."""
        return list(await asyncio.wrap_future(job.future))

    def postprocess_output_data(self, data: Any, root_url: str) -> list[Any]:
        """The code as JSON, files as addresses where the client found this server."""
        from mcp import types

        return [types.TextContent(type="text", text=_text(output, root_url)) for output in data]

    def simplify_filedata_schema(self, schema: dict[str, Any]) -> Any:
        """As Gradio's, which asks for addresses where files go."""
        simple, positions = super().simplify_filedata_schema(schema)
        for where in positions:
            simple["properties"][where[0]] |= {"format": "data-uri", "description": PICTURE}
        return simple, positions

    @property
    def _file_data_tool_description(self) -> str:
        return f" picture: {PICTURE}."


def _text(output: Any, root_url: str) -> str:
    match output:
        case {"path": str(path), "meta": {"_type": "gradio.FileData"}}:
            return f"{root_url}/gradio_api/file={path}"
    return json.dumps(output)


def application(page: gr.Blocks, itself: Itself) -> dict[str, Any]:
    """What Gradio's application is to be made with, so that it serves the page's tools.

    Raises UserError where the package is not installed.
    """
    if importlib.util.find_spec("mcp") is None:
        raise UserError(
            "--mcp: the Python package mcp is missing.", f"Install it: {install('mcp')}."
        )
    server = McpServer(page, itself)
    routes = [Route(path, server, methods=["POST"]) for path in (PATH, f"{PATH}/")]
    return {"routes": routes, "lifespan": server.lifespan}
