"""Mutated pictures of every format that is read: each one opens, or is refused in a sentence.

`run(count, seed)` for each format; `python tests/fuzz/pictures.py COUNT [SEED]` from the shell.
"""

from __future__ import annotations

import io
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from img2code.errors import ImageError
from img2code.image import open_image
from img2code.limits import PICTURE_SIDE
from img2code.picture_formats import READ


@dataclass
class Tally:
    """What became of the mutants of one format: how many of each kind, and the slowest one."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    foreign: list[str] = field(default_factory=list)  # exceptions of another family, with the seed


def seeds(kind: str) -> list[bytes]:
    """Small whole files of a format, in several of its modes."""
    noise = np.random.default_rng(1).integers(0, 255, (24, 40, 4), np.uint8)
    colour = Image.fromarray(noise[..., :3])
    grey = Image.fromarray(noise[..., 0])
    deep = Image.fromarray(noise[..., :2].copy().view(np.uint16)[..., 0])
    made: list[tuple[Image.Image, dict[str, object]]] = [(colour, {})]
    if kind in ("PNG", "TIFF"):
        made += [(deep, {}), (grey.convert("1"), {}), (Image.fromarray(noise), {})]
    if kind == "TIFF":
        made += [(colour, {"compression": name}) for name in ("tiff_lzw", "jpeg", "tiff_deflate")]
    if kind == "JPEG":
        exif = Image.Exif()
        exif[0x0112] = 6
        made += [(colour.convert("CMYK"), {}), (colour, {"progressive": True, "exif": exif})]
    if kind in ("GIF", "WEBP", "AVIF", "PNG"):
        made += [(colour, {"save_all": True, "append_images": [colour.rotate(180)]})]
    if kind in ("PNG", "GIF"):
        made += [(colour.quantize(16), {"transparency": 0})]
    return [_saved(picture, kind, options) for picture, options in made]


def _saved(picture: Image.Image, kind: str, options: dict[str, object]) -> bytes:
    content = io.BytesIO()
    picture.save(content, kind, **options)
    return content.getvalue()


def mutants(kind: str, count: int, seed: int) -> Iterator[bytes]:
    """Files of a format with a few bytes changed, cut, doubled or moved; always the same ones."""
    rng = np.random.default_rng([seed, READ.index(kind)])
    originals = seeds(kind)
    for number in range(count):
        yield _mutated(bytearray(originals[number % len(originals)]), rng)


def _mutated(content: bytearray, rng: np.random.Generator) -> bytes:
    for _ in range(int(rng.integers(1, 6))):
        head = rng.random() < 0.5  # headers are a small part of a file and the most telling
        place = int(rng.integers(0, max(min(64, len(content)) if head else len(content), 1)))
        size = int(rng.integers(1, 9))
        match rng.integers(0, 6):
            case 0:
                content[place : place + 1] = bytes([int(rng.integers(0, 256))])
            case 1:
                extreme = (b"\xff", b"\0", b"\x7f", b"\x80")[int(rng.integers(0, 4))]
                content[place : place + size] = extreme * size
            case 2:
                del content[place : place + size]
            case 3:
                content[place:place] = rng.bytes(size)
            case 4:
                content[place:place] = content[place : place + 8 * size]
            case 5 if rng.random() < 0.2:
                del content[place:]
    return bytes(content)


def run(count: int, seed: int = 0) -> dict[str, Tally]:
    """`count` mutants of each format, opened."""
    return {kind: _opened(kind, count, seed) for kind in READ}


def _opened(kind: str, count: int, seed: int) -> Tally:
    tally = Tally()
    for number, content in enumerate(mutants(kind, count, seed)):
        start = time.perf_counter()
        try:
            picture = open_image(content)
        except ImageError as refused:
            tally.outcomes[refused.problem.split(";")[0][:40]] += 1
        except Exception as error:
            tally.foreign.append(f"{kind} {number}: {type(error).__name__}: {error}")
        else:
            tally.outcomes["opened"] += 1
            assert picture.mode == "RGB"
            assert picture.width == picture.height <= PICTURE_SIDE
        tally.slowest = max(tally.slowest, time.perf_counter() - start)
    return tally


if __name__ == "__main__":
    number, *rest = map(int, sys.argv[1:])
    found = run(number, *rest)
    for kind, tally in found.items():
        print(f"{kind}: slowest {tally.slowest:.2f} s, {dict(tally.outcomes.most_common(6))}")
        print("\n".join(tally.foreign[:20]))
    sys.exit(any(tally.foreign for tally in found.values()))
