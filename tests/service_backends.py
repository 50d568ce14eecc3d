"""Back ends and a server for the tests of the service: held up at will, and decoding in batches."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
from fastapi import FastAPI
from PIL import Image

from img2code import limits
from img2code.backends import Wanted, always
from img2code.backends.fake import Fake, made_up, pieces
from img2code.reconstruct import Reconstructor
from img2code.service.access import Access
from img2code.service.app import create_app
from img2code.service.server import Server, configured

PATIENCE = 30.0  # seconds, for what takes milliseconds on an idle machine


class Gated:
    """Writes its answers only while `gate` is open; keeps what it was asked and what it ended."""

    name = "gated"

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.begun: list[str | None] = []
        self.closed: list[str | None] = []

    def generate(self, picture: Image.Image, category: str | None) -> Iterator[str]:
        self.begun.append(category)
        try:
            yield "<code>"
            while not self.gate.wait(0.02):
                yield " "
            yield from pieces(made_up(picture, category))
        finally:
            self.closed.append(category)


class Batched(Gated):
    """Decodes up to four pictures at once, their pieces in turn; `broken` batches fail."""

    name = "batched"
    batch = 4

    def __init__(self, broken: bool = False) -> None:
        super().__init__()
        self.broken = broken
        self.batches: list[list[str | None]] = []

    def generate_batch(
        self,
        pictures: Sequence[Image.Image],
        categories: Sequence[str | None],
        wanted: Wanted = always,
    ) -> Iterator[tuple[int, str]]:
        self.batches.append(list(categories))
        if self.broken:
            raise MemoryError("no room for so many")
        rows = [pieces(made_up(*both)) for both in zip(pictures, categories, strict=True)]
        for step in range(max(map(len, rows))):
            for row, texts in enumerate(rows):
                if step < len(texts):
                    yield row, texts[step]


@contextlib.contextmanager
def served(app: FastAPI, most: int = limits.MAX_CONNECTIONS) -> Iterator[str]:
    """The address of an application behind a real server on a free port.

    most: connections at a time.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = Server(configured(app, most), app.state.service)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    until(lambda: server.started)
    try:
        yield address
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        listener.close()
        assert not thread.is_alive()


def made(access: Access, page: bool = False, **more: Any) -> FastAPI:
    """A service; made inside an event loop, since Gradio would make one and never close it."""

    async def make() -> FastAPI:
        return create_app(lambda: Reconstructor(Fake()), page, access=access, **more)

    return asyncio.run(make())


def serving(page: bool = False, **rules: Any) -> Any:
    """A context that gives the address of a service with these rules."""
    return served(made(Access(**rules), page))


@contextlib.contextmanager
def answering() -> Iterator[httpx.Client]:
    """A client of a service that answers at once."""
    with (
        served(create_app(lambda: Reconstructor(Fake()))) as address,
        httpx.Client(base_url=address, timeout=PATIENCE) as client,
    ):
        until(lambda: client.get("/ready").is_success)
        yield client


def until(true: object) -> None:
    """Wait for a condition, which is a function; fail when it stays false."""
    assert callable(true)
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)
