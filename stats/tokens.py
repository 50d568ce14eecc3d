"""Numbers as tokens 2048 … 3071 and back: single values, arrays, whole codes."""

from __future__ import annotations

import functools
import numbers
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

import geometry
from geometry import json_text
from geometry.errors import CodeError, suggestion
from geometry.schema.parameter import short
from stats import tables
from stats.quantiles import BINS, At, Floats, Quantiles
from stats.tables import Table

FIRST = 2048
LAST = FIRST + BINS - 1
#: Stands for the numbers of a padded array that no block uses.
PADDING = FIRST
LARGEST_FLOAT = sys.float_info.max

Code = dict[str, Any]


@dataclass(frozen=True)
class Statistics:
    """What is known of every number of some categories, and the tokens that follow from it.

    source: what errors call it. known: lists the categories. load: reads one of them (cached).
    padding_counted: whether the zeros that fill up block arrays are part of the statistics, as in
    public checkpoints. Where they are not, padding is PADDING in tokens and 0 in numbers.
    """

    source: str
    known: Callable[[], tuple[str, ...]]
    load: Callable[[str], Table]
    padding_counted: bool = False

    @property
    def categories(self) -> tuple[str, ...]:
        return self.known()

    def number(self, category: str, template: str, parameter: str, index: int) -> Quantiles:
        """The distribution of one number. Raises CodeError for a number without statistics."""
        parameters = self._parameters(category, template)
        where = f"{self.source}, {category}, template {template}, parameter"
        dimensions = parameters[_known(parameter, parameters, where)]
        if not _is_integer(index) or not 0 <= index < len(dimensions):
            valid = f"an index from 0 to {len(dimensions) - 1}"
            raise CodeError(f"{where} {parameter!r}", f"index {index!r}", valid)
        return dimensions[index]

    def edges(self, category: str, template: str, parameter: str, index: int) -> Floats:
        """The 1025 edges of the bins, rising, read-only."""
        return self.number(category, template, parameter, index).edges

    def to_token(
        self, category: str, template: str, parameter: str, index: int, value: float
    ) -> int:
        """The token of a value; beyond the range of the statistics, the first or the last one."""
        number = self.number(category, template, parameter, index)
        _check_finite(value, _spot(category, template, parameter, index))
        return FIRST + number.bin(float(value))

    def from_token(
        self,
        category: str,
        template: str,
        parameter: str,
        index: int,
        token: int,
        at: At = "middle",
    ) -> float:
        """The value that a token stands for: the middle of its bin, or its upper edge."""
        number = self.number(category, template, parameter, index)
        if not _is_integer(token):
            where = _spot(category, template, parameter, index)
            hint = "A token is one whole bin; nothing lies between two of them."
            raise CodeError(
                where, f"token {short(token)}", f"an integer from {FIRST} to {LAST}", hint
            )
        if not FIRST <= token <= LAST:
            where = _spot(category, template, parameter, index)
            hint = "A value in recovered form goes to to_token." if token < FIRST else ""
            raise CodeError(where, f"token {short(token)}", f"{FIRST} to {LAST}", hint)
        return float(number.values(int(token) - FIRST, _checked(at)))

    def encode_many(
        self, category: str, template: str, parameter: str, index: int, values: ArrayLike
    ) -> NDArray[np.int64]:
        """The tokens of an array of finite values, in its shape."""
        array = np.asarray(values, dtype=np.float64)
        if not np.isfinite(array).all():
            where = _spot(category, template, parameter, index)
            raise CodeError(where, "NaN or infinity among the values", "finite numbers")
        return FIRST + self.number(category, template, parameter, index).bins(array)

    def decode_many(
        self,
        category: str,
        template: str,
        parameter: str,
        index: int,
        tokens: ArrayLike,
        at: At = "middle",
    ) -> Floats:
        """The values of an integer array of tokens, in its shape."""
        array = np.asarray(tokens)
        where = _spot(category, template, parameter, index)
        if array.size and not np.issubdtype(array.dtype, np.integer):
            raise CodeError(where, f"tokens of type {array.dtype}", "integers")
        if array.size and not (array.min() >= FIRST and array.max() <= LAST):
            found = f"tokens from {array.min()} to {array.max()}"
            raise CodeError(where, found, f"{FIRST} to {LAST}")
        bins = array.astype(np.int64) - FIRST
        return self.number(category, template, parameter, index).values(bins, _checked(at))

    def encode(self, code: Mapping[str, Any]) -> Code:
        """The token form of a code: every parameter number a token, everything else as it was."""

        def tokens(category: str, template: str, parameters: dict[str, list[Any]]) -> None:
            self._parameters(category, template)
            active = self._active(category, template, parameters)
            for name, row in parameters.items():
                parameters[name] = [
                    self.to_token(category, template, name, index, value)
                    if index < active.get(name, len(row))
                    else PADDING
                    for index, value in enumerate(row)
                ]

        return _rewritten(code, tokens)

    def decode(self, token_code: Mapping[str, Any], at: At = "middle") -> Code:
        """The recovered form of a code in token form."""

        def values(category: str, template: str, parameters: dict[str, list[Any]]) -> None:
            self._parameters(category, template)
            for name, row in parameters.items():
                parameters[name] = [
                    self.from_token(category, template, name, index, token, at)
                    for index, token in enumerate(row)
                ]
            for name, count in self._active(category, template, parameters).items():
                row = parameters[name]
                parameters[name] = row[:count] + [0.0] * (len(row) - count)

        return _rewritten(token_code, values)

    def typical(self, category: str, template: str) -> dict[str, list[float]]:
        """The median of every number of a template; zeros where no block is in use."""
        parameters = {
            name: [float(number.values(BINS // 2)) for number in row]
            for name, row in self._parameters(category, template).items()
        }
        for name, count in self._active(category, template, parameters).items():
            row = parameters[name]
            parameters[name] = row[:count] + [0.0] * (len(row) - count)
        return parameters

    def _parameters(self, category: str, template: str) -> Mapping[str, Sequence[Quantiles]]:
        table = self.load(_known(category, self.categories, f"{self.source}, category"))
        return table[_known(template, table, f"{self.source}, {category}, template")]

    def _active(
        self, category: str, template: str, parameters: Mapping[str, Sequence[float]]
    ) -> dict[str, int]:
        """For each block array, how many of its leading numbers are in use."""
        if self.padding_counted or category not in geometry.categories():
            return {}
        counts: dict[str, int] = {}
        for parameter in geometry.templates(category)[template].parameters:
            name = parameter.values.counter or parameter.name
            if not parameter.values.block or parameter.name not in parameters:
                continue
            where = f"{category}, template {template}, parameter {name!r}"
            if not parameters.get(name):
                hint = f"{parameter.name!r} needs it."
                raise CodeError(where, "nothing", "a count", hint)
            count = parameters[name][0]
            _check_finite(count, f"{where}[0]")
            counts[parameter.name] = parameter.active(parameters, count)
        return counts


def read_checkpoint(path: str | Path) -> Statistics:
    """The statistics file that comes with a public checkpoint (JSON; its form: stats/tables.py).

    Such checkpoints were post-processed with the upper edges: decode with `at="upper"`.
    """
    path = Path(path)
    if path.exists() and not path.is_file():  # a pipe or a device is not opened
        raise CodeError(str(path), "something that is no file", "a readable file")
    try:
        content = json_text.loads(path.read_bytes(), str(path))
    except OSError as error:
        raise CodeError(str(path), error.strerror or "an error", "a readable file") from error
    if not isinstance(content, dict) or not content:
        raise CodeError(str(path), type(content).__name__, "an object of categories")

    @functools.cache
    def load(category: str) -> Table:
        return tables.checkpoint_table(content[category], f"{path.name}, {category}")

    return Statistics(path.name, lambda: tuple(content), load, padding_counted=True)


#: The statistics of our own sampled objects; read category by category when first asked.
SHIPPED = Statistics(
    "statistics", tables.shipped_categories, lambda category: tables.shipped(category).table
)


def _check_finite(value: Any, where: str) -> None:
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
        raise CodeError(where, short(value), "a number")
    size: Any = abs(value)
    if not size <= LARGEST_FLOAT:  # neither is NaN, nor a whole number that is no float
        raise CodeError(where, short(value), "a finite number")


def _is_integer(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _known(name: Any, names: Any, where: str) -> Any:
    if not isinstance(name, str) or name not in names:
        valid = f"one of {', '.join(names)}" if names else "one with statistics, of which none"
        hint = suggestion(name, names) or "Statistics are made by `python -m stats.summarise`."
        raise CodeError(where, short(name), valid, hint)
    return name


def _checked(at: At) -> At:
    if at not in ("middle", "upper"):
        raise CodeError("value of a bin", repr(at), "'middle' or 'upper'")
    return at


def _spot(category: str, template: str, parameter: str, index: int) -> str:
    return f"{category}, template {template}, parameter {parameter!r}[{index}]"


def _rewritten(
    code: Mapping[str, Any], change: Callable[[str, str, dict[str, list[Any]]], None]
) -> Code:
    """A copy of a code with the parameters of each part changed in place by `change`."""
    parts = []
    category = _entry(code, "category", str, "code")
    for where, part in _parts(code, category):
        template = _entry(part, "template", str, where)
        given = _entry(part, "parameters", Mapping, f"{where} ({template})")
        parameters = {name: _row(row) for name, row in given.items()}
        change(category, template, parameters)
        parts.append({**part, "parameters": parameters})
    return {**code, "conceptualization": parts}


def _parts(code: Mapping[str, Any], category: str) -> Iterator[tuple[str, Any]]:
    for number, part in enumerate(_entry(code, "conceptualization", list, category), start=1):
        yield f"{category}, part {number}", part


def _entry(values: Any, key: str, kind: type, where: str) -> Any:
    found = values.get(key) if isinstance(values, Mapping) else values
    if not isinstance(found, kind):
        names: dict[Any, str] = {str: "a string", Mapping: "an object", list: "a list"}
        found_text = "nothing" if found is None else short(found)
        raise CodeError(f"{where}, {key!r}", found_text, names[kind])
    return found


def _row(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple | np.ndarray) else [value]
