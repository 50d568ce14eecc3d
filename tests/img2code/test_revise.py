"""A server that answers by rule is shown its object over the picture, and mends what it is told."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from PIL import Image

from geometry.draw.raster import draw
from geometry.errors import UserError
from geometry.json_schemas import json_schema
from geometry.view import View
from img2code.backends import load
from img2code.backends.fake import Fake
from img2code.backends.openai import OpenAI
from img2code.cli.main import main
from img2code.errors import GenerationError
from img2code.language import prompt
from img2code.language.answer import read
from img2code.language.chat_client import Chat, Patience
from img2code.reconstruct import Reconstructor
from img2code.result import Result
from tests.openai_server import Server, Turn

MUG: dict[str, Any] = {
    "category": "Mug",
    "pose": {"global_position": [0, 0, 0], "global_rotation": View(55, 20).pose()},
    "conceptualization": [
        {
            "template": "Cylindrical_Body",
            "parameters": {"outer_size": [0.6, 0.5, 1.2], "inner_size": [0.5, 0.4, 1.1]},
        }
    ],
}
TOO_WIDE = 1.7
QUICK = Patience(connect=5, read_timeout=5, total=20, attempts=1, pause=0.01, longest_pause=0.1)


def wider(factor: float) -> str:
    """The mug with another width, as a model writes it."""
    code = copy.deepcopy(MUG)
    parameters = code["conceptualization"][0]["parameters"]
    for name in ("outer_size", "inner_size"):
        parameters[name] = [length * factor for length in parameters[name][:2]] + [
            parameters[name][2]
        ]
    return f"<code>{json.dumps(code)}</code>"


def sayings(body: dict[str, Any]) -> list[str]:
    """The texts that came back for the answers so far."""
    told = [turn for turn in body["messages"][2:] if turn["role"] == "user"]
    return [turn["content"][1]["text"] for turn in told]


def by_rule(body: dict[str, Any]) -> list[str]:
    """Too wide at first; then narrower by what every turn so far has said."""
    factor = TOO_WIDE
    for said in sayings(body):
        found = re.search(r"looks (\d+)% too (wide|tall)", said)
        if found:
            change = 1 + int(found[1]) / 100
            factor *= 1 / change if found[2] == "wide" else change
    return [wider(factor)]


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    return draw(MUG, 256)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(by_rule)
    yield server
    server.shutdown()
    server.server_close()


def run(server: Server, picture: Image.Image, revisions: int, fit: bool = False) -> Result:
    chat = Chat(server.url, "", QUICK)
    try:
        backend = OpenAI(chat, "m", general=True)
        return Reconstructor(backend, revisions=revisions).run(picture, "Mug", fit=fit)
    finally:
        chat.close()


def width(result: Result) -> float:
    return float(result.program.parts[0].parameters["outer_size"][0])


def test_answers_become_better_while_they_are_told_what_is_wrong(
    server: Server, picture: Image.Image
) -> None:
    alone = run(server, picture, 0)
    assert width(alone) == pytest.approx(0.6 * TOO_WIDE)
    assert alone.overlaps == ()
    server.requests.clear()
    result = run(server, picture, 2)
    assert len(server.requests) == len(result.overlaps) == 3
    assert result.overlaps[0] < result.overlaps[1]
    assert max(result.overlaps) > 0.9
    assert abs(width(result) - 0.6) < 0.25 * abs(width(alone) - 0.6)
    assert result.raw_text == "".join(
        by_rule(server.requests[1 if result.overlaps[1] >= result.overlaps[2] else 2])
    )


def test_the_answer_goes_back_with_its_object_over_the_picture(
    server: Server, picture: Image.Image
) -> None:
    run(server, picture, 1)
    system, asked, answered, told = server.requests[-1]["messages"]
    assert [turn["role"] for turn in (system, asked, answered, told)] == [
        "system",
        "user",
        "assistant",
        "user",
    ]
    assert answered["content"] == wider(TOO_WIDE)
    over, text = told["content"]
    assert over["type"] == "image_url"
    assert over != asked["content"][0]
    assert "too wide for its height" in text["text"]
    assert "intersection over union" in text["text"]


def test_a_worse_answer_is_not_kept(server: Server, picture: Image.Image) -> None:
    server.turns = [Turn(chunks=[wider(1.1)]), Turn(chunks=[wider(3.0)])]
    result = run(server, picture, 1)
    assert result.overlaps[0] > result.overlaps[1]
    assert width(result) == pytest.approx(0.66)


@pytest.mark.parametrize(
    "turn", [Turn(chunks=["I cannot do better."]), Turn(status=400, body="no"), Turn(cut=0)]
)
def test_a_revision_that_fails_keeps_the_answer(
    server: Server, picture: Image.Image, turn: Turn
) -> None:
    server.turns = [Turn(), turn, turn, turn]
    result = run(server, picture, 3)
    assert width(result) == pytest.approx(0.6 * TOO_WIDE)
    assert len(result.overlaps) == 1


def test_a_first_answer_that_fails_is_an_error(server: Server, picture: Image.Image) -> None:
    server.turns = [Turn(chunks=["A mug."])]
    with pytest.raises(GenerationError, match="holds no code"):
        run(server, picture, 2)


def test_a_revised_code_is_fitted(server: Server, picture: Image.Image) -> None:
    result = run(server, picture, 1, fit=True)
    assert result.fitted is not None
    assert len(result.overlaps) == 2
    assert result.fitted.overlap >= max(result.overlaps) - 0.02


def test_back_ends_that_cannot_revise_say_so() -> None:
    with pytest.raises(UserError, match="fake does not revise"):
        Reconstructor(Fake(), revisions=1)


def test_general_models_see_templates_with_typical_numbers(
    server: Server, picture: Image.Image
) -> None:
    run(server, picture, 0)
    (body,) = server.requests
    assert body["messages"][0]["content"] == prompt.GENERAL
    question = body["messages"][1]["content"][1]["text"]
    assert question == prompt.general_question("Mug")
    entries = [json.loads(line) for line in question.splitlines() if line.startswith("  {")]
    code = MUG | {"conceptualization": entries}
    jsonschema.validate(code, json_schema("Mug"))
    assert body["response_format"]["json_schema"]["schema"] == json_schema("Mug")


@pytest.mark.parametrize("name", ["mug", "MUGS", None])
def test_plain_answers_may_spell_the_category_otherwise(name: str | None) -> None:
    code = {**MUG, "category": name}
    if name is None:
        del code["category"]
    answered, repairs = read.examine(json.dumps(code), "Mug", plain=True)
    assert answered["category"] == "Mug"
    assert [repair.kind for repair in repairs] == ["category"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"parameters": {"outer_size": [0.6, 0.5, 1.2]}},
        {"template": "Square_Body"},
        {"parameters": {"outer_size": ["wide", 1, 1], "inner_size": [1, 1, 1]}},
    ],
)
def test_plain_answers_that_are_no_code_name_the_place(wrong: dict[str, Any]) -> None:
    part = MUG["conceptualization"][0] | wrong
    text = json.dumps(MUG | {"conceptualization": [part]})
    with pytest.raises(GenerationError, match="not a valid code") as failure:
        read.examine(text, "Mug", plain=True)
    assert failure.value.raw_text == text


def test_the_command_line_tells_how_well_each_answer_falls_onto_the_picture(
    server: Server, picture: Image.Image, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture.save(tmp_path / "mug.png")
    report = tmp_path / "report.jsonl"
    arguments = ["predict", str(tmp_path / "mug.png"), "--out", str(tmp_path / "out")]
    arguments += ["--category", "Mug", "--no-fit", "--report", str(report)]
    model = ["--backend", "openai", "--url", server.url, "--model", "m", "--general"]
    assert main([*arguments, *model, "--revise", "1"]) == 0
    (line,) = map(json.loads, report.read_text().splitlines())
    assert len(line["answers_iou"]) == 2
    assert main([*arguments, "--revise", "1"]) != 0
    assert "does not revise" in capsys.readouterr().err
    assert load("openai", model="m", url=server.url, general=True).plain  # type: ignore[attr-defined]
