"""What the tests of the service send, and how they read its errors and its metrics."""

from __future__ import annotations

import base64
import io
from typing import Any

import httpx
from PIL import Image
from prometheus_client.parser import text_string_to_metric_families

from img2code.service.errors import STATUSES


def png(size: tuple[int, int] = (40, 32), colour: tuple[int, int, int] = (200, 30, 30)) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, colour).save(content, "PNG")
    return content.getvalue()


PICTURE = png()
BASE64 = base64.b64encode(PICTURE).decode()
FORM = {"image": ("mug.png", PICTURE, "image/png")}
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
