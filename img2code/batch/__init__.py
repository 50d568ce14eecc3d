"""Many pictures in folders of categories: to codes in folders, by several processes, resumable.

The order of things: `layout` reads what there is, `manifest` what is done already, `processors`
where workers may run; `pool` hands the rest out to processes of `worker`.
"""

from __future__ import annotations

import signal
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from img2code.batch.devices import Environment, slots
from img2code.batch.folders import Results
from img2code.batch.inputs import Task, TestSet, model_name, read
from img2code.batch.job import Setup
from img2code.batch.pool import Finished, Pool

__all__ = [
    "Batch",
    "Finished",
    "Setup",
    "Task",
    "TestSet",
    "model_name",
    "read",
    "resume",
    "slots",
    "terminable",
]


@dataclass(frozen=True)
class Batch:
    """What is left of a test set; `failed` of the other pictures have errors of earlier runs."""

    setup: Setup
    left: Sequence[Task]
    failed: int
    lock: IO[str]

    def run(self, environments: Sequence[Environment]) -> Generator[Finished]:
        """Every picture that is left as soon as its folder is complete, in any order.

        A process per environment. Closing the iterator ends all of them; the next run goes on
        from there. Raises UserError where no back end can be loaded, OSError where nothing can be
        written.
        """
        return Pool(self.setup, environments, self.lock).run(self.left)


@contextmanager
def terminable() -> Iterator[None]:
    """SIGTERM ends the block as Ctrl-C does, by SystemExit; the block may leave things in order."""

    def end(*_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough
        raise SystemExit(128 + signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def resume(tasks: Sequence[Task], setup: Setup, retry: bool = False) -> Iterator[Batch]:
    """The batch where earlier runs have left it; no other run writes to it until the block ends.

    retry: pictures that failed are left to do again; else they keep their error. Leaves a manifest
    of all. Raises UserError where the results are other pictures', or where another run is at work.
    """
    results = Results(Path(setup.root))
    with results.claimed() as lock:
        states = {task: results.state(task) for task in tasks}
        again = ("waiting", "failed") if retry else ("waiting",)
        left = [task for task, state in states.items() if state in again]
        results.check([task for task, state in states.items() if state not in again])
        results.write_manifest(tasks)
        failed = 0 if retry else list(states.values()).count("failed")
        try:
            yield Batch(setup, left, failed, lock)
        finally:
            results.write_manifest(tasks)
