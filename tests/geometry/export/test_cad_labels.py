"""Names in CadQuery scripts come from `label` alone: a template's local variables are its own."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import geometry
from geometry import objects, program
from geometry.export.cad import script
from geometry.program import Code
from geometry.schema.template import Template

SEEDS = (0, 1)
SUFFIX = "_otherwise"


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """The functions and methods of a module, without those inside of functions."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node)


def _is_helper(function: ast.FunctionDef) -> bool:
    """Whether no schema reads the names of its parameters, as it does of templates and joints."""
    returns = ast.unparse(function.returns) if function.returns else ""
    return function.name.startswith("_") and "Joint" not in returns


def rename_locals(tree: ast.Module) -> None:
    """Other names for all local variables, and for parameters where only code refers to them."""
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    helpers = {function.name for function in functions if _is_helper(function)}
    for function in _functions(tree):
        inside = list(ast.walk(function))[1:]
        parameters = {node.arg for node in inside if isinstance(node, ast.arg)}
        own = {node.name for node in inside if isinstance(node, ast.FunctionDef)}
        names = [node for node in inside if isinstance(node, ast.Name)]
        own |= {name.id for name in names if isinstance(name.ctx, ast.Store)} - parameters
        own |= parameters if function.name in helpers else set()
        for node in inside:
            for place in ("id", "arg", "name"):
                if not isinstance(node, ast.keyword) and getattr(node, place, None) in own:
                    setattr(node, place, getattr(node, place) + SUFFIX)
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in helpers:
            for keyword in call.keywords:
                assert keyword.arg, "a helper called with ** hides its parameters' names"
                keyword.arg += SUFFIX


def rename_labels(tree: ast.Module) -> None:
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "label":
            for keyword in call.keywords:
                assert keyword.arg
                keyword.arg += SUFFIX


def changed_objects(folder: Path, package: str, change: Callable[[ast.Module], None]) -> ModuleType:
    """A copy of `geometry.objects` under another name, each of its modules changed."""
    original = Path(objects.__file__).parent
    for path in original.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        change(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                node.module = node.module.replace("geometry.objects", package)
        copy = folder / package / path.relative_to(original)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(ast.unparse(tree), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        return importlib.import_module(package)


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return changed_objects(tmp_path_factory.mktemp("renamed"), "renamed_objects", rename_locals)


@pytest.fixture(scope="module")
def relabelled(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    folder = tmp_path_factory.mktemp("relabelled")
    return changed_objects(folder, "relabelled_objects", rename_labels)


def sampled(category: str) -> list[Code]:
    return [geometry.sample(category, np.random.default_rng(seed)) for seed in SEEDS]


def own_names(template: Template) -> set[str]:
    """Of the local variables of a template function, without its parameters."""
    code = template.function.__code__
    starred = bool(code.co_flags & inspect.CO_VARARGS) + bool(
        code.co_flags & inspect.CO_VARKEYWORDS
    )
    taken = code.co_argcount + code.co_kwonlyargcount + starred
    return {*code.co_varnames[taken:], *code.co_cellvars} - {*code.co_varnames[:taken]}


@pytest.mark.parametrize("category", geometry.categories())
def test_renaming_local_variables_changes_no_script(
    category: str, renamed: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = sampled(category)
    before = [script(code) for code in codes]
    for name, template in renamed.CATEGORIES[category].templates.items():
        assert not own_names(template) & own_names(geometry.templates(category)[name])
    monkeypatch.setattr(program, "CATEGORIES", renamed.CATEGORIES)
    assert [script(code) for code in codes] == before


@pytest.mark.parametrize("category", ["Chair", "Mug", "Table"])
def test_renaming_labels_changes_scripts(
    category: str, relabelled: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the test above could fail: names do reach the scripts, by way of `label`."""
    codes = sampled(category)
    assert not any(SUFFIX in script(code) for code in codes)
    monkeypatch.setattr(program, "CATEGORIES", relabelled.CATEGORIES)
    assert any(SUFFIX in script(code) for code in codes)
