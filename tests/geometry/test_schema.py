"""The JSON Schema takes what the parser takes and refuses what it refuses."""

from __future__ import annotations

import copy
from typing import Any

import jsonschema
import numpy as np
import pytest

import geometry
import stats
from geometry.json_schemas import json_schema


@pytest.mark.parametrize("category", geometry.categories())
def test_sampled_codes_fit_their_schema(category: str) -> None:
    plain = jsonschema.Draft202012Validator(json_schema(category))
    tokens = jsonschema.Draft202012Validator(json_schema(category, tokens=True))
    plain.check_schema(plain.schema)
    rng = np.random.default_rng(0)
    for _ in range(10):
        code = geometry.sample(category, rng)
        plain.validate(code)
        tokens.validate(stats.encode(code))
        assert not tokens.is_valid(code)


def broken(change: str) -> dict[str, Any]:
    code = copy.deepcopy(geometry.sample("Mug", np.random.default_rng(1)))
    part = code["conceptualization"][0]
    name = next(iter(part["parameters"]))
    match change:
        case "category":
            code["category"] = "Cup"
        case "template":
            part["template"] = "Body"
        case "missing":
            del part["parameters"][name]
        case "unknown":
            part["parameters"]["colour"] = [1]
        case "long":
            part["parameters"][name] += [1.0] * 300
        case "text":
            part["parameters"][name][0] = "wide"
        case "absurd":
            part["parameters"][name][0] = 1e9
        case "empty":
            code["conceptualization"] = []
    return code


@pytest.mark.parametrize(
    "change", ["category", "template", "missing", "unknown", "long", "text", "absurd", "empty"]
)
def test_schema_and_parser_refuse_alike(change: str) -> None:
    whole = jsonschema.Draft202012Validator(json_schema())
    assert whole.is_valid(geometry.sample("Mug", np.random.default_rng(1)))
    assert not whole.is_valid(broken(change))
    with pytest.raises(geometry.CodeError):
        geometry.build(broken(change))
