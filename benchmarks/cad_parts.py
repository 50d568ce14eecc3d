"""CAD parts measured: solids of the CAD kernel, the grammar, the look, fits by both protocols.

python benchmarks/cad_parts.py solids --count 1000
python benchmarks/cad_parts.py grammar --count 10000
python benchmarks/cad_parts.py look FOLDER
python benchmarks/cad_parts.py fits FOLDER --picture original.png
python benchmarks/cad_parts.py fits --count 100
python benchmarks/cad_parts.py kinds PICTURES...

FOLDER holds a folder for each part: reference.stl, and pictures of it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import trimesh
from PIL import Image

from geometry.cad_parts.body import body
from geometry.cad_parts.part import CadPart
from geometry.cad_parts.rules import first_fault
from geometry.cad_parts.sample import sample
from geometry.cad_parts.tokens import Grammar, decode
from geometry.draw.part_camera import ISOMETRIC, PartCamera
from geometry.draw.part_picture import PUBLISHED, Look, draw_part
from geometry.errors import CodeError
from geometry.export.part_files import solid
from img2code.parts.fit import fit
from img2code.parts.library import load
from img2code.parts.recognise import looks_like_cad, shows_part
from img2code.parts.score import Score, best, chamfer, manifold_of, unit
from img2code.parts.surfaces import from_mesh

HELD_OUT = 10**9  # seeds from here on are neither in the library nor trained on


def held_out(count: int) -> Iterator[CadPart]:
    for number in range(count):
        yield sample(np.random.default_rng(HELD_OUT + number))


def varied_look(rng: np.random.Generator) -> tuple[PartCamera, Look]:
    """Another program's picture: camera, line width, greys, tint, light, size."""
    camera = PartCamera(
        float(-45 + rng.uniform(-25, 25)),
        float(ISOMETRIC.elevation + rng.uniform(-20, 20)),
        float(rng.choice((0.0, rng.uniform(0, 0.35)))),
    )
    dark, light = float(rng.uniform(40, 150)), float(rng.uniform(160, 245))
    lit = None if rng.random() < 0.5 else (float(rng.uniform(-1, 1)), float(rng.uniform(0, 1)), 1.0)
    tint = tuple(float(value) for value in rng.uniform(-12, 12, 3))
    fill = float(rng.uniform(0.55, 0.95))
    look = Look(
        size=int(rng.integers(300, 700)),
        fill=(fill, fill),
        line=float(rng.integers(0, 4)),
        grey=(dark, light),
        tint=(tint[0], tint[1], tint[2]),
        light=lit,
        antialias=int(rng.integers(1, 3)),
    )
    return camera, look


def solids(count: int) -> None:
    """How many sampled programs are one valid solid of our mesh's volume."""
    bad, worst = 0, 0.0
    for number, part in enumerate(held_out(count)):
        try:
            (made,) = solid(part).solids().vals()
        except CodeError as error:
            bad += 1
            print(f"part {number}: {error}")
            continue
        off = abs(made.Volume() / (body(part.steps).volume * part.size**3) - 1)
        worst = max(worst, off)
        if off > 0.005:
            bad += 1
            print(f"part {number}: volume off by {100 * off:.2f} %")
    print(f"{count - bad} of {count} are one valid solid; volume within {100 * worst:.3f} %")


def grammar(count: int) -> None:
    """How many random token sequences are parts that keep the rules."""
    bad = 0
    for seed in range(count):
        rng, grammar, tokens = np.random.default_rng(seed), Grammar(), list[int]()
        while not grammar.done:
            tokens.append(int(rng.choice(np.flatnonzero(grammar.allowed()))))
            grammar.take(tokens[-1])
        bad += first_fault(decode(tokens).steps) is not None
    print(f"{count - bad} of {count} random token sequences are parts")


def looks(folder: Path) -> None:
    """Mean absolute difference, in grey levels, from the published pictures."""
    for name in ("original.png", "iso480.png"):
        found = []
        for path in sorted(folder.glob(f"*/{name}")):
            made = from_mesh(trimesh.load(path.parent / "reference.stl"))
            if made is None:
                continue
            shown = np.asarray(Image.open(path).convert("L"), float)
            look = replace(PUBLISHED, size=len(shown))
            ours = np.asarray(_placed(draw_part(made, look=look), shown).convert("L"), float)
            found.append(float(np.abs(ours - shown).mean()))
        print(f"{name}: {np.mean(found):.2f} grey levels, worst {max(found):.2f}, {len(found)}")


def _placed(picture: Image.Image, shown: np.ndarray) -> Image.Image:
    """The same picture, drawn smaller where the published one does not fill its frame."""
    ours = np.asarray(picture.convert("L"))
    wide = [np.ptp(np.flatnonzero((image < 250).any(axis=0))) for image in (ours, shown)]
    if wide[1] >= wide[0] - 2:
        return picture
    size = round(len(shown) * wide[1] / wide[0])
    smaller = picture.resize((size, size), Image.Resampling.NEAREST)
    result = Image.new("RGB", picture.size, "white")
    result.paste(smaller, ((len(shown) - size) // 2,) * 2)
    return result


def fits(folder: Path | None, picture: str, count: int, other: bool) -> None:
    """IoU of fitted parts by the protocols 'unit' and 'best'; what is no solid counts 0."""
    library, scores = load(), []
    for name, shown, reference in _pairs(folder, picture, count, other):
        start = time.process_time()
        found = fit(shown, library)
        seconds = time.process_time() - start
        ours, theirs = body(found.part.steps).manifold, manifold_of(reference)
        if theirs is None:
            print(f"{name}: the reference is no solid")
            continue
        mesh = ours.to_mesh64()
        shape = trimesh.Trimesh(
            np.asarray(mesh.vert_properties)[:, :3],
            np.asarray(mesh.tri_verts).astype(int),
            process=False,
        )
        apart = chamfer(shape, reference)
        score = Score(name, unit(ours, theirs), best(ours, theirs), apart, found.loss, seconds)
        scores.append(score)
        print(
            f"{name:34s} unit {score.unit:.3f}  best {score.best:.3f}  "
            f"chamfer {apart:.2f}  loss {score.loss:.4f}  {seconds:.1f} CPU s",
            flush=True,
        )
    for kind in ("deepcad", "", "made up"):
        own = [s for s in scores if _kind(s.name) == kind]
        if own:
            print(_summary(kind or "other sources", own))


def _kind(name: str) -> str:
    return next((kind for kind in ("deepcad", "made up") if name.startswith(kind)), "")


def _summary(kind: str, scores: list[Score]) -> str:
    units, bests = [s.unit for s in scores], [s.best for s in scores]
    return (
        f"{kind}, {len(scores)}: unit mean {np.mean(units):.3f} median {np.median(units):.3f}; "
        f"best mean {np.mean(bests):.3f} median {np.median(bests):.3f}; "
        f"chamfer median {np.median([s.chamfer for s in scores]):.2f}; "
        f"{np.mean([s.seconds for s in scores]):.1f} CPU s"
    )


def _pairs(
    folder: Path | None, picture: str, count: int, other: bool
) -> Iterator[tuple[str, Image.Image, trimesh.Trimesh]]:
    if folder:
        for path in sorted(folder.glob(f"*/{picture}")):
            mesh = trimesh.load(path.parent / "reference.stl")
            yield path.parent.name, Image.open(path), mesh
        return
    for number, part in enumerate(held_out(count)):
        made = body(part.steps)
        camera, look = ISOMETRIC, PUBLISHED
        if other:
            camera, look = varied_look(np.random.default_rng(number))
        mesh = trimesh.Trimesh(made.points, made.faces, process=False)
        yield f"made up {number}", draw_part(made, camera, look), mesh


def kinds(pictures: list[Path], count: int) -> None:
    """How often a picture is taken for a CAD part: of sampled parts in all looks, of the files."""
    right = 0
    for number, part in enumerate(held_out(count)):
        camera, look = varied_look(np.random.default_rng(number))
        right += looks_like_cad(draw_part(body(part.steps, 48), camera, look))
    print(f"{right} of {count} drawn parts are taken for parts")
    taken = [path for path in pictures if shows_part(path)]
    print(f"{len(taken)} of {len(pictures)} files are taken for parts")
    for path in taken[:20]:
        print(f"  {path}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("solids", "grammar", "look", "fits", "kinds"))
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--picture", default="original.png")
    parser.add_argument("--other", action="store_true", help="in other looks and from elsewhere")
    options = parser.parse_args()
    folder = options.paths[0] if options.paths else None
    match options.what:
        case "solids":
            solids(options.count)
        case "grammar":
            grammar(options.count)
        case "look":
            looks(options.paths[0])
        case "fits":
            fits(folder, options.picture, options.count, options.other)
        case "kinds":
            kinds(options.paths, options.count)


if __name__ == "__main__":
    main()
