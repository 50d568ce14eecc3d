"""A mesh that is never finished, for a process of its own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write(
    code: Mapping[str, Any],
    kind: str,
    segments: int,
    folder: str,
    scale: float,
    up: str | None,
    size: str | None,
) -> None:
    """Computes for ever; its process and its folder stand in the file that the code names."""
    Path(code["file"]).write_text(f"{os.getpid()} {folder}")
    while True:
        pass
