"""Takes a server's answer apart into JSON values: server-sent events, lines of JSON, or one text.

What it is shows in the text itself, since servers label it wrongly: lines that begin with `data:`
are events, other ones JSON. A value may stand on one line or on several.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_LINE_ENDS = re.compile(rb"\r\n|\n|\r")
_FIELD = re.compile(rb"(event|id|retry):|:")
_LONGEST_JOINED = 64 * 1024  # bytes of a value over several lines that are tried again per line


@dataclass(frozen=True)
class Unread:
    """A part of the answer that is no JSON, as it came."""

    text: str


#: What an event says when there is nothing more.
END = object()


def values(chunks: Iterable[bytes]) -> Iterator[Any]:
    """The JSON values of an answer as soon as each is complete; Unread, and END, among them."""
    joined, events = b"", False  # what has come of a value over several lines; of events?
    for line in _lines(chunks):
        event = line.startswith(b"data:")
        text = line[5:].strip() if event else line.strip()
        if text == b"[DONE]":
            yield from _last(joined)
            yield END
            return
        if _FIELD.match(line):
            continue  # comments that keep the connection alive, names of events
        inside = joined.startswith((b"{", b"["))
        if joined and (not inside or (events and not line)):
            yield from _last(joined)  # no value, or the end of its event
            joined = b""
        if not text:
            continue
        joined, events = b"\n".join(filter(None, [joined, text])), event
        if len(joined) <= _LONGEST_JOINED or joined is text:
            try:
                value = json.loads(joined)
            except (ValueError, RecursionError):
                continue
            yield value
            joined = b""
    yield from _last(joined)


def _last(joined: bytes) -> Iterator[Any]:
    if not joined:
        return
    try:
        yield json.loads(joined)
    except (ValueError, RecursionError):
        yield Unread(_text(joined))


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines of any line end, without a byte order mark; a lone CR at a chunk's end waits."""
    rest: list[bytes] = []
    first = True
    for chunk in chunks:
        rest.append(chunk)
        if b"\n" not in chunk and b"\r" not in chunk:
            continue
        whole = b"".join(rest)
        held = b"\r" if whole.endswith(b"\r") else b""
        *lines, last = _LINE_ENDS.split(whole[: len(whole) - len(held)])
        rest = [last + held]
        for line in lines:
            yield line.removeprefix(codecs.BOM_UTF8) if first else line
            first = False
    for line in _LINE_ENDS.split(b"".join(rest)):
        yield line.removeprefix(codecs.BOM_UTF8) if first else line
        first = False


def _text(content: bytes) -> str:
    return content.decode(errors="replace")
