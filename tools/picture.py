"""Makes docs/picture.png: photograph, parts found in it, the mesh turned, by the embedded model.

python tools/picture.py
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from geometry.draw.raster import draw
from geometry.view import View, view_of
from img2code.backends import load
from img2code.reconstruct import Reconstructor

ROOT = Path(__file__).parents[1]
EXAMPLES = ("chair_beech", "mug_teal", "box_carton")
TILE = 300
TURN = 130.0  # degrees by which the third column is turned on


def main() -> None:
    reconstructor = Reconstructor(load("embedded"))
    sheet = Image.new("RGB", (3 * TILE, len(EXAMPLES) * TILE), "white")
    for row, name in enumerate(EXAMPLES):
        picture = ROOT / "example_images" / f"{name}.jpg"
        code = reconstructor.run(picture).code
        seen = view_of(code["pose"]["global_rotation"])
        turned = View(seen.yaw + TURN, 25.0).pose()
        pose = {"global_position": [0, 0, 0], "global_rotation": turned}
        tiles = (
            Image.open(picture).resize((TILE, TILE), Image.Resampling.LANCZOS),
            draw(code, TILE),
            draw({**code, "pose": pose}, TILE),
        )
        for column, tile in enumerate(tiles):
            sheet.paste(tile, (column * TILE, row * TILE))
    path = ROOT / "docs" / "picture.png"
    path.parent.mkdir(exist_ok=True)
    sheet.save(path, optimize=True)
    print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
