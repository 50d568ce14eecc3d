"""JSON Schema (draft 2020-12) of CAD parts."""

from __future__ import annotations

from typing import Any

from geometry.cad_parts import rules
from geometry.cad_parts.part import CATEGORY, DISPLAYED, OPERATIONS, PLANES
from geometry.cad_parts.reading import LARGEST_NUMBER, LARGEST_SIZE

Schema = dict[str, Any]

_NUMBER: Schema = {"type": "number", "minimum": -LARGEST_NUMBER, "maximum": LARGEST_NUMBER}
_POINT: Schema = {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}
_COUNT: Schema = {"type": "integer", "minimum": 1, "maximum": rules.MOST_COPIES}
_LENGTH: Schema = {"type": "number", "exclusiveMinimum": 0, "maximum": LARGEST_NUMBER}


def part_schema() -> Schema:
    """Of the whole code; what geometry alone can tell is in `geometry.cad_parts.rules`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": DISPLAYED,
        **_object(
            {
                "category": {"enum": [CATEGORY, DISPLAYED]},
                "size": {
                    "type": "number",
                    "exclusiveMinimum": 0,
                    "maximum": LARGEST_SIZE,
                    "description": "millimetres of the unit cube's side: the largest extent",
                },
                "sequence": _list({"oneOf": [_extrude(), _revolve()]}, rules.MOST_STEPS),
            },
            optional=("size",),
        ),
    }


def _extrude() -> Schema:
    grid = _object({"grid": {**_POINT, "items": _COUNT}, "spacing": _POINT})
    ring = _object({"ring": _COUNT, "centre": _POINT})
    edges: Schema = {"enum": ["sides", "start", "end"]}
    finishes = [_object({kind: _LENGTH, "edges": edges}) for kind in ("fillet", "chamfer")]
    ends: Schema = {"enum": ["start", "end", "both"]}
    shell = _object({"thickness": _LENGTH, "open": ends}, optional=("open",))
    return _object(
        {
            **_head(),
            "from": _NUMBER,
            "to": _NUMBER,
            "profile": _list({"oneOf": _loops()}, rules.MOST_LOOPS),
            "pattern": {"oneOf": [grid, ring]},
            "finishes": _list({"oneOf": finishes}, 3),
            "shell": shell,
        },
        optional=("plane", "pattern", "finishes", "shell"),
    )


def _revolve() -> Schema:
    turn = {
        "axis": {"enum": ["u", "v"]},
        "at": _NUMBER,
        "offset": _NUMBER,
        "angle": {"type": "number", "minimum": 1, "maximum": 360},
    }
    return _object(
        {
            **_head(),
            "revolve": _object(turn, optional=tuple(turn)),
            "profile": _list({"oneOf": _loops()}, 1),
        },
        optional=("plane",),
    )


def _head() -> Schema:
    return {"operation": {"enum": list(OPERATIONS)}, "plane": {"enum": list(PLANES)}}


def _loops() -> list[Schema]:
    corners = {"from": _POINT, "to": _POINT}
    round_one = {"centre": _POINT, "radius": _LENGTH}
    count: Schema = {"type": "integer", "minimum": 3, "maximum": rules.MOST_CORNERS}
    turn: Schema = {"type": "number", "minimum": -360, "maximum": 360}
    arc: Schema = {"type": "array", "items": _POINT, "minItems": 2, "maxItems": 2}
    segment = {"oneOf": [_object({"line": _POINT}), _object({"arc": arc})]}
    return [
        _loop("rectangle", corners),
        _loop("rounded_rectangle", {**corners, "radius": _LENGTH}),
        _loop("slot", corners),
        _loop("circle", round_one),
        _loop("polygon", {**round_one, "corners": count, "turn": turn}, optional=("turn",)),
        _loop("path", {"start": _POINT, "segments": _list(segment, rules.MOST_SEGMENTS)}),
    ]


def _loop(name: str, keys: Schema, optional: tuple[str, ...] = ()) -> Schema:
    return _object({"loop": {"const": name}, **keys}, optional)


def _object(properties: Schema, optional: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": [key for key in properties if key not in optional],
        "additionalProperties": False,
    }


def _list(items: Schema, most: int) -> Schema:
    return {"type": "array", "items": items, "minItems": 1, "maxItems": most}
