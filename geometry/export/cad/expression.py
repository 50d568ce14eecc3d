"""Numbers that remember their formula: what template functions compute with to become source code.

`geometry.maths` takes them as it takes tensors; numpy's functions find their way here by numpy's
own protocols. Nothing is simplified on the way: repeated formulas stay comparable.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

DEGREE = math.pi / 180

#: How each operation is computed; conditions are 0 or 1 only where a number is asked for.
COMPUTE: dict[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
    "neg": lambda a: -a,
    "abs": abs,
    "min": min,
    "max": max,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "not": lambda a: not a,
    "where": lambda condition, a, b: a if condition else b,
    "sind": lambda a: math.sin(a * DEGREE),
    "cosd": lambda a: math.cos(a * DEGREE),
    "asind": lambda a: math.asin(min(1.0, max(-1.0, a))) / DEGREE,
    "atand": lambda a: math.atan(a) / DEGREE,
    "atan2d": lambda a, b: math.atan2(a, b) / DEGREE,
    "sqrt": lambda a: math.sqrt(max(a, 0.0)),
    "sign": lambda a: (a > 0) - (a < 0),
}
_UFUNCS: dict[Any, str] = {
    np.add: "+",
    np.subtract: "-",
    np.multiply: "*",
    np.divide: "/",
    np.power: "**",
    np.negative: "neg",
    np.absolute: "abs",
    np.minimum: "min",
    np.maximum: "max",
    np.greater: ">",
    np.greater_equal: ">=",
    np.less: "<",
    np.less_equal: "<=",
    np.equal: "==",
    np.not_equal: "!=",
    np.logical_and: "and",
    np.logical_or: "or",
    np.logical_not: "not",
    np.sign: "sign",
    np.sqrt: "sqrt",
}
_OF_RADIANS = {np.sin: "sind", np.cos: "cosd"}
_TO_RADIANS = {np.arcsin: "asind", np.arctan: "atand", np.arctan2: "atan2d"}


class Expression:
    """An operation and what it is applied to.

    op: a key of COMPUTE, or "number" (args: it), "item" (args: a parameter's name, then indices),
        "variable" (args: its number); elsewhere in this package also calls that make solids.
    value: the number that it is for the numbers at hand; NaN where there is none.
    label: the name that the template function gives it by `geometry.maths.label`, if any.
    key: equal for equal formulas.
    """

    __slots__ = ("args", "key", "label", "op", "value")

    def __init__(self, op: str, args: tuple[Any, ...], value: Any = math.nan) -> None:
        self.op, self.args, self.value = op, args, value
        self.label: str | None = None
        self.key: int = hash((op, *map(_hashed, args)))

    def __bool__(self) -> bool:
        raise TypeError("a template may not decide by a length or an angle: use geometry.maths")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__" or options:
            return NotImplemented
        if ufunc in _OF_RADIANS:
            return apply(_OF_RADIANS[ufunc], inputs[0] / DEGREE)
        if ufunc in _TO_RADIANS:
            return apply(_TO_RADIANS[ufunc], *inputs) * DEGREE
        return apply(_UFUNCS[ufunc], *inputs) if ufunc in _UFUNCS else NotImplemented

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        if function is np.where:
            return apply("where", *args)
        if function is np.clip:
            return args[0]  # geometry.maths clips to where a function is defined; so do ours
        return NotImplemented

    def __truediv__(self, other: Any) -> Expression:
        back = isinstance(other, float) and other == DEGREE and self.op == "*"
        if back and self.args[1].op == "number" and self.args[1].value == DEGREE:
            inner: Expression = self.args[0]
            return inner  # degrees made radians and degrees again
        return apply("/", self, other)

    def __add__(self, other: Any) -> Expression:
        return apply("+", self, other)

    def __radd__(self, other: Any) -> Expression:
        return apply("+", other, self)

    def __sub__(self, other: Any) -> Expression:
        return apply("-", self, other)

    def __rsub__(self, other: Any) -> Expression:
        return apply("-", other, self)

    def __mul__(self, other: Any) -> Expression:
        return apply("*", self, other)

    def __rmul__(self, other: Any) -> Expression:
        return apply("*", other, self)

    def __rtruediv__(self, other: Any) -> Expression:
        return apply("/", other, self)

    def __pow__(self, other: Any) -> Expression:
        return apply("**", self, other)

    def __rpow__(self, other: Any) -> Expression:
        return apply("**", other, self)

    def __neg__(self) -> Expression:
        return apply("neg", self)

    def __pos__(self) -> Expression:
        return self

    def __abs__(self) -> Expression:
        return apply("abs", self)

    def __gt__(self, other: Any) -> Expression:
        return apply(">", self, other)

    def __ge__(self, other: Any) -> Expression:
        return apply(">=", self, other)

    def __lt__(self, other: Any) -> Expression:
        return apply("<", self, other)

    def __le__(self, other: Any) -> Expression:
        return apply("<=", self, other)

    def __eq__(self, other: Any) -> Expression:  # type: ignore[override]
        return apply("==", self, other)

    def __ne__(self, other: Any) -> Expression:  # type: ignore[override]
        return apply("!=", self, other)

    def __and__(self, other: Any) -> Expression:
        return apply("and", self, other)

    def __or__(self, other: Any) -> Expression:
        return apply("or", self, other)

    def __rand__(self, other: Any) -> Expression:
        return apply("and", other, self)

    def __ror__(self, other: Any) -> Expression:
        return apply("or", other, self)

    def __invert__(self) -> Expression:
        return apply("not", self)

    def __hash__(self) -> int:
        return self.key


def _hashed(argument: Any) -> Any:
    """What a key is made of: Python gives -1 the hash of -2."""
    if isinstance(argument, Expression):
        return argument.key
    return "-1" if argument == -1 else argument


def number(value: float) -> Expression:
    plain = value if isinstance(value, (bool, int)) else float(value)
    return Expression("number", (plain,), plain)


def lift(value: Any) -> Expression:
    """The value as an expression; a tuple as one of them."""
    if isinstance(value, Expression):
        return value
    if isinstance(value, tuple):
        return Expression("tuple", tuple(lift(entry) for entry in value))
    return number(value)


def apply(op: str, *operands: Any) -> Expression:
    """The operation on these operands, none of them worked out."""
    args = tuple(lift(operand) for operand in operands)
    try:
        value = COMPUTE[op](*(a.value for a in args))
    except (ZeroDivisionError, OverflowError, ValueError):
        value = math.nan
    return Expression(op, args, value)
