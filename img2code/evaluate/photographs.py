"""How well photographs are recognised, of a folder with a list of what they show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from geometry.errors import UserError
from img2code.backends import Backend, SeeingBackend
from img2code.image import open_image
from img2code.photo_list import Photograph
from img2code.recognition import Recognition

BINS = 10  # of the calibration error


def recognise(
    backend: Backend, photographs: Iterable[Photograph]
) -> Iterator[tuple[Photograph, Recognition]]:
    """What the back end takes each picture for. Raises UserError where it does not say."""
    if not isinstance(backend, SeeingBackend):
        problem = f"The back end {backend.name} does not rank categories."
        raise UserError(problem, "Use --backend embedded.")
    for photograph in photographs:
        (seen,) = backend.see([open_image(photograph.path)])
        yield photograph, seen.recognition


def calibration_error(chances: np.ndarray, right: np.ndarray) -> float:
    """Expected difference between confidence (N,) and rightness (N,), over bins of confidence."""
    places = np.minimum((chances * BINS).astype(int), BINS - 1)
    total = 0.0
    for place in range(BINS):
        inside = places == place
        if inside.any():
            total += inside.mean() * abs(chances[inside].mean() - right[inside].mean())
    return float(total)


def table(found: Sequence[tuple[Photograph, Recognition]]) -> str:
    """The figures by background and for all, as a Markdown table and a line below."""
    ours = [(p, r) for p, r in found if p.label]
    others = [r for p, r in found if not p.label]
    lines = []
    if ours:
        lines += [
            "| background | photographs | right | in top 3 | said to be none of them |",
            "|---|---|---|---|---|",
        ]
        names = sorted({p.background for p, _ in ours})
        groups = [(name, [x for x in ours if x[0].background == name]) for name in names if name]
        for name, group in [*groups, ("**all**", ours)]:
            right = np.mean([r.category == p.label for p, r in group])
            three = np.mean([p.label and r.is_among_the_first(p.label) for p, r in group])
            unknown = np.mean([not r.is_known for _, r in group])
            lines.append(f"| {name} | {len(group)} | {right:.1%} | {three:.1%} | {unknown:.1%} |")
        chances = np.array([r.ranking[0][1] for _, r in ours])
        error = calibration_error(chances, np.array([r.category == p.label for p, r in ours]))
        lines.append(f"\nExpected calibration error {error:.3f}.")
    if others:
        caught = np.mean([not r.is_known for r in others])
        lines.append(f"\n{len(others)} pictures of other things: {caught:.1%} said to be none.")
    return "\n".join(lines)
