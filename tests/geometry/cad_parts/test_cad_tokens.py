"""The grammar of CAD parts: what is allowed is a part, and parts come back from their tokens."""

from __future__ import annotations

import numpy as np
import pytest

from geometry.cad_parts.body import body
from geometry.cad_parts.part import CadPart, Extrude, Shell
from geometry.cad_parts.rules import first_fault
from geometry.cad_parts.sample import sample
from geometry.cad_parts.tokens import MOST_TOKENS, SIZE, Grammar, decode, encode, written
from geometry.sketch.loops import Rectangle
from img2code.parts.score import unit


def random_tokens(rng: np.random.Generator) -> list[int]:
    grammar, tokens = Grammar(), list[int]()
    while not grammar.done:
        token = int(rng.choice(np.flatnonzero(grammar.allowed())))
        grammar.take(token)
        tokens.append(token)
    return tokens


#: Larger than the unit cube: made smaller, arcs were too flat, radii too small, walls too thin.
SHRUNK = (126, 242, 339, 469, 523, 590, 3849)


@pytest.mark.parametrize("seed", [*range(100), *SHRUNK])
def test_whatever_the_masks_allow_is_a_part(seed: int) -> None:
    tokens = random_tokens(np.random.default_rng(seed))
    assert len(tokens) <= MOST_TOKENS
    assert first_fault(decode(tokens).steps) is None


@pytest.mark.parametrize("seed", range(40))
def test_sampled_parts_are_their_tokens(seed: int) -> None:
    part = sample(np.random.default_rng(seed))
    tokens = encode(part)
    grammar = Grammar(len(tokens) + 16)
    for token in tokens:
        grammar.take(token)
    assert grammar.done
    assert encode(written(tokens)) == tokens
    again = decode(tokens)
    assert unit(body(again.steps).manifold, body(part.steps).manifold) > 0.98


def test_what_is_not_allowed_is_refused() -> None:
    grammar = Grammar()
    assert grammar.allowed().shape == (SIZE,)
    with pytest.raises(ValueError, match="cannot follow"):
        grammar.take(0)  # END before any step


def test_steps_without_words_are_refused() -> None:
    shell = Extrude("join", "XY", 0, 1, (Rectangle(0, 0, 1, 1),), shell=Shell(0.1))
    with pytest.raises(ValueError, match="plain extrusions"):
        encode(CadPart((shell,)))
