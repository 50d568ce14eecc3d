"""Training data: sampled objects, drawn by our renderer, as features of the encoder's frozen stem.

Pictures are not kept: the stem is fixed, so its features (float16) are all that training needs.
A set is a folder of shards `<category>-<number>.npz`; each worker writes whole shards, so
generation can be stopped and continued at any time, and categories can be added one by one.

    python -m img2code.model.training.shards --out data/train --objects 2500
    python -m img2code.model.training.shards --out data/train --objects 4000 --categories Table
    python -m img2code.model.training.shards --out data/train --backgrounds photos/pool

With photographs as backgrounds, a quarter of the pictures are before pieces of them; half of the
others are in rooms. A third of the objects are as people keep them (`render/everyday.py`).
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import zlib
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

import geometry
from geometry.view import View
from img2code import framing, photo_list
from img2code.atomic import atomic_path
from img2code.image import content, open_image
from img2code.model.config import Config
from img2code.render.examples import TRAINING, VIEWS, examples

Task = TypeVar("Task", bound=tuple[Any, ...])
#: A picture (S, S, 3) uint8, the code of what it shows, and how that is seen.
Pictured = tuple[np.ndarray, Mapping[str, Any], View]

SHARD = 250  # objects
#: Share of the objects whose numbers are moved beyond what the samplers draw.
WIDENED = 0.5
#: Share of the objects that are as people keep them.
USUAL = 0.35
BACKGROUNDS = 50  # photographs per shard


def write_shard(
    path: Path, number: int, category: str, size: int, frozen: int, backgrounds: Path | None
) -> None:
    """One shard of training examples. backgrounds: a folder of photographs with its list."""
    import torch

    from img2code.render.renderer import Renderer

    torch.set_num_threads(1)
    rng = np.random.default_rng([TRAINING, zlib.crc32(category.encode()), number])
    with Renderer(size, supersample=1.25) as renderer:
        behind = some_photographs(backgrounds, category, size, rng) if backgrounds else []
        drawn = examples(
            rng,
            category,
            renderer,
            close=True,
            widen=WIDENED,
            photographs=behind,
            rooms=True,
            usual=USUAL,
        )
        chosen = list(islice(drawn, SHARD * VIEWS))
    write(path, category, frozen, [(each.picture, each.code, each.view) for each in chosen])


def write(path: Path, category: str, frozen: int, examples: Sequence[Pictured]) -> None:
    """Writes a shard whole.

    Its decisions are numbered as in the vocabulary of this category alone, which `bins` pins down.
    """
    import torch

    from img2code.model.encoder import Encoder, load_imagenet
    from img2code.model.net import prepare
    from img2code.model.vocabulary import Vocabulary
    from img2code.model.weights_file import fingerprint

    vocabulary = Vocabulary([category])
    encoder = Encoder(frozen).eval()
    load_imagenet(encoder)
    pictures = [picture for picture, _, _ in examples]
    steps = [vocabulary.steps(code, view) for _, code, view in examples]
    features = []
    with torch.inference_mode():
        for start in range(0, len(pictures), 50):
            batch = encoder.stem(prepare(np.stack(pictures[start : start + 50])))
            features.append(batch.permute(0, 2, 3, 1).half().numpy())
    with atomic_path(path) as temporary:
        np.savez(
            temporary,
            bins=fingerprint(vocabulary),
            features=np.concatenate(features),
            lengths=np.array([len(s.slots) for s in steps]),
            steps=np.concatenate([np.stack((s.slots, s.repeats, s.answers)) for s in steps], 1),
        )


def some_photographs(
    folder: Path, category: str, size: int, rng: np.random.Generator
) -> list[np.ndarray]:
    """Some of the photographs of other things, square, larger than the pictures to make."""
    listed = [each for each in photo_list.read(folder) if each.label != category]
    chosen = rng.choice(len(listed), min(BACKGROUNDS, len(listed)), replace=False)
    squares = []
    for index in chosen:
        picture = open_image(listed[index].path)
        square = framing.around(content(picture), 1.0)
        squares.append(np.asarray(framing.cut(picture, square, round(1.5 * size))))
    return squares


def _work(task: tuple[Path, int, str, int, int, Path | None]) -> None:
    write_shard(*task)


def write_missing(work: Callable[[Task], None], tasks: Sequence[Task], workers: int) -> None:
    """Does the tasks whose shard is not there yet; a task begins with the path of its shard."""
    from tqdm import tqdm

    missing = [task for task in tasks if not task[0].exists()]
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        for _ in tqdm(pool.imap_unordered(work, missing), total=len(missing), unit="shard"):
            pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--objects", type=int, default=2500, help="per category")
    parser.add_argument("--categories", nargs="+", default=geometry.categories())
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--first", type=int, default=0, help="number of the first shard")
    parser.add_argument("--size", type=int, default=Config.size)
    parser.add_argument("--frozen", type=int, default=Config.frozen)
    parser.add_argument("--backgrounds", type=Path, help="a folder of photographs with its list")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    tasks = [
        (
            options.out / f"{category}-{number:04d}.npz",
            number,
            category,
            options.size,
            options.frozen,
            options.backgrounds,
        )
        for number in range(options.first, options.first - (-options.objects // SHARD))
        for category in options.categories
    ]
    write_missing(_work, tasks, options.workers)


if __name__ == "__main__":
    main()
