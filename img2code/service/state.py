"""What one running service consists of, and how its paths get at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from fastapi import Request

from img2code import limits
from img2code.reconstruct import Reconstructor
from img2code.service.errors import ServiceError, stopping
from img2code.service.meshing import Meshing
from img2code.service.metrics import Metrics
from img2code.service.queue import Queue
from img2code.service.threads import Threads
from img2code.vision.resident import Choices, VisionEngines


class Service:
    """The queue in front of the model, threads and mesh processes beside it, and counters.

    load: makes the reconstructor, in a worker's thread. waiting: places in the queue besides
    those that the model works on. vision: what segments, scores, describes and paints where it is
    not the embedded one.
    """

    def __init__(
        self,
        load: Callable[[], Reconstructor],
        waiting: int = limits.MAX_WAITING,
        vision: Choices | None = None,
    ) -> None:
        self.vision = VisionEngines(vision or {})
        self.metrics = Metrics()
        self.queue = Queue(load, self.metrics, waiting)
        self.threads = Threads()
        self.meshing = Meshing()

    @property
    def idle(self) -> bool:
        """Whether nobody waits for a result."""
        return not self.queue.admitted and not self.meshing.admitted

    def close(self) -> None:
        """Refuse new work; what is under way is finished."""
        self.queue.close()
        self.meshing.close()

    def stop(self) -> None:
        """Tell whoever still waits that the service stops."""
        self.queue.stop()
        self.meshing.stop()

    @property
    def status(self) -> Literal["healthy", "loading", "stopping"]:
        if self.queue.stopping:
            return "stopping"
        return "healthy" if self.queue.ready else "loading"

    def check_ready(self) -> None:
        """Raises ServiceError where a picture would have to wait for more than its turn."""
        if self.queue.stopping:
            raise stopping()
        if not self.queue.ready:
            problem = "The model is being loaded."
            raise ServiceError("not_ready", problem, "Try again in a moment.", retry_after=2)


def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service
