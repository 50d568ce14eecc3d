"""The forward passes of a batch whose rows advance by different numbers of tokens.

The columns of a pass are filled from the right, so that the last column holds the last token of
every row. The holes to the left are masked, in this pass and all later ones, and taken out of the
cache when there are many. Positions count a row's own tokens only. So every row sees what it would
see alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

#: The cache is packed when it is this much wider than the longest row: by a factor and columns.
LOOSE, SLACK = 1.25, 64


class Passes:
    """A model and what it has read of each row."""

    def __init__(self, model: Any) -> None:
        """model: of transformers, causal, for text alone or for pictures and text."""
        from transformers import DynamicCache

        self._model = model
        self._cache: Any = DynamicCache()

    def start(self, inputs: Mapping[str, torch.Tensor], said: Sequence[Sequence[int]]) -> Any:
        """The prompt and each row's first tokens; returns the logits behind them, (B, vocabulary).

        inputs: input_ids and attention_mask (B, T), padded on the left, and what belongs to
        pictures.
        """
        import torch

        ids, filled = self._columns(said, inputs["input_ids"].device)
        added = {"input_ids": ids, "attention_mask": filled}
        if "mm_token_type_ids" in inputs:
            added["mm_token_type_ids"] = torch.zeros_like(ids)
        mask = torch.cat([inputs["attention_mask"], filled], 1)
        self._lengths: list[int] = mask.sum(1).tolist()
        order = mask.argsort(dim=1, stable=True)[:, -max(self._lengths) :]
        given = dict(inputs)
        for name, columns in added.items():
            given[name] = torch.cat([inputs[name], columns.to(inputs[name])], 1).gather(1, order)
        self._mask = given["attention_mask"]
        positions = self._positions(given)  # (B, T) or (3, B, T)
        self._next: list[int] = positions.amax(-1).reshape(-1, len(said)).amax(0).add(1).tolist()
        return self._pass(given, positions)

    def append(self, said: Sequence[Sequence[int]]) -> Any:
        """One or more tokens of each row; returns the logits behind them, (B, vocabulary)."""
        import torch

        ids, filled = self._columns(said, self._mask.device)
        width = ids.shape[1]
        positions = torch.tensor(
            [
                [0] * (width - len(row)) + list(range(first, first + len(row)))
                for first, row in zip(self._next, said, strict=True)
            ],
            device=ids.device,
        )
        self._mask = torch.cat([self._mask, filled], 1)
        self._lengths = [length + len(row) for length, row in zip(self._lengths, said, strict=True)]
        self._next = [place + len(row) for place, row in zip(self._next, said, strict=True)]
        return self._pass({"input_ids": ids, "attention_mask": self._mask}, positions)

    def keep(self, places: Sequence[int]) -> None:
        """Go on with these rows only."""
        import torch

        chosen = torch.tensor(places, device=self._mask.device)
        self._cache.batch_select_indices(chosen)
        self._mask = self._mask[chosen]
        self._lengths = [self._lengths[place] for place in places]
        self._next = [self._next[place] for place in places]
        self._pack()

    def _pass(self, given: dict[str, torch.Tensor], positions: torch.Tensor) -> Any:
        if min(self._lengths) == self._mask.shape[1]:  # no holes: faster attention without a mask
            given = {**given, "attention_mask": None}  # type: ignore[dict-item]
        output = self._model(
            **given,
            position_ids=positions,
            past_key_values=self._cache,
            use_cache=True,
            logits_to_keep=1,
        )
        if self._mask.shape[1] > LOOSE * max(self._lengths) + SLACK:
            self._pack()
        return output.logits[:, -1]

    def _pack(self) -> None:
        """Take holes out of the cache: every row moves to the right, in its order."""
        longest = max(self._lengths)
        if longest == self._mask.shape[1]:
            return
        kept = self._mask.argsort(dim=1, stable=True)[:, -longest:]
        self._mask = self._mask.gather(1, kept)
        for layer in self._cache.layers:
            index = kept[:, None, :, None].expand(-1, layer.keys.shape[1], -1, layer.keys.shape[3])
            layer.keys = layer.keys.gather(2, index)
            layer.values = layer.values.gather(2, index)

    def _positions(self, given: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """Positions of the prompt: the model's own for pictures (3, B, T), else counted (B, T)."""
        rope_index = getattr(getattr(self._model, "model", None), "get_rope_index", None)
        if rope_index is not None and "image_grid_thw" in given:
            names = ("input_ids", "mm_token_type_ids", "image_grid_thw", "attention_mask")
            positions: torch.Tensor = rope_index(**{name: given[name] for name in names})[0]
            return positions
        return (given["attention_mask"].cumsum(1) - 1).clamp(min=0)

    @staticmethod
    def _columns(
        said: Sequence[Sequence[int]], device: torch.device
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Token ids and which of them are some, both (B, columns), filled from the right."""
        import torch

        width = max(map(len, said))
        ids = torch.tensor([[0] * (width - len(row)) + list(row) for row in said], device=device)
        filled = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in said])
        return ids.long(), filled.long().to(device)
