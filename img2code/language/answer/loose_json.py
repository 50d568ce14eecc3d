"""Reads JSON that a language model has written, also where it is slightly broken or cut off.

What is valid JSON is read as `json.loads` reads it. What is not is read where there is one way to:
superfluous and missing commas, a bracket that was not closed or closed twice, full-width
punctuation, the end missing. Whatever stands where a value should be is kept as `Stray`, for the
caller to judge.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from geometry import json_text
from geometry.json_text import MOST_DEEP, TooMuchError

_SPACE = re.compile(r"\s*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?=[\s,\]}]|$)", re.ASCII)
_WORD = re.compile(r"(?:true|false|null)(?=[\s,\]}]|$)")
_STRAY = re.compile(r'[^\s,:\[\]{}"]+')
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # full-width forms of ASCII
_WIDE |= {ord("“"): ord('"'), ord("”"): ord('"'), ord("、"): ord(","), 0x3000: ord(" ")}
_BEHIND = re.compile(r"\s*(,?)\s*(.?)", re.DOTALL)
_NAME = re.compile(r'\s*,\s*"[^"\\]{0,200}"\s*:')

COMMA = "A superfluous comma was passed over."
NO_COMMA = "A missing comma was put in."
BRACKET = "A missing bracket was put in."
SURPLUS = "A superfluous bracket was passed over."
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
    rest: the text behind the value. lost: names of the object whose value the text ended before.
    """

    value: Any
    cut: int
    rest: str
    repairs: tuple[str, ...]
    lost: tuple[str, ...] = ()


def parse(text: str) -> Loose:
    """The object or list at the start of the text. Raises LooseError, which names the place."""
    strict = None
    try:
        json_text.check_depth(text)
        value, end = _STRICT.raw_decode(text)
        strict = Loose(value, 0, text[end:], ())
    except json.JSONDecodeError:
        pass
    except TooMuchError as error:
        raise LooseError(f"too many brackets or digits: {error}") from None
    if strict and not _NAME.match(strict.rest):
        return strict
    try:
        return _read(text)
    except LooseError:
        if strict:
            return strict
        raise


def _read(text: str) -> Loose:
    plain = text.translate(_WIDE)
    reader = _Reader(plain)
    value = reader.value()
    repairs = reader.repairs
    if plain[: reader.place] != text[: reader.place]:
        repairs = {WIDE: None} | repairs
    return Loose(value, reader.open, text[reader.place :], tuple(repairs), tuple(reader.lost))


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


_STRICT = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_refuse, parse_int=json_text.whole_number
)


_LENIENT = json.JSONDecoder(strict=False, parse_int=json_text.whole_number)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.place, self.open = text, 0, 0
        self.repairs: dict[str, None] = {}
        self.lost: list[str] = []
        self.inside: list[str] = []  # the brackets that close what is open, from outside

    def value(self) -> Any:
        """The value that starts here; Stray where none does."""
        if len(self.inside) > MOST_DEEP:
            raise self._error("too many brackets")
        start = self._peek()
        if start == "{":
            return self._object()
        if start == "[":
            return self._list()
        for pattern in (_STRING, _NUMBER, _WORD):
            found = pattern.match(self.text, self.place)
            if found:
                self.place = found.end()
                try:
                    return _LENIENT.decode(found.group())
                except TooMuchError as error:
                    raise self._error(str(error)) from None
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

    def _object(self) -> dict[str, Any]:
        result: dict[str, Any] = {}
        self.place += 1
        self.inside.append("}")
        while not self._closed():
            if self._peek() == ",":
                self.place += 1
                self.repairs[COMMA] = None
                continue
            start = self.place
            name = self.value() if self._peek() == '"' else None
            if not self._peek():
                self._lose(name)  # cut off within or behind the name
                continue
            if not isinstance(name, str) or self._peek() != ":":
                self.place = start
                raise self._error("no name with a colon")
            self.place += 1
            if not self._peek():
                self._lose(name)
                continue
            _set(result, name, self.value())
            self._comma()
        return result

    def _list(self) -> list[Any]:
        result: list[Any] = []
        self.place += 1
        self.inside.append("]")
        while not self._closed():
            if self._peek() == ",":
                self.place += 1
                result.append(Stray(""))  # nothing between two commas
                continue
            result.append(self.value())
            self._comma()
        return result

    def _lose(self, name: Any) -> None:
        if isinstance(name, str) and len(self.inside) == 1:
            self.lost.append(name)

    def _comma(self) -> None:
        """Past the comma behind a value, also where it is missing or the last one."""
        following = self._peek_needed()
        if following == ",":
            self.place += 1
            if self._peek() in ("}", "]"):
                self.repairs[COMMA] = None
        elif following not in ("}", "]", ""):
            if following == ":":
                raise self._error("a colon")
            self.repairs[NO_COMMA] = None

    def _closed(self) -> bool:
        """Whether the object or list ends here: at its bracket, an outer one's, or the text's."""
        following = self._peek_needed()
        if following not in ("}", "]", ""):
            return False
        if following == self.inside[-1]:
            self.place += 1
        elif following:
            self.repairs[BRACKET] = None
        else:
            self.open += 1
        self.inside.pop()
        return True

    def _peek_needed(self) -> str:
        """As `_peek`, past closing brackets that are too many."""
        following = self._peek()
        while following in ("}", "]") and self._superfluous(following):
            self.place += 1
            self.repairs[SURPLUS] = None
            following = self._peek()
        return following

    def _superfluous(self, bracket: str) -> bool:
        """Whether what stands behind a closing bracket belongs into what is open before it.

        It does where it cannot belong into what is open behind it; and where the bracket would
        close several objects and lists whose own brackets are all missing, while more follows.
        """
        comma, _ = _BEHIND.match(self.text, self.place + 1).groups()  # type: ignore[union-attr]
        stays = self._fits(self.inside[-1])
        if bracket not in self.inside:
            return bool(comma) and stays
        unclosed = self.inside[::-1].index(bracket)
        around = self.inside[: -unclosed - 1]
        if not self._fits(around[-1] if around else ""):
            return stays
        return stays and bool(comma) and unclosed > 1

    def _fits(self, kind: str) -> bool:
        """Whether what follows the bracket here can follow a value in an object ("}"), in a list
        ("]"), or behind the whole code ("")."""
        comma, following = _BEHIND.match(self.text, self.place + 1).groups()  # type: ignore[union-attr]
        if not comma or following in ("", ",", "}", "]"):
            return True
        named = bool(_NAME.match(self.text, self.place + 1))
        if not kind:
            return not named and following not in "{["
        return named == (kind == "}")

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
