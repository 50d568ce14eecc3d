"""Training data from photographs: what the model itself says of them, where it is plainly right.

    python -m img2code.model.training.photographed --photographs photos/pool --out data/train

Every photograph whose category is known is read and its code fitted onto it. Where the object then
lies on the pictured one, code and view are taken for true, and the photograph becomes examples of
its category's shard 9000, with other colours and framings each time.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance
from tqdm import tqdm

import geometry
from geometry.errors import UserError
from geometry.view import View, view_of
from img2code import framing, photo_list
from img2code.backends import embedded
from img2code.fit.mask import box_of
from img2code.framing import Pixels
from img2code.image import open_image
from img2code.model import vocabulary as v
from img2code.model.config import Config
from img2code.model.training.shards import Pictured, write
from img2code.photo_list import Photograph
from img2code.reconstruct import Reconstructor
from img2code.render.before import noisy
from img2code.render.examples import diagonal, usual_diagonal

NUMBER = 9000  # of the shards
COPIES = 8  # of each photograph
#: Overlap of the silhouettes from which a code is taken for true.
MET = 0.9
#: Factors by which brightness, contrast and colour are changed.
_COLOURS = (0.75, 1.3)
_FILLS = (0.8, 0.96)


def understood(
    reconstructor: Reconstructor, listed: list[Photograph]
) -> Iterator[tuple[Image.Image, Pixels, geometry.Program]]:
    """Those photographs that a fitted code lies on: picture, the object's box, the code."""
    for photograph in tqdm(listed, unit="photograph"):
        try:
            result = reconstructor.run(photograph.path, photograph.label, fit=True)
        except UserError:
            continue
        fitted = result.fitted
        if fitted is None or fitted.mask is None or fitted.mask.unsure or fitted.overlap < MET:
            continue
        box = box_of(fitted.mask.probability >= 0.5, fitted.mask.square)
        if box and abs(view_of(result.program.pose.rotation).roll) <= -v.LEFTMOST:
            yield open_image(photograph.path), box, result.program


def copies(
    rng: np.random.Generator, picture: Image.Image, box: Pixels, size: int
) -> Iterator[np.ndarray]:
    """The object (size, size, 3) in other framings and colours, endlessly."""
    colour = framing.border_colour(picture)
    while True:
        square = framing.around(box, float(rng.uniform(*_FILLS)))
        seen = framing.cut(picture, square, size, colour)
        for enhancer in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
            seen = enhancer(seen).enhance(float(rng.uniform(*_COLOURS)))
        yield noisy(rng, np.asarray(seen))


def as_usual(program: geometry.Program) -> tuple[dict[str, object], View]:
    """The code as large as objects of its category are in training, and its view."""
    code = program.as_dict()
    factor = usual_diagonal(program.category.name) / diagonal(code)
    return geometry.rescale(code, factor), view_of(program.pose.rotation)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--photographs", type=Path, required=True, help="a folder with its list")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    listed = [each for each in photo_list.read(options.photographs) if each.label]
    rng = np.random.default_rng(NUMBER)
    found: dict[str, list[Pictured]] = defaultdict(list)
    for picture, box, program in understood(Reconstructor(embedded.load()), listed):
        code, view = as_usual(program)
        shown = copies(rng, picture, box, Config.size)
        found[program.category.name] += [(next(shown), code, view) for _ in range(COPIES)]
    for category, examples in found.items():
        print(f"{category}: {len(examples) // COPIES} photographs")
        write(options.out / f"{category}-{NUMBER}.npz", category, Config.frozen, examples)


if __name__ == "__main__":
    main()
