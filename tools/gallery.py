"""Contact sheets: sixteen sampled objects of each category, drawn by our own renderer.

python tools/gallery.py [CATEGORY ...] [--out docs/gallery]
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

import geometry
from geometry import program
from geometry.draw.raster import draw
from geometry.view import View

PATH = Path(__file__).parents[1] / "docs" / "gallery"
COLUMNS, ROWS, TILE = 4, 4, 200
SEED = 0
COLOURS = 64


def codes(category: str) -> list[dict[str, Any]]:
    """Objects of consecutive seeds, each from a view of its own on the front side."""
    result = []
    for number in range(COLUMNS * ROWS):
        rng = np.random.default_rng([SEED, number])
        code = geometry.sample(category, rng)
        view = View(rng.uniform(-60, 60), rng.uniform(10, 40))
        pose = {"global_position": [0, 0, 0], "global_rotation": view.pose()}
        result.append({**code, "pose": pose})
    return result


def inputs(category: str) -> str:
    """A hash of what a sheet shows: the codes with their poses."""
    texts = [program.dumps(code, digits=4) for code in codes(category)]
    return hashlib.sha256("".join(texts).encode()).hexdigest()


def sheet(category: str) -> Image.Image:
    page = Image.new("RGB", (COLUMNS * TILE, ROWS * TILE), "white")
    for number, code in enumerate(codes(category)):
        place = number % COLUMNS * TILE, number // COLUMNS * TILE
        page.paste(draw(code, TILE), place)
    return page


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("categories", nargs="*", metavar="CATEGORY")
    parser.add_argument("--out", type=Path, default=PATH)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for category in options.categories or geometry.categories():
        note = PngInfo()
        note.add_text("inputs", inputs(category))
        page = sheet(category).quantize(COLOURS, dither=Image.Dither.NONE)
        page.save(options.out / f"{category}.png", optimize=True, pnginfo=note)


if __name__ == "__main__":
    main()
