"""How well regions are found on renders whose parts are known, and how well IoU is predicted.

python benchmarks/segments.py --objects 64 prints per kind of region the mean IoU with the truth,
the mean error of the prediction, and the line (intercept, slope) that predicts it best, which is
CALIBRATION of img2code/vision/segment/embedded.py. Point prompts lie in the middle of parts that
are seen, box prompts are the object's true box.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

import geometry
from geometry.program import Pose, Program
from geometry.solids.tessellate import merged
from geometry.view import View, view_of
from img2code.fit.camera import FOCAL, framed, turned
from img2code.fit.drawing import Drawing, overlap
from img2code.image import open_image
from img2code.vision import Prompt
from img2code.vision.paint import materials
from img2code.vision.paint.studio import photograph
from img2code.vision.reading import Reader
from img2code.vision.segment.embedded import CALIBRATION, Embedded

SIDE = 512
LEAST = 150  # pixels of a part that is asked for


@dataclass(frozen=True)
class Known:
    """A picture, and (S, S) which part is where, -1 for none."""

    picture: Image.Image
    parts: np.ndarray


def known(category: str, rng: np.random.Generator) -> Known:
    x, y, z = View(rng.uniform(-50, 50), rng.uniform(8, 32)).angles()
    sampled = geometry.parse(geometry.sample(category, rng))
    program = Program(sampled.category, Pose(rotation=(x, y, z)), sampled.parts)
    pieces, owners = [], []
    for number, meshes in enumerate(program.meshes(48)):
        for mesh in meshes:
            if mesh is not None:
                pieces.append(mesh)
                owners.append(np.full(len(mesh[1]), number))
    points, faces = merged(pieces)
    posed = turned(points, view_of(program.pose.rotation))
    camera = framed(posed, (70.0, 70.0, 442.0, 442.0), SIDE, FOCAL)
    face = Drawing(posed, faces, camera, SIDE).face
    surfaces = [materials.material(*materials.usual(category, rng), rng) for _ in program.parts]
    shot = photograph(program, surfaces, SIDE, camera=camera)
    return Known(shot.picture, np.where(face >= 0, np.concatenate(owners)[face], -1))


def asked(engine: Embedded, reader: Reader, shown: Known) -> Iterator[tuple[str, float, float]]:
    """Kind of region, agreement, and true IoU of every candidate whose truth is known."""
    reading = reader.read(open_image(shown.picture))
    whole = shown.parts >= 0
    rows, columns = np.nonzero(whole)
    box = (float(columns.min()), float(rows.min()), float(columns.max()), float(rows.max()))
    for each in engine.candidates(reading, Prompt(box=box)):
        if each.kind == "boxed":
            yield each.kind, each.agreement, overlap(each.mask, whole)
    for part in range(shown.parts.max() + 1):
        mask = shown.parts == part
        if mask.sum() < LEAST:
            continue
        depth = ndimage.distance_transform_edt(mask)
        y, x = np.unravel_index(int(depth.argmax()), mask.shape)
        for each in engine.candidates(reading, Prompt(((float(x), float(y)),))):
            truth = mask if each.kind in ("part", "coloured") else whole
            yield each.kind, each.agreement, overlap(each.mask, truth)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = np.random.default_rng([options.seed, 41])
    reader = Reader.load()
    engine = Embedded(reader)
    categories = geometry.categories()
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for number in range(options.objects):
        shown = known(categories[number % len(categories)], rng)
        for kind, agreement, iou in asked(engine, reader, shown):
            found[kind].append((agreement, iou))
    print("| region | number | mean IoU | error of the prediction | best line | its error |")
    print("|---|---|---|---|---|---|")
    for kind, pairs in found.items():
        agreement, iou = np.array(pairs).T
        intercept, slope = CALIBRATION[kind]
        error = np.abs(np.clip(intercept + slope * agreement, 0.02, 0.99) - iou).mean()
        best = np.polyfit(agreement, iou, 1)
        least = np.abs(np.clip(np.polyval(best, agreement), 0.02, 0.99) - iou).mean()
        line = f"{best[1]:.2f} + {best[0]:.2f} a"
        print(f"| {kind} | {len(iou)} | {iou.mean():.3f} | {error:.3f} | {line} | {least:.3f} |")


if __name__ == "__main__":
    main()
