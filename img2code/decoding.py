"""Bounds the memory of pictures that are decoded at once, wherever in the process."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator


class Budget:
    """A number of bytes that threads take parts of, and wait for in turn."""

    def __init__(self, total: int) -> None:
        self._total = self._left = total
        self._turn = threading.Lock()  # who waits for much is not overtaken for ever
        self._changed = threading.Condition()

    @contextlib.contextmanager
    def taken(self, amount: int) -> Iterator[None]:
        """Waits until so much is left. What is larger than the whole budget takes all of it."""
        amount = min(amount, self._total)
        with self._turn, self._changed:
            self._changed.wait_for(lambda: self._left >= amount)
            self._left -= amount
        try:
            yield
        finally:
            with self._changed:
                self._left += amount
                self._changed.notify_all()
