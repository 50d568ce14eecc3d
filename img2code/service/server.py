"""Runs the service until Ctrl-C or SIGTERM, and then ends soon: streams are told, not cut."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping

import uvicorn
from fastapi import FastAPI

from geometry.errors import UserError
from img2code import limits, system
from img2code.reconstruct import Reconstructor
from img2code.service.access import KEYS, Access, access_for, is_loopback
from img2code.service.app import create_app
from img2code.service.connections import BACKLOG, SLACK, Protocol
from img2code.service.state import Service
from img2code.vision.resident import Choices

OPEN_TO_ALL = (
    "warning: whoever can reach this address may use the service. "
    f"Give it keys by {KEYS}, or serve on 127.0.0.1."
)
TICK_SECONDS = 0.05  # between two looks at whether all is finished


class Server(uvicorn.Server):
    """uvicorn, which ends with the work: what is under way is finished, up to a bound."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    async def on_tick(self, counter: int) -> bool:
        """Whether to end: asked to, or because the model could not be loaded."""
        return self._service.queue.failure is not None or await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._drain()
        await super().shutdown(sockets)

    async def _drain(self) -> None:
        """Serves on, but takes no new work, until all is finished, time is over or Ctrl-C came."""
        self._service.close()
        start = time.monotonic()
        while not self._service.idle and not self.force_exit:
            passed = time.monotonic() - start
            if passed >= limits.DRAIN_SECONDS:
                break
            if passed >= limits.MESH_DRAIN_SECONDS:
                self._service.meshing.stop()
            await asyncio.sleep(TICK_SECONDS)
        self._service.stop()


def serve(
    load: Callable[[], Reconstructor],
    host: str,
    port: int,
    page: bool = False,
    access: Access | None = None,
    connections: int = limits.MAX_CONNECTIONS,
    mcp: bool = False,
    legacy_port: int | None = None,
    vision: Choices | None = None,
    others: Mapping[str, Reconstructor] | None = None,
) -> None:
    """Serve until a signal says otherwise; `load` makes the reconstructor.

    Prints the address to stderr. port 0: a free one. access: who may talk to it, by default what
    fits `host`. connections: how many at a time. mcp: the page has its tool for MCP clients.
    legacy_port: where the same is served too, for clients that know no other port. vision: what
    segments, scores, describes and paints where it is not the embedded one. others: as for
    `create_app`. Raises UserError where an address cannot be had, KeyboardInterrupt after Ctrl-C,
    SystemExit after SIGTERM, and what `load` raises.
    """
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(_listen(host, port))
        listeners = [listener]
        if legacy_port is not None:
            listeners.append(stack.enter_context(_listen(host, legacy_port)))
        access = access or access_for(host, os.environ)
        port = listener.getsockname()[1]
        own_address = _own_address(host, port) if mcp else None
        asked = (page, limits.MAX_WAITING, access, own_address, vision, others)
        app = create_app(load, *asked)
        service: Service = app.state.service
        config = configured(app, connections)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # raised again once all has ended
        address = " and ".join(_address(host, each.getsockname()[1]) for each in listeners)
        print(f"img2code: serving on {address}, Ctrl-C ends it.", file=sys.stderr, flush=True)
        if not is_loopback(host) and not access.keys:
            print(f"img2code: {OPEN_TO_ALL}", file=sys.stderr, flush=True)
        Server(config, service).run(sockets=listeners)
        if service.queue.failure:
            raise service.queue.failure


def configured(app: FastAPI, most: int = limits.MAX_CONNECTIONS) -> uvicorn.Config:
    """uvicorn's settings. most: connections at a time, if half the files that may be open do."""
    files = system.most_open_files()
    most = most if files is None else min(most, files // 2)
    access: Access = app.state.access
    return uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(access.proxies),
        forwarded_allow_ips=list(access.proxies),
        limit_concurrency=most + SLACK,
        backlog=BACKLOG,
        timeout_graceful_shutdown=limits.STOP_SECONDS,
    )


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _own_address(host: str, port: int) -> str:
    """Where a server bound to `host` reaches itself."""
    return _address({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        problem = f"{host}:{port} cannot be served on: {error.strerror or error}."
        raise UserError(problem, "Choose another --port; 0 takes a free one.") from None
