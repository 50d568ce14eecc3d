"""The client against a real service: results, streams, errors, patience, and predict --server."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from cli_runs import address_of
from PIL import Image
from service_backends import Gated, served, until

import geometry
from geometry.errors import UserError
from geometry.program import parse
from img2code.backends.fake import Fake
from img2code.cli.main import main
from img2code.client.client import AsyncClient, Client, Prediction, RefusedError, UnreachableError
from img2code.errors import ImageError
from img2code.reconstruct import Reconstructor
from img2code.result import Done, Text
from img2code.service.access import KEYS, access_for
from img2code.service.app import create_app
from img2code.service.page_model import Shared

REPOSITORY = Path(__file__).parents[3]
PICTURE = Image.new("RGB", (40, 32), (10, 120, 200))
START_SECONDS = 120  # on a busy machine


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(create_app(lambda: Reconstructor(Fake()))) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    with Client(address) as client:
        yield client


def test_a_prediction_is_a_result(client: Client, tmp_path: Path) -> None:
    PICTURE.save(tmp_path / "mug.png")
    content = (tmp_path / "mug.png").read_bytes()
    for image in (tmp_path / "mug.png", str(tmp_path / "mug.png"), content, PICTURE):
        prediction = client.predict(image, "Mug")
        assert isinstance(prediction, Prediction)
        assert prediction.category == "Mug"
        assert prediction.total_seconds >= prediction.seconds > 0
        assert prediction.queue_seconds >= 0
        assert prediction.scene().geometry
    here = Reconstructor(Fake()).run(PICTURE, "Mug")
    assert (prediction.code, prediction.token_code) == (here.code, here.token_code)
    assert (prediction.raw_text, prediction.tokens) == (here.raw_text, here.tokens)
    assert prediction.repairs == here.repairs


def test_the_stream_is_the_same_as_here(client: Client) -> None:
    *texts, done = client.stream(PICTURE, "Box")
    *here, last = Reconstructor(Fake()).stream(PICTURE, "Box")
    assert all(isinstance(event, Text) for event in texts)
    assert [(e.text, e.tokens) for e in texts] == [(e.text, e.tokens) for e in here]
    assert isinstance(done, Done)
    assert done.result.code == last.result.code


def test_meshes_categories_schemas_and_health(client: Client) -> None:
    code = client.predict(PICTURE, "Box").code
    assert client.mesh(code)[:4] == b"glTF"
    assert client.mesh(code, "urdf", segments=16)[:2] == b"PK"
    assert list(client.categories()) == list(geometry.categories())
    assert client.schema("Mug")["title"] == "Mug"
    assert client.schema("Mug", tokens=True) != client.schema("Mug")
    assert client.health() == {"status": "healthy", "model_loaded": True}


def test_the_asynchronous_client_does_the_same(address: str, client: Client) -> None:
    async def ask() -> None:
        async with AsyncClient(address) as other:
            names = ["Mug", "Box", "Chair"]
            made = await asyncio.gather(*(other.predict(PICTURE, name) for name in names))
            assert [prediction.category for prediction in made] == names
            events = [event async for event in other.stream(PICTURE, "Mug")]
            assert events[-1].result.code == made[0].code == client.predict(PICTURE, "Mug").code
            assert (await other.mesh(made[0].code, "stl"))[80:84] != b"\0\0\0\0"
            assert await other.categories() == client.categories()
            assert await other.schema("Mug") == client.schema("Mug")
            assert (await other.health())["model_loaded"]
            with pytest.raises(RefusedError, match="Did you mean Mug"):
                await other.predict(PICTURE, "Mugg")

    asyncio.run(ask())


def test_refusals_have_the_code_of_the_service(client: Client, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="not an image") as refused:
        client.predict(b"words")
    assert (refused.value.code, refused.value.status) == ("invalid_image", 422)
    assert not refused.value.retryable
    with pytest.raises(RefusedError) as refused:
        next(client.stream(PICTURE, "Mugg"))
    assert refused.value.code == "unknown_category"
    with pytest.raises(RefusedError) as refused:
        client.mesh({"category": "Mug"})
    assert refused.value.code == "invalid_code"
    with pytest.raises(RefusedError) as refused:
        client.schema("Mugg")
    assert (refused.value.code, refused.value.status) == ("unknown_category", 404)
    with pytest.raises(ImageError, match=r"none\.png cannot be opened"):
        client.predict(tmp_path / "none.png")
    assert issubclass(RefusedError, UserError)


def test_an_address_without_a_service_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (
        Client(f"http://127.0.0.1:{port}") as client,
        pytest.raises(UnreachableError, match=f"No answer from http://127.0.0.1:{port}"),
    ):
        client.health()
    with pytest.raises(UserError, match="not an address"):
        Client("127.0.0.1:8000")


def test_a_busy_service_is_asked_again() -> None:
    backend = Gated()
    app = create_app(lambda: Reconstructor(backend), waiting=0)
    with served(app) as address, Client(address, patience=30) as client:
        until(lambda: app.state.service.queue.ready)
        stream = client.stream(PICTURE, "Mug")
        next(stream)
        with Client(address, patience=0) as hurried, pytest.raises(RefusedError) as refused:
            hurried.predict(PICTURE, "Box")
        assert refused.value.code == "busy"
        assert refused.value.retryable
        assert refused.value.retry_after >= 1

        def make_room() -> None:
            until(lambda: refused_so_far(address) == 2)
            stream.close()
            backend.gate.set()

        begin = time.monotonic()
        threading.Thread(target=make_room).start()
        assert client.predict(PICTURE, "Box").category == "Box"
        assert time.monotonic() - begin >= refused.value.retry_after
        assert backend.closed[0] == "Mug"


def refused_so_far(address: str) -> float:
    """How many predictions the service has answered with 429."""
    counter = re.search(
        r'img2code_requests_total{route="/v1/predict",status="429"} (\S+)',
        httpx.get(f"{address}/metrics").text,
    )
    return float(counter[1]) if counter else 0.0


def test_what_is_no_service_is_a_sentence() -> None:
    """Other servers, and streams that break off."""

    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(418)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'event: text\ndata: {"text": "{", "tokens": 1, "seconds": 1}\n\n')

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Other)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with Client(f"http://127.0.0.1:{server.server_port}") as client:
            with pytest.raises(RefusedError, match="status 418"):
                client.health()
            with pytest.raises(UnreachableError, match="broke off"):
                list(client.stream(PICTURE))
            with pytest.raises(RefusedError, match="does not answer as a service"):
                client.predict(PICTURE)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# ------------------------------------------------------------ predict --server, serve


def test_predict_lets_a_service_do_it(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    PICTURE.save(tmp_path / "a.png")
    (tmp_path / "b.png").write_text("words")
    pictures = [str(tmp_path / "a.png"), str(tmp_path / "b.png")]
    arguments = ["predict", *pictures, "--category", "Mug", "--out", str(tmp_path / "out")]
    assert main([*arguments, "--server", address]) == 1
    printed = capsys.readouterr()
    assert "a.png: Mug, " in printed.out
    assert "b.png: This file is not an image." in printed.err
    folder = tmp_path / "out" / "a"
    assert parse((folder / "generated_code.json").read_text()).category.name == "Mug"
    assert (folder / "mesh.glb").stat().st_size > 1000
    assert len(list(folder.iterdir())) == 4


def test_a_service_with_keys_wants_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = "a-key-of-the-tests-1"
    PICTURE.save(tmp_path / "a.png")
    arguments = ["predict", str(tmp_path / "a.png"), "--out", str(tmp_path / "out")]
    access = access_for("127.0.0.1", {KEYS: key})
    with served(create_app(lambda: Reconstructor(Fake()), access=access)) as address:
        with Client(address) as stranger, pytest.raises(RefusedError) as refused:
            stranger.predict(PICTURE)
        assert (refused.value.code, refused.value.status) == ("unauthorized", 401)
        with Client(address, key=key) as client:
            assert client.predict(PICTURE, "Mug").category == "Mug"
        assert main([*arguments, "--server", address]) == 1
        assert "wants a key" in capsys.readouterr().err
        monkeypatch.setenv("IMG2CODE_API_KEY", key)
        assert main([*arguments, "--server", address]) == 0

        async def ask() -> str:
            async with AsyncClient(address) as other:
                return (await other.predict(PICTURE, "Box")).category

        assert asyncio.run(ask()) == "Box"
    with pytest.raises(UserError, match="no header can carry"):
        Client(address, key=f"{key}\n")


def test_predict_has_one_back_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["predict", "a.png", "--out", str(tmp_path), "--server", "http://127.0.0.1:1"]
    assert main([*arguments, "--backend", "fake"]) == 1
    assert "has its own back end" in capsys.readouterr().err


#: The command line with a fake back end that takes longer than an end gives it, and a Ctrl-C that
#: is heeded.
SLOW = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from img2code import limits
from img2code.backends import fake
limits.DRAIN_SECONDS = 1
fake.load = lambda: fake.Fake(pause=0.3)
from img2code.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@contextlib.contextmanager
def started(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`img2code serve` as users start it, and its address."""
    server = subprocess.Popen(
        [sys.executable, "-c", SLOW, "serve", "--port", "0", "--backend", "fake", *arguments],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield server, address_of(server)
    finally:
        server.kill()
        server.communicate()


@pytest.mark.parametrize(
    ("stop", "status", "last"),
    [(signal.SIGINT, 130, "img2code: stopped."), (signal.SIGTERM, 0, None)],
)
def test_serve_ends_soon_and_tells_its_streams(
    stop: signal.Signals, status: int, last: str | None, tmp_path: Path
) -> None:
    """As users start it: the model pauses before every piece, too long for all of them to come."""
    with started(tmp_path) as (server, address):
        with Client(address, seconds=START_SECONDS) as client:
            stream = client.stream(PICTURE)
            next(stream)
            server.send_signal(stop)
            with pytest.raises(RefusedError) as told:
                list(stream)
            assert told.value.code == "stopping"
        _, errors = server.communicate(timeout=START_SECONDS)
    assert server.returncode == status
    assert "Traceback" not in errors
    assert errors.splitlines()[-1:] == ([last] if last else [])


def test_a_taken_port_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["serve", "--backend", "fake", "--port", port]) == 1
    assert f"127.0.0.1:{port} cannot be served on: " in capsys.readouterr().err


@pytest.mark.slow
def test_the_page_is_served_by_the_same_process(tmp_path: Path) -> None:
    with started(tmp_path, "--page") as (server, address):
        with httpx.Client(base_url=address, timeout=START_SECONDS) as http:
            page = http.get("/", follow_redirects=True)
            assert page.url.path == "/page/"
            assert "img2code" in page.text
            config = http.get("/page/config").json()
            assert any(part["props"].get("elem_id") == "generate" for part in config["components"])
            assert http.get("/nowhere").json()["error"]["code"] == "not_found"
            assert http.get("/v1/predict").status_code == 405
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=START_SECONDS)
    assert server.returncode == 130
    assert "Traceback" not in errors


def test_visitors_of_the_page_wait_in_the_same_queue() -> None:
    app = create_app(lambda: Reconstructor(Fake()))
    shared = Shared(app.state.service.queue)
    with served(app) as address, httpx.Client(base_url=address) as http:
        assert shared.run(PICTURE, "Mug").code == Reconstructor(Fake()).run(PICTURE, "Mug").code
        with pytest.raises(geometry.CodeError, match="Mugg"):
            shared.run(PICTURE, "Mugg")
        assert "img2code_run_seconds_count 1.0" in http.get("/metrics").text
        assert shared.use(lambda model: type(model.backend)) is Fake  # the queue's own
        with pytest.raises(ZeroDivisionError):
            shared.use(lambda model: 1 / 0)
