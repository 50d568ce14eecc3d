"""How long one edit by hand takes until it is seen, and until its files are written.

    python benchmarks/editing.py [--pictures example_images/mug_teal.jpg …]

For each picture the object is fitted, then a number of each part is changed again and again, as
while a slider is dragged: what the page does at once (new shape, overlap with the picture, figure
and overlay), what follows when it rests, and a swap of a part.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from img2code import editing, swapping
from img2code.backends import load
from img2code.history import History
from img2code.image import content, open_image
from img2code.page.edit import LIVE, EditEvents, Edits, live
from img2code.page.sessions import Sessions
from img2code.reconstruct import Reconstructor

EXAMPLES = Path(__file__).parents[1] / "example_images"
NAMES = ("mug_teal", "teapot", "chair_beech", "cabinet", "washer", "table_drawer")
STEPS = 12


def milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def measured(reconstructor: Reconstructor, picture: Path) -> list[float]:
    """Milliseconds of an edit: its shape, overlap and camera; what is drawn; files; a swap."""
    result = reconstructor.run(picture, fit=True)
    sessions = Sessions()
    events = EditEvents(reconstructor.stream, lambda: reconstructor.statistics, sessions)
    opened = open_image(picture)
    frame = opened.width, content(opened)
    shapes, drawings, swaps = [], [], []
    for number in range(len(result.program.parts)):
        edits = Edits(History.begin(result), number, frame)
        moved = next(n for n in editing.numbers(result.program, number) if n.kind == "length")
        for value in np.linspace(moved.value, 0.9 * moved.value + 0.1 * moved.most, STEPS):
            ask = {"do": "number", "parameter": moved.parameter, "index": moved.index}
            start = time.perf_counter()
            edits = events.changed(edits, {**ask, "value": float(value)})
            shapes.append(1000 * (time.perf_counter() - start))
            drawings.append(milliseconds(lambda e=edits: live(e, LIVE)))
        for template in editing.swappable(result.program, number):
            swap = (result.program, number, template.name)
            swaps.append(milliseconds(lambda s=swap: swapping.swapped(*s)))
    files = milliseconds(lambda: sessions.write("benchmark", edits.history.now))
    sessions.leave("benchmark")
    both = np.array(shapes) + np.array(drawings)
    at_once = [float(np.median(each)) for each in (shapes, drawings, both)]
    return [*at_once, float(both.max()), files, float(np.median(swaps)) if swaps else np.nan]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    default = [EXAMPLES / f"{name}.jpg" for name in NAMES]
    parser.add_argument("--pictures", nargs="+", type=Path, default=default)
    options = parser.parse_args()
    reconstructor = Reconstructor(load("embedded"))
    print("Milliseconds.\n")
    print("| picture | shape and overlap | drawn | an edit | the slowest | files | a swap |")
    print("|---|---|---|---|---|---|---|")
    for picture in options.pictures:
        row = " | ".join(f"{each:.0f}" for each in measured(reconstructor, picture))
        print(f"| {picture.stem} | {row} |", flush=True)


if __name__ == "__main__":
    main()
