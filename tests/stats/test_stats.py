"""Tokens of values and of whole codes: what survives, what is refused, what is shipped."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import geometry
import stats
from geometry import CodeError
from stats import BINS, FIRST, LAST, tables
from stats.summarise import in_use, is_fresh

CATEGORIES = geometry.categories()
SPOT = ("Mug", "Curved_Handle", "radius", 0)


def numbers(category: str) -> list[tuple[str, str, int, str]]:
    return [
        (template.name, parameter.name, index, kind)
        for template in geometry.templates(category).values()
        for parameter in template.parameters
        for index, kind in enumerate(parameter.kinds)
    ]


def drawn(category: str, count: int, seed: int = 5) -> list[dict[str, Any]]:
    return [
        geometry.sample(category, np.random.default_rng([seed, index])) for index in range(count)
    ]


# --- the shipped statistics ---


@pytest.mark.parametrize("category", CATEGORIES)
def test_whole_objects_round_trip(category: str) -> None:
    schema = geometry.templates(category)
    for code in drawn(category, 40):
        token_code = stats.encode(code)
        recovered = stats.decode(token_code)
        assert stats.encode(recovered) == token_code
        assert token_code["pose"] == code["pose"]
        assert geometry.parse(recovered).as_dict() == recovered
        for part, tokens, again in zip(
            *(c["conceptualization"] for c in (code, token_code, recovered)), strict=True
        ):
            for parameter in schema[part["template"]].parameters:
                row = tokens["parameters"][parameter.name]
                assert all(type(token) is int and FIRST <= token <= LAST for token in row)
                used = len(in_use(parameter, part["parameters"]))
                assert row[used:] == [stats.PADDING] * (len(row) - used)
                values, others = (p["parameters"][parameter.name] for p in (part, again))
                assert others[used:] == [0.0] * (len(others) - used)
                for kind, value, other in zip(parameter.kinds, values, others, strict=False):
                    if kind in ("count", "flag"):
                        assert round(other) == value


@pytest.mark.parametrize("category", CATEGORIES)
def test_recovered_values_are_close(category: str) -> None:
    """The same templates, and bounds within 2 % of the diagonal for most objects."""
    off = []
    for code in drawn(category, 25):
        again = stats.decode(stats.encode(code))
        meshes = geometry.mesh(code, segments=16), geometry.mesh(again, segments=16)
        scale = np.linalg.norm(meshes[0].extents)
        off.append(np.abs(meshes[0].bounds - meshes[1].bounds).max() / scale)
    assert np.median(off) < 0.005
    assert np.quantile(off, 0.9) < 0.02


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_number_has_statistics(category: str) -> None:
    for template, parameter, index, kind in numbers(category):
        edges = stats.edges(category, template, parameter, index)
        assert edges.shape == (BINS + 1,)
        assert np.isfinite(edges).all()
        assert (np.diff(edges) >= 0).all()
        if kind in ("count", "flag"):
            assert set(edges) == set(np.arange(edges[0], edges[-1] + 1))
    lengths = {
        template: {name: len(row) for name, row in parameters.items()}
        for template, parameters in tables.shipped(category).table.items()
    }
    assert lengths == {
        name: {p.name: p.length for p in template.parameters}
        for name, template in geometry.templates(category).items()
    }


def test_statistics_come_from_enough_objects_in_small_files() -> None:
    assert set(stats.SHIPPED.categories) == set(CATEGORIES)
    assert all(tables.shipped(category).objects >= 20_000 for category in CATEGORIES)
    assert sum(tables.path_of(category).stat().st_size for category in CATEGORIES) < 2.5e6


@pytest.mark.parametrize("category", CATEGORIES)
def test_statistics_are_those_of_todays_sampler(category: str) -> None:
    assert is_fresh(category), f"run `python -m stats.summarise --categories {category}`"


@pytest.mark.parametrize("category", CATEGORIES)
def test_new_objects_fill_the_bins_evenly(category: str) -> None:
    """Other seeds give other objects of the same distribution: a quarter of them per quarter."""
    used: dict[tuple[str, str, int], list[float]] = {}
    for code in drawn(category, 800, seed=77):
        for part in code["conceptualization"]:
            template = geometry.templates(category)[part["template"]]
            for parameter in template.parameters:
                for index, value in enumerate(in_use(parameter, part["parameters"])):
                    used.setdefault((template.name, parameter.name, index), []).append(value)
    checked = 0
    for spot, values in used.items():
        if len(values) < 200 or len(stats.number(category, *spot).atoms):
            continue
        bins = stats.encode_many(category, *spot, values) - FIRST
        fractions = np.bincount(bins * 4 // BINS, minlength=4) / len(bins)
        assert np.abs(fractions - 0.25).max() < 0.5 * len(values) ** -0.5 * 5, spot
        checked += 1
    assert checked >= 3


@pytest.mark.parametrize("category", CATEGORIES)
def test_typical_parts_can_be_built(category: str) -> None:
    for name, template in geometry.templates(category).items():
        typical = stats.typical(category, name)
        assert list(typical) == [p.name for p in template.parameters]
        assert np.isfinite(geometry.part_mesh(category, name, typical).vertices).all()


def test_nothing_is_read_at_import_and_no_other_layer() -> None:
    check = (
        "import sys, stats, stats.tables; "
        "assert not stats.tables.shipped.cache_info().currsize; "
        "assert not {'torch', 'gradio', 'img2code'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", check], check=True)


# --- arrays ---


def test_arrays_agree_with_single_values() -> None:
    low, high = stats.edges(*SPOT)[[0, -1]]
    values = np.linspace(low - 0.1, high + 0.1, 60).reshape(3, 20)
    tokens = stats.encode_many(*SPOT, values)
    assert tokens.shape == (3, 20)
    assert tokens.tolist() == [[stats.to_token(*SPOT, v) for v in row] for row in values]
    for at in ("middle", "upper"):
        recovered = stats.decode_many(*SPOT, tokens, at=at)
        single = [[stats.from_token(*SPOT, int(t), at=at) for t in row] for row in tokens]
        assert recovered.tolist() == single


# --- errors ---


@pytest.mark.parametrize(
    ("spot", "message"),
    [
        (("Mugg", "Curved_Handle", "radius", 0), "found 'Mugg'.*one of .*Mug.*Did you mean Mug"),
        (("Mug", "curved_handle", "radius", 0), "Mug, template.*Did you mean Curved_Handle"),
        (("Mug", "Curved_Handle", "radios", 0), "template Curved_Handle.*Did you mean radius"),
        (("Mug", "Curved_Handle", "radius", 2), "'radius'.*found index 2.*from 0 to 1"),
        (("Mug", "Curved_Handle", "radius", -1), "found index -1"),
        (("Mug", "Curved_Handle", "radius", True), "found index True"),
        (("Mug", "Curved_Handle", "radius", 0.5), "found index 0.5"),
        ((None, "Curved_Handle", "radius", 0), "found None"),
    ],
)
def test_unknown_names_are_errors(spot: tuple[Any, ...], message: str) -> None:
    for attempt in (
        lambda: stats.to_token(*spot, 0.5),
        lambda: stats.from_token(*spot, FIRST),
        lambda: stats.edges(*spot),
        lambda: stats.encode_many(*spot, [0.5]),
    ):
        with pytest.raises(CodeError, match=message):
            attempt()


@pytest.mark.parametrize(
    ("token", "message"),
    [
        (2050.5, "found token 2050.5, expected an integer from 2048 to 3071"),
        (2050.0, "expected an integer"),
        (True, "found token True"),
        ("2050", "found token '2050'"),
        (None, "found token None"),
        (2047, "found token 2047, expected 2048 to 3071.*to_token"),
        (3072, "found token 3072"),
        (float("nan"), "found token nan"),
    ],
)
def test_wrong_tokens_are_errors(token: Any, message: str) -> None:
    with pytest.raises(CodeError, match=r"Mug, template Curved_Handle, parameter 'radius'\[0\]"):
        stats.from_token(*SPOT, token)
    with pytest.raises(CodeError, match=message):
        stats.from_token(*SPOT, token)


@pytest.mark.parametrize("value", [True, "0.5", None, float("nan"), float("inf"), [0.5]])
def test_wrong_values_are_errors(value: Any) -> None:
    with pytest.raises(CodeError, match=r"expected a (finite )?number"):
        stats.to_token(*SPOT, value)


def test_wrong_arrays_are_errors() -> None:
    with pytest.raises(CodeError, match="NaN"):
        stats.encode_many(*SPOT, [0.5, np.nan])
    with pytest.raises(CodeError, match="float64, expected integers"):
        stats.decode_many(*SPOT, [2050.5])
    with pytest.raises(CodeError, match="from 5 to 2050, expected 2048 to 3071"):
        stats.decode_many(*SPOT, [2050, 5])
    with pytest.raises(CodeError, match="'middle' or 'upper'"):
        stats.from_token(*SPOT, FIRST, at="lower")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ({}, "code, 'category': found nothing"),
        ({"category": "Mug"}, "Mug, 'conceptualization': found nothing, expected a list"),
        ({"category": "Mug", "conceptualization": [7]}, "part 1, 'template': found 7"),
        (
            {"category": "Mug", "conceptualization": [{"template": "Curved_Handle"}]},
            r"part 1 \(Curved_Handle\), 'parameters'",
        ),
        (
            {"category": "Mug", "conceptualization": [{"template": "Handle", "parameters": {}}]},
            "Did you mean",
        ),
    ],
)
def test_broken_codes_are_errors(code: dict[str, Any], message: str) -> None:
    for rewrite in (stats.encode, stats.decode):
        with pytest.raises(CodeError, match=message):
            rewrite(code)
