"""Writes docs/sizes.md: how large objects of each category usually are, and what they weigh.

python tools/usual_sizes.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import geometry
from geometry.export.real import kilograms, mass_in_words, real_size
from geometry.export.usual import SOLID, USUAL

PATH = Path(__file__).parents[1] / "docs" / "sizes.md"
SAMPLES = 24  # as HEAD says
HEAD = """# Usual sizes

What `--size usual` takes an object for, and what mechanisms of a known size weigh. The numbers are
those of `geometry/export/usual.py`: standards where one is named, else what shops sell.

The measure is one that open doors, lids and handles change least. The *skin* is how much of the
material lies under every surface; what is deeper weighs nothing. A kettle's body is drawn solid or
with thick walls, a real one is sheet; with a skin of 8 mm, boards of 16 mm are solid and thicker
ones hollow. Of appliances the skin stands for motors, insulation and counterweights too. Closed
vessels are full of water, open ones empty. One material stands for the whole object; where its mass
is, and how it turns, is taken from the full solids.

*Real ones* is what such objects weigh by common knowledge. The last column is what 24 sampled
objects of the usual size weigh (seeds 0 to 23): the median, and in brackets the middle half;
`tests/geometry/export/test_real_size.py` holds the median to *real ones*.

This file is made by `python tools/usual_sizes.py`.

| category | usual | of | material | kg/m³ | skin | real ones | sampled ones |
|---|---|---|---|---|---|---|---|
"""


def document() -> str:
    return HEAD + "".join(f"{row(category)}\n" for category in geometry.categories())


def row(category: str) -> str:
    known = USUAL[category]
    skin = "solid" if known.skin == SOLID else f"{1000 * known.skin:g} mm"
    low, middle, high = np.percentile(masses(category), [25, 50, 75])
    cells = [
        category,
        str(known.size),
        known.about,
        known.material,
        f"{known.density:g}",
        skin,
        between(*known.weighs),
        f"{mass_in_words(middle)} ({between(low, high)})",
    ]
    return f"| {' | '.join(cells)} |"


def masses(category: str) -> list[float]:
    """Of sampled objects of the category's usual size, kg."""
    codes = (geometry.sample(category, np.random.default_rng(k)) for k in range(SAMPLES))
    return [kilograms(code, real_size(code, "usual")) for code in codes]


def between(low: float, high: float) -> str:
    return f"{mass_in_words(low)} to {mass_in_words(high)}"


if __name__ == "__main__":
    PATH.write_text(document(), encoding="utf-8")
