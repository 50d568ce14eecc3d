"""A service to attack: started as users start it, with what the drills need to know of it."""

from __future__ import annotations

import contextlib
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

REPOSITORY = Path(__file__).parents[2]
PICTURE = (REPOSITORY / "example_images" / "mug_teal.jpg").read_bytes()
READY_SECONDS = 240.0
ANSWER_SECONDS = 60.0


@dataclass
class Row:
    """One line of the table. faults: a few words for each time that the outcome was another."""

    what: str
    times: int = 0
    faults: list[str] = field(default_factory=list)

    def count(self, fine: bool, otherwise: object) -> None:
        self.times += 1
        if not fine:
            self.faults.append(" ".join(str(otherwise).split())[:120])


@dataclass
class Server:
    """A running service."""

    process: subprocess.Popen[str]
    host: str
    port: int
    errors: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    def connect(self, source: str = "127.0.0.1") -> socket.socket:
        """A connection from an address of the loopback network."""
        place = (self.host, self.port)
        return socket.create_connection(place, ANSWER_SECONDS, source_address=(source, 0))

    def alive(self) -> bool:
        """Whether it answers /live, asked from an address of its own."""
        with contextlib.suppress(OSError), self.connect("127.0.0.9") as connection:
            connection.sendall(
                b"GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            )
            return received(connection).startswith(b"HTTP/1.1 200")
        return False

    def predict(self) -> int:
        """The status of a prediction."""
        try:
            return httpx.post(
                f"{self.address}/v1/predict", files={"image": PICTURE}, timeout=ANSWER_SECONDS
            ).status_code
        except httpx.TransportError:
            return 0

    def memory(self) -> float:
        """Resident, in MB."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 1024**2


@contextlib.contextmanager
def started(backend: str, files: int) -> Iterator[Server]:
    """The service with its page, without a bound on requests a minute, when it is ready."""

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))

    command = [sys.executable, "-m", "img2code", "serve", "--port", "0", "--page", "--rate", "0"]
    process = subprocess.Popen(
        [*command, "--backend", backend],
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        preexec_fn=bound,
    )
    assert process.stderr
    try:
        line = process.stderr.readline()
        host, _, port = line.split()[3].rstrip(",").removeprefix("http://").rpartition(":")
        server = Server(process, host, int(port))
        reader = threading.Thread(target=lambda: server.errors.extend(process.stderr or ()))
        reader.start()
        until(lambda: httpx.get(f"{server.address}/ready").is_success, READY_SECONDS)
        yield server
    finally:
        process.kill()
        process.wait()
    reader.join()


def until(true: object, seconds: float = ANSWER_SECONDS) -> bool:
    """Waits for a condition, which is a function; whether it came true."""
    assert callable(true)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return False


def received(connection: socket.socket) -> bytes:
    """Everything up to the end of the connection."""
    content = b""
    with contextlib.suppress(OSError):
        while piece := connection.recv(65536):
            content += piece
    return content


def ended(connection: socket.socket) -> bool:
    """Whether the other side has closed it, after what it may have answered."""
    connection.setblocking(False)
    try:
        while connection.recv(65536):
            pass
    except BlockingIOError:
        return False
    except ConnectionError:
        pass
    return True
