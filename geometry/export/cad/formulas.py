"""Formulas as Python text."""

from __future__ import annotations

from collections.abc import Mapping

from geometry.export.cad.expression import Expression

_BINDING = {"+": 5, "-": 5, "*": 6, "/": 6, "neg": 7, "**": 8, "not": 3, "and": 2, "or": 1}
COMPARE = {">", ">=", "<", "<=", "==", "!="}
_FUNCTIONS = {"abs", "min", "max", "sind", "cosd", "asind", "atand", "atan2d", "sqrt", "sign"}


def decimal(value: float) -> str:
    """A number as short as its first ten digits allow."""
    if isinstance(value, bool):
        return str(value)
    for square in (2, 3):
        if abs(value) > 1 and abs(value * value - square) < 1e-12:
            return f"{'-' * (value < 0)}{square}**0.5"
    return f"{int(value)}" if value == int(value) and abs(value) < 1e15 else f"{value:.10g}"


class Formulas:
    """Writes formulas, names in place of those that have one.

    leaves: the names of numbers that are unpacked from a parameter.
    """

    def __init__(self, leaves: Mapping[tuple[str | int, ...], str]) -> None:
        self.leaves = leaves
        self.names: dict[int, str] = {}  # variables and formulas with a name, by key
        self.rows: dict[int, str] = {}  # loop variables that stand for a row of a table

    def arguments(self, shape: Expression) -> list[str]:
        if shape.op.startswith("moved "):
            names, values = shape.op.split()[1:], shape.args[1:]
        else:
            names, values = shape.op.split()[2:], shape.args
        texts = [self.text(v) for v in values]
        return [t if n == "-" else f"{n}={t}" for n, t in zip(names, texts, strict=True)]

    def text(self, e: Expression, binding: int = 0) -> str:
        """The formula; in parentheses where what is around it binds more tightly."""
        if e.key in self.names:
            return self.names[e.key]
        op = e.op
        if op == "number":
            text = decimal(e.args[0])
            return f"({text})" if binding > 7 and text.startswith("-") else text
        if op == "item":
            return self._item(e)
        if op == "tuple":
            return f"({', '.join(self.text(a) for a in e.args)})"
        if op.startswith("moved "):
            return f"{self.text(e.args[0])}.moved({', '.join(self.arguments(e))})"
        if op.startswith("call "):
            return f"{op.split()[1]}({', '.join(self.arguments(e))})"
        if op in _FUNCTIONS:
            return f"{op}({', '.join(self.text(a) for a in self._operands(e))})"
        if op == "where":
            condition, a, b = e.args
            text, own = f"{self.text(a, 1)} if {self.text(condition, 1)} else {self.text(b, 1)}", 0
        elif op == "neg":
            text, own = f"-{self.text(e.args[0], 6)}", 6
        elif op == "not":
            text, own = f"not {self.text(e.args[0], 3)}", 3
        else:
            own = 4 if op in COMPARE else _BINDING[op]
            # a - (b + c), a / (b * c) and comparisons need the parentheses, a + (b + c) does not
            left = own + (op in COMPARE or op == "**")
            right = own + (op in "-/" or op in COMPARE)
            text = f"{self.text(e.args[0], left)} {op} {self.text(e.args[1], right)}"
        return f"({text})" if own < binding else text

    def pieces(self, e: Expression) -> list[str]:
        """The formula's text in pieces that may stand on lines of their own, within parentheses."""
        if e.op in ("+", "-", "and", "or"):
            left, right = e.args
            named = left.key in self.names or left.op not in (
                ("+", "-") if e.op in "+-" else (e.op,)
            )
            binding = _BINDING[e.op]
            first = [self.text(left, binding)] if named else self.pieces(left)
            return [*first, f"{e.op} {self.text(right, binding + (e.op == '-'))}"]
        if e.op == "where":
            condition, a, b = e.args
            rest = [f"else {self.text(b, 1)}"]
            if b.op == "where" and b.key not in self.names:
                rest = self.pieces(b)
                rest[0] = f"else {rest[0]}"
            return [self.text(a, 1), f"if {self.text(condition, 1)}", *rest]
        return [self.text(e)]

    def _operands(self, e: Expression) -> list[Expression]:
        """Of min(min(a, b), c): a, b, c."""
        result: list[Expression] = []
        for a in e.args:
            nested = e.op in ("min", "max") and a.op == e.op and a.key not in self.names
            result += self._operands(a) if nested else [a]
        return result

    def _item(self, e: Expression) -> str:
        name, *path = e.args
        if (name, *path) in self.leaves:
            return self.leaves[(name, *path)]
        text = str(name)
        for index in path:
            if isinstance(index, Expression) and index.key in self.rows:
                text = self.rows[index.key]
            else:
                text += f"[{self.text(index) if isinstance(index, Expression) else index}]"
        return text
