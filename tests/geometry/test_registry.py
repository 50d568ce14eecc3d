"""What every registered template must have, and that its formulas run on floats and tensors."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import pytest
import torch

import geometry

TEMPLATES = [
    (category, name) for category in geometry.categories() for name in geometry.templates(category)
]


@pytest.mark.parametrize(("category", "name"), TEMPLATES)
def test_every_template_says_what_it_is(category: str, name: str) -> None:
    template = geometry.templates(category)[name]
    assert template.role == template.role.lower()
    assert len(template.doc) > 10
    assert [p.name for p in template.parameters].count("position") == 1
    for parameter in template.parameters:
        if parameter.name not in ("position", "rotation"):
            assert parameter.meaning, f"{category} {name}: no line on {parameter.name!r}"


@pytest.mark.parametrize("category", geometry.categories())
def test_every_category_is_closed_and_sampled(category: str) -> None:
    """Each solid of each sampled object is closed and faces outward."""
    rng = np.random.default_rng(11)
    for _ in range(25):
        for name, mesh in geometry.build(geometry.sample(category, rng)).geometry.items():
            for body in mesh.split(only_watertight=False, repair=False):
                assert body.is_watertight, name
                assert body.volume > 0, name


def tensors(code: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """The parts of a code with every length and angle as a tensor of `count` equal values."""
    parts = []
    for entry in code["conceptualization"]:
        template = geometry.templates(code["category"])[entry["template"]]
        parameters = {}
        for p in template.parameters:
            numbers = entry["parameters"][p.name]
            parameters[p.name] = [
                value
                if kind in ("count", "flag")
                else torch.full((count,), float(value), dtype=torch.float64, requires_grad=True)
                for kind, value in zip(p.kinds, numbers, strict=False)
            ]
        parts.append({"template": entry["template"], "parameters": parameters})
    return parts


@pytest.mark.parametrize("category", geometry.categories())
def test_floats_and_tensors_give_the_same_vertices(category: str) -> None:
    """And finite gradients with respect to every length and angle."""
    rng = np.random.default_rng(5)
    seen = set()
    for _ in range(40):
        code = geometry.sample(category, rng)
        names = {entry["template"] for entry in code["conceptualization"]}
        if names <= seen:
            continue
        seen |= names
        plain, faces = geometry.batch(category, code["conceptualization"], 12)
        parts = tensors(code, 3)
        vertices, same_faces = geometry.batch(category, parts, 12)
        assert vertices.shape[0] == 3
        # a sweep given as a tensor is never a full turn, so only equal structures compare
        if vertices.shape[1:] == plain.shape:
            assert np.array_equal(faces, same_faces)
            assert np.abs(vertices[1].detach().numpy() - plain).max() < 1e-9
        (vertices**2).sum().backward()
        for entry in parts:
            for numbers in entry["parameters"].values():
                for number in numbers:
                    if hasattr(number, "grad") and number.grad is not None:
                        assert torch.isfinite(number.grad).all()
    assert seen == set(geometry.templates(category)) or len(seen) > 5


def test_a_batch_of_mugs_of_one_structure() -> None:
    """256 different mugs at once are the 256 mugs one by one."""
    rng = np.random.default_rng(2)
    outer, inner = rng.uniform(0.5, 0.6, (256, 3)), rng.uniform(0.4, 0.48, (256, 3))
    ring, angle = rng.uniform(0.2, 0.3, (256, 2)), rng.uniform(150, 200, 256)

    def parts(pick: Any) -> list[dict[str, Any]]:
        body = {"outer_size": pick(outer), "inner_size": pick(inner)}
        handle = {"radius": pick(ring), "central_angle": pick(angle[:, None])}
        return [
            {"template": "Cylindrical_Body", "parameters": body},
            {"template": "Curved_Handle", "parameters": handle},
        ]

    together, faces = geometry.batch("Mug", parts(lambda a: list(torch.tensor(a.T))), 16)
    assert together.shape[0] == 256
    assert together.shape[1] > faces.max()
    for row in (0, 100, 255):
        alone, _ = geometry.batch("Mug", parts(lambda a: list(torch.tensor(a[row][:, None]))), 16)  # noqa: B023
        assert torch.allclose(together[row], alone[0])


def test_counts_of_a_batch_must_agree() -> None:
    rng = np.random.default_rng(0)
    while True:
        code = geometry.sample("Bottle", rng)
        if code["conceptualization"][0]["parameters"]["num_levels"] != [1]:
            break
    parts = code["conceptualization"]
    parts[0]["parameters"]["num_levels"] = [torch.tensor([2.0, 3.0])]
    with pytest.raises(geometry.CodeError, match="one count for the whole batch"):
        geometry.batch("Bottle", parts)


def test_no_module_has_the_name_of_a_public_function() -> None:
    """Else `import geometry.mesh as m` would give the one, and `geometry.mesh` the other."""
    for name in geometry.__all__:
        assert callable(getattr(geometry, name)), name
        assert importlib.util.find_spec(f"geometry.{name}") is None, name


def test_parameters_within_a_parameter_are_dotted_names() -> None:
    template = geometry.templates("Window")["Cuboidal_Handle"]
    code = geometry.sample("Window", np.random.default_rng(0))
    handle = code["conceptualization"][2]["parameters"]
    nested = {name: value for name, value in handle.items() if "." not in name}
    nested["windows_size"] = {f"size_{k}": handle[f"windows_size.size_{k}"] for k in range(4)}
    assert template.check(nested) == template.check(handle)
