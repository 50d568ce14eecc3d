"""CadQuery scripts and STEP files: every template is the solid that its mesh bounds, parametric."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import cadquery as cq
import manifold3d
import numpy as np
import pytest
import trimesh

import geometry
from geometry.export.cad import run, script
from geometry.export.cad.expression import number
from geometry.export.cad.simplify import simplified
from geometry.export.cad.trace import solids
from geometry.export.write import export
from geometry.program import parse
from geometry.schema.template import Template
from geometry.solids.tessellate import tessellate

REFERENCE = Path(__file__).parents[3] / ".." / "shared" / "reference" / "templates"
TEMPLATES = [(c, name) for c in geometry.categories() for name in geometry.templates(c)]
TOLERANCE = 0.02  # of the diagonal, of the volume
SEGMENTS = 128
LONGEST = 24  # numbers in a row: a drawer of a table has 21

Code = dict[str, Any]


@cache
def sampled(category: str) -> dict[str, dict[str, list[float]]]:
    """Parameters of each template at its first occurrence among sampled objects."""
    found: dict[str, dict[str, list[float]]] = {}
    for seed in range(400):
        for part in geometry.sample(category, np.random.default_rng(seed))["conceptualization"]:
            found.setdefault(part["template"], part["parameters"])
        if len(found) == len(geometry.templates(category)):
            break
    return found


@cache
def reference(category: str) -> dict[str, dict[str, list[float]]]:
    """Parameters of each template in the first row of the reference, where there is one."""
    found: dict[str, dict[str, list[float]]] = {}
    path = REFERENCE / f"{category}.jsonl"
    for line in path.read_text().splitlines() if path.is_file() else ():
        row = json.loads(line)
        found.setdefault(row["template"], row["parameters"])
    return found


def varied(template: Template, parameters: dict[str, list[float]]) -> dict[str, list[float]]:
    """Lengths a fifth larger, each number a little different; counts, flags, zeros as they are."""
    rng = np.random.default_rng(7)
    factors = {"length": 1.2, "ratio": 1.0, "degrees": 1.0}
    kinds = {p.name: p.kinds for p in template.parameters}
    return {
        name: [
            float(n * factors[kind] * rng.uniform(0.99, 1.01)) if kind in factors else n
            for n, kind in zip(numbers, kinds[name], strict=False)
        ]
        for name, numbers in parameters.items()
    }


def single(category: str, template: str, parameters: dict[str, list[float]]) -> Code:
    part = {"template": template, "parameters": parameters}
    return {"category": category, "conceptualization": [part]}


def united_volume(code: Code) -> float:
    """The volume of the union of the meshes of all solids."""
    meshes = []
    for part in code["conceptualization"]:
        template = geometry.templates(code["category"])[part["template"]]
        for points, faces in tessellate(template.solids(part["parameters"]), SEGMENTS):
            mesh = trimesh.Trimesh(points, faces, process=False)
            mesh.merge_vertices(digits_vertex=9)
            arrays = mesh.vertices.astype(np.float64), mesh.faces.astype(np.uint64)
            solid = manifold3d.Manifold(manifold3d.Mesh64(*arrays))
            assert solid.status() == manifold3d.Error.NoError
            meshes.append(solid)
    return float(manifold3d.Manifold.batch_boolean(meshes, manifold3d.OpType.Add).volume())


def from_file(path: Path) -> cq.Shape:
    """The one solid of a STEP file, in metres: the file is in millimetres."""
    return cq.importers.importStep(str(path)).combine().val().scale(1e-3)


def assert_agrees(shape: cq.Shape, code: Code) -> None:
    assert shape.isValid()
    mesh = geometry.mesh(code, SEGMENTS)
    box = shape.BoundingBox()
    bounds = np.array([(box.xmin, box.ymin, box.zmin), (box.xmax, box.ymax, box.zmax)])
    diagonal = float(np.linalg.norm(np.ptp(mesh.bounds, axis=0)))
    assert bounds == pytest.approx(mesh.bounds, abs=TOLERANCE * diagonal)
    assert shape.Volume() == pytest.approx(united_volume(code), rel=TOLERANCE)


def constants(source: str) -> dict[str, ast.Assign]:
    return {
        node.targets[0].id: node
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id.isupper()
    }


def functions(source: str) -> list[str]:
    return [ast.unparse(n) for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]


@pytest.mark.parametrize(("category", "name"), TEMPLATES)
def test_a_template_is_the_solid_of_its_mesh(category: str, name: str) -> None:
    """And the script's constants carry it: with other numbers only they differ."""
    given = sampled(category)[name]
    other = single(category, name, varied(geometry.templates(category)[name], given))
    source = script(other)
    assert functions(source) == functions(script(single(category, name, given)))
    assert_agrees(run(source)["result"].val(), other)


@pytest.mark.parametrize(("category", "name"), TEMPLATES)
def test_a_row_of_the_reference_is_the_solid_of_its_mesh(category: str, name: str) -> None:
    if name not in reference(category):
        pytest.skip("no ../shared/reference here")
    code = single(category, name, reference(category)[name])
    assert_agrees(run(script(code))["result"].val(), code)


@pytest.mark.parametrize(("category", "name"), TEMPLATES)
def test_formulas_keep_their_values_when_they_are_simplified(category: str, name: str) -> None:
    part = parse(single(category, name, sampled(category)[name])).parts[0]
    for solid in solids(part):
        short = simplified(solid, {})
        for before, after in zip(solid.args, short.args, strict=True):
            if before.value == before.value:  # not a shape or a pair
                assert after.value == pytest.approx(before.value, abs=1e-9)


def test_formulas_of_different_numbers_are_different() -> None:
    """Python gives -1 and -2 one hash; equal numbers of different types are one formula."""
    values = (-3, -2, -1, 0, 1, 2)
    assert len({number(value).key for value in values}) == len(values)
    assert all(number(value).key == number(float(value)).key for value in values)


@pytest.mark.parametrize("handles", [(0, 1, 1, 0), (0, 2, 2, 1), (1, 0, 0, 1), (2, 1, 1, 2)])
def test_a_loop_may_go_from_the_end_of_one_row_into_the_next(handles: tuple[int, ...]) -> None:
    """Rows of a table that differ in a count: what repeats need not begin with a row."""
    box, front, walls = [0.5, 0.2, 0.4, 0.01], [0.52, 0.22, 0.02, 0.01], [0.01, 0.01]
    grip = [0.1, 0.02, 0.02, 0.01, 0.02, 0.2]
    rows = [
        [*box, *front, *walls, count, *grip, 0.0, 0.3 * at, 0.0] for at, count in enumerate(handles)
    ]
    table = [entry for row in rows for entry in row]
    numbers = {"number_of_drawer": [len(rows)], "drawers_params": table}
    code = single("StorageFurniture", "Regular_drawer", numbers)
    assert_agrees(run(script(code))["result"].val(), code)


@pytest.mark.parametrize("category", geometry.categories())
def test_a_script_is_short_and_holds_no_mesh(category: str) -> None:
    code = geometry.sample(category, np.random.default_rng(2))
    source = script(code)
    assert len(source.splitlines()) < 700
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Tuple, ast.List)):
            numbers = [e for e in node.elts if isinstance(e, (ast.Constant, ast.UnaryOp))]
            assert len(numbers) <= LONGEST
    named = [call.args[0].func.id for call in _adds(tree)]
    assert len(named) == len(code["conceptualization"])
    assert set(named) <= {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}


def _adds(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "assembly.add":
            yield node


@pytest.mark.parametrize("category", ["Mug", "Chair", "Oven"])
def test_a_whole_object_as_step(category: str, tmp_path: Path) -> None:
    code = geometry.sample(category, np.random.default_rng(3))
    path = export(code, tmp_path / "object.step")
    assert_agrees(from_file(path), code)
    text = path.read_text()
    assert all(f"'{part['template']}'" in text for part in code["conceptualization"])


def test_changing_a_constant_in_the_file_changes_the_solid(tmp_path: Path) -> None:
    """As a user does it: edit, run, open what it wrote."""
    code = geometry.sample("Mug", np.random.default_rng(3))
    path = export(code, tmp_path / "my_mug.py")
    handle = next(p for p in code["conceptualization"] if "handle" in p["template"].lower())
    name = next(n for n, values in handle["parameters"].items() if n != "rotation" and any(values))
    source = path.read_text()
    node = constants(source)[f"{handle['template']}_{name}".upper()]
    handle["parameters"][name] = [1.2 * n for n in handle["parameters"][name]]
    numbers = handle["parameters"][name]
    lines = source.splitlines()
    lines[node.lineno - 1 : node.end_lineno] = [
        f"{ast.unparse(node.targets[0])} = {numbers[0] if len(numbers) == 1 else tuple(numbers)}"
    ]
    path.write_text("\n".join(lines))
    subprocess.run([sys.executable, path.name], cwd=tmp_path, check=True)
    assert_agrees(from_file(tmp_path / "mug.step"), code)


@pytest.mark.parametrize("suffix", [".py", ".step"])
def test_a_bare_scene_has_no_parameters(suffix: str, tmp_path: Path) -> None:
    code = geometry.sample("Mug", np.random.default_rng(3))
    with pytest.raises(geometry.CodeError, match=f"a code for {suffix}"):
        export(geometry.build(code), tmp_path / f"mug{suffix}")


def test_without_cadquery_a_script_is_written_and_a_step_file_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cadquery", None)
    code = geometry.sample("Mug", np.random.default_rng(3))
    assert export(code, tmp_path / "mug.py").is_file()
    with pytest.raises(geometry.CodeError, match="pip install cadquery"):
        export(code, tmp_path / "mug.step")
    assert not (tmp_path / "mug.step").exists()


def test_parts_of_one_form_share_a_function() -> None:
    disc = {"size": [0.5, 0.1], "position": [0, 1, 0]}
    parts = [{"template": "Single_Cylinder", "parameters": disc}] * 2
    source = script({"category": "Mug", "conceptualization": parts})
    assert source.count("def single_cylinder(") == 1
    assert {"SINGLE_CYLINDER_SIZE", "SINGLE_CYLINDER_2_SIZE"} <= set(constants(source))
