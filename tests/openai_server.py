"""A small server that speaks the chat-completions protocol, and fails in the ways that servers do.

Each request takes the next of the server's turns; after the last one they answer normally.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Chunk = str | tuple[str, int]  # a text; or a text and the id of its token
Rule = Callable[[dict[str, Any]], Sequence[Chunk]]  # of the body that came


@dataclass(frozen=True)
class Turn:
    """What becomes of one request.

    chunks: the answer; None: the server's own. pause: seconds before each chunk. cut: chunks after
    which the connection breaks; 0: before any. refuses: fields that it answers 400 to.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    kind: str = "text/event-stream"
    chunks: Sequence[Chunk] | None = None
    pause: float = 0.0
    cut: int | None = None
    refuses: tuple[str, ...] = ()


class Server(ThreadingHTTPServer):
    """Listens on a free port of the loopback; `requests` are the bodies that came, as they came."""

    daemon_threads = True

    def __init__(self, answer: Sequence[Chunk] | Rule) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.turns: list[Turn] = []
        self.requests: list[dict[str, Any]] = []
        self.times: list[float] = []
        self.keys: list[str | None] = []
        self.api_keys: list[str | None] = []
        self.paths: list[str] = []
        self.left = threading.Event()  # a client has closed its connection within an answer
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Connections that break are part of the tests."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        server = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.requests.append(body)
        server.times.append(time.monotonic())
        server.keys.append(self.headers["Authorization"])
        server.api_keys.append(self.headers["api-key"])
        server.paths.append(self.path)
        turn = server.turns.pop(0) if server.turns else Turn()
        refused = [name for name in turn.refuses if name in body]
        if refused:
            message = f"Unknown parameter: {refused[0]}"
            self._send(400, {}, "application/json", json.dumps({"error": {"message": message}}))
        elif turn.status != 200 or turn.body is not None:
            self._send(turn.status, turn.headers, turn.kind, turn.body or "")
        else:
            self._stream(turn, body)

    def _send(self, status: int, headers: dict[str, str], kind: str, body: str) -> None:
        self.send_response(status)
        content = body.encode()
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(content)),
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _stream(self, turn: Turn, body: dict[str, Any]) -> None:
        answer = self.server.answer
        ids = bool(body.get("return_tokens_as_token_ids"))
        chunks = turn.chunks
        if chunks is None:
            chunks = answer(body) if callable(answer) else answer
        if turn.cut == 0:
            self.connection.close()
            return
        self.send_response(200)
        self.send_header("Content-Type", turn.kind)
        self.end_headers()  # HTTP/1.0: the answer ends with the connection
        try:
            for number, event in enumerate(_events(chunks, ids)):
                if turn.cut is not None and number >= turn.cut:
                    return
                time.sleep(turn.pause)
                self.wfile.write(f"data: {event}\n\n".encode())
                self.wfile.flush()
        except OSError:
            self.server.left.set()

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


def _events(chunks: Sequence[Chunk], ids: bool) -> Iterator[str]:
    for chunk in chunks:
        text, number = (chunk, None) if isinstance(chunk, str) else chunk
        choice: dict[str, Any] = {"index": 0, "delta": {"content": text}, "finish_reason": None}
        if ids and number is not None:
            choice["logprobs"] = {"content": [{"token": f"token_id:{number}", "logprob": -0.1}]}
        yield json.dumps({"object": "chat.completion.chunk", "choices": [choice]})
    end = {"index": 0, "delta": {}, "finish_reason": "stop"}
    yield json.dumps({"choices": [end]})
    yield json.dumps({"choices": [], "usage": {"total_tokens": 1}})
    yield "[DONE]"
