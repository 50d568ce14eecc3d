"""Token buckets: how much each client may ask for per time, in a table that does not grow."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from img2code import limits


class Buckets:
    """A bucket per client: `burst` at once, and `rate` a second in the long run.

    most: clients that are remembered; the one heard of longest ago is forgotten first, and starts
    with a full bucket when it comes again.
    """

    def __init__(
        self,
        rate: float,
        burst: float,
        most: int = limits.MAX_CLIENTS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate, self._burst, self._most, self._clock = rate, burst, most, clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._levels)

    def take(self, who: str, amount: float) -> float:
        """0 where it was taken, else the seconds after which there will be enough.

        More than `burst` is never there; it is let through where the bucket is full, and empties
        it.
        """
        now = self._clock()
        level, then = self._levels.pop(who, (self._burst, now))
        level = min(self._burst, level + (now - then) * self._rate)
        lacks = min(amount, self._burst) - level
        if lacks <= 0:
            level -= min(amount, self._burst)
        self._levels[who] = level, now
        if len(self._levels) > self._most:
            self._levels.popitem(last=False)
        return max(0.0, lacks / self._rate)
