"""Reads regular files alone; writes them whole: others find the old file or the new one."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

#: Without waiting, and as bytes: a system lacks the flags that it has no need of.
_FLAGS = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY")
)
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe (FIFO)",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def read_regular(path: str | Path, limit: int) -> bytes:
    """The content of a regular file, at most `limit` + 1 bytes of it: one more says "too large".

    Nothing else is ever opened: a pipe would wait for somebody to write into it, a device may have
    no end. Raises OSError.
    """
    _check_regular(os.stat(path), path)
    # Should the file have been replaced since: without waiting, and looked at again.
    descriptor = os.open(path, _FLAGS)
    with open(descriptor, "rb") as file:
        _check_regular(os.fstat(descriptor), path)
        return file.read(limit + 1)


def _check_regular(status: os.stat_result, path: str | Path) -> None:
    if not stat.S_ISREG(status.st_mode):
        kind = _KINDS.get(stat.S_IFMT(status.st_mode), "something else")
        raise OSError(errno.EINVAL, f"it is {kind}, not a file", str(path))


@contextlib.contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """A temporary path beside `path`, with its suffix, that takes its place when the block ends.

    Where the block fails nothing is left behind. Raises OSError, also for a target that is no
    plain file: a device or a folder is never replaced.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        raise OSError(0, "is not a plain file", str(path))
    temporary = target.with_name(f".img2code-{os.getpid()}{target.suffix}")
    try:
        yield temporary
        os.replace(temporary, target)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from None
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: str | Path, text: str) -> None:
    """UTF-8 text as a whole file. Raises OSError."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def flush_all(path: str | Path) -> None:
    """The files of a folder, and their names, are on the disk when this returns."""
    for entry in Path(path).iterdir():
        if entry.is_file():
            flush(entry)
    flush(path)


def flush(path: str | Path) -> None:
    """The same of one file, or of the names alone that a folder holds."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # file systems that cannot
            raise
    finally:
        os.close(descriptor)
