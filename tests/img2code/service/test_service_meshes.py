"""Meshes for callers: counted before they are built, built beside the rest, ended when in vain."""

from __future__ import annotations

import json
import os
import signal
import socket
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import endless
import httpx
import numpy as np
import pytest
from service_backends import PATIENCE, served, until
from service_requests import FORM, error_of

import geometry
from geometry import budget
from img2code import limits
from img2code.backends.fake import Fake
from img2code.reconstruct import Reconstructor
from img2code.service import meshes
from img2code.service.app import create_app

MUG = geometry.sample("Mug", np.random.default_rng(2))
WIDE, LEGS = [1.0, 1.0, 0.1], [1000]
TABLE = {
    "circle_size": WIDE,
    "num_legs": LEGS,
    "leg_size": [0.1, 1.0],
    "leg_seperation": [0.8],
    "has_bottom_part": [1],
    "bottom_size": WIDE,
    "bottom_offset": [0.0],
}


def bomb(parts: int) -> dict[str, Any]:
    """A small code of a large mesh."""
    part = {"template": "Table_Like_Base", "parameters": TABLE}
    return {"category": "Globe", "conceptualization": [part] * parts}


@pytest.fixture
def app() -> Any:
    return create_app(lambda: Reconstructor(Fake()))


@pytest.fixture
def http(app: Any) -> Iterator[httpx.Client]:
    with served(app) as address, httpx.Client(base_url=address, timeout=PATIENCE) as client:
        until(lambda: client.get("/ready").is_success)
        yield client


@pytest.fixture
def without_end(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Every mesh takes for ever; the process that builds it stands in this file."""
    monkeypatch.setattr(meshes, "write", endless.write)
    return tmp_path / "process"


def running(process: str) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ask(http: httpx.Client, file: Path) -> Future[httpx.Response]:
    """A request for a mesh, under way in a process that has begun with it."""
    pool = ThreadPoolExecutor(1)
    answer = pool.submit(http.post, "/v1/mesh", json={"code": {"file": str(file)}})
    pool.shutdown(wait=False)
    until(lambda: file.exists() and " " in file.read_text())
    return answer


@pytest.mark.parametrize("parts", [1, limits.MAX_CODE_PARTS])
def test_triangles_are_counted_before_they_are_built(http: httpx.Client, parts: int) -> None:
    for kind in meshes.MEDIA_TYPES:
        body = {"code": bomb(parts), "format": kind, "segments": limits.MAX_MESH_SEGMENTS}
        assert len(json.dumps(body)) < 25_000
        error = error_of(http.post("/v1/mesh", json=body), "invalid_code")
        assert (
            f"at most {limits.MAX_MESH_TRIANGLES:,}" in error["message"]
            or "solids" in (error["message"])
        )
    answer = http.post("/v1/mesh", json={"code": MUG})
    assert answer.status_code == 200


def test_sampled_objects_are_within_the_bound() -> None:
    for category in geometry.categories():
        for seed in range(5):
            code = geometry.sample(category, np.random.default_rng(seed))
            found = budget.triangles(code, limits.MAX_MESH_SEGMENTS)
            assert found <= limits.MAX_MESH_TRIANGLES


def test_a_mesh_that_takes_too_long_is_ended_with_its_process(
    http: httpx.Client, without_end: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MESH_SECONDS", 1)
    answer = ask(http, without_end)
    process, folder = without_end.read_text().split()
    error = error_of(answer.result(PATIENCE), "timed_out")
    assert "1 seconds" in error["message"]
    assert "retry-after" not in answer.result().headers  # it would take as long again
    until(lambda: not running(process))
    assert not Path(folder).exists()
    assert Path(folder).parent == Path(tempfile.gettempdir())
    monkeypatch.undo()
    assert http.post("/v1/mesh", json={"code": MUG}).status_code == 200


def test_a_mesh_is_ended_when_its_client_leaves(
    app: Any, http: httpx.Client, without_end: Path
) -> None:
    content = json.dumps({"code": {"file": str(without_end)}}).encode()
    head = b"POST /v1/mesh HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    place = (http.base_url.host, http.base_url.port)
    with socket.create_connection(place, PATIENCE) as connection:
        connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(content) + content)
        until(lambda: without_end.exists() and " " in without_end.read_text())
        process, folder = without_end.read_text().split()
        assert running(process)
    until(lambda: not running(process))
    until(lambda: not Path(folder).exists())
    until(lambda: app.state.service.meshing.admitted == 0)


def test_meshes_do_not_hold_up_predictions_and_wait_in_a_line_of_their_own(
    app: Any, http: httpx.Client, without_end: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_WAITING_MESHES", 1)
    files = [without_end.with_name(str(number)) for number in range(limits.CONCURRENT_MESHES)]
    answers = [ask(http, file) for file in files]
    third_file = without_end.with_name("third")
    with ThreadPoolExecutor(1) as pool:
        third = pool.submit(http.post, "/v1/mesh", json={"code": {"file": str(third_file)}})
        until(lambda: app.state.service.meshing.admitted == limits.CONCURRENT_MESHES + 1)
        refused = http.post("/v1/mesh", json={"code": MUG})
        assert "meshes are waiting" in error_of(refused, "busy")["message"]
        assert int(refused.headers["retry-after"]) >= 1
        for _ in range(3):
            assert http.post("/v1/predict", files=FORM).status_code == 200
        assert not any(answer.done() for answer in [*answers, third])
        for file in files:
            os.kill(int(file.read_text().split()[0]), signal.SIGKILL)
        until(lambda: third_file.exists() and " " in third_file.read_text())  # its turn has come
        os.kill(int(third_file.read_text().split()[0]), signal.SIGKILL)
    for answer in [*answers, third]:
        error_of(answer.result(PATIENCE), "internal_error")


def test_a_process_that_dies_is_an_answer_and_replaced(
    http: httpx.Client, without_end: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = ask(http, without_end)
    os.kill(int(without_end.read_text().split()[0]), signal.SIGKILL)
    assert "has ended" in error_of(answer.result(PATIENCE), "internal_error")["message"]
    monkeypatch.undo()
    assert http.post("/v1/mesh", json={"code": MUG}).status_code == 200


def test_the_end_of_the_service_does_not_wait_for_a_run_away(
    app: Any, without_end: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MESH_DRAIN_SECONDS", 0.2)
    with httpx.Client(timeout=PATIENCE) as http:
        with served(app) as address:
            http.base_url = address
            answers = [ask(http, without_end)]
            process = without_end.read_text().split()[0]
        error_of(answers[0].result(PATIENCE), "stopping")
    assert not running(process)
