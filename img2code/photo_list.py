"""A folder of photographs with a list of what they show.

A list `*.jsonl` has a line per picture: `{"file": "mug/1.jpg", "label": "Mug", "background":
"plain"}`; a label of null is something else than the categories.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from geometry.errors import UserError
from geometry.program import find_category


@dataclass(frozen=True)
class Photograph:
    """A picture and what it shows; label None is none of the categories."""

    path: Path
    label: str | None
    background: str


def read(folder: Path) -> list[Photograph]:
    """The photographs of the folder's list. Raises UserError, which names the line."""
    lists = sorted(folder.glob("*.jsonl"))
    if len(lists) != 1:
        problem = f"{folder}: {len(lists)} lists (*.jsonl) there."
        raise UserError(problem, 'Put one there, with lines such as {"file": "a.jpg", "label": …}.')
    found = []
    for number, line in enumerate(lists[0].read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            label = row["label"] and find_category(row["label"]).name
            found.append(Photograph(folder / row["file"], label, row.get("background", "")))
        except (ValueError, KeyError, TypeError) as error:
            problem = f"{lists[0]}, line {number}: {error!r}."
            raise UserError(problem, "Each line is an object with file and label.") from None
    if not found:
        raise UserError(f"{lists[0]}: no lines.", "List one picture per line.")
    return found
