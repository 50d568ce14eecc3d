"""Connections within bounds: in number, per address and in all, and in how long they may dawdle.

uvicorn's HTTP/1.1 protocol has a time-out between requests only. A head or a body that never ends
and an answer that is never taken would hold a connection, and a file descriptor, for ever.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import h11
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from img2code import limits
from img2code.service.clients import Proxies, network
from img2code.service.errors import ServiceError

BACKLOG = 128  # connections that are accepted in one go, before they can be counted
#: uvicorn's own limit is that much higher than ours: beyond it, it refuses everybody, and it counts
#: connections that are just being ended.
SLACK = BACKLOG + 1
BODY_SLACK = 5  # seconds after which a body is cut off that the application has not given up


class Protocol(H11Protocol):
    """One connection. Those of one address, and all, are bounded; the longest idle ones go first.

    So a client that opens many and says nothing crowds out its own ones before anybody else's.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.network = ""
        self.idle_since: float | None = None  # the loop's time; None while a request is under way
        self._proxies = Proxies(config.forwarded_allow_ips)
        self._stage: object = None  # of h11: whether the client owes a head, a body, or nothing
        self._receiving: asyncio.TimerHandle | None = None
        self._sending: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        self.network = network(address)
        self._watch()
        if address not in self._proxies:
            self._make_room(limits.MAX_CONNECTIONS_PER_ADDRESS, self.network)
        if self.limit_concurrency and not transport.is_closing():
            self._make_room(self.limit_concurrency - SLACK, None)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._sending = self.loop.call_later(limits.SEND_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._cancel(self._sending)

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel(self._receiving)
        self._cancel(self._sending)
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Starts the time for a head or a body when the client comes to owe it."""
        stage = self.conn.their_state
        if stage is self._stage:
            return
        self._stage = stage
        self._cancel(self._receiving)
        self.idle_since = self.loop.time() if stage is h11.IDLE else None
        if stage is h11.IDLE:
            self._receiving = self.loop.call_later(limits.HEADER_SECONDS, self.transport.abort)
        elif stage is h11.SEND_BODY:
            seconds = limits.UPLOAD_SECONDS + BODY_SLACK
            self._receiving = self.loop.call_later(seconds, self.transport.abort)

    def _make_room(self, most: int, of: str | None) -> None:
        """Ends the longest idle connection where there are too many, or this one without any."""
        there = [
            other
            for other in self.connections
            if isinstance(other, Protocol)
            and not other.transport.is_closing()
            and of in (None, other.network)
        ]
        if len(there) <= most:
            return
        idle = [other for other in there if other.idle_since is not None and other is not self]
        if idle:
            min(idle, key=lambda other: other.idle_since or 0.0).transport.abort()
            return
        whose = "from this address" if of else "in all"
        problem = f"{most} connections {whose} are in use already."
        self.transport.write(_refusal(ServiceError("busy", problem, "Try again.", retry_after=1)))
        self.transport.close()

    def _cancel(self, timer: asyncio.TimerHandle | None) -> None:
        if timer:
            timer.cancel()


def _refusal(error: ServiceError) -> bytes:
    content = json.dumps(error.content()).encode()
    headers = {
        "Content-Type": "application/json",
        "Content-Length": str(len(content)),
        "Connection": "close",
        **error.headers(),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {error.status} Too Many Requests\r\n{head}\r\n".encode() + content
