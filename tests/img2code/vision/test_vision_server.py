"""Captions and paragraphs by a model behind a server, over real HTTP."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from openai_server import Chunk, Server, Turn
from PIL import Image

from geometry.errors import UserError
from img2code.cli.main import main
from img2code.vision import load
from img2code.vision.caption import asking

REGIONS = [
    {"box": [0.25, 0.5, 0.75, 1.0], "sentence": " A red body. "},
    {"box": [0.9, 0.5, 0.1, 1.0], "sentence": "Left and right are the wrong way round."},
    {"box": [0, 0, 2, 1], "sentence": "Outside."},
    {"box": "everywhere", "sentence": "No box."},
    "no region",
]
PICTURE = Image.new("RGB", (200, 100), "red")


def rule(body: dict[str, Any]) -> Sequence[Chunk]:
    """Answers by the question, as a vision-language model would."""
    text = body["messages"][0]["content"][-1]["text"]
    answers = {
        asking.CAPTION: "A red mug.",
        asking.PARAGRAPH: "A red mug stands on a table.",
        asking.REGIONS: f"Here they are:\n```json\n{json.dumps(REGIONS)}\n```",
    }
    answer = answers.get(text) or "Written up from what was found."
    return [answer[:7], answer[7:]]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    server = Server(rule)
    yield server
    server.shutdown()
    server.server_close()


def test_three_questions_make_a_description(server: Server) -> None:
    captioner = load("caption", "openai", model="vlm", url=server.url)
    found = captioner.describe(PICTURE, seed=3)
    assert (found.caption, found.paragraph) == ("A red mug.", "A red mug stands on a table.")
    (region,) = found.regions
    assert (region.box, region.sentence) == ((50.0, 50.0, 150.0, 100.0), "A red body.")
    assert server.keys == ["Bearer secret"] * 3
    assert {(body["model"], body["seed"]) for body in server.requests} == {("vlm", 3)}
    sent = server.requests[0]["messages"][0]["content"][0]["image_url"]["url"]
    with Image.open(io.BytesIO(base64.b64decode(sent.split(",")[1]))) as picture:
        assert picture.size == PICTURE.size


@pytest.mark.parametrize("answer", ["I cannot.", "[", "[1, 2]", '{"box": 1}', "[" * 5000])
def test_answers_without_regions_give_none(answer: str) -> None:
    assert asking.read_regions(answer, (10, 10)) == ()


def test_what_the_server_says_is_told(server: Server) -> None:
    server.turns = [Turn(404, body=json.dumps({"error": {"message": "no such model"}}))]
    captioner = load("caption", "openai", model="vlm", url=server.url)
    with pytest.raises(UserError, match="404: no such model"):
        captioner.describe(PICTURE)


def test_what_a_server_needs_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(UserError, match="needs a server"):
        load("caption", "openai", model="vlm")
    with pytest.raises(UserError, match="needs a model"):
        load("caption", "openai", url="http://127.0.0.1:9/v1")
    with pytest.raises(UserError, match="chooses its own device"):
        load("caption", "openai", model="vlm", url="http://127.0.0.1:9/v1", device="cpu")


@pytest.mark.slow
def test_a_server_writes_the_paragraph(server: Server, tmp_path: Path) -> None:
    picture = tmp_path / "red.png"
    PICTURE.save(picture)
    out = tmp_path / "described"
    flags = ["--gpt_version", "writer", "--url", server.url, "--no-semantic_segment"]
    assert (
        main(["describe", "--image_src", str(picture), "--out_image_name", str(out), *flags]) == 0
    )
    (body,) = server.requests
    (part,) = body["messages"][0]["content"]
    assert part["text"].startswith(asking.WRITE)
    assert "Caption: " in part["text"]
    written = [path.read_text(encoding="utf-8") for path in tmp_path.glob("described*.html")]
    assert any("Written up from what was found." in text for text in written)
