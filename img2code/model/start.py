"""Training that starts from weights of another vocabulary: what both know is carried over."""

from __future__ import annotations

import json
from collections.abc import Hashable
from pathlib import Path

from safetensors import safe_open

from img2code.model import vocabulary as v
from img2code.model.net import Net
from img2code.model.vocabulary import Vocabulary


def start_from(net: Net, vocabulary: Vocabulary, path: Path) -> None:
    """Fills `net` from a weights file: whole tensors, or the rows of categories and slots it has.

    What the file lacks keeps its initial values.
    """
    with safe_open(path, "pt") as file:
        known = tuple(json.loads(file.metadata()["config"])["categories"])
        tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    old_rows, rows = _rows(Vocabulary(list(known))), _rows(vocabulary)
    state = net.state_dict()
    for name, value in state.items():
        given = tensors.get(name)
        if given is None:
            continue
        kind = name.removesuffix(".weight").removesuffix(".bias")
        if kind in rows:
            place = {key: row for row, key in enumerate(old_rows[kind])}
            for row, key in enumerate(rows[kind]):
                if key in place:
                    value[row] = given[place[key]]
        elif given.shape == value.shape:
            state[name] = given
    net.load_state_dict(state)


def _rows(vocabulary: Vocabulary) -> dict[str, list[Hashable]]:
    """What the rows of the tensors that depend on the vocabulary stand for."""
    categories: list[Hashable] = list(vocabulary.categories)
    templates: list[Hashable] = [v.END, *vocabulary.templates]
    asked = [*range(v.FIRST_SLOT), *vocabulary.slots]
    return {
        "asked": asked,
        "before": [*asked, "nothing"],
        "field": [*range(v.FIRST_SLOT), *vocabulary.field_keys],
        "choice": [*categories, *templates, "a number"],
        "heads.category": categories,
        "heads.template": templates,
    }
