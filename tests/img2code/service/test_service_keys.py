"""Keys of the service, and how much each client may ask for: rates, quotas, forwarded addresses."""

from __future__ import annotations

import base64
import itertools
from typing import Any

import httpx
import pytest
from service_backends import PATIENCE, made, served, serving, until
from service_requests import BASE64, FORM, PATHS, error_of

from geometry.errors import UserError
from img2code import limits
from img2code.service.access import KEYS, Access, access_for
from img2code.service.buckets import Buckets
from img2code.service.errors import ServiceError
from img2code.service.guard import Admission

KEY, OTHER = "a-key-of-the-tests-1", "a-key-of-the-tests-2"


# ------------------------------------------------------------ keys


def test_keys_guard_everything_but_the_signs_of_life() -> None:
    access = access_for("127.0.0.1", {KEYS: f" {KEY}, {OTHER},"}, rate=0)
    with (
        served(made(access, page=True)) as address,
        httpx.Client(base_url=address, timeout=PATIENCE) as http,
    ):
        until(lambda: http.get("/ready").is_success)
        assert http.get("/live").is_success
        assert http.get("/health").is_success
        for method, path in [*PATHS, ("GET", "/metrics"), ("GET", "/openapi.json"), ("GET", "/")]:
            if path == "/live":
                continue
            for headers in ({}, {"X-API-Key": KEY[:-1]}, {"Authorization": f"Bearer {KEY}x"}):
                answer = http.request(method, path, headers=headers)
                error_of(answer, "unauthorized")
                page = path == "/" or path.startswith("/page")
                kind = answer.headers["www-authenticate"].split()[0]
                assert kind == ("Basic" if page else "Bearer")
                assert KEY not in answer.text
        password = base64.b64encode(f"anybody:{OTHER}".encode()).decode()
        for headers in (
            {"X-API-Key": KEY},
            {"Authorization": f"Bearer {OTHER}"},
            {"Authorization": f"Basic {password}"},
        ):
            assert http.get("/v1/categories", headers=headers).status_code == 200
            assert http.get("/page/", headers=headers).status_code == 200
            assert http.post("/v1/predict", files=FORM, headers=headers).status_code == 200
        for broken in ("Basic ?", "Basic", "Bearer", "Basic //8=", "Bearer \xff"):
            answer = http.get("/v1/categories", headers={"Authorization": broken.encode("latin1")})
            error_of(answer, "unauthorized")


def test_keys_that_protect_nothing_are_refused() -> None:
    assert access_for("127.0.0.1", {}).keys == access_for("127.0.0.1", {KEYS: ""}).keys == ()
    with pytest.raises(UserError, match="holds no key"):
        access_for("127.0.0.1", {KEYS: " , "})
    with pytest.raises(UserError, match="5 characters") as refused:
        access_for("127.0.0.1", {KEYS: f"{KEY},short"})
    assert "short" not in str(refused.value)
    assert KEY.encode() not in b"".join(access_for("127.0.0.1", {KEYS: KEY}).keys)


# ------------------------------------------------------------ how much


def test_a_bucket_fills_again_and_the_table_is_bounded() -> None:
    now = itertools.count(0.0, 1.0)  # a second passes with every look
    bucket = Buckets(rate=0.5, burst=2, most=3, clock=lambda: next(now))
    assert [bucket.take("a", 1) for _ in range(6)] == [0, 0, 0, pytest.approx(1.0), 0, 1.0]
    assert bucket.take("b", 9) == 0  # more than it holds: all of it
    assert bucket.take("b", 2) == pytest.approx(3.0)
    for number in range(100):
        bucket.take(str(number), 1)
    assert len(bucket) == 3


def test_who_asks_too_often_is_told_when_to_come_back() -> None:
    with (
        serving(rate=5, proxies=("127.0.0.1/32",)) as address,
        httpx.Client(base_url=address, timeout=PATIENCE) as http,
    ):
        until(lambda: http.get("/ready").is_success)
        first, second = {"X-Forwarded-For": "192.0.2.1"}, {"X-Forwarded-For": "192.0.2.2"}
        assert http.post("/v1/predict", files=FORM, headers=first).status_code == 200
        refused = http.post("/v1/predict", files=FORM, headers=first)
        error_of(refused, "too_many_requests")
        assert 1 <= int(refused.headers["retry-after"]) <= 12  # twelve for one of five a minute
        assert http.post("/v1/predict", files=FORM, headers=second).status_code == 200
        chained = {"X-Forwarded-For": "192.0.2.9, 192.0.2.1"}  # the first one is made up
        error_of(http.post("/v1/predict", files=FORM, headers=chained), "too_many_requests")
        assert http.get("/live", headers=first).is_success


def test_whom_nobody_trusts_cannot_say_who_it_is() -> None:
    """Without --trusted-proxy a forwarded address changes nothing, not even from loopback."""
    with (
        serving(rate=5) as address,
        httpx.Client(base_url=address, timeout=PATIENCE) as http,
    ):
        until(lambda: http.get("/ready").is_success)
        answers = [
            http.post("/v1/predict", files=FORM, headers={"X-Forwarded-For": f"192.0.2.{number}"})
            for number in range(2)
        ]
        assert [answer.status_code for answer in answers] == [200, 429]


def test_bytes_under_way_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CLIENT_BODY_BYTES", 1000)
    with (
        serving(rate=0) as address,
        httpx.Client(base_url=address, timeout=PATIENCE) as http,
    ):
        large = {"image": BASE64 + " " * 2000}
        for _ in range(2):
            error_of(http.post("/v1/predict", json=large), "too_many_requests")
            assert http.post("/v1/predict", json={"image": BASE64}).status_code == 200


def test_what_is_handed_in_to_the_page_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Per client and in all, declared or not; the rest of the service goes on."""
    monkeypatch.setattr(limits, "CLIENT_FILE_BYTES", 3000)
    monkeypatch.setattr(limits, "ALL_FILE_BYTES", 5000)
    monkeypatch.setattr(limits, "MAX_UPLOAD_BYTES", 2500)

    async def nothing(*_: Any) -> None:
        raise AssertionError("it is never called")

    admission = Admission(nothing, Access(rate=0))

    def hand_in(who: str, **headers: str) -> bool:
        pairs = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
        scope = {"type": "http", "method": "POST", "path": "/page/x", "headers": pairs}
        try:
            admission._charge(scope, who)
        except ServiceError as refusal:
            return refusal.code != "too_many_requests"
        return True

    assert [hand_in("a", content_length="2000") for _ in range(2)] == [True, False]
    assert [hand_in("b", transfer_encoding="chunked") for _ in range(2)] == [True, False]
    assert [hand_in("c", content_length="900") for _ in range(2)] == [False, False]
    assert hand_in("c")


def test_bytes_are_given_back_with_the_answer() -> None:
    app = made(Access(rate=0))
    with served(app) as address, httpx.Client(base_url=address, timeout=PATIENCE) as http:
        for _ in range(3):
            http.post("/v1/predict", files=FORM)
            http.post("/v1/mesh", content=b"x" * 10_000)
        layer = app.middleware_stack
        while not isinstance(layer, Admission):
            layer = layer.app  # type: ignore[union-attr]
        until(lambda: not layer._held)
