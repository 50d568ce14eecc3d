"""The first table of a run: every row with our names for its columns, and an identity.

A row is known again by its content: what it says, and what its picture holds. So it keeps its
results when others are added, taken out or moved, and loses them when it changes.
"""

from __future__ import annotations

import hashlib
import json
import re
from array import array
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from img2code import atomic
from img2code.limits import MAX_IMAGE_BYTES
from img2code.recipes import tables
from img2code.recipes.engine import fault
from img2code.recipes.ledger import key_of
from img2code.recipes.registry import Row
from img2code.recipes.spec import Recipe
from img2code.recipes.tables import ERROR, Fault

_NAME_LENGTH, _WORDS = 100, 5


def prepare(recipe: Recipe, target: Path) -> int:
    """Write the table; returns how many rows it has. Two rows that are the same are told apart.

    The input is read twice, so that nothing but two numbers a row is in memory.
    """
    identities, names = array("Q"), array("Q")
    for place, row in _renamed(recipe):
        identities.append(_identity(recipe, place, row))
        names.append(key_of(_short_name(row)))
    several, shared = _repeated(identities), _repeated(names)
    seen: Counter[int] = Counter()
    count = 0
    with atomic.atomic_path(target) as temporary, temporary.open("w", encoding="utf-8") as file:
        for identity, (place, row) in zip(identities, _renamed(recipe), strict=True):
            count += 1
            if identity in several:
                seen[identity] += 1
            key = key_of(f"{identity:016x}#{seen[identity]}") if seen[identity] > 1 else identity
            name = _short_name(row)
            if not row.get("image") or key_of(name) in shared:
                name = "_".join(filter(None, [name, f"{key:016x}"[:8]]))
            if isinstance(row.get(ERROR), Fault):
                found = row[ERROR]
                row = {ERROR: fault(place, found.what, found.hint)}
            own = {"_id": f"{key:016x}", "_name": name, "_row": place}
            file.write(json.dumps(row | own, ensure_ascii=False) + "\n")
    return count


def _renamed(recipe: Recipe) -> Iterator[tuple[str, Row]]:
    ours = {theirs: ours for ours, theirs in recipe.columns.items()}
    for place, found in tables.rows(recipe.meta_path):
        if isinstance(found, Fault):
            yield place, {ERROR: found}
        else:
            yield place, {ours.get(name, name): value for name, value in found.items()}


def _identity(recipe: Recipe, place: str, row: Row) -> int:
    if isinstance(row.get(ERROR), Fault):
        return key_of(place)
    if recipe.id_key and row.get(recipe.id_key) is not None:
        return key_of(str(row[recipe.id_key]))
    said = json.dumps(row, sort_keys=True)
    if any("image" in planned.step.reads for planned in recipe.steps):
        said += _content(recipe.meta_folder, row.get("image"))
    return key_of(said)


def _content(folder: Path, image: Any) -> str:
    """What a path stands for: another picture of the same name makes another row."""
    try:
        content = atomic.read_regular(folder / image, MAX_IMAGE_BYTES)
    except (OSError, TypeError, ValueError):
        return ""  # the step that opens it says why
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _repeated(keys: array[int]) -> set[int]:
    values, counts = np.unique(np.array(keys, np.uint64), return_counts=True)
    return set(values[counts > 1].tolist())


def _short_name(row: Row) -> str:
    """What names of files begin with: the picture's path, else the first words."""
    image, text = row.get("image"), row.get("text")
    if isinstance(image, str) and image:
        parts = [part for part in Path(image).with_suffix("").parts if part.strip("./\\")]
        return "__".join(parts)[-_NAME_LENGTH:]
    words = re.findall(r"[a-z0-9]+", str(text).lower()) if text else []
    return "-".join(words[:_WORDS])[:_NAME_LENGTH]
