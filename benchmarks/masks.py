"""How well the masks of objects overlap the true ones, on three kinds of ground.

    python benchmarks/masks.py --photographs photos/pool --salient runs/salient.safetensors

Renders of 520 pixels that no training draws; overlap (intersection over union) at 128 pixels of the
square around the object: the mask of the picture as a whole, that of a look at the object alone,
and the mean of both.
"""

from __future__ import annotations

import argparse
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image

from img2code import framing, photo_list
from img2code.backends import embedded
from img2code.backends.embedded import Embedded
from img2code.fit import mask
from img2code.fit.drawing import overlap
from img2code.image import content, open_image
from img2code.model import recognizer, salient
from img2code.model.recognizer import CLOSE, Found, Recognizer
from img2code.model.training.composites import BUSY, GRADED, PLAIN, Masked, renders

SEED = 91777
SIDE, AT = 520, 128
BAD = 0.8


def scaled(values: np.ndarray, square: framing.Pixels, size: int) -> np.ndarray:
    """A square of a mask that may reach beyond it, in another size."""
    picture = Image.fromarray(values.astype(np.float32))
    left, top, right, bottom = square
    margin = int(max(0, -left, -top, right - len(values), bottom - len(values))) + 1
    canvas = Image.new("F", (len(values) + 2 * margin,) * 2)
    canvas.paste(picture, (margin, margin))
    box = (left + margin, top + margin, right + margin, bottom + margin)
    return np.asarray(canvas.resize((size, size), Image.Resampling.BILINEAR, box=box))


def chances(logits: np.ndarray, size: int) -> np.ndarray:
    found = Image.fromarray(1 / (1 + np.exp(-logits)))
    return np.asarray(found.resize((size, size), Image.Resampling.BILINEAR))


def measured(seeing: Recognizer, masked: Masked) -> list[float]:
    """The three overlaps of a picture."""
    picture, truth = Image.fromarray(masked.picture), masked.mask / 255
    rows, columns = (np.flatnonzero((truth > 0.5).any(axis)) for axis in (1, 0))
    box = (float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1))
    tight = framing.around(box, 1.0)
    right = scaled(truth, tight, AT)
    wide = seeing.salient_in(picture, (0.0, 0.0, float(SIDE), float(SIDE)))
    both, square = seeing.mask(picture, Found(box, mask=wide))
    inner = framing.around((0, 0, 2 * AT, 2 * AT), 1 / CLOSE)
    looks = [scaled(chances(wide, SIDE), tight, AT)]
    for close in (seeing.salient_in(picture, square), both):
        looks.append(scaled(chances(close, 2 * AT), inner, AT))
    return [overlap(each > 0.5, right > 0.5) for each in looks]


def trusted(backend: Embedded, masked: Masked) -> tuple[float, float]:
    """How sure the mask of a fit is of itself, and its overlap with the true one."""
    picture = open_image(Image.fromarray(masked.picture))
    (seen,) = backend.see([picture], [None])
    found = backend.mask(picture, seen)
    whole = (0.0, 0.0, float(picture.width), float(picture.width))
    right = mask.resampled(masked.mask / 255, whole, found.square, len(found.probability))
    return found.confidence, overlap(found.probability >= 0.5, right >= 0.5)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--photographs", type=Path, required=True, help="a folder with its list")
    parser.add_argument("--salient", type=Path, help="weights instead of the shipped ones")
    parser.add_argument("--count", type=int, default=64, help="renders of each kind")
    options = parser.parse_args()
    seeing = recognizer.load()
    if options.salient:
        seeing.salient.load_state_dict(salient.load(options.salient).state_dict())
    behind = []
    for photograph in photo_list.read(options.photographs)[::15]:
        picture = open_image(photograph.path)
        square = framing.around(content(picture), 1.0)
        values = np.asarray(framing.cut(picture, square, SIDE))
        behind.append(Masked(values, values[..., 0]))
    backend = embedded.load()
    backend.recognizer = seeing
    print("| ground | whole picture | object alone | both |\n|---|---|---|---|")
    trust: list[tuple[float, float]] = []
    for ground in (PLAIN, GRADED, BUSY):
        made = list(islice(renders(behind, [ground], SEED, SIDE), options.count))
        found = [measured(seeing, masked) for masked in made]
        trust += [trusted(backend, masked) for masked in made]
        means = np.mean(found, axis=0)
        print(f"| {ground} | " + " | ".join(f"{mean:.3f}" for mean in means) + " |", flush=True)
    print(f"\n| confidence | renders | overlap under {BAD:.0%} |\n|---|---|---|")
    for name, unsure in ((f"under {mask.UNSURE:g}", True), ("above", False)):
        rows = [overlaps for sure, overlaps in trust if (sure < mask.UNSURE) == unsure]
        print(f"| {name} | {len(rows)} | {sum(each < BAD for each in rows)} |")


if __name__ == "__main__":
    main()
