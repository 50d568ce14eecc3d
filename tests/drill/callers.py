"""Requests to other names (DNS rebinding) and of other pages, to every kind of path."""

from __future__ import annotations

import httpx
from served import Row, Server

PATHS = (
    ("GET", "/"),
    ("GET", "/live"),
    ("GET", "/metrics"),
    ("GET", "/openapi.json"),
    ("GET", "/v1/categories"),
    ("GET", "/v1/schema/Mug"),
    ("POST", "/v1/predict"),
    ("POST", "/v1/predict/stream"),
    ("POST", "/v1/mesh"),
    ("POST", "/inference"),
    ("GET", "/page/"),
    ("GET", "/page/config"),
    ("GET", "/page/gradio_api/info"),
    ("GET", "/page/gradio_api/heartbeat/a"),
    ("GET", "/page/gradio_api/queue/data?session_hash=a"),
    ("POST", "/page/gradio_api/queue/join"),
    ("POST", "/page/gradio_api/upload"),
    ("POST", "/page/gradio_api/run/generate"),
    ("POST", "/page/gradio_api/call/generate"),
    ("GET", "/page/gradio_api/file=/etc/passwd"),
)
HOSTS = ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "0.0.0.0", "192.0.2.1")
ORIGINS = (
    "http://evil.example",
    "https://localhost.evil.example",
    "http://localhost:3000",
    "http://127.0.0.1",
    "null",
    "file://",
)


def drill(server: Server, quick: bool) -> list[Row]:
    names = Row("requests to a name that is not the service's (DNS rebinding), every kind of path")
    pages = Row("requests and preflights of foreign pages, every kind of path: no leave to read")
    embedded = Row("what foreign pages embed (`Sec-Fetch-Site`), every kind of path")
    with httpx.Client(base_url=server.address, timeout=60) as http:
        for method, path in PATHS:
            for host in HOSTS:
                _refused(names, http.request(method, path, headers={"Host": host}), 421)
            for origin in ORIGINS:
                headers = {"Origin": origin}
                _refused(pages, http.request(method, path, headers=headers), 403)
                asked = {**headers, "Access-Control-Request-Method": method}
                _refused(pages, http.options(path, headers=asked), 403)
            for site in ("cross-site", "same-site"):
                headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
                _refused(embedded, http.request(method, path, headers=headers), 403)
    return [names, pages, embedded]


def _refused(row: Row, answer: httpx.Response, status: int) -> None:
    leave = [name for name in answer.headers if name.startswith("access-control")]
    where = f"{answer.request.method} {answer.request.url.path}"
    row.count(answer.status_code == status and not leave, f"{where} {answer.status_code} {leave}")
