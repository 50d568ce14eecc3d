"""Makes img2code/page/opening.json, what the page opens on, by the embedded model.

python tools/opening.py [NAME]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from img2code.backends import load
from img2code.page.opening import save
from img2code.reconstruct import Reconstructor

EXAMPLES = Path(__file__).parents[1] / "example_images"
NAME = "box_chest"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("name", nargs="?", default=NAME, help="of a picture in example_images")
    picture = EXAMPLES / f"{parser.parse_args().name}.jpg"
    reconstructor = Reconstructor(load("embedded"))
    reconstructor.run(picture)  # the first run of a process is slower than those that follow
    result = reconstructor.run(picture, fit=True)
    save(picture.name, result)
    print(f"{picture.name}: {result.category}")


if __name__ == "__main__":
    main()
