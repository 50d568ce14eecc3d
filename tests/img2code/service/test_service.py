"""The HTTP service over real connections: what it answers and what it refuses."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator

import httpx
import numpy as np
import pytest
import trimesh
from jsonschema import Draft202012Validator
from service_backends import answering
from service_requests import BASE64, FORM, error_of, measured

import geometry
import stats
from geometry import program


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with answering() as client:
        yield client


# ------------------------------------------------------------ answers


def test_earlier_clients_get_what_they_expect(http: httpx.Client) -> None:
    answer = http.post("/inference", json={"image": BASE64, "category": "Mug"})
    assert answer.status_code == 200
    assert set(answer.json()) == {"output_text", "success", "error"}
    assert answer.json()["success"] is True
    assert answer.json()["error"] is None
    text = answer.json()["output_text"]
    assert text.startswith("<code>{")
    assert text.endswith("}</code>")
    code = json.loads(text.removeprefix("<code>").removesuffix("</code>"))
    assert program.parse(stats.decode(code)).category.name == "Mug"
    health = http.get("/health").json()
    assert health == {"status": "healthy", "model_loaded": True}


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"image": "?", "category": "Mug"}, "not base64"),
        ({"image": BASE64, "category": "Mugg"}, "Did you mean Mug?"),
        ({"image": "https://example.org/mug.png", "category": "Mug"}, "not opened"),
    ],
)
def test_failures_of_inference_are_answers(
    http: httpx.Client, body: dict[str, str], sentence: str
) -> None:
    answer = http.post("/inference", json=body)
    assert answer.status_code == 200
    assert answer.json()["success"] is False
    assert answer.json()["output_text"] == ""
    assert sentence in answer.json()["error"]


def test_a_prediction_has_both_forms_and_its_times(http: httpx.Client) -> None:
    answer = http.post("/v1/predict", json={"image": BASE64, "category": "Chair"}).json()
    assert answer["category"] == "Chair"
    assert geometry.mesh(answer["code"]).volume > 0
    assert program.parse(stats.decode(answer["token_code"])) == program.parse(answer["code"])
    assert answer["raw_text"].startswith("{")
    assert answer["repairs"] == []
    assert answer["tokens"] > 10
    times = answer["timings"]
    assert set(times) == {"queue", "first_token", "run", "total"}
    assert 0 <= times["first_token"] <= times["run"] <= times["total"]
    assert times["queue"] + times["run"] <= times["total"] + 0.1


def test_forms_and_base64_give_the_same(http: httpx.Client) -> None:
    wanted = {"category": "Mug"}
    data_url = f"data:image/png;base64,{BASE64}"
    answers = [
        http.post("/v1/predict", json={"image": BASE64, **wanted}),
        http.post("/v1/predict", json={"image": data_url, **wanted}),
        http.post("/v1/predict", files=FORM, data=wanted),
        http.post("/v1/predict", files={"image": (None, BASE64)}, data=wanted),
    ]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({json.dumps(answer.json()["code"]) for answer in answers}) == 1
    free = http.post("/v1/predict", files=FORM, data={"category": "auto"}).json()
    assert free["category"] == http.post("/v1/predict", files=FORM).json()["category"]


def test_a_field_that_is_sent_twice_is_refused(http: httpx.Client) -> None:
    twice = http.post("/v1/predict", files=[*FORM.items(), *FORM.items()])
    assert "more than one `image`" in error_of(twice, "invalid_request")["message"]
    twice = http.post("/v1/predict", files=FORM, data={"fit": ["true", "false"]})
    assert "more than one `fit`" in error_of(twice, "invalid_request")["message"]


def test_the_stream_tells_the_answer_piece_by_piece(http: httpx.Client) -> None:
    answer = http.post("/v1/predict/stream", files=FORM, data={"category": "Mug"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    blocks = [block.split("\n") for block in answer.text.strip().split("\n\n")]
    events = [(name[len("event: ") :], json.loads(data[len("data: ") :])) for name, data in blocks]
    *texts, (last, done) = events
    assert {name for name, _ in texts} == {"text"}
    assert last == "done"
    assert "".join(event["text"] for _, event in texts) == done["raw_text"]
    assert [event["tokens"] for _, event in texts] == list(range(1, done["tokens"] + 1))
    plain = http.post("/v1/predict", files=FORM, data={"category": "Mug"}).json()
    assert done["code"] == plain["code"]
    assert set(done) == set(plain)


@pytest.mark.parametrize("kind", ["glb", "obj", "stl", "ply", "urdf", "xml", "sdf", "py"])
def test_a_code_becomes_a_file(http: httpx.Client, kind: str) -> None:
    code = geometry.sample("Box", np.random.default_rng(3))
    answer = http.post("/v1/mesh", json={"code": code, "format": kind, "segments": 24})
    assert answer.status_code == 200, answer.text
    name = answer.headers["content-disposition"].split('"')[1]
    if kind in ("urdf", "xml", "sdf"):
        assert name == f"box_{kind}.zip"
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            names = archive.namelist()
            described = archive.read(f"box.{kind}").decode()
        assert len(names) > 1
        assert all(mesh in described for mesh in names if mesh.endswith(".obj"))
        return
    assert name == f"box.{kind}"
    if kind == "py":
        compile(answer.text, name, "exec")
        return
    shape = trimesh.load(io.BytesIO(answer.content), file_type=kind, force="mesh")
    extents = geometry.mesh(code, 24).extents
    wanted = 1000 * extents[[0, 2, 1]] if kind in ("stl", "ply") else extents  # millimetres, z up
    assert shape.extents == pytest.approx(wanted, rel=1e-3)


def test_a_mesh_has_the_scale_and_the_axis_asked_for(http: httpx.Client) -> None:
    code = geometry.sample("Box", np.random.default_rng(3))
    wanted = {"code": code, "format": "stl", "segments": 24, "scale": 0.1, "up": "y"}
    shape = trimesh.load(io.BytesIO(http.post("/v1/mesh", json=wanted).content), file_type="stl")
    assert shape.extents == pytest.approx(100 * geometry.mesh(code, 24).extents, rel=1e-3)
    for wrong in ({"scale": 0}, {"up": "x"}, {"format": "glb", "up": "z"}):
        assert http.post("/v1/mesh", json={**wanted, **wrong}).status_code == 422


def test_a_mesh_has_the_real_size_asked_for(http: httpx.Client) -> None:
    code = geometry.sample("Box", np.random.default_rng(3))
    wanted = {"code": code, "format": "stl", "segments": 24}
    for size, longest in (("length 12 cm", 120), ("usual", 350)):
        answer = http.post("/v1/mesh", json={**wanted, "size": size})
        shape = trimesh.load(io.BytesIO(answer.content), file_type="stl")
        assert shape.extents.max() == pytest.approx(longest, rel=1e-3)
    for wrong in ({"size": "12"}, {"size": "9cm", "scale": 2}, {"size": "9" * 99 + "mm"}):
        refused = http.post("/v1/mesh", json={**wanted, **wrong})
        assert refused.status_code == 422
        assert refused.json()["error"]["code"] == "invalid_request"


def test_categories_and_schemas_are_those_of_the_registry(http: httpx.Client) -> None:
    listed = http.get("/v1/categories").json()["categories"]
    assert [entry["name"] for entry in listed] == list(geometry.categories())
    assert listed[0]["templates"] == list(geometry.templates(listed[0]["name"]))
    code = geometry.sample("Mug", np.random.default_rng(1))
    Draft202012Validator(http.get("/v1/schema/Mug").json()).validate(code)
    tokens = http.get("/v1/schema/Mug", params={"form": "tokens"}).json()
    Draft202012Validator(tokens).validate(stats.encode(code))


def test_the_document_describes_every_path_with_examples(http: httpx.Client) -> None:
    document = http.get("/openapi.json").json()
    paths = {"/inference", "/health", "/v1/predict", "/v1/predict/stream", "/v1/mesh"}
    paths |= {"/v1/categories", "/v1/schema/{category}", "/live", "/ready", "/metrics"}
    seeing = {"/v1/segment", "/v1/concepts", "/v1/caption", "/v1/paint"}
    older = {"/api/generate", "/api/analyze", "/api/adv/generate"}
    paths |= seeing | older | {"/api/"}
    assert set(document["paths"]) == paths
    for path in ("/inference", "/v1/predict", "/v1/predict/stream", "/v1/mesh"):
        operation = document["paths"][path]["post"]
        example = operation["requestBody"]["content"]["application/json"]["example"]
        assert http.post(path, json=example).status_code == 200
        assert {"413", "422", "429"} <= set(operation["responses"])
    for path in seeing | older:
        operation = document["paths"][path]["post"]
        content = operation["requestBody"]["content"]["application/json"]
        assert content["example"] in content["schema"]["examples"]
        assert {"413", "429"} <= set(operation["responses"])
    assert not any(word in http.get("/docs").text for word in ("http://", "https://"))


def test_counters_count(http: httpx.Client) -> None:
    before = measured(http)
    answer = http.post("/v1/predict", files=FORM).json()
    http.post("/v1/predict", files={"image": b"no picture"})
    http.get("/nowhere/1")
    http.get("/nowhere/2")
    after = measured(http)
    grown = {name: after[name] - before.get(name, 0) for name in after}
    assert grown["img2code_requests_total /v1/predict 200"] == 1
    assert grown["img2code_requests_total /v1/predict 422"] == 1
    assert grown["img2code_requests_total other 404"] == 2
    assert grown["img2code_tokens_total"] == answer["tokens"]
    assert grown["img2code_queue_wait_seconds_count"] == 1
    assert grown["img2code_run_seconds_count"] == 1
    assert after["img2code_in_flight"] == after["img2code_waiting"] == 0
    assert not any("nowhere" in name for name in after)
