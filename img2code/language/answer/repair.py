"""Fits a code that a language model has written to the schema, where what it means is certain."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import geometry
from geometry import program
from geometry.errors import CodeError, suggestion
from geometry.names import known_category
from geometry.schema.parameter import short
from geometry.schema.template import Parameter, Template
from img2code.language.answer import loose_json
from img2code.language.answer.kinds import Repairs
from img2code.language.answer.loose_json import Stray
from img2code.language.tokens import value_of_text
from stats import FIRST, LAST

Code = dict[str, Any]

_PLACEMENT = ("position", "rotation")  # what a code may leave out
_POSE = ("global_position", "global_rotation")
_NUMBER_AMONG_OTHERS = re.compile(r"[^\x00-\x7f]*(\d{4})[^\x00-\x7f]*", re.ASCII)
_IN_PARTS, _IN_A_PART = 2, 3  # brackets left open where the list of parts, or one of them, is cut


def code(found: Any, cut: int, asked: str | None, repairs: Repairs) -> Code:
    """The code in token form, complete but for padding and placement that were left out.

    found: what `loose_json` has read. cut: how many brackets were open at its end. asked: the
    category that was asked for, if any. Raises CodeError where something is missing or unclear.
    """
    if not isinstance(found, dict):
        raise CodeError("the code", type(found).__name__, "an object")
    entries = found.get("conceptualization")
    if not isinstance(entries, list):
        where = "the code, 'conceptualization'"
        hint = "The answer was cut off." if cut else ""
        raise CodeError(where, _shown(entries), "a list of parts", hint)
    names = [entry.get("template") for entry in entries if isinstance(entry, Mapping)]
    category = _category(found.get("category"), asked, names[: -1 if cut >= _IN_A_PART else None])
    if category != found.get("category"):
        written = found.get("category")
        if isinstance(written, str) and known_category(written) == category:
            why = "which is meant"
        else:
            why = "as asked for" if category == asked else "the only one with these templates"
        was = _shown(written)
        sentence = f"The category was {was} and was taken as {category}, {why}."
        repairs.add("category", "", sentence)
    _ignored(found, ("category", "pose", "conceptualization"), "the code", repairs)
    pose = _pose(found.get("pose"), f"{category}, 'pose'", repairs)
    parts = _parts(entries, category, cut >= _IN_A_PART, repairs)
    if not parts:
        hint = "The answer was cut off." if cut else ""
        raise CodeError(f"{category}, 'conceptualization'", "no whole part", "at least one", hint)
    if cut >= _IN_PARTS:
        sentence = f"The answer was cut off behind part {len(parts)}; there may have been more."
        repairs.add("dropped", "", sentence)
    elif cut:
        repairs.add("punctuation", "", loose_json.BRACKET)
    return {"category": category, "pose": pose, "conceptualization": parts}


def _category(found: Any, asked: str | None, templates: Sequence[Any]) -> str:
    """The category of the code: what it says, or what was asked for, or what its templates say."""
    able = [
        name
        for name in geometry.categories()
        if templates and all(_known(template, geometry.templates(name)) for template in templates)
    ]
    found = (known_category(found) or found) if isinstance(found, str) else found
    known = _known(found, geometry.categories())
    if asked and (not known or (asked in able and found not in able)):
        return asked
    if not known and len(able) == 1:
        return able[0]
    return program.find_category(found.text if isinstance(found, Stray) else found).name


def _known(name: Any, names: Collection[str]) -> bool:
    return isinstance(name, str) and name in names


def _pose(found: Any, where: str, repairs: Repairs) -> dict[str, list[Any]]:
    if found is None:
        repairs.add("filled", "", "The pose was missing and was taken as zeros.")
        return {key: [0, 0, 0] for key in _POSE}
    if not isinstance(found, Mapping):
        raise CodeError(where, _shown(found), f"an object with {' and '.join(_POSE)}")
    _ignored(found, _POSE, where, repairs)
    pose = {}
    for key in _POSE:
        spot = f"{where}, {key!r}"
        numbers = found.get(key)
        if numbers is None:
            repairs.add("filled", spot, "was missing and was taken as zeros.")
            numbers = [0, 0, 0]
        if not isinstance(numbers, list):
            raise CodeError(spot, _shown(numbers), "3 numbers")
        numbers = _shortened(numbers, 3, spot, repairs)
        strays = [number for number in numbers if not isinstance(number, int | float)]
        if strays or len(numbers) < 3:
            raise CodeError(spot, _shown(strays[0]) if strays else f"{len(numbers)}", "3 numbers")
        for index, number in enumerate(numbers):
            if isinstance(number, bool):
                numbers[index] = int(number)
                word = json.dumps(number)
                repairs.add("value", f"{spot}[{index}]", f"{word} was read as {numbers[index]}.")
        pose[key] = numbers
    return pose


def _parts(
    entries: Sequence[Any], category: str, unfinished: bool, repairs: Repairs
) -> list[dict[str, Any]]:
    """The parts of a code; the last one is left out where it is unfinished."""
    parts = []
    for number, entry in enumerate(entries, 1):
        where = f"{category}, part {number}"
        last = unfinished and number == len(entries)
        if entry == Stray(""):
            repairs.add("punctuation", "", loose_json.COMMA)
            continue
        own = Repairs()
        try:
            parts.append(_part(entry, category, where, last, own))
        except CodeError:
            if not last:
                raise
            name = entry.get("template") if isinstance(entry, Mapping) else None
            spot = f"{where} ({short(name)})" if isinstance(name, str) else where
            repairs.add("dropped", spot, "was cut off and was left out.")
        else:
            repairs.update(own)
    return parts


def _part(
    entry: Any, category: str, where: str, unfinished: bool, repairs: Repairs
) -> dict[str, Any]:
    """A part with its parameters in schema order. unfinished: nothing may be missing from it."""
    name = entry.get("template") if isinstance(entry, Mapping) else None
    if not isinstance(name, str):
        found = name if isinstance(entry, Mapping) else entry
        raise CodeError(where, _shown(found), "an object with 'template' and 'parameters'")
    template = program.find_template(category, name)
    where = f"{where} ({name})"
    found = entry.get("parameters")
    if not isinstance(found, Mapping):
        raise CodeError(where, _shown(found), "an object with parameters")
    given = _flat(found)
    known = ["template", "parameters"]
    for parameter in template.parameters:
        if parameter.name in entry and parameter.name not in given:
            known.append(parameter.name)
            given[parameter.name] = entry[parameter.name]
            what = f"{parameter.name!r} stood beside the parameters and was read as one of them."
            repairs.add("name", where, what)
    _ignored(entry, known, where, repairs)
    _match_names(given, template, where, repairs)
    parameters = {}
    for parameter in template.parameters:
        spot = f"{where}, parameter {parameter.name!r}"
        if parameter.name in given:
            tokens = _tokens(given[parameter.name], parameter, spot, repairs)
            if unfinished and len(tokens) < parameter.shortest:
                raise CodeError(spot, f"{len(tokens)} values", f"{parameter.shortest} values")
            parameters[parameter.name] = tokens
        elif parameter.name in _PLACEMENT and not unfinished:
            repairs.add("filled", spot, "was missing and was taken as zeros.")
        else:
            raise CodeError(spot, "nothing", f"{parameter.length} values")
    return {"template": name, "parameters": parameters}


def _flat(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of parameters as dotted names, which mean the same."""
    flat: dict[str, Any] = {}
    for name, value in parameters.items():
        inner = value.items() if isinstance(value, Mapping) else [("", value)]
        flat |= {f"{name}.{key}" if key else name: item for key, item in inner}
    return flat


def _match_names(given: dict[str, Any], template: Template, where: str, repairs: Repairs) -> None:
    """Names that the template does not know: one that can only be the missing one is corrected,
    others are dropped where nothing is missing."""
    known = [parameter.name for parameter in template.parameters]
    unknown = [name for name in given if name not in known]
    missing = [name for name in known if name not in given]
    if len(unknown) == len(missing) == 1 and suggestion(unknown[0], known) == (
        f"Did you mean {missing[0]}?"
    ):
        given[missing[0]] = given.pop(unknown[0])
        repairs.add("name", where, f"parameter {short(unknown[0])} was read as {missing[0]!r}.")
        return
    for name in unknown:
        if missing:
            hint = suggestion(name, known)
            raise CodeError(where, f"parameter {short(name)}", f"one of {', '.join(known)}", hint)
        del given[name]
        repairs.add("dropped", where, f"unknown parameter {short(name)} was passed over.")


def _tokens(found: Any, parameter: Parameter, spot: str, repairs: Repairs) -> list[int]:
    """The values of one parameter. Raises CodeError where one is missing or unclear."""
    row = found if isinstance(found, list) else [found]
    if row is not found:
        repairs.add("punctuation", spot, "a value without brackets was read as a list.")
    read = [_token(item) for item in row]
    clear = [token for token in read if token is not None]
    if len(clear) < len(row) and len(clear) == parameter.length:
        stray = next(item for item, token in zip(row, read, strict=True) if token is None)
        what = f"what stood between the {len(clear)} values was passed over: {_shown(stray)}."
        repairs.add("punctuation" if _only_commas(row, read) else "dropped", spot, what)
        row = [item for item, token in zip(row, read, strict=True) if token is not None]
    row = _shortened(row, parameter.length, spot, repairs)
    tokens = []
    for index, item in enumerate(row):
        token = _token(item)
        if token is None:
            raise CodeError(f"{spot}[{index}]", _shown(item), f"a whole number {FIRST} to {LAST}")
        if isinstance(item, Stray | str) and value_of_text(_text(item)) is not None:
            repairs.value_from_text()
        elif item != token or isinstance(item, float):
            repairs.add("value", f"{spot}[{index}]", f"{_shown(item)} was read as {token}.")
        tokens.append(token)
    if len(tokens) < parameter.shortest:
        if not parameter.values.block:
            raise CodeError(spot, f"{len(tokens)} values", f"{parameter.shortest} values")
        repairs.add("filled", spot, f"had {len(tokens)} values; the rest was taken as padding.")
    return tokens


def _token(item: Any) -> int | None:
    """The value that is meant for certain; None where there is none."""
    if isinstance(item, Stray | str):
        value = value_of_text(_text(item))
        if value is not None:
            return value
        found = _NUMBER_AMONG_OTHERS.fullmatch(_text(item))
        item = int(found.group(1)) if found else None
    if isinstance(item, bool) or not isinstance(item, int | float) or item != item // 1:
        return None
    if item == LAST + 1:  # prompts name 3072 as the upper end
        return LAST
    return int(item) if FIRST <= item <= LAST else None


def _only_commas(row: list[Any], read: list[int | None]) -> bool:
    pairs = zip(row, read, strict=True)
    return all(token is not None or item == Stray("") for item, token in pairs)


def _text(item: Stray | str) -> str:
    return (item.text if isinstance(item, Stray) else item).strip()


def _shortened(row: list[Any], length: int, spot: str, repairs: Repairs) -> list[Any]:
    if len(row) > length:
        lost = short([_plain(item) for item in row[length:]])
        what = f"had {len(row)} values; the first {length} were kept, without {lost}."
        repairs.add("dropped", spot, what)
    return row[:length]


def _ignored(found: Mapping[str, Any], known: Sequence[str], where: str, repairs: Repairs) -> None:
    for name in found:
        if name not in known:
            repairs.add("dropped", where, f"the unknown entry {short(name)} was passed over.")


def _shown(found: Any) -> str:
    if found is None or found == Stray(""):
        return "nothing"
    return short(_plain(found))


def _plain(found: Any) -> Any:
    return found.text if isinstance(found, Stray) else found
