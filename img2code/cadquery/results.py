"""Pictures to a model's CadQuery source and our own part, as folders of files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trimesh

from geometry.cad_parts.body import body
from geometry.export.part_files import METRES_Y_UP
from geometry.export.sizes import Wanted
from img2code.atomic import atomic_path, write_text
from img2code.cadquery.judged import Answer, answer, check_installed, comparison, scaled
from img2code.cadquery.writers import Writer
from img2code.image import open_image
from img2code.parts import results
from img2code.parts.fit import Fitted, fit
from img2code.parts.library import load
from img2code.parts.results import PartOutcome
from img2code.parts.sizes import sized

#: What is written beside the files of our own part; those of the source only where it ran.
TEXT, SOURCE, COMPARISON = "answer.txt", "answer.py", "comparison.png"
MESHES = ("answer.stl", "answer.glb", "answer.obj")


@dataclass(frozen=True)
class Answered:
    """Our own part of a picture, and what a model made of it."""

    ours: PartOutcome
    answer: Answer | None = None

    @property
    def error(self) -> str:
        return self.ours.error or (self.answer.error if self.answer else "")

    def __str__(self) -> str:
        """A line for each of the two."""
        if self.answer is None:
            return str(self.ours)
        return f"{self.ours}\n{self.ours.picture}: {_told(self.answer)}"

    def report(self) -> dict[str, Any]:
        """That of our own part, with the model's answer under "answer"."""
        return {**self.ours.report(), "answer": self.answer and _reported(self.answer)}


def _told(found: Answer) -> str:
    if found.error:
        return f"{found.model}: {found.error}"
    compared = "is no closed solid" if found.loss is None else f"loss {found.loss:.3f}"
    return f"{found.model}: {compared}"


def _reported(found: Answer) -> dict[str, Any]:
    return {
        "model": found.model,
        "loss": None if found.loss is None else round(found.loss, 5),
        "volume": found.volume,
        "error": found.error or None,
    }


def predict(
    writer: Writer, pictures: Sequence[tuple[Path, Path]], size: Wanted | None = None
) -> Iterator[Answered]:
    """For each picture our part and the model's, into the folder beside it. Raises UserError."""
    check_installed()
    library = load()
    for path, folder in pictures:
        found: list[Answer] = []

        def work(path: Path = path, folder: Path = folder, found: list[Answer] = found) -> Fitted:
            picture = open_image(path)
            fitted = fit(picture, library)
            results.write(fitted, folder, size)
            found.append(answer(writer, picture))
            write(found[0], fitted, folder, size)
            with atomic_path(folder / COMPARISON) as file:
                ours = body(fitted.part.steps), fitted.camera, fitted.loss
                comparison(picture, ours, found[0]).save(file)
            return fitted

        own = results.outcome(path, folder, work)
        yield Answered(own, found[0] if found else None)


def write(found: Answer, fitted: Fitted, folder: Path, size: Wanted | None) -> None:
    """What the model wrote; where that is a solid its source and its meshes, too."""
    write_text(folder / TEXT, found.text)
    for name in (SOURCE, *MESHES):
        (folder / name).unlink(missing_ok=True)  # of an earlier answer
    if found.mesh is None:
        return
    write_text(folder / SOURCE, found.source)
    mesh = scaled(found.mesh, sized(fitted.part, size).size if size else None)
    for name in MESHES:
        with atomic_path(folder / name) as path:
            content: Any = _framed(mesh, path.suffix).export(file_type=path.suffix[1:])
            path.write_bytes(content.encode() if isinstance(content, str) else content)


def _framed(mesh: trimesh.Trimesh, suffix: str) -> trimesh.Trimesh:
    """In metres with y up for glTF and Wavefront, else in millimetres with z up."""
    if suffix == ".stl":
        return mesh
    return mesh.copy().apply_transform(METRES_Y_UP)
