"""Training that starts from weights of another vocabulary or another size of the pictures.

What both know is carried over.
"""

from __future__ import annotations

import json
from collections.abc import Hashable
from pathlib import Path

import torch
from torch import Tensor

from img2code.model import vocabulary as v
from img2code.model.net import Net, grids
from img2code.model.vocabulary import Vocabulary
from img2code.model.weights_file import read

POSITIONS = "positional_embedding"


def start_from(net: Net, vocabulary: Vocabulary, path: Path) -> None:
    """Fills `net` from a weights file: whole tensors, or the rows of categories and slots it has.

    Positional embeddings are stretched to its size. What the file lacks keeps its initial values.
    """
    metadata, tensors = read(path)
    config = json.loads(metadata["config"])
    known = config["categories"]
    sides = grids(config["size"]), grids(net.config.size)
    tensors[POSITIONS] = _stretched(tensors[POSITIONS], *sides)
    old_rows, rows = _rows(Vocabulary(known)), _rows(vocabulary)
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


def _stretched(positions: Tensor, old: tuple[int, int], new: tuple[int, int]) -> Tensor:
    """Embeddings of two maps (and of the whole picture) for maps of other sides."""
    maps = positions[:-1].split([side**2 for side in old])
    parts = []
    for each, side, other in zip(maps, old, new, strict=True):
        grid = each.T.unflatten(1, (side, side))[None]
        wider = torch.nn.functional.interpolate(grid, (other, other), mode="bilinear")
        parts.append(wider[0].flatten(1).T)
    return torch.cat((*parts, positions[-1:]))


def _rows(vocabulary: Vocabulary) -> dict[str, list[Hashable]]:
    """What the rows of the tensors that depend on the vocabulary stand for."""
    categories: list[Hashable] = list(vocabulary.categories)
    templates: list[Hashable] = [v.END, *vocabulary.templates]
    steps = [*range(v.FIRST_SLOT), *vocabulary.slots]
    return {
        "query": steps,
        "previous": [*steps, "nothing"],
        "field": [*range(v.FIRST_SLOT), *vocabulary.field_keys],
        "choice": [*categories, *templates, "a number"],
        "heads.category": categories,
        "heads.template": templates,
    }
