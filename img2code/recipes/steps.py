"""Steps of our own: reconstruct pictures, render codes, keep some rows."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from geometry.errors import UserError
from img2code import atomic
from img2code.recipes.registry import (
    DROPPED,
    Config,
    Outcome,
    Place,
    Row,
    Work,
    batch_step,
    step,
)


@dataclass(frozen=True, kw_only=True)
class Reconstruction(Config):
    """category: of all pictures; the back end's choice by default. mesh: a suffix, or empty."""

    batch_size: int = 4
    category: str | None = None
    fit: bool = False
    backend: str = "embedded"
    model_path: str | None = None
    api_url: str | None = None
    mesh: str = ".glb"


def _check_reconstruction(config: Reconstruction) -> Sequence[str]:
    from geometry.export.write import EXPORTERS
    from geometry.program import find_category
    from img2code.backends import BACKENDS

    wrong = []
    if config.category is not None:
        try:
            find_category(config.category)
        except UserError as error:
            wrong.append(str(error))
    if config.backend not in BACKENDS:
        wrong.append(f"backend {config.backend!r} is not known; valid: {', '.join(BACKENDS)}.")
    if config.mesh and config.mesh not in EXPORTERS:
        wrong.append(f"mesh {config.mesh!r} is no suffix; valid: {', '.join(EXPORTERS)}.")
    return wrong


@batch_step(
    "Reconstructor",
    "Reconstructor",
    reads=["image"],
    writes=["code", "category", "confidence", "mesh"],
    check=_check_reconstruction,
)
def reconstruct(config: Reconstruction, place: Place) -> Work:
    """The code of each picture, its category, and its mesh as a file."""
    from geometry.export.write import export
    from img2code.backends import load
    from img2code.reconstruct import Reconstructor
    from img2code.result import Done

    options = {"model": config.model_path, "url": config.api_url}
    given = {name: value for name, value in options.items() if value is not None}
    reconstructor = Reconstructor(load(config.backend, **given))

    def work(rows: Sequence[Row]) -> Sequence[Outcome]:
        outcomes: list[Outcome] = [UserError("There was no answer.", "Try again.") for _ in rows]
        pictures = [place.picture(row) for row in rows]
        categories = [config.category] * len(rows)
        texts, fits = [False] * len(rows), [config.fit] * len(rows)
        for number, event in reconstructor.stream_many(pictures, categories, texts, fits=fits):
            if isinstance(event, Exception):
                outcomes[number] = event
            elif isinstance(event, Done):
                outcomes[number] = values(rows[number], event)
        return outcomes

    def values(row: Row, event: Done) -> Outcome:
        result = event.result
        told: Row = {
            "code": result.code,
            "category": result.category,
            "confidence": result.confidence,
        }
        if result.fitted:
            told["iou"] = round(result.fitted.overlap, 4)
        if config.mesh:
            target = place.made(row, f"mesh{config.mesh}", "generated_meshes")
            try:
                export(result.program, target)
            except UserError as error:
                return error
            told["mesh"] = str(target)
        return told

    return work


@dataclass(frozen=True, kw_only=True)
class Rendering(Config):
    """height, width: pixels."""

    height: int = 512
    width: int = 512


@step("Renderer", "Renderer", reads=["code"], writes=["image"])
def render(config: Rendering, place: Place) -> Callable[[Row], Row]:
    """A picture of each code, drawn without OpenGL."""
    from geometry.draw.raster import draw

    def run(row: Row) -> Row:
        code = json.loads(row["code"]) if isinstance(row["code"], str) else row["code"]
        picture = draw(code, max(config.width, config.height))
        left, top = (picture.width - config.width) // 2, (picture.height - config.height) // 2
        picture = picture.crop((left, top, left + config.width, top + config.height))
        target = place.made(row, "rendered.png")
        with atomic.atomic_path(target) as temporary:
            picture.save(temporary)
        return {"image": str(target)}

    return run


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "in": lambda value, among: value in among,
    "contains": lambda value, part: part in value,
}


@dataclass(frozen=True, kw_only=True)
class Filtering(Config):
    """Rows stay of which `column` compares so with `value`; `min_words`, `max_words`: of a text."""

    column: str
    compare: str = "=="
    value: Any = None
    min_words: int | None = None
    max_words: int | None = None

    def columns(self) -> Sequence[str]:
        return (self.column,)


def _check_filter(config: Filtering) -> Sequence[str]:
    if config.compare not in _COMPARISONS:
        return [f"compare {config.compare!r} is not known; valid: {', '.join(_COMPARISONS)}."]
    if config.compare == "in" and not isinstance(config.value, list):
        return ["compare 'in' needs a list as value."]
    if config.value is None and config.min_words is None and config.max_words is None:
        return ["Filter needs value, min_words or max_words."]
    return []


@step("Filter", "Filter", check=_check_filter)
def keep(config: Filtering, place: Place) -> Callable[[Row], Row]:
    """Takes rows out that do not compare as is wanted; they are in no later step's result."""
    compares = _COMPARISONS[config.compare]

    def run(row: Row) -> Row:
        value = place.value(row, config.column)
        words = len(str(value).split())
        kept = (config.min_words is None or words >= config.min_words) and (
            config.max_words is None or words <= config.max_words
        )
        if kept and config.value is not None:
            wanted = config.value
            if isinstance(wanted, int | float) and isinstance(value, str):
                value = float(value)  # tables of text have no numbers
            kept = compares(value, wanted)
        return {} if kept else {DROPPED: True}

    return run
