"""What closing gaps between parts that touch does to held-out objects: F1 and gaps before, after.

python benchmarks/contacts.py [--objects 10] reconstructs pictures of held-out objects with a back
end and compares each answer, as decoded and with its gaps closed, against the truth.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from PIL import Image

import geometry
import stats
from geometry import contacts
from geometry.errors import UserError
from geometry.metrics.own_frame import shape_scores
from geometry.program import Program, parse
from img2code.backends import load
from img2code.evaluate.score import held_out
from img2code.reconstruct import Reconstructor

SCORES = ("f1_5", "f1_2")


@dataclass(frozen=True)
class Row:
    """One object: its scores before and after, and the gaps by pair as fractions of its size."""

    before: dict[str, float]
    after: dict[str, float]
    gaps: dict[tuple[str, str, str], float]


def compared(truth: Program, decoded: Program) -> Row:
    mended, closed = contacts.closed(decoded)
    true_mesh = geometry.mesh(truth)
    before_mesh = geometry.mesh(decoded)
    before = shape_scores(true_mesh, before_mesh)
    after = shape_scores(true_mesh, geometry.mesh(mended)) if closed else before
    size = np.ptp(before_mesh.bounds, axis=0)
    gaps = {
        (gap.carrier, gap.carried, gap.axis): gap.distance / size["xyz".index(gap.axis)]
        for gap in closed
    }
    return Row(before, after, gaps)


def table(rows: dict[str, list[Row]]) -> str:
    """Figures of each category and of all, then the pairs whose gaps were closed."""
    lines = [
        "| category | objects | changed | F1 at 5 %: before | after | F1 at 2 %: before | after |",
        "|---|---|---|---|---|---|---|",
    ]
    everything = [row for group in rows.values() for row in group]
    for name, group in [*rows.items(), ("all", everything)]:
        cells = [
            f"{np.mean([scores[key] for scores in side]):.4f}"
            for key in SCORES
            for side in ([row.before for row in group], [row.after for row in group])
        ]
        changed = sum(bool(row.gaps) for row in group)
        lines.append(f"| {name} | {len(group)} | {changed} | {' | '.join(cells)} |")
    lines += ["", "| category, pair | closed | mean gap before | mean change of F1 at 2 % |"]
    lines.append("|---|---|---|---|")
    for name, group in rows.items():
        pairs: dict[tuple[str, str, str], list[tuple[float, float]]] = defaultdict(list)
        for row in group:
            for pair, gap in row.gaps.items():
                pairs[pair].append((gap, row.after["f1_2"] - row.before["f1_2"]))
        for (carrier, carried, axis), found in pairs.items():
            gap, gain = np.mean(found, axis=0)
            row_of = f"{name}: {carried} on {carrier}, {axis}"
            lines.append(f"| {row_of} | {len(found)} | {gap:.1%} | {gain:+.4f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--objects", type=int, default=10, help="per category")
    parser.add_argument("--backend", default="embedded")
    options = parser.parse_args()
    reconstructor = Reconstructor(load(options.backend))
    rows: dict[str, list[Row]] = defaultdict(list)
    for example in held_out(geometry.categories(), options.objects):
        try:
            result = reconstructor.run(Image.fromarray(example.picture))
        except UserError as error:
            print(f"left out, {example.code['category']}: {error}")
            continue
        decoded = parse(stats.decode(result.token_code))
        rows[example.code["category"]].append(compared(parse(example.code), decoded))
    print(table(rows))


if __name__ == "__main__":
    main()
