"""The functions of `geometry.export.cad.runtime` that a script calls and carries, as text."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("runtime")
FILES = ("shapes.py", "round_shapes.py")
OWN = "geometry.export.cad.runtime.shapes"


@dataclass(frozen=True)
class Helper:
    """A function or constant: its text, and the names that it uses."""

    text: str
    uses: frozenset[str]


@cache
def helpers() -> dict[str, Helper]:
    """All functions and constants of the files of shapes, in order."""
    found: dict[str, Helper] = {}
    for file in FILES:
        source = (FOLDER / file).read_text(encoding="utf-8")
        for node in ast.parse(source).body:
            names = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
            own = {n.id for n in names if isinstance(n.ctx, ast.Store)}
            own |= {a.arg for a in ast.walk(node) if isinstance(a, ast.arg)}
            uses = frozenset(n.id for n in names) - own
            text = ast.get_source_segment(source, node) or ""
            if isinstance(node, ast.FunctionDef):
                found[node.name] = Helper(text, uses)
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                line = source.splitlines()[node.lineno - 1]
                found[node.targets[0].id] = Helper(line, uses)
            elif isinstance(node, ast.If):  # the imports that only a script carries out
                for entry in node.body:
                    if isinstance(entry, ast.ImportFrom) and entry.module != OWN:
                        helper = Helper(ast.unparse(entry), frozenset())
                        found |= {alias.name: helper for alias in entry.names}
    return found


def needed(names: Iterable[str]) -> tuple[list[str], list[str], list[str]]:
    """(imports, constants, functions) as text: what these names mean and what that uses."""
    known = helpers()
    chosen: set[str] = set()
    waiting = [name for name in names if name in known]
    while waiting:
        name = waiting.pop()
        if name not in chosen:
            chosen.add(name)
            waiting += [used for used in known[name].uses if used in known]
    texts = [known[name].text for name in known if name in chosen]
    imports = sorted({t for t in texts if t.startswith("from ")})
    functions = [t for t in texts if t.startswith("def ")]
    constants = [t for t in texts if not t.startswith(("from ", "def "))]
    return imports, constants, functions
