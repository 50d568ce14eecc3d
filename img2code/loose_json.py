"""Reads JSON that a language model has written, also where it is slightly broken or cut off.

What is valid JSON is read as `json.loads` reads it. What is not is read where there is one way to:
superfluous and missing commas, a bracket that was not closed, full-width punctuation, the end
missing. Whatever stands where a value should be is kept as `Stray`, for the caller to judge.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

_SPACE = re.compile(r"\s*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?=[\s,\]}]|$)", re.ASCII)
_WORD = re.compile(r"(?:true|false|null)(?=[\s,\]}]|$)")
_STRAY = re.compile(r'[^\s,:\[\]{}"]+')
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # full-width forms of ASCII
_WIDE |= {ord("“"): ord('"'), ord("”"): ord('"'), ord("、"): ord(","), 0x3000: ord(" ")}
_DEEPEST = 50

COMMA = "A superfluous comma was passed over."
NO_COMMA = "A missing comma was put in."
BRACKET = "A missing bracket was put in."
WIDE = "Full-width punctuation or digits were read as plain ones."


class LooseError(ValueError):
    """Text that can be read in no way, or in more than one."""


@dataclass(frozen=True)
class Stray:
    """What stands where a value should be; empty between two commas."""

    text: str


@dataclass(frozen=True)
class Loose:
    """What was read.

    cut: how many objects and lists were still open where the text ended; 0 where it was whole.
    rest: the text behind the value.
    """

    value: Any
    cut: int
    rest: str
    repairs: tuple[str, ...]


def parse(text: str) -> Loose:
    """The object or list at the start of the text. Raises LooseError, which names the place."""
    try:
        value, end = _STRICT.raw_decode(text)
        return Loose(value, 0, text[end:], ())
    except json.JSONDecodeError:
        pass
    plain = text.translate(_WIDE)
    reader = _Reader(plain)
    value = reader.value(0)
    repairs = reader.repairs
    if plain[: reader.place] != text[: reader.place]:
        repairs = {WIDE: None} | repairs
    return Loose(value, reader.open, text[reader.place :], tuple(repairs))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, value in pairs:
        _set(result, name, value)
    return result


def _set(values: dict[str, Any], name: str, value: Any) -> None:
    if name in values and values[name] != value:
        raise LooseError(f"{name!r} twice, with different values")
    values[name] = value


def _refuse(constant: str) -> None:
    raise json.JSONDecodeError(constant, constant, 0)  # NaN and Infinity are no JSON


_STRICT = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.place, self.open = text, 0, 0
        self.repairs: dict[str, None] = {}

    def value(self, depth: int) -> Any:
        """The value that starts here; Stray where none does."""
        if depth > _DEEPEST:
            raise self._error("too many brackets")
        start = self._peek()
        if start == "{":
            return self._object(depth)
        if start == "[":
            return self._list(depth)
        for pattern in (_STRING, _NUMBER, _WORD):
            found = pattern.match(self.text, self.place)
            if found:
                self.place = found.end()
                try:
                    return json.loads(found.group(), strict=False)
                except json.JSONDecodeError:  # a string with an escape that there is not
                    return Stray(found.group())
        if start == '"':  # a string without its end
            self.place = len(self.text)
            return Stray("")
        found = _STRAY.match(self.text, self.place)
        if not found:
            raise self._error("no value")
        self.place = found.end()
        return Stray(found.group())

    def _object(self, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        self.place += 1
        while not self._closed("}", "]"):
            if self._peek() == ",":
                self.place += 1
                self.repairs[COMMA] = None
                continue
            start = self.place
            name = self.value(depth + 1) if self._peek() == '"' else None
            if not self._peek():
                continue  # cut off within or behind the name
            if not isinstance(name, str) or self._peek() != ":":
                self.place = start
                raise self._error("no name with a colon")
            self.place += 1
            if not self._peek():
                continue
            _set(result, name, self.value(depth + 1))
            self._comma("}", "]")
        return result

    def _list(self, depth: int) -> list[Any]:
        result: list[Any] = []
        self.place += 1
        while not self._closed("]", "}"):
            if self._peek() == ",":
                self.place += 1
                result.append(Stray(""))  # nothing between two commas
                continue
            result.append(self.value(depth + 1))
            self._comma("]", "}")
        return result

    def _comma(self, end: str, other: str) -> None:
        """Past the comma behind a value, also where it is missing or the last one."""
        following = self._peek()
        if following == ",":
            self.place += 1
            if self._peek() in (end, other):
                self.repairs[COMMA] = None
        elif following and following not in (end, other):
            if following == ":":
                raise self._error("a colon")
            self.repairs[NO_COMMA] = None

    def _closed(self, end: str, other: str) -> bool:
        """Whether the object or list ends here: at its bracket, an outer one's, or the text's."""
        following = self._peek()
        if following == end:
            self.place += 1
        elif following == other:
            self.repairs[BRACKET] = None
        elif not following:
            self.open += 1
        return following in (end, other, "")

    def _peek(self) -> str:
        """The next character that is not a space; empty at the end."""
        space = _SPACE.match(self.text, self.place)
        assert space
        self.place = space.end()
        return self.text[self.place : self.place + 1]

    def _error(self, found: str) -> LooseError:
        line = self.text.count("\n", 0, self.place) + 1
        column = self.place - self.text.rfind("\n", 0, self.place)
        return LooseError(f"{found} at line {line}, column {column}")
