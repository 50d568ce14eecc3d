"""How good a back end is: held-out objects, figures per category, one table or two.

Held-out objects come from seeds that training never draws. Figures: category (and whether it is
among the three likeliest, where the back end ranks them), exact set of templates, yaw error up to
the object's own symmetries, and how well the surfaces agree (own frames, each centred and divided
by its diagonal, 10,000 points, not aligned); if asked for, also by the published protocol
(`geometry.metrics.aligned`).
"""

from __future__ import annotations

import functools
import multiprocessing
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from PIL import Image

import geometry
from geometry.errors import UserError
from geometry.metrics.aligned import F_AT, aligned_scores
from geometry.metrics.own_frame import shape_scores, yaw_error, yaw_symmetries
from geometry.view import view_of
from img2code.backends import SeeingBackend
from img2code.reconstruct import Reconstructor
from img2code.render.examples import HELD_OUT, Example, examples

#: Pixels of held-out pictures: more than the model takes, as real pictures have.
SIZE = 288
OBJECTS = 100  # per category
Kind = TypeVar("Kind")  # of what is known of one picture


@dataclass(frozen=True)
class Row:
    """What became of one held-out picture."""

    category: str
    predicted: str
    in_top_3: bool | None  # None where the back end does not rank categories
    same_templates: bool
    yaw_error: float  # degrees
    scores: dict[str, float]
    seconds: float
    first_token_seconds: float
    error: str = ""
    aligned: dict[str, float] = field(default_factory=dict)


def held_out(
    categories: Sequence[str],
    count: int = OBJECTS,
    front: bool = True,
    plain: bool = False,
    seeds: int = HELD_OUT,
) -> Iterator[Example]:
    """`count` examples per category, the same ones on every run.

    front: yaw within 90 degrees of the front; else all around. plain: clean product pictures on
    white without camera faults. seeds: DEVELOPMENT for objects that weights are chosen by.
    """
    from img2code.render.renderer import Renderer

    with Renderer(SIZE) as renderer:
        for category in categories:
            seed = [seeds, zlib.crc32(category.encode()), int(front)]
            rng = np.random.default_rng(seed)
            fraction = 1.0 if front else 0.0
            source = examples(rng, category, renderer, fraction, 1, plain)
            for _, example in zip(range(count), source, strict=False):
                yield example


def evaluate(
    reconstructor: Reconstructor, held: Iterable[Example], aligned: bool = False
) -> Iterator[Row]:
    """One row per example, as they are done; a failure scores nothing and says why."""
    for example in held:
        yield judge(reconstructor, example, aligned)


def evaluate_parallel(
    backend: str,
    categories: Sequence[str],
    count: int,
    front: bool,
    plain: bool,
    aligned: bool,
    workers: int,
) -> Iterator[Row]:
    """`evaluate` on held-out objects, a category at a time in each of several processes."""
    work = functools.partial(_category_rows, backend, count, front, plain, aligned)
    yield from by_category(work, categories, workers)


def by_category(
    work: Callable[[str], list[Kind]], categories: Sequence[str], workers: int
) -> Iterator[Kind]:
    """What `work` makes of each category, in several processes; in any order."""
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        for rows in pool.imap_unordered(work, categories):
            yield from rows


def _category_rows(
    backend: str, count: int, front: bool, plain: bool, aligned: bool, category: str
) -> list[Row]:
    held = held_out([category], count, front, plain)
    return list(evaluate(one_thread(backend), held, aligned))


@functools.cache
def one_thread(backend: str) -> Reconstructor:
    """One per process, on one thread: the processes share the cores."""
    import torch

    from img2code.backends import load

    torch.set_num_threads(1)
    return Reconstructor(load(backend))


def judge(reconstructor: Reconstructor, example: Example, aligned: bool = False) -> Row:
    """One held-out picture through the whole loop, against the truth."""
    truth = example.code
    picture = Image.fromarray(example.picture)
    ranks = isinstance(reconstructor.backend, SeeingBackend)
    start = time.perf_counter()
    nothing = {"f1_5": 0.0, "f1_2": 0.0, "chamfer": 1.0}
    try:
        result = reconstructor.run(picture)
        mesh = geometry.mesh(result.program)
    except UserError as error:
        seconds = time.perf_counter() - start
        failure = (False if ranks else None, False, 180.0, nothing, seconds, seconds, str(error))
        return Row(truth["category"], "", *failure)
    seconds = time.perf_counter() - start
    true_mesh = geometry.mesh(truth)
    seen = view_of(result.program.pose.rotation)
    recognized = result.recognition
    return Row(
        truth["category"],
        result.category,
        recognized.is_among_the_first(truth["category"]) if recognized else None,
        templates_of(result.code) == templates_of(truth),
        yaw_error(seen.yaw, example.view.yaw, yaw_symmetries(true_mesh)),
        shape_scores(true_mesh, mesh),
        seconds,
        result.first_token_seconds,
        aligned=aligned_scores(true_mesh, mesh) if aligned else {},
    )


def templates_of(code: dict[str, Any]) -> list[str]:
    return sorted([code["category"], *(part["template"] for part in code["conceptualization"])])


def summary(rows: Sequence[Row]) -> dict[str, float]:
    """The figures of some rows: fractions, degrees, scores, seconds."""
    ranked = [row.in_top_3 for row in rows if row.in_top_3 is not None]
    return {
        "objects": len(rows),
        "category": float(np.mean([row.predicted == row.category for row in rows])),
        "top_3": float(np.mean(ranked)) if ranked else float("nan"),
        "templates": float(np.mean([row.same_templates for row in rows])),
        "yaw": float(np.median([row.yaw_error for row in rows])),
        "f1_5": float(np.mean([row.scores["f1_5"] for row in rows])),
        "f1_2": float(np.mean([row.scores["f1_2"] for row in rows])),
        "chamfer": float(np.mean([row.scores["chamfer"] for row in rows])),
        "seconds": float(np.median([row.seconds for row in rows])),
    }


def table(rows: Sequence[Row]) -> str:
    """The figures per category and for all, as a Markdown table."""
    lines = [
        "| category | objects | category right | in top 3 | exact template set "
        "| median yaw error | F1 at 5 % | F1 at 2 % | Chamfer | median time |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, group in groups(rows, lambda row: row.category):
        s = summary(group)
        lines.append(
            f"| {name} | {s['objects']:.0f} | {s['category']:.1%} | {s['top_3']:.1%} "
            f"| {s['templates']:.1%} | {s['yaw']:.1f}° | {s['f1_5']:.3f} | {s['f1_2']:.3f} "
            f"| {s['chamfer']:.4f} | {s['seconds']:.2f} s |"
        )
    return "\n".join(lines)


def aligned_table(rows: Sequence[Row]) -> str:
    """The published protocol's figures per category and for all; failures count as zero."""
    heads = [f"F at {at}" for at in F_AT]
    lines = [
        f"| category | Chamfer | {' | '.join(heads)} | yaw | pitch | roll |",
        "|---|---|" + "---|" * (len(heads) + 3),
    ]
    for name, group in groups(rows, lambda row: row.category):
        done = [row.aligned for row in group if row.aligned]
        scores = [sum(each[f"f_{at}"] for each in done) / len(group) for at in F_AT]
        turns = [
            f"{np.mean([abs(each[axis]) for each in done]):.0f}°"
            for axis in ("yaw", "pitch", "roll")
        ]
        distance = np.mean([each["chamfer"] for each in done])
        cells = [f"{distance:.4f}", *(f"{score:.3f}" for score in scores), *turns]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def groups(rows: Sequence[Kind], of: Callable[[Kind], str]) -> list[tuple[str, list[Kind]]]:
    """The rows of each name that `of` gives them, by name, and all of them at the end."""
    names = sorted({of(row) for row in rows})
    found = [(name, [row for row in rows if of(row) == name]) for name in names]
    return [*found, ("**all**", list(rows))]
