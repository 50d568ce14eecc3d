"""Short work beside the model, off the event loop: a few threads, and a bounded wait for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

import anyio.to_thread

from img2code import limits
from img2code.service.errors import ServiceError

Value = TypeVar("Value")
Arguments = TypeVarTuple("Arguments")


class Threads:
    """Runs functions in threads, `limits.CONCURRENT_CHECKS` at a time."""

    def __init__(self) -> None:
        self._limiter = anyio.CapacityLimiter(limits.CONCURRENT_CHECKS)

    async def run(self, function: Callable[[*Arguments], Value], *arguments: *Arguments) -> Value:
        """The function's value. Raises what it raises, and ServiceError where too many wait."""
        if self._limiter.statistics().tasks_waiting >= limits.MAX_WAITING + limits.CONCURRENT_RUNS:
            problem = "Too many requests are waiting already."
            raise ServiceError("busy", problem, "Try again in a second.", retry_after=1)
        return await anyio.to_thread.run_sync(function, *arguments, limiter=self._limiter)
