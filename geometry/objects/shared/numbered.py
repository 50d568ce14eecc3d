"""Parameters that a template has several times: button_1_size, button_1_offset, button_2_size.

The code format numbers their names; template and joint functions take them as one list.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_type_hints


@dataclass(frozen=True)
class Numbered:
    """A decorator that spreads the parameter `<name>s` of a function over numbered ones.

    name: of one of the repeated things; most: how many there are room for; values: name and type
    of what is given for each. The function receives a tuple of tuples in the order of `values`.
    In its docstring the line `<name>_i_<value>: ...` stands for all numbers i.
    """

    name: str
    most: int
    values: Mapping[str, Any]

    def names(self, value: str) -> list[str]:
        return [f"{self.name}_{number}_{value}" for number in range(1, self.most + 1)]

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        whole = f"{self.name}s"
        rows = list(zip(*map(self.names, self.values), strict=True))

        def spread(*given: Any, **named: Any) -> Any:
            named.update(zip(signature.parameters, given, strict=False))
            things = tuple(tuple(named.pop(name) for name in row) for row in rows)
            return function(**{whole: things}, **named)

        hints = get_type_hints(function, include_extras=True)
        types: dict[str, Any] = {}
        for name in inspect.signature(function).parameters:
            if name != whole:
                types[name] = hints.get(name, Any)
                continue
            for row in rows:
                types |= dict(zip(row, self.values.values(), strict=True))
        signature = inspect.Signature(
            [inspect.Parameter(n, inspect.Parameter.POSITIONAL_OR_KEYWORD) for n in types]
        )
        doc = inspect.getdoc(function) or ""
        for value in self.values:
            doc = doc.replace(f"{self.name}_i_{value}", ", ".join(self.names(value)))
        spread.__name__ = function.__name__
        spread.__qualname__ = function.__qualname__
        spread.__module__ = function.__module__
        spread.__doc__ = doc
        spread.__annotations__ = types
        spread.__signature__ = signature  # type: ignore[attr-defined]
        return spread
