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
    print(f"imports and loading {loaded:.1f} s; {np.mean(tokens):.0f} tokens per picture")
    print(f"resident memory {resident() / MEGABYTE:.0f} MB, peak {peak() / MEGABYTE:.0f} MB")


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
