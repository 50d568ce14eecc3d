"""Steps by type and name: what they read and write, their typed config, and how they are loaded."""

from __future__ import annotations

import dataclasses
import functools
import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from geometry.errors import UserError, suggestion

Row = dict[str, Any]
Outcome = Row | Exception
#: Values of some rows, an exception for those that failed; never fewer than there were rows.
Work = Callable[[Sequence[Row]], Sequence[Outcome]]
Settings = TypeVar("Settings", bound="Config")

#: A value that takes the row out of what follows.
DROPPED = "_dropped"
#: Types that recipes elsewhere name and that are not built.
UNBUILT = {
    "VideoCaptioner": "Videos are not read yet. Cut them into pictures and take an ImageCaptioner.",
    "VideoGenerator": "Videos are not made yet. Take an ImageGenerator.",
}
#: Keys that steer a server of models which is not among the back ends here.
SERVER_ONLY = ("tensor_parallel_size", "max_model_len", "max_num_seqs", "gpu_memory_utilization")


@dataclass(frozen=True, kw_only=True)
class Config:
    """What the config of every step may say. batch_size: rows at once. workers: processes."""

    batch_size: int = 1
    workers: int = 1
    trust_remote_code: bool = False  # for recipes that say so: code of a model is never run

    def columns(self) -> Sequence[str]:
        """Columns that it names and a step reads, as the user calls them."""
        return ()


@dataclass(frozen=True)
class Place:
    """Where a step works.

    meta: the folder that relative paths of pictures start from. folder: the step's own. columns:
    the user's names by ours, "image" and "text".
    """

    meta: Path
    folder: Path
    columns: Mapping[str, str] = field(default_factory=dict)

    def value(self, row: Row, column: str) -> Any:
        """What stands in a column, by the user's name for it. Raises UserError."""
        ours = {theirs: ours for ours, theirs in self.columns.items()}.get(column, column)
        if ours not in row:
            found = ", ".join(name for name in row if not name.startswith("_"))
            raise UserError(f"It has no column {column!r}.", f"It has {found}.")
        return row[ours]

    def picture(self, row: Row) -> Path:
        """The path of the row's picture."""
        path = row["image"]
        if isinstance(path, list) and len(path) == 1:
            (path,) = path
        if not isinstance(path, str):
            raise UserError(f"Its picture is {path!r}.", "A path is wanted.")
        return self.meta / path  # an absolute path stays

    def made(self, row: Row, ending: str, kind: str = "generated_images") -> Path:
        """Where a file that is made of the row goes, e.g. generated_images/chair_generated.png."""
        folder = self.folder / kind
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{row['_name']}_{ending}"


@dataclass(frozen=True)
class Step(Generic[Settings]):
    """A step as recipes name it, by kind (its type there) and name.

    reads, writes: columns. version: another one makes earlier results stale.
    """

    kind: str
    name: str
    summary: str
    config: type[Settings]
    reads: frozenset[str]
    writes: frozenset[str]
    load: Callable[[Settings, Place], Work]
    check: Callable[[Settings], Sequence[str]]
    version: int = 1

    @property
    def title(self) -> str:
        return f"{self.kind} {self.name}"


STEPS: dict[tuple[str, str], Step[Any]] = {}


def nothing_wrong(config: Any) -> Sequence[str]:
    return ()


def step(
    kind: str,
    name: str,
    *,
    reads: Sequence[str] = (),
    writes: Sequence[str] = (),
    check: Callable[[Any], Sequence[str]] = nothing_wrong,
    version: int = 1,
) -> Callable[[Callable[[Any, Place], Callable[[Row], Row]]], Callable[[Any, Place], Any]]:
    """Makes a function of a config and a place a step; it returns what turns a row into values.

    The function loads models; it runs once per worker. What it returns takes a row with the columns
    that are read and gives those that are written; what it raises is that row's error alone. The
    config's class is the annotation of the function's first argument, the summary its docstring.
    check: sentences on what is wrong with a config, without loading anything.
    """

    def register(load: Callable[[Any, Place], Callable[[Row], Row]]) -> Any:
        def work(config: Any, place: Place) -> Work:
            run = load(config, place)
            return lambda rows: [attempted(run, row) for row in rows]

        add(_made(load, work, kind, name, reads, writes, check, version))
        return load

    return register


def batch_step(
    kind: str,
    name: str,
    *,
    reads: Sequence[str] = (),
    writes: Sequence[str] = (),
    check: Callable[[Any], Sequence[str]] = nothing_wrong,
    version: int = 1,
) -> Callable[[Callable[[Any, Place], Work]], Callable[[Any, Place], Work]]:
    """The same of a function whose result takes `batch_size` rows at once (Work).

    Where all rows of a batch fail together, each is tried alone.
    """

    def register(load: Callable[[Any, Place], Work]) -> Callable[[Any, Place], Work]:
        def work(config: Any, place: Place) -> Work:
            return functools.partial(_together, load(config, place))

        add(_made(load, work, kind, name, reads, writes, check, version))
        return load

    return register


def add(made: Step[Any]) -> None:
    STEPS[made.kind, made.name] = made


def attempted(run: Callable[[Row], Row], row: Row) -> Outcome:
    try:
        return run(row)
    except Exception as error:
        return error


def _together(work: Work, rows: Sequence[Row]) -> Sequence[Outcome]:
    try:
        return work(rows)
    except Exception as error:
        if len(rows) == 1:
            return [error]
        return [outcome for row in rows for outcome in _together(work, [row])]


def _made(
    load: Callable[..., Any],
    work: Callable[[Any, Place], Work],
    kind: str,
    name: str,
    reads: Sequence[str],
    writes: Sequence[str],
    check: Callable[[Any], Sequence[str]],
    version: int,
) -> Step[Any]:
    hints = get_type_hints(load)
    config = next(iter(hints.values()), Config)
    summary = (load.__doc__ or "").split("\n\n")[0].strip()
    where = frozenset(reads), frozenset(writes)
    return Step(kind, name, summary, config, *where, work, check, version)


def load_steps() -> None:
    """Make the steps that come along known; their models are not loaded."""
    for name in ("steps", "captioners", "generators", "texts", "analysis"):
        importlib.import_module(f"img2code.recipes.{name}")


def find(type: object, name: object) -> Step[Any]:
    """Raises UserError that says what is valid. name None: the only one of its type."""
    types = sorted({known for known, _ in STEPS})
    if type in UNBUILT:
        raise UserError(f"type {type} is not built.", UNBUILT[str(type)])
    if type not in types:
        hint = f"{suggestion(str(type), types)} Valid types: {', '.join(types)}."
        raise UserError(f"type {type!r} is not known.", hint.strip())
    names = sorted(known for kind, known in STEPS if kind == type)
    if name is None and len(names) == 1:
        (name,) = names
    if name is None:
        raise UserError(f"{type} needs a name.", f"Valid names: {', '.join(names)}.")
    if name not in names:
        hint = f"{suggestion(str(name), names)} Valid names of {type}: {', '.join(names)}."
        raise UserError(f"name {name!r} is not known.", hint.strip())
    return STEPS[str(type), str(name)]


@dataclass(frozen=True)
class Given:
    """A config as it was read: its value, what is wrong by key, and what was passed over."""

    config: Config | None
    wrong: Mapping[str, str] = field(default_factory=dict)
    warnings: Sequence[str] = ()


def read_config(kind: Step[Any], written: Mapping[str, Any]) -> Given:
    """The typed config of what a recipe says; every key that is wrong with one sentence."""
    hints = get_type_hints(kind.config)
    known = {each.name for each in dataclasses.fields(kind.config)}
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    warnings: list[str] = []
    unused = [key for key in written if key in SERVER_ONLY and key not in known]
    if unused:
        names = ", ".join(unused)
        warnings.append(f"{kind.title}: {names} steer vLLM, which does not serve this step.")
    for key, value in written.items():
        if key in unused:
            continue
        if key == "weight" and "width" in known and "weight" not in known:
            warnings.append(f"{kind.title}: 'weight' was read as 'width'.")
            key = "width"
        if key not in known:
            hint = f"{suggestion(key, known)} Valid: {', '.join(sorted(known))}."
            wrong[key] = f"{key!r} is no key of {kind.title}. {hint.strip()}"
            continue
        try:
            values[key] = _typed(value, hints[key])
        except ValueError:
            wrong[key] = f"{key!r} is {value!r}; {_in_words(hints[key])} is wanted."
    if values.get("trust_remote_code"):
        warnings.append(f"{kind.title}: trust_remote_code is ignored; code of models is never run.")
    if wrong:
        return Given(None, wrong, warnings)
    try:
        config = kind.config(**values)
    except TypeError:
        fields = dataclasses.fields(kind.config)
        needed = [
            each.name
            for each in fields
            if each.default is dataclasses.MISSING
            and each.default_factory is dataclasses.MISSING
            and each.name not in values
        ]
        return Given(None, {"": f"{kind.title} needs {', '.join(needed)}."}, warnings)
    for name in ("batch_size", "workers"):
        if getattr(config, name) < 1:
            return Given(
                None, {name: f"{name!r} is {getattr(config, name)}; at least 1."}, warnings
            )
    problems = kind.check(config)
    return Given(config, {"": " ".join(problems)} if problems else {}, warnings)


def _typed(value: Any, hint: Any) -> Any:
    """The value as the hint wants it. Raises ValueError."""
    if hint is Any:
        return value
    options = get_args(hint)
    if type(None) in options:
        if value is None:
            return None
        (hint,) = (option for option in options if option is not type(None))
        options = get_args(hint)
    if get_origin(hint) is tuple:
        items = value if isinstance(value, list) else [value]
        return tuple(_typed(item, options[0]) for item in items)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if hint is str and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if hint is bool and isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if hint in (int, float) and isinstance(value, str):
        return hint(value)
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise ValueError(value)
    return value


def _in_words(hint: Any) -> str:
    kinds = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}
    options = [option for option in get_args(hint) if option is not type(None)]
    if get_origin(hint) is tuple:
        return f"a list of which each is {kinds.get(options[0], str(options[0]))}"
    return kinds.get(options[0] if options else hint, str(hint))
