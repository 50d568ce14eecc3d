"""A test set by another renderer: `python -m example_images.traced --out data/traced`.

Objects of every category from seeds that nothing else draws, path traced in the studio of the
example pictures with materials of its own; `img2code eval data/traced` scores a back end on them.
It shows how much of the figures is owed to our own renderer's look. Beside mug.png lie its code,
mug.json, and where the object is, mug.mask.png. What is there already is kept, so an interrupted
run goes on.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

import geometry
from example_images import materials as of
from example_images.make import BEECH, COOL, OAK, PINE, WALNUT, WARM, set_up
from example_images.materials import Material
from example_images.studio import Light, Shot, photograph, silhouette
from geometry import program
from geometry.view import View
from img2code.render.examples import sample_object

SEED = 4  # training, held-out and development objects have 1, 2 and 3
SIZE = 224
SAMPLES = 24


def random_material(rng: np.random.Generator) -> Material:
    """Ceramic, plastic, paint, metal, wood or cloth, in any everyday colour."""
    value = rng.uniform(0.08, 0.95)
    tint = rng.uniform(-1, 1, 3) * rng.choice([0.05, 0.35])
    red, green, blue = np.clip(value + tint, 0.03, 0.95).tolist()
    colour = (red, green, blue)
    woods = (OAK, WALNUT, BEECH, PINE)
    kinds: tuple[Callable[[], Material], ...] = (
        lambda: of.ceramic(colour),
        lambda: of.plastic(colour, float(rng.uniform(0.05, 0.3))),
        lambda: of.painted(colour),
        lambda: of.metal(float(rng.uniform(0.1, 0.4)), float(rng.uniform(0.5, 0.95))),
        lambda: of.wood(*woods[rng.integers(4)]),
        lambda: of.fabric((0.5 * red, 0.5 * green, 0.5 * blue), colour),
    )
    return kinds[rng.choice(len(kinds), p=[0.15, 0.25, 0.25, 0.15, 0.15, 0.05])]()


def random_materials(rng: np.random.Generator, templates: list[str]) -> Mapping[str, Material]:
    """One material for most of the object, others for some parts."""
    main = random_material(rng)
    return {t: main if rng.random() < 0.6 else random_material(rng) for t in templates}


def random_shot(rng: np.random.Generator) -> Shot:
    view = View(round(rng.uniform(-90, 90)), round(rng.uniform(3, 45)))
    backdrop = ((0.92, 0.92, 0.92), WARM, COOL)[rng.integers(3)]
    return Shot(
        view, float(rng.uniform(0.68, 0.84)), backdrop, Light(side=int(rng.choice([-1, 1])))
    )


def setting(category: str, number: int) -> tuple[dict[str, Any], Mapping[str, Material], Shot]:
    """The code of an object, what it is made of, and how it is photographed."""
    rng = np.random.default_rng([SEED, zlib.crc32(category.encode()), number])
    code, _ = sample_object(category, rng)
    templates = [part["template"] for part in code["conceptualization"]]
    shot = random_shot(rng)
    pose = {"global_position": [0, 0, 0], "global_rotation": shot.view.pose()}
    return {**code, "pose": pose}, random_materials(rng, templates), shot


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--each", type=int, default=3, help="pictures per category")
    parser.add_argument("--categories", nargs="+", default=geometry.categories())
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--samples", type=int, default=SAMPLES, help="per pixel")
    parser.add_argument("--variant", default="scalar_rgb", help="of mitsuba")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    set_up(options.variant, options.threads)
    tasks = [(c, n) for n in range(options.each) for c in options.categories]
    for category, number in tqdm(tasks, unit="picture"):
        path = options.out / f"{category}_{number}.png"
        mask = path.with_suffix(".mask.png")
        if path.exists() and mask.exists():
            continue
        code, materials, shot = setting(category, number)
        silhouette(code, shot, options.size).save(mask)
        if path.exists():
            continue
        picture = photograph(code, materials, shot, options.size, options.samples)
        path.with_suffix(".json").write_text(program.dumps(code) + "\n", encoding="utf-8")
        picture.save(path)


if __name__ == "__main__":
    main()
