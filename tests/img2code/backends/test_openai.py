"""The openai back end against a server that answers, stalls, breaks off and refuses."""

from __future__ import annotations

import base64
import io
import json
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from PIL import Image

import geometry
import stats
from geometry import program
from geometry.errors import UserError
from img2code import backends
from img2code.backends.fake import pieces
from img2code.backends.openai import OpenAI, load
from img2code.cli.main import main
from img2code.errors import GenerationError
from img2code.language import prompt
from img2code.language.chat_client import BadRequestError, Patience
from img2code.language.tokens import id_of
from img2code.limits import MAX_ANSWER_BYTES
from img2code.reconstruct import Reconstructor
from tests.openai_server import Server, Turn

PICTURE = Image.new("RGB", (64, 64), (200, 30, 30))
KEY = "sk-secret-of-the-tests"
QUICK = Patience(connect=5, read_timeout=5, total=20, attempts=3, pause=0.01, longest_pause=0.5)
Make = Callable[..., OpenAI]


@pytest.fixture(scope="module")
def answer() -> str:
    return program.dumps(stats.encode(geometry.sample("Mug", np.random.default_rng(8))))


@pytest.fixture
def server(answer: str) -> Iterator[Server]:
    server = Server(pieces(answer))
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def make(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Back ends on the server, closed at the end."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    made: list[OpenAI] = []

    def make(patience: Patience = QUICK, **options: object) -> OpenAI:
        settings = {"model": "m", "url": server.url, "patience": patience} | options
        made.append(load(**settings))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for backend in made:
        backend.chat.close()


def fails(backend: OpenAI, kind: type[UserError] = GenerationError) -> UserError:
    with pytest.raises(kind) as failure:
        list(backend.generate(PICTURE, "Mug"))
    assert KEY not in str(failure.value)
    return failure.value


# ------------------------------------------------------------ what is sent and read


def test_an_answer_streams_and_becomes_a_result(server: Server, make: Make, answer: str) -> None:
    backend = make()
    assert list(backend.generate(PICTURE, "Mug")) == pieces(answer)
    result = Reconstructor(backend).run(PICTURE, "Mug")
    assert (result.category, result.raw_text, result.repairs) == ("Mug", answer, ())
    assert result.tokens == len(pieces(answer))


def test_the_request_holds_prompt_picture_schema_and_key(
    server: Server, make: Make, answer: str
) -> None:
    list(make().generate(PICTURE, "Mug"))
    (request,) = server.requests
    assert server.paths == ["/v1/chat/completions"]
    assert server.keys == [f"Bearer {KEY}"]
    assert (request["model"], request["stream"], request["temperature"]) == ("m", True, 0)
    system, user = request["messages"]
    assert system == {"role": "system", "content": prompt.SYSTEM}
    image, text = user["content"]
    assert text == {"type": "text", "text": prompt.question("Mug")}
    head, content = image["image_url"]["url"].split(",")
    assert head == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(content))) as sent:
        assert sent.format == "PNG"
        assert np.array_equal(np.asarray(sent), np.asarray(PICTURE))
    schema = request["response_format"]["json_schema"]["schema"]
    jsonschema.validate(json.loads(answer), schema)
    chair = stats.encode(geometry.sample("Chair", np.random.default_rng(1)))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(chair, schema)


def test_a_text_of_ones_own_replaces_the_system_turn(
    server: Server, make: Make, tmp_path: Path
) -> None:
    (tmp_path / "system.txt").write_text("Be brief.\n")
    list(make(system_prompt=tmp_path / "system.txt").generate(PICTURE, "Mug"))
    assert server.requests[0]["messages"][0]["content"] == "Be brief."


def test_without_a_key_none_is_sent(
    server: Server, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    list(make().generate(PICTURE, "Mug"))
    assert server.keys == [None]


@pytest.mark.parametrize(
    "said", ['{"category": "Mug", "pose": ', "I think that this is a Mug, seen from above."]
)
def test_the_category_is_asked_for_first_where_it_is_not_given(
    server: Server, make: Make, answer: str, said: str
) -> None:
    server.turns = [Turn(chunks=[said, "and more"])]
    assert "".join(make().generate(PICTURE, None)) == answer
    first, second = (request["messages"][1]["content"][1]["text"] for request in server.requests)
    assert first == prompt.question(None)
    assert second == prompt.question("Mug")
    named = server.requests[0]["response_format"]["json_schema"]["schema"]
    assert named["properties"]["category"]["enum"] == geometry.categories()


def test_a_category_that_is_not_known_is_a_sentence(server: Server, make: Make) -> None:
    server.turns = [Turn(chunks=['{"category": "Spaceship"}'])]
    with pytest.raises(GenerationError, match="names no category") as failure:
        list(make().generate(PICTURE, None))
    assert failure.value.raw_text == '{"category": "Spaceship"}'


def test_a_server_that_does_not_stream_is_read_too(server: Server, make: Make, answer: str) -> None:
    body = json.dumps({"choices": [{"message": {"content": answer}, "finish_reason": "stop"}]})
    server.turns = [Turn(body=body, kind="application/json")]
    assert list(make().generate(PICTURE, "Mug")) == [answer]


def test_values_come_from_the_ids_of_tokens_where_the_server_tells_them(
    server: Server, make: Make
) -> None:
    chunks = ["[", ("也是", id_of(2048)), (", ", 11), ("", id_of(3000)), ("\ufffd]", 60)]
    server.turns = [Turn(chunks=chunks)]
    assert "".join(make(unconstrained=True).generate(PICTURE, "Mug")) == "[2048, 3000]"
    assert "response_format" not in server.requests[0]
    assert server.requests[0]["logprobs"] is True


def test_values_are_repaired_from_their_texts_where_it_does_not(
    server: Server, make: Make, answer: str
) -> None:
    from img2code.language.tokens import value_of_text

    texts = {text: value for text in ("也是", "这些", "对于") if (value := value_of_text(text))}
    code = json.loads(answer)
    row = code["conceptualization"][0]["parameters"]
    name = next(iter(row))
    row[name][0] = texts["这些"]
    wanted = program.dumps(code)
    spoilt = wanted.replace(f"[{texts['这些']}", "[这些", 1)
    server.turns = [Turn(refuses=("logprobs",)), Turn(chunks=[f"<code>{spoilt}</code>"])]
    result = Reconstructor(make(unconstrained=True)).run(PICTURE, "Mug")
    assert result.token_code == json.loads(wanted)
    assert result.repairs


# ------------------------------------------------------------ refusals


@pytest.mark.parametrize("field", ["response_format", "temperature"])
def test_what_the_server_refuses_is_left_out_once_and_remembered(
    server: Server, make: Make, answer: str, field: str
) -> None:
    server.turns = [Turn(refuses=(field,)) for _ in range(3)]
    backend = make()
    for _ in range(2):
        assert "".join(backend.generate(PICTURE, "Mug")) == answer
    assert [field in request for request in server.requests] == [True, False, False]
    kept = {"response_format", "temperature"} - {field}
    assert all(kept <= request.keys() for request in server.requests)


def test_a_refusal_that_names_nothing_leaves_out_all_that_is_optional(
    server: Server, make: Make, answer: str
) -> None:
    server.turns = [Turn(status=400, body="bad request")]
    assert "".join(make().generate(PICTURE, "Mug")) == answer
    assert server.requests[1].keys() == {"model", "stream", "messages"}


def test_a_request_that_is_refused_in_every_form_is_an_error(server: Server, make: Make) -> None:
    body = json.dumps({"error": {"message": f"too long, {KEY}"}})
    server.turns = [Turn(status=400, body=body, kind="application/json")] * 4
    backend = make()
    assert "answers 400: too long, …" in str(fails(backend, BadRequestError))
    server.turns = []
    list(backend.generate(PICTURE, "Mug"))
    assert "response_format" in server.requests[-1]  # it was not to blame


@pytest.mark.parametrize(
    ("turn", "sentence"),
    [
        (Turn(status=401, body=json.dumps({"detail": f"no {KEY}"})), "401: no ….*OPENAI_API_KEY"),
        (Turn(status=404, body="{}"), "404: .*--url"),
        (Turn(body="<html>", kind="text/html"), "text/html.*/v1"),
        (Turn(status=307, headers={"Location": "http://x.test/"}), "redirects to http://x.test/"),
    ],
)
def test_what_another_attempt_cannot_mend_is_said_at_once(
    server: Server, make: Make, turn: Turn, sentence: str
) -> None:
    server.turns = [turn]
    failure = fails(make(), UserError)
    assert not isinstance(failure, GenerationError)
    with pytest.raises(UserError, match=sentence):
        raise failure
    assert len(server.requests) == 1


# ------------------------------------------------------------ failures that may pass


@pytest.mark.parametrize(
    "turn", [Turn(status=500), Turn(status=503, body="busy"), Turn(status=429), Turn(cut=0)]
)
def test_failures_before_the_first_piece_are_tried_again(
    server: Server, make: Make, answer: str, turn: Turn
) -> None:
    server.turns = [turn, turn]
    assert "".join(make().generate(PICTURE, "Mug")) == answer
    assert len(server.requests) == 3


def test_attempts_are_counted_and_the_last_failure_is_told(server: Server, make: Make) -> None:
    server.turns = [Turn(status=500, body="out of memory")] * 9
    failure = fails(make())
    assert "answers 500: out of memory" in str(failure)
    assert failure.retryable
    assert len(server.requests) == QUICK.attempts


def test_the_server_says_when_to_come_back(server: Server, make: Make, answer: str) -> None:
    server.turns = [Turn(status=429, headers={"Retry-After": "0.3"})]
    assert "".join(make().generate(PICTURE, "Mug")) == answer
    assert server.times[1] - server.times[0] >= 0.3


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_server_that_wants_to_rest_for_long_is_not_waited_for(
    server: Server, make: Make, form: str
) -> None:
    after = "3600" if form == "seconds" else formatdate(time.time() + 3600)
    server.turns = [Turn(status=429, headers={"Retry-After": after}, body="slow down")]
    assert "answers 429: slow down" in str(fails(make()))
    assert len(server.requests) == 1


def test_a_server_that_is_not_there_is_a_sentence(make: Make) -> None:
    backend = make(url="http://127.0.0.1:9/v1")
    assert "http://127.0.0.1:9/v1/chat/completions cannot be reached" in str(fails(backend))


# ------------------------------------------------------------ answers that break off


def test_an_answer_that_is_cut_off_is_not_tried_again_and_kept(
    server: Server, make: Make, answer: str
) -> None:
    server.turns = [Turn(cut=3)]
    failure = fails(make())
    assert "cut off" in str(failure)
    assert isinstance(failure, GenerationError)
    assert failure.raw_text == "".join(pieces(answer)[:3])
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ('data: {"choices": [{"delta": {"content": "{"}}]}\n\ndata: {"choi\n\n', "no valid JSON"),
        ('data: {"error": {"message": "out of memory"}}\n\n', "broke off: out of memory"),
        ('data: {"choices": [{"text": "{"}]}\n\n', "cut off"),
        ("data: [1]\n\n", "no part of an answer"),
        ('data: {"choices": [{"delta": {"content": {"a": 1}}}]}\n\n', "no part of an answer"),
        ("", "cut off"),
    ],
)
def test_what_is_no_answer_is_a_sentence(
    server: Server, make: Make, body: str, sentence: str
) -> None:
    server.turns = [Turn(body=body)]
    assert sentence in str(fails(make()))
    assert len(server.requests) == 1


def test_silence_has_a_limit(server: Server, make: Make) -> None:
    server.turns = [Turn(pause=2)]
    patience = Patience(read_timeout=0.2, pause=0.01)
    start = time.monotonic()
    assert "sent nothing for 0.2 seconds" in str(fails(make(patience)))
    assert time.monotonic() - start < 2
    assert len(server.requests) == 1


def test_an_answer_has_a_limit_of_time(server: Server, make: Make) -> None:
    server.turns = [Turn(pause=0.1)]
    assert "took over 0.5 seconds" in str(fails(make(Patience(total=0.5))))


def test_an_answer_has_a_limit_of_size(server: Server, make: Make) -> None:
    server.turns = [Turn(body=":" * (MAX_ANSWER_BYTES + 1))]
    assert "over 32 MB" in str(fails(make()))


def test_closing_the_iterator_closes_the_connection(server: Server, make: Make) -> None:
    server.turns = [Turn(pause=0.02)]
    generated = make().generate(PICTURE, "Mug")
    next(generated)
    generated.close()
    assert server.left.wait(5)


# ------------------------------------------------------------ options


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"url": None}, "needs a server.*OPENAI_BASE_URL"),
        ({"model": None}, "needs a model.*--model"),
        ({"url": "localhost:8000"}, "not valid.*http://localhost:8000/v1"),
        ({"url": "ftp://localhost"}, "not valid"),
        ({"url": f"http://me:{KEY}@localhost/v1"}, "holds a password"),
    ],
)
def test_options_that_cannot_work_are_refused(
    make: Make, options: dict[str, str | None], sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence) as failure:
        make(**options)
    assert KEY not in str(failure.value)


def test_a_broken_key_is_not_shown(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", f"{KEY}\nX-More: 1")
    with pytest.raises(UserError, match="OPENAI_API_KEY holds") as failure:
        make()
    assert KEY not in str(failure.value)


def test_the_command_line_asks_the_server_in_the_environment(
    server: Server,
    make: Make,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    recwarn: pytest.WarningsRecorder,
) -> None:
    assert "openai" in backends.BACKENDS
    PICTURE.save(tmp_path / "mug.png")
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    command = ["predict", str(tmp_path / "mug.png"), "--backend", "openai", "--model", "a/b"]
    command += ["--category", "Mug", "--out", str(tmp_path / "out")]
    assert main(command) == 0
    assert server.requests[0]["model"] == "a/b"
    code = json.loads((tmp_path / "out/mug/generated_code.json").read_text())
    assert code["category"] == "Mug"
    written = "".join(path.read_text("latin-1") for path in tmp_path.glob("out/mug/*"))
    assert KEY not in written
