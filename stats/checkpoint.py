"""The statistics of a checkpoint from a folder: one file for all categories, or a file for each."""

from __future__ import annotations

import json
from pathlib import Path

import geometry
import stats
from geometry.errors import UserError
from stats import tables


def read(path: Path) -> stats.Statistics:
    """Statistics from a file, or from all `*.json` of a folder.

    A file holds either categories (as `stats.read_checkpoint` takes it) or the templates of the
    category that it is named after. Raises UserError, CodeError.
    """
    if not path.is_dir():
        return stats.read_checkpoint(path)
    names = geometry.categories()
    loaders: dict[str, stats.Statistics] = {}
    for file in sorted(path.glob("*.json")):
        read_file = _of_category(file) if file.stem in names else stats.read_checkpoint(file)
        loaders |= dict.fromkeys((c for c in read_file.categories if c in names), read_file)
    if not loaders:
        problem = f"{path} holds no statistics."
        hint = "They are one .json file for all categories, or a <category>.json for each."
        raise UserError(problem, hint)
    return stats.Statistics(
        str(path), lambda: tuple(loaders), lambda c: loaders[c].load(c), padding_counted=True
    )


def _of_category(file: Path) -> stats.Statistics:
    """A file named after a category: its templates, or an object that holds the category."""
    statistics = stats.read_checkpoint(file)
    category = file.stem
    if category in statistics.categories:
        return statistics
    content = json.loads(file.read_text(encoding="utf-8"))
    table = tables.checkpoint_table(content, f"{file.name}, {category}")
    return stats.Statistics(file.name, lambda: (category,), lambda _: table, padding_counted=True)
