"""The network: a picture and the decisions so far in, logits of the next decision out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from img2code.model import vocabulary as v
from img2code.model.config import Config
from img2code.model.encoder import Encoder
from img2code.model.vocabulary import Vocabulary

#: ImageNet's mean and standard deviation per channel, for pictures in 0..255.
MEAN, DEVIATION = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
#: Repeats of one template that get an embedding of their own.
REPEATS = 4
_WAVES = 5


def prepare(pictures: Any) -> Tensor:
    """uint8 pictures (B, S, S, 3) -> normalised float32 (B, 3, S, S), channels last."""
    x = torch.from_numpy(np.array(pictures)).permute(0, 3, 1, 2).float()
    x = (x - torch.tensor(MEAN)[:, None, None]) / torch.tensor(DEVIATION)[:, None, None]
    return x.contiguous(memory_format=torch.channels_last)


#: Keys and values (F, H, T, W/H) of one layer, of F crops.
KeysValues = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Question:
    """What is to be decided next about one picture.

    query, repeat: the step, and of which repeat of its template. previous, answer: the step before
    it and what was decided there. picture: keys and values of the picture per layer; past: of the
    decisions so far, empty where there are none.
    """

    query: int
    repeat: int
    previous: int
    answer: int
    picture: Sequence[KeysValues]
    past: Sequence[KeysValues] = ()


def attend(queries: Tensor, keys: Tensor, values: Tensor, causal: bool) -> Tensor:
    """(B, H, Q, W), (B, H, K, W) twice -> (B, H, Q, W): each query's mean of the values.

    causal: a query sees what comes no later than itself.
    """
    if queries.is_cuda or not torch.is_grad_enabled():
        return functional.scaled_dot_product_attention(queries, keys, values, is_causal=causal)
    # on CPUs the gradients of torch's own take three times as long as these
    scores = (queries * queries.shape[-1] ** -0.5) @ keys.mT
    if causal:
        unseen = torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).triu(1)
        scores = scores.masked_fill(unseen, -torch.inf)
    return scores.float().softmax(-1).to(values.dtype) @ values


class Attention(nn.Module):
    """Multi-head attention whose keys and values can be kept."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(-3, -2)  # (B, H, T, W/H)

    def keys_values(self, x: Tensor) -> tuple[Tensor, Tensor]:
        keys, values = self.key_value(x).chunk(2, -1)
        return self._split(keys), self._split(values)

    def forward(self, x: Tensor, keys: Tensor, values: Tensor, causal: bool = False) -> Tensor:
        y = attend(self._split(self.query(x)), keys, values, causal)
        return self.out(y.transpose(-3, -2).flatten(-2))

    def each(self, x: Tensor, keys_values: Sequence[KeysValues]) -> Tensor:
        """x: (Q, F, 1, W); every question with keys and values of its own length."""
        queries = self._split(self.query(x))  # (Q, F, H, 1, W/H)
        answers = [
            functional.scaled_dot_product_attention(query, keys, values)
            for query, (keys, values) in zip(queries, keys_values, strict=True)
        ]
        return self.out(torch.stack(answers).transpose(-3, -2).flatten(-2))


class Layer(nn.Module):
    """Decisions attend to each other, then to the picture; a feed-forward block follows."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.own = Attention(width, heads)
        self.picture = Attention(width, heads)
        self.feed_forward = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )

    def forward(self, x: Tensor, picture: KeysValues) -> Tensor:
        """x: (B, T, W), all steps at once."""
        y = self.norms[0](x)
        x = x + self.own(y, *self.own.keys_values(y), causal=True)
        x = x + self.picture(self.norms[1](x), *picture)
        return x + self.feed_forward(self.norms[2](x))

    def step(
        self, x: Tensor, pictures: Sequence[KeysValues], pasts: Sequence[KeysValues | None]
    ) -> tuple[Tensor, list[KeysValues]]:
        """x: (Q, F, 1, W), the newest step of each question; also its past with this step."""
        y = self.norms[0](x)
        own = [
            (keys, values)
            if past is None
            else (torch.cat((past[0], keys), -2), torch.cat((past[1], values), -2))
            for keys, values, past in zip(*self.own.keys_values(y), pasts, strict=True)
        ]
        x = x + self.own.each(y, own)
        x = x + self.picture.each(self.norms[1](x), pictures)
        return x + self.feed_forward(self.norms[2](x)), own


class Net(nn.Module):
    """Encoder and decoder; `heads[head_of(step)]` makes the logits of a step's state."""

    values: Tensor  # (S, 1024) the number that each bin of a slot stands for
    units: Tensor  # (S,) what numbers of a slot are divided by
    field_of: Tensor  # (FIRST_SLOT + S,) what each step is about
    unit_of: Tensor  # (FIRST_SLOT + S,) of which repeat within the template

    def __init__(self, config: Config, vocabulary: Vocabulary) -> None:
        super().__init__()
        width = config.width
        self.config = config
        self.encoder = Encoder(config.frozen)
        fine, coarse = grids(config.size)
        self.fine = nn.Conv2d(112, width, 1)
        self.coarse = nn.Conv2d(320, width, 1)
        positions = fine * fine + coarse * coarse + 1
        self.positional_embedding = nn.Parameter(torch.randn(positions, width) * 0.02)
        self.picture_norm = nn.LayerNorm(width)
        steps = v.FIRST_SLOT + len(vocabulary.slots)
        self.query = nn.Embedding(steps, width)
        fields, units_of_slots = vocabulary.fields
        self.field = nn.Embedding(v.FIRST_SLOT + int(fields.max()) + 1, width)
        self.unit = nn.Embedding(v.UNITS, width)
        self.previous = nn.Embedding(steps + 1, width)  # the step before; last: there is none
        self.repeat = nn.Embedding(REPEATS, width)
        choices = len(vocabulary.categories) + len(vocabulary.templates) + 1
        self.choice = nn.Embedding(choices + 1, width)  # last: a number, see `number`
        self.number = nn.Sequential(
            nn.Linear(5 + 2 * _WAVES, width), nn.GELU(), nn.Linear(width, width)
        )
        self.layers = nn.ModuleList(Layer(width, config.heads) for _ in range(config.layers))
        self.norm = nn.LayerNorm(width)
        self.heads = nn.ModuleDict(
            {
                "category": nn.Linear(width, len(vocabulary.categories)),
                "yaw": nn.Linear(width, v.YAWS),
                "elevation": nn.Linear(width, v.ELEVATIONS),
                "roll": nn.Linear(width, v.ROLLS),
                "template": nn.Linear(width, len(vocabulary.templates) + 1),
                "bin": nn.Linear(width, v.BINS),
            }
        )
        for embedding in (self.field, self.unit, self.previous, self.repeat, self.choice):
            nn.init.normal_(embedding.weight, std=0.05)
        nn.init.normal_(self.query.weight, std=0.01)  # what a slot has beside its field
        head = torch.arange(v.FIRST_SLOT)  # steps before the slots are fields of their own
        self.register_buffer(
            "field_of", torch.cat((head, v.FIRST_SLOT + torch.tensor(fields))), persistent=False
        )
        self.register_buffer(
            "unit_of", torch.cat((0 * head, torch.tensor(units_of_slots))), persistent=False
        )
        self._choices = len(vocabulary.categories), choices
        self.register_buffer("values", torch.tensor(vocabulary.values), persistent=False)
        kinds = [slot.kind for slot in vocabulary.slots]
        unit = {"length": 1.0, "degrees": 90.0, "count": 4.0, "flag": 1.0, "ratio": 1.0}
        units = torch.tensor([unit[kind] for kind in kinds])
        self.register_buffer("units", units, persistent=False)

    def _layers(self) -> list[Layer]:
        return [layer for layer in self.layers if isinstance(layer, Layer)]

    # ------------------------------------------------------------ picture

    def encode(self, pictures: Tensor) -> list[KeysValues]:
        """Pictures (B, 3, S, S) -> keys and values per layer."""
        return self.encode_features(self.encoder.stem(pictures))

    def encode_features(self, features: Tensor) -> list[KeysValues]:
        """Features of the encoder's stem -> keys and values per layer."""
        fine, coarse = self.encoder.trunk(features)
        coarse = self.coarse(coarse).flatten(2)
        tokens = (self.fine(fine).flatten(2), coarse, coarse.mean(2, keepdim=True))
        x = self.picture_norm(torch.cat(tokens, 2).transpose(1, 2) + self.positional_embedding)
        return [layer.picture.keys_values(x) for layer in self._layers()]

    # ------------------------------------------------------------ decisions

    def embed(self, query: Tensor, repeat: Tensor, previous: Tensor, answer: Tensor) -> Tensor:
        """Integers (...) -> (..., W): the step to decide, and the step before it with its answer.

        previous: the step before, or the number of steps where there is none.
        """
        categories, none = self._choices
        start = previous == self.previous.num_embeddings - 1
        choice = torch.where(previous == v.TEMPLATE, answer + categories, none)
        choice = torch.where(previous == v.CATEGORY, answer, choice)
        number = self.number(self._features(previous, answer))
        number = number * ((previous != v.TEMPLATE) & (previous != v.CATEGORY) & ~start)[..., None]
        query_part = self.query(query) + self.repeat(repeat.clamp(max=REPEATS - 1))
        query_part = query_part + self.field(self.field_of[query]) + self.unit(self.unit_of[query])
        return query_part + self.previous(previous) + self.choice(choice) + number

    def _features(self, previous: Tensor, answer: Tensor) -> Tensor:
        """What a number says: its place among the bins (waves) and its value (..., F)."""
        slot = (previous - v.FIRST_SLOT).clamp(0, len(self.units) - 1)
        bins = answer.clamp(0, v.BINS - 1)
        place = (answer + 0.5) / v.BINS
        value = self.values[slot, bins] / self.units[slot]
        heading = answer * (2 * torch.pi / v.YAWS)
        is_slot, is_yaw = previous >= v.FIRST_SLOT, previous == v.YAW
        turns = [place * (torch.pi * 2**k) for k in range(_WAVES)]
        waves = [f(turn) for turn in turns for f in (torch.sin, torch.cos)]
        value = torch.where(is_slot, value, 0.0).clamp(-4, 4)
        root = value.abs().sqrt() * value.sign()
        yaw = [torch.where(is_yaw, f(heading), 0.0) for f in (torch.sin, torch.cos)]
        return torch.stack([place, value, root, *yaw, *waves], -1)

    def forward(self, picture: list[KeysValues], x: Tensor) -> Tensor:
        """States (B, T, W) of all steps at once; x: (B, T, W) as `embed` makes them."""
        for layer, keys_values in zip(self._layers(), picture, strict=True):
            x = layer(x, keys_values)
        return self.norm(x)

    def step(self, questions: Sequence[Question]) -> tuple[Tensor, list[list[KeysValues]]]:
        """States (Q, F, W) of every question, and its past per layer with this step."""
        device = self.positional_embedding.device
        fields = ("query", "repeat", "previous", "answer")
        numbers = [[getattr(q, name) for q in questions] for name in fields]
        crops = questions[0].picture[0][0].shape[0]
        x = self.embed(*(torch.tensor(column, device=device) for column in numbers))
        x = x[:, None, None].expand(-1, crops, -1, -1)  # (Q, F, 1, W)
        states, pasts = self.advance(x, [q.picture for q in questions], [q.past for q in questions])
        return states[:, :, 0], pasts

    def advance(
        self,
        x: Tensor,
        pictures: Sequence[Sequence[KeysValues]],
        pasts: Sequence[Sequence[KeysValues]],
    ) -> tuple[Tensor, list[list[KeysValues]]]:
        """States (Q, F, 1, W) of the newest step x of every question, and its past with it."""
        grown: list[list[KeysValues]] = [[] for _ in pictures]
        for index, layer in enumerate(self._layers()):
            earlier = [past[index] if past else None for past in pasts]
            x, now = layer.step(x, [picture[index] for picture in pictures], earlier)
            for past, keys_values in zip(grown, now, strict=True):
                past.append(keys_values)
        return self.norm(x), grown

    @property
    def nothing(self) -> int:
        """`previous` of the first step."""
        return self.previous.num_embeddings - 1


def grids(size: int) -> tuple[int, int]:
    """Sides of the two feature maps that are looked at, for pictures of this side."""
    return size // 16, -(-size // 32)


def head_of(query: int) -> str:
    names = {
        v.CATEGORY: "category",
        v.YAW: "yaw",
        v.ELEVATION: "elevation",
        v.ROLL: "roll",
        v.TEMPLATE: "template",
    }
    return names.get(query, "bin")
