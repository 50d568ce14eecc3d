"""Pictures of known objects on disk: mug.png, its true code mug.json, perhaps its mask.

A mask is called mug.mask.png; white is where the object is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from geometry.errors import CodeError, UserError
from geometry.program import parse
from geometry.view import view_of
from img2code.atomic import read_regular
from img2code.errors import ImageError
from img2code.fit.mask import whiteness
from img2code.image import open_image
from img2code.limits import MAX_CODE_FILE_BYTES
from img2code.render.examples import Example

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")


def read(folder: Path) -> Iterator[Example]:
    """Every pair of a folder, by name. Raises UserError, which names the file."""
    for code_path, picture_path in _pairs(folder):
        mask_path, mask = code_path.with_suffix(".mask.png"), None
        try:
            path = code_path
            code = parse(read_regular(path, MAX_CODE_FILE_BYTES))
            path = picture_path
            picture = open_image(path)
            path = mask_path
            if path.exists():
                mask = whiteness(picture, open_image(path)) >= 0.5
        except (CodeError, ImageError) as error:
            raise UserError(f"{path}: {error}") from None
        yield Example(code.as_dict(), view_of(code.pose.rotation), np.asarray(picture), mask)


def count(folder: Path) -> int:
    """The number of pairs of a folder, at least one. Raises UserError."""
    return len(_pairs(folder))


def _pairs(folder: Path) -> list[tuple[Path, Path]]:
    found = []
    for code_path in sorted(folder.glob("*.json")):
        pictures = [code_path.with_suffix(s) for s in SUFFIXES if code_path.with_suffix(s).exists()]
        if len(pictures) != 1:
            problem = f"{code_path}: {len(pictures)} pictures of that name beside it."
            raise UserError(problem, f"Put one there, {code_path.stem} with {' '.join(SUFFIXES)}.")
        found.append((code_path, pictures[0]))
    if not found:
        problem = f"{folder}: no codes (*.json) there."
        raise UserError(problem, "Put every picture beside its true code: mug.png, mug.json.")
    return found
