"""Formulas without what says nothing: no `x + 0`, no `1 * x`, constants and signs together."""

from __future__ import annotations

from collections.abc import Callable

from geometry.export.cad.expression import COMPUTE, Expression, apply, number


def simplified(expression: Expression, known: dict[int, Expression]) -> Expression:
    """The same formula, shorter; a label stays with what its formula became.

    known: results by key, so that equal formulas become one object.
    """
    if expression.key not in known:
        args = [simplified(a, known) if isinstance(a, Expression) else a for a in expression.args]
        op = expression.op
        result = make(op, *args) if op in COMPUTE else Expression(op, tuple(args), expression.value)
        known[expression.key] = known.setdefault(result.key, result)
    result = known[expression.key]
    if expression.label and not result.label and result.op != "number":
        result.label = expression.label
    return result


def make(op: str, *args: Expression) -> Expression:
    """An operation on simplified operands, simplified."""
    if all(a.op == "number" for a in args):
        folded = apply(op, *args).value
        if folded == folded:
            return number(folded)
    found = _RULES[op](*args) if op in _RULES else None
    return apply(op, *args) if found is None else found


def is_number(expression: Expression, value: float) -> bool:
    return expression.op == "number" and expression.args[0] == value


def _negated(a: Expression) -> Expression | None:
    """b where a is -b; a difference with a name of its own is not turned round."""
    if a.op == "neg":
        inner: Expression = a.args[0]
        return inner
    if a.op == "number" and a.args[0] < 0:
        return number(-a.args[0])
    if a.op in "*/" and (left := _negated(a.args[0])) is not None and not a.label:
        return make(a.op, left, a.args[1])
    return None


def _add(a: Expression, b: Expression) -> Expression | None:
    if is_number(a, 0):
        return b
    if is_number(b, 0):
        return a
    if (positive := _negated(b)) is not None:
        return make("-", a, positive)
    if (positive := _negated(a)) is not None:
        return make("-", b, positive)
    return None


def _subtract(a: Expression, b: Expression) -> Expression | None:
    if is_number(b, 0):
        return a
    if is_number(a, 0):
        return make("neg", b)
    if a.key == b.key:
        return number(0)
    if a.op == "+" and b.key in (a.args[0].key, a.args[1].key):
        return a.args[1] if a.args[0].key == b.key else a.args[0]
    if (positive := _negated(b)) is not None:
        return make("+", a, positive)
    return None


def _multiply(a: Expression, b: Expression) -> Expression | None:
    if is_number(a, 0) or is_number(b, 0):
        return number(0)
    if is_number(a, 1):
        return b
    if is_number(b, 1):
        return a
    if (positive := _negated(a)) is not None:
        return make("neg", make("*", positive, b))
    if (positive := _negated(b)) is not None:
        return make("neg", make("*", a, positive))
    if b.op == "number":
        return make("*", b, a)
    if a.op == "number" and b.op == "*" and b.args[0].op == "number":
        return make("*", number(a.value * b.args[0].value), b.args[1])
    if a.op == "number" and b.op == "/" and b.args[1].op == "number" and not b.label:
        fraction = a.value / b.args[1].value
        whole = fraction == int(fraction)
        return make("*", number(fraction), b.args[0]) if whole else None
    return None


def _divide(a: Expression, b: Expression) -> Expression | None:
    if is_number(a, 0):
        return number(0)
    if is_number(b, 1):
        return a
    if (positive := _negated(a)) is not None:
        return make("neg", make("/", positive, b))
    if (positive := _negated(b)) is not None:
        return make("neg", make("/", a, positive))
    if b.op == "number" and a.op == "/" and a.args[1].op == "number" and not a.label:
        return make("/", a.args[0], number(a.args[1].value * b.value))
    if b.op == "number" and a.op == "*" and a.args[0].op == "number":
        fraction = a.args[0].value / b.value
        return make("*", number(fraction), a.args[1]) if fraction == int(fraction) else None
    return None


def _negate(a: Expression) -> Expression | None:
    if (positive := _negated(a)) is not None:
        return positive
    if a.op == "-" and not a.label:
        return make("-", a.args[1], a.args[0])
    return None


def _where(condition: Expression, a: Expression, b: Expression) -> Expression | None:
    if condition.op == "number":
        return a if condition.value else b
    if a.key == b.key:
        return a
    return None


def _quotient(condition: Expression, a: Expression, b: Expression) -> Expression | None:
    """`where`, and within the second branch what the same condition has decided already."""
    if b.op == "/" and b.args[1].op == "where" and b.args[1].args[0].key == condition.key:
        return make("where", condition, a, make("/", b.args[0], b.args[1].args[2]))
    return _where(condition, a, b)


def _even(op: str) -> Callable[[Expression], Expression | None]:
    """abs and cos do not see a sign."""

    def rule(a: Expression) -> Expression | None:
        positive = _negated(a)
        return None if positive is None else make(op, positive)

    return rule


def _odd(op: str) -> Callable[[Expression], Expression | None]:
    def rule(a: Expression) -> Expression | None:
        positive = _negated(a)
        return None if positive is None else make("neg", make(op, positive))

    return rule


_RULES: dict[str, Callable[..., Expression | None]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "neg": _negate,
    "where": _quotient,
    "abs": _even("abs"),
    "cosd": _even("cosd"),
    "sind": _odd("sind"),
    "atand": _odd("atand"),
}
