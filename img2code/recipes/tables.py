"""Rows of every kind of input, one at a time: a row that cannot be read is a fault of its own."""

from __future__ import annotations

import csv
import glob
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geometry.errors import UserError, suggestion
from img2code.extras import install

Row = dict[str, Any]

#: Columns of ours beside the user's: the row's identity, and the name that its files begin with.
OWN = ("_id", "_name", "_row")
ERROR = "error"
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".avif", ".heic")
_LOOKED_AT = 200  # rows whose columns are known before anything runs


@dataclass(frozen=True)
class Fault:
    """Why a row is none."""

    what: str
    hint: str


def rows(source: str) -> Iterator[tuple[str, Row | Fault]]:
    """(place, row) of a table, a folder of pictures or a pattern of paths. Raises UserError.

    Pictures of folders and patterns are rows of `image`, relative to `fixed_part`; lines of a text
    are rows of `text`.
    """
    path = Path(source)
    if path.is_dir():
        yield from _pictures(path, sorted(found for found in path.rglob("*") if found.is_file()))
        return
    if not path.exists() and glob.has_magic(source):
        found = sorted(Path(name) for name in glob.iglob(source, recursive=True))
        yield from _pictures(Path(fixed_part(source)), [each for each in found if each.is_file()])
        return
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        hint = (
            f"Valid: {', '.join(_READERS)}, a folder of pictures, a pattern such as photos/*.jpg."
        )
        raise UserError(f"{source} is no table that can be read.", hint)
    if not path.is_file():
        near = [each.name for each in path.parent.glob("*")] if path.parent.is_dir() else []
        raise UserError(f"there is no file {source}.", suggestion(path.name, near))
    yield from reader(path)


def columns(source: str) -> set[str]:
    """The columns of the first rows. Raises UserError, also where there is no row at all."""
    names: set[str] = set()
    found = False
    for number, (_, row) in enumerate(rows(source)):
        if not isinstance(row, Fault):
            names |= row.keys()
            found = True
        if number >= _LOOKED_AT:
            break
    if not found:
        raise UserError(f"{source} has no row that can be read.", "Is it the right file?")
    return names


def fixed_part(pattern: str) -> str:
    """The folder of a path, or what of a pattern stands before its first wildcard."""
    parts = Path(pattern).parts
    fixed = []
    for part in parts[:-1]:
        if glob.has_magic(part):
            break
        fixed.append(part)
    return str(Path(*fixed)) if fixed else "."


def _pictures(folder: Path, found: list[Path]) -> Iterator[tuple[str, Row | Fault]]:
    pictures = [path for path in found if path.suffix.lower() in PICTURES]
    if not pictures:
        raise UserError(f"{folder} has no pictures.", f"Looked for {', '.join(PICTURES)}.")
    for path in pictures:
        name = path.relative_to(folder).as_posix()
        yield name, {"image": name}


def _jsonl(path: Path) -> Iterator[tuple[str, Row | Fault]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            place = f"line {number}"
            if not line.strip():
                yield place, Fault("The line is blank.", "Take it out, or write a row.")
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                yield place, Fault(f"The line is not valid JSON ({error}).", "Mend the line.")
                continue
            yield place, _object(row)


def _json(path: Path) -> Iterator[tuple[str, Row | Fault]]:
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path} is not valid JSON ({error}).", "Mend it, or take JSONL.") from None
    if not isinstance(content, list):
        raise UserError(f"{path} holds no list of rows.", "JSON is a list of objects.")
    for number, row in enumerate(content, 1):
        yield f"row {number}", _object(row)


def _object(row: Any) -> Row | Fault:
    if not isinstance(row, dict):
        return Fault(
            f"The row is of type {type(row).__name__}.", "An object with columns is wanted."
        )
    return row


def _separated(delimiter: str) -> Callable[[Path], Iterator[tuple[str, Row | Fault]]]:
    def read(path: Path) -> Iterator[tuple[str, Row | Fault]]:
        csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
        with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
            reader = csv.reader(file, delimiter=delimiter)
            names = next(reader, None)
            if not names or len(set(names)) < len(names):
                raise UserError(f"{path} has no line of distinct column names.", "Add one.")
            number = 0
            while True:
                number += 1
                try:
                    cells = next(reader, None)
                except csv.Error as error:
                    yield f"row {number}", Fault(f"The row is broken ({error}).", "Mend it.")
                    continue
                if cells is None:
                    return
                if not cells:
                    yield f"row {number}", Fault("The line is blank.", "Take it out.")
                elif len(cells) != len(names):
                    what = f"The row has {len(cells)} cells, the head {len(names)}."
                    yield f"row {number}", Fault(what, "Mend it.")
                else:
                    yield f"row {number}", dict(zip(names, cells, strict=True))

    return read


def _text(path: Path) -> Iterator[tuple[str, Row | Fault]]:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield f"line {number}", {"text": line.strip()}


def _parquet(path: Path) -> Iterator[tuple[str, Row | Fault]]:
    try:
        from pyarrow import ArrowInvalid
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise UserError("Parquet needs pyarrow.", install("recipes")) from None
    try:
        file = ParquetFile(path)
    except ArrowInvalid as error:
        raise UserError(f"{path} is no Parquet file ({error}).") from None
    number = 0
    with file:
        for batch in file.iter_batches(batch_size=256):
            for row in batch.to_pylist():
                number += 1
                try:
                    json.dumps(row)
                except (TypeError, ValueError):
                    what = "The row has values that are neither texts nor numbers."
                    yield f"row {number}", Fault(what, "Turn dates and bytes into texts.")
                else:
                    yield f"row {number}", row


_READERS: dict[str, Callable[[Path], Iterator[tuple[str, Row | Fault]]]] = {
    ".csv": _separated(","),
    ".tsv": _separated("\t"),
    ".parquet": _parquet,
    ".json": _json,
    ".jsonl": _jsonl,
    ".txt": _text,
}
