"""Qwen2.5-VL checkpoints as a back end: resident on the GPU, decoded within the grammar of codes.

`load` wants a checkpoint, a folder or a name on the hub; what the answers' numbers mean is in the
statistics file that comes with it, which goes to the Reconstructor.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from PIL import Image

from geometry.errors import UserError
from geometry.names import known_category
from img2code.language import checkpoint as checkpoints
from img2code.language import constraint, decode, prompt
from img2code.language.checkpoint import Checkpoint
from img2code.language.tokens import Text
from img2code.limits import BATCH_PICTURES, MAX_NEW_TOKENS, NAMING_TOKENS

_NAMED = re.compile(r'"category"\s*:\s*"([^"]*)"')


class Qwen:
    """A resident checkpoint; any number of threads may decode with it at once."""

    name = "qwen"
    batch = BATCH_PICTURES

    def __init__(
        self, checkpoint: Checkpoint, system: str = prompt.SYSTEM, constrained: bool = True
    ) -> None:
        """system: the text of the system turn. constrained: answers are valid codes always."""
        self.checkpoint, self.system = checkpoint, system
        tokenizer = checkpoint.tokenizer
        self.constraint = constraint.Constraint(tokenizer, checkpoint.end) if constrained else None

    def warm_up(self) -> None:
        """Two tokens for a white picture, so that the first real one need not wait for kernels."""
        held = self.checkpoint
        white = Image.new("RGB", (56, 56), (255, 255, 255))
        inputs = held.inputs([white], [prompt.messages(None, self.system)])
        for _ in decode.decode(held.model, inputs, [None], eos=held.end, max_tokens=2):
            pass

    def generate(self, picture: Image.Image, category: str | None) -> Iterator[str]:
        for _, piece in self.generate_batch([picture], [category]):
            yield piece

    def generate_batch(
        self, pictures: Sequence[Image.Image], categories: Sequence[str | None]
    ) -> Iterator[tuple[int, str]]:
        """Pieces of text with the row that they belong to; a piece may be empty.

        Checkpoints expect to be told the category. Where it is not given, the model is first
        asked for it alone, then for the code of such an object.
        """
        named = self._named(pictures, categories)
        with contextlib.closing(self._decode(pictures, named, MAX_NEW_TOKENS)) as pieces:
            yield from pieces

    def _named(
        self, pictures: Sequence[Image.Image], categories: Sequence[str | None]
    ) -> list[str | None]:
        """The categories, with those that the model names in the place of None."""
        named = list(categories)
        rows = [row for row, category in enumerate(categories) if category is None]
        if not rows:
            return named
        answers = dict.fromkeys(rows, "")
        asked = [pictures[row] for row in rows]
        with contextlib.closing(self._decode(asked, [None] * len(rows), NAMING_TOKENS)) as pieces:
            for number, piece in pieces:
                row = rows[number]
                answers[row] += piece
                found = _NAMED.search(answers[row])
                if found:
                    named[row] = known_category(found[1])
                if all(named):
                    break
        return named

    def _decode(
        self, pictures: Sequence[Image.Image], categories: Sequence[str | None], most: int
    ) -> Generator[tuple[int, str]]:
        """The answers to one prompt per picture, at most `most` tokens of each."""
        held = self.checkpoint
        inputs = held.inputs(pictures, [prompt.messages(name, self.system) for name in categories])
        states = [
            self.constraint.start(name, opened=False) if self.constraint else None
            for name in categories
        ]
        texts = [Text(held.tokenizer) for _ in pictures]
        for step in decode.decode(held.model, inputs, states, eos=held.end, max_tokens=most):
            for row, token_id in step:
                yield row, texts[row].push([token_id])
        for row, text in enumerate(texts):
            if rest := text.finish():
                yield row, rest


def load(
    model: str | None = None,
    system_prompt: str | Path | None = None,
    unconstrained: bool = False,
    device: str | None = None,
) -> Qwen:
    """A checkpoint, loaded and warm. model: its folder, or its name on the hub.

    system_prompt: a file whose text replaces our system turn. unconstrained: the model writes
    what it likes. device: as torch names it; by default the GPU where there is one.
    """
    if not model:
        hint = "Give --model a folder, or a name on the Hugging Face hub."
        raise UserError("The back end qwen needs a checkpoint.", hint)
    system = checkpoints.read_system_prompt(system_prompt) if system_prompt else prompt.SYSTEM
    backend = Qwen(checkpoints.load(str(model), device), system, constrained=not unconstrained)
    backend.warm_up()
    return backend
