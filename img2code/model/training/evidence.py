"""What the networks see of pictures whose category is known: what the judge is fitted to.

    python -m img2code.model.training.evidence --photographs photos/pool --out data/photographs.npz
    python -m img2code.model.training.evidence --objects 60 --out data/renders.npz

Photographs are those of a folder's list (`img2code.photo_list`). Each is seen as it is and, its
object cut out, on white, as product pictures are. Renders are drawn here.
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
from torch import Tensor

import geometry
from img2code import framing, photo_list
from img2code.atomic import atomic_path
from img2code.image import content, open_image
from img2code.model import recognizer, weights_file
from img2code.model.seeing import view

#: Kinds of pictures.
PHOTOGRAPH, CUT_OUT, RENDER = 0, 1, 2
#: Number of the seeds of these renders: no shard has it.
SEED = 90001
BATCH = 8
SIDE = 288  # pixels of the renders


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
    """Every photograph of the list, and its object on white."""
    seeing = recognizer.load()
    for number, photograph in enumerate(photo_list.read(folder)):
        label = geometry.categories().index(photograph.label) if photograph.label else -1
        picture = open_image(photograph.path)
        yield picture, label, PHOTOGRAPH, number
        square = framing.around(content(picture), 1.0)
        side = round(square[2] - square[0])
        chances = 1 / (1 + np.exp(-seeing.salient_in(picture, square)))
        mask = Image.fromarray((chances * 255).astype(np.uint8))
        on_white = Image.new("RGB", (side, side), (255, 255, 255))
        paste = framing.cut(picture, square, side)
        on_white.paste(paste, mask=mask.resize((side, side), Image.Resampling.BILINEAR))
        yield on_white, label, CUT_OUT, number


def renders(objects: int) -> Iterator[Sample]:
    """So many objects of each category, drawn once, mostly from the front."""
    from img2code.render.examples import TRAINING, examples
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
