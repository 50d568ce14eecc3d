"""What the HTTP service refuses, over real connections: each error has its code and sentence."""

from __future__ import annotations

import base64
import contextlib
import json
import socket
import zlib
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image
from service_backends import PATIENCE, answering, served
from service_requests import BASE64, FORM, PICTURE, error_of

import geometry
from img2code import limits
from img2code.reconstruct import Reconstructor
from img2code.service.app import create_app


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with answering() as client:
        yield client


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
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
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
