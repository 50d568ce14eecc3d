"""What became of each row of a step: lines that are only ever added, found again by the row's key.

A process may be killed at any moment: the last line may then be half there and counts as none. The
index holds two numbers a row, whatever the rows hold.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

Row = dict[str, Any]
_FLUSHED = 1.0  # seconds at most between what is known and what is on the disk
_GROWTH = 4096


def key_of(text: str) -> int:
    """64 bits that stand for a row."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


class Ledger:
    """Entries {"key", "values" or "error", "seconds"}; a later one of a row replaces an earlier."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._keys = np.zeros(_GROWTH, np.uint64)
        self._places = np.zeros(_GROWTH, np.int64)
        self._failed = np.zeros(_GROWTH, bool)
        self._count = 0
        self._order: np.ndarray | None = None  # of the keys, while nothing was added
        self._file = path.open("ab", buffering=0)
        self._found = path.open("rb")
        self._flushed = time.monotonic()
        self._end = self._read()
        self._file.truncate(self._end)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def add(self, key: int, entry: Mapping[str, Any]) -> None:
        """Raises OSError where the disk is full; what was added before stays."""
        line = json.dumps({"key": f"{key:016x}", **entry}, ensure_ascii=False).encode() + b"\n"
        written = self._file.write(line)
        if written != len(line):
            self._file.truncate(self._end)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), self._file.name)
        self._note(key, self._end, "error" in entry)
        self._end += len(line)
        if time.monotonic() - self._flushed > _FLUSHED:
            self.flush()

    def flush(self) -> None:
        os.fsync(self._file.fileno())
        self._flushed = time.monotonic()

    def close(self) -> None:
        try:
            self.flush()
        finally:
            self._file.close()
            self._found.close()

    def get(self, key: int) -> Row | None:
        """The latest entry of a row; None where there is none."""
        place = self._place(key)
        if place is None:
            return None
        self._found.seek(self._places[place])
        entry: Row = json.loads(self._found.readline())
        return entry

    def state(self, key: int) -> bool | None:
        """True where the row is done, False where it failed, None where it was not tried."""
        place = self._place(key)
        return None if place is None else not self._failed[place]

    def _place(self, key: int) -> int | None:
        if self._order is None:  # stable: among equal keys the latest stands last
            self._order = np.argsort(self._keys[: self._count], kind="stable")
        wanted = np.uint64(key)
        keys = self._keys[: self._count]
        after = np.searchsorted(keys, wanted, side="right", sorter=self._order)
        if not after:
            return None
        place = int(self._order[after - 1])
        return place if keys[place] == wanted else None

    def _note(self, key: int, place: int, failed: bool) -> None:
        if self._count == len(self._keys):
            size = 2 * self._count
            self._keys = np.resize(self._keys, size)
            self._places = np.resize(self._places, size)
            self._failed = np.resize(self._failed, size)
        self._keys[self._count], self._places[self._count] = key, place
        self._failed[self._count] = failed
        self._count += 1
        self._order = None

    def _read(self) -> int:
        """The index of what is there; returns where its last whole line ends."""
        end = 0
        for line in self._found:
            if not line.endswith(b"\n"):
                break
            entry = _entry(line)
            if entry is not None:
                self._note(int(entry["key"], 16), end, "error" in entry)
            end += len(line)
        return end


def _entry(line: bytes) -> Row | None:
    """None for a line that a crash has left torn in the middle of the file."""
    try:
        entry = json.loads(line)
        int(entry["key"], 16)
    except (ValueError, KeyError, TypeError):
        return None
    result: Row = entry
    return result
