"""Objects as CadQuery scripts, readable and parametric, and as the solids that these make."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from geometry.cad.script import script
from geometry.errors import CodeError

__all__ = ["run", "script", "write_script", "write_step"]


def write_script(code: str | Mapping[str, Any], path: Path) -> Path:
    """Writes the object's CadQuery script; needs no CadQuery. Raises CodeError."""
    path.write_text(script(code), encoding="utf-8")
    return path


def write_step(code: str | Mapping[str, Any], path: Path) -> Path:
    """Writes the object's solids, a named and coloured one per part. Raises CodeError."""
    source = script(code)
    if find_spec("cadquery") is None:
        hint = "Install it: pip install -r requirements-cad.txt, or pip install cadquery."
        raise CodeError(f"the file {path.name}", "no CadQuery", "CadQuery to make solids", hint)
    run(source)["assembly"].export(str(path))
    return path


def run(source: str) -> dict[str, Any]:
    """What a script defines: `assembly`, `result`, the functions. Needs CadQuery."""
    defined: dict[str, Any] = {"__name__": "model"}
    exec(compile(source, "model.py", "exec"), defined)
    return defined
