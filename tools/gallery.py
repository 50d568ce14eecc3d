"""Contact sheets: sixteen sampled objects of each category, drawn by our own renderer.

python tools/gallery.py [CATEGORY ...] [--out docs/gallery]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

import geometry
from geometry.picture import draw
from img2code.view import View

ROOT = Path(__file__).parents[1]
COLUMNS, ROWS, TILE = 4, 4, 200
SEED = 0


def sheet(category: str) -> Image.Image:
    """Objects of consecutive seeds, each from a view of its own on the front side."""
    page = Image.new("RGB", (COLUMNS * TILE, ROWS * TILE), "white")
    for number in range(COLUMNS * ROWS):
        rng = np.random.default_rng([SEED, number])
        code = geometry.sample(category, rng)
        view = View(rng.uniform(-60, 60), rng.uniform(10, 40))
        pose = {"global_position": [0, 0, 0], "global_rotation": view.pose()}
        tile = draw({**code, "pose": pose}, TILE)
        page.paste(tile, (number % COLUMNS * TILE, number // COLUMNS * TILE))
    return page


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("categories", nargs="*", metavar="CATEGORY")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "gallery")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for category in options.categories or geometry.categories():
        page = sheet(category).quantize(64, dither=Image.Dither.NONE)
        page.save(options.out / f"{category}.png", optimize=True)


if __name__ == "__main__":
    main()
