"""The service's model for the page in the same process: its pictures wait in the same line."""

from __future__ import annotations

from collections.abc import Generator
from queue import SimpleQueue

from geometry import program
from img2code.image import open_image
from img2code.recognition import Box
from img2code.reconstruct import Done, Event, Picture, Reconstructor
from img2code.service.jobs import Item
from img2code.service.queue import Queue


class Shared(Reconstructor):
    """A reconstructor whose work is done by the workers of a queue."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    def stream(
        self, image: Picture, category: str | None = None, box: Box | None = None
    ) -> Generator[Event]:
        """As Reconstructor.stream. The page bounds its own visitors, so it is always let in."""
        picture = open_image(image)
        if category is not None:
            category = program.find_category(category).name
        inbox: SimpleQueue[Item] = SimpleQueue()
        with self._queue.admit(bounded=False) as place:
            place.submit(picture, category, inbox.put, texts=True, box=box)
            while True:
                item = inbox.get()
                if isinstance(item, Exception):
                    raise item
                yield item
                if isinstance(item, Done):
                    return
