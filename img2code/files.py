"""Writes files whole: whoever reads a path finds the old file or the finished new one."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def whole(path: str | Path) -> Iterator[Path]:
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
    with whole(path) as temporary:
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
