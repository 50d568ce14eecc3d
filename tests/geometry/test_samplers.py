"""Every category's sampler: valid codes of whole, finite objects whose parts touch."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pytest
import trimesh
from scipy.spatial import cKDTree

import geometry
from geometry import program
from geometry.metrics.own_frame import surface_distance, surface_points

SEEDS = range(400)
BUILT = range(0, 400, 8)  # the objects whose meshes are looked at
#: Parts count as touching within this fraction of the object's diagonal.
TOUCHING = 0.02
CATEGORIES = geometry.categories()


@cache
def samples(category: str) -> tuple[dict[str, Any], ...]:
    return tuple(geometry.sample(category, np.random.default_rng(seed)) for seed in SEEDS)


def gap(a: trimesh.Trimesh, b: trimesh.Trimesh) -> float:
    """Distance of two surfaces: the best of 60 candidates, measured exactly."""
    rng = np.random.default_rng(0)
    clouds = [np.concatenate([m.vertices, surface_points(m, 1500, rng)]) for m in (a, b)]
    best = np.inf
    for points, others, mesh in ((clouds[0], clouds[1], b), (clouds[1], clouds[0], a)):
        near = np.argsort(cKDTree(others).query(points)[0])[:60]
        best = min(best, float(surface_distance(points[near], mesh).min()))
    return best


def loose_parts(code: dict[str, Any]) -> list[str]:
    """Names of the parts that no chain of touching parts joins to the first one."""
    meshes = {
        name: trimesh.Trimesh(points, faces, process=False)
        for name, points, faces in geometry.parts(code, segments=24)
        if len(faces)
    }
    corners = np.concatenate([m.bounds for m in meshes.values()])
    within = TOUCHING * float(np.linalg.norm(np.ptp(corners, axis=0)))
    group = {name: index for index, name in enumerate(meshes)}
    for a, b in combinations(meshes, 2):
        if group[a] != group[b] and gap(meshes[a], meshes[b]) <= within:
            merged = group[b]
            group = {name: group[a] if g == merged else g for name, g in group.items()}
    first = group[next(iter(group))]
    return [name for name, g in group.items() if g != first]


def counts_and_flags(code: dict[str, Any]) -> list[Any]:
    known = geometry.templates(code["category"])
    return [
        number
        for entry in code["conceptualization"]
        for parameter in known[entry["template"]].parameters
        for kind, number in zip(parameter.kinds, entry["parameters"][parameter.name], strict=False)
        if kind in ("count", "flag")
    ]


def test_a_floating_part_is_found() -> None:
    lid = {"size": [0.5, 0.05], "position": [0, 0.7, 0]}
    cup = {"outer_size": [0.5, 0.5, 1.0], "inner_size": [0.4, 0.4, 0.9]}
    parts = [
        {"template": "Cylindrical_Body", "parameters": cup},
        {"template": "Single_Cylinder", "parameters": lid},
    ]
    code = {"category": "Mug", "conceptualization": parts}
    assert loose_parts(code) == ["Single_Cylinder"]
    lid["position"] = [0, 0.525, 0]
    assert loose_parts(code) == []


@pytest.mark.parametrize("category", CATEGORIES)
def test_samples_are_checked_codes_that_survive_json(category: str) -> None:
    for code in samples(category):
        assert code["category"] == category
        assert program.parse(json.dumps(code)).as_dict() == code
        text = program.dumps(code)
        assert program.dumps(program.parse(text)) == text


@pytest.mark.parametrize("category", CATEGORIES)
def test_no_template_occurs_more_often_than_it_may(category: str) -> None:
    limits = {name: t.at_most for name, t in geometry.templates(category).items()}
    for code in samples(category):
        seen = Counter(entry["template"] for entry in code["conceptualization"])
        assert all(number <= limits[name] for name, number in seen.items()), seen


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_template_occurs(category: str) -> None:
    seen = {entry["template"] for code in samples(category) for entry in code["conceptualization"]}
    assert seen == set(geometry.templates(category))


@pytest.mark.parametrize("category", CATEGORIES)
def test_parts_stand_in_the_order_of_definition(category: str) -> None:
    order = list(geometry.templates(category))
    for code in samples(category):
        places = [order.index(entry["template"]) for entry in code["conceptualization"]]
        assert places == sorted(places)


@pytest.mark.parametrize("category", CATEGORIES)
def test_counts_and_flags_are_drawn_as_integers(category: str) -> None:
    for code in samples(category):
        numbers = counts_and_flags(code)
        assert all(number == round(number) for number in numbers), numbers


@pytest.mark.parametrize("category", CATEGORIES)
def test_one_seed_gives_one_object_and_others_differ(category: str) -> None:
    again = [geometry.sample(category, np.random.default_rng(seed)) for seed in SEEDS]
    assert list(samples(category)) == again
    assert len({json.dumps(code) for code in again}) == len(again)


@pytest.mark.parametrize("category", CATEGORIES)
def test_objects_are_finite_and_of_ordinary_size(category: str) -> None:
    for seed in BUILT:
        code = samples(category)[seed]
        for name, points, _ in geometry.parts(code, segments=16):
            assert len(points), (seed, name, "has no surface")
            assert np.isfinite(points).all(), (seed, name)
            assert 0.001 < np.ptp(points, axis=0).max() < 10, (seed, name)


@pytest.mark.parametrize("category", CATEGORIES)
def test_parts_touch(category: str) -> None:
    floating = {seed: loose_parts(samples(category)[seed]) for seed in BUILT}
    assert {seed: names for seed, names in floating.items() if names} == {}


def test_a_mugs_handle_meets_the_wall_with_both_ends() -> None:
    checked = 0
    for seed in BUILT:
        parts = samples("Mug")[seed]["conceptualization"]
        body = geometry.part_mesh("Mug", parts[0]["template"], parts[0]["parameters"])
        handle = parts[1]["parameters"]
        if parts[1]["template"] == "Curved_Handle":
            start = handle["rotation"][0]
            angles = np.radians([start, start + handle["central_angle"][0]])
            arc = handle["radius"][0] * np.stack([0 * angles, np.cos(angles), np.sin(angles)])
            ends = arc.T + handle["position"]
        else:
            half, offset = handle["horizontal_separation"][0] / 2, handle["mounting_offset"][0]
            ends = np.array([[0, half, offset], [0, -half, 0]]) + handle["position"]
        assert (surface_distance(ends, body) < 0.05 * body.scale).all(), seed
        checked += 1
    assert checked == len(BUILT)


def test_boxes_and_buckets_occur_shut_and_open() -> None:
    lids = [
        entry["parameters"]["rotation"][0]
        for code in samples("Box")
        for entry in code["conceptualization"]
        if entry["template"] == "Regular_Cover"
    ]
    assert 0.2 < np.mean(np.array(lids) == 0) < 0.6
    assert min(lids) < -90
    bails = [
        entry["parameters"]["rotation"][0]
        for code in samples("Bucket")
        for entry in code["conceptualization"]
        if "Handle" in entry["template"]
    ]
    assert np.mean(np.array(bails) < 30) > 0.1
    assert np.mean(np.array(bails) > 85) > 0.1
