"""Makes img2code/page/search.json, what is seen in the examples, by the embedded model.

python tools/search_index.py
"""

from __future__ import annotations

from img2code.image import open_image
from img2code.page.gallery import EXAMPLE_SUFFIXES
from img2code.page.search import save
from img2code.page.shipped import EXAMPLES
from img2code.vision.concepts.finding import glance
from img2code.vision.reading import Reader


def main() -> None:
    reader = Reader.load()
    paths = sorted(path for path in EXAMPLES.iterdir() if path.suffix in EXAMPLE_SUFFIXES)
    pictures = [path.read_bytes() for path in paths]
    save({each: glance(reader, open_image(each)) for each in pictures})
    print(f"{len(paths)} pictures")


if __name__ == "__main__":
    main()
