"""CAD parts from JSON and back; what is read keeps the rules."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from geometry import json_text
from geometry.cad_parts import rules
from geometry.cad_parts.part import (
    CATEGORY,
    OPERATIONS,
    PLANES,
    SIZE,
    CadPart,
    Extrude,
    Finish,
    Grid,
    Revolve,
    Ring,
    Shell,
    Step,
    is_category,
)
from geometry.errors import CodeError, suggestion
from geometry.sketch.loops import (
    Arc,
    Circle,
    Line,
    Loop,
    Path,
    Point,
    Polygon,
    Rectangle,
    RoundedRectangle,
    Slot,
)

Code = dict[str, Any]
PartSource: TypeAlias = "CadPart | str | bytes | Mapping[str, Any]"

#: A number in JSON: the cube's side, and some room for what the fit moves out of it.
LARGEST_NUMBER = 10.0
LARGEST_SIZE = 1e6  # millimetres
LOOPS: dict[str, type[Loop]] = {
    "rectangle": Rectangle,
    "rounded_rectangle": RoundedRectangle,
    "slot": Slot,
    "circle": Circle,
    "polygon": Polygon,
    "path": Path,
}
_KEYS = ("category", "size", "sequence")


def parse(source: PartSource) -> CadPart:
    """The part of a code, of its JSON text, or the part itself. Raises CodeError."""
    if isinstance(source, CadPart):
        return source
    if isinstance(source, (str, bytes)):
        source = json_text.loads(source, "the part")
    if not isinstance(source, Mapping):
        raise CodeError("the part", type(source).__name__, f"an object with {', '.join(_KEYS)}")
    if not is_category(source.get("category")):
        raise CodeError("the part, 'category'", repr(source.get("category")), repr(CATEGORY))
    _known(source, _KEYS, CATEGORY)
    size = _number(source.get("size", SIZE), f"{CATEGORY}, 'size'", LARGEST_SIZE)
    if size <= 0:
        raise CodeError(f"{CATEGORY}, 'size'", f"{size:g}", "millimetres above 0")
    sequence = _list(source.get("sequence"), f"{CATEGORY}, 'sequence'", rules.MOST_STEPS)
    steps = [_step(entry, f"{CATEGORY}, step {k}") for k, entry in enumerate(sequence, 1)]
    part = CadPart(tuple(steps), size)
    rules.check(part)
    return part


def as_dict(part: CadPart) -> Code:
    """The code as JSON has it."""
    return {
        "category": CATEGORY,
        "size": _tidy(part.size),
        "sequence": [_step_entry(step) for step in part.steps],
    }


def dumps(part: CadPart) -> str:
    """The code as readable JSON: a line per step's head and one per loop."""
    steps = []
    for entry in as_dict(part)["sequence"]:
        profile = ",\n".join(f"        {json.dumps(loop)}" for loop in entry.pop("profile"))
        head = json.dumps(entry)[1:-1]
        steps.append(f'    {{{head},\n      "profile": [\n{profile}\n      ]}}')
    head = f'{{\n  "category": "{CATEGORY}",\n  "size": {json.dumps(_tidy(part.size))},\n'
    return head + '  "sequence": [\n' + ",\n".join(steps) + "\n  ]\n}\n"


def _step(entry: Any, where: str) -> Step:
    entry = _mapping(entry, where)
    operation = _one_of(entry.get("operation"), OPERATIONS, f"{where}, 'operation'")
    plane = _one_of(entry.get("plane", "XY"), tuple(PLANES), f"{where}, 'plane'")
    listed = _list(entry.get("profile"), f"{where}, 'profile'", rules.MOST_LOOPS)
    profile = tuple(_loop(loop, f"{where}, loop {k}") for k, loop in enumerate(listed, 1))
    if "revolve" in entry:
        _known(entry, ("operation", "plane", "profile", "revolve"), where)
        turn, where = _mapping(entry["revolve"], f"{where}, 'revolve'"), f"{where}, 'revolve'"
        _known(turn, ("axis", "at", "offset", "angle"), where)
        axis = _one_of(turn.get("axis", "v"), ("u", "v"), f"{where}, 'axis'")
        numbers = {
            key: _number(turn.get(key, usual), f"{where}, {key!r}", 360)
            for key, usual in (("offset", 0.5), ("at", 0.5), ("angle", 360.0))
        }
        return Revolve(operation, plane, profile=profile, axis=axis, **numbers)
    keys = ("operation", "plane", "from", "to", "profile", "pattern", "finishes", "shell")
    _known(entry, keys, where)
    start, end = (_needed(entry, key, where) for key in ("from", "to"))
    pattern: Grid | Ring | None = None
    if "pattern" in entry:
        pattern = _pattern(_mapping(entry["pattern"], f"{where}, 'pattern'"), where)
    finishes = tuple(
        _finish(each, f"{where}, 'finishes'")
        for each in (
            _list(entry["finishes"], f"{where}, 'finishes'", 3) if "finishes" in entry else ()
        )
    )
    shell = None
    if "shell" in entry:
        hollow, place = _mapping(entry["shell"], f"{where}, 'shell'"), f"{where}, 'shell'"
        _known(hollow, ("thickness", "open"), place)
        ends = ("start", "end", "both")
        thickness = _needed(hollow, "thickness", place, least=rules.THINNEST)
        shell = Shell(thickness, _one_of(hollow.get("open", "end"), ends, f"{place}, 'open'"))
    if shell and any(finish.edges != "sides" for finish in finishes):
        raise CodeError(where, "a shell with finished rims", "a shell, or finished rims")
    return Extrude(operation, plane, start, end, profile, pattern, finishes, shell)


def _pattern(entry: Mapping[str, Any], where: str) -> Grid | Ring:
    where = f"{where}, 'pattern'"
    if "ring" in entry:
        _known(entry, ("ring", "centre"), where)
        return Ring(*_point(entry.get("centre"), where), _count(entry["ring"], where))
    _known(entry, ("grid", "spacing"), where)
    grid = entry.get("grid")
    if not isinstance(grid, Sequence) or isinstance(grid, str) or len(grid) != 2:
        raise CodeError(where, repr(grid), "'grid': [columns, rows] or 'ring': count")
    columns, rows = (_count(number, where) for number in grid)
    return Grid(columns, rows, *_point(entry.get("spacing"), where))


def _finish(entry: Any, where: str) -> Finish:
    entry = _mapping(entry, where)
    _known(entry, ("fillet", "chamfer", "edges"), where)
    kind = _one_of(
        next((key for key in entry if key != "edges"), None), ("fillet", "chamfer"), where
    )
    edges = _one_of(entry.get("edges"), ("sides", "start", "end"), f"{where}, 'edges'")
    return Finish(kind, edges, _needed(entry, kind, where, least=rules.THINNEST))


def _loop(entry: Any, where: str) -> Loop:
    entry = _mapping(entry, where)
    kind = _one_of(entry.get("loop"), tuple(LOOPS), f"{where}, 'loop'")
    where = f"{where} ({kind})"
    if kind == "circle":
        _known(entry, ("loop", "centre", "radius"), where)
        return Circle(*_point(entry.get("centre"), where), _needed(entry, "radius", where))
    if kind == "polygon":
        _known(entry, ("loop", "centre", "radius", "corners", "turn"), where)
        centre, radius = _point(entry.get("centre"), where), _needed(entry, "radius", where)
        turn = _number(entry.get("turn", 0), f"{where}, 'turn'", 360)
        return Polygon(*centre, radius, _count(entry.get("corners"), where), turn)
    if kind == "path":
        _known(entry, ("loop", "start", "segments"), where)
        listed = _list(entry.get("segments"), f"{where}, 'segments'", rules.MOST_SEGMENTS)
        segments = tuple(_segment(each, where) for each in listed)
        return rules.tidied(Path(*_point(entry.get("start"), where), segments))
    _known(
        entry, ("loop", "from", "to", "radius")[: 4 if kind == "rounded_rectangle" else 3], where
    )
    corners = (*_point(entry.get("from"), where), *_point(entry.get("to"), where))
    if kind == "rounded_rectangle":
        return RoundedRectangle(*corners, _needed(entry, "radius", where))
    return rules.tidied(Rectangle(*corners) if kind == "rectangle" else Slot(*corners))


def _segment(entry: Any, where: str) -> Line | Arc:
    entry = _mapping(entry, where)
    _known(entry, ("line", "arc"), where)
    if "arc" in entry:
        listed = entry["arc"]
        if not isinstance(listed, Sequence) or isinstance(listed, str) or len(listed) != 2:
            raise CodeError(where, repr(listed), "'arc': [[u, v] on the way, [u, v] at the end]")
        return Arc(*_point(listed[0], where), *_point(listed[1], where))
    return Line(*_point(entry.get("line"), where))


def _step_entry(step: Step) -> Code:
    profile = [_loop_entry(loop) for loop in step.profile]
    entry: Code = {"operation": step.operation, "plane": step.plane}
    if isinstance(step, Revolve):
        turn = {"at": step.at, "offset": step.offset, "angle": step.angle}
        entry["revolve"] = {"axis": step.axis, **{key: _tidy(turn[key]) for key in turn}}
        return {**entry, "profile": profile}
    entry |= {"from": _tidy(step.start), "to": _tidy(step.end)}
    match step.pattern:
        case Grid(columns, rows, du, dv):
            entry["pattern"] = {"grid": [columns, rows], "spacing": [_tidy(du), _tidy(dv)]}
        case Ring(u, v, count):
            entry["pattern"] = {"ring": count, "centre": [_tidy(u), _tidy(v)]}
    if step.finishes:
        entry["finishes"] = [{f.kind: _tidy(f.size), "edges": f.edges} for f in step.finishes]
    if step.shell:
        entry["shell"] = {"thickness": _tidy(step.shell.thickness), "open": step.shell.open}
    return {**entry, "profile": profile}


def _loop_entry(loop: Loop) -> Code:
    def pair(u: float, v: float) -> list[float]:
        return [_tidy(u), _tidy(v)]

    entry: Code = {"loop": next(name for name, kind in LOOPS.items() if kind is type(loop))}
    match loop:
        case Circle(u, v, radius):
            return entry | {"centre": pair(u, v), "radius": _tidy(radius)}
        case Polygon(u, v, radius, corners, turn):
            about = {"corners": corners, "turn": _tidy(turn)}
            return entry | {"centre": pair(u, v), "radius": _tidy(radius)} | about
        case Path(u, v, segments):
            drawn = [
                {"arc": [pair(s.um, s.vm), pair(s.u, s.v)]}
                if isinstance(s, Arc)
                else {"line": pair(s.u, s.v)}
                for s in segments
            ]
            return entry | {"start": pair(u, v), "segments": drawn}
        case RoundedRectangle() | Rectangle() | Slot():
            entry |= {"from": pair(loop.u0, loop.v0), "to": pair(loop.u1, loop.v1)}
            if isinstance(loop, RoundedRectangle):
                entry["radius"] = _tidy(loop.radius)
    return entry


def _tidy(value: float) -> float:
    rounded = round(float(value), 6)
    return int(rounded) if rounded == int(rounded) else rounded


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise CodeError(where, type(value).__name__, "an object")
    return value


def _list(value: Any, where: str, most: int) -> Sequence[Any]:
    if isinstance(value, str) or not isinstance(value, Sequence) or not value:
        found = "an empty list" if value == [] else type(value).__name__
        raise CodeError(where, found, "a list of at least one entry")
    if len(value) > most:
        raise CodeError(where, f"{len(value):,} entries", f"at most {most:,}")
    return value


def _known(entry: Mapping[str, Any], keys: Sequence[str], where: str) -> None:
    for key in entry:
        if key not in keys:
            raise CodeError(where, f"the key {key!r}", ", ".join(keys), suggestion(key, keys))


def _one_of(value: Any, valid: Sequence[str], where: str) -> Any:  # a Literal, where it goes
    if value not in valid:
        hint = suggestion(value, valid) if isinstance(value, str) else ""
        raise CodeError(where, repr(value), " or ".join(map(repr, valid)), hint)
    return valid[list(valid).index(value)]


def _number(value: Any, where: str, largest: float = LARGEST_NUMBER) -> float:
    real = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not real or not math.isfinite(value) or abs(value) > largest:
        raise CodeError(where, repr(value)[:60], f"a number from {-largest:g} to {largest:g}")
    return float(value)


def _needed(entry: Mapping[str, Any], key: str, where: str, least: float | None = None) -> float:
    value = _number(entry.get(key), f"{where}, {key!r}")
    if least is not None and value < least:
        raise CodeError(f"{where}, {key!r}", f"{value:g}", f"at least {least:.4f}")
    return value


def _point(value: Any, where: str) -> Point:
    if isinstance(value, str) or not isinstance(value, Sequence) or len(value) != 2:
        raise CodeError(where, repr(value)[:60], "2 numbers [u, v]")
    u, v = (_number(each, where) for each in value)
    return u, v


def _count(value: Any, where: str) -> int:
    number = _number(value, where, 1000)
    if number != int(number) or number < 1:
        raise CodeError(where, f"{number:g}", "a whole number above 0")
    return int(number)
