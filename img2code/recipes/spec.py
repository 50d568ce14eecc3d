"""Reads a recipe and finds all that is wrong with it at once, each with its line in the file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from geometry.errors import UserError, suggestion
from img2code.atomic import read_regular
from img2code.recipes import registry, tables
from img2code.recipes.registry import Config, Step

MOST_BYTES = 1 << 20
#: Keys of a recipe, and what a missing one stands for.
DEFAULTS: Mapping[str, str | None] = {
    "meta_path": None,
    "meta_folder": None,  # the folder of meta_path
    "base_folder": "intermediate_results",
    "save_folder": "results",
    "image_key": "image",
    "text_key": "text",
    "video_key": None,
    "id_key": None,
    "runner": "native",
}
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_STEP_KEYS = ("type", "name", "config")
#: What a row brings before any step, in our names.
_KEYS = {"image_key": "image", "text_key": "text"}


@dataclass(frozen=True)
class Problem:
    """line: of the recipe's file, from 1; 0: of no line of it."""

    line: int
    text: str


class RecipeError(UserError):
    """All that is wrong with a recipe."""

    def __init__(self, path: Path, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda each: each.line))
        lines = [
            f"{path}{f':{each.line}' * bool(each.line)}: {each.text}" for each in self.problems
        ]
        super().__init__("\n".join(lines), "Nothing was run.")


@dataclass(frozen=True)
class Planned:
    """A step of a recipe. line: of its file."""

    step: Step[Any]
    config: Config
    line: int

    @property
    def folder(self) -> str:
        return f"{self.step.kind}_{self.step.name}"


@dataclass(frozen=True)
class Recipe:
    """A recipe that can be run. columns: the user's names by ours."""

    path: Path
    meta_path: str
    meta_folder: Path
    base_folder: Path
    save_folder: Path
    columns: Mapping[str, str]
    id_key: str | None
    runner: str
    steps: tuple[Planned, ...]
    warnings: tuple[str, ...] = ()


@dataclass
class _Reading:
    """A recipe's file while it is read: the lines of its keys and the problems so far."""

    path: Path
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def wrong(self, line: int, text: str) -> None:
        self.problems.append(Problem(line, text))


def load(path: str | Path, given: Mapping[str, str] | None = None) -> Recipe:
    """The recipe of a file; given: top-level keys that override it. Raises RecipeError."""
    registry.load_steps()
    path = Path(path)
    reading = _Reading(path)
    keys, steps = _file(reading)
    lines = {key: line for key, (line, _) in keys.items()}
    values = {key: value for key, (_, value) in keys.items()} | dict(given or {})
    settings = {key: values.get(key) or default for key, default in DEFAULTS.items()}
    for key, value in settings.items():
        if value is not None and not isinstance(value, str):
            reading.wrong(lines.get(key, 0), f"{key} is {value!r}; a text is wanted.")
            settings[key] = str(value)
    if settings["runner"] not in ("native", "ray") and not str(settings["runner"]).startswith(
        "ray:"
    ):
        reading.wrong(lines.get("runner", 0), "runner is 'native', 'ray' or 'ray://HOST:PORT'.")
    planned = tuple(_steps(reading, steps))
    meta = settings["meta_path"]
    if not meta:
        reading.wrong(0, "meta_path is missing: a table, a folder of pictures or a pattern.")
    else:
        _check_input(reading, settings, planned, lines)
    if reading.problems:
        raise RecipeError(path, reading.problems)
    return Recipe(
        path=path,
        meta_path=str(meta),
        meta_folder=_meta_folder(settings),
        base_folder=Path(str(settings["base_folder"])),
        save_folder=Path(str(settings["save_folder"])),
        columns={ours: str(settings[key]) for key, ours in _KEYS.items()},
        id_key=settings["id_key"],
        runner=str(settings["runner"]),
        steps=planned,
        warnings=tuple(reading.warnings),
    )


def _meta_folder(settings: Mapping[str, Any]) -> Path:
    meta = Path(settings["meta_path"])
    if settings["meta_folder"]:
        return Path(settings["meta_folder"])
    return meta if meta.is_dir() else Path(tables.fixed_part(str(meta)))


Keys = dict[str, tuple[int, Any]]


def _file(reading: _Reading) -> tuple[Keys, list[tuple[int, Keys]]]:
    """Top-level keys and steps with their lines; values of variables filled in."""
    try:
        content = read_regular(reading.path, MOST_BYTES)
    except OSError as error:
        text = f"cannot be read: {error.strerror or error}"
        raise RecipeError(reading.path, [Problem(0, text)]) from None
    if len(content) > MOST_BYTES:
        raise RecipeError(reading.path, [Problem(0, "is larger than 1 MB: no recipe.")])
    try:
        root = yaml.compose(content.decode("utf-8"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or str(error)
        line = mark.line + 1 if mark else 0
        raise RecipeError(reading.path, [Problem(line, f"is not valid YAML: {said}.")]) from None
    if not isinstance(root, yaml.MappingNode):
        raise RecipeError(
            reading.path, [Problem(1, "a recipe is a mapping with meta_path and steps.")]
        )
    keys: Keys = {}
    steps: list[tuple[int, Keys]] = []
    for key, line, node in _entries(reading, root, "the recipe"):
        if key == "steps":
            steps = list(_step_nodes(reading, node))
        elif key in DEFAULTS:
            keys[key] = (line, _value(reading, node))
        else:
            valid = [*DEFAULTS, "steps"]
            hint = f"{suggestion(key, valid)} Valid: {', '.join(valid)}.".strip()
            reading.wrong(line, f"{key!r} is no key of a recipe. {hint}")
    if not steps:
        reading.wrong(0, "steps are missing: a list of type, name and config.")
    return keys, steps


def _step_nodes(reading: _Reading, node: yaml.Node) -> Iterator[tuple[int, Keys]]:
    if not isinstance(node, yaml.SequenceNode):
        reading.wrong(node.start_mark.line + 1, "steps is a list of type, name and config.")
        return
    for item in node.value:
        line = item.start_mark.line + 1
        if not isinstance(item, yaml.MappingNode):
            reading.wrong(line, "a step has type, name and config.")
            continue
        keys: Keys = {}
        for key, where, value in _entries(reading, item, "the step"):
            if key not in _STEP_KEYS:
                hint = f"{suggestion(key, _STEP_KEYS)} Valid: {', '.join(_STEP_KEYS)}.".strip()
                reading.wrong(where, f"{key!r} is no key of a step. {hint}")
            elif key == "config" and isinstance(value, yaml.MappingNode):
                config = {}
                for name, at, each in _entries(reading, value, "the config"):
                    if name == "api_key" and "${" not in str(each.value) and each.value:
                        hint = "Name a variable of the environment: api_key: ${OPENAI_API_KEY}"
                        reading.wrong(at, f"a key must not stand in a recipe. {hint}")
                    config[name] = (at, _value(reading, each))
                keys[key] = (where, config)
            else:
                keys[key] = (where, _value(reading, value))
        yield line, keys


def _entries(
    reading: _Reading, node: yaml.MappingNode, what: str
) -> Iterator[tuple[str, int, yaml.Node]]:
    seen: set[str] = set()
    for key, value in node.value:
        name, line = str(key.value), key.start_mark.line + 1
        if name in seen:
            reading.wrong(line, f"{name!r} stands twice in {what}.")
        seen.add(name)
        yield name, line, value


def _value(reading: _Reading, node: yaml.Node) -> Any:
    value = yaml.constructor.SafeConstructor().construct_document(node)
    return _filled(reading, value, node.start_mark.line + 1)


def _filled(reading: _Reading, value: Any, line: int) -> Any:
    """${NAME} stands for a variable of the environment."""
    if isinstance(value, list):
        return [_filled(reading, item, line) for item in value]
    if not isinstance(value, str):
        return value

    def known(found: re.Match[str]) -> str:
        if found[1] not in os.environ:
            reading.wrong(line, f"the environment variable {found[1]} is not set.")
        return os.environ.get(found[1], "")

    return _VARIABLE.sub(known, value)


def _steps(reading: _Reading, steps: Sequence[tuple[int, Keys]]) -> Iterator[Planned]:
    for line, keys in steps:
        type_line, kind = keys.get("type", (line, None))
        name_line, name = keys.get("name", (line, None))
        if kind is None:
            types = ", ".join(sorted({known for known, _ in registry.STEPS}))
            reading.wrong(line, f"the step has no type. Valid types: {types}.")
            continue
        try:
            found = registry.find(kind, name)
        except UserError as error:
            known = kind in {each for each, _ in registry.STEPS}
            reading.wrong(name_line if known else type_line, str(error))
            continue
        config_line, config = keys.get("config", (line, {}))
        if config is None:
            config = {}
        if not isinstance(config, dict):
            reading.wrong(config_line, f"config is {config!r}; keys and values are wanted.")
            continue
        places = {key: at for key, (at, _) in config.items()}
        written = {key: value for key, (_, value) in config.items()}
        given = registry.read_config(found, written)
        for key, text in given.wrong.items():
            reading.wrong(places.get(key, config_line), text)
        reading.warnings += given.warnings
        if given.config is not None and not given.wrong:
            yield Planned(found, given.config, line)


def _check_input(
    reading: _Reading,
    settings: Mapping[str, Any],
    planned: Sequence[Planned],
    lines: Mapping[str, int],
) -> None:
    """The input is there, and every step finds the columns that it reads."""
    line = lines.get("meta_path", 0)
    folder = settings["meta_folder"]
    if folder and not Path(folder).is_dir():
        reading.wrong(lines.get("meta_folder", 0), f"there is no folder {folder}.")
    try:
        names = tables.columns(settings["meta_path"])
    except UserError as error:
        reading.wrong(line, str(error))
        return
    if (id_key := settings["id_key"]) and id_key not in names:
        found = ", ".join(sorted(names)) or "none"
        reading.wrong(lines.get("id_key", 0), f"no row has a column {id_key!r}; found {found}.")
    for name in names:
        if name in (*tables.OWN, tables.ERROR):
            reading.wrong(line, f"the column {name!r} is taken by us; give it another name.")
    theirs = {settings[key]: ours for key, ours in _KEYS.items()}
    there = {ours for name, ours in theirs.items() if name in names}
    keys = {ours: key for key, ours in _KEYS.items()}
    for number, each in enumerate(planned, 1):
        read = each.step.reads | {theirs.get(name, name) for name in each.config.columns()}
        for column in sorted(read - there - names):
            if column in keys:
                asked = settings[keys[column]]
                found = ", ".join(sorted(names)) or "none"
                what = (
                    f"no earlier step makes it and no row has a column {asked!r} ({keys[column]})"
                )
                text = f"step {number}, {each.step.title}, reads {column}: {what}; found {found}."
            else:
                text = (
                    f"step {number}, {each.step.title}, reads {column}: no earlier step makes it."
                )
            reading.wrong(each.line, text)
        there |= each.step.writes
