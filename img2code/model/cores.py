"""Several pictures at once on a CPU, each on a core of its own.

Networks this small gain little from a second core, and nothing from seeing pictures together; two
pictures on two cores take hardly longer than one.
"""

from __future__ import annotations

import ctypes
import functools
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import torch

Result = TypeVar("Result")


def each(work: Callable[..., Result], *columns: Iterable[Any]) -> list[Result]:
    """`work` of every row of the columns, as map gives them, on as many cores as torch may use."""
    threads = torch.get_num_threads()
    rows = list(zip(*columns, strict=True))
    if threads == 1 or len(rows) < 2:
        return [work(*row) for row in rows]
    results = list(_pool(threads).map(lambda row: work(*row), rows))
    if trim := _trim():
        trim(0)
    return results


@functools.cache
def _trim() -> Callable[[int], int] | None:
    """glibc's, which gives free memory back: each thread keeps what it once had. Else none."""
    try:
        trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # another C library
        return None
    return trim


@functools.cache
def _pool(threads: int) -> ThreadPoolExecutor:
    """So many threads whose work torch does not divide."""
    pool = ThreadPoolExecutor(threads, "picture")
    begun = threading.Barrier(threads)
    list(pool.map(lambda _: _begin(begun), range(threads)))
    torch.set_num_threads(threads)  # for threads that begin from now on, as it was
    return pool


def _begin(all_of_them: threading.Barrier) -> None:
    torch.set_num_threads(1)
    torch.get_num_threads()  # else this thread's first work would take the number of all others
    all_of_them.wait()
