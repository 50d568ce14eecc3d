"""What commands share while they run: reading a code's file, a progress bar on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from geometry.cad_parts.part import CadPart
    from geometry.program import Program

Item = TypeVar("Item")


def read_code(path: Path) -> Program | CadPart:
    """The program, or the CAD part, of a code's file. Raises UserError, OSError; they name it."""
    from geometry import json_text
    from geometry.cad_parts import reading
    from geometry.cad_parts.part import is_part
    from geometry.errors import CodeError, UserError
    from geometry.program import parse
    from img2code import limits
    from img2code.atomic import read_regular

    try:
        content = read_regular(path, limits.MAX_CODE_FILE_BYTES)
        if len(content) > limits.MAX_CODE_FILE_BYTES:
            problem = f"{path}: a code has at most {limits.MAX_CODE_FILE_BYTES // 1024**2} MB."
            raise UserError(problem, "Is it a code?")
        code = json_text.loads(content, "the code")
        return reading.parse(code) if is_part(code) else parse(code)
    except CodeError as error:
        raise UserError(f"{path}: {error}") from None


def progress(items: Iterable[Item], total: int, unit: str, done: int = 0) -> Iterator[Item]:
    """The items, with a bar on stderr where that is a terminal; `done` of all were there before."""
    from tqdm import tqdm

    settings = {"unit": f" {unit}s", "disable": None, "leave": False}
    yield from tqdm(items, total=total, initial=done, **settings)
