"""How good the embedded model is: held-out objects, figures per category, one table.

Held-out objects come from seeds that training never draws. Figures: category, exact set of
templates, yaw error up to the object's own symmetries, and how well the surfaces agree (own
frames, each centred and divided by its diagonal, 10,000 points, not aligned).
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

import geometry
from geometry.metrics import shape_scores, yaw_error, yaw_symmetries
from img2code.errors import UserError
from img2code.model.data import HELD_OUT, Example, examples
from img2code.reconstruct import Reconstructor
from img2code.view import view_of

#: Pixels of held-out pictures: more than the model takes, as real pictures have.
SIZE = 288
OBJECTS = 100  # per category


@dataclass(frozen=True)
class Row:
    """What became of one held-out picture."""

    category: str
    predicted: str
    same_templates: bool
    yaw_error: float  # degrees
    scores: dict[str, float]
    seconds: float
    first_token_seconds: float
    error: str = ""


def held_out(
    categories: Sequence[str], count: int = OBJECTS, front: bool = True, plain: bool = False
) -> Iterator[Example]:
    """`count` examples per category, the same ones on every run.

    front: yaw within 90 degrees of the front; else all around. plain: clean product pictures on
    white without camera faults.
    """
    from img2code.model.render import Renderer

    with Renderer(SIZE) as renderer:
        for category in categories:
            seed = [HELD_OUT, zlib.crc32(category.encode()), int(front)]
            rng = np.random.default_rng(seed)
            share = 1.0 if front else 0.0
            source = examples(rng, category, renderer, share, 1, plain)
            for _, example in zip(range(count), source, strict=False):
                yield example


def evaluate(reconstructor: Reconstructor, held: Iterable[Example]) -> Iterator[Row]:
    """One row per example, as they are done; a failure scores nothing and says why."""
    for example in held:
        yield judge(reconstructor, example)


def judge(reconstructor: Reconstructor, example: Example) -> Row:
    """One held-out picture through the whole loop, against the truth."""
    truth = example.code
    start = time.perf_counter()
    nothing = {"f1_5": 0.0, "f1_2": 0.0, "chamfer": 1.0}
    try:
        result = reconstructor.run(Image.fromarray(example.picture))
        mesh = geometry.mesh(result.code)
    except (UserError, geometry.CodeError) as error:
        seconds = time.perf_counter() - start
        return Row(truth["category"], "", False, 180.0, nothing, seconds, seconds, str(error))
    seconds = time.perf_counter() - start
    true_mesh = geometry.mesh(truth)
    seen = view_of(result.code["pose"]["global_rotation"])
    return Row(
        truth["category"],
        result.category,
        templates_of(result.code) == templates_of(truth),
        yaw_error(seen.yaw, example.view.yaw, yaw_symmetries(true_mesh)),
        shape_scores(true_mesh, mesh),
        seconds,
        result.first_token_seconds,
    )


def templates_of(code: dict[str, Any]) -> list[str]:
    return sorted([code["category"], *(part["template"] for part in code["conceptualization"])])


def summary(rows: Sequence[Row]) -> dict[str, float]:
    """The figures of some rows: shares, degrees, scores, seconds."""
    return {
        "objects": len(rows),
        "category": float(np.mean([row.predicted == row.category for row in rows])),
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
        "| category | objects | category right | exact template set | median yaw error "
        "| F1 at 5 % | F1 at 2 % | Chamfer | median time |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    names = sorted({row.category for row in rows})
    groups = [(name, [row for row in rows if row.category == name]) for name in names]
    for name, group in [*groups, ("**all**", list(rows))]:
        s = summary(group)
        lines.append(
            f"| {name} | {s['objects']:.0f} | {s['category']:.1%} | {s['templates']:.1%} "
            f"| {s['yaw']:.1f}° | {s['f1_5']:.3f} | {s['f1_2']:.3f} | {s['chamfer']:.4f} "
            f"| {s['seconds']:.2f} s |"
        )
    return "\n".join(lines)
