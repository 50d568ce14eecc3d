"""The forgiving reader of JSON: what is valid as `json` reads it, the rest without surprises."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from img2code.language.answer import loose_json
from img2code.language.answer.loose_json import LooseError, Stray

quick = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=15,
)  # fmt: skip


@quick
@given(st.lists(json_values) | st.dictionaries(st.text(), json_values), st.sampled_from([None, 2]))
def test_valid_json_is_read_as_json_reads_it(value: object, indent: int | None) -> None:
    for text in (json.dumps(value, indent=indent), json.dumps(value, ensure_ascii=False)):
        loose = loose_json.parse(text + " rest")
        assert (loose.value, loose.cut, loose.rest, loose.repairs) == (value, 0, " rest", ())


@quick
@given(st.text(alphabet='{}[]",:0129-.eé厘 \n\\utr', max_size=40), st.sampled_from("{["))
def test_any_text_is_read_or_refused(text: str, start: str) -> None:
    with contextlib.suppress(LooseError):
        loose = loose_json.parse(start + text)
        assert loose.cut >= 0
        assert isinstance(loose.value, dict | list)


def test_what_is_no_value_is_kept_for_the_caller() -> None:
    assert loose_json.parse("[1, 厘米, , 2x").value == [1, Stray("厘米"), Stray(""), Stray("2x")]
    assert loose_json.parse(r'["\0", 1,]').value == [Stray(r'"\0"'), 1]
    for unnamed in ("{\n1: 2}", '{\n"\\0": 2}'):
        with pytest.raises(LooseError, match="no name with a colon at line 2, column 1"):
            loose_json.parse(unnamed)
    with pytest.raises(LooseError, match="too many brackets"):
        loose_json.parse("[" * 100)
