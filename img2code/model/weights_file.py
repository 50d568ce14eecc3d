"""Weights on disk: safetensors in half precision, with what they were trained for beside them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from img2code.atomic import atomic_path
from img2code.model.config import Config
from img2code.model.net import Net
from img2code.model.vocabulary import Vocabulary

#: The weights that the project ships.
SHIPPED = Path(__file__).parent / "weights" / "embedded.safetensors"

#: Parts of the network that have another name in files of versions before 0.3.
_RENAMED = {
    "places": "positional_embedding",
    "asked": "query",
    "before": "previous",
    "think": "feed_forward",
}


class WeightsError(RuntimeError):
    """Weights that do not fit the templates or statistics of this version."""


def fingerprint(vocabulary: Vocabulary) -> str:
    """A hash of every slot's name and bins: weights are good for exactly these."""
    names = [[s.category, s.template, s.parameter, s.index] for s in vocabulary.slots]
    digest = hashlib.sha256(json.dumps([vocabulary.templates, names]).encode())
    digest.update(vocabulary.values.tobytes())
    return digest.hexdigest()[:16]


def save(state: dict[str, Tensor], path: Path, config: Config, vocabulary: Vocabulary) -> None:
    """Writes the weights atomically, in half precision."""
    tensors = {name: value.detach().cpu().half().contiguous() for name, value in state.items()}
    metadata = {"config": json.dumps(config.as_dict()), "bins": fingerprint(vocabulary)}
    with atomic_path(path) as temporary:
        save_file(tensors, temporary, metadata)


def read(path: Path) -> tuple[dict[str, str], dict[str, Tensor]]:
    """Metadata and tensors, in single precision, of a weights file."""
    with safe_open(path, "pt") as file:
        tensors = {_renamed(name): file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        return file.metadata(), tensors


def _renamed(name: str) -> str:
    return ".".join(_RENAMED.get(part, part) for part in name.split("."))


def load(path: Path = SHIPPED, device: str | torch.device = "cpu") -> tuple[Net, Vocabulary]:
    """The network with its weights, ready to decide, and its vocabulary.

    Raises WeightsError where the file is missing or was made for other templates or statistics.
    """
    if not path.exists():
        raise WeightsError(
            f"{path}: no weights there. Train some with `python -m img2code.model.training.loop`."
        )
    metadata, tensors = read(path)
    settings = json.loads(metadata["config"])
    config = Config(**settings | {"categories": tuple(settings["categories"])})
    vocabulary = Vocabulary(list(config.categories))
    if metadata["bins"] != fingerprint(vocabulary):
        raise WeightsError(
            f"{path}: made for other templates or statistics than this version's. "
            "Train again, or take the weights and statistics of one version."
        )
    net = Net(config, vocabulary)
    net.load_state_dict(tensors)
    return net.to(device).eval().requires_grad_(False), vocabulary
