"""Compares weights of the network that writes codes on objects neither trained on nor held out.

    python benchmarks/weights.py OLD NEW BOTH --objects 10

Such development objects are what weights may be chosen by; held-out ones only say how good the
chosen ones are.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import geometry
from img2code.backends.embedded import Embedded
from img2code.evaluate.score import evaluate, held_out, summary
from img2code.reconstruct import Reconstructor
from img2code.render.examples import DEVELOPMENT


def row(path: Path, objects: int) -> str:
    """The figures of some weights as a line of a Markdown table."""
    examples = held_out(geometry.categories(), objects, seeds=DEVELOPMENT)
    rows = list(evaluate(Reconstructor(Embedded(path)), examples))
    by_category = {
        name: summary([each for each in rows if each.category == name])["f1_5"]
        for name in geometry.categories()
    }
    worst = min(by_category, key=by_category.__getitem__)
    found = summary(rows)
    return (
        f"| {path} | {found['category']:.1%} | {found['templates']:.1%} | {found['f1_5']:.3f} "
        f"| {found['f1_2']:.3f} | {worst} {by_category[worst]:.3f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("weights", type=Path, nargs="+")
    parser.add_argument("--objects", type=int, default=10, help="per category")
    options = parser.parse_args()
    print("| weights | category | exact set | F1 at 5 % | F1 at 2 % | worst category |")
    print("|---|---|---|---|---|---|")
    for path in options.weights:
        print(row(path, options.objects), flush=True)


if __name__ == "__main__":
    main()
