"""Clients that come in crowds and say half of something, or leave in the middle."""

from __future__ import annotations

import contextlib
import socket

import httpx
from served import PICTURE, Row, Server, ended, until

HALF_A_HEAD = b"GET /live HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
HALF_A_BODY = (
    b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: 1000\r\n\r\n{"
)
CROWD = 3_000
BODIES = 100  # three times as many as there are places in the queue
LEAVING = 100
CLOSED_SECONDS = 60.0  # half a head may stay for ten, half a body for thirty-five


def drill(server: Server, quick: bool) -> list[Row]:
    crowd = CROWD // 10 if quick else CROWD
    return [
        _half(server, "half a head, from one address", HALF_A_HEAD, crowd, 1),
        _half(server, "half a head, from 20 addresses", HALF_A_HEAD, crowd, 20),
        _half(server, "half a body", HALF_A_BODY, BODIES, 1),
        _leaving(server),
        _memory(server),
    ]


def _half(server: Server, what: str, content: bytes, crowd: int, addresses: int) -> Row:
    """Open connections; meanwhile the service answers others, from their address too."""
    row = Row(f"connections with {what}: closed; meanwhile `/live` and a prediction are answered")
    held: list[socket.socket] = []
    try:
        for number in range(crowd):
            with contextlib.suppress(OSError):  # turned away already
                held.append(server.connect(f"127.0.0.{10 + number % addresses}"))
                held[-1].sendall(content)
            if number % (crowd // 5) == 0:
                row.count(server.alive(), f"/live fails with {len(held)} open")
        row.count(server.alive(), f"/live fails with {len(held)} open")
        row.count(server.predict() == 200, "no prediction")
        with server.connect("127.0.0.10") as among_them:
            among_them.sendall(b"GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n")
            row.count(among_them.recv(100).startswith(b"HTTP/1.1 200"), "no answer among them")
        open_ones = set(held)

        def all_closed() -> bool:
            open_ones.difference_update([one for one in open_ones if ended(one)])
            return not open_ones

        until(all_closed, CLOSED_SECONDS)
        for one in held:
            row.count(one not in open_ones, "still open")
    finally:
        for one in held:
            one.close()
    return row


def _leaving(server: Server) -> Row:
    row = Row("clients that leave after their request: nothing waits or is worked on for them")
    request = httpx.Request("POST", f"{server.address}/v1/predict", files={"image": PICTURE})
    head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    content = f"POST /v1/predict HTTP/1.1\r\n{head}\r\n".encode() + request.read()
    for _ in range(LEAVING):
        with server.connect() as connection:
            connection.sendall(content)
        row.times += 1
    if not until(lambda: _gauge(server, "img2code_waiting") == 0):
        row.faults.append("some still wait")
    if not until(lambda: _gauge(server, "img2code_in_flight") == 0):
        row.faults.append("some are still worked on")
    row.count(server.predict() == 200, "no prediction afterwards")
    return row


def _memory(server: Server) -> Row:
    row = Row("resident memory after all of this: below 1,000 MB")
    row.count(server.memory() < 1000, f"{server.memory():.0f} MB")
    return row


def _gauge(server: Server, name: str) -> float:
    lines = httpx.get(f"{server.address}/metrics").text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))
