"""A code as a text that is being typed: checked like any code, with the place of what is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from geometry.errors import CodeError
from geometry.program import Program
from img2code import editing, limits

#: Of text that is JSON.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+')
_PART, _PARAMETER = re.compile(r", part (\d+)"), re.compile(r"parameter '([^']+)'(?:\[(\d+)\])?")
_TEMPLATE = re.compile(r", template (\w+)")

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Place:
    """Of a character in a text: line and column count from 1, offset from 0."""

    line: int
    column: int
    offset: int

    @classmethod
    def at(cls, text: str, offset: int) -> Place:
        before = text[:offset]
        line = before.count("\n") + 1
        return cls(line, offset - before.rfind("\n"), offset)


class TextError(CodeError):
    """A CodeError whose place in the text is known."""

    def __init__(self, error: CodeError, place: Place) -> None:
        super().__init__(error.where, error.found, error.valid, error.hint)
        self.place = place


def read(text: str, before: Program) -> Program:
    """The program of a code's text, checked as `editing.checked` does. Raises TextError."""
    if len(text) > limits.MAX_CODE_BYTES:
        valid = f"at most {limits.MAX_CODE_BYTES:,}"
        too_long = CodeError("the code", f"{len(text):,} characters", valid)
        raise TextError(too_long, Place.at(text, limits.MAX_CODE_BYTES))
    try:
        return editing.checked(text, before)
    except CodeError as error:
        raise TextError(error, place_of(text, error)) from error


def place_of(text: str, error: CodeError) -> Place:
    """Where in its text a code is wrong; the beginning where that cannot be told."""
    cause = error.__cause__
    if isinstance(cause, json.JSONDecodeError):
        return Place.at(text, cause.pos)
    try:
        json.loads(text)
    except (ValueError, RecursionError):  # too deep, a number of too many digits
        return Place.at(text, 0)
    path = _path(text, error)
    offsets = dict(_offsets(text))
    while path not in offsets:  # what is missing is wrong where it should be
        path = path[:-1]
    return Place.at(text, offsets[path])


def _path(text: str, error: CodeError) -> Path:
    """The keys and indices that lead to what an error is about."""
    where = error.where
    if part := _PART.search(where):
        path: Path = ("conceptualization", int(part[1]) - 1)
    elif template := _TEMPLATE.search(where):
        entries = json.loads(text)["conceptualization"]
        names = [entry.get("template") for entry in entries]
        path = ("conceptualization", names.index(template[1])) if template[1] in names else ()
    elif where.startswith("the code"):
        return ()
    else:
        keys = re.findall(r"'(\w+)'", where)
        return tuple(keys) or ("category",)
    if parameter := _PARAMETER.search(where):
        path = (*path, "parameters", parameter[1])
        return (*path, int(parameter[2])) if parameter[2] else path
    if error.found.startswith("template "):
        return (*path, "template")
    if error.found.startswith("parameter "):
        return (*path, "parameters")
    return path


def _offsets(text: str) -> Iterator[tuple[Path, int]]:
    """Where every value of JSON text begins, by its path."""
    tokens = list(_TOKEN.finditer(text))
    # keys and indices on the way, and whether each is of an object
    path: list[str | int] = []
    objects: list[bool] = []
    expects_key = False
    for token in tokens:
        word = token.group()
        if word in ("]", "}"):
            path.pop()
            objects.pop()
        elif word == ",":
            if objects[-1]:
                expects_key = True
            else:
                index = path[-1]
                assert isinstance(index, int)
                path[-1] = index + 1
        elif word == ":":
            continue
        elif expects_key:
            path[-1] = json.loads(word)
            expects_key = False
        else:
            yield tuple(path), token.start()
            if word in ("[", "{"):
                objects.append(word == "{")
                path.append(0)
                expects_key = word == "{"
