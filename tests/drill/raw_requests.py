"""Requests that no well-behaved client sends, byte by byte: each is refused as it should be."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
from collections.abc import Iterator, Sequence
from typing import Any

from served import PICTURE, Row, Server, received

JSON = "Content-Type: application/json"
FORM = "Content-Type: multipart/form-data; boundary=XX"
BASE64 = base64.b64encode(PICTURE).decode()
PREDICT, MESH, INFERENCE = "/v1/predict", "/v1/mesh", "/inference"
BODY = {"template": "Cylindrical_Body", "parameters": {"outer_size": [1, 1, 1]}}
MEGABYTE = 2**20

Case = tuple[str, Sequence[bytes], tuple[int, ...]]


def drill(server: Server, quick: bool) -> list[Row]:
    rows = []
    for what, cases in (
        ("bodies that are no picture and no code", _bodies()),
        ("forms that are none", _forms()),
        ("HTTP that is none, or more than is read", _heads()),
    ):
        row = Row(f"{what}: refused with the right status")
        for name, pieces, wanted in cases:
            status = _status(server, pieces)
            row.count(status in wanted, f"{name}: {status}")
        rows.append(row)
    alive = Row("the service afterwards: `/live` and a prediction are answered")
    alive.count(server.alive(), "/live fails")
    alive.count(server.predict() == 200, "no prediction")
    return [*rows, alive]


def _status(server: Server, pieces: Sequence[bytes]) -> int:
    """Of the answer; 0 where there is none."""
    with server.connect() as connection:
        with contextlib.suppress(OSError):  # refused while it is sent
            for piece in pieces:
                connection.sendall(piece)
        first = received(connection).split(b"\r\n")[0].split()
    return int(first[1]) if len(first) > 1 and first[1].isdigit() else 0


def _request(
    path: str, body: bytes = b"", *headers: str, method: str = "POST", version: str = "1.1"
) -> bytes:
    lines = [f"{method} {path} HTTP/{version}", "Host: localhost", "Connection: close", *headers]
    counted = ("content-length", "transfer-encoding")
    if not any(line.lower().startswith(counted) for line in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin1") + body


def _bodies() -> Iterator[Case]:
    def picture(name: str, image: Any, *wanted: int, **more: Any) -> Case:
        body = json.dumps({"image": image, **more}).encode()
        return name, [_request(PREDICT, body, JSON)], wanted

    yield picture("a picture", BASE64, 200)
    yield picture("not base64", "@@@@", 422)
    yield picture("nothing", "", 422)
    yield picture("an address", "http://127.0.0.1:1/x", 422)
    yield picture("a file's address", "file:///etc/passwd", 422)
    yield picture("a path", "/etc/passwd", 422)
    yield picture("a list", [1], 422)
    yield picture("null", None, 422)
    yield picture("a data URL in another", "data:image/png;base64,data:image/png;base64,AA", 422)
    yield picture("a list as category", BASE64, 422, category=["Mug"])
    yield picture("a megabyte as category", BASE64, 422, category="M" * MEGABYTE)
    yield picture("a header as category", BASE64, 422, category="Mug\r\nX: y")
    for name, body in (
        ("nested lists", b"[" * MEGABYTE),
        ("nested objects", b'{"a":' * 200_000),
        ("a million digits", b'{"image":' + b"9" * 10**6 + b"}"),
        ("the same name twice", b'{"image":"a","image":"b"}'),
        ("not UTF-8", b'{"image":"\xff\xfe"}'),
        ("UTF-16", json.dumps({"image": BASE64}).encode("utf-16")),
        ("a hundred thousand names", json.dumps({f"k{n}": 1 for n in range(10**5)}).encode()),
    ):
        for path in (PREDICT, MESH, INFERENCE):
            told = (200,) if path == INFERENCE else ()  # its failures are answers
            yield f"{name}, {path}", [_request(path, body, JSON)], (413, 422, *told)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml", ""):
        header = [f"Content-Type: {kind}"] if kind else []
        body = json.dumps({"image": BASE64}).encode()
        yield f"JSON as {kind}", [_request(PREDICT, body, *header)], (415,)
    for change in (
        {"category": ["Mug"]},
        {"category": "\ud800"},
        {"category": None},
        {"conceptualization": [{"template": [], "parameters": {}}]},
        {"conceptualization": [{"template": {}, "parameters": {}}]},
        {"conceptualization": {}},
        {"pose": {"global_rotation": [10**400, 0, 0]}},
        {"conceptualization": [{**BODY, "parameters": {"outer_size": [10**400, 1, 1]}}]},
        {"conceptualization": [{**BODY, "parameters": {"outer_size": [float("nan"), 1, 1]}}]},
        {"conceptualization": [BODY] * 65},
    ):
        code = {"category": "Mug", "conceptualization": [BODY], **change}
        yield f"code {change}"[:60], [_mesh(code)], (422,)
    yield "segments", [_mesh({}, segments=10**9)], (422,)
    yield "format", [_mesh({}, format="../x")], (422,)
    digits = b'{"code":{"category":"Mug","conceptualization":[' + b"9" * 5000 + b"]}}"
    yield "5,000 digits", [_request(MESH, digits, JSON)], (422,)


def _mesh(code: Any, **more: Any) -> bytes:
    return _request(MESH, json.dumps({"code": code, **more}).encode(), JSON)


def _forms() -> Iterator[Case]:
    disposition = "Content-Disposition: form-data; name="
    image = f'{disposition}"image"; filename="a.jpg"'

    def form(name: str, parts: Sequence[tuple[str, bytes]], *wanted: int) -> Case:
        pieces = [f"--XX\r\n{head}\r\n\r\n".encode("latin1") + body for head, body in parts]
        return name, [_request(PREDICT, b"\r\n".join([*pieces, b"--XX--\r\n"]), FORM)], wanted

    yield form("a form", [(image, PICTURE)], 200)
    yield form("two files", [(image, PICTURE)] * 2, 422)
    yield form("100,000 parts", [(f'{disposition}"a"', b"x")] * 100_000, 422)
    yield form("a name of 2 MB", [(f'{disposition}"image"; filename="{"a" * 2**21}"', b"")], 422)
    yield form("another name", [(f'{disposition}"image[]"; filename="../../x"', PICTURE)], 422)
    yield form("no name", [("Content-Disposition: form-data", PICTURE)], 422)
    yield form("nothing", [], 422)
    yield "no boundary", [_request(PREDICT, b"x", "Content-Type: multipart/form-data")], (422,)
    yield "cut off", [_request(PREDICT, f"--XX\r\n{image}\r\n".encode(), FORM)], (422,)
    foreign = _request(PREDICT, b"--XX--\r\n", FORM, "Origin: http://evil.example")
    yield "of a foreign page", [foreign], (403,)


def _heads() -> Iterator[Case]:
    def get(name: str, path: str, *wanted: int, headers: Sequence[str] = (), **how: str) -> Case:
        return name, [_request(path, b"", *headers, **{"method": "GET", **how})], wanted

    yield get("alive", "/live", 200)
    for path in ("..%2f..%2fetc%2fpasswd", "../../etc/passwd", "%00", "%ff%fe", "%2e%2e"):
        yield get(f"schema {path}", f"/v1/schema/{path}", 404)
    yield get("a long query", f"/v1/schema/Mug?form={'x' * 9000}", 422)
    yield get("another address", "http://169.254.169.254/latest", 400, 404)
    yield get("two slashes", "//evil.example/%2e%2e", 404)
    # h11 bounds what has come without an end, so a head that comes at once may be somewhat larger.
    yield get("a path of 70 kB", "/" + "a" * 70_000, 400, 404)
    yield get("a header of 1 MB", "/live", 400, headers=["X: " + "a" * MEGABYTE])
    yield get("10,000 headers", "/live", 200, 400, headers=[f"X{n}: a" for n in range(10_000)])
    yield get("HTTP/9.9", "/live", 200, 400, version="9.9")  # h11 reads it as HTTP/1.1
    for method in ("TRACE", "CONNECT", "PUT", "A" * 200):
        yield get(method[:9], "/live", 405, method=method)
    yield "HTTP/0.9", [b"GET /live\r\n\r\n"], (400,)
    yield "TLS", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500)], (400,)
    yield "no host", [b"GET /live HTTP/1.1\r\nConnection: close\r\n\r\n"], (400,)
    yield "no host, HTTP/1.0", [b"GET /live HTTP/1.0\r\n\r\n"], (421,)
    yield "two hosts", [_request("/live", b"", "Host: evil.example", method="GET")], (400,)
    hidden = b"0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
    both = ["Content-Length: 4", "Transfer-Encoding: chunked", JSON]
    yield "two lengths by two headers", [_request(PREDICT, hidden, *both)], (400, 422)
    for lengths in (("3", "30"), ("-1",), ("1e3",), ("9" * 30,)):
        lines = [f"Content-Length: {length}" for length in lengths]
        yield f"lengths {lengths}", [_request(PREDICT, b"abc", *lines, JSON)], (400, 413)
    yield "10 GB", [_request(PREDICT, b"", f"Content-Length: {10**10}", JSON)], (413,)
    for name, value, wanted in (
        ("no size", b"zz\r\nabc\r\n", (400,)),
        ("a long extension", b"1;" + b"a" * MEGABYTE + b"\r\n{\r\n0\r\n\r\n", (400,)),
    ):
        chunked = _request(PREDICT, value, "Transfer-Encoding: chunked", JSON)
        yield f"chunks: {name}", [chunked], wanted
    coded = _request(PREDICT, b"0\r\n\r\n", "Transfer-Encoding: gzip, chunked", JSON)
    yield "gzip, chunked", [coded], (400, 501)
    packed = gzip.compress(json.dumps({"image": BASE64}).encode())
    yield "packed", [_request(PREDICT, packed, "Content-Encoding: gzip", JSON)], (415, 422)
    head = _request(PREDICT, b"", "Transfer-Encoding: chunked", JSON)
    chunk = b"100000\r\n" + bytes(MEGABYTE) + b"\r\n"
    yield "100 MB without a length", [head, *[chunk] * 100], (413,)
    upgrade = ["Upgrade: websocket", "Sec-WebSocket-Key: AAAA", "Sec-WebSocket-Version: 13"]
    yield get("a web socket", "/page/queue/join", 404, headers=upgrade)
