"""Statistics files: our own, written and read again, and those of public checkpoints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import geometry
import stats
from geometry import CodeError
from stats import BINS, FIRST, tables
from stats.summarise import summarise


def test_summarise_repeats_itself_to_the_byte(tmp_path: Path) -> None:
    category = geometry.categories()[0]
    paths = [tables.write(summarise(category, 60), tmp_path / folder) for folder in ("one", "two")]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    stored = tables.read(paths[0])
    assert (stored.category, stored.objects) == (category, 60)
    assert max(stored.samples) >= 60


def test_missing_statistics_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(CodeError, match=r"found no file.*python -m stats.summarise"):
        tables.read(tmp_path / "Mug.npz")


def checkpoint(tmp_path: Path, as_keys: bool) -> stats.Statistics:
    def dimension(low: float, high: float) -> dict[str, Any]:
        quantiles = np.linspace(low, high, BINS + 1).tolist()
        return {"min": low, "max": high, "mean": (low + high) / 2, "std": 1, "quantiles": quantiles}

    size: Any = [dimension(0, 1), dimension(5, 5)]
    if as_keys:
        size = {str(index): one for index, one in enumerate(size)}
    path = tmp_path / "statistics.json"
    path.write_text(json.dumps({"Gadget": {"Body": {"size": size}}}))
    return stats.read_checkpoint(path)


@pytest.mark.parametrize("as_keys", [False, True])
def test_checkpoint_statistics(tmp_path: Path, as_keys: bool) -> None:
    found = checkpoint(tmp_path, as_keys)
    assert found.categories == ("Gadget",)
    assert found.to_token("Gadget", "Body", "size", 0, 0.5) == FIRST + 511
    assert found.from_token("Gadget", "Body", "size", 0, FIRST + 511) == 511.5 / 1024
    assert found.from_token("Gadget", "Body", "size", 0, FIRST + 511, at="upper") == 0.5
    code = {
        "category": "Gadget",
        "conceptualization": [{"template": "Body", "parameters": {"size": [0.25, 5]}}],
    }
    tokens = found.encode(code)
    assert tokens["conceptualization"][0]["parameters"] == {"size": [FIRST + 255, FIRST]}
    assert found.decode(tokens, at="upper") == code
    with pytest.raises(CodeError, match=r"statistics.json, Gadget.*Did you mean size"):
        found.to_token("Gadget", "Body", "sizes", 0, 0.5)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "text that is not JSON"),
        ("[]", "expected an object of categories"),
        ('{"A": 3}', "A: found int, expected an object"),
        ('{"A": {"B": {"c": [{"quantiles": [1, 2]}]}}}', r"c\[0\]: found 2 quantiles"),
        ('{"A": {"B": {"c": [{"mean": 3}]}}}', "found none, expected 1025 finite quantiles"),
        ('{"A": {"B": {"c": {"1": {}}}}}', "found keys '1'"),
    ],
)
def test_broken_checkpoint_statistics_are_errors(
    tmp_path: Path, content: str, message: str
) -> None:
    path = tmp_path / "broken.json"
    path.write_text(content)
    with pytest.raises(CodeError, match=message):
        stats.read_checkpoint(path).to_token("A", "B", "c", 0, 1.0)


def test_a_missing_checkpoint_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CodeError, match="No such file"):
        stats.read_checkpoint(tmp_path / "none.json")
