"""Answers of language models: what is certain comes back exactly, with the repair."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import geometry
import stats
from geometry import program
from geometry.schema.template import Template
from img2code.errors import GenerationError
from img2code.language import tokens
from img2code.language.answer import loose_json
from img2code.language.answer.read import read

# Categories of few parts and of many, with block arrays, with optional numbers.
CATEGORIES = ("Mug", "Chair", "Table", "Shampoo", "Microwave", "Ruler")
SEEDS = 3
CHINESE = {k: text for text, k in tokens._values_by_text().items()}

PART_END = re.compile(r"\d\s*\]\s*\}\s*\}")  # from the last digit of a part on

quick = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
Broken = tuple[str, str]  # the text, and a word of the repair


@cache
def token_code(category: str, seed: int) -> str:
    return json.dumps(stats.encode(geometry.sample(category, np.random.default_rng(seed))))


codes = st.builds(
    lambda category, seed: json.loads(token_code(category, seed)),
    st.sampled_from(CATEGORIES),
    st.integers(0, SEEDS - 1),
)
layouts = st.sampled_from([json.dumps, program.dumps, lambda c: json.dumps(c, indent=1)])
data = st.data()


def tagged(text: str) -> str:
    return f"<code>{text}</code>"


def refused(text: str, category: str | None = None) -> str:
    """The sentence of the error, which keeps the text."""
    with pytest.raises(GenerationError) as failure:
        read(text, category)
    assert failure.value.raw_text == text
    assert failure.value.hint
    return str(failure.value)


def rows(code: dict) -> list[tuple[int, str]]:
    """Every parameter of a code: the number of its part and its name."""
    parts = enumerate(code["conceptualization"])
    return [(number, name) for number, part in parts for name in part["parameters"]]


def row(code: dict, place: tuple[int, str]) -> list:
    return code["conceptualization"][place[0]]["parameters"][place[1]]


def full_rows(code: dict) -> list[tuple[int, str]]:
    """Those that hold as many values as they may; otherwise one more could be meant."""
    return [place for place in rows(code) if len(row(code, place)) == length_of(code, place)]


def length_of(code: dict, place: tuple[int, str]) -> int:
    number, name = place
    return next(p.length for p in template(code, number).parameters if p.name == name)


def template(code: dict, number: int) -> Template:
    return geometry.templates(code["category"])[code["conceptualization"][number]["template"]]


# ------------------------------------------------------------ what is valid


@quick
@given(codes, layouts)
def test_valid_answers_come_back_as_they_are(code: dict, layout: Callable) -> None:
    for text in (
        layout(code),
        tagged(layout(code)),
        f"<code>\n```json\n{layout(code)}\n```</code>",
    ):
        assert read(text) == (code, ())


@pytest.mark.parametrize("category", geometry.categories())
def test_every_category_is_read_without_repairs(category: str) -> None:
    assert read(tagged(token_code(category, 0)), category) == (
        json.loads(token_code(category, 0)),
        (),
    )


# ------------------------------------------------------------ tags and what stands around


@quick
@given(codes, codes)
def test_the_last_block_counts(code: dict, other: dict) -> None:
    text = f"First {tagged(json.dumps(other))}, no: {tagged(json.dumps(code))} is <code></code>."
    assert read(text) == (code, ("Text around the code was passed over.",))


@pytest.mark.parametrize(
    ("form", "repair"),
    [
        ("<code>{}", "The tag </code> was missing."),
        ("{}</code>", "The tag <code> was missing."),
        ("Here it is: {}", "Text around the code was passed over."),
        ("<code>It is {} .</code>", "Text around the code was passed over."),
        ("It {{looks}} fine: <code>{}</code>", "Text around the code was passed over."),
        ("<code>{}}}</code>", "Text around the code was passed over."),
        ("<code>{}</code> And <code> again", "Text around the code was passed over."),
        ("```json\n{}\n```", ""),
    ],
)
def test_missing_tags_and_text_around_are_passed_over(form: str, repair: str) -> None:
    code = token_code("Mug", 0)
    assert read(form.format(code)) == (json.loads(code), (repair,) if repair else ())


@pytest.mark.parametrize("text", ["", "I see a mug.", "<code></code>", "</code>", "<code>"])
def test_an_answer_without_a_code_is_an_error(text: str) -> None:
    assert "no code" in refused(text)


# ------------------------------------------------------------ punctuation


@quick
@given(codes, data)
def test_superfluous_commas_are_passed_over(code: dict, data: st.DataObject) -> None:
    text = json.dumps(code)
    ends = [place for place, letter in enumerate(text) if letter in "]}"]
    for place in sorted(data.draw(st.sets(st.sampled_from(ends), min_size=1)), reverse=True):
        text = text[:place] + data.draw(st.sampled_from([",", ", ", ",\n"])) + text[place:]
    assert read(tagged(text)) == (code, (loose_json.COMMA,))


@quick
@given(codes, data)
def test_a_doubled_comma_is_passed_over_where_no_value_is_missing(
    code: dict, data: st.DataObject
) -> None:
    place = data.draw(st.sampled_from([p for p in full_rows(code) if len(row(code, p)) > 1]))
    values = row(code, place)
    gap = data.draw(st.integers(1, len(values) - 1))
    marked = [*values[:gap], "MARK", *values[gap:]]
    text = with_row(code, place, marked).replace('"MARK"', "")
    answered, repairs = read(text)
    assert answered == code
    assert len(repairs) == 1
    lacking = [*values[: gap - 1], "MARK", *values[gap:]]
    sentence = refused(with_row(code, place, lacking).replace('"MARK"', ""))
    assert f"parameter {place[1]!r}" in sentence


def with_row(code: dict, place: tuple[int, str], values: list) -> str:
    """The code's text with other values for one parameter."""
    changed = json.loads(json.dumps(code))
    changed["conceptualization"][place[0]]["parameters"][place[1]] = values
    return json.dumps(changed, ensure_ascii=False)


@quick
@given(codes)
def test_full_width_punctuation_and_digits_are_plain_ones(code: dict) -> None:
    wide = str.maketrans({",": "，", ":": "：", "[": "［", "2": "２", "}": "｝"})
    answered, repairs = read(json.dumps(code).translate(wide))
    assert answered == code
    assert loose_json.WIDE in repairs


def test_missing_commas_and_brackets_are_put_in() -> None:
    code = json.loads(token_code("Mug", 0))
    text = json.dumps(code)
    assert read(text.replace("}}, {", "}} {", 1)) == (code, (loose_json.NO_COMMA,))
    assert read(text.replace("]}}", "}}", 1)) == (code, (loose_json.BRACKET,))
    assert read(text[:-1]) == (code, (loose_json.BRACKET,))


# ------------------------------------------------------------ cut off


@settings(max_examples=150, deadline=None)
@given(codes, layouts, data)
def test_of_a_cut_off_answer_the_whole_parts_are_kept(
    code: dict, layout: Callable, data: st.DataObject
) -> None:
    text = layout(code).rstrip()
    text = text[: data.draw(st.integers(1, len(text) - 1))]
    whole = sum(1 for found in PART_END.finditer(layout(code)) if found.start() < len(text))
    if not whole:
        refused("<code>" + text)
        return
    answered, repairs = read("<code>" + text)
    assert answered == {**code, "conceptualization": code["conceptualization"][:whole]}
    assert repairs[0] == "The tag </code> was missing."
    assert len(repairs) >= 2


# ------------------------------------------------------------ values


@quick
@given(codes, data)
def test_the_chinese_text_of_a_token_is_read_as_its_value(code: dict, data: st.DataObject) -> None:
    """As a server with an unmodified tokenizer writes it."""
    text = json.dumps(code)
    known = [value for value in CHINESE if f"{value}" in text]
    for value in data.draw(st.sets(st.sampled_from(known), min_size=1)):
        text = text.replace(f"{value}", CHINESE[value])
    answered, repairs = read(tagged(text))
    assert answered == code
    assert "read from the text that the token stands for" in repairs[-1]


@quick
@given(
    codes,
    data,
    st.sampled_from(["漢字", "\ufffd", "啊啊啊", "two", "null", "2047", "3073", "2100.5"]),
)
def test_what_is_no_value_is_an_error_where_one_is_missing(
    code: dict, data: st.DataObject, stray: str
) -> None:
    place = data.draw(st.sampled_from(rows(code)))
    values = row(code, place)
    index = data.draw(st.integers(0, len(values) - 1))
    marked = [*values[:index], "MARK", *values[index + 1 :]]
    sentence = refused(with_row(code, place, marked).replace('"MARK"', stray))
    assert f"parameter {place[1]!r}[{index}]" in sentence
    assert "a whole number 2048 to 3071" in sentence


@quick
@given(codes, data, st.sampled_from(["漢字", "\ufffd", "厘米"]))
def test_what_is_no_value_is_passed_over_where_none_is_missing(
    code: dict, data: st.DataObject, stray: str
) -> None:
    place = data.draw(st.sampled_from(full_rows(code)))
    values = row(code, place)
    index = data.draw(st.integers(0, len(values)))
    marked = [*values[:index], "MARK", *values[index:]]
    answered, repairs = read(with_row(code, place, marked).replace('"MARK"', stray))
    assert answered == code
    assert len(repairs) == 1
    assert f"parameter {place[1]!r}" in repairs[0]


@pytest.mark.parametrize("form", ['"{}"', "{}.0", "{}厘", "大{}", '" {} "'])
def test_a_value_in_another_form_is_read(form: str) -> None:
    code = json.loads(token_code("Mug", 0))
    place = rows(code)[0]
    marked = ["MARK", *row(code, place)[1:]]
    text = with_row(code, place, marked).replace('"MARK"', form.format(row(code, place)[0]))
    answered, repairs = read(text)
    assert answered == code
    assert "was read as" in repairs[0]


def test_the_upper_end_of_the_prompt_is_the_last_value() -> None:
    code = json.loads(token_code("Mug", 0))
    place = rows(code)[0]
    answered, repairs = read(with_row(code, place, [3072, *row(code, place)[1:]]))
    assert row(answered, place)[0] == 3071
    assert "3072 was read as 3071" in repairs[0]


@quick
@given(codes, data, st.lists(st.integers(2048, 3071), min_size=1, max_size=4))
def test_of_too_many_values_the_first_are_kept(
    code: dict, data: st.DataObject, more: list[int]
) -> None:
    place = data.draw(st.sampled_from(rows(code)))
    length = length_of(code, place)
    values = row(code, place) + [2048] * (length - len(row(code, place)))
    answered, repairs = read(with_row(code, place, values + more))
    assert row(answered, place) == values
    assert f"had {length + len(more)} values; the first {length} were kept" in repairs[0]


@quick
@given(codes, data)
def test_too_few_values_are_an_error_but_for_padding(code: dict, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(rows(code)))
    parameter = next(p for p in template(code, place[0]).parameters if p.name == place[1])
    text = with_row(code, place, row(code, place)[: parameter.shortest - 1])
    if parameter.values.block:
        assert "taken as padding" in read(text)[1][0]
    else:
        assert f"parameter {place[1]!r}: found {parameter.shortest - 1} values" in refused(text)


# ------------------------------------------------------------ names


@quick
@given(codes, data)
def test_missing_parameters_are_an_error_but_for_placement(code: dict, data: st.DataObject) -> None:
    number, name = data.draw(st.sampled_from(rows(code)))
    del code["conceptualization"][number]["parameters"][name]
    if name in ("position", "rotation"):
        answered, repairs = read(json.dumps(code))
        assert answered == code
        assert repairs == (
            f"{code['category']}, part {number + 1} ({template(code, number).name}), "
            f"parameter {name!r}: was missing and was taken as zeros.",
        )
    else:
        assert f"parameter {name!r}: found nothing" in refused(json.dumps(code))


def test_names_are_corrected_only_where_nothing_else_can_be_meant() -> None:
    text = token_code("Mug", 0)
    code = json.loads(text)
    first = code["conceptualization"][0]
    name = next(iter(first["parameters"]))
    answered, repairs = read(text.replace(f'"{name}"', f'"{name}s"', 1))
    assert answered == code
    assert f"parameter '{name}s' was read as '{name}'" in repairs[0]
    assert "found parameter 'weight'" in refused(text.replace(f'"{name}"', '"weight"', 1))
    answered, repairs = read(text.replace(f'"{name}"', f'"weight": [2100], "{name}"', 1))
    assert answered == code
    assert "'weight' was passed over" in repairs[0]
    wrong = refused(text.replace(first["template"], "Cylinder_Boddy"))
    assert "Cylinder_Boddy" in wrong


def test_the_category_follows_from_what_was_asked_or_from_the_templates() -> None:
    text = token_code("Chair", 0)
    code = json.loads(text)
    for broken in (text.replace('"Chair"', '"Seat"'), text.replace('"category": "Chair", ', "")):
        answered, repairs = read(broken, "Chair")
        assert answered == code
        assert "as asked for" in repairs[0]
        answered, repairs = read(broken)
        assert answered == code
        assert "the only one with these templates" in repairs[0]
    assert read(text, "Mug")[0]["category"] == "Chair"
    assert "'category'" in refused('{"category": "Seat", "conceptualization": []}')


def test_the_same_name_twice_is_an_error_unless_it_says_the_same() -> None:
    text = token_code("Mug", 0)
    assert read(text.replace('"category": "Mug"', '"category": "Mug", "category": "Mug"'))
    assert "twice" in refused(text.replace('"category": "Mug"', '"category": 1, "category": "Mug"'))


def test_a_pose_is_never_made_up_in_silence() -> None:
    code = json.loads(token_code("Mug", 0))
    lacking = {key: code[key] for key in ("category", "conceptualization")}
    answered, repairs = read(json.dumps(lacking))
    assert answered["pose"] == {"global_position": [0, 0, 0], "global_rotation": [0, 0, 0]}
    assert repairs == ("The pose was missing and was taken as zeros.",)
    code["pose"] = {"global_rotation": [1, 2, 3, 4]}
    answered, repairs = read(json.dumps(code))
    assert answered["pose"] == {"global_position": [0, 0, 0], "global_rotation": [1, 2, 3]}
    assert len(repairs) == 2
    for pose in ([], {"global_rotation": [1, 2]}, {"global_rotation": [1, "x", 3]}):
        assert "'pose'" in refused(json.dumps({**code, "pose": pose}))
