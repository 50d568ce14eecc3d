"""Many pictures into folders of files; a bad picture does not stop the others."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geometry import program
from geometry.errors import UserError
from geometry.export.real import RealSize, kilograms, real_size
from geometry.export.sizes import Wanted
from geometry.export.write import export
from img2code.atomic import atomic_path, write_text
from img2code.fit.fitting import Fitted
from img2code.fit.overlay import overlay
from img2code.image import open_image
from img2code.result import Result

RAW = "generated_raw_outputs.txt"
RECOGNITION = "recognition.json"


@dataclass(frozen=True)
class Outcome:
    """What became of one picture; `error` is empty where its folder was written.

    size, kilograms: where a real size was asked for.
    """

    picture: Path
    folder: Path
    seconds: float
    result: Result | None = None
    error: str = ""
    size: RealSize | None = None
    kilograms: float | None = None


#: Reconstructor.run, or the same of a client.
Run = Callable[[Path, str | None], Result]


def predict(
    run: Run,
    pictures: Sequence[Path],
    out: Path,
    category: str | None = None,
    size: Wanted | None = None,
    into: Sequence[Path] | None = None,
) -> Iterator[Outcome]:
    """Reconstruct picture after picture into a folder of `out` each, one outcome at a time.

    size: of all the objects; their meshes have it, their codes never have a unit. into: the
    folders, where they were chosen already.

    An answer that is no code is kept as text in the folder that the picture would have got.
    """
    into = folders(pictures, out) if into is None else into
    for picture, folder in zip(pictures, into, strict=True):
        start = time.perf_counter()
        result, error = None, ""
        real, kilos = None, None
        try:
            result = _run(run, picture, category, folder)
            if size:
                real = real_size(result.program, size)
                kilos = kilograms(result.program, real)
            write(result, folder, real)
            if result.fitted:
                _draw(result.fitted, picture, folder / "overlay.png")
        except UserError as refused:
            error = str(refused)
        except OSError as failed:
            error = f"{failed.filename or folder}: {failed.strerror or failed}"
        except Exception as unexpected:
            error = f"unexpected {type(unexpected).__name__}: {unexpected}"
        seconds = time.perf_counter() - start
        if error:
            yield Outcome(picture, folder, seconds, error=error)
        else:
            yield Outcome(picture, folder, seconds, result, size=real, kilograms=kilos)


def _run(run: Run, picture: Path, category: str | None, folder: Path) -> Result:
    try:
        return run(picture, category)
    except UserError as refused:
        if raw_text := getattr(refused, "raw_text", ""):
            folder.mkdir(parents=True, exist_ok=True)
            write_text(folder / RAW, raw_text)
        raise


def write(result: Result, folder: Path, size: RealSize | None = None) -> None:
    """The files of a result: both forms of its code, the answer as it came, and the mesh.

    Where the back end says what it saw in the picture, that too.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / RAW, result.raw_text)
    write_text(folder / "generated_code_before_rec.json", program.dumps(result.token_code))
    write_text(folder / "generated_code.json", program.dumps(result.program))
    if result.recognition:
        write_text(folder / RECOGNITION, json.dumps(recognised(result), indent=1) + "\n")
    with atomic_path(folder / "mesh.glb") as temporary:
        export(result.program, temporary, size=size)


def recognised(result: Result | None) -> dict[str, Any]:
    """What reports say of a picture besides its code; empty values where nobody knows."""
    recognition = result.recognition if result else None
    return {
        "confidence": result.confidence if result else None,
        "alternatives": recognition.alternatives if recognition else [],
        "known": recognition.is_known if recognition else None,
        "box": recognition.box if recognition else None,
        "doubt": (result and result.doubt) or None,
    }


def _draw(fitted: Fitted, picture: Path, path: Path) -> None:
    drawn = overlay(open_image(picture), fitted)
    with atomic_path(path) as temporary:
        drawn.save(temporary, "PNG")


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
