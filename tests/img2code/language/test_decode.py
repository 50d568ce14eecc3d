"""Decoding on a tiny model: batches, jumps over forced text, limits; transformers as the judge."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import tiny_qwen
import torch
from PIL import Image
from transformers import Qwen2Config, Qwen2ForCausalLM

from img2code.language import checkpoint, decode, kv_cache, prompt, tokens
from img2code.language.answer import read
from img2code.language.checkpoint import Checkpoint
from img2code.language.constraint import Constraint, State

PICTURES = [
    Image.new("RGB", size, colour)
    for size, colour in [
        ((112, 112), (200, 30, 30)),
        ((56, 112), (30, 30, 200)),
        ((70, 60), (250, 250, 250)),
    ]
]
CATEGORIES = ["Mug", "Ruler", None]
LONG = 2_000


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    return checkpoint.load(str(tiny_qwen.save(tmp_path_factory.mktemp("tiny"))), "cpu")


@pytest.fixture(scope="module")
def constraint(held: Checkpoint) -> Constraint:
    return Constraint(held.tokenizer, held.end)


def asked(held: Checkpoint, *rows: int) -> dict[str, Any]:
    """The inputs of these rows as one batch."""
    questions = [prompt.messages(CATEGORIES[row]) for row in rows]
    return held.inputs([PICTURES[row] for row in rows], questions)


def states(constraint: Constraint, *rows: int) -> list[State]:
    return [constraint.start(CATEGORIES[row]) for row in rows]


def run(
    held: Checkpoint, inputs: dict[str, Any], states: list[State | None], **options: Any
) -> list[list[int]]:
    """The answers' token ids."""
    options = {"max_tokens": LONG, **options}
    answers: list[list[int]] = [[] for _ in states]
    for step in decode.decode(held.model, inputs, states, eos=held.end, **options):
        for row, token_id in step:
            answers[row].append(token_id)
    return answers


@pytest.fixture(scope="module")
def alone(held: Checkpoint, constraint: Constraint) -> list[list[int]]:
    """The answer to every row by itself."""
    return [run(held, asked(held, row), states(constraint, row))[0] for row in range(3)]


class Counted:
    """A model that notes the columns of every pass."""

    def __init__(self, model: Any) -> None:
        self.model, self.columns = model.model, []
        self._call = model

    def __call__(self, **given: Any) -> Any:
        self.columns.append(given["input_ids"].shape[1])
        return self._call(**given)


# ------------------------------------------------------------ the same as transformers


def test_without_a_grammar_the_answers_are_those_of_generate(held: Checkpoint) -> None:
    together = run(held, asked(held, 0, 1, 2), [None] * 3, max_tokens=24)
    for row in range(3):
        inputs = asked(held, row)
        ids = held.model.generate(
            **inputs, max_new_tokens=24, do_sample=False, eos_token_id=held.end
        )
        assert together[row] == ids[0, inputs["input_ids"].shape[1] :].tolist()


def test_within_the_grammar_the_answers_are_those_of_generate(
    held: Checkpoint, constraint: Constraint, alone: list[list[int]]
) -> None:
    inputs = asked(held, 1)
    length = inputs["input_ids"].shape[1]

    def following(_: int, ids: torch.Tensor) -> list[int]:
        state = constraint.start(CATEGORIES[1])
        for token_id in ids[length:].tolist():
            state.accept(token_id)
        return state.allowed().nonzero()[:, 0].tolist()

    ids = held.model.generate(
        **inputs,
        max_new_tokens=LONG,
        do_sample=False,
        eos_token_id=held.end,
        prefix_allowed_tokens_fn=following,
    )
    assert ids[0, length:].tolist() == [*alone[1], held.end]


# ------------------------------------------------------------ jumps and batches


def test_answers_are_codes_that_need_no_repair(held: Checkpoint, alone: list[list[int]]) -> None:
    texts = [tokens.Text(held.tokenizer).push(ids) for ids in alone]
    for text, category in zip(texts, CATEGORIES, strict=True):
        _, repairs = read.read(text, category)
        assert repairs == ()
    assert len(set(texts)) == 3


def test_jumps_change_nothing_but_the_number_of_passes(
    held: Checkpoint, constraint: Constraint, alone: list[list[int]]
) -> None:
    model = Counted(held.model)
    inputs, options = asked(held, 0), {"eos": held.end, "max_tokens": LONG}
    steps = list(decode.decode(model, inputs, states(constraint, 0), **options))
    assert [token_id for step in steps for _, token_id in step] == alone[0]
    assert len(model.columns) == len(steps) - 1  # the last text needs no pass behind it
    assert len(model.columns) < len(alone[0]) / 2
    slow = Counted(held.model)
    steps = list(decode.decode(slow, inputs, states(constraint, 0), jumps=False, **options))
    assert [token_id for step in steps for _, token_id in step] == alone[0]
    assert len(slow.columns) == len(alone[0])
    assert set(slow.columns[1:]) == {1}


@pytest.mark.parametrize("jumps", [True, False])
def test_a_batch_gives_what_its_rows_give_one_by_one(
    held: Checkpoint, constraint: Constraint, alone: list[list[int]], jumps: bool
) -> None:
    together = run(held, asked(held, 0, 1, 2), states(constraint, 0, 1, 2), jumps=jumps)
    assert together == alone


def test_packing_the_cache_changes_nothing(
    held: Checkpoint,
    constraint: Constraint,
    alone: list[list[int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    widths = []
    packed = kv_cache.Passes._pack

    def noted(batch: kv_cache.Passes) -> None:
        before = batch._cache.get_seq_length()
        packed(batch)
        widths.append(before - batch._cache.get_seq_length())

    monkeypatch.setattr(kv_cache.Passes, "_pack", noted)
    monkeypatch.setattr(kv_cache, "LOOSE", 1.0)
    monkeypatch.setattr(kv_cache, "SLACK", 0)
    together = run(held, asked(held, 2, 0, 1), states(constraint, 2, 0, 1))
    assert together == [alone[2], alone[0], alone[1]]
    assert sum(width > 0 for width in widths) > 10


def test_rows_with_and_without_a_grammar_go_together(
    held: Checkpoint, constraint: Constraint, alone: list[list[int]]
) -> None:
    free = run(held, asked(held, 1), [None], max_tokens=30)[0]
    together = run(held, asked(held, 0, 1), [constraint.start("Mug"), None], max_tokens=30)
    assert together == [alone[0][:30], free]


def test_threads_share_a_model(
    held: Checkpoint, constraint: Constraint, alone: list[list[int]]
) -> None:
    answers: dict[int, list[int]] = {}

    def one(row: int) -> None:
        answers[row] = run(held, asked(held, row), states(constraint, row))[0]

    threads = [threading.Thread(target=one, args=[row]) for row in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answers[row] for row in range(3)] == alone


def test_a_model_for_text_alone_decodes_too(constraint: Constraint) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = Qwen2ForCausalLM(
            Qwen2Config(
                vocab_size=tiny_qwen.VOCABULARY,
                hidden_size=32,
                intermediate_size=64,
                num_hidden_layers=2,
                num_attention_heads=2,
                num_key_value_heads=1,
                initializer_range=0.3,
            )
        ).eval()
    rows = [[5, 6, 7, 8], [9]]
    options = {"eos": tiny_qwen.END_OF_TURN, "max_tokens": LONG}

    def inputs(*prompts: list[int]) -> dict[str, torch.Tensor]:
        longest = max(map(len, prompts))
        padding = [longest - len(ids) for ids in prompts]
        ids = [[0] * none + each for none, each in zip(padding, prompts, strict=True)]
        mask = [[0] * none + [1] * (longest - none) for none in padding]
        return {"input_ids": torch.tensor(ids), "attention_mask": torch.tensor(mask)}

    def answers(*prompts: list[int]) -> list[list[int]]:
        given = [constraint.start("Ruler") for _ in prompts]
        steps = list(decode.decode(model, inputs(*prompts), given, **options))
        return [
            [token_id for step in steps for row, token_id in step if row == number]
            for number in range(len(prompts))
        ]

    assert answers(*rows) == [*answers(rows[0]), *answers(rows[1])]


# ------------------------------------------------------------ where it ends


def test_an_answer_ends_at_its_limit_also_within_forced_text(
    held: Checkpoint, constraint: Constraint, alone: list[list[int]]
) -> None:
    for most in (1, 5, 30):
        assert run(held, asked(held, 0), states(constraint, 0), max_tokens=most) == [
            alone[0][:most]
        ]


def test_the_end_of_the_turn_ends_a_row_and_is_no_part_of_it(held: Checkpoint) -> None:
    whole = run(held, asked(held, 0, 1), [None] * 2, max_tokens=12)
    end = whole[0][7]
    expected = [ids[: ids.index(end)] if end in ids else ids for ids in whole]
    options = {"eos": end, "max_tokens": 12}
    steps = list(decode.decode(held.model, asked(held, 0, 1), [None] * 2, **options))
    found = [[each for step in steps for row, each in step if row == number] for number in (0, 1)]
    assert found == expected


def test_stop_ends_before_the_next_pass(held: Checkpoint, constraint: Constraint) -> None:
    model = Counted(held.model)
    steps = decode.decode(
        model,
        asked(held, 0),
        states(constraint, 0),
        eos=held.end,
        max_tokens=LONG,
        stop=lambda: len(model.columns) == 3,
    )
    assert sum(1 for _ in steps) == 4
    assert len(model.columns) == 3


def test_closing_ends_the_work(held: Checkpoint, constraint: Constraint) -> None:
    model = Counted(held.model)
    options = {"eos": held.end, "max_tokens": LONG}
    steps = decode.decode(model, asked(held, 0), states(constraint, 0), **options)
    next(steps)
    assert model.columns == []  # the opening is forced, so it comes before any pass
    next(steps)
    steps.close()
    assert len(model.columns) == 1
