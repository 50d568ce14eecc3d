"""Rooms import only lower ones, no imports go in circles, and --help needs nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
MODULES = {
    ".".join(path.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__"): path
    for name in ("geometry", "stats", "img2code")
    for path in sorted(REPOSITORY.glob(f"{name}/**/*.py"))
}
#: From the lowest up; what stands on one line does not know the others there.
ROOMS = (
    ("geometry.errors", "geometry.maths", "geometry.colours", "geometry.contact_table"),
    ("geometry.json_text", "geometry.sketch"),
    ("geometry.cad_parts",),
    ("geometry.solids",),
    ("geometry.schema", "geometry.view"),
    ("geometry.objects",),
    ("geometry.names",),
    ("geometry.program",),
    ("geometry.articulation", "geometry.assemble", "geometry.budget", "geometry.contacts"),
    ("geometry.json_schemas", "geometry.export_budget", "geometry.posing"),
    ("geometry",),
    ("geometry.draw", "geometry.export", "geometry.metrics"),
    ("stats",),
    ("img2code.limits", "img2code.errors", "img2code.atomic", "img2code.grammar"),
    ("img2code.extras", "img2code.system"),
    ("img2code.leash", "img2code.decoding", "img2code.picture_formats", "img2code.step"),
    ("img2code.image", "img2code.photo_list", "img2code.recognition", "img2code.render"),
    ("img2code.boxes", "img2code.framing"),
    ("img2code.sandbox_rules", "img2code.sandbox_child"),
    ("img2code.sandbox",),
    ("img2code.fit", "img2code.parts"),
    ("img2code.editing", "img2code.history", "img2code.differences"),
    (
        *("img2code.language", "img2code.model", "img2code.swapping", "img2code.code_text"),
        "img2code.revise",
    ),
    ("img2code.backends", "img2code.result"),
    ("img2code.rows",),
    ("img2code.reconstruct",),
    ("img2code",),
    ("img2code.vision",),
    ("img2code.cadquery",),
    (
        *("img2code.result_folders", "img2code.evaluate", "img2code.wire", "img2code.report"),
        "img2code.model.training.photographed",  # reads and fits photographs as users do
    ),
    ("img2code.wire_vision",),
    ("img2code.batch", "img2code.client", "img2code.page", "img2code.recipes"),
    ("img2code.service",),
    ("img2code.cli",),
    ("img2code.__main__", "img2code.recipes.__main__"),
)
LEVELS = {room: level for level, rooms in enumerate(ROOMS) for room in rooms}
#: Packages from elsewhere that a room must not import, by the longest name that fits.
BANNED = {
    "geometry": {"torch", "gradio"},
    "stats": {"torch", "gradio"},
    "img2code": {"gradio"},
    "img2code.page": {"torch"},
}
#: What --help needs.
LIGHT = (
    "img2code/__init__.py",
    *(f"img2code/cli/{path.name}" for path in sorted((REPOSITORY / "img2code/cli").glob("*.py"))),
)


def room(module: str, rooms: Iterable[str] = LEVELS) -> str:
    """The one with the longest name that the module's begins with."""
    return max((name for name in rooms if f"{module}.".startswith(f"{name}.")), key=len)


def imported(tree: ast.AST) -> set[str]:
    """The modules, or names in them, that the import statements under `tree` name."""
    names: set[str] = set()
    conditions = [node for node in ast.walk(tree) if isinstance(node, ast.If)]
    for node in conditions:
        if ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= {name if name in MODULES else str(node.module) for name in inner}
    return names


def above(module: str, names: set[str]) -> set[str]:
    """Those of the names that stand in a higher room than the module, or beside it."""
    own = room(module)
    return {
        name
        for name in names & MODULES.keys()
        if room(name) != own and LEVELS[room(name)] >= LEVELS[own]
    }


IMPORTED = {
    module: imported(ast.parse(path.read_text(encoding="utf-8")))
    for module, path in MODULES.items()
}


@pytest.mark.parametrize("module", MODULES)
def test_a_room_knows_only_lower_ones(module: str) -> None:
    assert not above(module, IMPORTED[module]), f"{module} is in the room {room(module)}"
    roots = {name.split(".")[0] for name in IMPORTED[module]}
    assert not roots & {"app", "tests", *BANNED[room(module, BANNED)]}


def test_no_imports_go_in_circles() -> None:
    graph = {module: names & MODULES.keys() - {module} for module, names in IMPORTED.items()}
    TopologicalSorter(graph).prepare()
    lowest = next(module for module in graph if room(module) == "geometry.errors")
    with pytest.raises(CycleError):
        TopologicalSorter({**graph, lowest: {"geometry.program"}}).prepare()


def test_the_check_sees_every_form_of_import() -> None:
    source = "import torch.nn as nn\ndef f():\n    from img2code import page\n    import stats"
    found = imported(ast.parse(source))
    assert found == {"torch.nn", "img2code.page", "stats"}
    assert above("img2code.reconstruct", found) == {"img2code.page"}
    beside = "img2code.client"
    assert above("img2code.page", {beside, "img2code.page.markup"}) == {beside}
    assert room("img2code.page.events", BANNED) == "img2code.page"
    assert room("img2code.pager", BANNED) == "img2code"


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
