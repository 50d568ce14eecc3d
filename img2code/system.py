"""What not every operating system has, and what takes its place where it is missing."""

from __future__ import annotations

import os
import signal
import sys

try:
    import resource
except ModuleNotFoundError:  # Windows
    resource = None  # type: ignore[assignment]


def threads(count: int) -> dict[str, str]:
    """Variables by which numerical libraries that are loaded later take so many threads."""
    return dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(count))


def cores() -> int:
    """CPU cores that this process may use; where that cannot be asked, that the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def most_open_files() -> int | None:
    """How many files and connections this process may have open; None: no limit is known."""
    if resource is None:
        return None
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return files if files >= 0 else None


def bound_memory(most: int) -> None:
    """From now on this process gets at most so many bytes of address space, where that can be."""
    if resource is None or sys.platform == "darwin":  # macOS has the limit and refuses to set it
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most if hard < 0 else min(most, hard), hard))


def lower_priority(niceness: int) -> None:
    """Others come first from now on, where processes have a niceness."""
    if hasattr(os, "nice"):
        os.nice(max(0, niceness - os.nice(0)))


def alarm(seconds: int) -> None:
    """SIGALRM comes after so many seconds, where there is one; 0: not any more."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def block_signals(*numbers: signal.Signals) -> None:
    """This thread, and the processes that it starts, leave these signals to the main thread."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
