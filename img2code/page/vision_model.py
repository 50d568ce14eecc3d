"""What understands and paints for the page: in its turn, with the model that is there anyway."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from img2code.reconstruct import Answer, Reconstructor
from img2code.vision import Kind
from img2code.vision.reading import Reader
from img2code.vision.resident import VisionEngines


class VisionModel:
    """The embedded back ends around the page's reconstructor."""

    def __init__(self, reconstructor: Reconstructor) -> None:
        self._reconstructor = reconstructor
        self._engines = VisionEngines()

    def ask(self, kind: Kind, task: Callable[[Any], Answer]) -> Answer:
        """What a task makes of the back end of a kind. Raises UserError and what the task does."""
        return self._reconstructor.use(lambda model: task(self._engines.get(kind, model)))

    def look(self, task: Callable[[Reader], Answer]) -> Answer:
        """What a task makes of the reader of pictures. Raises what the task does."""
        return self._reconstructor.use(lambda model: task(self._engines.reader(model)))
