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


def load_into(net: Net, path: Path) -> None:
    with safe_open(path, "pt") as file:
        net.load_state_dict({name: file.get_tensor(name).float() for name in file.keys()})  # noqa: SIM118


def load(path: Path = SHIPPED, device: str | torch.device = "cpu") -> tuple[Net, Vocabulary]:
    """The network with its weights, ready to decide, and its vocabulary.

    Raises WeightsError where the file is missing or was made for other templates or statistics.
    """
    if not path.exists():
        raise WeightsError(
            f"{path}: no weights there. Train some with `python -m img2code.model.training.loop`."
        )
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    settings = json.loads(metadata["config"])
    config = Config(**settings | {"categories": tuple(settings["categories"])})
    vocabulary = Vocabulary(list(config.categories))
    if metadata["bins"] != fingerprint(vocabulary):
        raise WeightsError(
            f"{path}: made for other templates or statistics than this version's. "
            "Train again, or take the weights and statistics of one version."
        )
    net = Net(config, vocabulary)
    load_into(net, path)
    return net.to(device).eval().requires_grad_(False), vocabulary
