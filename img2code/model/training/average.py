"""Averages the weights of two networks, the second trained on from the first.

    python -m img2code.model.training.average OLD NEW --fraction 0.6 --out BOTH

Such an average often does better than either, at no cost when it is used.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from img2code.model.training.descent import mixed
from img2code.model.weights_file import WeightsError, load, save


def average(old: Path, new: Path, fraction: float, out: Path) -> None:
    """Writes (1 - fraction) of the old weights plus fraction of the new ones.

    Raises WeightsError where the two are networks of different sizes or categories.
    """
    (first, vocabulary), (second, _) = load(old), load(new)
    if first.config != second.config:
        raise WeightsError(f"{old} and {new}: networks of different sizes have no average.")
    save(mixed(first, second, fraction), out, first.config, vocabulary)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--fraction", type=float, default=0.5, help="of the new weights (0.5)")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    average(options.old, options.new, options.fraction, options.out)


if __name__ == "__main__":
    main()
