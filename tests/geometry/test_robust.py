"""Every template at typical values, with every count at its extremes and every flag both ways."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import geometry
from geometry.schema.parameter import MOST

TYPICAL = Path(__file__).parents[2] / ".." / "shared" / "reference" / "typical"
TEMPLATES = [(c, name) for c in geometry.categories() for name in geometry.templates(c)]
COUNTS = (0, 1, 2, 3, 5, 20, MOST)


@cache
def sampled(category: str) -> dict[str, dict[str, list[float]]]:
    """The parameters of every template in the first sampled object that has it."""
    found: dict[str, dict[str, list[float]]] = {}
    for seed in range(400):
        code = geometry.sample(category, np.random.default_rng(seed))
        for part in code["conceptualization"]:
            found.setdefault(part["template"], part["parameters"])
        if len(found) == len(geometry.templates(category)):
            break
    return found


@cache
def typical(category: str) -> dict[str, dict[str, list[float]]]:
    """The averages of the reference where they are complete, for the rest what is sampled."""
    given = json.loads((TYPICAL / f"{category}.json").read_text(encoding="utf-8"))
    return {
        name: complete(category, name, given.get(name, {})) for name in geometry.templates(category)
    }


def complete(category: str, name: str, given: dict[str, list[float]]) -> dict[str, list[float]]:
    result = {}
    for parameter in geometry.templates(category)[name].parameters:
        own = given.get(parameter.name, [])
        own = own if isinstance(own, list) else [own]
        fits = parameter.shortest <= len(own) <= parameter.length
        result[parameter.name] = own if fits else sampled(category)[name][parameter.name]
    return result


def built(category: str, name: str, parameters: dict[str, list[float]]) -> Any:
    mesh = geometry.part_mesh(category, name, parameters, segments=12)
    assert np.isfinite(mesh.vertices).all(), parameters
    again = geometry.part_mesh(category, name, parameters, segments=12)
    assert again.vertices.tobytes() == mesh.vertices.tobytes()
    assert again.faces.tobytes() == mesh.faces.tobytes()
    return mesh


def variants(
    category: str, name: str, base: dict[str, list[float]]
) -> Iterator[tuple[str, float, dict[str, list[float]]]]:
    """(kind, value, parameters): one count or flag changed; blocks filled up as far as they go."""
    template = geometry.templates(category)[name]
    for parameter in template.parameters:
        for index, kind in enumerate(parameter.kinds[: len(base[parameter.name])]):
            for value in COUNTS if kind == "count" else (0, 1) if kind == "flag" else ():
                changed = list(base[parameter.name])
                changed[index] = value
                result = {**base, parameter.name: changed}
                for other in template.parameters:
                    if other.values.block:
                        row = list(result[other.name])
                        result[other.name] = row + [0.1] * (other.length - len(row))
                yield kind, value, result


def with_flags(
    category: str, name: str, parameters: dict[str, list[float]]
) -> dict[str, list[float]]:
    """The parameters with every flag set."""
    return {
        p.name: [
            1 if kind == "flag" else value
            for kind, value in zip(p.kinds, parameters[p.name], strict=False)
        ]
        for p in geometry.templates(category)[name].parameters
    }


@pytest.mark.skipif(
    not TYPICAL.is_dir(), reason="no ../shared/reference here: sampled objects stand for it below"
)
@pytest.mark.parametrize(("category", "name"), TEMPLATES)
def test_typical_values_build(category: str, name: str) -> None:
    parameters = typical(category)[name]
    mesh = built(category, name, parameters)
    if not len(mesh.faces):  # an average of flags such as 0.5 rounds to nothing at all
        mesh = built(category, name, with_flags(category, name, parameters))
    if not len(mesh.faces):  # zeros that stand for numbers nobody measured
        drawn = sampled(category)[name]
        mesh = built(category, name, {p: v if any(v) else drawn[p] for p, v in parameters.items()})
    assert len(mesh.faces)
    for _, _, changed in variants(category, name, parameters):
        built(category, name, changed)


@pytest.mark.parametrize(("category", "name"), TEMPLATES)
def test_counts_and_flags_at_their_extremes(category: str, name: str) -> None:
    parameters = sampled(category)[name]
    assert len(built(category, name, parameters).faces)
    for kind, value, changed in variants(category, name, parameters):
        mesh = built(category, name, changed)
        if kind == "count" and value > 0:
            assert len(mesh.faces), (kind, value)
