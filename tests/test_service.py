"""The HTTP service over real connections: answers, refusals, the queue, batches, the end."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import socket
import threading
import time
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx
import numpy as np
import pytest
import trimesh
from jsonschema import Draft202012Validator
from PIL import Image
from prometheus_client.parser import text_string_to_metric_families
from service_backends import PATIENCE, Batched, Gated, served, until

import geometry
import stats
from geometry import program
from img2code import backends, limits
from img2code.backends.fake import Fake
from img2code.errors import UserError
from img2code.reconstruct import Reconstructor
from img2code.service.app import create_app
from img2code.service.errors import STATUSES


def png(size: tuple[int, int] = (40, 32), colour: tuple[int, int, int] = (200, 30, 30)) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, colour).save(content, "PNG")
    return content.getvalue()


PICTURE = png()
BASE64 = base64.b64encode(PICTURE).decode()
FORM = {"image": ("mug.png", PICTURE, "image/png")}


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    """A service that answers at once."""
    with (
        served(create_app(lambda: Reconstructor(Fake()))) as address,
        httpx.Client(base_url=address, timeout=PATIENCE) as client,
    ):
        until(lambda: client.get("/ready").is_success)
        yield client


@pytest.fixture
def gated() -> Iterator[Gated]:
    backend = Gated()
    yield backend
    backend.gate.set()


def error_of(response: httpx.Response, code: str) -> dict[str, Any]:
    """The error, which has the shape and the status that its code always has."""
    error = response.json()["error"]
    assert error["code"] == code
    assert response.status_code == STATUSES[code]
    assert error["message"].endswith(".")
    assert response.headers["content-type"] == "application/json"
    return error


def measured(http: httpx.Client) -> dict[str, float]:
    """Prometheus samples by name and labels."""
    text = http.get("/metrics").text
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


# ------------------------------------------------------------ answers


def test_earlier_clients_get_what_they_expect(http: httpx.Client) -> None:
    answer = http.post("/inference", json={"image": BASE64, "category": "Mug"})
    assert answer.status_code == 200
    assert set(answer.json()) == {"output_text", "success", "error"}
    assert answer.json()["success"] is True
    assert answer.json()["error"] is None
    text = answer.json()["output_text"]
    assert text.startswith("<code>{")
    assert text.endswith("}</code>")
    code = json.loads(text.removeprefix("<code>").removesuffix("</code>"))
    assert program.parse(stats.decode(code))["category"] == "Mug"
    health = http.get("/health").json()
    assert health == {"status": "healthy", "model_loaded": True}


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"image": "?", "category": "Mug"}, "not base64"),
        ({"image": BASE64, "category": "Mugg"}, "Did you mean Mug?"),
        ({"image": "https://example.org/mug.png", "category": "Mug"}, "not opened"),
    ],
)
def test_failures_of_inference_are_answers(
    http: httpx.Client, body: dict[str, str], sentence: str
) -> None:
    answer = http.post("/inference", json=body)
    assert answer.status_code == 200
    assert answer.json()["success"] is False
    assert answer.json()["output_text"] == ""
    assert sentence in answer.json()["error"]


def test_a_prediction_has_both_forms_and_its_times(http: httpx.Client) -> None:
    answer = http.post("/v1/predict", json={"image": BASE64, "category": "Chair"}).json()
    assert answer["category"] == "Chair"
    assert geometry.mesh(answer["code"]).volume > 0
    assert program.parse(stats.decode(answer["token_code"])) == program.parse(answer["code"])
    assert answer["raw_text"].startswith("{")
    assert answer["repairs"] == []
    assert answer["tokens"] > 10
    times = answer["timings"]
    assert set(times) == {"queue", "first_token", "run", "total"}
    assert 0 <= times["first_token"] <= times["run"] <= times["total"]
    assert times["queue"] + times["run"] <= times["total"] + 0.1


def test_forms_and_base64_give_the_same(http: httpx.Client) -> None:
    wanted = {"category": "Mug"}
    data_url = f"data:image/png;base64,{BASE64}"
    answers = [
        http.post("/v1/predict", json={"image": BASE64, **wanted}),
        http.post("/v1/predict", json={"image": data_url, **wanted}),
        http.post("/v1/predict", files=FORM, data=wanted),
        http.post("/v1/predict", files={"image": (None, BASE64)}, data=wanted),
    ]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({json.dumps(answer.json()["code"]) for answer in answers}) == 1
    free = http.post("/v1/predict", files=FORM, data={"category": "auto"}).json()
    assert free["category"] == http.post("/v1/predict", files=FORM).json()["category"]


def test_the_stream_tells_the_answer_piece_by_piece(http: httpx.Client) -> None:
    answer = http.post("/v1/predict/stream", files=FORM, data={"category": "Mug"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    blocks = [block.split("\n") for block in answer.text.strip().split("\n\n")]
    events = [(name[len("event: ") :], json.loads(data[len("data: ") :])) for name, data in blocks]
    *texts, (last, done) = events
    assert {name for name, _ in texts} == {"text"}
    assert last == "done"
    assert "".join(event["text"] for _, event in texts) == done["raw_text"]
    assert [event["tokens"] for _, event in texts] == list(range(1, done["tokens"] + 1))
    plain = http.post("/v1/predict", files=FORM, data={"category": "Mug"}).json()
    assert done["code"] == plain["code"]
    assert set(done) == set(plain)


@pytest.mark.parametrize("kind", ["glb", "obj", "stl", "urdf", "py"])
def test_a_code_becomes_a_file(http: httpx.Client, kind: str) -> None:
    code = geometry.sample("Box", np.random.default_rng(3))
    answer = http.post("/v1/mesh", json={"code": code, "format": kind, "segments": 24})
    assert answer.status_code == 200, answer.text
    name = answer.headers["content-disposition"].split('"')[1]
    if kind == "urdf":
        assert name == "box_urdf.zip"
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            names = archive.namelist()
            described = archive.read("box.urdf").decode()
        assert len(names) > 1
        assert all(mesh in described for mesh in names if mesh != "box.urdf")
        return
    assert name == f"box.{kind}"
    if kind == "py":
        compile(answer.text, name, "exec")
        return
    shape = trimesh.load(io.BytesIO(answer.content), file_type=kind, force="mesh")
    assert shape.extents == pytest.approx(geometry.mesh(code, 24).extents, rel=1e-3)


def test_categories_and_schemas_are_those_of_the_registry(http: httpx.Client) -> None:
    listed = http.get("/v1/categories").json()["categories"]
    assert [entry["name"] for entry in listed] == list(geometry.categories())
    assert listed[0]["templates"] == list(geometry.templates(listed[0]["name"]))
    code = geometry.sample("Mug", np.random.default_rng(1))
    Draft202012Validator(http.get("/v1/schema/Mug").json()).validate(code)
    tokens = http.get("/v1/schema/Mug", params={"form": "tokens"}).json()
    Draft202012Validator(tokens).validate(stats.encode(code))


def test_the_document_describes_every_path_with_examples(http: httpx.Client) -> None:
    document = http.get("/openapi.json").json()
    paths = {"/inference", "/health", "/v1/predict", "/v1/predict/stream", "/v1/mesh"}
    paths |= {"/v1/categories", "/v1/schema/{category}", "/live", "/ready", "/metrics"}
    assert set(document["paths"]) == paths
    for path in ("/inference", "/v1/predict", "/v1/predict/stream", "/v1/mesh"):
        operation = document["paths"][path]["post"]
        example = operation["requestBody"]["content"]["application/json"]["example"]
        assert http.post(path, json=example).status_code == 200
        assert {"413", "422", "429"} <= set(operation["responses"])
    assert not any(word in http.get("/docs").text for word in ("http://", "https://"))


def test_counters_count(http: httpx.Client) -> None:
    before = measured(http)
    answer = http.post("/v1/predict", files=FORM).json()
    http.post("/v1/predict", files={"image": b"no picture"})
    http.get("/nowhere/1")
    http.get("/nowhere/2")
    after = measured(http)
    grown = {name: after[name] - before.get(name, 0) for name in after}
    assert grown["img2code_requests_total /v1/predict 200"] == 1
    assert grown["img2code_requests_total /v1/predict 422"] == 1
    assert grown["img2code_requests_total other 404"] == 2
    assert grown["img2code_tokens_total"] == answer["tokens"]
    assert grown["img2code_queue_wait_seconds_count"] == 1
    assert grown["img2code_run_seconds_count"] == 1
    assert after["img2code_in_flight"] == after["img2code_waiting"] == 0
    assert not any("nowhere" in name for name in after)


# ------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("body", "code", "sentence"),
    [
        ({"image": "not base64!"}, "invalid_image", "base64"),
        ({"image": ""}, "invalid_image", "empty"),
        ({"image": base64.b64encode(b"words").decode()}, "invalid_image", "not an image"),
        ({"image": "http://127.0.0.1/mug.png"}, "url_not_fetched", "addresses are not opened"),
        ({"image": "file:///etc/passwd"}, "url_not_fetched", "addresses are not opened"),
        ({"image": BASE64, "category": "Mig"}, "unknown_category", "no category 'Mig'"),
        ({"category": "Mug"}, "invalid_request", "image"),
        ({"image": 3}, "invalid_request", "image"),
        ([], "invalid_request", "object"),
    ],
)
def test_what_cannot_be_used_is_said(
    http: httpx.Client, body: Any, code: str, sentence: str
) -> None:
    for path in ("/v1/predict", "/v1/predict/stream"):
        assert sentence in error_of(http.post(path, json=body), code)["message"]


def test_no_address_is_ever_opened(http: httpx.Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/mug.png"
        for answer in (
            http.post("/v1/predict", json={"image": address}),
            http.post("/v1/predict", files={"image": (None, address)}),
            http.post("/inference", json={"image": address}),
        ):
            assert "not opened" in answer.text
        with pytest.raises(TimeoutError):
            listener.accept()


def test_forms_that_are_none_are_refused(http: httpx.Client) -> None:
    for path in ("/v1/predict", "/v1/predict/stream"):
        error_of(http.post(path, data={"image": BASE64}), "unsupported_media_type")
        error_of(http.post(path, content=b"x"), "unsupported_media_type")
        error_of(http.post(path, files={"picture": PICTURE}), "invalid_request")
        error_of(http.post(path, files={"image": PICTURE, "category": b"Mug"}), "invalid_request")
        form = {"Content-Type": "multipart/form-data"}
        error_of(http.post(path, content=b"--x", headers=form), "invalid_request")
        form = {"Content-Type": "multipart/form-data; boundary=x"}
        error_of(http.post(path, content=b"--y\r\n", headers=form), "invalid_request")


@pytest.mark.parametrize("path", ["/v1/predict", "/v1/predict/stream", "/inference", "/v1/mesh"])
def test_too_many_bytes_are_refused_before_they_are_read(http: httpx.Client, path: str) -> None:
    """Neither a declared length nor an endless body without one is read to its end.

    A body that is only somewhat too large is, so that its sender can read the answer.
    """
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 20 * limits.MAX_BODY_BYTES:
            sent += 2**20
            yield bytes(2**20)

    json_type = {"Content-Type": "application/json"}
    with contextlib.suppress(httpx.TransportError):  # the connection may end before it is read
        error_of(http.post(path, content=endless(), headers=json_type), "too_large")
    assert sent < 3 * limits.MAX_BODY_BYTES + 10 * 2**20
    somewhat = bytes(limits.MAX_BODY_BYTES + 2**20)
    error_of(http.post(path, content=somewhat, headers=json_type), "too_large")
    host, port = http.base_url.host, http.base_url.port
    with socket.create_connection((host, port), PATIENCE) as connection:
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        connection.sendall(f"{head}Content-Length: {10**12}\r\n\r\n".encode())
        answer = connection.recv(4096)
    assert answer.startswith(b"HTTP/1.1 413")


def test_too_large_files_and_too_many_pixels_are_refused(http: httpx.Client) -> None:
    large = bytes(limits.MAX_IMAGE_BYTES + 1)
    error_of(http.post("/v1/predict", files={"image": large}), "too_large")
    header = bytearray(PICTURE)
    header[16:24] = (60_000).to_bytes(4, "big") * 2  # what the header says is believed
    header[29:33] = zlib.crc32(header[12:29]).to_bytes(4, "big")
    answer = http.post("/v1/predict", files={"image": bytes(header)})
    assert "pixels" in error_of(answer, "invalid_image")["message"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"format": "exe"}, "invalid_request"),
        ({"segments": 100_000}, "invalid_request"),
        ({"segments": 2}, "invalid_request"),
        ({"code": {"category": "Mug"}}, "invalid_code"),
        ({"code": {"category": "Mugg", "conceptualization": []}}, "invalid_code"),
        ({"code": "Mug"}, "invalid_request"),
    ],
)
def test_codes_that_cannot_be_built_are_refused(
    http: httpx.Client, change: dict[str, Any], code: str
) -> None:
    mug = geometry.sample("Mug", np.random.default_rng(2))
    error_of(http.post("/v1/mesh", json={"code": mug, **change}), code)


def test_a_code_of_too_many_parts_is_refused(http: httpx.Client) -> None:
    mug = geometry.sample("Mug", np.random.default_rng(2))
    mug["conceptualization"] = mug["conceptualization"][:1] * (limits.MAX_CODE_PARTS + 1)
    answer = http.post("/v1/mesh", json={"code": mug})
    assert "65 parts" in error_of(answer, "invalid_code")["message"]


def test_wrong_paths_and_methods_have_the_same_shape(http: httpx.Client) -> None:
    error_of(http.get("/nowhere"), "not_found")
    error_of(http.post("/v1/predict/"), "not_found")
    answer = http.get("/v1/predict")
    error_of(answer, "method_not_allowed")
    assert answer.headers["allow"] == "POST"
    unknown = http.get("/v1/schema/Mugg")
    assert unknown.status_code == 404
    assert unknown.json()["error"]["code"] == "unknown_category"
    error_of(http.get("/v1/schema/Mug", params={"form": "x"}), "invalid_request")


def test_an_answer_that_is_no_code_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        name = "broken"

        def generate(self, picture: Image.Image, category: str | None) -> Iterator[str]:
            yield "I see a mug."
            if category == "Mug":
                raise RuntimeError("out of memory")

    app = create_app(lambda: Reconstructor(Broken()))
    with served(app) as address, httpx.Client(base_url=address, timeout=PATIENCE) as http:
        error = error_of(http.post("/v1/predict", files=FORM), "generation_failed")
        assert error["raw_text"] == "I see a mug."
        answer = http.post("/v1/predict", files=FORM, data={"category": "Mug"})
        assert "out of memory" in error_of(answer, "generation_failed")["message"]
        told = http.post("/v1/predict/stream", files=FORM).text
        assert "event: error" in told
        assert "generation_failed" in told
        legacy = http.post("/inference", json={"image": BASE64})
        assert legacy.json()["success"] is False
        app.state.service.threads = None  # a mistake of ours
        error = error_of(http.post("/v1/predict", files=FORM), "internal_error")
        assert "NoneType" not in json.dumps(error)
    assert "NoneType" in caplog.text


# ------------------------------------------------------------ the queue


def start(http: httpx.Client, category: str, path: str = "/v1/predict") -> Future[httpx.Response]:
    pool = ThreadPoolExecutor(1)
    answer = pool.submit(http.post, path, files=FORM, data={"category": category})
    pool.shutdown(wait=False)
    return answer


def test_a_full_queue_says_when_to_come_back(gated: Gated) -> None:
    app = create_app(lambda: Reconstructor(gated), waiting=2)
    with served(app) as address, httpx.Client(base_url=address, timeout=PATIENCE) as http:
        waiting = [start(http, name) for name in ("Mug", "Box", "Chair")]
        until(lambda: app.state.service.queue.admitted == 3)
        until(lambda: measured(http)["img2code_waiting"] == 2)
        assert measured(http)["img2code_in_flight"] == 1
        for path in ("/v1/predict", "/v1/predict/stream"):
            refused = http.post(path, files=FORM)
            error_of(refused, "busy")
            assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert http.post("/inference", json={"image": BASE64}).status_code == 429
        gated.gate.set()
        answers = [future.result(PATIENCE).json() for future in waiting]
        assert [answer["category"] for answer in answers] == ["Mug", "Box", "Chair"]
        assert answers[2]["timings"]["queue"] > answers[0]["timings"]["queue"]
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
            head = b"POST /v1/predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            connection.sendall(head + b"Content-Length: 100\r\n\r\n{")
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


def test_whoever_waits_is_told_when_it_ends(gated: Gated) -> None:
    app = create_app(lambda: Reconstructor(gated))
    with httpx.Client(timeout=PATIENCE) as http:
        with served(app) as address:
            http.base_url = address
            stream = start(http, "Mug", "/v1/predict/stream")
            until(lambda: gated.begun)
            waiting = start(http, "Box")
            until(lambda: app.state.service.queue.waiting == 1)
            begin = time.monotonic()
        assert time.monotonic() - begin < PATIENCE / 3
        told = stream.result(PATIENCE).text
        assert told.split("event: ")[-1].startswith("error\n")
        assert "stopping" in told
        error_of(waiting.result(PATIENCE), "stopping")
        assert gated.closed == ["Mug"]
        assert gated.begun == ["Mug"]


def test_a_model_that_cannot_be_loaded_ends_the_service() -> None:
    def load() -> Reconstructor:
        raise UserError("There is no checkpoint.")

    app = create_app(load)
    with served(app):
        until(lambda: app.state.service.queue.failure)
    assert str(app.state.service.queue.failure) == "There is no checkpoint."


def test_the_embedded_model_answers() -> None:
    from geometry.picture import draw

    content = io.BytesIO()
    draw(geometry.sample("Mug", np.random.default_rng(4)), size=256).save(content, "PNG")
    app = create_app(lambda: Reconstructor(backends.load("embedded")))
    with served(app) as address, httpx.Client(base_url=address, timeout=2 * PATIENCE) as http:
        answer = http.post("/v1/predict", files={"image": content.getvalue()}).json()
        again = http.post("/v1/predict/stream", files={"image": content.getvalue()}).text
    assert answer["category"] in geometry.categories()
    assert geometry.build(answer["code"]).geometry
    assert json.dumps(answer["token_code"])[:60] in again
