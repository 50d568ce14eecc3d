"""Runs a module in a process that ends with the one that started it, however that ends.

python -m img2code.leash PARENT MODULE    PARENT: the number of the process that starts this one

Imports nothing heavy, so that it holds from the first moment on, before the module is loaded.
"""

from __future__ import annotations

import ctypes
import os
import runpy
import signal
import sys
import threading
import time

SECONDS = 0.2  # between looks at the parent, where the kernel does not tell
_PR_SET_PDEATHSIG = 1


def follow(parent: int) -> None:
    """From now on this process ends, at once, when `parent` does."""
    if sys.platform == "linux":  # the kernel kills it even within a long call
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(SECONDS)
    os._exit(1)


if __name__ == "__main__":
    follow(int(sys.argv[1]))
    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
