"""What became of an answer: its object over the picture, and in words where the two differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

from geometry.program import Program
from img2code.fit.fitting import Evidence, Fitted, as_it_is
from img2code.fit.overlay import drawn, overlay
from img2code.fit.target import Target

Array = np.ndarray

#: Fractions of the pictured object's area from which a gap, of a part's from which what sticks out,
#: and of the proportions from which a difference is told.
_GAP, _OUTSIDE, _PROPORTION = 0.04, 0.3, 0.06
_MOST_GAPS = 3


@dataclass(frozen=True)
class Attempt:
    """An answer and what a model that may revise it is shown of it.

    overlay: the object as it was written, over the picture. overlap: intersection over union of the
    silhouettes. mismatches: a sentence each.
    """

    answer: str
    category: str
    overlay: Image.Image
    overlap: float
    mismatches: tuple[str, ...]


def attempt(
    answer: str, program: Program, picture: Image.Image, evidence: Evidence, aim: Target
) -> Attempt:
    """The program under the camera that suits the picture; no number of it changes.

    picture: as `open_image` makes it. evidence: of the picture, whatever program it was made for.
    """
    placed = as_it_is(program, evidence.mask, aim)
    over = overlay(picture, placed)
    sentences = tuple(_mismatches(placed, aim))
    return Attempt(answer, program.category.name, over, placed.overlap, sentences)


def _mismatches(placed: Fitted, aim: Target) -> Iterator[str]:
    camera = placed.camera.cut_to(aim.square, aim.frame)
    drawing, part_of = drawn(placed, camera, aim.side)
    yield from _proportions(drawing.mask, aim.mask)
    yield from _gaps(aim.mask & ~drawing.mask, aim.mask)
    for number, part in enumerate(placed.program.parts):
        seen = drawing.mask & (part_of[drawing.face] == number)
        where = f"Part {number + 1} ({part.name})"
        if not seen.any():
            yield f"{where} cannot be seen."
        elif (outside := float((seen & ~aim.mask).sum() / seen.sum())) > _OUTSIDE:
            yield f"{outside:.0%} of what is seen of {where} lies outside the pictured object."


def _proportions(mask: Array, pictured: Array) -> Iterator[str]:
    if not mask.any():
        return
    ratio = _aspect(mask) / _aspect(pictured)
    if ratio > 1 + _PROPORTION:
        yield f"The object looks {ratio - 1:.0%} too wide for its height."
    elif ratio < 1 / (1 + _PROPORTION):
        yield f"The object looks {1 / ratio - 1:.0%} too tall for its width."


def _aspect(mask: Array) -> float:
    """Width by height of the mask's box."""
    rows, columns = np.nonzero(mask.any(1))[0], np.nonzero(mask.any(0))[0]
    return float((columns[-1] - columns[0] + 1) / (rows[-1] - rows[0] + 1))


def _gaps(missing: Array, pictured: Array) -> Iterator[str]:
    """The largest pieces of the pictured object that nothing of the drawn one covers."""
    labels, count = ndimage.label(missing)
    if not count:
        return
    sizes = ndimage.sum_labels(missing, labels, range(1, count + 1)) / pictured.sum()
    for label in np.argsort(-sizes, kind="stable")[:_MOST_GAPS]:
        if sizes[label] < _GAP:
            return
        row, column = ndimage.center_of_mass(labels == label + 1)
        yield (
            f"Nothing covers {sizes[label]:.0%} of the pictured object, at its "
            f"{_place(row, column, pictured)}."
        )


def _place(row: float, column: float, mask: Array) -> str:
    rows, columns = np.nonzero(mask.any(1))[0], np.nonzero(mask.any(0))[0]
    down = (row - rows[0]) / max(rows[-1] - rows[0], 1)
    right = (column - columns[0]) / max(columns[-1] - columns[0], 1)
    vertical = "top" if down < 1 / 3 else "bottom" if down > 2 / 3 else ""
    sideways = "left" if right < 1 / 3 else "right" if right > 2 / 3 else ""
    return " ".join(filter(None, [vertical, sideways])) or "middle"
