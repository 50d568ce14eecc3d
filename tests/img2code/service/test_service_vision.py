"""The service's own paths of understanding and creation."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

import httpx
import numpy as np
import pytest
from PIL import Image
from service_backends import served, until
from service_requests import error_of, measured

import geometry
from img2code.backends import load
from img2code.reconstruct import Reconstructor
from img2code.service.app import create_app


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    app = create_app(lambda: Reconstructor(load("embedded")))
    with served(app) as address, httpx.Client(base_url=address, timeout=120) as client:
        until(lambda: client.get("/ready").is_success)
        yield client


@pytest.fixture(scope="module")
def painting(http: httpx.Client) -> dict:
    answer = http.post("/v1/paint", json={"text": "a green mug with a handle", "size": 384})
    (found,) = answer.json()["paintings"]
    return found


@pytest.fixture(scope="module")
def large(painting: dict) -> str:
    """The painting on a canvas of more pixels than are looked at, in base64."""
    picture = Image.open(io.BytesIO(base64.b64decode(painting["image"])))
    file = io.BytesIO()
    picture.resize((2000, 2000)).crop((0, 200, 2000, 1800)).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def test_a_painting_comes_with_its_code(painting: dict) -> None:
    assert painting["code"]["category"] == "Mug"
    assert painting["notes"] == []
    geometry.mesh(painting["code"])


def test_segments_are_in_pixels_of_the_picture_that_was_sent(
    http: httpx.Client, large: str
) -> None:
    body = {"image": large, "points": [[1000, 800]], "rle": True}
    answer = http.post("/v1/segment", json=body).json()
    assert (answer["width"], answer["height"]) == (2000, 1600)
    assert len(answer["segments"]) == 3
    for segment in answer["segments"]:
        mask = np.asarray(Image.open(io.BytesIO(base64.b64decode(segment["mask"]))))
        assert mask.shape == (1600, 2000)
        assert mask[800, 1000]
        assert segment["rle"]["size"] != [0, 0]
        outer = np.array(segment["polygons"][0]["outer"])
        assert outer[:, 0].max() > 1024
        assert 0 <= segment["iou"] <= 1


def test_concepts_sum_to_one_and_name_the_best(http: httpx.Client, painting: dict) -> None:
    texts = ["a green mug", "a red mug", "an aeroplane"]
    answer = http.post("/v1/concepts", json={"image": painting["image"], "texts": texts}).json()
    assert answer["best"] == "a green mug"
    assert sum(answer["scores"]) == pytest.approx(1)
    assert answer["scores"][0] > answer["scores"][1] > answer["scores"][2]


def test_a_caption_says_what_is_there(http: httpx.Client, painting: dict) -> None:
    answer = http.post("/v1/caption", json={"image": painting["image"]}).json()
    assert "green mug" in answer["caption"]
    assert answer["regions"]
    for region in answer["regions"]:
        left, top, right, bottom = region["box"]
        assert 0 <= left < right <= 384
        assert 0 <= top < bottom <= 384


def test_a_layout_keeps_its_place(http: httpx.Client, painting: dict) -> None:
    body = {"text": "a red mug", "layout": painting["image"], "size": 384}
    (again,) = http.post("/v1/paint", json=body).json()["paintings"]
    before, after = (
        np.asarray(Image.open(io.BytesIO(base64.b64decode(each["image"]))), int)
        for each in (painting, again)
    )
    green = (before[..., 1] - before[..., 0]) > 40
    red = (after[..., 0] - after[..., 1]) > 40
    assert (green & red).sum() > 0.7 * (green | red).sum()


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/v1/segment", {}, "invalid_request"),
        ("/v1/segment", {"image": "%%"}, "invalid_image"),
        ("/v1/concepts", {"image": "aGk=", "texts": []}, "invalid_request"),
        ("/v1/concepts", {"image": "aGk=", "texts": ["a"]}, "invalid_image"),
        ("/v1/caption", {"image": "https://a/b"}, "url_not_fetched"),
        ("/v1/paint", {"text": " "}, "invalid_request"),
        ("/v1/paint", {"text": "a mug", "size": 8}, "invalid_request"),
    ],
)
def test_faulty_requests(http: httpx.Client, path: str, body: dict, code: str) -> None:
    error_of(http.post(path, json=body), code)


def test_a_point_outside_is_refused_and_counted(http: httpx.Client, painting: dict) -> None:
    body = {"image": painting["image"], "points": [[384, 3]]}
    error = error_of(http.post("/v1/segment", json=body), "invalid_request")
    assert "384 × 384" in error["message"]
    assert measured(http)["img2code_requests_total /v1/segment 422"] >= 1
    assert measured(http)["img2code_failures_total invalid_request"] >= 1


@pytest.mark.parametrize(
    "path",
    [
        *("/v1/segment", "/v1/concepts", "/v1/caption", "/v1/paint"),
        *("/api/generate", "/api/analyze", "/api/adv/generate"),
    ],
)
def test_the_document_s_examples_are_answered(http: httpx.Client, path: str) -> None:
    operation = http.get("/openapi.json").json()["paths"][path]["post"]
    example = operation["requestBody"]["content"]["application/json"]["example"]
    answer = http.post(path, json=example)
    assert answer.status_code == 200, answer.text
