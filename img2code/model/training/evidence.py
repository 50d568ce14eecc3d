"""What the networks see of pictures whose category is known: what the judge is fitted to.

    python -m img2code.model.training.evidence --photographs photos/pool --out data/photographs.npz
    python -m img2code.model.training.evidence --objects 60 --out data/renders.npz

Photographs are those of a folder's list (`img2code.photo_list`). Each is seen as it is and, its
object cut out, on white, as product pictures are, in a studio's light, and before another of the
photographs. Renders are drawn here.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from scipy import ndimage
from torch import Tensor

import geometry
from img2code import framing, photo_list
from img2code.atomic import atomic_path
from img2code.fit.mask import resampled
from img2code.image import content, open_image
from img2code.model import recognizer, weights_file
from img2code.model.seeing import view
from img2code.render.before import background
from img2code.render.examples import TRAINING

#: Kinds of pictures.
PHOTOGRAPH, CUT_OUT, RENDER, STUDIO, SCENE = range(5)
#: Number of the seeds of these renders: no shard has it.
SEED = 90001
BATCH = 8
SIDE = 288  # pixels of the pictures made here
#: What an object takes of the frame before another ground, at least and at most.
FILLS = (0.5, 0.95)


@dataclass(frozen=True)
class Evidence:
    """Of N pictures: features (N, 1280), ImageNet's logits (N, 1000), own log-probabilities (N, C),
    labels (N,), -1 for something else, kinds (N,) and the number of the original (N,)."""

    features: Tensor
    logits: Tensor
    own: Tensor
    labels: Tensor
    kinds: Tensor
    sources: Tensor

    @staticmethod
    def read(path: Path) -> Evidence:
        with np.load(path) as file:
            return Evidence(
                *(
                    torch.from_numpy(file[name]).to(dtype)
                    for name, dtype in (
                        ("features", torch.float32),
                        ("logits", torch.float32),
                        ("own", torch.float32),
                        ("labels", torch.int64),
                        ("kinds", torch.int64),
                        ("sources", torch.int64),
                    )
                )
            )

    def where(self, chosen: Tensor) -> Evidence:
        """The pictures that a mask (N,) chooses."""
        return Evidence(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


Sample = tuple[Image.Image, int, int, int]  # picture, label, kind, number of the original


def photographs(folder: Path) -> Iterator[Sample]:
    """Every photograph of the list, and its object on other grounds."""
    seeing = recognizer.load()
    listed = photo_list.read(folder)
    others = [each for each in listed if not each.label]
    for number, photograph in enumerate(listed):
        rng = np.random.default_rng([TRAINING, SEED, number])
        label = geometry.categories().index(photograph.label) if photograph.label else -1
        picture = open_image(photograph.path)
        yield picture, label, PHOTOGRAPH, number
        (found,) = seeing.look([picture], [None]).found
        logits, covers = seeing.mask(picture, found)
        square = framing.around(found.box, float(rng.uniform(*FILLS)))
        mask = resampled(1 / (1 + np.exp(-logits)), covers, square, SIDE)
        top = np.asarray(framing.cut(picture, square, SIDE))
        other = open_image(others[int(rng.integers(len(others)))].path)
        behind = framing.cut(other, framing.around(content(other), 1.0), round(1.5 * SIDE))
        for kind, ground in (
            (CUT_OUT, np.full(top.shape, 255.0)),
            (STUDIO, studio(rng, mask)),
            (SCENE, np.asarray(background(rng, np.asarray(behind), SIDE))),
        ):
            both = mask[..., None] * top + (1 - mask[..., None]) * ground
            yield Image.fromarray(both.clip(0, 255).astype(np.uint8)), label, kind, number


def studio(rng: np.random.Generator, mask: np.ndarray) -> np.ndarray:
    """(S, S, 3) a wall that turns into a floor, lit from one side, and an object's soft shadow."""
    side = len(mask)
    y, x = np.mgrid[:side, :side] / side - rng.uniform(0.3, 0.7, (2, 1, 1))
    wall, floor = rng.uniform(110, 255, 2)
    turn = 1 / (1 + np.exp(-y / rng.uniform(0.01, 0.3)))
    light = wall + (floor - wall) * turn + rng.uniform(-60, 60) * (x**2 + y**2)
    reach, moved = side * rng.uniform(0.01, 0.08), side * rng.uniform(-0.05, 0.05, 2)
    shadow = ndimage.gaussian_filter(ndimage.shift(mask, (abs(moved[0]), moved[1])), reach)
    tint = 1 - rng.uniform(0, 0.15) * rng.random(3)
    ground: np.ndarray = (light * (1 - rng.uniform(0, 0.6) * shadow))[..., None] * tint
    return ground


def renders(objects: int) -> Iterator[Sample]:
    """So many objects of each category, drawn once, mostly from the front."""
    from img2code.render.examples import examples
    from img2code.render.renderer import Renderer

    with Renderer(SIDE) as renderer:
        for label, category in enumerate(geometry.categories()):
            rng = np.random.default_rng([TRAINING, zlib.crc32(category.encode()), SEED])
            drawn = examples(rng, category, renderer, 0.8, 1)
            for number, example in zip(range(objects), drawn, strict=False):
                yield Image.fromarray(example.picture), label, RENDER, label * objects + number


def gather(samples: Iterator[Sample]) -> dict[str, np.ndarray]:
    """The evidence of all samples, as arrays to save."""
    from tqdm import tqdm

    net, vocabulary = weights_file.load()
    seeing = recognizer.load()
    columns: dict[str, list[np.ndarray]] = {"features": [], "logits": [], "own": []}
    facts: list[tuple[int, int, int]] = []
    waiting: list[Sample] = []

    def flush() -> None:
        pictures = [picture for picture, *_ in waiting]
        seen = view(net, vocabulary, seeing, pictures, [None] * len(pictures))
        for name, values in zip(
            columns, (seen.looked.features, seen.looked.logits, seen.own), strict=True
        ):
            columns[name].append(values.half().numpy())
        facts.extend(sample[1:] for sample in waiting)
        waiting.clear()

    for sample in tqdm(samples, unit="picture"):
        waiting.append(sample)
        if len(waiting) == BATCH:
            flush()
    if waiting:
        flush()
    labels, kinds, sources = np.array(facts).T
    arrays = {name: np.concatenate(values) for name, values in columns.items()}
    return arrays | {"labels": labels, "kinds": kinds, "sources": sources}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--photographs", type=Path, help="a folder with its list")
    what.add_argument("--objects", type=int, help="renders per category")
    options = parser.parse_args()
    listed = options.photographs
    arrays = gather(photographs(listed) if listed else renders(options.objects))
    with atomic_path(options.out) as temporary:
        np.savez(temporary, **arrays)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
