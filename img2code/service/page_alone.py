"""The page without the rest of the service, as Gradio serves it, behind the same guards.

`img2code app` and app.py start it so: Gradio's own server is what a Hugging Face Space runs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from starlette.middleware import Middleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from img2code.reconstruct import Reconstructor
from img2code.service.access import Access, access_for, is_loopback, with_own_key
from img2code.service.guard import middleware
from img2code.service.server import OPEN_TO_ALL

LOCALHOST = "127.0.0.1"
NAME = "GRADIO_SERVER_NAME"  # Gradio's variable with the address
SHARE = "GRADIO_SHARE"  # Gradio's variable that asks for a public address
SHARED = "*.gradio.live"  # where such addresses are


def serve(
    load: Callable[[], Reconstructor],
    host: str | None = None,
    port: int | None = None,
    access: Access | None = None,
    mcp: bool = False,
    others: Mapping[str, Reconstructor] | None = None,
    **launch: Any,
) -> Any:
    """Serve the page; gives Gradio's application.

    load: makes the reconstructor. host, port: where, by default what Gradio's variables say, else
    127.0.0.1 and the first free one from 7860 on. access: who may talk to it, by default what fits
    `host`. mcp: also a tool for MCP clients. others: by name, what pictures may be rebuilt by for a
    comparison. launch: more for gr.Blocks.launch. Raises UserError.
    """
    from img2code.page import Itself
    from img2code.page import serve as serve_page

    host = host or os.environ.get(NAME) or LOCALHOST
    access = access or access_for(host, os.environ)
    if os.environ.get(SHARE, "").lower() == "true":
        access = replace(access, hosts=access.hosts | {SHARED})
    access, own_key = with_own_key(access)
    if not is_loopback(host) and not access.keys:
        print(f"img2code: {OPEN_TO_ALL}", file=sys.stderr, flush=True)
    guards = middleware(access, page="")
    if access.proxies:
        trusted = list(access.proxies)
        guards.insert(0, Middleware(ProxyHeadersMiddleware, trusted_hosts=trusted))
    itself = Itself(None, own_key) if mcp else None
    launch |= {"server_name": host, "server_port": port}
    app, _, _ = serve_page(load(), middleware=guards, mcp=itself, others=others or {}, **launch)
    return app
