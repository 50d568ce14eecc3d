"""What segments, scores, describes and paints for service and page, loaded at its first use."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from img2code.reconstruct import Reconstructor
from img2code.vision import Kind, load
from img2code.vision.reading import Reader

#: By task the back end's name, and its checkpoint where it needs one.
Choices = Mapping[Kind, tuple[str, str | None]]
_EMBEDDED = "embedded"


class VisionEngines:
    """One back end per task; one at a time loads. choices: those that are not the embedded ones."""

    def __init__(self, choices: Choices = MappingProxyType({})) -> None:
        self._choices = choices
        self._loaded: dict[Kind, Any] = {}
        self._reader: Reader | None = None
        self._lock = threading.Lock()

    def get(self, kind: Kind, reconstructor: Reconstructor) -> Any:
        """The back end for a task. Raises UserError where it cannot be loaded."""
        with self._lock:
            if kind not in self._loaded:
                name, model = self._choices.get(kind, (_EMBEDDED, None))
                if name == _EMBEDDED:
                    self._loaded[kind] = load(kind, reader=self._resident(reconstructor))
                else:
                    self._loaded[kind] = load(kind, name, model=model)
            return self._loaded[kind]

    def reader(self, reconstructor: Reconstructor) -> Reader:
        """What the embedded back ends read pictures with."""
        with self._lock:
            return self._resident(reconstructor)

    def _resident(self, reconstructor: Reconstructor) -> Reader:
        """The reconstructor's own embedded model; beside another back end it is loaded."""
        if self._reader is None:
            from img2code.backends.embedded import Embedded  # and torch, which others may not need

            backend = reconstructor.backend
            self._reader = Reader(backend) if isinstance(backend, Embedded) else Reader.load()
        return self._reader
