"""One number's quantile bins: what survives a round trip from value to bin and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stats.quantiles import BINS, Quantiles

FLOATS = st.floats(-1e3, 1e3, allow_nan=False)


def distributions() -> dict[str, tuple[np.ndarray, bool]]:
    rng = np.random.default_rng(1)
    size = 20_000
    return {
        "uniform": (rng.uniform(0.1, 0.2, size), False),
        "normal": (rng.normal(5, 2, size), False),
        "half zero": (np.where(rng.random(size) < 0.5, 0, rng.uniform(-30, 30, size)), False),
        "inner atom": (np.where(rng.random(size) < 0.4, 0.05333333, rng.random(size)), False),
        "right angles": (rng.choice([0.0, 90, 180, 270], size), False),
        "counts": (rng.choice([1, 2, 3, 7], size, p=[0.6, 0.3, 0.0999, 0.0001]), True),
        "flag": (rng.random(size) < 0.001, True),
        "few samples": (rng.random(40), False),
    }


@pytest.mark.parametrize("name", distributions())
def test_a_recovered_value_keeps_its_bin(name: str) -> None:
    samples, whole = distributions()[name]
    number = Quantiles.from_samples(samples, whole)
    for quantiles in (number, Quantiles.from_knots(*number.knots())):
        probes = np.concatenate([samples, np.linspace(samples.min() - 1, samples.max() + 1, 999)])
        bins = quantiles.bins(probes)
        assert bins.min() >= 0
        assert bins.max() < BINS
        assert [quantiles.bin(probe) for probe in probes[-2000:]] == bins[-2000:].tolist()
        recovered = quantiles.values(bins)
        assert (quantiles.bins(recovered) == bins).all()
        assert (quantiles.bins(recovered.round(6)) == bins).all(), "codes have six decimals"
        assert (np.diff(quantiles.edges) >= 0).all()


@pytest.mark.parametrize("name", ["right angles", "counts", "flag"])
def test_choices_survive_exactly(name: str) -> None:
    samples, whole = distributions()[name]
    number = Quantiles.from_samples(samples, whole)
    number = Quantiles.from_knots(*number.knots())
    for at in ("middle", "upper"):
        assert (number.values(number.bins(samples), at) == samples).all()


def test_unseen_counts_between_the_seen_ones_survive() -> None:
    number = Quantiles.from_samples([1, 2, 7] * 500, whole=True)
    assert number.values(number.bins(np.arange(1, 8))).tolist() == list(range(1, 8))


@given(st.floats(-1e4, 1e4))
def test_a_constant_survives_exactly(value: float) -> None:
    number = Quantiles.from_samples([value] * 7)
    number = Quantiles.from_knots(*number.knots())
    for at in ("middle", "upper"):
        assert number.values(number.bins(value), at) == value
        assert number.values(BINS - 1, at) == value


def test_a_number_never_seen_is_zero() -> None:
    assert (Quantiles.from_samples([]).edges == 0).all()


def test_a_value_goes_to_the_last_bin_whose_lower_edge_is_below_it() -> None:
    number = Quantiles(np.arange(BINS + 1.0))
    assert number.bins([-5, 0, 0.5, 1, 1.5, 1023.5, 1024, 9e9]).tolist() == [
        *(0, 0, 0, 0, 1),
        *(1023, 1023, 1023),
    ]
    assert number.values([0, 1023]).tolist() == [0.5, 1023.5]
    assert number.values([0, 1023], "upper").tolist() == [1, 1024]


@settings(max_examples=60, deadline=None)
@given(st.lists(FLOATS, min_size=1, max_size=60), st.lists(FLOATS, max_size=20))
def test_any_samples_give_bins_that_round_trip(samples: list[float], others: list[float]) -> None:
    number = Quantiles.from_samples(samples)
    number = Quantiles.from_knots(*number.knots())
    bins = number.bins(samples + others)
    assert (number.bins(number.values(bins)) == bins).all()
    assert len(number.edges) == BINS + 1
    assert number.edges[0] == pytest.approx(min(samples), abs=number.tolerance)
    assert number.edges[-1] == pytest.approx(max(samples), abs=4 * number.tolerance)


def test_knots_give_every_edge_back_within_half_a_bin() -> None:
    number = Quantiles.from_samples(np.random.default_rng(2).normal(size=20_000))
    positions, values = number.knots()
    assert len(positions) < 200
    again = Quantiles.from_knots(positions, values).edges
    places = np.interp(again, number.edges, np.arange(BINS + 1))
    assert np.abs(places - np.arange(BINS + 1)).max() <= 0.501
