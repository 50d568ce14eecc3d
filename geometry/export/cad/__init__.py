"""Objects as CadQuery scripts, readable and parametric, and as the solids that these make."""

from __future__ import annotations

import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from geometry.errors import CodeError, ExportWarning
from geometry.export.cad.script import script
from geometry.export.sizes import Up
from geometry.program import Code, Source, rescale

#: Units in which the CAD kernel may work, and how many of each are a metre. Its tolerances are
#: absolute: what one of them leaves broken comes out sound in the other.
_KERNEL_UNITS = {"M": 1.0, "MM": 1000.0}
#: What is thinner than this fraction of the object's diagonal is a sliver.
_THINNEST = 5e-5

__all__ = ["run", "script", "write_script", "write_step"]


def write_script(code: Source, path: Path, sized: bool = False) -> Path:
    """Writes the object's CadQuery script; needs no CadQuery. Raises CodeError.

    sized: in millimetres and z up, not in metres and y up.
    """
    source = script(rescale(code, _KERNEL_UNITS["MM"]), sized) if sized else script(code)
    path.write_text(source, encoding="utf-8")
    return path


def write_step(code: Source, path: Path, up: Up = "y") -> Path:
    """Writes the object's solids in millimetres, a named and coloured one per part.

    Slivers are left out, with an ExportWarning. Raises CodeError, also where the file does not
    hold what the CAD kernel calls valid solids.
    """
    if find_spec("cadquery") is None:
        hint = "Install it: pip install cadquery."
        raise CodeError(f"the file {path.name}", "no CadQuery", "CadQuery to make solids", hint)
    path.write_bytes(b"")  # raises OSError, which the kernel keeps to itself
    for unit, factor in _KERNEL_UNITS.items():
        try:
            slivers = _write_valid(rescale(code, factor), path, unit, up)
        except Exception as error:  # each kind of failure of the kernel is a class of its own
            if isinstance(error, (CodeError, OSError)):
                path.unlink(missing_ok=True)
                raise
            slivers = None
        if slivers is not None:
            if slivers:
                left_out = "; ".join(slivers)
                warnings.warn(f"Left out of the file: {left_out}.", ExportWarning, stacklevel=3)
            return path
        path.unlink(missing_ok=True)
    hint = "Make the thinnest sizes of the object larger, or write .stl."
    found = "solids that the CAD kernel does not take as they are"
    raise CodeError(f"the file {path.name}", found, "valid solids", hint)


def _write_valid(code: Code, path: Path, unit: str, up: Up) -> list[str] | None:
    """Writes the file and reads it back: what was left out; None where a solid is not valid."""
    defined = run(script(code))
    assembly, cq = defined["assembly"], defined["cq"]
    slivers = _drop_slivers(assembly, cq)
    if up == "z":
        assembly.loc = cq.Location(0, 0, 0, 90, 0, 0)
    assembly.export(str(path), unit=unit, outputUnit="MM")
    solids = cq.importers.importStep(str(path)).solids().vals()
    return slivers if solids and all(solid.isValid() for solid in solids) else None


def _drop_slivers(assembly: Any, cq: Any) -> list[str]:
    """Takes solids out of the parts that are too thin to be made or worked on; says which."""
    said = []
    thinnest = _THINNEST * assembly.toCompound().BoundingBox().DiagonalLength
    for part in assembly.children:
        solids = part.obj.Solids()
        kept = [solid for solid in solids if _thickness(solid) > thinnest]
        if len(kept) < len(solids):
            part.obj = cq.Compound.makeCompound(kept)
            count = len(solids) - len(kept)
            said.append(f"{count} sliver{'s' * (count > 1)} of {part.name}")
    return said


def _thickness(solid: Any) -> float:
    """About twice the volume per surface: the thickness of a plate, half that of a bar."""
    return float(2 * solid.Volume() / max(solid.Area(), 1e-300))


def run(source: str) -> dict[str, Any]:
    """What a script defines: `assembly`, `result`, the functions. Needs CadQuery."""
    defined: dict[str, Any] = {"__name__": "model"}
    exec(compile(source, "model.py", "exec"), defined)
    return defined
