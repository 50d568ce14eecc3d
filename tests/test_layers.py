"""Lower layers import nothing of higher ones, and nothing heavy where it is not needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
MODULES = sorted(
    path
    for name in ("geometry", "stats", "img2code")
    for path in REPOSITORY.glob(f"{name}/**/*.py")
)
#: What a package, by the longest prefix of its files' paths, must not import.
FORBIDDEN = {
    "geometry": {"torch", "gradio", "img2code", "stats", "app"},
    "stats": {"torch", "gradio", "img2code", "app"},
    "img2code": {"gradio", "app"},
    "img2code/model": {"gradio", "app", "img2code.page", "img2code.cli.commands"},
    "img2code/page": {"torch", "app", "img2code.model", "img2code.cli.commands"},
}
#: Imported by `import img2code` and its commands' arguments: nothing that takes time to load.
LIGHT = (
    "img2code/__init__.py",
    "img2code/cli/main.py",
    "img2code/cli/arguments.py",
    "img2code/cli/types.py",
)


def imported(tree: ast.AST) -> set[str]:
    """The modules that the import statements under `tree` name."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names.add(str(node.module))
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def banned(names: set[str], forbidden: set[str]) -> set[str]:
    return {n for n in names if any(n == f or n.startswith(f + ".") for f in forbidden)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_imports_stay_within_the_layer(path: Path) -> None:
    relative = path.relative_to(REPOSITORY).as_posix()
    layer = max((name for name in FORBIDDEN if relative.startswith(name + "/")), key=len)
    found = imported(ast.parse(path.read_text(encoding="utf-8")))
    assert not banned(found, FORBIDDEN[layer]), f"{relative} is part of {layer}"


def test_the_check_sees_every_form_of_import() -> None:
    source = "import torch.nn as nn\ndef f():\n    from img2code import page\n    import stats"
    found = imported(ast.parse(source))
    assert banned(found, {"torch", "img2code.page"}) == {"torch.nn", "img2code.page"}
    assert not banned({"torchlike", "statsmodels"}, {"torch", "stats"})


@pytest.mark.parametrize("name", LIGHT)
def test_what_help_needs_imports_only_the_standard_library(name: str) -> None:
    tree = ast.parse((REPOSITORY / name).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.body = [ast.Pass()]  # imports inside functions run when they are called
    roots = {name.split(".")[0] for name in imported(tree)}
    assert roots <= sys.stdlib_module_names | {"img2code"}
    assert "__future__" in roots or name.endswith("__init__.py")


@pytest.mark.parametrize("package", ["geometry", "stats"])
def test_geometry_and_statistics_run_without_torch(package: str) -> None:
    program = (
        "import sys\n"
        "sys.modules['torch'] = sys.modules['gradio'] = None\n"
        f"import {package}, geometry, numpy\n"
        "code = geometry.sample('Chair', numpy.random.default_rng(1))\n"
        "assert len(geometry.mesh(code).faces) > 0\n"
    )
    if package == "stats":
        program += "assert stats.decode(stats.encode(code))['category'] == 'Chair'\n"
    subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, check=True)
