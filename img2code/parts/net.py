"""A small network that reads the steps of a part from its silhouette and edges, as tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from geometry.cad_parts.part import CadPart
from geometry.cad_parts.tokens import MOST_TOKENS, SIZE, Grammar, decode
from img2code.parts import features
from img2code.parts.picture import Target

START = SIZE  # the token before the first one
_PATCH = 4  # pixels a side, of the first convolution
_CHANNELS = (64, 128)


@dataclass(frozen=True)
class Config:
    width: int = 192
    layers: int = 3
    heads: int = 4
    picture: int = features.SIZE


class _Block(nn.Module):
    """(B, C, H, W) to the same, with what is near."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.into = nn.Conv2d(width, width, 3, padding=1)
        self.norm = nn.GroupNorm(8, width)
        self.back = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, cells: Tensor) -> Tensor:
        near: Tensor = self.back(self.norm(self.into(cells)).relu())
        return cells + near


class PartNet(nn.Module):
    """Pictures (B, 2, S, S) and tokens (B, T) to logits of the next ones (B, T, SIZE)."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        width = config.width
        channels = (*_CHANNELS, width)
        stages: list[nn.Module] = [
            nn.Conv2d(2, channels[0], _PATCH, stride=_PATCH),
            _Block(channels[0]),
        ]
        for before, after in pairwise(channels):
            stages += [nn.Conv2d(before, after, 2, stride=2), _Block(after)]
        self.encoder = nn.Sequential(*stages)
        cells = (config.picture // (_PATCH * 2 ** len(_CHANNELS))) ** 2
        self.cell_places = nn.Parameter(0.02 * torch.randn(cells, width))
        self.words = nn.Embedding(SIZE + 1, width)
        self.positional_embedding = nn.Parameter(0.02 * torch.randn(MOST_TOKENS + 1, width))
        layer = nn.TransformerDecoderLayer(
            width, config.heads, 2 * width, 0.0, "gelu", batch_first=True, norm_first=True
        )
        self.decoder = nn.TransformerDecoder(layer, config.layers, nn.LayerNorm(width))
        self.out = nn.Linear(width, SIZE)

    def see(self, pictures: Tensor) -> Tensor:
        """(B, cells, width) of what the pictures show."""
        cells: Tensor = self.encoder(pictures).flatten(2).transpose(1, 2)
        return cells + self.cell_places

    def forward(self, seen: Tensor, tokens: Tensor) -> Tensor:
        length = tokens.shape[1]
        embedded = self.words(tokens) + self.positional_embedding[:length]
        hidden = torch.full((length, length), float("-inf"), device=tokens.device).triu(1)
        logits: Tensor = self.out(self.decoder(embedded, seen, tgt_mask=hidden, tgt_is_causal=True))
        return logits


def tensor_of(targets: Sequence[Target]) -> Tensor:
    """(B, 2, S, S) of silhouettes and edges."""
    maps = [np.stack([target.mask, target.edges]).astype(np.float32) for target in targets]
    return torch.from_numpy(np.stack(maps))


@torch.inference_mode()
def guesses(net: PartNet, target: Target, count: int, seed: int = 0) -> list[CadPart]:
    """The likeliest part as the network reads it greedily, then sampled ones; no two the same."""
    generator = torch.Generator().manual_seed(seed)
    seen = net.see(tensor_of([target])).expand(count, -1, -1)
    grammars = [Grammar() for _ in range(count)]
    rows = torch.full((count, 1), START)
    while not all(grammar.done for grammar in grammars):
        logits = net(seen, rows)[:, -1]  # (count, SIZE)
        following = torch.zeros(count, 1, dtype=torch.long)
        for row, grammar in enumerate(grammars):
            if grammar.done:
                continue
            allowed = torch.from_numpy(grammar.allowed())
            chances = logits[row].masked_fill(~allowed, float("-inf")).softmax(0)
            token = (
                int(chances.argmax())
                if row == 0
                else int(torch.multinomial(chances, 1, generator=generator))
            )
            grammar.take(token)
            following[row] = token
        rows = torch.cat([rows, following], 1)
    parts = [decode(_until_end(row)) for row in rows[:, 1:].tolist()]
    return list(dict.fromkeys(parts))


def _until_end(tokens: Sequence[int]) -> list[int]:
    return list(tokens[: tokens.index(0) + 1])  # 0 is END


def save(net: PartNet, path: Path) -> None:
    """Half precision, with the configuration."""
    half = {name: value.half().contiguous() for name, value in net.state_dict().items()}
    save_file(half, path, {name: str(value) for name, value in asdict(net.config).items()})


def load(path: Path) -> PartNet:
    with safe_open(path, "pt") as file:
        config = Config(**{name: int(value) for name, value in file.metadata().items()})
        net = PartNet(config)
        net.load_state_dict({name: file.get_tensor(name).float() for name in file.keys()})  # noqa: SIM118
    return net.eval()
