"""The parameters of templates: what numbers each takes, checked numbers, and calls with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geometry.errors import CodeError
from geometry.maths import is_float
from geometry.schema.kinds import Kind, Values

#: No everyday object, in object-space units or degrees, has a larger number.
LARGEST = 1e5
#: Nor more repeats of one thing; a template may clamp further.
MOST = 1000
#: Smaller numbers count as 0: formulas divide by them, and what is left overflows.
SMALLEST = 1e-30


@dataclass(frozen=True)
class Parameter:
    """One parameter of a template and what its numbers are."""

    name: str
    values: Values
    meaning: str = ""

    @property
    def length(self) -> int:
        return self.values.length

    @property
    def shortest(self) -> int:
        return self.values.shortest

    @property
    def kept(self) -> int:
        return self.values.kept

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return self.values.kinds

    def active(self, before: Mapping[str, Sequence[float]], count: float | None = None) -> int:
        """How many leading numbers mean something; the rest is padding.

        before: the parameters already known (the counter of a block array among them).
        count: the leading count of a block array, where it has one and it is known.
        """
        rule = self.values
        if not rule.block:
            return self.length
        if rule.counter is not None:
            count = before[rule.counter][0]
        blocks = min(max(round(count or 0) + rule.more, 0), rule.most_blocks)
        return rule.lead + blocks * rule.block


def short(value: Any) -> str:
    """At most 60 characters that show a value of any kind, in errors."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # too many digits, too deep
        text = f"a very large {type(value).__name__}"
    return text if len(text) <= 60 else text[:57] + "..."


def expected(parameter: Parameter) -> str:
    rule = parameter.values
    if rule.shortest != rule.length:
        return f"{rule.shortest} to {rule.length} numbers"
    return "1 number" if rule.length == 1 else f"{rule.length} numbers"


def numbers_in(value: Any, where: str) -> list[Any]:
    """A flat list of numbers that are finite and of an object's size (tensors pass)."""
    if type(value) is not list:
        if is_float(value) or (hasattr(value, "requires_grad") and value.ndim <= 1):
            value = [value]
        elif isinstance(value, np.ndarray):
            value = value.tolist()
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise CodeError(where, short(value), "a list of numbers")
    tiny = False
    for index, number in enumerate(value):
        if type(number) is float and -LARGEST <= number <= LARGEST:
            tiny = tiny or (-SMALLEST < number < SMALLEST and number != 0)
            continue
        if _is_batch(number):
            continue
        spot = f"{where}[{index}]"
        if isinstance(number, bool) or not is_float(number):
            raise CodeError(spot, short(number), "a number")
        if not abs(number) <= LARGEST:  # NaN is not either
            raise CodeError(spot, short(number), f"a finite number of at most {LARGEST:g}")
    if tiny:
        return [0.0 if is_float(n) and abs(n) < SMALLEST else n for n in value]
    return list(value)


def _is_batch(number: Any) -> bool:
    """Whether it stands for the numbers of several objects, or for one with a gradient."""
    if isinstance(number, np.ndarray):
        return number.ndim == 1 and number.dtype.kind == "f"
    return hasattr(number, "requires_grad")


def checked_numbers(
    parameter: Parameter, numbers: list[Any], before: Mapping[str, Any], where: str
) -> list[Any]:
    rule = parameter.values
    for index in rule.counts:
        number = numbers[index] if index < len(numbers) else 0
        if is_float(number) and not -0.5 <= number <= MOST:
            raise CodeError(f"{where}[{index}]", short(number), f"a count from 0 to {MOST}")
    if rule.block:
        lead = numbers[0] if rule.lead and numbers else None
        needed = parameter.active(before, lead)
        if max(needed, rule.lead) <= len(numbers) <= rule.length:
            return numbers + [0.0] * (rule.length - len(numbers))
        valid = f"{needed} to {rule.length} numbers for the stated count"
        raise CodeError(where, f"{len(numbers)} numbers", valid)
    if not rule.shortest <= len(numbers) <= rule.length:
        raise CodeError(where, f"{len(numbers)} numbers", expected(parameter))
    filled = [numbers[-1]] * (rule.kept - len(numbers)) if numbers else []
    return (numbers + filled)[: rule.kept]


def argument(parameter: Parameter, numbers: list[Any], known: Mapping[str, Any]) -> Any:
    """What the template function receives: a scalar, a tuple, or a tuple of active blocks."""
    rule = parameter.values
    typed = [_typed(kind, number) for kind, number in zip(rule.kinds, numbers, strict=False)]
    if rule.block:
        end = parameter.active(known, numbers[0] if rule.lead else None)
        return tuple(
            tuple(typed[start : start + rule.block]) for start in range(rule.lead, end, rule.block)
        )
    return typed[0] if rule.length == 1 else tuple(typed)


def _typed(kind: Kind, number: Any) -> Any:
    if type(number) is float and kind not in ("count", "flag"):
        return number
    if kind == "count":
        return round(_plain(number))
    if kind == "flag":
        return round(_plain(number)) != 0
    return float(number) if is_float(number) else number


def _plain(number: Any) -> float:
    """Counts choose the structure, so a batch must agree on them."""
    if is_float(number):
        return float(number)
    if float(number.min()) != float(number.max()):
        raise CodeError("a batch of counts", "different values", "one count for the whole batch")
    return float(number.min())
