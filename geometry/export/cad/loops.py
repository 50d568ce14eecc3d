"""Repeated solids as loops: runs of formulas that differ in a constant or in the row of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from geometry.export.cad.expression import Expression, apply, number

LONGEST_BODY = 24
MOST_VARIABLES = 2


@dataclass(frozen=True)
class Loop:
    """Statements repeated for each set of values of some variables.

    variables: expressions of op "variable"; values: per repeat, a number for each of them.
    """

    variables: tuple[Expression, ...]
    values: tuple[tuple[float, ...], ...]
    body: tuple[Statement, ...]


Statement = Expression | Loop


class _DifferentError(Exception):
    """Two statements that are not of one form."""


def rolled(statements: Sequence[Expression]) -> list[Statement]:
    """The same solids in the same order, repeats as loops, loops in loops where they repeat."""
    result: list[Statement] = list(statements)
    numbers = count()
    while any(
        _roll(result, length, most, numbers)
        for most in range(1, MOST_VARIABLES + 1)
        for length in range(1, min(LONGEST_BODY, len(result) // 2) + 1)
    ):
        pass  # again from the start: what has become a loop may itself repeat
    return result


def _roll(statements: list[Statement], length: int, most: int, numbers: count[int]) -> bool:
    """Makes loops of all runs of repeats that are `length` statements long; whether there are."""
    start, found = 0, False
    while start + 2 * length <= len(statements):
        loop, end = None, start + 2 * length
        while end <= len(statements):
            runs = [tuple(statements[k : k + length]) for k in range(start, end, length)]
            try:
                longer = _Unifier(numbers).loop(runs, most)
            except _DifferentError:
                break
            loop, end = longer, end + length
        if loop:
            statements[start : end - length] = [loop]
            found = True
        start += 1
    return found


class _Unifier:
    """One formula for several: where they differ stands a variable."""

    def __init__(self, numbers: count[int]) -> None:
        self.numbers = numbers
        self.variables: dict[tuple[float, ...], Expression] = {}
        self.known: dict[tuple[int, ...], Expression] = {}

    def loop(self, runs: Sequence[tuple[Statement, ...]], most: int) -> Loop:
        body = tuple(self.statement(same) for same in zip(*runs, strict=True))
        if not 0 < len(self.variables) <= most:
            raise _DifferentError
        values = tuple(zip(*self.variables, strict=True))
        return Loop(tuple(self.variables.values()), values, body)

    def statement(self, same: tuple[Statement, ...]) -> Statement:
        first = same[0]
        if isinstance(first, Expression):
            expressions = [s for s in same if isinstance(s, Expression)]
            if len(expressions) < len(same):
                raise _DifferentError
            return self.expression(tuple(expressions))
        loops = [s for s in same if isinstance(s, Loop) and s.values == first.values]
        if len(loops) < len(same) or any(len(s.body) != len(first.body) for s in loops):
            raise _DifferentError
        # Each loop has variables of its own; those of the first take their place.
        bodies = [
            tuple(_replaced(s, {v.key: first.variables[k] for k, v in enumerate(loop.variables)})
                  for s in loop.body)
            for loop in loops
        ]  # fmt: skip
        body = tuple(self.statement(together) for together in zip(*bodies, strict=True))
        return Loop(first.variables, first.values, body)

    def expression(self, same: tuple[Expression, ...]) -> Expression:
        first = same[0]
        if all(e.key == first.key for e in same):
            return first
        keys = tuple(e.key for e in same)
        if keys not in self.known:
            self.known[keys] = self._unified(same)
        return self.known[keys]

    def _unified(self, same: tuple[Expression, ...]) -> Expression:
        first = same[0]
        if any(e.op != first.op or len(e.args) != len(first.args) for e in same):
            raise _DifferentError
        if first.op == "number":
            return self.variable(tuple(e.args[0] for e in same))
        if first.op == "variable":
            raise _DifferentError
        if first.op == "item":
            return self.item(same)
        args = tuple(
            self.expression(together) for together in zip(*(e.args for e in same), strict=True)
        )
        result = Expression(first.op, args, first.value)
        labels = {e.label for e in same}
        result.label = first.label if len(labels) == 1 else None
        return result

    def item(self, same: tuple[Expression, ...]) -> Expression:
        """One number of a parameter, in a row that depends on the repeat."""
        path = list(same[0].args)
        for position, indices in enumerate(zip(*(e.args for e in same), strict=True)):
            if len({i.key if isinstance(i, Expression) else i for i in indices}) == 1:
                continue
            if position != 1 or len(path) < 3 or any(isinstance(i, Expression) for i in indices):
                raise _DifferentError
            path[position] = self.variable(indices)
        return Expression("item", tuple(path), same[0].value)

    def variable(self, values: tuple[float, ...]) -> Expression:
        """A variable with these values, or one that there is with another sign or an addition."""
        for known, variable in self.variables.items():
            if known == values:
                return variable
            if known == tuple(-v for v in values):
                return apply("neg", variable)
            steps = {a - b for a, b in zip(values, known, strict=True)}
            if len(steps) == 1 and all(isinstance(v, int) for v in (*values, *known)):
                return apply("+", variable, number(steps.pop()))
        variable = Expression("variable", (next(self.numbers),), values[0])
        self.variables[values] = variable
        return variable


def _replaced(statement: Statement, by_key: dict[int, Expression]) -> Statement:
    if isinstance(statement, Loop):
        body = tuple(_replaced(s, by_key) for s in statement.body)
        return Loop(statement.variables, statement.values, body)
    return _with(statement, by_key, {})


def _with(
    expression: Expression, by_key: dict[int, Expression], known: dict[int, Expression]
) -> Expression:
    if expression.key in by_key:
        return by_key[expression.key]
    if expression.key not in known:
        args = tuple(
            _with(a, by_key, known) if isinstance(a, Expression) else a for a in expression.args
        )
        changed = any(a is not b for a, b in zip(args, expression.args, strict=True))
        new = Expression(expression.op, args, expression.value) if changed else expression
        new.label = expression.label
        known[expression.key] = new
    return known[expression.key]
