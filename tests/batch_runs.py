"""Sets of pictures for the tests of batches, and how they are run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from img2code.batch import Finished, Setup, Task, resume, slots

FILES = {
    "generated_code_before_rec.json",
    "generated_code.json",
    "generated_raw_outputs.txt",
    "mesh.glb",
}
ONE_SLOT = slots("fake", workers=1)


def paint(path: Path, colour: tuple[int, int, int] = (30, 90, 200)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (24, 16), colour).save(path)
    return path


def some(folder: Path) -> Path:
    """Four pictures of two categories."""
    for name, shade in (("Mug/b.png", 10), ("Mug/a.JPG", 40), ("Mug/c10.png", 70)):
        paint(folder / name, (shade, 90, 200))
    paint(folder / "Chair/2.webp", (200, 90, 10))
    return folder


def run(tasks: Sequence[Task], setup: Setup, retry: bool = False) -> list[Finished]:
    with resume(tasks, setup, retry) as batch:
        return list(batch.run(ONE_SLOT))


def own(root: Path) -> list[str]:
    """Every file under the results, the manifest and the lock apart."""
    found = (path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    return sorted(name for name in found if name not in ("manifest.jsonl", ".lock"))
