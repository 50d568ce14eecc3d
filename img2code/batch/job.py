"""What every worker process of a batch is told when it starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from img2code.reconstruct import Reconstructor


@dataclass(frozen=True)
class Setup:
    """What loads a back end, and where its results go; of values that JSON holds.

    root: OUT/<model>. options: of the back end's `load`. statistics: a checkpoint's, a file or a
    folder; None: our own. strict: of the Reconstructor.
    """

    root: str
    backend: str
    options: dict[str, Any]
    statistics: str | None = None
    strict: bool = False

    def reconstructor(self) -> Reconstructor:
        """Raises UserError, CodeError, or what the back end raises where it cannot be loaded."""
        from img2code.backends import load
        from stats import checkpoint

        read = checkpoint.read(Path(self.statistics)) if self.statistics else None
        return Reconstructor(load(self.backend, **self.options), read, self.strict)
