"""The grammar over token ids: what it allows, what it forces, and that nothing else comes out."""

from __future__ import annotations

import functools
import json
import os
import random
from typing import Any

import numpy as np
import pytest
import tiny_qwen
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

import geometry
import stats
from geometry import program
from geometry.errors import CodeError, UserError
from img2code import grammar
from img2code.language import tokens
from img2code.language.constraint import Constraint, State

VALUES = range(tokens.FIRST_ID, tokens.FIRST_ID + stats.BINS)
#: Random answers a quarter; `make fuzz` writes 10,000 in all.
ANSWERS = 2_500 if os.environ.get("IMG2CODE_LONG_TESTS") else 400
Code = dict[str, Any]


@pytest.fixture(scope="module")
def constraint() -> Constraint:
    return Constraint(tiny_qwen.tokenizer(), tiny_qwen.END_OF_TURN)


def ids_of(text: str) -> list[int]:
    """As the tokenizer spells it, values as their own tokens."""
    return tokens.encode(text, tiny_qwen.tokenizer())


@functools.cache
def piece(token_id: int) -> str:
    return tokens.Text(tiny_qwen.tokenizer()).push([token_id])


def text_of(ids: list[int]) -> str:
    return "".join(map(piece, ids))


def answer(code: Code) -> str:
    return f"<code>{json.dumps(code)}</code>"


def sampled(category: str, rng: np.random.Generator) -> Code:
    """An object's code in token form with every number of the schema, and a pose."""
    code = stats.encode(geometry.sample(category, rng))
    for part in code["conceptualization"]:
        for parameter in geometry.templates(category)[part["template"]].parameters:
            row = part["parameters"][parameter.name]
            row += [stats.PADDING] * (parameter.length - len(row))
    angles = rng.integers(-180, 181, 6).tolist()
    pose = {"global_position": angles[:3], "global_rotation": angles[3:]}
    return {"category": category, "pose": pose, "conceptualization": code["conceptualization"]}


def walked(constraint: Constraint, text: str, category: str | None) -> State:
    """The state behind a text. Raises ValueError where the text is not in the grammar."""
    state = constraint.start(category)
    for token_id in ids_of(text):
        state.accept(token_id)
    return state


# ------------------------------------------------------------ everything that comes out


def drawn(state: State, rng: random.Random, words: torch.Tensor) -> list[int]:
    """An answer by a model whose logits mean nothing: any allowed token is as likely as another.

    Where one value may follow all of them may, and nothing else (a test below says so): there
    the mask, which takes the most time, is left out.
    """
    ids = state.forced()
    for token_id in ids:
        state.accept(token_id)
    while not state.done:
        value = rng.choice(VALUES)
        if not state.may(value):
            state.fill(words)
            places = np.flatnonzero(words.numpy())
            bits = np.unpackbits(words.numpy()[places].view(np.uint8), bitorder="little")
            word, bit = divmod(rng.choice(np.flatnonzero(bits).tolist()), 32)
            value = 32 * int(places[word]) + bit
        state.accept(value)
        forced = state.forced()
        for token_id in forced:
            state.accept(token_id)
        ids += [value, *forced]
    return ids


@pytest.mark.parametrize("quarter", range(4))
def test_random_answers_are_codes_as_they_stand(constraint: Constraint, quarter: int) -> None:
    """One of ten is also turned into an object's numbers; only those take long to read."""
    rng = random.Random(quarter)
    words = torch.zeros(-(-tiny_qwen.VOCABULARY // 32), dtype=torch.int32)
    asked = [None, *geometry.categories()]
    for number in range(ANSWERS):
        category = asked[number % len(asked)]
        text = text_of(drawn(constraint.start(category), rng, words))
        code = json.loads(text.removeprefix("<code>").removesuffix("</code>"))
        assert answer(code) == text
        assert category in (None, code["category"])
        check(code)
        if number % 10 == 0:
            program.parse(stats.decode(code))


def check(code: Code) -> None:
    """Every name, count and number is right, in the order of the schema."""
    assert list(code) == ["category", "pose", "conceptualization"]
    assert list(code["pose"]) == ["global_position", "global_rotation"]
    for numbers in code["pose"].values():
        assert len(numbers) == 3
        assert all(type(number) is int and abs(number) <= 180 for number in numbers)
    known = geometry.templates(code["category"])
    names = [part["template"] for part in code["conceptualization"]]
    assert names
    assert names == sorted(names, key=list(known).index)
    for part in code["conceptualization"]:
        template = known[part["template"]]
        assert names.count(template.name) <= template.at_most
        lengths = [(name, len(row)) for name, row in part["parameters"].items()]
        assert lengths == [(each.name, each.length) for each in template.parameters]
        for row in part["parameters"].values():
            assert all(type(value) is int and 2048 <= value <= 3071 for value in row)


# ------------------------------------------------------------ what is allowed


@pytest.mark.parametrize("category", geometry.categories())
def test_every_object_has_an_answer_and_forced_text_is_the_tokenizer_s(
    constraint: Constraint, category: str
) -> None:
    rng = np.random.default_rng(0)
    for asked in (category, None):
        text = answer(sampled(category, rng))
        ids = ids_of(text)
        state = constraint.start(asked)
        done = forced = 0
        while done < len(ids):
            follow = state.forced()
            assert follow == ids[done : done + len(follow)]
            for token_id in follow or ids[done : done + 1]:
                state.accept(token_id)
            done += len(follow) or 1
            forced += len(follow)
        assert state.done
        assert state.forced() == []
        assert forced > len(ids) / 2


def test_at_a_value_s_place_all_values_may_follow_and_nothing_else(constraint: Constraint) -> None:
    """At the first two values of an object of every category, at the last, and half-way."""
    rng = np.random.default_rng(0)
    for category in geometry.categories():
        ids = ids_of(answer(sampled(category, rng)))
        places = [place for place, token_id in enumerate(ids) if token_id in VALUES]
        state = constraint.start(category)
        for place, token_id in enumerate(ids):
            if place in (places[0], places[1], places[-1], places[len(places) // 2]):
                assert state.allowed().nonzero()[:, 0].tolist() == list(VALUES)
            state.accept(token_id)


def test_the_mask_holds_what_is_accepted_and_a_single_token_is_forced(
    constraint: Constraint,
) -> None:
    """At every place of some answers; beside allowed tokens, their neighbours are tried too."""
    rng = random.Random(1)
    for category in (None, "Mug", "Safe"):
        state = constraint.start(category)
        while not state.done:
            allowed = state.allowed().nonzero()[:, 0].tolist()
            assert allowed
            tried = {*allowed, *(each + 1 for each in allowed), *rng.choices(range(150_000), k=50)}
            assert [each for each in sorted(tried) if state.may(each)] == allowed
            forced = state.forced()
            assert bool(forced) == (len(allowed) == 1)
            for token_id in forced or [rng.choice(allowed)]:
                assert state.may(token_id)
                state.accept(token_id)
            assert not (forced and state.forced())  # all of it at once


def test_any_category_may_come_where_none_is_fixed(constraint: Constraint) -> None:
    for category in geometry.categories():
        walked(constraint, f'<code>{{"category": "{category}",', None)
    with pytest.raises(ValueError, match="may not follow here"):
        walked(constraint, '<code>{"category": "Box",', "Mug")


def test_angles_are_whole_numbers_up_to_180(constraint: Constraint) -> None:
    lead = "<code>" + grammar.opening("Mug") + grammar.POSE[0]
    for good in ("0", "7", "-7", "10", "99", "100", "-179", "180", "-180"):
        walked(constraint, f"{lead}{good}, {good}, {good}],", "Mug")
    for bad in ("-0", "00", "07", "181", "-190", "200", "999", "1000", "1.5", "+1", "", "--1"):
        for numbers in (bad, f"1, {bad}", f"1, 2, {bad}"):
            with pytest.raises(ValueError, match="may not follow here"):
                walked(constraint, f"{lead}{numbers}, 0, 0],", "Mug")


def test_templates_come_in_their_order_and_no_more_often_than_they_may(
    constraint: Constraint,
) -> None:
    code = sampled("Mug", np.random.default_rng(0))
    known = list(geometry.templates("Mug").values())

    def part(template: geometry.schema.template.Template) -> dict[str, Any]:
        rows = {each.name: [stats.FIRST] * each.length for each in template.parameters}
        return {"template": template.name, "parameters": rows}

    def ends(*names: str) -> bool:
        parts = [part(geometry.templates("Mug")[name]) for name in names]
        return walked(constraint, answer({**code, "conceptualization": parts}), "Mug").done

    first, last = known[0].name, known[-1].name
    assert ends(first)
    assert ends(first, last)
    assert known[0].at_most == 1
    for refused in ((), (last, first), (first, first)):
        with pytest.raises(ValueError, match="may not follow here"):
            ends(*refused)
    (twice,) = [template.name for template in known if template.at_most == 2]
    assert ends(twice, twice)
    with pytest.raises(ValueError, match="may not follow here"):
        ends(twice, twice, twice)


def test_behind_an_open_tag_the_code_begins(constraint: Constraint) -> None:
    state = constraint.start("Mug", opened=True)
    assert text_of(state.forced()).startswith('{"category": "Mug", "pose"')
    assert text_of(constraint.start("Mug").forced()).startswith('<code>{"category": "Mug", "pose"')


# ------------------------------------------------------------ states and errors


def test_states_do_not_know_of_each_other(constraint: Constraint) -> None:
    first, second = constraint.start("Mug"), constraint.start("Mug")
    forced = first.forced()
    for token_id in forced:
        first.accept(token_id)
    assert second.forced() == forced
    with pytest.raises(ValueError, match="Token 100000 may not follow here"):
        second.accept(VALUES[0])
    assert second.forced() == forced  # a refused token changes nothing


def test_an_unknown_category_is_named(constraint: Constraint) -> None:
    with pytest.raises(CodeError, match="Mugg"):
        constraint.start("Mugg")


def test_a_tokenizer_of_another_family_is_refused() -> None:
    small = Tokenizer(models.WordLevel({"a": 0, "?": 1}, unk_token="?"))
    small.pre_tokenizer = pre_tokenizers.Whitespace()
    with pytest.raises(UserError, match="knows 2 tokens"):
        Constraint(PreTrainedTokenizerFast(tokenizer_object=small), 1)
    words = {str(number): number for number in range(VALUES[-1] + 1)}
    large = Tokenizer(models.WordLevel({**words, "?": len(words)}, unk_token="?"))
    large.pre_tokenizer = pre_tokenizers.Whitespace()
    with pytest.raises(UserError, match="every digit as one token"):
        Constraint(PreTrainedTokenizerFast(tokenizer_object=large), 1)


def test_a_model_smaller_than_its_tokenizer_is_refused(constraint: Constraint) -> None:
    with pytest.raises(UserError, match="do not belong together"):
        constraint.start("Mug").fill(torch.zeros(100, dtype=torch.int32))
