"""Makes the example pictures: `python -m example_images.make [name ...]` from the project's root.

Each row of SHOTS is one picture: an object sampled by `geometry` from the row's seed, what its
parts are made of, and from where it is seen. It is path traced with mitsuba 3 and written as
NAME.jpg beside its code, NAME.json. A NAME.json that is there already is kept and pictured, so
that a picture can be made again after a sampler changed; delete it to sample anew.

Needs mitsuba, pillow and scipy (`pip install -e '.[train]'`). The variant scalar_rgb
runs everywhere; llvm_ad_rgb is about twice as fast, but aborts with an LLVM that is too old for it
(14 and 15 are; point DRJIT_LIBLLVM_PATH at a newer one).
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import geometry
from example_images import materials as of
from example_images import textures
from example_images.materials import Material
from example_images.studio import Light, Shot, photograph
from geometry import program
from geometry.view import View

FOLDER = Path(__file__).parent
SIZE = 416
SAMPLES = 56
QUALITY = 90

OAK = ((0.50, 0.34, 0.20), (0.83, 0.66, 0.46))
WALNUT = ((0.22, 0.13, 0.08), (0.50, 0.33, 0.21))
BEECH = ((0.66, 0.47, 0.31), (0.88, 0.72, 0.54))
PINE = ((0.70, 0.47, 0.25), (0.93, 0.78, 0.55))
WARM = (0.93, 0.915, 0.89)
COOL = (0.89, 0.91, 0.93)


@dataclass(frozen=True)
class Row:
    """A picture: its object and, when called (mitsuba must be set up by then), its materials."""

    category: str
    seed: int
    shot: Shot
    materials: Callable[[], Mapping[str, Material]]


def _all(material: Material) -> Mapping[str, Material]:
    """One material for every part."""
    return defaultdict(lambda: material)


def _mostly(material: Material, **others: Material) -> Mapping[str, Material]:
    """One material for every part but the templates that are named."""
    return defaultdict(lambda: material, others)


SHOTS = {
    "mug_white": Row("Mug", 30, Shot(View(52, 20)), lambda: _all(of.ceramic((0.94, 0.93, 0.91)))),
    "mug_teal": Row(
        "Mug",
        2,
        Shot(View(-50, 14), backdrop=WARM, light=Light(side=1)),
        lambda: _all(of.ceramic((0.05, 0.40, 0.42))),
    ),
    "mug_on_coaster": Row(
        "Mug",
        22,
        Shot(View(40, 28), fill=0.76, backdrop=WARM),
        lambda: {
            "Cylindrical_Body": of.stoneware((0.80, 0.72, 0.62), (0.20, 0.32, 0.45), 0.42),
            "Curved_Handle": of.ceramic((0.20, 0.32, 0.45)),
            "Single_Cylinder": of.wood(*OAK),
        },
    ),
    "bottle_wine": Row(
        "Bottle",
        34,
        Shot(View(0, 9), fill=0.82),
        lambda: {
            "Multilevel_Body": of.tinted_glass(
                (0.45, 0.62, 0.36),
                textures.label(
                    "No. 7", "RED WINE", (0.95, 0.93, 0.86), (0.35, 0.08, 0.10), 0.16, 0.40
                ),
            ),
            "Cylindrical_Lid": of.painted((0.30, 0.05, 0.08)),
        },
    ),
    "bottle_soap": Row(
        "Bottle",
        20,
        Shot(View(10, 13), fill=0.80, backdrop=COOL, light=Light(side=1)),
        lambda: {
            "Multilevel_Body": of.labelled_plastic(
                (0.93, 0.72, 0.20),
                textures.label(
                    "lemon", "DISH SOAP", (0.98, 0.97, 0.93), (0.10, 0.35, 0.22), 0.12, 0.50
                ),
            ),
            "Cylindrical_Lid": of.plastic((0.94, 0.94, 0.93)),
        },
    ),
    "jar_stoneware": Row(
        "Bottle",
        26,
        Shot(View(0, 20), backdrop=WARM),
        lambda: {
            "Multilevel_Body": of.ceramic((0.90, 0.87, 0.80)),
            "Cylindrical_Lid": of.wood(*BEECH, rings=5),
        },
    ),
    "box_carton": Row("Box", 14, Shot(View(-34, 27)), lambda: _all(of.cardboard())),
    "box_chest": Row(
        "Box",
        36,
        Shot(View(32, 24), fill=0.76, backdrop=WARM, light=Light(side=1)),
        lambda: _all(of.wood(*WALNUT)),
    ),
    "box_gift": Row(
        "Box",
        54,
        Shot(View(38, 30)),
        lambda: {
            "Cuboidal_Body": of.painted((0.93, 0.90, 0.84)),
            "Regular_Cover": of.painted((0.62, 0.10, 0.12)),
        },
    ),
    "bucket_zinc": Row(
        "Bucket",
        34,
        Shot(View(28, 17)),
        lambda: {"Cylindrical_Body": of.metal(0.24, 0.82), "Curved_Handle": of.metal(0.12, 0.6)},
    ),
    "bucket_red": Row(
        "Bucket",
        32,
        Shot(View(-30, 15), fill=0.78, backdrop=COOL, light=Light(side=1)),
        lambda: {
            "Cylindrical_Body": of.plastic((0.74, 0.10, 0.08)),
            "Round_U_Handle": of.metal(0.15, 0.8),
        },
    ),
    "chair_beech": Row("Chair", 33, Shot(View(34, 16), fill=0.8), lambda: _all(of.wood(*BEECH))),
    "chair_cantilever": Row(
        "Chair",
        14,
        Shot(View(-38, 14), fill=0.8, backdrop=COOL, light=Light(side=1)),
        lambda: {
            "Regular_seat": of.plastic((0.13, 0.14, 0.15), 0.3),
            "Solid_back": of.plastic((0.13, 0.14, 0.15), 0.3),
            "C_shaped_office_leg": of.metal(0.08),
        },
    ),
    "armchair": Row(
        "Chair",
        37,
        Shot(View(-30, 18), fill=0.76, backdrop=WARM),
        lambda: _all(of.fabric((0.16, 0.24, 0.30), (0.36, 0.47, 0.54))),
    ),
    "table_oak": Row("Table", 3, Shot(View(28, 17), fill=0.84), lambda: _all(of.wood(*OAK))),
    "table_round": Row(
        "Table",
        14,
        Shot(View(20, 22), fill=0.82, backdrop=WARM, light=Light(side=1)),
        lambda: _all(of.wood(*WALNUT, tile=1.1)),
    ),
    "table_drawer": Row(
        "Table",
        6,
        Shot(View(-32, 15), fill=0.84, backdrop=COOL),
        lambda: {
            "Regular_desktop": of.wood(*PINE, tile=1.1),
            "Regular_leg": of.painted((0.93, 0.93, 0.91)),
            "Regular_sublayer": of.painted((0.93, 0.93, 0.91)),
            "Regular_drawer": of.painted((0.93, 0.93, 0.91)),
        },
    ),
    "globe": Row(
        "Globe",
        2,
        Shot(View(24, 14), backdrop=WARM),
        lambda: _mostly(of.wood(*WALNUT), Standard_Sphere=of.painted((0.24, 0.45, 0.62))),
    ),
    "pot_steel": Row(
        "KitchenPot",
        4,
        Shot(View(30, 24)),
        lambda: _mostly(of.plastic((0.10, 0.10, 0.11)), Cylindrical_Body=of.metal(0.16)),
    ),
    "teapot": Row("Kettle", 3, Shot(View(28, 18)), lambda: _all(of.ceramic((0.66, 0.20, 0.16)))),
    "laptop": Row(
        "Laptop",
        5,
        Shot(View(-28, 24), backdrop=COOL),
        lambda: _mostly(of.metal(0.3, 0.75), Regular_Screen=of.plastic((0.07, 0.07, 0.08), 0.2)),
    ),
    "microwave": Row(
        "Microwave",
        4,
        Shot(View(-24, 20)),
        lambda: _mostly(of.painted((0.90, 0.90, 0.88)), Cuboidal_Door=of.plastic((0.1, 0.1, 0.1))),
    ),
    "cabinet": Row(
        "StorageFurniture",
        4,
        Shot(View(30, 14), fill=0.8, backdrop=WARM),
        lambda: _mostly(of.wood(*PINE), Regular_door=of.painted((0.90, 0.88, 0.82))),
    ),
    "bin_pedal": Row("Trashcan", 3, Shot(View(30, 18)), lambda: _all(of.metal(0.22, 0.8))),
    "washer": Row(
        "Washingmachine", 2, Shot(View(26, 15)), lambda: _all(of.painted((0.93, 0.93, 0.92)))
    ),
    "fridge": Row("Refrigerator", 7, Shot(View(-26, 12)), lambda: _all(of.metal(0.28, 0.7))),
    "stapler": Row(
        "Stapler",
        3,
        Shot(View(-36, 18), backdrop=COOL),
        lambda: _mostly(of.metal(0.2), Simplified_Cover=of.plastic((0.70, 0.08, 0.08))),
    ),
    "tap": Row("Faucet", 3, Shot(View(30, 16), backdrop=COOL), lambda: _all(of.metal(0.1, 0.85))),
    "safe": Row("Safe", 3, Shot(View(30, 15)), lambda: _all(of.painted((0.30, 0.33, 0.36)))),
    "soap_pump": Row(
        "Dispenser",
        7,
        Shot(View(24, 16), backdrop=WARM),
        lambda: _mostly(of.metal(0.15), Cuboidal_Body=of.ceramic((0.86, 0.84, 0.78))),
    ),
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    arguments.add_argument("names", nargs="*", help="which pictures; all where none is named")
    arguments.add_argument("--size", type=int, default=SIZE, help="pixels")
    arguments.add_argument("--samples", type=int, default=SAMPLES, help="per pixel")
    arguments.add_argument("--out", type=Path, default=FOLDER, help="folder to write to")
    arguments.add_argument("--variant", default="scalar_rgb", help="of mitsuba")
    arguments.add_argument("--threads", type=int, default=1)
    chosen = arguments.parse_args()
    unknown = [name for name in chosen.names if name not in SHOTS]
    if unknown:
        arguments.error(f"no picture {unknown[0]!r}; there are {', '.join(SHOTS)}")
    chosen.out.mkdir(parents=True, exist_ok=True)
    set_up(chosen.variant, chosen.threads)
    for name in chosen.names or SHOTS:
        row = SHOTS[name]
        code = _code(row, FOLDER / f"{name}.json")
        picture = photograph(code, row.materials(), row.shot, chosen.size, chosen.samples)
        picture.save(chosen.out / f"{name}.jpg", quality=QUALITY, optimize=True)
        (chosen.out / f"{name}.json").write_text(program.dumps(code) + "\n")
        print(name, flush=True)


def _code(row: Row, path: Path) -> dict:
    """The code of a row's object: the one beside its picture, else sampled; posed by the row."""
    if path.is_file():
        code = program.parse(path.read_text()).as_dict()
    else:
        code = geometry.sample(row.category, np.random.default_rng(row.seed))
    pose = {"global_position": [0, 0, 0], "global_rotation": row.shot.view.pose()}
    return program.parse(json.loads(program.dumps({**code, "pose": pose}))).as_dict()


def set_up(variant: str, threads: int) -> None:
    """Chooses mitsuba's variant and its number of threads; once per process, first of all."""
    import drjit
    import mitsuba

    mitsuba.set_variant(variant)
    drjit.set_thread_count(threads)


if __name__ == "__main__":
    main()
