"""Training data: sampled objects, drawn by our renderer, as features of the encoder's frozen stem.

Pictures are not kept: the stem is fixed, so its features (float16) are all that training needs.
A set is a folder of shards `<category>-<number>.npz`; each worker writes whole shards, so
generation can be stopped and continued at any time, and categories can be added one by one.

    python -m img2code.model.data --out data/train --objects 2500
    python -m img2code.model.data --out data/train --objects 4000 --categories Table Chair
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import geometry
from geometry.rescale import diagonal, rescale
from img2code.files import whole
from img2code.model.config import Config
from img2code.view import View

SHARD = 500  # objects
VIEWS = 2  # pictures per object
#: In training pictures the room around objects shrinks to this share, that details are large.
CLOSER = 0.45
#: Objects that fill no more than this stay small: not every picture can be cropped to its object.
FAR = 0.6
#: Seeds of training start with 1, of held-out objects with 2.
TRAINING, HELD_OUT = 1, 2


@dataclass(frozen=True)
class Example:
    """A sampled object, how it is seen, and its picture (S, S, 3) uint8."""

    code: dict[str, Any]
    view: View
    picture: np.ndarray


@cache
def usual_diagonal(category: str) -> float:
    """The median bounding-box diagonal of the category's sampled objects."""
    rng = np.random.default_rng([TRAINING])
    return float(np.median([_diagonal(geometry.sample(category, rng)) for _ in range(301)]))


def _diagonal(code: dict[str, Any]) -> float:
    return diagonal(np.concatenate([points for _, points, _ in geometry.parts(code)]))


def sample_object(
    category: str, rng: np.random.Generator
) -> tuple[dict[str, Any], list[tuple[np.ndarray, np.ndarray]]]:
    """A sampled object brought to the category's usual diagonal (its size cannot be seen).

    Its code, and (vertices, faces) of each of its parts.
    """
    code = geometry.sample(category, rng)
    pieces = [(points, faces) for _, points, faces in geometry.parts(code) if len(faces)]
    factor = usual_diagonal(category) / diagonal(np.concatenate([points for points, _ in pieces]))
    return rescale(code, factor), [(points * factor, faces) for points, faces in pieces]


def sample_view(rng: np.random.Generator, front: float = 0.7) -> View:
    """A view from -10 to 60 degrees above; with probability `front` within 90 degrees of the front.

    Low views are the most common ones, as in photographs.
    """
    yaw = rng.uniform(-90, 90) if rng.random() < front else rng.uniform(-180, 180)
    elevation = rng.uniform(-10, 60) if rng.random() < 0.6 else rng.normal(18, 12)
    return View(yaw, float(np.clip(elevation, -10, 60)), float(np.clip(rng.normal(0, 2.5), -8, 8)))


def examples(
    rng: np.random.Generator,
    category: str,
    renderer: Any,
    front: float = 0.7,
    views: int = VIEWS,
    plain: bool = False,
    close: bool = False,
) -> Iterator[Example]:
    """Endless examples; the same generator state gives the same ones.

    close: most objects fill the frame nearly, as `frame.framings` brings them before the network.
    """
    from img2code.model.look import sample_look

    while True:
        code, pieces = sample_object(category, rng)
        for _ in range(views):
            view = sample_view(rng, front)
            look = sample_look(rng, len(pieces), plain)
            if close and look.fill > FAR:
                look = replace(look, fill=1 - CLOSER * (1 - look.fill))
            yield Example(code, view, renderer.draw(pieces, view.matrix(), look))


def write_shard(path: Path, number: int, category: str, size: int, frozen: int) -> None:
    """One shard of training examples, written whole.

    Its decisions are numbered as in the vocabulary of this category alone, which `bins` pins down.
    """
    import torch

    from img2code.model.encoder import Encoder, load_imagenet
    from img2code.model.net import prepare
    from img2code.model.render import Renderer
    from img2code.model.store import fingerprint
    from img2code.model.vocabulary import Vocabulary

    torch.set_num_threads(1)
    vocabulary = Vocabulary([category])
    encoder = Encoder(frozen).eval()
    load_imagenet(encoder)
    rng = np.random.default_rng([TRAINING, zlib.crc32(category.encode()), number])
    pictures, steps = [], []
    with Renderer(size, supersample=1.25) as renderer:
        for example in examples(rng, category, renderer, close=True):
            pictures.append(example.picture)
            steps.append(vocabulary.steps(example.code, example.view))
            if len(pictures) == SHARD * VIEWS:
                break
    features = []
    with torch.inference_mode():
        for start in range(0, len(pictures), 50):
            batch = encoder.stem(prepare(np.stack(pictures[start : start + 50])))
            features.append(batch.permute(0, 2, 3, 1).half().numpy())
    with whole(path) as temporary:
        np.savez(
            temporary,
            bins=fingerprint(vocabulary),
            features=np.concatenate(features),
            lengths=np.array([len(s.slots) for s in steps]),
            steps=np.concatenate([np.stack((s.slots, s.repeats, s.answers)) for s in steps], 1),
        )


def _work(task: tuple[Path, int, str, int, int]) -> None:
    write_shard(*task)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--objects", type=int, default=2500, help="per category")
    parser.add_argument("--categories", nargs="+", default=geometry.categories())
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--first", type=int, default=0, help="number of the first shard")
    parser.add_argument("--size", type=int, default=Config.size)
    parser.add_argument("--frozen", type=int, default=Config.frozen)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    tasks = [
        (
            options.out / f"{category}-{number:04d}.npz",
            number,
            category,
            options.size,
            options.frozen,
        )
        for number in range(options.first, options.first - (-options.objects // SHARD))
        for category in options.categories
    ]
    tasks = [task for task in tasks if not task[0].exists()]
    from tqdm import tqdm

    context = multiprocessing.get_context("spawn")
    with context.Pool(options.workers) as pool:
        for _ in tqdm(pool.imap_unordered(_work, tasks), total=len(tasks), unit="shard"):
            pass


if __name__ == "__main__":
    main()
