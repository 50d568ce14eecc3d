"""The line in front of the model: bounded, left by those who give up, served by worker threads.

Pictures gather while the model works; a back end that can decodes those that wait together. Nobody
is kept waiting in vain: the line is no longer than what can be served in time at the measured pace.
"""

from __future__ import annotations

import contextlib
import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from PIL import Image

from img2code import limits
from img2code.backends import batch_size
from img2code.recognition import Box
from img2code.reconstruct import Reconstructor
from img2code.result import Done, Fit
from img2code.service import errors
from img2code.service.jobs import Item, Job, Task, work
from img2code.service.metrics import Metrics
from img2code.service.pace import Pace

log = logging.getLogger(__name__)


class Queue:
    """Places for requests, and the threads that serve them. Everything here is thread-safe.

    load: makes the reconstructor, in a worker's thread. waiting: places besides those that the
    model works on. runs: calls of the model at a time.
    """

    def __init__(
        self,
        load: Callable[[], Reconstructor],
        metrics: Metrics,
        waiting: int = limits.MAX_WAITING,
        runs: int = limits.CONCURRENT_RUNS,
    ) -> None:
        self.reconstructor: Reconstructor | None = None
        self.failure: Exception | None = None  # why there is no reconstructor
        self._load, self._metrics = load, metrics
        self._most_waiting, self._runs = waiting, runs
        self._batch = 1
        self._admitted = 0
        self._waiting: deque[Job | Task] = deque()
        self._running: list[Job | Task] = []
        self._closed = self._stopping = False
        self._pace = Pace()  # of a run
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        metrics.watch(lambda: self.waiting, lambda: len(self._running))

    @property
    def ready(self) -> bool:
        return self.reconstructor is not None and not self._closed

    @property
    def stopping(self) -> bool:
        """Whether newcomers are refused because the service ends."""
        return self._closed

    @property
    def admitted(self) -> int:
        """Requests that hold a place."""
        return self._admitted

    @property
    def waiting(self) -> int:
        """Pictures that wait for the model."""
        return len(self._waiting)

    def start(self) -> None:
        """Load the reconstructor and serve, in the background."""
        self._threads = [
            threading.Thread(target=self._begin, name="img2code worker 1", daemon=True)
        ]
        self._threads[0].start()

    def close(self) -> None:
        """Refuse whoever comes; those who have a place are served."""
        self._closed = True

    def stop(self) -> None:
        """Refuse whoever comes, waits or is worked on; the threads end by themselves."""
        with self._changed:
            self._closed = self._stopping = True
            jobs = [*self._waiting, *self._running]
            self._waiting.clear()
            self._changed.notify_all()
        for job in jobs:
            _refuse(job, errors.stopping())

    def join(self, seconds: float = limits.STOP_SECONDS) -> None:
        """Wait that long for the threads to end after `stop`."""
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    @contextlib.contextmanager
    def admit(self, bounded: bool = True) -> Iterator[Place]:
        """A place in the line for one picture; a job of it that is unfinished ends with the block.

        Raises ServiceError where the service stops or, if `bounded`, where no place is left.
        """
        with self._changed:
            self._check(bounded)
            self._admitted += 1
        place = Place(self)
        try:
            yield place
        finally:
            with self._changed:
                self._admitted -= 1
                if place.job:
                    place.job.cancelled.set()
                    with contextlib.suppress(ValueError):  # it is worked on, or it is done
                        self._waiting.remove(place.job)

    def check(self) -> None:
        """Raises ServiceError where `admit` would; takes nothing."""
        with self._changed:
            self._check(bounded=True)

    def submit(
        self,
        picture: Image.Image,
        category: str | None,
        deliver: Callable[[Item], None],
        texts: bool = False,
        until: float = math.inf,
        box: Box | None = None,
        fit: Fit = False,
    ) -> Job:
        """A job at the end of the line. Raises ServiceError where the service stops."""

        job = Job(picture, category, self._counted(deliver), texts, until, box, fit)
        self._append(job)
        return job

    def submit_task(
        self,
        run: Callable[[Reconstructor, Callable[[], bool]], Any],
        deliver: Callable[[Item], None],
        until: float = math.inf,
    ) -> Task:
        """Other work at the end of the line. Raises ServiceError where the service stops."""
        task = Task(run, self._counted(deliver), until)
        self._append(task)
        return task

    def _counted(self, deliver: Callable[[Item], None]) -> Callable[[Item], None]:
        def counted(item: Item) -> None:
            if isinstance(item, Done):
                self._metrics.tokens.inc(item.result.tokens)
            elif isinstance(item, Exception):
                self._metrics.failures.labels(errors.service_error(item).code).inc()
            deliver(item)

        return counted

    def _append(self, job: Job | Task) -> None:
        with self._changed:
            if self._stopping:
                raise errors.stopping()
            self._waiting.append(job)
            self._changed.notify()

    @property
    def _at_once(self) -> int:
        """Pictures that are worked on together."""
        return self._runs * self._batch

    @property
    def places(self) -> int:
        """How many may be in the line: as many as are served within a request's time."""
        rounds = max(1, self._pace.rounds_within(limits.REQUEST_SECONDS))
        return min(self._most_waiting + self._at_once, rounds * self._at_once)

    def _check(self, bounded: bool) -> None:
        if self._closed:
            raise errors.stopping()
        if bounded and self._admitted >= self.places:
            raise self._busy(self._admitted)

    def _busy(self, ahead: int) -> errors.ServiceError:
        seconds = self._pace.retry_after(ahead / self._at_once)
        problem = f"{ahead} requests are waiting already."
        return errors.ServiceError("busy", problem, f"Try again in {seconds} seconds.", seconds)

    def _hopeless(self) -> list[tuple[Job | Task, int]]:
        """Takes those out of the line whose turn would come too late, with how many were ahead.

        The pace that they were let in with has proved too hopeful.
        """
        now = time.monotonic()
        kept: list[Job | Task] = []
        late: list[tuple[Job | Task, int]] = []
        for job in self._waiting:
            rounds = len(kept) // self._at_once + 1
            if now + rounds * self._pace.seconds > job.until:
                late.append((job, len(kept) + len(self._running)))
            else:
                kept.append(job)
        self._waiting = deque(kept)
        return late

    def _begin(self) -> None:
        try:
            self.reconstructor = self._load()
        except Exception as error:
            self.failure = error
            self.stop()
            return
        self._batch = batch_size(self.reconstructor.backend)
        for number in range(2, self._runs + 1):
            name = f"img2code worker {number}"
            thread = threading.Thread(
                target=self._serve, args=[self.reconstructor], name=name, daemon=True
            )
            self._threads.append(thread)
            thread.start()
        self._serve(self.reconstructor)

    def _serve(self, reconstructor: Reconstructor) -> None:
        while jobs := self._take():
            start = time.perf_counter()
            try:
                work(reconstructor, jobs)
            except Exception:  # nobody is left to be told
                log.exception("A worker failed.")
            finally:
                seconds = time.perf_counter() - start
                with self._changed:
                    self._running = [job for job in self._running if job not in jobs]
                    whole = not all(job.cancelled.is_set() for job in jobs)
                    if whole or seconds > self._pace.seconds:
                        self._pace.record(seconds)
                    hopeless = self._hopeless()
                for job, ahead in hopeless:
                    _refuse(job, self._busy(ahead))
            self._metrics.run_seconds.observe(seconds)
            self._metrics.batch.observe(len(jobs))

    def _take(self) -> list[Job | Task]:
        """The next jobs, as many as the model takes at once; none when the service stops.

        A task is done alone.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping)
            if self._stopping:
                return []
            jobs = [self._waiting.popleft()]
            while self._waiting and len(jobs) < self._batch:
                if isinstance(jobs[0], Task) or isinstance(self._waiting[0], Task):
                    break
                jobs.append(self._waiting.popleft())
            self._running += jobs
        for job in jobs:
            job.started = time.monotonic()
            self._metrics.queue_seconds.observe(job.started - job.submitted)
        return jobs


class Place:
    """One admitted request."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self.job: Job | Task | None = None

    def submit(
        self,
        picture: Image.Image,
        category: str | None,
        deliver: Callable[[Item], None],
        texts: bool = False,
        until: float = math.inf,
        box: Box | None = None,
        fit: Fit = False,
    ) -> Job:
        """The picture (from `open_image`) joins the line; the other arguments are Job's.

        Raises ServiceError where the service stops.
        """
        job = self._queue.submit(picture, category, deliver, texts, until, box, fit)
        self.job = job
        return job

    def submit_task(
        self,
        run: Callable[[Reconstructor, Callable[[], bool]], Any],
        deliver: Callable[[Item], None],
        until: float = math.inf,
    ) -> Task:
        """Other work joins the line; the arguments are Task's. Raises ServiceError likewise."""
        task = self._queue.submit_task(run, deliver, until)
        self.job = task
        return task


def _refuse(job: Job | Task, why: errors.ServiceError) -> None:
    """The job's last item; whoever waits for it may have gone."""
    job.cancelled.set()
    try:
        job.deliver(why)
    except Exception:
        log.exception("A waiting request could not be told.")
