"""The pictures of a job through a back end: decoded together where it can, else one by one."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence

from PIL import Image

from img2code.batch.layout import Task
from img2code.image import open_image
from img2code.reconstruct import Reconstructor, Result

Outcome = tuple[int, Result | Exception]  # position in the job; the result, or why there is none


def reconstruct(reconstructor: Reconstructor, job: Sequence[Task]) -> Iterator[Outcome]:
    """The outcome of every picture, in any order.

    Those that cannot be opened come first. Where decoding them together fails, as for lack of
    memory, each is tried alone.
    """
    opened: list[tuple[int, Image.Image]] = []
    for position, task in enumerate(job):
        try:
            opened.append((position, open_image(task.picture)))
        except Exception as error:
            yield position, error
    categories = [job[position].category for position, _ in opened]
    rows = None
    if len(opened) > 1:
        with contextlib.suppress(Exception):  # each picture, tried alone, tells what it was
            rows = _rows(reconstructor, [picture for _, picture in opened], categories)
    for row, (position, picture) in enumerate(opened):
        try:
            if rows is None:
                yield position, reconstructor.run(picture, categories[row])
            else:
                text, tokens, seconds, first = rows[row]
                yield (
                    position,
                    reconstructor.finish(text, categories[row], tokens, seconds, first),
                )
        except Exception as error:
            yield position, error


def _rows(
    reconstructor: Reconstructor, pictures: list[Image.Image], categories: Sequence[str]
) -> list[tuple[str, int, float, float]]:
    """Text, number of pieces, seconds of the whole batch and until its first piece, per picture."""
    start = time.perf_counter()
    pieces: list[list[str]] = [[] for _ in pictures]
    first = [0.0 for _ in pictures]
    generate = reconstructor.backend.generate_batch  # type: ignore[attr-defined]  # has `batch`
    with contextlib.closing(generate(pictures, list(categories))) as generated:
        for row, piece in generated:
            first[row] = first[row] or time.perf_counter() - start
            pieces[row].append(piece)
    seconds = time.perf_counter() - start
    return [
        ("".join(texts), len(texts), seconds, beginning)
        for texts, beginning in zip(pieces, first, strict=True)
    ]
