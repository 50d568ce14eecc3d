"""Writes docs/templates.md: every template with its parameters, from the signatures.

python tools/catalogue.py
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from geometry.objects import CATEGORIES
from geometry.schema.kinds import Values
from geometry.schema.parameter import Parameter
from geometry.schema.template import Category, Template

PATH = Path(__file__).parents[1] / "docs" / "templates.md"
UNITS = {
    "length": "length",
    "degrees": "degrees",
    "count": "count",
    "flag": "0 or 1",
    "ratio": "ratio",
}
HEAD = """# Templates

Every category with its templates, in the order in which a code lists them, and every parameter:
how many numbers it takes, their unit, what they mean. Lengths are in the object's own units, x to
the right, y up, z to the front. Each template also takes `position` (three lengths) and `rotation`
(three angles in degrees about x, y, z), which place it; missing ones are zeros.

This file is made from the signatures by `python tools/catalogue.py`.
"""


def document() -> str:
    parts = [HEAD]
    for category in CATEGORIES.values():
        parts += category_section(category)
    return "\n".join(parts)


def category_section(category: Category) -> Iterator[str]:
    yield f"## {category.name}\n"
    yield f"![{category.name}](gallery/{category.name}.png)\n"
    for template in category.templates.values():
        yield template_section(template)


def template_section(template: Template) -> str:
    lines = [
        f"### {template.category}: `{template.name}`\n",
        f"{_role(template)}. {template.doc}\n",
    ]
    rows = [p for p in template.parameters if p.name not in ("position", "rotation")]
    lines += ["| parameter | numbers | unit | meaning |", "|---|---|---|---|"]
    lines += [row(parameter) for parameter in rows]
    return "\n".join(lines) + "\n"


def _role(template: Template) -> str:
    role = f"The {template.role}" if template.at_most == 1 else f"A {template.role}"
    notes = []
    if template.at_most > 1:
        notes.append(f"up to {template.at_most}")
    if template.order != "xyz":
        notes.append(f"rotation about {', '.join(template.order)} in this order")
    if template.offset_first:
        notes.append("the position is added before the rotation")
    return role + (f" ({'; '.join(notes)})" if notes else "")


def row(parameter: Parameter) -> str:
    meaning = " ".join(parameter.meaning.split()).replace("|", "\\|")
    numbers, unit = _numbers(parameter.values), _unit(parameter.values)
    return f"| `{parameter.name}` | {numbers} | {unit} | {meaning} |"


def _numbers(values: Values) -> str:
    if values.block:
        return f"up to {values.length}, in blocks of {values.block}"
    if values.shortest != values.length:
        return f"{values.shortest} to {values.length}"
    return str(values.length)


def _unit(values: Values) -> str:
    return ", ".join(dict.fromkeys(UNITS[kind] for kind in values.kinds))


if __name__ == "__main__":
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(document(), encoding="utf-8")
