"""The HTTP service under load: the queue, batches, clients that leave, the start and the end."""

from __future__ import annotations

import io
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import httpx
import numpy as np
import pytest
from PIL import Image
from service_backends import PATIENCE, Batched, Gated, served, until
from service_requests import BASE64, FORM, error_of, measured

import geometry
from geometry.errors import UserError
from img2code import backends, limits
from img2code.backends.fake import Fake
from img2code.reconstruct import Reconstructor
from img2code.service.app import create_app


@pytest.fixture
def gated() -> Iterator[Gated]:
    backend = Gated()
    yield backend
    backend.gate.set()


# ------------------------------------------------------------ the queue


def start(http: httpx.Client, category: str, path: str = "/v1/predict") -> Future[httpx.Response]:
    pool = ThreadPoolExecutor(1)
    answer = pool.submit(http.post, path, files=FORM, data={"category": category})
    pool.shutdown(wait=False)
    return answer


def test_a_full_queue_says_when_to_come_back(gated: Gated) -> None:
    app = create_app(lambda: Reconstructor(gated), waiting=2)
    with served(app) as address, httpx.Client(base_url=address, timeout=PATIENCE) as http:
        waiting = []
        for number, name in enumerate(("Mug", "Box", "Chair")):
            waiting.append(start(http, name))
            until(lambda: measured(http)["img2code_in_flight"] == 1)
            until(lambda ahead=number: measured(http)["img2code_waiting"] == ahead)
        since = time.perf_counter()
        for path in ("/v1/predict", "/v1/predict/stream"):
            refused = http.post(path, files=FORM)
            error_of(refused, "busy")
            assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert http.post("/inference", json={"image": BASE64}).status_code == 429
        held = time.perf_counter() - since
        gated.gate.set()
        answers = [future.result(PATIENCE).json() for future in waiting]
        assert [answer["category"] for answer in answers] == ["Mug", "Box", "Chair"]
        assert all(answer["timings"]["queue"] > held for answer in answers[1:])
        assert http.post("/v1/predict", files=FORM).status_code == 200


def test_the_service_answers_while_the_model_works() -> None:
    class Busy:
        """Never lets go of its thread, as a model's forward pass."""

        name = "busy"

        def generate(self, picture: Image.Image, category: str | None) -> Iterator[str]:
            end = time.monotonic() + 1.5
            while time.monotonic() < end:
                np.sort(np.random.default_rng(0).random(200_000))
            yield from Fake().generate(picture, category)

    app = create_app(lambda: Reconstructor(Busy()))
    with served(app) as address, httpx.Client(base_url=address, timeout=PATIENCE) as http:
        answer = start(http, "Mug")
        until(lambda: measured(http)["img2code_in_flight"] == 1)
        waits = []
        while not answer.done():
            begin = time.perf_counter()
            assert http.get("/live").json() == {"status": "ok"}
            waits.append(time.perf_counter() - begin)
        assert answer.result().status_code == 200
    assert len(waits) > 5
    assert np.median(waits) < 0.2  # milliseconds on an idle machine; blocked, it would be 1.5


def leave(address: str, path: str, category: str) -> socket.socket:
    """A connection whose request has been sent, to be closed at will."""
    request = httpx.Request("POST", address + path, files=FORM, data={"category": category})
    host, port = request.url.host, request.url.port
    connection = socket.create_connection((host, port), PATIENCE)
    head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    connection.sendall(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + request.read())
    return connection


@pytest.mark.parametrize("path", ["/v1/predict", "/v1/predict/stream"])
def test_who_leaves_is_not_worked_for(gated: Gated, path: str) -> None:
    app = create_app(lambda: Reconstructor(gated), waiting=2)
    with served(app) as address:
        queue = app.state.service.queue
        working = leave(address, path, "Mug")
        until(lambda: gated.begun == ["Mug"])
        waiting = leave(address, path, "Box")
        until(lambda: queue.waiting == 1)
        waiting.close()  # it leaves the queue at once
        until(lambda: queue.waiting == 0)
        until(lambda: queue.admitted == 1)
        assert gated.closed == []
        working.close()  # and the one that is worked on is stopped
        until(lambda: gated.closed == ["Mug"])
        until(lambda: queue.admitted == 0)
    assert gated.begun == ["Mug"]


def test_a_request_that_takes_too_long_is_given_up(
    gated: Gated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REQUEST_SECONDS", 0.3)
    app = create_app(lambda: Reconstructor(gated))
    with served(app) as address, httpx.Client(base_url=address, timeout=PATIENCE) as http:
        answer = http.post("/v1/predict", files=FORM, data={"category": "Mug"})
        error_of(answer, "timed_out")
        assert answer.headers["retry-after"]
        until(lambda: gated.closed == ["Mug"])
        assert "timed_out" in http.post("/v1/predict/stream", files=FORM).text


def test_a_body_that_does_not_arrive_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UPLOAD_SECONDS", 0.2)
    app = create_app(lambda: Reconstructor(Fake()))
    with served(app) as address:
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), PATIENCE) as connection:
            head = b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
            connection.sendall(head + b"Content-Type: application/json\r\n\r\n{")
            assert connection.recv(4096).startswith(b"HTTP/1.1 408")
        until(lambda: app.state.service.queue.admitted == 0)


def test_a_silent_stream_gives_signs_of_life(gated: Gated, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "KEEP_ALIVE_SECONDS", 0.05)
    app = create_app(lambda: Reconstructor(gated))
    with served(app) as address, httpx.Client(base_url=address, timeout=PATIENCE) as http:
        working = start(http, "Mug")
        until(lambda: gated.begun)
        threading.Timer(0.5, gated.gate.set).start()
        told = http.post("/v1/predict/stream", files=FORM, data={"category": "Box"}).text
        assert told.startswith(": waiting\n\n")
        assert "event: done" in told
        assert working.result(PATIENCE).status_code == 200


# ------------------------------------------------------------ batches


@pytest.mark.parametrize("broken", [False, True])
def test_pictures_that_wait_are_decoded_together(broken: bool) -> None:
    """And alone where that fails; what comes out is the same as one by one."""
    backend = Batched(broken)
    app = create_app(lambda: Reconstructor(backend))
    names = ["Mug", "Box", "Chair", "Globe", "Bottle"]
    with served(app) as address, httpx.Client(base_url=address, timeout=PATIENCE) as http:
        first = start(http, "Table")
        until(lambda: backend.begun == ["Table"])
        rest = [start(http, name) for name in names[:-1]]
        until(lambda: app.state.service.queue.waiting == 4)
        rest.append(start(http, names[-1], "/v1/predict/stream"))
        until(lambda: app.state.service.queue.waiting == 5)
        backend.gate.set()
        *answers, streamed = [future.result(PATIENCE) for future in rest]
        assert first.result(PATIENCE).json()["category"] == "Table"
        together = [answer.json() for answer in answers]
        assert sorted(backend.batches[0], key=names.index) == names[:-1]
        assert [answer["category"] for answer in together] == names[:-1]
        alone = [http.post("/v1/predict", files=FORM, data={"category": n}).json() for n in names]
        assert [answer["code"] for answer in together] == [answer["code"] for answer in alone[:-1]]
        assert all(answer["tokens"] > 5 for answer in together)
        assert "event: done" in streamed.text
        sizes = measured(http)["img2code_batch_pictures_sum"]
        assert sizes == 1 + len(names) + len(names)


# ------------------------------------------------------------ the start and the end


def test_it_lives_before_it_is_ready(gated: Gated) -> None:
    def load() -> Reconstructor:
        gated.gate.wait(PATIENCE)
        return Reconstructor(gated)

    with (
        served(create_app(load)) as address,
        httpx.Client(base_url=address, timeout=PATIENCE) as http,
    ):
        assert http.get("/live").status_code == 200
        error_of(http.get("/ready"), "not_ready")
        assert http.get("/health").json() == {"status": "loading", "model_loaded": False}
        early = start(http, "Mug")
        gated.gate.set()
        until(lambda: http.get("/ready").is_success)
        assert early.result(PATIENCE).json()["category"] == "Mug"


def test_whoever_waits_is_told_when_it_ends(gated: Gated, monkeypatch: pytest.MonkeyPatch) -> None:
    """The work is not finished in time: streams get a last event, the others an answer."""
    monkeypatch.setattr(limits, "DRAIN_SECONDS", 0.2)
    app = create_app(lambda: Reconstructor(gated))
    with httpx.Client(timeout=PATIENCE) as http:
        with served(app) as address:
            http.base_url = address
            stream = start(http, "Mug", "/v1/predict/stream")
            until(lambda: gated.begun)
            waiting = start(http, "Box")
            until(lambda: app.state.service.queue.waiting == 1)
        told = stream.result(PATIENCE).text
        assert told.split("event: ")[-1].startswith("error\n")
        assert "stopping" in told
        error_of(waiting.result(PATIENCE), "stopping")
        assert gated.closed == ["Mug"]
        assert gated.begun == ["Mug"]


def test_work_under_way_is_finished_and_new_work_refused_when_it_ends(gated: Gated) -> None:
    app = create_app(lambda: Reconstructor(gated))
    with httpx.Client(timeout=PATIENCE) as http, ThreadPoolExecutor(1) as beside:
        with served(app) as address:
            http.base_url = address
            stream = start(http, "Mug", "/v1/predict/stream")
            until(lambda: gated.begun)
            waiting = start(http, "Box")
            until(lambda: app.state.service.queue.waiting == 1)

            def while_it_ends() -> list[int]:
                until(lambda: app.state.service.queue.stopping)
                error_of(http.get("/ready"), "stopping")
                error_of(http.post("/v1/predict", files=FORM), "stopping")
                mug = geometry.sample("Mug", np.random.default_rng(1))
                error_of(http.post("/v1/mesh", json={"code": mug}), "stopping")
                assert http.get("/health").json()["status"] == "stopping"
                gated.gate.set()
                return [http.get("/live").status_code]

            seen = beside.submit(while_it_ends)
        assert seen.result(PATIENCE) == [200]
        assert "event: done" in stream.result(PATIENCE).text
        assert waiting.result(PATIENCE).json()["category"] == "Box"
        assert gated.begun == gated.closed == ["Mug", "Box"]


def test_a_model_that_cannot_be_loaded_ends_the_service() -> None:
    def load() -> Reconstructor:
        raise UserError("There is no checkpoint.")

    app = create_app(load)
    with served(app):
        until(lambda: app.state.service.queue.failure)
    assert str(app.state.service.queue.failure) == "There is no checkpoint."


def test_the_embedded_model_answers() -> None:
    from geometry.draw.raster import draw

    content = io.BytesIO()
    draw(geometry.sample("Mug", np.random.default_rng(4)), size=256).save(content, "PNG")
    app = create_app(lambda: Reconstructor(backends.load("embedded")))
    with served(app) as address, httpx.Client(base_url=address, timeout=10 * PATIENCE) as http:
        answer = http.post("/v1/predict", files={"image": content.getvalue()}).json()
        again = http.post("/v1/predict/stream", files={"image": content.getvalue()}).text
    assert answer["category"] in geometry.categories()
    assert geometry.build(answer["code"]).geometry
    assert json.dumps(answer["token_code"])[:60] in again
