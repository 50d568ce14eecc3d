"""The work of a worker: pictures through the model, alone or in a batch, told as it happens."""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PIL import Image

from img2code.recognition import Box
from img2code.reconstruct import Event, Reconstructor

Item = Event | Exception


@dataclass(eq=False)
class Job:
    """A picture that waits or is worked on.

    `deliver` is called from a worker's thread with the events of the reconstruction, with Text
    only where `texts` is set. The last item is Done or an exception. until: the time
    (time.monotonic) after which nobody waits any more. box: where in the picture the object is.
    """

    picture: Image.Image
    category: str | None
    deliver: Callable[[Item], None]
    texts: bool = False
    until: float = math.inf
    box: Box | None = None
    submitted: float = field(default_factory=time.monotonic)
    started: float = 0.0
    cancelled: threading.Event = field(default_factory=threading.Event)


def work(reconstructor: Reconstructor, jobs: Sequence[Job]) -> None:
    """Every job to its last item. Jobs that are cancelled meanwhile get none."""
    events = reconstructor.stream_many(
        [job.picture for job in jobs],
        [job.category for job in jobs],
        [job.texts for job in jobs],
        lambda row: not jobs[row].cancelled.is_set(),
        [job.box for job in jobs],
    )
    with contextlib.closing(events):
        for row, event in events:
            jobs[row].deliver(event)
