"""Categories and templates: what a decorated function's signature says, and checked calls to it."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, get_type_hints

import numpy as np

from geometry.errors import CodeError, suggestion
from geometry.joints import Joint, JointFunction, Piece, joints_of
from geometry.maths import is_float
from geometry.primitives import Solid
from geometry.units import Deg3, Kind, Values, Vec3

#: No everyday object, in object-space units or degrees, has a larger number.
LARGEST = 1e5
#: Nor more repeats of one thing; a template may clamp further.
MOST = 1000

Part = dict[str, Any]
TemplateFunction = Callable[..., Iterable[Solid]]
_PLACEMENT = {"position": Vec3, "rotation": Deg3}


def part(template: str, **parameters: Any) -> Part:
    """One part of a code; numbers may be given bare, position and rotation left out."""
    return {"template": template, "parameters": parameters}


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


@dataclass(frozen=True)
class Template:
    """A parametric part: its function and the schema that the function's signature states.

    at_most: how many parts of it an object may hold.
    order: the axes in the sequence in which the rotation's angles act, about fixed axes.
    offset_first: the position is added before the rotation and turned with it.
    joints: what of it moves; None where nothing does by itself.
    """

    category: str
    role: str
    function: TemplateFunction
    at_most: int = 1
    order: str = "xyz"
    offset_first: bool = False
    joints: JointFunction | None = None

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
            raise CodeError(where, _short(parameters), "an object of named parameters")
        parameters = _flat(parameters)
        known = {p.name: p for p in self.parameters}
        for name in parameters:
            if name not in known:
                hint = suggestion(name, known)
                raise CodeError(where, f"parameter {name!r}", f"one of {', '.join(known)}", hint)
        result: dict[str, list[Any]] = {}
        for parameter in self.parameters:
            spot = f"{where}, parameter {parameter.name!r}"
            if parameter.name in parameters:
                numbers = _numbers(parameters[parameter.name], spot)
            elif parameter.name in _PLACEMENT:
                numbers = [0.0] * 3
            else:
                raise CodeError(spot, "nothing", _expected(parameter), "Add the missing parameter.")
            result[parameter.name] = _check_length(parameter, numbers, result, spot)
        return result

    def solids(self, parameters: Mapping[str, Any], where: str = "") -> list[Solid]:
        """The placed solids of this part; the numbers may be batched tensors."""
        values = self.values(parameters, where)
        arguments = {name: values[schema_name(name)] for name in self._signature}
        return [self.place(solid, values) for solid in self.function(**arguments)]

    def values(self, parameters: Mapping[str, Any], where: str = "") -> dict[str, Any]:
        """Every parameter as the template function takes it: a scalar, a tuple, or blocks."""
        checked = self.check(parameters, where)
        return {p.name: _argument(p, checked[p.name], checked) for p in self.parameters}

    def place(self, solid: Solid, values: Mapping[str, Any]) -> Solid:
        """The solid where the part's position and rotation put it."""
        (x, y, z), move = values["rotation"], values["position"]
        if self.offset_first:
            return solid.at(*move).turn(x, y, z, self.order)
        return solid.turn(x, y, z, self.order).at(*move)

    def piece(self, parameters: Mapping[str, Any], where: str = "") -> Piece:
        """The part as joint functions see it. Numbers must be floats."""
        return Piece(self.name, self.role, self.values(parameters, where))

    def motions(self, own: Piece, others: list[Piece]) -> list[Joint]:
        """The joints of a part in its own frame; `others`: all pieces of the object."""
        return joints_of(self.joints, own, others) if self.joints else []


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


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _expected(parameter: Parameter) -> str:
    rule = parameter.values
    if rule.shortest != rule.length:
        return f"{rule.shortest} to {rule.length} numbers"
    return "1 number" if rule.length == 1 else f"{rule.length} numbers"


def _numbers(value: Any, where: str) -> list[Any]:
    """A flat list of finite numbers (tensors pass)."""
    if type(value) is not list:
        if is_float(value) or (hasattr(value, "requires_grad") and value.ndim <= 1):
            value = [value]
        elif isinstance(value, np.ndarray):
            value = value.tolist()
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise CodeError(where, _short(value), "a list of numbers")
    for index, number in enumerate(value):
        if type(number) is float and abs(number) <= LARGEST:
            continue
        if hasattr(number, "requires_grad"):
            continue
        spot = f"{where}[{index}]"
        if isinstance(number, bool) or not is_float(number):
            raise CodeError(spot, _short(number), "a number")
        if not math.isfinite(number) or abs(number) > LARGEST:
            raise CodeError(spot, _short(number), f"a finite number of at most {LARGEST:g}")
    return list(value)


def _check_length(
    parameter: Parameter, numbers: list[Any], before: Mapping[str, Any], where: str
) -> list[Any]:
    rule = parameter.values
    for index, number in enumerate(numbers[: rule.length]):
        if rule.kinds[index] == "count" and is_float(number) and not -0.5 <= number <= MOST:
            raise CodeError(f"{where}[{index}]", _short(number), f"a count from 0 to {MOST}")
    if rule.block:
        lead = numbers[0] if rule.lead and numbers else None
        needed = parameter.active(before, lead)
        if max(needed, rule.lead) <= len(numbers) <= rule.length:
            return numbers + [0.0] * (rule.length - len(numbers))
        valid = f"{needed} to {rule.length} numbers for the stated count"
        raise CodeError(where, f"{len(numbers)} numbers", valid)
    if not rule.shortest <= len(numbers) <= rule.length:
        raise CodeError(where, f"{len(numbers)} numbers", _expected(parameter))
    filled = [numbers[-1]] * (rule.kept - len(numbers)) if numbers else []
    return (numbers + filled)[: rule.kept]


def _argument(parameter: Parameter, numbers: list[Any], known: Mapping[str, Any]) -> Any:
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


@dataclass
class Category:
    """The templates of one kind of object, in the order in which a code lists them.

    fixed: roles whose parts never move. carried: roles whose parts ride on a part of another role.
    """

    name: str
    fixed: tuple[str, ...] = ()
    carried: Mapping[str, str] = field(default_factory=dict)
    templates: dict[str, Template] = field(default_factory=dict)
    draw: Callable[[np.random.Generator], list[Part]] | None = None

    def template(
        self,
        role: str,
        at_most: int = 1,
        order: str = "xyz",
        offset_first: bool = False,
        joints: JointFunction | None = None,
    ) -> Callable[[TemplateFunction], TemplateFunction]:
        """Registers a function as a template; see Template for the options."""

        def register(function: TemplateFunction) -> TemplateFunction:
            template = Template(self.name, role, function, at_most, order, offset_first, joints)
            self.templates[template.name] = template
            return function

        return register

    def sampler(
        self, function: Callable[[np.random.Generator], list[Part]]
    ) -> Callable[[np.random.Generator], list[Part]]:
        self.draw = function
        return function

    def order(self, parts: Iterable[Part]) -> list[Part]:
        """Parts in the order of definition; equal templates keep theirs."""
        rank = {name: index for index, name in enumerate(self.templates)}
        return sorted(parts, key=lambda p: rank[p["template"]])
