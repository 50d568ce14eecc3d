"""Reads one JSON value of a server's answer: what it adds to the text, and what the server says.

Servers differ in where they put things. What is known is read, wherever it stands; the rest is
passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<(script|style).*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_SAID = ("error", "message", "errors", "detail", "msg", "error_msg", "error_description")


@dataclass(frozen=True)
class Part:
    """What one value holds of an answer.

    finish: why the server ends the answer; None while it goes on. understood: False where there is
    nothing of an answer in it.
    """

    text: str = ""
    ids: tuple[int, ...] = ()
    call: str = ""
    reasoning: str = ""
    refusal: str = ""
    finish: str | None = None
    error: str = ""
    understood: bool = True


def read(value: Any) -> Part:
    """What a chunk, or a whole answer, holds of the first choice."""
    if not isinstance(value, Mapping):
        return Part(understood=False)
    choices = value.get("choices")
    first = next(filter(_is_first, choices), None) if isinstance(choices, list) else None
    if first is None:
        if error := error_in(value):
            return Part(error=error)
        # Without a choice: usage figures, filters of the prompt, the choices of other answers.
        return Part(understood="choices" in value or "usage" in value)
    message = first.get("delta") or first.get("message")
    source = message if isinstance(message, Mapping) else first
    finish = first.get("finish_reason")
    content = source.get("content")
    text = texts(content) or texts(first.get("text"))
    return Part(
        text=text,
        ids=_ids(first.get("logprobs")),
        call=_calls(source),
        reasoning=texts(source.get("reasoning_content")) or texts(source.get("reasoning")),
        refusal=texts(source.get("refusal")),
        finish=str(finish) if finish else None,
        error=error_in(value),
        understood=bool(text) or not content,
    )


def texts(content: Any) -> str:
    """The text of content, be it a string, a list of parts or one part."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(map(texts, content))
    if isinstance(content, Mapping):
        return "".join(texts(content.get(key)) for key in ("text", "value", "content"))
    return ""


def error_in(value: Any) -> str:
    """What an answer of status 200 says went wrong; empty where nothing did."""
    if not isinstance(value, Mapping):
        return ""
    if value.get("error") or value.get("detail") or value.get("errors"):
        return said(value)
    failed = value.get("object") == "error" or value.get("type") == "error"
    return said(value) if failed else ""


def said(value: Any) -> str:
    """The message in an error object, of whatever form; empty where there is none."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, list):
        return "; ".join(filter(None, map(said, value[:3])))
    if not isinstance(value, Mapping):
        return ""
    return next(filter(None, (said(value.get(key)) for key in _SAID)), "")


def plain(text: str) -> str:
    """The title of an HTML page, or its text; other text as it is."""
    if not text.lstrip().startswith("<"):
        return text
    title = _TITLE.search(text)
    return " ".join((title[1] if title else _TAG.sub(" ", text)).split())


def _is_first(choice: Any) -> bool:
    return isinstance(choice, Mapping) and choice.get("index") in (0, None)


def _calls(source: Mapping[str, Any]) -> str:
    """The arguments of calls of tools: some servers answer to a schema in this way."""
    calls = source.get("tool_calls")
    called = calls if isinstance(calls, list) else []
    functions = [call.get("function") for call in called if isinstance(call, Mapping)]
    functions.append(source.get("function_call"))
    return "".join(texts(each.get("arguments")) for each in functions if isinstance(each, Mapping))


def _ids(logprobs: Any) -> tuple[int, ...]:
    entries = logprobs.get("content") if isinstance(logprobs, Mapping) else None
    if not isinstance(entries, list):
        return ()
    return tuple(_token_id(e.get("token") if isinstance(e, Mapping) else None) for e in entries)


def _token_id(token: Any) -> int:
    """The id in a token written as `token_id:100234`; -1 where the server writes its text."""
    number = token.removeprefix("token_id:") if isinstance(token, str) else ""
    return int(number) if number != token and number.isdecimal() else -1
