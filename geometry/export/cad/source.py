"""Solids as lines of Python: the body of the function that makes one part."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from geometry.export.cad.expression import COMPUTE, Expression
from geometry.export.cad.formulas import COMPARE, Formulas, decimal
from geometry.export.cad.loops import Loop, Statement
from geometry.export.cad.simplify import simplified

WIDTH = 100
INDENT = "    "
#: A formula of so many operations gets a name where the template names it, or where it recurs.
NAMED, RECURRING, LONG = 1, 3, 9


def shorter(statement: Statement, known: dict[int, Expression]) -> Statement:
    """The statement with its formulas simplified and moves by nothing left out."""
    if isinstance(statement, Loop):
        body = tuple(shorter(s, known) for s in statement.body)
        return Loop(statement.variables, statement.values, body)
    result = simplified(statement, known)
    if not result.op.startswith("moved "):
        return result
    shape, *numbers = result.args
    shape = shorter(shape, known)
    kept = [
        (name, value)
        for name, value in zip(result.op.split()[1:], numbers, strict=True)
        if not (value.op == "number" and value.args[0] == 0)
    ]
    if not kept:
        return shape
    names, values = zip(*kept, strict=True)
    return Expression(f"moved {' '.join(names)}", (shape, *values))


class Body:
    """Writes the statements of one function."""

    def __init__(
        self,
        reserved: set[str],
        leaves: Mapping[tuple[str | int, ...], str],
        rows: Mapping[str, int],
    ) -> None:
        """reserved: names that are taken. leaves: the names of numbers that are unpacked.

        rows: how many there are in each table.
        """
        self.table_rows = rows
        self.taken = set(reserved)
        self.formulas = Formulas(leaves)
        self.written: set[int] = set()
        self.scopes: dict[int, frozenset[int]] = {}

    def lines(self, statements: Sequence[Statement], place: str) -> Iterator[str]:
        """The statements and the return of their union, moved by the calls in `place`."""
        self._choose_names(statements)
        if len(statements) == 1 and isinstance(statements[0], Expression):
            yield from self._locals(statements[0], frozenset())
            yield from self._shape(statements[0], "", 1, "return ", place)
            return
        if any(isinstance(s, Loop) for s in statements):
            yield "solids = []"
            yield from self._block(statements, frozenset())
        else:
            for statement in statements:
                yield from self._locals(statement, frozenset())
            yield "solids = ["
            for statement in statements:
                assert isinstance(statement, Expression)
                yield from (INDENT + line for line in self._shape(statement, ",", 2))
            yield "]"
        if len(place) < len(".moved(*position).moved(0, 0, 0, *rotation)  "):
            yield f"return union(*solids){place}"
        else:
            yield from ("whole = union(*solids)", f"return whole{place}")

    def _block(
        self, statements: Sequence[Statement], inside: frozenset[int], depth: int = 1
    ) -> Iterator[str]:
        for statement in statements:
            yield from self._locals(statement, inside)
            if isinstance(statement, Expression):
                yield from self._shape(statement, "", depth, "solids.append(", ")")
                continue
            yield self._head(statement)
            within = inside | {v.key for v in statement.variables}
            names = [
                self.formulas.names.get(v.key) or self.formulas.rows[v.key]
                for v in statement.variables
            ]
            yield from (INDENT + line for line in self._block(statement.body, within, depth + 1))
            self.taken.difference_update(names)  # free for the next loop

    # -- names ---------------------------------------------------------------------------------

    def name(self, wanted: str) -> str:
        """The wanted name, or one like it that is free."""
        free = wanted
        numbers = count(2)
        while free in self.taken or keyword.iskeyword(free):
            free = f"{wanted}_{next(numbers)}"
        self.taken.add(free)
        return free

    def _choose_names(self, statements: Sequence[Statement]) -> None:
        """Names for the formulas that the template names and for those that recur."""
        uses: dict[int, int] = {}
        order: list[tuple[Expression, str]] = []

        def visit(expression: Expression, hint: str) -> None:
            uses[expression.key] = uses.get(expression.key, 0) + 1
            if uses[expression.key] > 1:
                return
            hints = _hints(expression, hint)
            for argument, hint_inside in zip(expression.args, hints, strict=False):
                if isinstance(argument, Expression):
                    visit(argument, hint_inside)
            order.append((expression, hint))

        def walk(statement: Statement) -> None:
            if isinstance(statement, Loop):
                for inner in statement.body:
                    walk(inner)
            else:
                visit(statement, "size")

        for statement in statements:
            walk(statement)
        names, sizes = self.formulas.names, dict[int, int]()
        for e, hint in order:
            operands = [a for a in e.args if isinstance(a, Expression)]
            inner = sum(0 if a.key in names else sizes[a.key] for a in operands)
            sizes[e.key] = inner + (e.op in COMPUTE)
            if e.op not in COMPUTE or e.op == "neg" or e.op in COMPARE:
                continue
            often, size = uses[e.key] > 1, sizes[e.key]
            if (e.label and ((often and size >= NAMED) or size >= LONG // 2)) or (
                (often and size >= RECURRING) or size >= LONG
            ):
                names[e.key] = self.name(e.label or hint)

    def _locals(self, statement: Statement, inside: frozenset[int]) -> Iterator[str]:
        """Assignments that the statement needs, of formulas with the loop variables in `inside`."""
        if isinstance(statement, Loop):
            for inner in statement.body:
                yield from self._locals(inner, inside)
            return
        for argument in statement.args:
            if isinstance(argument, Expression):
                yield from self._locals(argument, inside)
        key = statement.key
        if key in self.formulas.names and statement.op in COMPUTE and key not in self.written:
            if not self._scope(statement) <= inside:
                return
            self.written.add(key)
            name = self.formulas.names.pop(key)
            text, pieces = self.formulas.text(statement), self.formulas.pieces(statement)
            self.formulas.names[key] = name
            yield from _bracketed(
                f"{name} = ", text, pieces, WIDTH - len(INDENT) * (len(inside) + 1)
            )

    def _scope(self, expression: Expression) -> frozenset[int]:
        """The loop variables in the formula."""
        if expression.op == "variable":
            return frozenset({expression.key})
        if expression.key not in self.scopes:
            inner = [self._scope(a) for a in expression.args if isinstance(a, Expression)]
            self.scopes[expression.key] = frozenset().union(*inner)
        return self.scopes[expression.key]

    # -- loops ---------------------------------------------------------------------------------

    def _head(self, loop: Loop) -> str:
        """The line `for … in …:`; names the loop's variables."""
        if len(loop.variables) > 1:
            columns = zip(loop.variables, zip(*loop.values, strict=True), strict=True)
            names = [self._variable(variable, column) for variable, column in columns]
            rows = ", ".join(f"({', '.join(map(decimal, row))})" for row in loop.values)
            return f"for {', '.join(names)} in ({rows}):"
        variable, values = loop.variables[0], [row[0] for row in loop.values]
        table = _table(variable, loop)
        first, last = values[0], values[-1]
        steady = all(isinstance(v, int) for v in values) and values == list(
            range(int(first), int(last) + 1)
        )
        if table and steady:
            name = self.name(table.removesuffix("_params").removesuffix("s") or "row")
            self.formulas.rows[variable.key] = name
            whole = first == 0 and last + 1 == self.table_rows[table]
            part = "" if whole else f"[{first}:{last + 1}]"
            return f"for {name} in {table}{part}:"
        name = self._variable(variable, tuple(values))
        if steady and len(values) > 2:
            return f"for {name} in range({first}, {last + 1}):".replace("(0, ", "(")
        return f"for {name} in ({', '.join(map(decimal, values))}):"

    def _variable(self, variable: Expression, values: tuple[float, ...]) -> str:
        if set(values) <= {-1, 0, 1} and min(values) < 0:
            wanted = "side"
        else:
            wanted = "k" if all(isinstance(v, int) for v in values) else "number"
        self.formulas.names[variable.key] = self.name(wanted)
        return self.formulas.names[variable.key]

    # -- text ----------------------------------------------------------------------------------

    def _shape(
        self, shape: Expression, end: str, depth: int, head: str = "", tail: str = ""
    ) -> Iterator[str]:
        """The lines of a call that makes a solid: one, or one per argument if that is too long."""
        room = WIDTH - len(INDENT) * depth
        calls: list[tuple[str, list[str]]] = []
        while shape.op.startswith("moved "):
            calls.insert(0, (".moved", self.formulas.arguments(shape)))
            shape = shape.args[0]
        calls.insert(0, (shape.op.split()[1], self.formulas.arguments(shape)))
        texts = [f"{function}({', '.join(arguments)})" for function, arguments in calls]
        line, close = head, tail + end
        for (function, arguments), text, following in zip(
            calls, texts, [*texts[1:], ""], strict=True
        ):
            rest = len(".moved(" if following else close)
            if len(line) + len(text) + rest <= room:
                line += text
                continue
            yield line + function + "("
            yield from (f"{INDENT}{argument}," for argument in arguments)
            line = ")"
        yield line + close


def _bracketed(head: str, text: str, pieces: list[str], room: int) -> list[str]:
    """An assignment, over several lines if it is too long for one."""
    if len(head) + len(text) <= room or len(pieces) == 1:
        return [head + text]
    return [f"{head}(", *(INDENT + piece for piece in pieces), ")"]


def _hints(e: Expression, hint: str) -> list[str]:
    """What each operand might be called: by the place that it decides, or as the whole."""
    if e.op.startswith("moved "):
        places = e.op.split()[1:]
        return ["size", *(p if len(p) == 1 else "angle" for p in places)]
    if e.op in ("sind", "cosd"):
        return ["angle"]
    if e.op in ("asind", "atand", "atan2d"):
        return ["length"] * len(e.args)
    return [hint] * len(e.args)


def _table(variable: Expression, statement: Statement) -> str | None:
    """The parameter of which the variable counts rows, if it does nothing else."""
    found: set[str] = set()

    def visit(e: Expression, seen: set[int]) -> None:
        if e.key in seen:
            return
        seen.add(e.key)
        if e.key == variable.key:
            found.add("")
        elif e.op == "item" and _index(e) == variable.key:
            found.add(e.args[0])
        else:
            for argument in e.args:
                if isinstance(argument, Expression):
                    visit(argument, seen)

    def walk(s: Statement) -> None:
        if isinstance(s, Loop):
            for inner in s.body:
                walk(inner)
        else:
            visit(s, set())

    walk(statement)
    return found.pop() if len(found) == 1 and "" not in found else None


def _index(item: Expression) -> int | None:
    """The key of the formula that chooses the row of a table, where one does."""
    row = item.args[1] if len(item.args) == 3 else None
    return row.key if isinstance(row, Expression) else None
