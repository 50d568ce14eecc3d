"""The code as values: read, check, write. Every other module takes the dicts made here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from geometry import json_text
from geometry.errors import CodeError, suggestion
from geometry.names import category_named
from geometry.parameters import LARGEST, numbers_in, short
from geometry.registry import Category, Template
from geometry.templates import CATEGORIES

Code = dict[str, Any]
_KEYS = ("category", "pose", "conceptualization")
_POSE = ("global_position", "global_rotation")
#: No everyday object is made of more; sampled codes have fewer than 20.
MOST_PARTS = 1000


def parse(source: str | bytes | Mapping[str, Any]) -> Code:
    """A checked code from JSON text or a dict, complete and in schema order.

    Raises CodeError that names the place, what was found and what is valid.
    """
    if isinstance(source, (str, bytes)):
        source = json_text.loads(source, "the code")
    if not isinstance(source, Mapping):
        raise CodeError("the code", type(source).__name__, f"an object with {', '.join(_KEYS)}")
    for key in ("category", "conceptualization"):
        if key not in source:
            hint = f"Add {key!r}." + " " * bool(source) + suggestion(key, map(str, source))
            raise CodeError("the code", f"no {key!r}", f"the keys {', '.join(_KEYS)}", hint)
    category = find_category(source["category"])
    parts = source["conceptualization"]
    if isinstance(parts, str) or not isinstance(parts, Sequence) or not parts:
        raise CodeError(
            f"{category.name}, 'conceptualization'",
            "an empty list" if parts == [] else type(parts).__name__,
            "a list of at least one part",
        )
    if len(parts) > MOST_PARTS:
        where, found = f"{category.name}, 'conceptualization'", f"{len(parts):,} parts"
        raise CodeError(where, found, f"at most {MOST_PARTS:,}")
    checked = []
    for number, entry in enumerate(parts, 1):
        where = f"{category.name}, part {number}"
        template = _find_template(category, entry, where)
        where = f"{where} ({template.name})"
        parameters = template.check(entry.get("parameters"), where)
        checked.append({"template": template.name, "parameters": parameters})
    return {
        "category": category.name,
        "pose": _pose(source.get("pose"), category.name),
        "conceptualization": checked,
    }


def part_names(code: Mapping[str, Any]) -> list[str]:
    """A name of its own for each part: its template's, numbered from the second of a kind on."""
    seen: dict[str, int] = {}
    names = []
    for entry in code["conceptualization"]:
        name = entry["template"]
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return names


def find_category(name: Any) -> Category:
    """The category of that name, as people write it. Raises CodeError with a suggestion."""
    return CATEGORIES[category_named(name)]


def find_template(category: str, name: str) -> Template:
    """The template of that name; CodeError with a suggestion where there is none."""
    return _find_template(find_category(category), {"template": name}, category)


def _find_template(category: Category, entry: Any, where: str) -> Template:
    if not isinstance(entry, Mapping) or "template" not in entry:
        raise CodeError(where, "no 'template'", "an object with 'template' and 'parameters'")
    name = entry["template"]
    if not isinstance(name, str) or name not in category.templates:
        valid = f"one of {', '.join(category.templates)}"
        hint = suggestion(name, category.templates) if isinstance(name, str) else ""
        raise CodeError(where, f"template {short(name)}", valid, hint)
    return category.templates[name]


def _pose(pose: Any, category: str) -> dict[str, list[float]]:
    if pose is None:
        pose = {}
    where = f"{category}, 'pose'"
    if not isinstance(pose, Mapping):
        raise CodeError(where, type(pose).__name__, f"an object with {' and '.join(_POSE)}")
    result = {}
    for key in _POSE:
        value = pose.get(key, [0, 0, 0])
        valid = f"3 finite numbers of at most {LARGEST:g}"
        if isinstance(value, str) or not isinstance(value, Sequence) or len(value) != 3:
            raise CodeError(f"{where}, {key!r}", short(value), valid)
        try:
            result[key] = numbers_in(value, f"{where}, {key!r}")
        except CodeError as error:
            raise CodeError(error.where, error.found, valid) from None
    return result


def dumps(code: Mapping[str, Any], digits: int = 6) -> str:
    """The code as readable JSON: one line per parameter, numbers rounded to `digits` places."""

    def numbers(values: Sequence[float]) -> str:
        return json.dumps([_tidy(v, digits) for v in values])

    parts = []
    for entry in code["conceptualization"]:
        lines = [
            f"        {json.dumps(name)}: {numbers(values)}"
            for name, values in entry["parameters"].items()
        ]
        body = ",\n".join(lines)
        parts.append(
            f'    {{\n      "template": {json.dumps(entry["template"])},\n'
            f'      "parameters": {{\n{body}\n      }}\n    }}'
        )
    pose = ", ".join(f"{json.dumps(k)}: {numbers(v)}" for k, v in code["pose"].items())
    return (
        f'{{\n  "category": {json.dumps(code["category"])},\n  "pose": {{{pose}}},\n'
        f'  "conceptualization": [\n' + ",\n".join(parts) + "\n  ]\n}\n"
    )


def _tidy(value: float, digits: int) -> float | int:
    rounded = round(float(value), digits)
    return int(rounded) if rounded == int(rounded) else rounded
