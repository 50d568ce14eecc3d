"""Serves the page in both ways with the scripted back end; talks to its queue like a browser."""

from __future__ import annotations

import asyncio
import contextlib
import http.server
import io
import json
import os
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
from PIL import Image

from img2code.backends import Backend
from img2code.page import build_page
from img2code.reconstruct import Reconstructor

REPOSITORY = Path(__file__).parents[1]
START_SECONDS = 240
FILE = {"_type": "gradio.FileData"}
WAYS = ("launched", "mounted")
STARTED = "gradio_api/startup-events"  # what is open where a key is asked for


@dataclass(frozen=True)
class Served:
    """A page that is being served. `uploads` is where its visitors' files lie."""

    address: str
    live: str
    uploads: Path
    client: httpx.Client

    def get(self, path: str) -> httpx.Response:
        return self.client.get(self.address + path)

    def upload(self, content: bytes, name: str = "picture.png") -> str:
        """Where the server keeps the file now."""
        answer = self.client.post(
            f"{self.address}/gradio_api/upload", files={"files": (name, content)}
        )
        assert answer.status_code == 200, answer.text
        path: str = answer.json()[0]
        return path

    def run(self, event: int, data: list[Any], session: str = "", **more: Any) -> str:
        """All that the queue answers to an event, without what differs from run to run."""
        session = session or uuid.uuid4().hex
        body = {"data": data, "fn_index": event, "session_hash": session, **more}
        joined = self.client.post(f"{self.address}/gradio_api/queue/join", json=body)
        if joined.status_code != 200:
            return joined.text
        query = {"session_hash": session}
        told = []
        with self.client.stream("GET", f"{self.address}/gradio_api/queue/data", params=query) as s:
            for line in s.iter_lines():
                if not line.startswith("data:"):
                    continue
                message = json.loads(line[5:])
                if message["msg"] in ("process_generating", "process_completed"):
                    output = message["output"]
                    told.append([message["success"], output.get("error"), output.get("data")])
                if message["msg"] in ("process_completed", "close_stream"):
                    break
        return json.dumps(told)


def unserved(backend: Backend) -> gr.Blocks:
    """A page that is not served."""

    async def build() -> gr.Blocks:
        return build_page(Reconstructor(backend))

    return asyncio.run(build())  # else Gradio makes a loop that nobody closes


@contextlib.contextmanager
def served(way: str, folder: Path, *options: str, keyless: bool = True) -> Iterator[Served]:
    """The page by `img2code app` ("launched") or inside the service ("mounted"), on a free port.

    folder: an empty one, for what the page keeps. keyless: whether it answers without a key.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    root = f"http://127.0.0.1:{port}"
    address, live = f"{root}/page", f"{root}/live"
    if way == "launched":
        address, live = root, f"{root}/{'config' if keyless else STARTED}"
    settings = {
        "IMG2CODE_BACKEND": "fake",
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_TEMP_DIR": str(folder / "uploads"),
        "PYTHONPATH": str(REPOSITORY),
    }
    command = ["app"] if way == "launched" else ["serve", "--page"]
    command = ["-m", "img2code", *command]
    command += ["--backend", "fake", "--port", str(port), "--rate", "0"]
    log = folder / "log.txt"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, *command, *options],
            cwd=REPOSITORY,
            env=os.environ | settings,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        once = httpx.Limits(max_keepalive_connections=0)  # a busy server may close idle ones
        with httpx.Client(timeout=60, limits=once) as client:
            _wait_for(server, client, live, log)
            yield Served(address, live, folder / "uploads", client)
    finally:
        server.terminate()
        try:
            server.wait(timeout=120)  # Python frees what a thousand sessions hold
        finally:
            server.kill()


def _wait_for(server: subprocess.Popen[bytes], client: httpx.Client, live: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        with contextlib.suppress(httpx.TransportError):
            if client.get(live).status_code == 200:
                return
        time.sleep(0.2)
    raise AssertionError(f"The page did not start within {START_SECONDS} s:\n{log.read_text()}")


def picture(colour: str = "red", kind: str = "PNG") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(content, kind)
    return content.getvalue()


@contextlib.contextmanager
def trapped() -> Iterator[tuple[str, list[str]]]:
    """The address of a server, and what it has been asked for."""
    asked: list[str] = []

    class Trap(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def do_POST(self) -> None:
            self.do_GET()

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Trap)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
