"""Many pictures into folders of files; a bad picture does not stop the others."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from geometry import program
from geometry.errors import UserError
from geometry.export.write import export
from img2code.atomic import whole, write_text
from img2code.reconstruct import Result

RAW = "generated_raw_outputs.txt"


@dataclass(frozen=True)
class Outcome:
    """What became of one picture; `error` is empty where its folder was written."""

    picture: Path
    folder: Path
    seconds: float
    result: Result | None = None
    error: str = ""


#: Reconstructor.run, or the same of a client.
Run = Callable[[Path, str | None], Result]


def predict(
    run: Run, pictures: Sequence[Path], out: Path, category: str | None = None
) -> Iterator[Outcome]:
    """Reconstruct picture after picture into a folder of `out` each, one outcome at a time.

    An answer that is no code is kept as text in the folder that the picture would have got.
    """
    for picture, folder in zip(pictures, folders(pictures, out), strict=True):
        start = time.perf_counter()
        result, error = None, ""
        try:
            result = _run(run, picture, category, folder)
            write(result, folder)
        except UserError as refused:
            error = str(refused)
        except OSError as failed:
            error = f"{failed.filename or folder}: {failed.strerror or failed}"
        except Exception as unexpected:
            error = f"unexpected {type(unexpected).__name__}: {unexpected}"
        seconds = time.perf_counter() - start
        yield Outcome(picture, folder, seconds, None if error else result, error)


def _run(run: Run, picture: Path, category: str | None, folder: Path) -> Result:
    try:
        return run(picture, category)
    except UserError as refused:
        if raw_text := getattr(refused, "raw_text", ""):
            folder.mkdir(parents=True, exist_ok=True)
            write_text(folder / RAW, raw_text)
        raise


def write(result: Result, folder: Path) -> None:
    """The files of a result: both forms of its code, the answer as it came, and the mesh."""
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / RAW, result.raw_text)
    write_text(folder / "generated_code_before_rec.json", program.dumps(result.token_code))
    write_text(folder / "generated_code.json", program.dumps(result.program))
    with whole(folder / "mesh.glb") as temporary:
        export(result.program, temporary)


def folders(pictures: Sequence[Path], out: Path) -> list[Path]:
    """A folder of `out` per picture, named by its stem; no two pictures share one.

    A stem that comes again is numbered: mug, mug_2. Upper and lower case count as the same, since
    some file systems take them so.
    """
    taken: set[str] = set()
    stems = {picture.stem.casefold() for picture in pictures}
    seen: Counter[str] = Counter()
    chosen = []
    for picture in pictures:
        name = picture.stem
        while name.casefold() in taken or (name != picture.stem and name.casefold() in stems):
            seen[picture.stem.casefold()] += 1
            name = f"{picture.stem}_{seen[picture.stem.casefold()] + 1}"
        taken.add(name.casefold())
        chosen.append(out / name)
    return chosen
