"""The code as a value: read from JSON and checked once, with what is computed from it."""

from __future__ import annotations

import copyreg
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

import numpy as np

from geometry import json_text
from geometry.errors import CodeError, suggestion
from geometry.names import category_named
from geometry.objects import CATEGORIES
from geometry.schema.joint import Piece
from geometry.schema.parameter import LARGEST, numbers_in, short
from geometry.schema.template import Category, Template
from geometry.solids.count import MOST_SOLIDS, check_solids
from geometry.solids.primitives import Solid, rotation
from geometry.solids.tessellate import Mesh, pose_matrix, tessellate_each

#: A code as JSON has it.
Code = dict[str, Any]
#: What functions that take a code accept: a program, a code, or its JSON text.
Source: TypeAlias = "Program | str | bytes | Mapping[str, Any]"
Triple = tuple[float, float, float]
Kept = TypeVar("Kept")

_KEYS = ("category", "pose", "conceptualization")
_POSE = ("global_position", "global_rotation")
#: No everyday object is made of more; sampled codes have fewer than 20.
MOST_PARTS = 1000

# `dataclasses.asdict` copies what a field holds, and Gradio calls it on what a page keeps.
copyreg.pickle(MappingProxyType, lambda proxy: (MappingProxyType, (dict(proxy),)))


@dataclass(frozen=True)
class Pose:
    """How the object of a picture is turned and moved; degrees about fixed x, y, z axes."""

    position: Triple = (0.0, 0.0, 0.0)
    rotation: Triple = (0.0, 0.0, 0.0)

    @property
    def matrix(self) -> np.ndarray:
        """(4, 4), from the object's frame to the picture's."""
        return pose_matrix(rotation(*self.rotation), self.position)


@dataclass(frozen=True)
class Part:
    """One part, bound to its template.

    name: the template's, numbered from the second of a kind on. parameters: complete, in the order
    of the schema, as `Template.check` makes them.
    """

    template: Template
    parameters: Mapping[str, list[Any]]
    name: str

    @cached_property
    def piece(self) -> Piece:
        """The part as joint functions see it."""
        return self.template.piece_of(self.parameters)

    @cached_property
    def solids(self) -> tuple[Solid, ...]:
        """Placed in the object's frame. Raises CodeError."""
        return tuple(self.template.solids_of(self.parameters))


@dataclass(frozen=True)
class Program:
    """A checked code. What is computed from it is computed once and stays with it."""

    category: Category
    pose: Pose
    parts: tuple[Part, ...]

    @cached_property
    def _kept(self) -> dict[Any, Any]:
        """Not a field: those are copied with the program, as by `dataclasses.asdict`."""
        return {}

    def __deepcopy__(self, _: Any) -> Program:
        return self  # it does not change

    def __reduce__(self) -> Any:
        return parse, (self.as_dict(),)  # what was computed does not travel

    def keep(self, key: Any, make: Callable[[], Kept]) -> Kept:
        """What `make` returned for this key the first time."""
        if key not in self._kept:
            self._kept[key] = make()
        value: Kept = self._kept[key]
        return value

    @cached_property
    def solids(self) -> tuple[tuple[Solid, ...], ...]:
        """Of each part, placed in the object's frame.

        Raises CodeError, also for more than MOST_SOLIDS in all.
        """
        result: list[tuple[Solid, ...]] = []
        total = 0
        for number, part in enumerate(self.parts, 1):
            result.append(part.solids)
            total += len(result[-1])
            if total > MOST_SOLIDS:
                where = f"{self.category.name}, part {number} ({part.template.name})"
                hint = "Lower the counts, or leave parts out."
                found, valid = (
                    f"{total:,} solids up to here",
                    f"at most {MOST_SOLIDS:,} in an object",
                )
                raise CodeError(where, found, valid, hint)
        return tuple(result)

    @property
    def all_solids(self) -> list[Solid]:
        """Of all parts, in order."""
        return [solid for solids in self.solids for solid in solids]

    def meshes(self, segments: int = 32) -> tuple[tuple[Mesh | None, ...], ...]:
        """Per part and solid: vertices (V, 3) and faces (F, 3), None where it has no area.

        segments: sides of a circle. Raises CodeError, also for too many triangles.
        """
        return self.keep(("meshes", segments), lambda: tuple(self._tessellated(segments)))

    def _tessellated(self, segments: int) -> Iterator[tuple[Mesh | None, ...]]:
        solids = self.all_solids
        check_solids(solids, segments)
        meshes = iter(tessellate_each(solids, segments))
        for own in self.solids:
            yield tuple(islice(meshes, len(own)))

    def surfaces(self, solids: Iterable[Solid], segments: int = 32) -> list[Mesh]:
        """The meshes of those of its solids that have an area, in order."""

        def by_solid() -> dict[int, Mesh | None]:
            meshes = [mesh for part in self.meshes(segments) for mesh in part]
            return dict(zip(map(id, self.all_solids), meshes, strict=True))

        known = self.keep(("by solid", segments), by_solid)
        return [mesh for solid in solids if (mesh := known[id(solid)]) is not None]

    def as_dict(self) -> Code:
        """The code as JSON has it, a new one at every call."""
        parts = [
            {
                "template": part.template.name,
                "parameters": {name: list(values) for name, values in part.parameters.items()},
            }
            for part in self.parts
        ]
        pose = dict(zip(_POSE, map(list, (self.pose.position, self.pose.rotation)), strict=True))
        return {"category": self.category.name, "pose": pose, "conceptualization": parts}


def parse(source: Source) -> Program:
    """The program of a code, of its JSON text, or the program itself.

    Raises CodeError that names the place, what was found and what is valid.
    """
    if isinstance(source, Program):
        return source
    if isinstance(source, (str, bytes)):
        source = json_text.loads(source, "the code")
    if not isinstance(source, Mapping):
        raise CodeError("the code", type(source).__name__, f"an object with {', '.join(_KEYS)}")
    for key in ("category", "conceptualization"):
        if key not in source:
            hint = f"Add {key!r}." + " " * bool(source) + suggestion(key, map(str, source))
            raise CodeError("the code", f"no {key!r}", f"the keys {', '.join(_KEYS)}", hint)
    category = find_category(source["category"])
    entries = source["conceptualization"]
    if isinstance(entries, str) or not isinstance(entries, Sequence) or not entries:
        raise CodeError(
            f"{category.name}, 'conceptualization'",
            "an empty list" if entries == [] else type(entries).__name__,
            "a list of at least one part",
        )
    if len(entries) > MOST_PARTS:
        where, found = f"{category.name}, 'conceptualization'", f"{len(entries):,} parts"
        raise CodeError(where, found, f"at most {MOST_PARTS:,}")
    parts = []
    seen: Counter[str] = Counter()
    for number, entry in enumerate(entries, 1):
        where = f"{category.name}, part {number}"
        template = _find_template(category, entry, where)
        parameters = template.check(entry.get("parameters"), f"{where} ({template.name})")
        seen[template.name] += 1
        count = seen[template.name]
        name = template.name if count == 1 else f"{template.name}_{count}"
        parts.append(Part(template, MappingProxyType(parameters), name))
    return Program(category, _pose(source.get("pose"), category.name), tuple(parts))


def find_category(name: Any) -> Category:
    """The category of that name, as people write it. Raises CodeError with a suggestion."""
    return CATEGORIES[category_named(name)]


def find_template(category: str, name: str) -> Template:
    """The template of that name; CodeError with a suggestion where there is none."""
    return _find_template(find_category(category), {"template": name}, category)


def _find_template(category: Category, entry: Any, where: str) -> Template:
    if not isinstance(entry, Mapping) or "template" not in entry:
        raise CodeError(where, "no 'template'", "an object with 'template' and 'parameters'")
    name = entry["template"]
    if not isinstance(name, str) or name not in category.templates:
        valid = f"one of {', '.join(category.templates)}"
        hint = suggestion(name, category.templates) if isinstance(name, str) else ""
        raise CodeError(where, f"template {short(name)}", valid, hint)
    return category.templates[name]


def _pose(pose: Any, category: str) -> Pose:
    if pose is None:
        pose = {}
    where = f"{category}, 'pose'"
    if not isinstance(pose, Mapping):
        raise CodeError(where, type(pose).__name__, f"an object with {' and '.join(_POSE)}")
    result: list[Triple] = []
    for key in _POSE:
        value = pose.get(key, [0, 0, 0])
        valid = f"3 finite numbers of at most {LARGEST:g}"
        if isinstance(value, str) or not isinstance(value, Sequence) or len(value) != 3:
            raise CodeError(f"{where}, {key!r}", short(value), valid)
        try:
            x, y, z = numbers_in(value, f"{where}, {key!r}")
            result.append((x, y, z))
        except CodeError as error:
            raise CodeError(error.where, error.found, valid) from None
    return Pose(*result)


def dumps(code: Program | Mapping[str, Any], digits: int = 6) -> str:
    """The code as readable JSON: one line per parameter, numbers rounded to `digits` places.

    A code in token form is no program, so what comes as a mapping is written unchecked.
    """
    if isinstance(code, Program):
        code = code.as_dict()

    def numbers(values: Sequence[float]) -> str:
        return json.dumps([_tidy(v, digits) for v in values])

    parts = []
    for entry in code["conceptualization"]:
        lines = [
            f"        {json.dumps(name)}: {numbers(values)}"
            for name, values in entry["parameters"].items()
        ]
        body = ",\n".join(lines)
        parts.append(
            f'    {{\n      "template": {json.dumps(entry["template"])},\n'
            f'      "parameters": {{\n{body}\n      }}\n    }}'
        )
    pose = ", ".join(f"{json.dumps(k)}: {numbers(v)}" for k, v in code["pose"].items())
    return (
        f'{{\n  "category": {json.dumps(code["category"])},\n  "pose": {{{pose}}},\n'
        f'  "conceptualization": [\n' + ",\n".join(parts) + "\n  ]\n}\n"
    )


def _tidy(value: float, digits: int) -> float | int:
    rounded = round(float(value), digits)
    return int(rounded) if rounded == int(rounded) else rounded


def rescale(code: Source, factor: float) -> Code:
    """A code whose mesh is `factor` times as large about the origin. Raises CodeError.

    E.g. `rescale(code, 0.1 / height)` gives a real mug its ten centimetres.
    """
    program = parse(code)
    scaled = program.as_dict()
    for part, entry in zip(program.parts, scaled["conceptualization"], strict=True):
        for parameter in part.template.parameters:
            numbers = entry["parameters"][parameter.name]
            entry["parameters"][parameter.name] = [
                value * factor if kind == "length" else value
                for kind, value in zip(parameter.kinds, numbers, strict=False)
            ]
    return scaled
