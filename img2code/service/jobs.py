"""The work of a worker: pictures through the model, alone or in a batch, and other work of its."""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from img2code.recognition import Box
from img2code.reconstruct import Reconstructor
from img2code.result import Event, Fit


@dataclass(frozen=True)
class Finished:
    """The last item of a Task: what it made."""

    value: Any


Item = Event | Finished | Exception


@dataclass(eq=False)
class Job:
    """A picture that waits or is worked on.

    `deliver` is called from a worker's thread with the events of the reconstruction, with Text
    only where `texts` is set. The last item is Done or an exception. until: the time
    (time.monotonic) after which nobody waits any more. box: where in the picture the object is.
    fit: whether the code is fitted to the picture, and how.
    """

    picture: Image.Image
    category: str | None
    deliver: Callable[[Item], None]
    texts: bool = False
    until: float = math.inf
    box: Box | None = None
    fit: Fit = False
    submitted: float = field(default_factory=time.monotonic)
    started: float = 0.0
    cancelled: threading.Event = field(default_factory=threading.Event)


@dataclass(eq=False)
class Task:
    """Other work that needs the model's turn; the fields as of Job.

    run: given the reconstructor and whether it is still wanted. Its value, or the exception that it
    raises, is the only item.
    """

    run: Callable[[Reconstructor, Callable[[], bool]], Any]
    deliver: Callable[[Item], None]
    until: float = math.inf
    submitted: float = field(default_factory=time.monotonic)
    started: float = 0.0
    cancelled: threading.Event = field(default_factory=threading.Event)


def work(reconstructor: Reconstructor, jobs: Sequence[Job | Task]) -> None:
    """Every job to its last item. Those that are cancelled meanwhile get none.

    jobs: any number of Job, or one Task.
    """
    if isinstance(jobs[0], Task):
        _do(reconstructor, jobs[0])
    else:
        _reconstruct(reconstructor, [job for job in jobs if isinstance(job, Job)])


def _do(reconstructor: Reconstructor, task: Task) -> None:
    item: Item
    try:
        item = Finished(task.run(reconstructor, lambda: not task.cancelled.is_set()))
    except Exception as error:  # whatever it is, whoever waits is told
        item = error
    if not task.cancelled.is_set():
        task.deliver(item)


def _reconstruct(reconstructor: Reconstructor, jobs: Sequence[Job]) -> None:
    events = reconstructor.stream_many(
        [job.picture for job in jobs],
        [job.category for job in jobs],
        [job.texts for job in jobs],
        lambda row: not jobs[row].cancelled.is_set(),
        [job.box for job in jobs],
        [job.fit for job in jobs],
    )
    with contextlib.closing(events):
        for row, event in events:
            jobs[row].deliver(event)
