"""The service lets go of what it was sent: pictures are gone with their answers."""

from __future__ import annotations

import contextlib
import gc
import io
from collections.abc import Iterator

import httpx
import numpy as np
import pytest
from PIL import Image
from service_backends import PATIENCE, served, until

from img2code.backends.fake import Fake
from img2code.reconstruct import Reconstructor
from img2code.service.app import create_app

SIZE = 43, 43  # of no other picture; a square stays as it is


def sent(seed: int) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 255, (*SIZE[::-1], 3), np.uint8)
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


def alive() -> int:
    """Pictures of that size that are in memory.

    By type: asking every object for its class wakes deprecated ones of other libraries.
    """
    return sum(issubclass(type(o), Image.Image) and o.size == SIZE for o in gc.get_objects())


@contextlib.contextmanager
def without_collector() -> Iterator[None]:
    """What is part of a cycle stays: the collector comes late, and pictures are large."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@pytest.mark.parametrize("path", ["/v1/predict", "/v1/predict/stream"])
def test_pictures_are_let_go_without_the_collector(path: str) -> None:
    with (
        served(create_app(lambda: Reconstructor(Fake()))) as address,
        httpx.Client(base_url=address, timeout=PATIENCE) as client,
    ):
        until(lambda: client.get("/ready").is_success)
        contents = [sent(seed) for seed in range(6)]
        with without_collector():
            before = alive()
            for content in contents:
                file = {"image": ("picture.png", content, "image/png")}
                assert client.post(path, files=file).is_success
            until(lambda: alive() <= before + 2)  # what the worker made of its last picture
