"""Pictures of CAD parts into folders of files; a bad picture does not stop the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geometry.cad_parts.part import DISPLAYED
from geometry.errors import UserError
from geometry.export.part_files import export_part
from geometry.export.sizes import Wanted
from img2code.atomic import atomic_path
from img2code.image import open_image
from img2code.parts.fit import Fitted, fit
from img2code.parts.library import load
from img2code.parts.sizes import sized

#: What is written into a picture's folder.
FILES = ("part.json", "part.py", "mesh.glb")


@dataclass(frozen=True)
class PartOutcome:
    """What became of one picture; `error` is empty where its folder was written."""

    picture: Path
    folder: Path
    seconds: float
    fitted: Fitted | None = None
    error: str = ""

    def __str__(self) -> str:
        if self.fitted is None:
            return f"img2code: {self.picture}: {self.error}"
        steps = len(self.fitted.part.steps)
        found = f"{DISPLAYED}, {steps} step{'s' * (steps > 1)}"
        sure = f"confidence {100 * self.fitted.confidence:.0f} %, loss {self.fitted.loss:.3f}"
        return f"{self.picture}: {found}, {sure}, {self.seconds:.1f} s, {self.folder}"

    def report(self) -> dict[str, Any]:
        """Its line of a report, with the keys that those of other categories have."""
        fitted = self.fitted
        return {
            "path": str(self.picture),
            "category": "Part" if fitted else None,
            "confidence": round(fitted.confidence, 4) if fitted else None,
            "loss": round(fitted.loss, 5) if fitted else None,
            "seconds": round(self.seconds, 3),
            "error": self.error or None,
            "folder": None if self.error else str(self.folder),
        }


def predict(
    pictures: Sequence[tuple[Path, Path]], size: Wanted | None = None
) -> Iterator[PartOutcome]:
    """Fits a part to each picture, and writes its files into the folder beside it."""
    library = load()
    for picture, folder in pictures:

        def work(picture: Path = picture, folder: Path = folder) -> Fitted:
            fitted = fit(open_image(picture), library)
            write(fitted, folder, size)
            return fitted

        yield outcome(picture, folder, work)


def outcome(picture: Path, folder: Path, work: Callable[[], Fitted]) -> PartOutcome:
    """What became of a picture: what the work on it gave, or why it failed, and its time."""
    start = time.perf_counter()
    fitted, error = None, ""
    try:
        fitted = work()
    except UserError as refused:
        error = str(refused)
    except OSError as failed:
        error = f"{failed.filename or folder}: {failed.strerror or failed}"
    return PartOutcome(picture, folder, time.perf_counter() - start, fitted, error)


def write(fitted: Fitted, folder: Path, size: Wanted | None = None) -> None:
    """The code, its CadQuery script and the mesh."""
    part = sized(fitted.part, size)
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        with atomic_path(folder / name) as path:
            export_part(part, path)
