"""Connections that say nothing, or half of something: they end, and others are served."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from drill.served import ended
from service_backends import PATIENCE, Gated, served, until
from service_requests import BASE64, FORM

from img2code import limits
from img2code.backends.fake import Fake
from img2code.reconstruct import Reconstructor
from img2code.service.app import create_app
from img2code.service.clients import Proxies, network

HALF_A_HEAD = b"GET /live HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
HALF_A_BODY = (
    b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: 1000\r\n\r\n{"
)
MANY = 200


@pytest.fixture
def opened() -> Iterator[Any]:
    """A function that opens a connection to an address and sends something, all closed later."""
    with ExitStack() as stack:

        def open_one(address: str, content: bytes) -> socket.socket:
            host, _, port = address.removeprefix("http://").partition(":")
            connection = stack.enter_context(socket.create_connection((host, int(port)), PATIENCE))
            connection.sendall(content)
            return connection

        yield open_one


def test_half_heads_crowd_out_only_each_other(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many from one address the oldest go, and a whole request from there is answered."""
    monkeypatch.setattr(limits, "MAX_CONNECTIONS_PER_ADDRESS", 20)
    with served(create_app(lambda: Reconstructor(Fake()))) as address:
        held = [opened(address, HALF_A_HEAD) for _ in range(MANY)]
        assert httpx.get(f"{address}/live", timeout=PATIENCE).status_code == 200
        assert httpx.post(f"{address}/v1/predict", files=FORM, timeout=PATIENCE).is_success
        until(lambda: sum(map(ended, held)) >= MANY - 20)


def test_half_heads_end_by_themselves(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a byte comes now and then, and where a whole request came before."""
    monkeypatch.setattr(limits, "HEADER_SECONDS", 1)
    with served(create_app(lambda: Reconstructor(Fake()))) as address:
        silent, dripping = (opened(address, HALF_A_HEAD) for _ in range(2))
        second = opened(address, b"GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n" + HALF_A_HEAD)
        nothing = opened(address, b"")
        deadline = time.monotonic() + PATIENCE
        while not ended(dripping) and time.monotonic() < deadline:
            try:
                dripping.sendall(b"x")
            except OSError:
                break
            time.sleep(0.05)
        until(lambda: all(map(ended, (silent, second, nothing, dripping))))


def test_half_bodies_hold_no_place_and_end(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """More of them than there are places: another one is served all the same."""
    app = create_app(lambda: Reconstructor(Fake()))
    with served(app) as address, httpx.Client(base_url=address, timeout=PATIENCE) as http:
        until(lambda: http.get("/ready").is_success)
        held = [opened(address, HALF_A_BODY) for _ in range(limits.MAX_WAITING + 2)]
        assert http.post("/v1/predict", files=FORM).status_code == 200
        until(lambda: app.state.service.queue.admitted == 0)  # the answer's own place, too
        assert not any(map(ended, held))
        monkeypatch.setattr(limits, "UPLOAD_SECONDS", 0.2)
        late = opened(address, HALF_A_BODY)
        until(lambda: ended(late))


def test_a_body_that_nobody_reads_ends_too(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer has been given before; bytes that drip in do not hold the connection."""
    monkeypatch.setattr(limits, "UPLOAD_SECONDS", -4.0)  # with the slack: one second
    with served(create_app(lambda: Reconstructor(Fake()))) as address:
        head = b"POST /live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"
        connection = opened(address, head)
        deadline = time.monotonic() + PATIENCE
        while not ended(connection) and time.monotonic() < deadline:
            try:
                connection.sendall(b"x")
            except OSError:
                break
            time.sleep(0.05)
        until(lambda: ended(connection))


def test_where_all_are_at_work_a_further_one_is_told(
    opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_CONNECTIONS_PER_ADDRESS", 2)
    backend = Gated()
    app = create_app(lambda: Reconstructor(backend))
    body = json.dumps({"image": BASE64}).encode()
    whole = HALF_A_BODY.replace(b"1000", b"%d" % len(body)).removesuffix(b"{") + body
    with served(app) as address:
        held = [opened(address, whole) for _ in range(2)]
        until(lambda: app.state.service.queue.admitted == 2)
        third = opened(address, b"")
        told = b""
        while piece := third.recv(4096):
            told += piece
        assert told.startswith(b"HTTP/1.1 429 ")
        assert b"2 connections from this address" in told
        assert not any(map(ended, held))
        backend.gate.set()


def test_all_addresses_together_are_bounded(opened: Any) -> None:
    app = create_app(lambda: Reconstructor(Fake()))
    with served(app, most=10) as address:
        held = [opened(address, HALF_A_HEAD) for _ in range(40)]
        assert httpx.get(f"{address}/live", timeout=PATIENCE).status_code == 200
        until(lambda: sum(map(ended, held)) >= 30)


def test_addresses_of_one_network_are_one_client() -> None:
    assert network("2001:db8:1:2:3::4") == network("2001:db8:1:2::9") != network("2001:db8:1:3::4")
    assert network("192.0.2.1") == "192.0.2.1" == network("::ffff:192.0.2.1")
    assert network("192.0.2.1") != network("192.0.2.2")
    assert network("unix") == "unix"
    proxies = Proxies(["10.0.0.0/8", "::1"])
    assert "10.1.2.3" in proxies
    assert "::1" in proxies
    assert not any(address in proxies for address in ("11.1.2.3", "::2", "unix"))
