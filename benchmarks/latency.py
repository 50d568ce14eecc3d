"""How long a picture takes until its mesh is there, and how much memory the model holds.

python benchmarks/latency.py --repeat 5
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import time
from pathlib import Path
from typing import Any

import numpy as np

EXAMPLES = Path(__file__).parents[1] / "example_images"
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
MEGABYTE = 1024**2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--backend", default="embedded")
    parser.add_argument("--repeat", type=int, default=5, help="runs over all pictures")
    parser.add_argument("--pictures", type=Path, default=EXAMPLES, help="a folder")
    options = parser.parse_args()
    pictures = pictures_in(options.pictures)

    start = time.perf_counter()
    from img2code.backends import load
    from img2code.reconstruct import Reconstructor

    reconstructor = Reconstructor(load(options.backend))
    loaded = time.perf_counter() - start
    reconstructor.run(pictures[0])  # the first one also warms caches
    whole, first, tokens = [], [], []
    for picture in pictures * options.repeat:
        start = time.perf_counter()
        result = reconstructor.run(picture)
        result.scene()
        whole.append(time.perf_counter() - start)
        first.append(result.first_token_seconds)
        tokens.append(result.tokens)

    print(f"{options.backend}, {machine()}")
    print(f"{len(pictures)} pictures, {options.repeat} times each; seconds")
    print("|                  |  p50  |  p95  |")
    print("|------------------|-------|-------|")
    for name, seconds in (("picture to mesh", whole), ("first token", first)):
        middle, high = np.percentile(seconds, [50, 95])
        print(f"| {name:16} | {middle:.3f} | {high:.3f} |")
    if hasattr(reconstructor.backend, "generate_batch"):
        alone, together = paces(reconstructor.backend, pictures)
        print(
            f"{alone:.2f} pictures/s one at a time, {together:.2f} in batches of "
            f"{reconstructor.backend.batch}: {together / alone:.2f} times as many"
        )
    print(f"imports and loading {loaded:.1f} s; {np.mean(tokens):.0f} tokens per picture")
    print(f"resident memory {resident() / MEGABYTE:.0f} MB, peak {peak() / MEGABYTE:.0f} MB")


def paces(backend: Any, paths: list[Path]) -> tuple[float, float]:
    """Answers per second one at a time and in batches, of the same opened pictures in one run."""
    from img2code.image import open_image

    size = backend.batch
    pictures = [open_image(path) for path in (paths * 2)[: size * max(1, len(paths) // size)]]
    start = time.perf_counter()
    for picture in pictures:
        for _ in backend.generate(picture, None):
            pass
    alone = len(pictures) / (time.perf_counter() - start)
    start = time.perf_counter()
    for first in range(0, len(pictures), size):
        batch = pictures[first : first + size]
        for _ in backend.generate_batch(batch, [None] * len(batch)):
            pass
    return alone, len(pictures) / (time.perf_counter() - start)


def pictures_in(folder: Path) -> list[Path]:
    """The pictures of a folder, sorted. Raises SystemExit where there are none."""
    pictures = sorted(p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES)
    if not pictures:
        raise SystemExit(f"{folder}: no pictures there")
    return pictures


def machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores ({platform.machine()}), Python {platform.python_version()}"


def resident(process: int | str = "self") -> int:
    """Bytes that a process holds now (Linux); elsewhere the most that this one held."""
    statm = Path(f"/proc/{process}/statm")
    return int(statm.read_text().split()[1]) * resource.getpagesize() if statm.exists() else peak()


def peak() -> int:
    """The most bytes that the process held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
