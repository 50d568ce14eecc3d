"""Reconstructions on a Space whose GPUs are lent per call."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Generator

from img2code.result import Event

Stream = Callable[..., Generator[Event]]


def on_gpu(stream: Stream) -> Stream:
    """Borrows a GPU for each reconstruction, where that is how they are had."""
    if importlib.util.find_spec("spaces") is None:
        return stream
    import spaces

    borrowed: Stream = spaces.GPU(stream)
    return borrowed
