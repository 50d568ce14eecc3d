"""Where the examples and the project's own pages lie: beside the packages, or within a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_IN_WHEEL = _PACKAGE / "shipped"  # made by setup.py
FOLDER = _IN_WHEEL if _IN_WHEEL.is_dir() else _PACKAGE.parent
EXAMPLES = FOLDER / "example_images"
