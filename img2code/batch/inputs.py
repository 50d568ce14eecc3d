"""What a batch reads: one folder per category with pictures inside, each with a fixed index."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geometry
from geometry.errors import UserError, suggestion
from geometry.names import known_category

#: What counts as a picture, and so has an index; as img2code.image reads them.
_PICTURE = re.compile(r"\.(png|jpe?g|jfif|webp|gif|bmp|tiff?|avif|p[gp]m|tga|ico)", re.IGNORECASE)


@dataclass(frozen=True)
class Task:
    """One picture of a batch: `index` counts from 0 through its category's sorted pictures."""

    category: str
    index: int
    picture: Path

    def __str__(self) -> str:
        return f"{self.category}/{self.picture.name}"


@dataclass(frozen=True)
class TestSet:
    """The pictures of a folder of categories, and a sentence on all that was passed over."""

    __test__ = False  # not a class of tests, whatever its name says

    tasks: tuple[Task, ...]
    passed_over: tuple[str, ...]


def read(folder: Path) -> TestSet:
    """The pictures in the folders of `folder` that are named as categories, as people write them.

    Sorted by category, then by file name (plain code points), which alone decides the indices;
    folders that mean one category are taken together.
    Hidden files are ignored, everything else without the suffix of a picture is reported. Raises
    UserError where there is no picture at all, OSError where a folder cannot be read.
    """
    if not folder.is_dir():
        raise UserError(f"{folder} is not a folder.", "Name the folder with one per category.")
    passed_over: list[str] = []
    entries = _visible(folder)
    loose = [entry for entry in entries if not entry.is_dir()]
    if loose:
        passed_over.append(f"{_named(loose)} outside of the categories' folders.")
    found: dict[str, list[Path]] = {}
    for entry in entries:
        if entry.is_dir():
            category, pictures, sentences = _pictures(entry)
            found.setdefault(category, []).extend(pictures)
            passed_over += sentences
    tasks = [
        Task(category, index, picture)
        for category in sorted(found)
        for index, picture in enumerate(sorted(found[category], key=_order))
    ]
    if not tasks:
        about = " ".join(f"Passed over: {sentence}" for sentence in passed_over)
        hint = f"Put them into folders named {', '.join(geometry.categories()[:3])} …"
        raise UserError(f"{folder} holds no pictures of known categories.", f"{about} {hint}")
    return TestSet(tuple(tasks), tuple(passed_over))


def model_name(backend: str, model: str | None) -> str:
    """The folder that a model's results go to: the last part of its path or id, or the back end.

    Characters that are awkward in file names become "_".
    """
    if not model:
        return backend
    path = Path(model)
    name = (path.resolve() if path.exists() else path).name
    return re.sub(r"[^\w.+@=-]", "_", name).lstrip(".") or backend


def _pictures(folder: Path) -> tuple[str, list[Path], list[str]]:
    """The category that a folder is named after, its pictures, and what was passed over."""
    category = known_category(folder.name)
    if category is None:
        hint = suggestion(folder.name, geometry.categories()) or ""
        return "", [], [f"{folder.name}: no category. {hint}".rstrip()]
    entries = _visible(folder)
    pictures = [entry for entry in entries if _is_picture(entry)]
    others = [entry for entry in entries if not _is_picture(entry)]
    sentences = [f"{folder.name}: {_named(others)}, not pictures."] if others else []
    if not pictures:
        sentences.append(f"{folder.name}: no pictures.")
    return category, pictures, sentences


def _order(picture: Path) -> tuple[str, str]:
    return picture.name, picture.parent.name


def _is_picture(path: Path) -> bool:
    return bool(_PICTURE.fullmatch(path.suffix)) and path.is_file()


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _named(paths: Sequence[Path]) -> str:
    """The first few names, and how many there are."""
    names = ", ".join(path.name for path in paths[:3])
    return names if len(paths) <= 3 else f"{names} … ({len(paths)} files)"
