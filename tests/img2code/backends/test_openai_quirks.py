"""What servers do that the protocol does not say: each is read, passed over, or told in its words.

Every case is what a server sends for one picture, and what has to become of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from PIL import Image

import geometry
import stats
from geometry import program
from geometry.errors import UserError
from img2code.backends.openai import load
from img2code.language.chat_client import Patience
from img2code.reconstruct import Reconstructor
from tests.openai_server import Server, Turn

QUICK = Patience(connect=5, read_timeout=20, total=60, attempts=3, pause=0.01, longest_pause=0.5)
CODE = stats.encode(geometry.sample("Mug", np.random.default_rng(8)))
ANSWER = program.dumps(CODE)
PIECES = [ANSWER[start : start + 40] for start in range(0, len(ANSWER), 40)]
PICTURE = Image.fromarray(
    np.random.default_rng(0).integers(0, 256, (600, 600, 3), dtype=np.uint8), "RGB"
)
DONE = "data: [DONE]\n\n"


def event(value: object) -> str:
    return f"data: {json.dumps(value)}\n\n"


def chunk(delta: Any, finish: str | None = None, **more: object) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return event({"object": "chat.completion.chunk", "choices": [choice], **more})


TEXTS = [chunk({"content": piece}) for piece in PIECES]
END = chunk({}, "stop") + DONE
PLAIN = "".join(TEXTS) + END
WHOLE = {"choices": [{"index": 0, "message": {"content": ANSWER}, "finish_reason": "stop"}]}


@dataclass(frozen=True)
class Quirk:
    """turns: what the server does first. says: what the error has to hold; else the code comes.

    url: of the address, behind the server's own. kept: the error keeps this text. asked: how many
    requests there are. repaired: sentences on the answer are expected.
    """

    turns: Sequence[Turn]
    says: str = ""
    url: str = "/v1"
    kept: str = ""
    asked: int | None = None
    repaired: bool = False


def sent(*parts: str, kind: str = "text/event-stream", **more: Any) -> Quirk:
    return Quirk([Turn(body="".join(parts), kind=kind)], **more)


def refused(status: int, body: Any, **more: Any) -> Quirk:
    text = body if isinstance(body, str) else json.dumps(body)
    return Quirk([Turn(status=status, body=text, kind="application/json")], **more)


FILTER = {"index": 0, "finish_reason": None, "content_filter_offsets": {"check_offset": 1}}
LIST = [{"error": {"code": 400, "message": "Unknown name const at response_schema", "status": "X"}}]
HALF = "".join(TEXTS[: len(TEXTS) // 2])
HALF_TEXT = "".join(PIECES[: len(PIECES) // 2])
JSON = "application/json"

QUIRKS: dict[str, Quirk] = {
    # chunks
    "plain": sent(PLAIN),
    "filter results of the prompt first": sent(event({"choices": [], "prompt": []}), PLAIN),
    "a choice without delta": sent(*TEXTS[:2], event({"choices": [FILTER]}), *TEXTS[2:], END),
    "usage without choices": sent(*TEXTS, chunk({}, "stop"), event({"usage": {"n": 3}}), DONE),
    "usage null on every chunk": sent(*(chunk({"content": p}, usage=None) for p in PIECES), END),
    "choices null": sent(event({"choices": None}), PLAIN),
    "delta null": sent(chunk(None), PLAIN),
    "content null": sent(chunk({"role": "assistant", "content": None}), PLAIN),
    "role in every chunk": sent(*(chunk({"role": "a", "content": p}, "") for p in PIECES), DONE),
    "content as a list of parts": sent(
        *(chunk({"content": [{"type": "text", "text": p}]}) for p in PIECES), END
    ),
    "content as one part": sent(*(chunk({"content": {"text": p}}) for p in PIECES), END),
    "message instead of delta": sent(
        *(event({"choices": [{"message": {"content": p}}]}) for p in PIECES), END
    ),
    "text instead of delta": sent(*(event({"choices": [{"text": p}]}) for p in PIECES), END),
    "last text with the finish": sent(*TEXTS[:-1], chunk({"content": PIECES[-1]}, "stop"), DONE),
    "other choices in between": sent(
        *(t + event({"choices": [{"index": 1, "delta": {"content": "x"}}]}) for t in TEXTS), END
    ),
    "logprobs in another form": sent(
        event({"choices": [{"delta": {"content": PIECES[0]}, "logprobs": {"tokens": ["a"]}}]}),
        *TEXTS[1:],
        END,
    ),
    "an error that is null": sent(*(chunk({"content": p}, error=None) for p in PIECES), END),
    # events
    "line ends of Windows": sent(PLAIN.replace("\n", "\r\n")),
    "line ends of old": sent(PLAIN.replace("\n", "\r")),
    "no space behind data": sent(PLAIN.replace("data: ", "data:")),
    "comments, names and numbers of events": sent(
        ": PROCESSING\n\n:\n\nevent: message\nid: 1\nretry: 5\n", PLAIN
    ),
    "empty data": sent("data: \n\ndata:\n\n", PLAIN),
    "one event over several data lines": sent(
        *(
            "".join(
                f"data: {line}\n" for line in json.dumps(json.loads(t[6:]), indent=1).split("\n")
            )
            + "\n"
            for t in TEXTS
        ),
        END,
    ),
    "no blank lines": sent(PLAIN.replace("\n\n", "\n")),
    "words that are no JSON": sent("data: ping\n\n", PLAIN),
    "more behind the end": sent(PLAIN, 'data: {"cost": 1}\n\ngarbage\n'),
    "a byte order mark": sent("\ufeff", PLAIN),
    # the kind of the answer
    "text/plain": sent(PLAIN, kind="text/plain; charset=utf-8"),
    "octets": sent(PLAIN, kind="application/octet-stream"),
    "no kind": sent(PLAIN, kind=""),
    "events called JSON": sent(PLAIN, kind=JSON),
    "JSON called events": sent(json.dumps(WHOLE)),
    "a whole answer": sent(json.dumps(WHOLE), kind=JSON),
    "a whole answer with a mark": sent("\ufeff", json.dumps(WHOLE, indent=2), kind=JSON),
    "a whole answer as one event": sent(event(WHOLE)),
    "a line of JSON per chunk": sent(
        PLAIN.replace("data: ", "").replace("[DONE]", ""), kind="application/x-ndjson"
    ),
    "a list of chunks": sent(
        "[" + ",\n".join(t[6:].strip() for t in [*TEXTS, chunk({}, "stop")]) + "]", kind=JSON
    ),
    # the end
    "neither finish nor end": sent(*TEXTS),
    "end without finish": sent(*TEXTS, DONE),
    "finish without end": sent(*TEXTS, chunk({}, "stop")),
    "cut behind the code": Quirk(
        [Turn(body="".join(TEXTS), headers={"Content-Length": str(10**6)})], asked=1
    ),
    "cut within the code": Quirk(
        [Turn(body=TEXTS[0], headers={"Content-Length": str(10**6)})],
        says="connection to the server was lost",
        kept=PIECES[0],
        asked=1,
    ),
    "ended within the code": sent(HALF, says="cut off", kept=HALF_TEXT),
    "a limit of tokens": sent(TEXTS[0], chunk({}, "length"), DONE, says="limit of tokens", asked=1),
    "a limit of tokens behind a part": sent(
        *TEXTS[:-1], chunk({}, "length"), DONE, repaired=True, asked=1
    ),
    "filtered": sent(
        chunk({"refusal": "I can't help."}),
        chunk({}, "content_filter"),
        DONE,
        says="filter.*I can't",
    ),
    "refused": sent(chunk({"refusal": "Not this."}), END, says="It says: Not this"),
    "empty": sent(END, says="is empty"),
    "nothing of the protocol": sent(event({"cost": 1}), DONE, says='no part of an answer: {"cost"'),
    "an error within": sent(
        TEXTS[0],
        "event: error\n",
        event({"error": {"message": "Compute error."}}),
        says="Compute error",
        kept=PIECES[0],
    ),
    "an error of 200": sent(json.dumps({"error": "no memory"}), kind=JSON, says="no memory"),
    # where the text stands
    "reasoning first": sent(
        chunk({"reasoning_content": "think {"}), chunk({"reasoning": "hm", "content": None}), PLAIN
    ),
    "all in the reasoning": sent(
        *(chunk({"reasoning_content": p, "content": None}) for p in PIECES), END
    ),
    "only thoughts": sent(
        chunk({"reasoning_content": "a mug?"}), END, says="reasoning and no answer"
    ),
    "thoughts in the text": sent(
        chunk({"content": '<think>{a mug}: "category"?</think>\n'}), PLAIN, repaired=True
    ),
    "a call of a tool": sent(
        *(chunk({"tool_calls": [{"function": {"arguments": p}}]}) for p in PIECES),
        chunk({}, "tool_calls"),
        DONE,
    ),
    "a call of a function": sent(
        *(chunk({"function_call": {"arguments": p}}) for p in PIECES), END
    ),
    # refusals
    "400 on the schema, as a list": refused(400, LIST, asked=2),
    "400 on the grammar": refused(400, {"error": {"message": "failed to parse grammar"}}, asked=2),
    "422 in detail": refused(
        422, {"detail": [{"loc": ["body", "response_format"], "msg": "schema not known"}]}, asked=2
    ),
    "500 on the grammar": refused(500, {"error": {"message": "failed to parse grammar"}}, asked=2),
    "501 on the schema": refused(501, {"error": "response_format is not implemented"}, asked=2),
    "500 without a word": Quirk([Turn(status=500, refuses=())] * 2, asked=3),
    "200 with an error on the schema": sent(
        event({"error": {"message": "schema not supported"}}), asked=2
    ),
    "413": Quirk([Turn(status=413, body="<title>Too Large</title>")] * 2, asked=3),
    "413 always": Quirk(
        [Turn(status=413, body="<html><title>413 Too Large</title></html>")] * 9,
        says="413: 413 Too Large.*limit",
        asked=4,
    ),
    "a page for an error": Quirk(
        [Turn(status=502, body="<html><head><title>502 Bad Gateway</title>")] * 3,
        says="answers 502: 502 Bad Gateway",
    ),
    "429 for a moment": Quirk([Turn(status=429, headers={"Retry-After": "0.01"})], asked=2),
    "an error as text": refused(403, {"error": "no credit"}, says="403: no credit"),
    "an error as message": refused(403, {"message": "no credit"}, says="403: no credit"),
    "errors as a list": refused(403, {"errors": [{"message": "no"}]}, says="403: no"),
    "a model that is not there": refused(
        404, {"error": {"message": "model 'm' not found"}}, says="model 'm' not found", asked=1
    ),
    # addresses
    "a slash at the end": Quirk([], url="/v1/"),
    "the whole address": Quirk([], url="/v1/chat/completions"),
    "without /v1": Quirk([Turn(status=404, body="{}")], url="", asked=2),
    "without /v1, a page": Quirk([Turn(body="<html>", kind="text/html")], url="/", asked=2),
    "a query": Quirk([], url="/openai/deployments/m?api-version=2024-10-21"),
}


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(PIECES)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def run(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Quirk], Reconstructor]]:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    made = []

    def make(quirk: Quirk) -> Reconstructor:
        server.turns = list(quirk.turns)
        url = server.url.removesuffix("/v1") + quirk.url
        made.append(load(model="m", url=url, patience=QUICK))
        return Reconstructor(made[-1])

    yield make
    for backend in made:
        backend.chat.close()


@pytest.mark.parametrize("name", QUIRKS)
def test_a_quirk_has_its_outcome(
    server: Server, run: Callable[[Quirk], Reconstructor], name: str
) -> None:
    quirk = QUIRKS[name]
    reconstructor = run(quirk)
    if quirk.says:
        with pytest.raises(UserError, match=quirk.says) as failure:
            reconstructor.run(PICTURE, "Mug")
        assert "sk-secret" not in str(failure.value)
        assert getattr(failure.value, "raw_text", "") == quirk.kept or not quirk.kept
    else:
        result = reconstructor.run(PICTURE, "Mug")
        assert bool(result.repairs) == quirk.repaired, result.repairs
        if "limit" in name:
            assert len(result.token_code["conceptualization"]) < len(CODE["conceptualization"])
        else:
            assert result.token_code == CODE
    if quirk.asked:
        assert len(server.requests) == quirk.asked


def test_what_the_server_takes_is_remembered(
    server: Server, run: Callable[[Quirk], Reconstructor]
) -> None:
    too_large = run(QUIRKS["413"])
    for _ in range(2):
        too_large.run(PICTURE, "Mug")
    urls = [r["messages"][1]["content"][0]["image_url"]["url"] for r in server.requests]
    assert [url[:15] for url in urls] == ["data:image/png;", *["data:image/jpeg"] * 3]
    assert len(urls[0]) > len(urls[1]) > len(urls[2]) == len(urls[3])
    elsewhere = run(QUIRKS["without /v1"])
    for _ in range(2):
        elsewhere.run(PICTURE, "Mug")
    assert server.paths[-3:] == ["/chat/completions", *["/v1/chat/completions"] * 2]


def test_the_query_is_kept_and_brings_its_own_header(
    server: Server, run: Callable[[Quirk], Reconstructor]
) -> None:
    run(QUIRKS["a query"]).run(PICTURE, "Mug")
    assert server.paths == ["/openai/deployments/m/chat/completions?api-version=2024-10-21"]
    assert server.keys == [None]
    assert server.api_keys == ["sk-secret"]


@pytest.mark.parametrize(
    "said",
    ['{"category": "mugs"}', "<think>A Bucket?</think>I see a mug.", '{"category": "Mug"'],
)
def test_a_category_is_understood_as_models_write_it(
    server: Server, run: Callable[[Quirk], Reconstructor], said: str
) -> None:
    result = run(Quirk([Turn(body=chunk({"content": said}))])).run(PICTURE)
    assert result.category == "Mug"
