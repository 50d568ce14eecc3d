"""The pictures of a job through a back end."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from img2code.batch.inputs import Task
from img2code.reconstruct import Reconstructor
from img2code.result import Done, Result

Outcome = tuple[int, Result | Exception]  # position in the job; the result, or why there is none


def reconstruct(reconstructor: Reconstructor, job: Sequence[Task]) -> Iterator[Outcome]:
    """The outcome of every picture, in any order; those that cannot be opened come first."""
    pictures, categories = [task.picture for task in job], [task.category for task in job]
    events = reconstructor.stream_many(pictures, categories, texts=[False] * len(job))
    with contextlib.closing(events):
        for position, event in events:
            if isinstance(event, Done):
                yield position, event.result
            elif isinstance(event, Exception):
                yield position, event
