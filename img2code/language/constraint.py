"""Which token may come next in an answer, and which must: the grammar of codes over token ids.

The engine is llguidance 1.9. Against xgrammar 0.2.8, on the same grammars of the 32 categories with
the tokenizer of Qwen2.5-VL, seconds of one busy CPU core: compiling all of them takes 0.6 s
(xgrammar 0.45 s), a mask 50 µs (21 µs), accepting a token 10 to 25 µs (16 µs). The difference is in
forced text: llguidance names the ids that must follow, however many, in about 70 µs; xgrammar gives
a string, and none where the terminals are tokens, so that every forced token would cost a mask and
a search through it. It also needs packages for GPU kernels, llguidance needs none.
"""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING, Any

import geometry
from geometry.errors import UserError
from img2code.language import lark, tokens
from stats import BINS, LAST

if TYPE_CHECKING:
    import torch


class Constraint:
    """The compiled grammars for one tokenizer; only read, so threads may share it."""

    def __init__(self, tokenizer: Any, eos: int) -> None:
        """tokenizer: of transformers, with Qwen's vocabulary. eos: the id behind an answer.

        Compiles the grammar of every category and the one of any category: a few seconds. Raises
        UserError for a tokenizer in whose text digits are no tokens of their own.
        """
        import llguidance.hf

        self._encode = functools.cache(
            functools.partial(tokenizer.encode, add_special_tokens=False)
        )
        self._check_tokenizer(len(tokenizer))
        self._tokenizer = llguidance.hf.from_tokenizer(
            tokenizer, n_vocab=len(tokenizer), eos_token=eos
        )
        self._compiled: dict[tuple[str | None, bool], Any] = {}
        self._lock = threading.Lock()
        for category in (None, *geometry.categories()):
            self.start(category)

    def start(self, category: str | None, opened: bool = False) -> State:
        """The state before the first token of an answer; category None allows all of them.

        opened: the prompt ends with the tag <code> already. Raises CodeError for an unknown
        category.
        """
        with self._lock:
            if (category, opened) not in self._compiled:
                self._compiled[category, opened] = self._compile(category, opened)
            return State(self._compiled[category, opened].deep_copy(), self._tokenizer.vocab_size)

    def _compile(self, category: str | None, opened: bool) -> Any:
        from llguidance import LLMatcher

        if category is not None:
            geometry.templates(category)  # CodeError where there is none
        categories = geometry.categories() if category is None else [category]
        grammar = lark.lark(categories, self._encode, opened)
        matcher = LLMatcher(self._tokenizer, grammar)
        if matcher.is_error():
            raise RuntimeError(f"{category or 'Any category'}: {matcher.get_error()}")
        return matcher

    def _check_tokenizer(self, size: int) -> None:
        hint = "Constrained decoding is for checkpoints with the vocabulary of Qwen2.5-VL."
        if size < tokens.FIRST_ID + BINS:
            problem = f"The tokenizer knows {size} tokens; value {LAST} is token"
            raise UserError(f"{problem} {tokens.FIRST_ID + BINS - 1}.", hint)
        found = [list(self._encode(text)) for text in ("0", "9", "18", "[-3")]
        if [len(ids) for ids in found] != [1, 1, 2, 2] or found[2] != [
            *self._encode("1"),
            *self._encode("8"),
        ]:
            raise UserError("The tokenizer does not write every digit as one token.", hint)


class State:
    """How far one answer has come."""

    def __init__(self, matcher: Any, vocabulary: int) -> None:
        self._matcher, self.vocabulary = matcher, vocabulary

    @property
    def done(self) -> bool:
        """Whether the answer is complete: nothing but the end may follow."""
        return bool(self._matcher.is_stopped())

    def fill(self, bits: torch.Tensor) -> None:
        """Write what may follow into a row of 32-bit words on the CPU, lowest bit first.

        bits: int32, one bit per token id and more; the others become 0.
        """
        words = -(-self.vocabulary // 32)
        if len(bits) < words:
            problem = f"The model knows {32 * len(bits)} tokens, its tokenizer {self.vocabulary}."
            raise UserError(problem, "The checkpoint's files do not belong together.")
        self._matcher.unsafe_compute_mask_ptr(bits.data_ptr(), 4 * words)
        bits[words:] = 0

    def allowed(self) -> torch.Tensor:
        """What may follow, bool (vocabulary,)."""
        import torch

        bits = torch.zeros(-(-self.vocabulary // 32), dtype=torch.int32)
        self.fill(bits)
        return unpack(bits)[: self.vocabulary]

    def forced(self) -> list[int]:
        """The ids that must follow now; none where there is a choice, or at the end."""
        return list(self._matcher.compute_ff_tokens())

    def may(self, token_id: int) -> bool:
        """Whether this token may follow: the same as its place in `allowed`, without the rest."""
        return bool(self._matcher.validate_tokens([token_id]))

    def accept(self, token_id: int) -> None:
        """Go on behind a token. Raises ValueError where it may not follow."""
        if self.done or not self._matcher.try_consume_tokens([token_id]):
            raise ValueError(f"Token {token_id} may not follow here.")


def unpack(bits: torch.Tensor) -> torch.Tensor:
    """bool (…, 32 · words) of int32 (…, words), lowest bit first."""
    import torch

    places = torch.arange(32, dtype=torch.int32, device=bits.device)
    return ((bits[..., None] >> places) & 1).bool().flatten(-2)
