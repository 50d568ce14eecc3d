"""Follows a job from the event loop until it is done, late, refused, or its client has left."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable
from typing import Any

from fastapi import Request
from PIL import Image

from img2code import limits
from img2code.recognition import Box
from img2code.reconstruct import Reconstructor
from img2code.result import Done, Event, Fit, Result
from img2code.service.errors import ClientGone, timed_out
from img2code.service.jobs import Finished, Item
from img2code.service.queue import Place


class Followed:
    """A picture in the queue and what the model says of it.

    until: the time (time.monotonic) at which the caller stops waiting. texts: whether pieces of the
    answer are events too.
    """

    def __init__(
        self,
        place: Place,
        request: Request,
        until: float,
        picture: Image.Image,
        category: str | None,
        texts: bool = False,
        strict: bool = False,
        box: Box | None = None,
        fit: Fit = False,
    ) -> None:
        """Submits the picture. Raises ServiceError where the service stops."""
        loop = asyncio.get_running_loop()
        self._request, self._until, self._strict = request, until, strict
        self._inbox: asyncio.Queue[Item] = asyncio.Queue()
        put = self._inbox.put_nowait  # not self: a job that leads back to us would outlive both

        def deliver(item: Item) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(put, item)

        self._job = place.submit(picture, category, deliver, texts, until, box, fit)

    @property
    def queue_seconds(self) -> float:
        """How long the picture waited, once the model has begun with it."""
        return self._job.started - self._job.submitted

    async def events(self, pause: float | None = None) -> AsyncGenerator[Event | None]:
        """The events up to Done, and None after every `pause` seconds without one.

        Raises what the job meets, ServiceError when it takes too long, ClientGone when the
        client has left.
        """
        watch = asyncio.create_task(_watch(self._request, self._inbox))
        try:
            while True:
                left = self._until - time.monotonic()
                try:
                    item = await asyncio.wait_for(
                        self._inbox.get(), left if pause is None else min(left, pause)
                    )
                except TimeoutError:
                    if time.monotonic() >= self._until:
                        raise timed_out() from None
                    yield None
                    continue
                if isinstance(item, Exception):
                    raise item
                if isinstance(item, Finished):
                    continue  # of tasks only
                if isinstance(item, Done) and self._strict:
                    item.result.check_exact()
                yield item
                if isinstance(item, Done):
                    return
        finally:
            watch.cancel()

    async def result(self) -> Result:
        """The result alone; raises as `events`."""
        async with contextlib.aclosing(self.events()) as events:
            async for event in events:
                if isinstance(event, Done):
                    return event.result
        raise ClientGone


async def value_of(
    place: Place,
    request: Request,
    until: float,
    run: Callable[[Reconstructor, Callable[[], bool]], Any],
) -> Any:
    """What a task in the queue makes; raises as `Followed.events`, and what it raises itself."""
    loop = asyncio.get_running_loop()
    inbox: asyncio.Queue[Item] = asyncio.Queue()

    def deliver(item: Item) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(inbox.put_nowait, item)

    place.submit_task(run, deliver, until)
    watch = asyncio.create_task(_watch(request, inbox))
    try:
        item = await asyncio.wait_for(inbox.get(), until - time.monotonic())
    except TimeoutError:
        raise timed_out() from None
    finally:
        watch.cancel()
    if isinstance(item, Exception):
        raise item
    assert isinstance(item, Finished)
    return item.value


async def _watch(request: Request, inbox: asyncio.Queue[Item]) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    inbox.put_nowait(ClientGone())


def deadline() -> float:
    """The time at which a request whose body has just arrived is given up."""
    return time.monotonic() + limits.REQUEST_SECONDS
