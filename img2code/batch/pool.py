"""Hands pictures out to worker processes, replaces those that die, and collects what is done.

A thread per worker: it takes the next pictures whenever its worker is free. A picture on which a
worker died is tried once more, alone; if that one dies too, the picture gets an error. A worker
that dies while it loads is started again a few times; after that the others go on without it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import IO, Any

from geometry.errors import UserError
from img2code.batch.devices import Environment
from img2code.batch.folders import Results
from img2code.batch.inputs import Task
from img2code.batch.job import Setup
from img2code.limits import WORKER_STARTS
from img2code.system import block_signals


@dataclass(frozen=True)
class Finished:
    """One picture whose folder is complete; `error` is empty where it holds a code."""

    task: Task
    seconds: float
    error: str = ""


class WorkerError(Exception):
    """A worker that died, and how."""


class LoadError(UserError):
    """A worker that died each time while it loaded the back end."""


class Worker:
    """A worker process with its back end loaded; `batch` pictures are decoded at a time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.batch = 1

    def load(self, setup: Setup) -> None:
        """Raises UserError where the back end cannot be loaded, WorkerError."""
        self._send(asdict(setup))
        self.batch = self._reply()["batch"]

    def run(self, job: Sequence[Task]) -> Iterator[tuple[int, float, str]]:
        """Position in the job, seconds and error of each picture. Raises UserError, WorkerError."""
        self._send([(task.category, task.index, str(task.picture)) for task in job])
        for _ in job:
            reply = self._reply()
            yield reply["position"], reply["seconds"], reply["error"]

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()

    def _send(self, message: Any) -> None:
        assert self.process.stdin
        try:
            print(json.dumps(message), file=self.process.stdin, flush=True)
        except BrokenPipeError:
            raise WorkerError(self._how()) from None

    def _reply(self) -> dict[str, Any]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line.endswith("\n"):
            raise WorkerError(self._how())
        reply: dict[str, Any] = json.loads(line)
        if "fatal" in reply:
            raise UserError(reply["fatal"])
        return reply

    def _how(self) -> str:
        status = self.process.wait()
        return signal.Signals(-status).name if status < 0 else f"exit status {status}"


class Pool:
    """Worker processes, one per slot, for as long as `run` is iterated."""

    def __init__(self, setup: Setup, slots: Sequence[Environment], lock: IO[str]) -> None:
        """lock: an open file that every worker holds too, until it has ended."""
        self._setup = setup
        self._results = Results(Path(setup.root))
        self._slots = slots
        self._lock_file = lock
        self._waiting: deque[Task] = deque()
        self._news: SimpleQueue[Finished | BaseException] = SimpleQueue()
        self._guard = Lock()  # of what follows
        self._workers: set[Worker] = set()
        self._serving = 0
        self._stopped = False

    def run(self, tasks: Sequence[Task]) -> Generator[Finished]:
        """Every task as soon as its folder is complete.

        Closing the iterator, or Ctrl-C, ends all workers at once. Raises UserError where a back
        end cannot be loaded or a folder cannot be written.
        """
        self._waiting.extend(tasks)
        slots = self._slots[: len(tasks)]
        self._serving = len(slots)
        threads = [Thread(target=self._serve, args=(slot,)) for slot in slots]
        try:
            for thread in threads:
                thread.start()
            for _ in tasks:
                news = self._news.get()
                if isinstance(news, BaseException):
                    raise news
                yield news
        finally:
            with self._guard:
                self._stopped = True
                for worker in self._workers:
                    worker.process.kill()
            for thread in threads:
                if thread.ident:
                    thread.join()

    def _serve(self, slot: Environment) -> None:
        """The thread of one slot."""
        # Workers inherit it: to stop is for the main thread, which ends them.
        block_signals(signal.SIGINT, signal.SIGTERM)
        worker = None
        mine: list[Task] = []  # what this slot has taken and not finished
        try:
            worker = self._started(slot)
            while job := self._next(worker.batch):
                mine = self._attempt(worker, job)[0]
                while mine:
                    worker = self._alive(worker, slot)
                    self._retry(worker, mine[0])
                    del mine[0]
                worker = self._alive(worker, slot)
        except LoadError as failure:
            self._gone(failure, mine)
        except BaseException as error:
            self._news.put(error)  # after a stop nobody reads it
        finally:
            if worker:
                self._ended(worker)

    def _gone(self, failure: LoadError, unfinished: Sequence[Task]) -> None:
        """A slot that no worker can be started in: its pictures get the error, others go on."""
        for task in unfinished:
            self._results.fail(task, str(failure))
            self._news.put(Finished(task, 0.0, str(failure)))
        with self._guard:
            self._serving -= 1
            if not self._serving and self._waiting:
                self._news.put(failure)

    def _attempt(self, worker: Worker, job: Sequence[Task]) -> tuple[list[Task], str]:
        """The pictures on which the worker died, and how it died."""
        left = dict(enumerate(job))
        try:
            for position, seconds, error in worker.run(job):
                self._news.put(Finished(left.pop(position), seconds, error))
        except WorkerError as death:
            return list(left.values()), str(death)
        return [], ""

    def _retry(self, worker: Worker, task: Task) -> None:
        """The second and last attempt at a picture."""
        start = time.perf_counter()
        if self._results.state(task) == "done":  # the worker died before it could say so
            self._news.put(Finished(task, 0.0))
            return
        left, how = self._attempt(worker, [task])
        if left:
            error = f"The worker process died twice on this picture ({how})."
            self._results.fail(task, error)
            self._news.put(Finished(task, time.perf_counter() - start, error))

    def _alive(self, worker: Worker, slot: Environment) -> Worker:
        """This worker, or the one that replaces it."""
        if worker.process.poll() is None:
            return worker
        self._ended(worker)
        return self._started(slot)

    def _next(self, batch: int) -> list[Task]:
        """The next pictures: a full batch, less towards the end, so that all workers have some."""
        with self._guard:
            if self._stopped:
                return []
            fraction = -(-len(self._waiting) // len(self._slots))
            return [self._waiting.popleft() for _ in range(min(batch, fraction))]

    def _started(self, slot: Environment) -> Worker:
        death = ""
        for _ in range(WORKER_STARTS):
            with self._guard:
                if self._stopped:
                    raise WorkerError("stopped")
                worker = Worker(self._process(slot))
                self._workers.add(worker)
            try:
                worker.load(self._setup)
                return worker
            except WorkerError as error:
                self._ended(worker)
                death = str(error)
            except BaseException:
                self._ended(worker)
                raise
        problem = f"A worker died {WORKER_STARTS} times while it loaded the back end ({death})."
        raise LoadError(problem, "Too little memory is the usual reason: try fewer --workers.")

    def _process(self, slot: Environment) -> subprocess.Popen[str]:
        path = os.pathsep.join(filter(None, sys.path))  # the same modules as this process
        return subprocess.Popen(
            [sys.executable, "-m", "img2code.leash", str(os.getpid()), "img2code.batch.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=os.environ | {"PYTHONPATH": path} | slot,
            pass_fds=[self._lock_file.fileno()] if os.name == "posix" else (),
        )

    def _ended(self, worker: Worker) -> None:
        with self._guard:
            self._workers.discard(worker)
        worker.end()
