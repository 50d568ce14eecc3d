"""Who may talk to the service: host names, origins, keys, rates, quotas, headers, proxies."""

from __future__ import annotations

import asyncio
import base64
import itertools
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from service_backends import PATIENCE, served, until
from service_requests import BASE64, FORM, error_of

from img2code import limits
from img2code.backends.fake import Fake
from img2code.errors import UserError
from img2code.reconstruct import Reconstructor
from img2code.service.access import KEYS, Access, access_for, host_name, is_loopback
from img2code.service.app import create_app
from img2code.service.buckets import Buckets
from img2code.service.errors import ServiceError
from img2code.service.guard import Admission

KEY, OTHER = "a-key-of-the-tests-1", "a-key-of-the-tests-2"
ALLOWED = "https://pages.example.org"
FOREIGN = ("http://evil.example", "https://localhost.evil.example", "null", "http://localhost:1")
#: Every kind of path: ours, that of nothing, and of the page its files, its queue and its uploads.
PATHS = [
    ("GET", "/v1/categories"),
    ("GET", "/live"),
    ("GET", "/nowhere"),
    ("POST", "/v1/predict"),
    ("POST", "/v1/mesh"),
    ("POST", "/inference"),
    ("GET", "/page/"),
    ("GET", "/page/config"),
    ("POST", "/page/gradio_api/queue/join"),
    ("GET", "/page/gradio_api/queue/data?session_hash=a"),
    ("POST", "/page/gradio_api/upload"),
    ("GET", "/page/gradio_api/heartbeat/a"),
    ("POST", "/page/gradio_api/run/generate"),
]


def made(access: Access, page: bool = False) -> FastAPI:
    """A service; made inside an event loop, since Gradio would make one and never close it."""

    async def make() -> FastAPI:
        return create_app(lambda: Reconstructor(Fake()), page, access=access)

    return asyncio.run(make())


def serving(page: bool = False, **rules: Any) -> Any:
    """A context that gives the address of a service with these rules."""
    return served(made(Access(**rules), page))


@pytest.fixture(scope="module")
def whole() -> Iterator[httpx.Client]:
    """The service with its page, which one foreign origin may call."""
    with (
        serving(True, origins=frozenset({ALLOWED}), rate=0) as address,
        httpx.Client(base_url=address, timeout=PATIENCE) as http,
    ):
        until(lambda: http.get("/ready").is_success)
        yield http


# ------------------------------------------------------------ whom a request is addressed to


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_other_names_than_ours_are_not_answered(
    whole: httpx.Client, method: str, path: str
) -> None:
    """DNS rebinding: a foreign name that points here."""
    for host in ("evil.example", f"evil.example:{whole.base_url.port}", "127.0.0.1.evil.example"):
        answer = whole.request(method, path, headers={"Host": host})
        error_of(answer, "host_not_allowed")
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.:80", "127.0.0.1", "127.8.9.1", "[::1]:8000"]
)
def test_names_of_this_machine_are_answered(whole: httpx.Client, host: str) -> None:
    assert whole.get("/live", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Example.ORG.:80", "example.org"),
        ("[::1]", "::1"),
        ("a b", None),
        ("", None),
        ("a:b", None),
        ("user@host", None),
        ("::1", None),
    ],
)
def test_the_name_in_a_host_header(header: str, name: str | None) -> None:
    assert host_name(header) == name


def test_what_a_server_answers_to_follows_from_where_it_is_bound() -> None:
    local = access_for("127.0.0.1", {}, hosts=["models.example.org", "*.lab.example.org"])
    assert local.host_allowed("models.example.org:443")
    assert local.host_allowed("a.b.lab.example.org")
    assert not local.host_allowed("lab.example.org")
    assert not local.host_allowed("192.0.2.1")
    assert not local.host_allowed("0.0.0.0:8000")
    everywhere = access_for("0.0.0.0", {})
    assert everywhere.host_allowed("192.0.2.1:8000")
    assert everywhere.host_allowed("[2001:db8::1]:8000")
    assert everywhere.host_allowed("localhost")
    assert not everywhere.host_allowed("evil.example")
    assert access_for("box.example.org", {}).host_allowed("box.example.org:8000")
    assert access_for("0.0.0.0", {}, hosts=["*"]).host_allowed("anything")
    assert [is_loopback(h) for h in ("::1", "127.0.0.2", "localhost", "0.0.0.0", "::", "a")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


# ------------------------------------------------------------ which page a request comes from


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_foreign_pages_may_not_call(whole: httpx.Client, method: str, path: str) -> None:
    for origin in FOREIGN:
        answer = whole.request(method, path, headers={"Origin": origin})
        error_of(answer, "origin_not_allowed")
        assert not any(name.startswith("access-control") for name in answer.headers)
        asked = {"Origin": origin, "Access-Control-Request-Method": method}
        error_of(whole.options(path, headers=asked), "origin_not_allowed")
    for site in ("cross-site", "same-site"):
        embedded = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
        error_of(whole.request(method, path, headers=embedded), "origin_not_allowed")


def test_a_foreign_form_is_not_answered(whole: httpx.Client) -> None:
    """A form needs no permission of the browser to be sent, so the service has to look."""
    headers = {"Origin": "http://evil.example", "Sec-Fetch-Mode": "navigate"}
    error_of(whole.post("/v1/predict", files=FORM, headers=headers), "origin_not_allowed")


def test_our_own_page_links_and_programs_may(whole: httpx.Client) -> None:
    own = str(whole.base_url).rstrip("/")
    assert whole.post("/v1/predict", files=FORM, headers={"Origin": own}).status_code == 200
    assert whole.post("/v1/predict", files=FORM).status_code == 200
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert whole.get("/page/", headers=link).status_code == 200
    for path in ("/page/config", "/page/"):
        answer = whole.get(path, headers={"Origin": own})
        assert answer.status_code == 200
        assert "access-control-allow-credentials" not in answer.headers


def test_an_allowed_page_may_call_without_credentials(whole: httpx.Client) -> None:
    answer = whole.post("/v1/predict", files=FORM, headers={"Origin": ALLOWED})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == ALLOWED
    assert "access-control-allow-credentials" not in answer.headers
    asked = {
        "Origin": ALLOWED,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    answer = whole.options("/v1/predict", headers=asked)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == ALLOWED


@pytest.mark.parametrize("origin", ["example.org", "https://", "https://a.org/x", "*", "null"])
def test_what_is_no_origin_is_refused(origin: str) -> None:
    with pytest.raises(UserError, match="not an origin"):
        access_for("127.0.0.1", {}, origins=[origin])


def test_browsers_are_told_what_they_may_do(whole: httpx.Client) -> None:
    for path in ("/live", "/nowhere", "/v1/categories", "/page/", "/page/config"):
        headers = whole.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "server" not in headers
    assert "frame-ancestors 'none'" in whole.get("/live").headers["content-security-policy"]
    page = whole.get("/page/").headers["content-security-policy"]
    assert page.endswith(f"frame-ancestors 'self' {ALLOWED}")
    assert "http:" not in page
    file = whole.get("/page/gradio_api/file=/x").headers["content-security-policy"]
    assert "sandbox" in file


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
