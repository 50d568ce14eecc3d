"""Draws the CAD parts among the examples; beside each picture is its code.

python -m example_images.make_parts            # all
python -m example_images.make_parts flange     # one
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np

from geometry.cad_parts.body import body
from geometry.cad_parts.part import CadPart, Extrude
from geometry.cad_parts.rules import check, normalised
from geometry.cad_parts.sample import sample
from geometry.draw.part_picture import PUBLISHED, Look, draw_part
from geometry.export.part_files import export_part
from geometry.sketch.loops import Circle, Rectangle, Slot

FOLDER = Path(__file__).with_name("cad_parts")
HELD_OUT = 10**9  # seeds from here on are not in the library that fits begin with
#: As another CAD program draws: shaded from the left above, wider lines, no jagged edges.
SHADED = Look(size=480, line=2.0, grey=(90, 225), light=(-0.5, 0.8, 0.5), antialias=2)


def flange() -> CadPart:
    """A disc with a bored hub and four bolt holes; the fit does not find it."""
    bolts = [Circle(u, v, 0.045) for u in (0.17, 0.83) for v in (0.3, 0.7)]
    disc = Extrude("join", "XY", 0.0, 0.12, (Circle(0.5, 0.5, 0.5), *bolts))
    hub = Extrude("join", "XY", 0.12, 0.42, (Circle(0.5, 0.5, 0.24),))
    bore = Extrude("cut", "XY", 0.0, 0.42, (Circle(0.5, 0.5, 0.14),))
    return CadPart((disc, hub, bore))


def mounting_plate() -> CadPart:
    """A plate with two slots and a bore."""
    holes = (Slot(0.08, 0.1, 0.32, 0.18), Slot(0.08, 0.42, 0.32, 0.5), Circle(0.68, 0.3, 0.16))
    return CadPart((Extrude("join", "XY", 0.0, 0.08, (Rectangle(0, 0, 1, 0.6), *holes)),))


def sampled(seed: int) -> Callable[[], CadPart]:
    return lambda: sample(np.random.default_rng(HELD_OUT + seed))


PARTS: dict[str, tuple[Callable[[], CadPart], Look]] = {
    "arch": (sampled(17), PUBLISHED),
    "drilled_block": (sampled(11), PUBLISHED),
    "drilled_cylinder": (sampled(22), SHADED),
    "flange": (flange, PUBLISHED),
    "frame": (sampled(21), SHADED),
    "mounting_plate": (mounting_plate, PUBLISHED),
    "oval_washer": (sampled(12), PUBLISHED),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    names = parser.parse_args().names or PARTS
    FOLDER.mkdir(exist_ok=True)
    for name in names:
        make, look = PARTS[name]
        part = normalised(make())
        check(part)
        picture = draw_part(body(part.steps), look=look).quantize(32)
        picture.save(FOLDER / f"{name}.png", optimize=True)
        export_part(part, FOLDER / f"{name}.json")


if __name__ == "__main__":
    main()
