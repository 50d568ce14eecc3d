"""The tokens of a language model that writes codes: values, names and punctuation, text and ids.

A value 2048 + k is one token: id 100000 + k of Qwen's vocabulary (k = 0 … 1023). An unmodified
tokenizer decodes these ids to the Chinese words that they stand for elsewhere; `value_of_text`
reads those back, for answers from servers that know nothing of values.
"""

from __future__ import annotations

import codecs
import functools
import re
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from stats import BINS, FIRST, LAST

#: The id of value FIRST.
FIRST_ID = 100_000

_VALUE = re.compile(r"(?<![\w.\-])(\d{4})(?![\w.])", re.ASCII)


def id_of(value: int) -> int:
    """The token id of a value 2048 … 3071. Raises ValueError."""
    if not FIRST <= value <= LAST:
        raise ValueError(f"Found the value {value}, expected {FIRST} to {LAST}.")
    return FIRST_ID + value - FIRST


def value_of(token_id: int) -> int | None:
    """The value that a token id stands for; None for ids that stand for text."""
    known = FIRST_ID <= token_id < FIRST_ID + BINS
    return FIRST + token_id - FIRST_ID if known else None


@functools.cache
def _values_by_text() -> dict[str, int]:
    # value_texts.txt: line k + 1 is what id 100000 + k stands for elsewhere; it is empty for the
    # few ids that hold a part of a character only.
    lines = files(__package__).joinpath("value_texts.txt").read_text("utf-8").split("\n")
    return {text: FIRST + number for number, text in enumerate(lines) if text}


def value_of_text(text: str) -> int | None:
    """The value whose token an unmodified tokenizer of Qwen decodes to this text, if there is."""
    return _values_by_text().get(text)


def encode(code: str, tokenizer: Any) -> list[int]:
    """The token ids of a code in token form; every whole number 2048 … 3071 is one value token.

    tokenizer: of transformers. The text between values is tokenised piece by piece.
    """
    ids: list[int] = []
    start = 0
    for found in _VALUE.finditer(code):
        value = int(found.group())
        if FIRST <= value <= LAST:
            ids += tokenizer.encode(code[start : found.start()], add_special_tokens=False)
            ids.append(id_of(value))
            start = found.end()
    return ids + list(tokenizer.encode(code[start:], add_special_tokens=False))


class Text:
    """The text of token ids as they arrive; a character comes out when all its bytes are there."""

    def __init__(self, tokenizer: Any) -> None:
        """tokenizer: of transformers, with byte-level tokens as Qwen's."""
        self._tokenizer = tokenizer
        self._added = tokenizer.added_tokens_decoder
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def push(self, token_ids: Iterable[int]) -> str:
        """The text that these ids complete; special tokens have none."""
        return "".join(self._decoder.decode(self._bytes(token_id)) for token_id in token_ids)

    def finish(self) -> str:
        """What is left at the end: a replacement character where a character is incomplete."""
        return self._decoder.decode(b"", final=True)

    def _bytes(self, token_id: int) -> bytes:
        value = value_of(token_id)
        if value is not None:
            return str(value).encode()
        added = self._added.get(token_id)
        if added is not None:
            return b"" if added.special else added.content.encode()
        token = self._tokenizer.convert_ids_to_tokens(token_id)
        if token is None:  # rows of the embedding beyond the vocabulary
            return b""
        return bytes(_bytes_by_letter()[letter] for letter in token)


@functools.cache
def _bytes_by_letter() -> dict[str, int]:
    """The letters that stand for bytes: each visible one for itself, 256 and up for the others."""
    visible = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(256) if byte not in visible]
    letters = {chr(byte): byte for byte in visible}
    return letters | {chr(256 + number): byte for number, byte in enumerate(hidden)}
