"""Greedy decoding of a batch of answers, with all forced text appended in one forward pass.

Works with any causal model of transformers; the model is only read, so threads may share it. What
the model has read is kept in img2code/language/kv_cache.py; here is decided what it reads next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from img2code.language.constraint import State, unpack
from img2code.language.kv_cache import Passes

if TYPE_CHECKING:
    import torch


def decode(
    model: Any,
    inputs: Mapping[str, torch.Tensor],
    states: Sequence[State | None],
    *,
    eos: int,
    max_tokens: int,
    jumps: bool = True,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[list[tuple[int, int]]]:
    """The tokens of each step as (row, token id); `eos` is not among them.

    inputs: of the model for a whole batch: input_ids and attention_mask (B, T), padded on the
    left, and what belongs to pictures. states: what may follow in each row; None where anything
    may. A row ends when its state is done, with `eos`, or after max_tokens tokens. jumps: forced
    text is appended at once; without, every token takes a pass. stop: asked before each pass.
    """
    import torch

    rows = [_Row(number, state, max_tokens) for number, state in enumerate(states)]
    said = [row.follow(jumps) for row in rows]
    passes = Passes(model)
    logits = None
    while True:
        pairs = zip(rows, said, strict=True)
        if step := [(row.number, token_id) for row, ids in pairs for token_id in ids]:
            yield step
        going = [place for place, row in enumerate(rows) if not row.ended]
        if not going or stop():
            return
        with torch.inference_mode():
            if logits is None:
                logits = passes.start(inputs, said)
            else:
                if len(going) < len(rows):
                    passes.keep(going)
                    rows = [rows[place] for place in going]
                    said = [said[place] for place in going]
                logits = passes.append(said)
            chosen = choose(logits, [row.state for row in rows])
        said = [row.take(token_id, eos, jumps) for row, token_id in zip(rows, chosen, strict=True)]


@dataclass
class _Row:
    """One answer: what may follow, and how many tokens it may still have."""

    number: int
    state: State | None
    left: int
    ended: bool = False

    def take(self, token_id: int, eos: int, jumps: bool) -> list[int]:
        """What the answer gains by the model's choice: that token and what must follow it."""
        if self.ended or (self.state is None and token_id == eos):
            self.ended = True
            return []
        if self.state is not None:
            self.state.accept(token_id)
        return self._bounded([token_id]) + self.follow(jumps)

    def follow(self, jumps: bool) -> list[int]:
        """The ids that must follow now."""
        if self.state is None:
            return []
        ids = self.state.forced() if jumps else []
        for token_id in ids:
            self.state.accept(token_id)
        self.ended = self.ended or self.state.done
        return self._bounded(ids)

    def _bounded(self, ids: list[int]) -> list[int]:
        ids = ids[: self.left]
        self.left -= len(ids)
        self.ended = self.ended or self.left == 0
        return ids


def choose(logits: torch.Tensor, states: Sequence[State | None]) -> list[int]:
    """The likeliest id of each row among those that may follow. logits: (B, vocabulary)."""
    import torch

    if any(state is not None for state in states):
        # A pass on a GPU is still under way here: the masks cost no time of their own.
        bits = torch.full((len(states), -(-logits.shape[1] // 32)), -1, dtype=torch.int32)
        for row, state in zip(bits, states, strict=True):
            if state is not None:
                state.fill(row)
        allowed = unpack(bits.to(logits.device, non_blocking=True))[:, : logits.shape[1]]
        logits = logits.masked_fill(~allowed, float("-inf"))
    chosen: list[int] = logits.argmax(-1).tolist()
    return chosen
