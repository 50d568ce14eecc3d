"""A code as a CadQuery script: constants, the functions that make the parts, the assembly."""

from __future__ import annotations

import builtins
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geometry.colours import Colour, part_colour
from geometry.errors import CodeError
from geometry.export.cad.expression import Expression
from geometry.export.cad.formulas import decimal
from geometry.export.cad.loops import Loop, Statement, rolled
from geometry.export.cad.runtime_source import helpers, needed
from geometry.export.cad.source import INDENT, WIDTH, Body, shorter
from geometry.export.cad.trace import identifier, solids
from geometry.program import Part as ProgramPart
from geometry.program import Source, parse
from geometry.schema.parameter import Parameter
from geometry.schema.template import Template

DIGITS = 6
_RESERVED = {"cq", "math", "assembly", "result", "solids", "union", "z_up", *dir(builtins)}
_HEAD = '''"""{category}: a parametric CadQuery model; y is up, the front on +z.

Change the constants and run this file to write {stem}.step, or open it in
CQ-editor. It needs CadQuery: pip install cadquery. Lengths are in metres (the
STEP file is in millimetres), angles in degrees. What is called fixed chose which
solids there are.
"""
'''
_SIZED_HEAD = '''"""{category}: a parametric CadQuery model of real size; z is up, the front on -y.

Change the constants and run this file to write {stem}.step, or open it in
CQ-editor. It needs CadQuery: pip install cadquery. Lengths are in millimetres,
angles in degrees; a part is made with y up, its front on +z, and all of them are
turned at the end. What is called fixed chose which solids there are.
"""
'''
_TAIL = """

assembly = cq.Assembly(name="{category}")
{rows}
result = cq.Workplane(obj=union(*(part.obj for part in assembly.children)))

if __name__ == "__main__":
    assembly.export("{stem}.step", unit="M", outputUnit="MM")
"""
_SIZED_TAIL = """

z_up = cq.Location(0, 0, 0, 90, 0, 0)
assembly = cq.Assembly(name="{category}", loc=z_up)
{rows}
result = cq.Workplane(obj=union(*(part.obj for part in assembly.children)).moved(z_up))

if __name__ == "__main__":
    assembly.export("{stem}.step", unit="MM", outputUnit="MM")
"""


@dataclass
class Part:
    """What the script says of one part."""

    name: str
    template: Template
    values: Mapping[str, Any]
    statements: list[Statement]
    used: list[Parameter]

    @property
    def constants(self) -> dict[str, str]:
        """The name of the constant of each parameter."""
        return {p.name: f"{self.name}_{identifier(p.name)}".upper() for p in self.used}


def script(code: Source, sized: bool = False) -> str:
    """The source of a Python program that builds the object with CadQuery. Raises CodeError.

    sized: the code's lengths are millimetres, and the object stands with z up.
    """
    head, tail = (_SIZED_HEAD, _SIZED_TAIL) if sized else (_HEAD, _TAIL)
    program = parse(code)
    category = program.category.name
    parts = [_part(part) for part in program.parts]
    parts = [part for part in parts if part.statements]
    if not parts:
        hint = "Give at least one part a size above zero."
        raise CodeError("the object", "no part with a solid", "at least one", hint)
    functions: dict[str, str] = {}  # by text: parts of one form share a function
    calls = []
    for part in parts:
        text = _function(part)
        name = functions.setdefault(text, _function_name(part.template, len(functions), functions))
        calls.append(name)
    made = [text.replace("def part(", f"def {name}(", 1) for text, name in functions.items()]
    imports, constants, carried = needed([*_called(parts), "union"])
    stem = category.lower()
    rows = "\n".join(map(_add, parts, calls, map(part_colour, range(len(parts)))))
    uses_math = any("math." in text for text in carried)
    lines = ["import math\n"] * uses_math + ["import cadquery as cq", *imports]
    blocks = ["\n".join(lines), *map(_constants, parts)]
    functions_text = "\n\n\n".join([*constants[:1], *carried, *made])
    return (
        head.format(category=category, stem=stem)
        + "\n" + "\n\n".join(blocks) + "\n\n" + functions_text + "\n"
        + tail.format(category=category, rows=rows, stem=stem)
    )  # fmt: skip


def _part(of: ProgramPart) -> Part:
    template, values = of.template, of.piece.values
    known: dict[int, Expression] = {}
    statements = [shorter(s, known) for s in rolled(solids(of))]
    names = {leaf[0] for leaf in _leaves(statements)} | {"position", "rotation"}
    used = [p for p in template.parameters if identifier(p.name) in names]
    return Part(of.name, template, values, statements, used)


def _expressions(statements: Sequence[Statement]) -> Iterator[Expression]:
    """Every formula in the statements, each once."""
    seen: set[int] = set()
    waiting: list[Statement] = list(reversed(statements))
    while waiting:
        statement = waiting.pop()
        if isinstance(statement, Loop):
            waiting += reversed(statement.body)
        elif statement.key not in seen:
            seen.add(statement.key)
            yield statement
            waiting += [a for a in reversed(statement.args) if isinstance(a, Expression)]


def _leaves(statements: Sequence[Statement]) -> Iterator[tuple[Any, ...]]:
    yield from (e.args for e in _expressions(statements) if e.op == "item")


def _called(parts: Sequence[Part]) -> set[str]:
    """The functions that the parts' formulas call."""
    found: set[str] = set()
    for part in parts:
        for e in _expressions(part.statements):
            found.add(e.op.split()[1] if e.op.startswith("call ") else e.op)
    return found


def _constants(part: Part) -> str:
    """The lines of one part's constants, each with its meaning."""
    lines = [f"# {part.name}"]
    left_out = [
        f"{p.name} {decimal(part.values[p.name])}"
        for p in part.template.parameters
        if p.length == 1 and p.kinds[0] in ("count", "flag") and p.name in part.values
    ]
    if left_out:
        text = f"fixed: {', '.join(left_out)}"
        lines += textwrap.wrap(text, WIDTH, initial_indent="# ", subsequent_indent="#   ")
    for parameter in part.used:
        name, meaning = part.constants[parameter.name], parameter.meaning
        value = _text(part.values[parameter.name])
        if meaning and len(f"{name} = {value}  # {meaning}") > WIDTH:
            lines += textwrap.wrap(meaning, WIDTH, initial_indent="# ", subsequent_indent="#   ")
            meaning = ""
        if len(f"{name} = {value}") > WIDTH:
            rows = [
                f"\n{INDENT} ".join(textwrap.wrap(_text(row), WIDTH - len(INDENT) - 2))
                for row in part.values[parameter.name]
            ]
            value = "\n".join(_wrapped("(", rows, ")", room=WIDTH))
        lines.append(f"{name} = {value}" + (f"  # {meaning}" if meaning else ""))
    return "\n".join(lines)


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_text, value))}{',' if len(value) == 1 else ''})"
    return decimal(round(value, DIGITS) if isinstance(value, float) else value)


def _add(part: Part, function: str, colour: Colour) -> str:
    """The statement that adds the part to the assembly."""
    call = _wrapped(f"{function}(", list(part.constants.values()), "),", len(INDENT))
    lines = [*call, f'name="{part.name}",', "color=cq.Color({:.3f}, {:.3f}, {:.3f}),"]
    text = "\n".join(["assembly.add(", *(INDENT + line for line in lines), ")"])
    return text.format(*(channel / 255 for channel in colour))


def _wrapped(head: str, arguments: Sequence[str], tail: str, room: int = 0) -> list[str]:
    """A call on one line, or with a line per argument where that is too long."""
    line = head + ", ".join(arguments) + tail
    if len(line) + room <= WIDTH:
        return [line]
    return [head, *(f"{INDENT}{argument}," for argument in arguments), tail]


def _function_name(template: Template, number: int, known: Mapping[str, str]) -> str:
    name = template.name.lower()
    if name in helpers() or name in _RESERVED:
        name = f"{name}_part"
    taken = set(known.values())
    wanted, k = name, 2
    while name in taken:
        name, k = f"{wanted}_{k}", k + 1
    return name


def _function(part: Part) -> str:
    """The definition of the function `part` that makes the part."""
    names = [identifier(p.name) for p in part.used]
    doc = " ".join(part.template.doc.split())
    unpack, leaves, taken = _unpacked(part, {*_RESERVED, *helpers(), *names})
    tables = {n: part.values[p.name] for n, p in zip(names, part.used, strict=True)}
    rows = {name: len(table) for name, table in tables.items() if isinstance(table, tuple)}
    body = Body(taken, leaves, rows)
    heading = textwrap.wrap(f'"""{doc}"""', WIDTH - 4)
    lines = [*heading, *unpack, *body.lines(part.statements, _placement(part.template))]
    signature = _wrapped("def part(", names, "):", room=len(part.template.name))
    return "\n".join([*signature, *(f"    {line}" for line in lines)])


def _unpacked(
    part: Part, reserved: set[str]
) -> tuple[list[str], dict[tuple[Any, ...], str], set[str]]:
    """Lines like `wide, thick = thickness`, the name of each number, all names taken."""
    labels: dict[tuple[Any, ...], str | None] = {}
    for e in _expressions(part.statements):
        if e.op == "item" and len(e.args) == 2:
            labels[e.args] = labels.get(e.args) or e.label
    lines: list[str] = []
    leaves: dict[tuple[Any, ...], str] = {}
    taken = set(reserved)
    for parameter in part.used:
        name = identifier(parameter.name)
        paths = [(name, k) for k in range(len(parameter.kinds))]
        wanted = [labels.get(path) for path in paths]
        used = [label for path, label in zip(paths, wanted, strict=True) if path in labels]
        if parameter.length < 2 or not used or None in used or len({*used}) < len(used):
            continue
        if taken & {*used}:
            continue
        taken |= {label for label in used if label}
        names = [label or "_" for label in wanted][: len(part.values[parameter.name])]
        lines.append(f"{', '.join(names)} = {name}")
        leaves |= {path: label for path, label in zip(paths, wanted, strict=True) if label}
    return lines, leaves, taken


def _placement(template: Template) -> str:
    """The calls that put the part where its position and rotation say."""
    move = ".moved(*position)"
    if template.order == "xyz":
        if not template.offset_first:
            return ".moved(*position, *rotation)"
        return f"{move}.moved(0, 0, 0, *rotation)"
    turns = "".join(f".moved(r{axis}=rotation[{'xyz'.index(axis)}])" for axis in template.order)
    return move + turns if template.offset_first else turns + move
