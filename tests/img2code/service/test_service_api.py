"""The paths of /api, asked as clients of earlier image generation and analysis servers ask."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from service_backends import served, until
from service_requests import BASE64, png

from img2code.backends import load
from img2code.reconstruct import Reconstructor
from img2code.service.app import create_app

TEXTS = ["a mug", "a kettle", "an animal"]


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    app = create_app(lambda: Reconstructor(load("embedded")))
    with served(app) as address, httpx.Client(base_url=address, timeout=120) as client:
        until(lambda: client.get("/ready").is_success)
        yield client


@pytest.fixture(scope="module")
def mug(http: httpx.Client) -> str:
    """A generated picture, in base64."""
    return http.post("/api/generate", json={"prompt": "a red mug"}).json()["generated_image"]


def opened(text: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(text)))


def test_the_state_is_told(http: httpx.Client) -> None:
    for path in ("/api/", "/api"):
        assert http.get(path).json()["name"] == "img2code"


def test_a_string_gives_a_picture_and_a_list_a_list(http: httpx.Client, mug: str) -> None:
    assert opened(mug).size == (512, 512)
    answer = http.post("/api/generate", json={"prompt": ["a red mug", "a blue box"]}).json()
    assert set(answer) == {"request_id", "generated_image"}
    assert answer["generated_image"][0] != answer["generated_image"][1]
    assert [opened(each).size for each in answer["generated_image"]] == [(512, 512)] * 2


def test_what_was_generated_can_be_analysed_as_it_is(http: httpx.Client, mug: str) -> None:
    for image in (mug, [mug]):
        answer = http.post(
            "/api/analyze", json={"image": image, "texts": TEXTS, "roi": [[256, 256]]}
        )
        found = answer.json()
        assert answer.status_code == 200
        assert set(found) == {"request_id", "image", "clip_analysis", "basic_segmentation"}
        assert found["image"] == mug
    clip = found["clip_analysis"]
    assert clip["concepts"] == TEXTS
    assert clip["max_confidence_concept"] == "a mug"
    assert sum(clip["confidence_scores"]) == pytest.approx(1)
    parts = found["basic_segmentation"]
    assert len(parts["masks"]) == len(parts["iou_scores"]) == len(parts["polygons"]) == 3
    for mask, rings in zip(parts["masks"], parts["polygons"], strict=True):
        pixels = np.asarray(opened(mask).convert("L")) > 0
        assert pixels.shape == (512, 512)
        assert pixels[256, 256]
        points = np.concatenate([np.array(ring) for ring in rings])
        assert points.min() >= 0
        assert points.max() <= 512


def test_boxes_are_objects_of_their_own_and_null_is_the_main_one(
    http: httpx.Client, mug: str
) -> None:
    sizes = {}
    for name, roi in {
        "points": [[256, 256], [260, 300]],
        "box": [[100, 60, 420, 460]],
        "boxes": [[100, 60, 420, 460], [10, 10, 200, 200]],
        "none": None,
    }.items():
        answer = http.post("/api/analyze", json={"image": mug, "texts": "a mug", "roi": roi})
        assert answer.status_code == 200, answer.text
        sizes[name] = len(answer.json()["basic_segmentation"]["masks"])
    assert sizes == {"points": 3, "box": 3, "boxes": 6, "none": 3}


def test_older_clients_get_the_cut_out_pictures(http: httpx.Client, mug: str) -> None:
    body = {"image": mug, "texts": "a mug", "roi": [[256, 256]], "polygon_format": "image"}
    found = http.post("/api/analyze", json=body).json()["basic_segmentation"]["polygons"]
    assert all(opened(each).mode == "RGBA" for each in found)


def test_the_advanced_path_analyses_region_by_region(http: httpx.Client) -> None:
    body = {"prompt": "a blue mug", "texts": TEXTS, "roi": [[256, 256]]}
    answer = http.post("/api/adv/generate", json=body)
    found = answer.json()
    assert answer.status_code == 200, answer.text
    assert set(found) == {"request_id", "generated_image", "clip_analysis", "segmentation"}
    clip = found["clip_analysis"]
    assert set(clip) == {"all_concepts", "all_confidence_scores", "global_confident_concept"}
    assert clip["global_confident_concept"] == "a mug"
    regions = found["segmentation"]["segmented_regions"]
    assert len(regions) == len(found["segmentation"]["masks"]) == 3
    for region, rings in zip(regions, found["segmentation"]["polygons"], strict=True):
        assert set(region) == {"request_id", "clip_analysis", "polygon"}
        assert set(region["clip_analysis"]) == {
            "concepts", "confidence_scores", "max_confident_concept",
        }  # fmt: skip
        assert region["polygon"] == rings


WRONG: list[tuple[str, Any]] = [
    ("/api/generate", {}),
    ("/api/generate", {"prompt": ""}),
    ("/api/generate", {"prompt": "  "}),
    ("/api/generate", {"prompt": []}),
    ("/api/generate", {"prompt": [""]}),
    ("/api/generate", {"prompt": None}),
    ("/api/generate", {"prompt": 7}),
    ("/api/generate", []),
    ("/api/generate", {"prompt": ["twelve chairs", "twelve mugs"]}),
    ("/api/analyze", {}),
    ("/api/analyze", {"image": BASE64, "roi": [[1, 1]]}),
    ("/api/analyze", {"image": BASE64, "texts": [], "roi": [[1, 1]]}),
    ("/api/analyze", {"image": BASE64, "texts": "", "roi": [[1, 1]]}),
    ("/api/analyze", {"image": BASE64, "texts": TEXTS}),
    ("/api/analyze", {"image": BASE64, "texts": TEXTS, "roi": []}),
    ("/api/analyze", {"image": BASE64, "texts": TEXTS, "roi": [[]]}),
    ("/api/analyze", {"image": BASE64, "texts": TEXTS, "roi": [[1, 2, 3]]}),
    ("/api/analyze", {"image": BASE64, "texts": TEXTS, "roi": [["a", 2]]}),
    ("/api/analyze", {"image": BASE64, "texts": TEXTS, "roi": [[40, 2]]}),
    ("/api/analyze", {"image": BASE64, "texts": TEXTS, "roi": [[-1, 2]]}),
    ("/api/analyze", {"image": BASE64, "texts": TEXTS, "roi": [[5, 5, 2, 9]]}),
    ("/api/analyze", {"image": BASE64, "texts": TEXTS, "roi": [[0, 0, 41, 9]]}),
    ("/api/analyze", {"image": "not base64!", "texts": TEXTS, "roi": [[1, 1]]}),
    ("/api/analyze", {"image": "", "texts": TEXTS, "roi": [[1, 1]]}),
    ("/api/analyze", {"image": [], "texts": TEXTS, "roi": [[1, 1]]}),
    ("/api/analyze", {"image": [BASE64, BASE64], "texts": TEXTS, "roi": [[1, 1]]}),
    ("/api/analyze", {"image": "http://a/b.png", "texts": TEXTS, "roi": [[1, 1]]}),
    ("/api/analyze", {"image": base64.b64encode(b"x").decode(), "texts": TEXTS, "roi": [[1, 1]]}),
    ("/api/analyze", {"image": base64.b64encode(png()[:40]).decode(), "texts": "a", "roi": None}),
    ("/api/adv/generate", {"texts": TEXTS, "roi": [[1, 1]]}),
    ("/api/adv/generate", {"prompt": "a mug", "roi": [[1, 1]]}),
    ("/api/adv/generate", {"prompt": "a mug", "texts": TEXTS}),
    ("/api/adv/generate", {"prompt": "", "texts": TEXTS, "roi": [[1, 1]]}),
    ("/api/adv/generate", {"prompt": "a mug", "texts": TEXTS, "roi": [[600, 1]]}),
]


@pytest.mark.parametrize(("path", "body"), WRONG)
def test_a_faulty_request_gets_one_sentence(http: httpx.Client, path: str, body: Any) -> None:
    answer = http.post(path, json=body)
    assert answer.status_code == 400, answer.text
    assert list(answer.json()) == ["error"]
    sentence = answer.json()["error"]
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_what_is_no_json_or_no_path_gets_a_sentence_too(http: httpx.Client) -> None:
    headers = {"Content-Type": "application/json"}
    for content in (b"", b"{", b'{"prompt": NaN}', b"\xff"):
        answer = http.post("/api/generate", content=content, headers=headers)
        assert answer.status_code == 400
        assert isinstance(answer.json()["error"], str)
    assert isinstance(http.post("/api/nothing", json={}).json()["error"], str)
    assert isinstance(http.get("/api/generate").json()["error"], str)
    assert isinstance(http.post("/api/generate", content=b"a").json()["error"], str)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
FIELDS = ("prompt", "image", "texts", "roi", "polygon_format")


@settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(
    path=st.sampled_from(["generate", "analyze", "adv/generate"]),
    body=st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=5) | json_values,
)
def test_no_request_breaks_it(http: httpx.Client, path: str, body: Any) -> None:
    content = json.dumps(body).encode()
    answer = http.post(
        f"/api/{path}", content=content, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (200, 400), answer.text
