"""Runs the service until Ctrl-C or SIGTERM, and then ends soon: streams are told, not cut."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable

import uvicorn

from img2code import limits
from img2code.errors import UserError
from img2code.reconstruct import Reconstructor
from img2code.service.app import create_app
from img2code.service.state import Service


class Server(uvicorn.Server):
    """uvicorn, with the end of the queue tied to its own."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    async def on_tick(self, counter: int) -> bool:
        """Whether to end: asked to, or because the model could not be loaded."""
        return self._service.queue.failure is not None or await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._service.queue.stop()
        await super().shutdown(sockets)


def serve(load: Callable[[], Reconstructor], host: str, port: int, page: bool = False) -> None:
    """Serve until a signal says otherwise; `load` makes the reconstructor.

    Prints the address to stderr. port 0: a free one. Raises UserError where the address cannot
    be had, KeyboardInterrupt after Ctrl-C, SystemExit after SIGTERM, and what `load` raises.
    """
    listener = _listen(host, port)
    app = create_app(load, page)
    service: Service = app.state.service
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=limits.STOP_SECONDS,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # raised again once all has ended
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listener.getsockname()[1]}"
    print(f"img2code: serving on {address}, Ctrl-C ends it.", file=sys.stderr, flush=True)
    Server(config, service).run(sockets=[listener])
    if service.queue.failure:
        raise service.queue.failure


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        problem = f"{host}:{port} cannot be served on: {error.strerror or error}."
        raise UserError(problem, "Choose another --port; 0 takes a free one.") from None
