"""From picture to result around a scripted back end."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

import geometry
import stats
from geometry import program
from geometry.errors import UserError
from img2code import backends
from img2code.backends.fake import Fake, made_up, pieces
from img2code.errors import GenerationError, ImageError
from img2code.reconstruct import Reconstructor
from img2code.result import Done, Text

PICTURE = Image.new("RGB", (64, 48), (200, 30, 30))


@pytest.fixture
def mug() -> dict:
    return geometry.sample("Mug", np.random.default_rng(8))


def answer(code: dict) -> str:
    return program.dumps(stats.encode(code))


@pytest.mark.parametrize("category", geometry.categories())
def test_a_category_that_was_asked_for_comes_out(category: str) -> None:
    result = Reconstructor(Fake()).run(PICTURE, category)
    assert result.category == result.code["category"] == category
    assert result.scene().geometry


def test_the_stream_is_the_answer_piece_by_piece(mug: dict) -> None:
    *texts, done = Reconstructor(Fake([answer(mug)])).stream(PICTURE)
    assert all(isinstance(event, Text) for event in texts)
    assert "".join(event.text for event in texts) == answer(mug)
    assert [event.tokens for event in texts] == list(range(1, len(texts) + 1))
    assert isinstance(done, Done)
    result = done.result
    assert result.raw_text == answer(mug)
    assert result.tokens == len(texts) == len(pieces(answer(mug)))
    assert 0 < result.first_token_seconds <= result.seconds


def test_the_result_holds_both_forms(mug: dict) -> None:
    result = Reconstructor(Fake([answer(mug)])).run(PICTURE)
    assert result.token_code == stats.encode(mug)
    assert result.code == program.parse(stats.decode(stats.encode(mug))).as_dict()
    assert result.repairs == ()


def test_what_stands_around_the_code_is_passed_over_and_said(mug: dict) -> None:
    tagged = Reconstructor(Fake([f"<code>{answer(mug)}</code>"])).run(PICTURE)
    assert tagged.repairs == ()
    chatty = Reconstructor(Fake([f"Here it is: {answer(mug)}"])).run(PICTURE)
    assert chatty.code == tagged.code
    assert len(chatty.repairs) == 1


def test_closing_the_stream_stops_the_back_end() -> None:
    ended = []

    class Endless:
        name = "endless"

        def generate(self, picture: Image.Image, category: str | None) -> Iterator[str]:
            try:
                while True:
                    yield "{"
            finally:
                ended.append(True)

    stream = Reconstructor(Endless()).stream(PICTURE)
    next(stream)
    assert not ended
    stream.close()
    assert ended


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "no code"), ("I see a mug.", "no code"), ('{"category": }', "not valid JSON")],
)
def test_an_answer_without_a_code_is_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(GenerationError, match=sentence):
        Reconstructor(Fake([text or " "])).run(PICTURE)


def test_a_wrong_name_in_the_answer_is_named(mug: dict) -> None:
    code = stats.encode(mug)
    code["conceptualization"][0]["template"] = "Cylindrical_Boddy"
    with pytest.raises(GenerationError, match="Did you mean Cylindrical_Body") as failure:
        Reconstructor(Fake([json.dumps(code)])).run(PICTURE)
    assert failure.value.raw_text == json.dumps(code)


def test_a_code_that_cannot_be_built_keeps_the_answer(mug: dict) -> None:
    code = stats.encode(mug)
    code["pose"]["global_rotation"] = [0, 1e999, 0]
    text = json.dumps(code).replace("Infinity", "1e999")
    with pytest.raises(GenerationError, match="finite numbers") as failure:
        Reconstructor(Fake([text])).run(PICTURE)
    assert failure.value.raw_text == text


def test_a_checkpoint_s_statistics_are_read_at_the_upper_edges(mug: dict) -> None:
    tokens = stats.encode(mug)
    result = Reconstructor(Fake([answer(mug)]), stats.SHIPPED).run(PICTURE)
    assert result.code == program.parse(stats.decode(tokens, at="upper")).as_dict()
    assert result.code != program.parse(stats.decode(tokens)).as_dict()


def test_a_back_end_that_breaks_is_a_sentence() -> None:
    class Broken:
        name = "broken"

        def generate(self, picture: Image.Image, category: str | None) -> Iterator[str]:
            yield "{"
            raise RuntimeError("out of memory")

    with pytest.raises(GenerationError, match="broken failed: out of memory") as failure:
        Reconstructor(Broken()).run(PICTURE)
    assert failure.value.retryable


def test_wrong_input_is_refused_before_the_back_end_is_asked() -> None:
    class Unasked:
        name = "unasked"

        def generate(self, picture: Image.Image, category: str | None) -> Iterator[str]:
            raise AssertionError("The back end was asked.")

    reconstructor = Reconstructor(Unasked())
    with pytest.raises(ImageError):
        reconstructor.run(b"no picture")
    with pytest.raises(geometry.CodeError, match="Mug"):
        reconstructor.run(PICTURE, "Mugg")


def test_back_ends_are_found_by_name() -> None:
    assert backends.load("fake", pause=0).name == "fake"
    with pytest.raises(UserError, match="Did you mean fake"):
        backends.load("fakes")


def test_made_up_objects_depend_on_the_picture_only() -> None:
    other = Image.new("RGB", (64, 48), (30, 30, 200))
    assert made_up(PICTURE, None) == made_up(PICTURE, None) != made_up(other, None)
