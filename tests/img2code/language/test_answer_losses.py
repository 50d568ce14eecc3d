"""What an answer loses or gains is named, strict refuses it, hostile text costs linear work."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

import geometry
import stats
from img2code import limits
from img2code.backends.fake import Fake
from img2code.errors import GenerationError
from img2code.language.answer.kinds import HARMLESS
from img2code.language.answer.loose_json import SURPLUS
from img2code.language.answer.read import examine, read
from img2code.reconstruct import Reconstructor

PICTURE = Image.new("RGB", (8, 8))


def text_of(category: str, seed: int = 0) -> str:
    return json.dumps(stats.encode(geometry.sample(category, np.random.default_rng(seed))))


MUG = text_of("Mug", 1)


@pytest.mark.parametrize("category", ["Mug", "Chair", "Table", "Window", "Globe"])
@pytest.mark.parametrize("letter", list('{}[],:"'))
def test_one_mark_more_or_less_never_hides_a_loss(category: str, letter: str) -> None:
    """Where punctuation alone was repaired, the code is the one that was meant."""
    text = text_of(category)
    code = json.loads(text)
    draw = random.Random(letter + category)
    # within numbers and names a mark may make another valid text, which nobody can tell
    ends = [k for k in range(1, len(text)) if text[k - 1] in "{}[],:" or text[k] in "{}[],:"]
    places = [k for k in ends if text[k - 1] != '"' and text[k] != '"']
    for place in draw.sample(places, min(60, len(places))):
        for mutant in (text[:place] + letter + text[place:], text[:place] + text[place + 1 :]):
            try:
                answered, repairs = examine(mutant)
            except GenerationError:
                continue
            if answered != code:
                assert [r for r in repairs if r.kind not in HARMLESS], mutant[
                    place - 40 : place + 40
                ]


def bracket_cases() -> list[str]:
    first = MUG.index("}}, {") + 2  # behind the first part
    row = MUG.index("], ") + 1  # behind a row of numbers
    pose = MUG.index("}, ") + 1
    return [
        MUG[:first] + "}" + MUG[first:],
        MUG[:first] + "]" + MUG[first:],
        MUG[:row] + "]" + MUG[row:],
        MUG[:pose] + "}" + MUG[pose:],
    ]


@pytest.mark.parametrize("text", bracket_cases())
def test_behind_a_bracket_too_many_nothing_is_lost(text: str) -> None:
    assert read(text) == (json.loads(MUG), (SURPLUS,))


def test_a_bracket_that_may_stand_for_two_never_loses_a_part_unnamed() -> None:
    place = MUG.index("}}, {") + 1
    answered, repairs = examine(MUG[:place] + "]" + MUG[place:])
    lost = json.loads(MUG)["conceptualization"][len(answered["conceptualization"]) :]
    for part in lost:
        assert any(part["template"] in repair.text for repair in repairs)
    assert not lost or any(repair.kind == "dropped" for repair in repairs)


def test_a_part_in_the_text_around_is_named() -> None:
    code = json.loads(MUG)
    lost = json.dumps(code["conceptualization"].pop())
    name = json.loads(lost)["template"]
    _, repairs = examine(f"{json.dumps(code)}\nand {lost}")
    assert ("dropped", f"A part '{name}' in the text around the code was left out.") in [
        (repair.kind, repair.text) for repair in repairs
    ]


def changed(change: Callable[[dict], object]) -> str:
    code = json.loads(MUG)
    change(code)
    return json.dumps(code)


def test_every_kind_of_loss_is_named_and_refused_when_strict() -> None:
    last = json.loads(MUG)["conceptualization"][-1]["template"]
    cases = {
        "'global_rotation'[1]: true was read as 1": changed(
            lambda code: code["pose"].update(global_rotation=[20, True, 0])
        ),
        "'rotation': was missing and was taken as zeros": changed(
            lambda code: code["conceptualization"][0]["parameters"].pop("rotation")
        ),
        "without [2100]": changed(
            lambda code: code["conceptualization"][0]["parameters"]["rotation"].append(2100)
        ),
        f"({last!r}): was cut off and was left out": MUG[:-20],
        "the unknown entry 'scale' was passed over": changed(lambda code: code.update(scale=1)),
        "behind the name 'scale'": MUG[:-1] + ', "scale":',
        "'rotation' stood beside the parameters": changed(
            lambda code: code["conceptualization"][0].update(
                rotation=code["conceptualization"][0]["parameters"].pop("rotation")
            )
        ),
    }
    for words, text in cases.items():
        assert any(words in sentence for sentence in read(text)[1]), read(text)[1]
        with pytest.raises(GenerationError, match="not to be done") as refusal:
            Reconstructor(Fake([text]), strict=True).run(PICTURE)
        assert words in str(refusal.value)
        assert refusal.value.raw_text == text
        with pytest.raises(GenerationError, match="not to be done"):
            Reconstructor(Fake([text])).run(PICTURE).check_exact()


@pytest.mark.parametrize("text", [MUG, f"<code>{MUG}", MUG[:-1] + ",}", MUG[:-1], MUG + "}"])
def test_punctuation_is_no_change(text: str) -> None:
    result = Reconstructor(Fake([text]), strict=True).run(PICTURE)
    assert result.token_code == json.loads(MUG)
    result.check_exact()


@pytest.mark.parametrize("value", ["1e308", "1e999", "-1e6", "9" * 400])
def test_a_pose_beyond_all_sizes_is_refused(value: str) -> None:
    text = changed(lambda code: code["pose"].update(global_position=[0, "MARK", 0]))
    with pytest.raises(GenerationError):
        Reconstructor(Fake([text.replace('"MARK"', value)])).run(PICTURE)


def test_an_answer_without_end_is_refused() -> None:
    with pytest.raises(GenerationError, match="1,000,001 characters"):
        read("x" * (limits.MAX_ANSWER_CHARACTERS + 1))


class Counted(str):
    """Text that counts the letters that searches from a place to a place look at."""

    steps = 0

    def rfind(self, *wanted: object) -> int:  # type: ignore[override]
        found = super().rfind(*wanted)  # type: ignore[arg-type]
        end = wanted[2] if len(wanted) > 2 else len(self)
        Counted.steps += int(str(end)) - max(found, 0)
        return found

    def find(self, *wanted: object) -> int:  # type: ignore[override]
        found = super().find(*wanted)  # type: ignore[arg-type]
        start = int(str(wanted[1])) if len(wanted) > 1 else 0
        Counted.steps += (found if found >= 0 else len(self)) - start
        return found


HOSTILE = ("</code>", "<code>", "<code></code>", "{", "[", '{"', '"', '\\"', '{"a":', "[{", "}",
           "{}", "[1,", "，", "```", '{"a":1]', "{ ", "<code>{", '"template":"')  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_twice_the_text_is_at_most_twice_the_work(piece: str) -> None:
    """Work: calls of functions, and letters that the search for tags looks at."""

    def work(count: int) -> int:
        calls = 0

        def count_call(frame: object, event: str, argument: object) -> None:
            nonlocal calls
            calls += event in ("call", "c_call")

        text, Counted.steps = Counted("{" + piece * count), 0
        sys.setprofile(count_call)
        try:
            examine(text)
        except GenerationError:
            pass
        finally:
            sys.setprofile(None)
        return calls + Counted.steps

    assert work(4000) <= 2.2 * work(2000) + 1000
