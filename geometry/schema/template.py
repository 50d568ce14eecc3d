"""Categories and templates: what a decorated function's signature says, and checked calls to it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any, get_type_hints

import numpy as np

from geometry.errors import CodeError, suggestion
from geometry.maths import is_float
from geometry.schema.joint import Joint, JointFunction, Piece, joints_of
from geometry.schema.kinds import Deg3, Vec3
from geometry.schema.parameter import (
    Parameter,
    argument,
    checked_numbers,
    expected,
    numbers_in,
    short,
)
from geometry.solids.primitives import Solid, rotation
from geometry.solids.tessellate import numbers_of

Part = dict[str, Any]
TemplateFunction = Callable[..., Iterable[Solid]]
_PLACEMENT = {"position": Vec3, "rotation": Deg3}
#: No template makes more of numbers that mean something; sampled ones make at most 77.
MOST_SOLIDS = 2_500
#: What formulas make of numbers of an object's size is far below; what is above is an overflow.
BEYOND = 1e12


def part(template: str, **parameters: Any) -> Part:
    """One part of a code; numbers may be given bare, position and rotation left out."""
    return {"template": template, "parameters": parameters}


@dataclass(frozen=True)
class Template:
    """A parametric part: its function and the schema that the function's signature states.

    Calling it calls the function. category: set by the Category that lists it.
    at_most: how many parts of it an object may hold.
    order: the axes in the sequence in which the rotation's angles act, about fixed axes.
    offset_first: the position is added before the rotation and turned with it.
    joints: what of it moves; None where nothing does by itself.
    """

    role: str
    function: TemplateFunction
    at_most: int = 1
    order: str = "xyz"
    offset_first: bool = False
    joints: JointFunction | None = None
    category: str = ""

    def __call__(self, *args: Any, **kwargs: Any) -> Iterable[Solid]:
        return self.function(*args, **kwargs)

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def doc(self) -> str:
        """The docstring's text above the lines on parameters."""
        return (inspect.getdoc(self.function) or "").split("\n\n")[0]

    @cached_property
    def _signature(self) -> tuple[str, ...]:
        return tuple(inspect.signature(self.function).parameters)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The function's parameters in order, then position and rotation."""
        hints = get_type_hints(self.function, include_extras=True)
        hints = {schema_name(name): hints[name] for name in self._signature}
        meanings = dict(_meanings(inspect.getdoc(self.function) or ""))
        hints |= {name: hint for name, hint in _PLACEMENT.items() if name not in hints}
        return tuple(
            Parameter(name, hint.__metadata__[0], meanings.get(name, ""))
            for name, hint in hints.items()
        )

    def check(self, parameters: Mapping[str, Any], where: str = "") -> dict[str, list[Any]]:
        """The parameters complete, as lists of numbers in schema order.

        Missing position and rotation become zeros, padding is filled up with zeros, numbers that
        a parameter may leave out are left out. Raises CodeError naming the place, what was found,
        what is valid.
        """
        where = where or f"{self.category}, template {self.name}"
        if not isinstance(parameters, Mapping):
            raise CodeError(where, short(parameters), "an object of named parameters")
        parameters = _flat(parameters)
        known = {p.name: p for p in self.parameters}
        for name in parameters:
            if name not in known:
                hint = suggestion(name, known)
                raise CodeError(
                    where, f"parameter {short(name)}", f"one of {', '.join(known)}", hint
                )
        result: dict[str, list[Any]] = {}
        for parameter in self.parameters:
            spot = f"{where}, parameter {parameter.name!r}"
            if parameter.name in parameters:
                numbers = numbers_in(parameters[parameter.name], spot)
            elif parameter.name in _PLACEMENT:
                numbers = [0.0] * 3
            else:
                raise CodeError(spot, "nothing", expected(parameter), "Add the missing parameter.")
            result[parameter.name] = checked_numbers(parameter, numbers, result, spot)
        return result

    def solids(self, parameters: Mapping[str, Any], where: str = "") -> list[Solid]:
        """The placed solids of this part; the numbers may be batched tensors."""
        return self.solids_of(self.check(parameters, where))

    def solids_of(self, checked: Mapping[str, list[Any]]) -> list[Solid]:
        """The placed solids of parameters that `check` has made.

        Raises CodeError where formulas have no result for these numbers (a width of zero to divide
        by, a slope of 90 degrees), or one beyond all sizes, or too many solids.
        """
        values = self._values(checked)
        arguments = {name: values[schema_name(name)] for name in self._signature}
        where = f"{self.category}, template {self.name}"
        with formulas(where):
            made = list(islice(self.function(**arguments), MOST_SOLIDS + 1))
            if len(made) > MOST_SOLIDS:
                found = f"counts that make more than {MOST_SOLIDS:,} solids"
                raise CodeError(where, found, "fewer of them", "Lower the counts.")
            solids = self.placed(made, values)
            for solid in solids:
                _check_sizes(solid)
        return solids

    def values(self, parameters: Mapping[str, Any], where: str = "") -> dict[str, Any]:
        """Every parameter as the template function takes it: a scalar, a tuple, or blocks."""
        return self._values(self.check(parameters, where))

    def _values(self, checked: Mapping[str, list[Any]]) -> dict[str, Any]:
        return {p.name: argument(p, checked[p.name], checked) for p in self.parameters}

    def placed(self, solids: Iterable[Solid], values: Mapping[str, Any]) -> list[Solid]:
        """The solids where the part's position and rotation put them."""
        move, step = values["position"], (*values["rotation"], self.order)
        matrix = rotation(*step)
        if self.offset_first:
            return [solid.at(*move).turned(matrix, step) for solid in solids]
        return [solid.turned(matrix, step).at(*move) for solid in solids]

    def piece(self, parameters: Mapping[str, Any], where: str = "") -> Piece:
        """The part as joint functions see it. Numbers must be floats."""
        return self.piece_of(self.check(parameters, where))

    def piece_of(self, checked: Mapping[str, list[Any]]) -> Piece:
        """As `piece`, of parameters that `check` has made."""
        return Piece(self.name, self.role, self._values(checked))

    def motions(self, own: Piece, others: list[Piece]) -> list[Joint]:
        """The joints of a part in its own frame; `others`: all pieces of the object."""
        if not self.joints:
            return []
        with formulas(f"{self.category}, template {self.name}"):
            return joints_of(self.joints, own, others)


@contextmanager
def formulas(where: str) -> Iterator[None]:
    """Whatever formulas of a template meet with numbers becomes a CodeError."""
    try:
        yield
    except CodeError:
        raise
    except (ArithmeticError, ValueError) as error:
        found = f"numbers that its formulas have no result for ({error})"
        hint = "Change sizes that are zero, or angles that are upright or level."
        raise CodeError(where, found, "numbers with a result", hint) from error


def _check_sizes(solid: Solid) -> None:
    for number in (*numbers_of(solid), *solid.offset):
        if type(number) is float and -BEYOND <= number <= BEYOND:
            continue
        if is_float(number) and not abs(number) <= BEYOND:
            raise OverflowError(f"a {type(solid).__name__} with the number {number:g}")


def template(
    role: str,
    at_most: int = 1,
    order: str = "xyz",
    offset_first: bool = False,
    joints: JointFunction | None = None,
) -> Callable[[TemplateFunction], Template]:
    """Makes a function that yields solids a template; see Template for the options."""

    def make(function: TemplateFunction) -> Template:
        return Template(role, function, at_most, order, offset_first, joints)

    return make


def schema_name(argument: str) -> str:
    """The name in codes of a function's argument: two underscores stand for a dot."""
    return argument.replace("__", ".")


def _flat(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Parameters of parameters as dotted names: {"a": {"b": 1}} is {"a.b": 1}."""
    if not any(isinstance(value, Mapping) for value in parameters.values()):
        return parameters
    result: dict[str, Any] = {}
    for name, value in parameters.items():
        inner = value if isinstance(value, Mapping) else {"": value}
        result.update({f"{name}.{key}" if key else name: inner[key] for key in inner})
    return result


def _meanings(doc: str) -> Iterator[tuple[str, str]]:
    """(parameter, meaning) of the `name: meaning` lines and the indented lines that go on."""
    names: list[str] = []
    text = ""
    for line in [*doc.split("\n")[1:], "end: "]:
        if line.startswith(" "):
            text += " " + line.strip()
            continue
        yield from ((schema_name(name), text) for name in names)
        head, colon, text = line.partition(": ")
        words = [word.strip() for word in head.split(",")]
        names = words if colon and all(word.isidentifier() for word in words) else []


Sampler = Callable[[np.random.Generator], list[Part]]


class Category:
    """One kind of object: its templates in the order in which a code lists them, and its sampler.

    fixed: roles whose parts never move. carried: roles whose parts ride on a part of another role.
    """

    def __init__(
        self,
        name: str,
        templates: Iterable[Template],
        sampler: Sampler | None = None,
        fixed: tuple[str, ...] = (),
        carried: Mapping[str, str] | None = None,
    ) -> None:
        self.name, self.sampler = name, sampler
        self.fixed, self.carried = fixed, dict(carried or {})
        self.templates = {t.name: replace(t, category=name) for t in templates}

    def order(self, parts: Iterable[Part]) -> list[Part]:
        """Parts in the order of the templates; equal templates keep theirs."""
        rank = {name: index for index, name in enumerate(self.templates)}
        return sorted(parts, key=lambda p: rank[p["template"]])
