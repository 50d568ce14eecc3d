"""Codes: what is read, what is refused and with which words, and sizes that can be changed."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import geometry
from geometry import CodeError, program

MUG: dict[str, Any] = {
    "category": "Mug",
    "conceptualization": [
        {
            "template": "Cylindrical_Body",
            "parameters": {"outer_size": [0.57, 0.55, 1.25], "inner_size": [0.5, 0.48, 1.16]},
        },
        {
            "template": "Curved_Handle",
            "parameters": {"radius": [0.4, 0.07], "central_angle": [180], "position": [0, 0, 0.5]},
        },
    ],
}


def changed(**parameters: Any) -> dict[str, Any]:
    """The mug with other parameters for its handle."""
    code = json.loads(json.dumps(MUG))
    code["conceptualization"][1]["parameters"].update(parameters)
    return code


def test_a_code_is_completed_and_survives_writing() -> None:
    code = program.parse(MUG).as_dict()
    assert code["pose"] == {"global_position": [0, 0, 0], "global_rotation": [0, 0, 0]}
    assert code["conceptualization"][1]["parameters"]["rotation"] == [0.0, 0.0, 0.0]
    assert program.parse(program.dumps(code)).as_dict() == code
    assert program.parse(json.dumps(code).encode()).as_dict() == code


def test_a_program_can_be_taken_apart() -> None:
    mug = program.parse(MUG)
    apart = dataclasses.asdict(mug)
    assert apart["parts"][1]["parameters"] == mug.parts[1].parameters
    assert copy.deepcopy(mug.parts[1]) == mug.parts[1]


def pickled(mug: program.Program) -> program.Program:
    copied: program.Program = pickle.loads(pickle.dumps(mug))
    return copied


@pytest.mark.parametrize("copied_by", [copy.copy, copy.deepcopy, pickled])
def test_a_copy_is_the_same_program(copied_by: Callable[[program.Program], Any]) -> None:
    """Also of one that has computed things, and the copy computes the same."""
    mug = program.parse(MUG)
    mug.meshes(8)
    copied = copied_by(mug)
    assert copied == mug
    assert copied.as_dict() == mug.as_dict()
    assert np.array_equal(geometry.mesh(copied).vertices, geometry.mesh(mug).vertices)


def test_what_was_computed_does_not_travel() -> None:
    mug = program.parse(MUG)
    fresh = pickle.dumps(mug)
    mug.meshes(64)
    assert pickle.dumps(mug) == fresh
    assert copy.deepcopy([mug])[0] is mug


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("{", ["the code", "not JSON"]),
        ([], ["the code", "list"]),
        ({"category": "Mug"}, ["no 'conceptualization'"]),
        ({"category": "mugg", "conceptualization": [{}]}, ["'mugg'", "Did you mean Mug?"]),
        ({"category": 7, "conceptualization": [{}]}, ["'category'", "7"]),
        ({"category": "Mug", "conceptualization": []}, ["an empty list", "at least one part"]),
        ({"category": "Mug", "conceptualization": "body"}, ["list of at least one part"]),
        ({"category": "Mug", "conceptualization": [3]}, ["part 1", "no 'template'"]),
        (
            {"category": "Mug", "conceptualization": [{"template": "Curved_Handel"}]},
            ["part 1", "'Curved_Handel'", "Did you mean Curved_Handle?"],
        ),
        (
            {"category": "Mug", "conceptualization": [{"template": "Curved_Handle"}]},
            ["Curved_Handle", "None", "named parameters"],
        ),
        (changed(radius=[0.4]), ["part 2 (Curved_Handle)", "'radius'", "1 numbers", "2 numbers"]),
        (changed(radius=[1, 2, 3]), ["3 numbers", "2 numbers"]),
        (changed(radius=[0.4, float("nan")]), ["'radius'[1]", "nan", "finite"]),
        (changed(radius=[0.4, 1e9]), ["1000000000.0", "at most 100000"]),
        (changed(radius=[0.4, True]), ["True", "a number"]),
        (changed(radius=[0.4, None]), ["None", "a number"]),
        (changed(radius="wide"), ["'wide'", "list of numbers"]),
        (changed(radius=[[0.4], 1]), ["[0.4]", "a number"]),
        (changed(radios=[0.4, 1]), ["'radios'", "Did you mean radius?"]),
        (
            {**MUG, "pose": {"global_rotation": [1, 2]}},
            ["'pose'", "'global_rotation'", "3 finite numbers"],
        ),
    ],
)
def test_what_is_refused_says_where_and_what(code: Any, words: list[str]) -> None:
    with pytest.raises(CodeError) as error:
        geometry.build(code)
    for word in words:
        assert word in str(error.value)
    assert error.value.where
    assert error.value.found
    assert error.value.valid


def test_a_missing_parameter_is_named() -> None:
    code = changed()
    del code["conceptualization"][1]["parameters"]["central_angle"]
    with pytest.raises(CodeError, match="'central_angle': found nothing, expected 1 number"):
        program.parse(code)


@pytest.mark.parametrize("category", geometry.categories())
def test_every_count_is_checked(category: str) -> None:
    """No template takes a negative or an absurd count."""
    rng = np.random.default_rng(0)
    tried = 0
    for _ in range(60):
        code = geometry.sample(category, rng)
        for entry in code["conceptualization"]:
            template = geometry.templates(category)[entry["template"]]
            for parameter in template.parameters:
                if parameter.kinds[0] != "count":
                    continue
                for absurd in (-3, 1e6):
                    numbers = [absurd, *entry["parameters"][parameter.name][1:]]
                    with pytest.raises(CodeError, match=r"count|at most"):
                        template.solids({**entry["parameters"], parameter.name: numbers})
                    tried += 1
    counted = [
        p
        for t in geometry.templates(category).values()
        for p in t.parameters
        if p.kinds[0] == "count"
    ]
    assert bool(tried) == bool(counted)


@pytest.mark.parametrize("category", geometry.categories())
def test_zeros_never_end_in_a_traceback(category: str) -> None:
    """All-zero and all-tiny parameters build, or name their problem; never NaN."""
    for template in geometry.templates(category).values():
        for value in (0.0, 1e-12, -1.0):
            numbers = {
                p.name: [
                    max(value, 0.0) if kind == "count" else value for kind in p.kinds[: p.kept]
                ]
                for p in template.parameters
            }
            mesh = geometry.part_mesh(category, template.name, numbers)
            assert np.isfinite(mesh.vertices).all()


#: Lengths that the format keeps constant: a nudge of faucets' tubes, which turns their facets, and
#: the crimp of a toothpaste tube.
CONSTANT_LENGTHS = {"Faucet": 5e-3, "Shampoo": 0.016}


@pytest.mark.parametrize("category", geometry.categories())
def test_objects_can_be_made_larger(category: str) -> None:
    """Only lengths change, so the mesh is exactly that much larger: the kinds are right."""
    rng = np.random.default_rng(7)
    for _ in range(40):
        code = geometry.sample(category, rng)
        small, large = geometry.mesh(code), geometry.mesh(geometry.rescale(code, 2.5))
        larger, expected = np.asarray(large.vertices), 2.5 * np.asarray(small.vertices)
        assert np.allclose(larger, expected, atol=CONSTANT_LENGTHS.get(category, 1e-9))


def test_posed_turns_about_fixed_axes() -> None:
    """x first, then y: +z goes to -y and stays there under the turn about y."""
    code = {**MUG, "pose": {"global_position": [0, 0, 5], "global_rotation": [90, 90, 0]}}
    upright, posed = geometry.mesh(code), geometry.mesh(code, posed=True)
    x, y, z = np.asarray(upright.vertices).T
    assert np.allclose(np.asarray(posed.vertices), np.stack([y, -z, -x + 5], 1), atol=1e-9)


def test_parts_are_named_and_repeats_numbered() -> None:
    lid = {"template": "Single_Cylinder", "parameters": {"size": [0.6, 0.1]}}
    code = {**MUG, "conceptualization": [*MUG["conceptualization"], lid, lid]}
    scene = geometry.build(code)
    assert list(scene.geometry) == [
        "Cylindrical_Body",
        "Curved_Handle",
        "Single_Cylinder",
        "Single_Cylinder_2",
    ]
