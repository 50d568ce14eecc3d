"""Tokens of language models: the genuine tokenizer, values and ids, text as it arrives."""

from __future__ import annotations

import json
import random
from functools import cache, partial

import numpy as np
import pytest
import tiny_qwen
from dashscope.tokenizers import get_tokenizer
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_qwen import tokenizer

import geometry
import stats
from geometry import program
from img2code.language import tokens

reference = cache(partial(get_tokenizer, "qwen-7b-chat"))  # another implementation
WORDS = (
    "naïve café 🙂🙃👩‍🚀 漢字 \u0e01\u0e32 '{}[]\":, 0123456789 \n\t Cylindrical_Body <code></code>"
)
quick = settings(max_examples=100, deadline=None)


def token_code(category: str, seed: int = 0) -> dict:
    return stats.encode(geometry.sample(category, np.random.default_rng(seed)))


def decoded(ids: list[int]) -> str:
    text = tokens.Text(tokenizer())
    return text.push(ids) + text.finish()


# ------------------------------------------------------------ the genuine tokenizer


def test_the_tokenizer_has_the_ids_of_qwen() -> None:
    assert len(tokenizer()) == 151665
    ids = range(tiny_qwen.ORDINARY, len(tokenizer()))
    assert tokenizer().convert_ids_to_tokens(list(ids)) == list(tiny_qwen.ADDED)
    for token, known in {
        "<|endoftext|>": 151643,
        "<|im_start|>": 151644,
        "<|im_end|>": 151645,
        "<|vision_start|>": 151652,
        "<|image_pad|>": 151655,
        "<tool_call>": 151657,
        "<|file_sep|>": 151664,
    }.items():
        assert tokenizer().convert_tokens_to_ids(token) == known
    assert (tokenizer().eos_token_id, tokenizer().pad_token_id) == (151645, 151643)


@quick
@given(st.lists(st.sampled_from([*WORDS.split(" "), " ", "  "])).map("".join) | st.text())
def test_it_cuts_text_as_the_vocabulary_s_own_package_does(text: str) -> None:
    ids = tokenizer().encode(text, add_special_tokens=False)
    assert ids == reference().encode(text, allowed_special=set())


def test_it_cuts_prompts_and_codes_as_the_vocabulary_s_own_package_does() -> None:
    for category in geometry.categories():
        for text in (
            json.dumps(geometry.json_schema(category)),
            program.dumps(token_code(category)),
        ):
            ids = tokenizer().encode(text, add_special_tokens=False)
            assert ids == reference().encode(text, allowed_special=set())


# ------------------------------------------------------------ values


def test_values_and_ids_are_the_same_both_ways() -> None:
    assert [tokens.id_of(value) for value in (2048, 3071)] == [100000, 101023]
    for value in range(2048, 3072):
        assert tokens.value_of(tokens.id_of(value)) == value
    assert tokens.value_of(99999) is tokens.value_of(101024) is None
    for value in (2047, 3072):
        with pytest.raises(ValueError, match=f"{value}, expected 2048 to 3071"):
            tokens.id_of(value)


def test_the_text_of_values_is_what_the_tokenizer_has_there() -> None:
    known = 0
    for value in range(2048, 3072):
        text = tokenizer().decode([tokens.id_of(value)])
        if "\ufffd" in text:  # a part of a character
            assert tokens.value_of_text(text) is None
        else:
            assert tokens.value_of_text(text) == value
            known += 1
    assert known == 1009
    assert tokens.value_of_text("2048") is tokens.value_of_text("") is None


@pytest.mark.parametrize("category", geometry.categories())
def test_codes_go_to_ids_and_back(category: str) -> None:
    code = token_code(category)
    numbers = [
        value
        for part in code["conceptualization"]
        for row in part["parameters"].values()
        for value in row
    ]
    for text in (json.dumps(code), program.dumps(code), json.dumps(code, separators=(",", ":"))):
        ids = tokens.encode(text, tokenizer())
        found = [value for value in map(tokens.value_of, ids) if value is not None]
        assert found == numbers
        assert decoded(ids) == text


def test_only_whole_numbers_of_four_digits_are_values() -> None:
    for text in ("12048", "2048.5", "-2048", "20480", "x2048", "3072", "2047"):
        assert not any(map(tokens.value_of, tokens.encode(text, tokenizer())))
    assert tokens.encode("[2048,2049]", tokenizer())[1::2] == [100000, 100001]


# ------------------------------------------------------------ text as it arrives


@quick
@given(st.text(), st.randoms(use_true_random=False))
def test_the_pieces_are_the_text_whatever_their_size(text: str, chance: random.Random) -> None:
    text = tokenizer().backend_tokenizer.normalizer.normalize_str(text)
    ids = tokenizer().encode(text, add_special_tokens=False)
    ids = [i for i in ids if tokens.value_of(i) is None]
    whole = tokenizer().decode(ids, clean_up_tokenization_spaces=False)
    stream, pieces = tokens.Text(tokenizer()), []
    while ids:
        count = chance.randint(1, len(ids))
        pieces.append(stream.push(ids[:count]))
        ids = ids[count:]
    assert not any("\ufffd" in piece for piece in pieces if "\ufffd" not in whole)
    assert "".join(pieces) + stream.finish() == whole


def test_no_piece_ends_within_a_character() -> None:
    ids = tokenizer().encode("👩‍🚀 ẞ 𒀀 𓂀", add_special_tokens=False)
    stream = tokens.Text(tokenizer())
    pieces = [stream.push([i]) for i in ids]
    assert "" in pieces  # an id that only begins a character
    assert "".join(pieces) == "👩‍🚀 ẞ 𒀀 𓂀"
    half = tokenizer().encode("𓂀", add_special_tokens=False)[0]
    assert stream.push([half]) == ""
    assert stream.push([tokens.id_of(2500)]) == "\ufffd2500"
    assert stream.push([half]) == ""
    assert stream.finish() == "\ufffd"


def test_special_tokens_have_no_text_and_others_have() -> None:
    assert decoded([tiny_qwen.END_OF_TURN, tiny_qwen.IMAGE, tiny_qwen.END_OF_TEXT]) == ""
    assert decoded([151657, 151658]) == "<tool_call></tool_call>"
    assert decoded([len(tokenizer()), tiny_qwen.VOCABULARY - 1]) == ""  # rows without a token
