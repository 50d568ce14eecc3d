"""How long a piece of work takes, as measured, and what may therefore be promised."""

from __future__ import annotations

import math

FIRST_SECONDS = 1.0  # a guess until something has been measured
WEIGHT = 0.2  # of the newest measurement in the mean
CAUTION = 2.0  # mean deviations above the mean that a promise allows for


class Pace:
    """The mean and the mean deviation of durations, the last ones weigh most.

    Not thread-safe: its owner holds a lock, or is the event loop.
    """

    def __init__(self, seconds: float = FIRST_SECONDS) -> None:
        self.seconds = seconds
        self._deviation = 0.0
        self._measured = False

    def record(self, seconds: float) -> None:
        if not self._measured:
            self._measured, self.seconds = True, seconds
            return
        off = seconds - self.seconds
        self.seconds += WEIGHT * off
        self._deviation += WEIGHT * (abs(off) - self._deviation)

    @property
    def cautious(self) -> float:
        """Seconds that most pieces of work do not exceed."""
        return self.seconds + CAUTION * self._deviation

    def rounds_within(self, seconds: float) -> int:
        """How many pieces of work, one after the other, surely end within that time."""
        return math.floor(seconds / max(self.cautious, 1e-3))

    def retry_after(self, rounds: float) -> int:
        """Whole seconds that so many pieces of work take, at least one."""
        return max(1, math.ceil(rounds * self.seconds))
