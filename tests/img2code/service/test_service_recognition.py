"""What the service and its clients say of what a picture shows, and the box that they take."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import Iterator, Sequence

import httpx
import pytest
from PIL import Image
from seeing_backend import FOUND, OTHER, RANKING, Looked, Seeing
from service_backends import served

from img2code.backends.fake import Fake
from img2code.client.client import AsyncClient, Client
from img2code.recognition import Box, Recognition
from img2code.reconstruct import Reconstructor
from img2code.result import Done
from img2code.service.app import create_app

PICTURE = Image.new("RGB", (40, 32), (10, 120, 200))
BOX: Box = (0.5, 0.25, 1.0, 0.75)
WRONG: tuple[list[float], ...] = ([], [0, 0, 1], [0, 0, 0, 1], [0, 1, 1, 1], [0, 0, 1, 2])


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(create_app(lambda: Reconstructor(Seeing()))) as address:
        yield address


def png() -> bytes:
    content = io.BytesIO()
    PICTURE.save(content, "PNG")
    return content.getvalue()


def test_clients_get_the_recognition_that_was_made(address: str) -> None:
    with Client(address) as client:
        told = client.predict(PICTURE)
        assert told.recognition == Recognition(RANKING, 1.0, FOUND, (OTHER,))
        assert told.confidence == RANKING[0][1]
        assert told.doubt == ""
        doubted = client.predict(PICTURE, "Chair")
        assert "looks like a Mug" in doubted.doubt
        *_, done = client.stream(PICTURE)
        assert isinstance(done, Done)
        assert done.result.recognition == told.recognition


def test_clients_send_a_box(address: str) -> None:
    async def ask() -> list[Recognition | None]:
        async with AsyncClient(address) as client:
            predicted = await client.predict(PICTURE, box=BOX)
            ended = [e async for e in client.stream(PICTURE, box=BOX) if isinstance(e, Done)]
            return [predicted.recognition, *(event.result.recognition for event in ended)]

    with Client(address) as client:
        *_, done = client.stream(PICTURE, box=BOX)
        assert isinstance(done, Done)
        seen = [client.predict(PICTURE, box=BOX).recognition, done.result.recognition]
    seen += asyncio.run(ask())
    assert [each.box if each else None for each in seen] == [BOX] * 4


def test_json_takes_a_box_and_says_what_was_seen(address: str) -> None:
    body = {"image": base64.b64encode(png()).decode(), "box": BOX}
    answer = httpx.post(f"{address}/v1/predict", json=body, timeout=60).json()
    assert answer["box"] == list(BOX)
    assert answer["known"] is True
    assert answer["doubt"] == ""
    assert answer["alternatives"] == [list(each) for each in RANKING]


def test_the_path_of_earlier_clients_takes_a_box() -> None:
    asked: list[Box | None] = []

    class Noting(Seeing):
        def see(
            self, pictures: Sequence[Image.Image], boxes: Sequence[Box | None] | None = None
        ) -> Sequence[Looked]:
            asked.extend(boxes or [])
            return super().see(pictures, boxes)

    body = {"image": base64.b64encode(png()).decode(), "category": "auto"}
    with served(create_app(lambda: Reconstructor(Noting()))) as address:
        for sent in (body, body | {"box": BOX}):
            answer = httpx.post(f"{address}/inference", json=sent, timeout=60).json()
            assert answer["success"] is True
            assert "Mug" in answer["output_text"]
        assert asked == [None, BOX]
        for box in WRONG:
            refused = httpx.post(f"{address}/inference", json=body | {"box": box}, timeout=60)
            assert refused.status_code == 422
            assert "box" in refused.json()["error"]["message"]
    assert asked == [None, BOX]


@pytest.mark.parametrize("path", ["/v1/predict", "/v1/predict/stream"])
@pytest.mark.parametrize("box", WRONG)
def test_a_wrong_box_is_refused(address: str, path: str, box: list[float]) -> None:
    body = {"image": base64.b64encode(png()).decode(), "box": box}
    text = ",".join(map(str, box)) or "words"
    as_json = httpx.post(f"{address}{path}", json=body, timeout=60)
    as_form = httpx.post(f"{address}{path}", files={"image": png()}, data={"box": text}, timeout=60)
    for answer in (as_json, as_form):
        assert answer.status_code == 422
        assert answer.json()["error"]["code"] == "invalid_request"
        assert "box" in answer.json()["error"]["message"]


def test_back_ends_that_do_not_recognise_say_so() -> None:
    with (
        served(create_app(lambda: Reconstructor(Fake()))) as address,
        Client(address) as client,
    ):
        told = client.predict(PICTURE, box=BOX)
        assert told.recognition is None
        assert told.confidence is None
        assert told.doubt == ""
