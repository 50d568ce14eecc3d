"""Who may talk to the service: the names it answers to, the pages that may call, headers."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import httpx
import pytest
from service_backends import PATIENCE, serving, until
from service_requests import FORM, PATHS, error_of

from geometry.errors import UserError
from img2code.backends.fake import Fake
from img2code.cli.main import main
from img2code.reconstruct import Reconstructor
from img2code.service import server
from img2code.service.access import KEYS, access_for, host_name, is_loopback

KEY = "a-key-of-the-tests-1"
ALLOWED = "https://pages.example.org"
FOREIGN = ("http://evil.example", "https://localhost.evil.example", "null", "http://localhost:1")


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


# ------------------------------------------------------------ how it is started


@pytest.mark.parametrize(
    ("host", "environment", "warned"),
    [
        ("127.0.0.1", {}, False),
        ("localhost", {}, False),
        ("0.0.0.0", {}, True),
        ("192.0.2.1", {}, True),
        ("0.0.0.0", {KEYS: KEY}, False),
    ],
)
def test_who_serves_everybody_is_warned(
    host: str,
    environment: dict[str, str],
    warned: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nothing is served here: the socket is another one, and the server ends before it begins."""
    monkeypatch.setattr(server.Server, "run", lambda *_, **__: None)
    monkeypatch.setattr(server.signal, "signal", lambda *_: None)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setattr(server, "_listen", lambda *_: listener)
        access = access_for(host, environment)
        server.serve(lambda: Reconstructor(Fake()), host, 0, access=access)
    assert ("warning" in capsys.readouterr().err) is warned


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        (["--allow-origin", "example.org"], {}, "'example.org' is not an origin"),
        (["--trusted-proxy", "proxy"], {}, "'proxy' is neither an address nor a network"),
        ([], {KEYS: "short"}, "a key has 5 characters"),
    ],
)
def test_wrong_rules_are_a_sentence(
    arguments: list[str],
    environment: dict[str, str],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert main(["serve", "--backend", "fake", "--port", "0", *arguments]) == 1
    assert sentence in capsys.readouterr().err
