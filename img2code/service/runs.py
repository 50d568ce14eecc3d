"""The work of a worker: pictures through the model, alone or in a batch, told as it happens."""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PIL import Image

from img2code.errors import GenerationError, UserError
from img2code.reconstruct import Done, Event, Reconstructor, Text

Item = Event | Exception


@dataclass(eq=False)
class Job:
    """A picture that waits or is worked on.

    `deliver` is called from a worker's thread with the events of the reconstruction, with Text
    only where `texts` is set. The last item is Done or an exception. until: the time
    (time.monotonic) after which nobody waits any more.
    """

    picture: Image.Image
    category: str | None
    deliver: Callable[[Item], None]
    texts: bool = False
    until: float = math.inf
    submitted: float = field(default_factory=time.monotonic)
    started: float = 0.0
    pieces: list[str] = field(default_factory=list)
    first_seconds: float = 0.0
    cancelled: threading.Event = field(default_factory=threading.Event)

    def hear(self, piece: str, seconds: float) -> None:
        """A piece of the answer, that many seconds after the model began."""
        self.first_seconds = self.first_seconds or seconds
        self.pieces.append(piece)
        if self.texts:
            self.deliver(Text(piece, len(self.pieces), seconds))


def batch_size(reconstructor: Reconstructor) -> int:
    """How many pictures the back end decodes at once."""
    backend = reconstructor.backend
    return getattr(backend, "batch", 1) if hasattr(backend, "generate_batch") else 1


def work(reconstructor: Reconstructor, jobs: Sequence[Job]) -> None:
    """Every job to its last item. Jobs that are cancelled meanwhile get none.

    Where decoding them together fails, as for lack of memory, those that have not been told
    anything yet are tried alone.
    """
    if len(jobs) > 1:
        try:
            _together(reconstructor, jobs)
            return
        except Exception as error:
            for job in jobs:
                if job.texts and job.pieces:
                    job.deliver(_explained(reconstructor, error))
            jobs = [job for job in jobs if not (job.texts and job.pieces)]
    for job in jobs:
        try:
            _alone(reconstructor, job)
        except Exception as error:
            job.deliver(error)


def _alone(reconstructor: Reconstructor, job: Job) -> None:
    with contextlib.closing(reconstructor.stream(job.picture, job.category)) as events:
        for event in events:
            if job.cancelled.is_set():
                return
            if job.texts or isinstance(event, Done):
                job.deliver(event)


def _together(reconstructor: Reconstructor, jobs: Sequence[Job]) -> None:
    """Raises what the back end raises; an answer that is no code is told to its job alone."""
    start = time.perf_counter()
    pictures, categories = [job.picture for job in jobs], [job.category for job in jobs]
    generate = reconstructor.backend.generate_batch  # type: ignore[attr-defined]  # has `batch`
    with contextlib.closing(generate(pictures, categories)) as pieces:
        for row, piece in pieces:
            if all(job.cancelled.is_set() for job in jobs):
                return
            jobs[row].hear(piece, time.perf_counter() - start)
    seconds = time.perf_counter() - start
    for job in jobs:
        if not job.cancelled.is_set():
            _finish(reconstructor, job, seconds)


def _finish(reconstructor: Reconstructor, job: Job, seconds: float) -> None:
    text, tokens = "".join(job.pieces), len(job.pieces)
    try:
        result = reconstructor.finish(text, job.category, tokens, seconds, job.first_seconds)
    except Exception as error:
        job.deliver(error)
    else:
        job.deliver(Done(result))


def _explained(reconstructor: Reconstructor, error: Exception) -> Exception:
    """As Reconstructor.stream tells it."""
    if isinstance(error, UserError):
        return error
    reason = (str(error) or type(error).__name__).rstrip(".")
    problem = f"The back end {reconstructor.backend.name} failed: {reason}."
    return GenerationError(problem, "Try again, or with another picture.")
