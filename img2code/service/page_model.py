"""The service's model for the page in the same process: its pictures wait in the same line."""

from __future__ import annotations

from collections.abc import Callable, Generator
from queue import SimpleQueue

from geometry import program
from img2code.image import open_image
from img2code.recognition import Box
from img2code.reconstruct import Answer, Reconstructor
from img2code.result import Done, Event, Fit, Picture
from img2code.service.jobs import Finished, Item
from img2code.service.queue import Queue
from stats import SHIPPED, Statistics


class Shared(Reconstructor):
    """A reconstructor whose work is done by the workers of a queue."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    @property
    def statistics(self) -> Statistics:  # type: ignore[override]  # the loaded model's
        model = self._queue.reconstructor
        return model.statistics if model else SHIPPED

    @property
    def name(self) -> str:
        """Of the back end; empty until it is loaded."""
        model = self._queue.reconstructor
        return model.name if model else ""

    def stream(
        self,
        image: Picture,
        category: str | None = None,
        box: Box | None = None,
        fit: Fit = False,
    ) -> Generator[Event]:
        """As Reconstructor.stream. The page bounds its own visitors, so it is always let in."""
        picture = open_image(image)
        if category is not None:
            category = program.find_category(category).name
        inbox: SimpleQueue[Item] = SimpleQueue()
        with self._queue.admit(bounded=False) as place:
            place.submit(picture, category, inbox.put, texts=True, box=box, fit=fit)
            while True:
                item = inbox.get()
                if isinstance(item, Exception):
                    raise item
                if isinstance(item, Finished):
                    continue  # of tasks only
                yield item
                if isinstance(item, Done):
                    return

    def use(self, task: Callable[[Reconstructor], Answer]) -> Answer:
        """As Reconstructor.use; the task waits in the line."""
        inbox: SimpleQueue[Item] = SimpleQueue()
        with self._queue.admit(bounded=False) as place:
            place.submit_task(lambda reconstructor, _: task(reconstructor), inbox.put)
            item = inbox.get()
        if isinstance(item, Exception):
            raise item
        assert isinstance(item, Finished)
        answer: Answer = item.value
        return answer
