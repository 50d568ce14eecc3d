"""The page as `app.py` serves it, and its tool for MCP clients both ways: names, origins, keys."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from page_server import WAYS, Served, picture, served
from service_requests import PATHS, error_of

from img2code.service.access import (
    HOSTS,
    KEYS,
    ORIGINS,
    SPACE,
    SPACE_FRAME,
    Access,
    access_for,
    with_own_key,
)

KEY = "a-key-of-the-tests-1"
SPACE_NAME = "someone-img2code.hf.space"
ALLOWED = "https://pages.example.org"
PREFIX = "/page"  # of the page in a service
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=WAYS)
def guarded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The page with a key, its tool, a foreign page that may call, as if in a Space."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ((KEYS, KEY), (SPACE, f"{SPACE_NAME},own.example"), (ORIGINS, ALLOWED)):
            patch.setenv(name, value)
        folder = tmp_path_factory.mktemp("guarded")
        with served(request.param, folder, "--mcp", keyless=False) as page:
            yield page


def paths() -> list[tuple[str, str]]:
    """Every kind of path of the page, below its own address."""
    kinds = [(m, p.removeprefix(PREFIX)) for m, p in PATHS if p.startswith(PREFIX)]
    return [*kinds, ("POST", "/gradio_api/mcp/"), ("POST", "/gradio_api/call/predict")]


def ask(page: Served, method: str, path: str, **headers: str) -> httpx.Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return page.client.request(method, page.address + path, headers=given)


@pytest.mark.parametrize(("method", "path"), paths())
def test_other_names_foreign_pages_and_callers_without_a_key(
    guarded: Served, method: str, path: str
) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "hf.space", "other.hf.space"):
        error_of(ask(guarded, method, path, Host=host, X_API_Key=KEY), "host_not_allowed")
    for origin in ("http://evil.example", "null", "http://localhost:1"):
        answer = ask(guarded, method, path, Origin=origin, X_API_Key=KEY)
        error_of(answer, "origin_not_allowed")
        preflight = {"Origin": origin, "Access_Control_Request_Method": method}
        refused = ask(guarded, "OPTIONS", path, **preflight)
        error_of(refused, "origin_not_allowed")
        for response in (answer, refused):
            assert not any(name.startswith("access-control") for name in response.headers)
    for headers in ({}, {"X_API_Key": KEY[:-1]}, {"Authorization": f"Bearer {KEY}x"}):
        answer = ask(guarded, method, path, **headers)
        error_of(answer, "unauthorized")
        assert answer.headers["www-authenticate"].startswith("Basic")


def test_the_page_is_there_under_its_names_and_with_a_key(guarded: Served) -> None:
    password = base64.b64encode(f"anybody:{KEY}".encode()).decode()
    keys = ({"X_API_Key": KEY}, {"Authorization": f"Basic {password}"})
    for key in keys:
        for host in (SPACE_NAME, "own.example", "localhost:7860"):
            answer = ask(guarded, "GET", "/config", Host=host, Origin=f"https://{host}", **key)
            assert answer.status_code == 200
            assert "access-control-allow-credentials" not in answer.headers
    answer = ask(guarded, "GET", "/", X_API_Key=KEY)
    policy = answer.headers["content-security-policy"]
    assert policy.endswith(f"frame-ancestors 'self' {SPACE_FRAME} {ALLOWED}")
    answer = ask(guarded, "GET", "/config", Origin=ALLOWED, X_API_Key=KEY)
    assert answer.headers["access-control-allow-origin"] == ALLOWED
    assert "access-control-allow-credentials" not in answer.headers


def test_a_tool_call_needs_the_key_and_then_reaches_the_model(guarded: Served) -> None:
    """The server calls itself for it, past its own keys."""
    uri = f"data:image/png;base64,{base64.b64encode(picture()).decode()}"
    call = {"name": "predict", "arguments": {"picture": uri, "category": "Mug"}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    headers = {"accept": "application/json, text/event-stream"}
    address = f"{guarded.address}/gradio_api/mcp/"
    answer = guarded.client.post(address, json=body, headers={**headers, "X-API-Key": KEY})
    assert answer.status_code == 200
    assert "conceptualization" in answer.text
    assert KEY not in answer.text


def test_the_rules_of_a_page_follow_from_the_environment() -> None:
    environment: dict[str, Any] = {HOSTS: "a.example, *.b.example", ORIGINS: ALLOWED}
    rules = access_for("127.0.0.1", environment)
    assert rules.host_allowed("a.example:80")
    assert rules.host_allowed("c.b.example")
    assert not rules.host_allowed(SPACE_NAME)
    assert rules.origins == {ALLOWED}
    assert rules.proxies == ()
    space = access_for("0.0.0.0", {SPACE: SPACE_NAME})
    assert space.host_allowed(SPACE_NAME)
    assert not space.host_allowed("other.hf.space")
    assert space.origins == {SPACE_FRAME}
    assert "10.0.0.0/8" in space.proxies
    assert access_for("0.0.0.0", {SPACE: ""}) == access_for("0.0.0.0", {})


def test_nobody_has_the_key_of_a_server_itself() -> None:
    assert not Access().is_own("")
    access, key = with_own_key(Access())
    assert access.is_own(key)
    assert not access.is_own("")
    assert access.key_number(key) is None
