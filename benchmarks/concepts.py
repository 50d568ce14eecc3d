"""Concepts on a folder of photographs with a list: is the text that fits the first one?

python benchmarks/concepts.py FOLDER prints how many photographs have their own text first, and
among the first three: of all categories' names (beside the recogniser alone), and of 20 free texts
that name no category, the one that describes the object and 19 that describe others.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import geometry
from img2code.image import content, open_image
from img2code.photo_list import read
from img2code.vision import load
from img2code.vision.reading import Reader
from img2code.vision.words.lexicon import noun_of, with_article

FREE = 20
#: What a category is, said as people might who do not think of its name.
DESCRIBED = {
    "Bottle": "something wine or water is kept in",
    "Box": "a carton to pack things into",
    "Bucket": "a pail to carry water in",
    "Chair": "something to sit on",
    "Clip": "it holds sheets of paper together",
    "Dishwasher": "a machine that cleans plates and glasses",
    "Dispenser": "press its pump for hand soap",
    "Door": "the entrance of a room",
    "Eyeglasses": "worn on the nose to see better",
    "Faucet": "where water runs into the sink",
    "Globe": "a model of the earth on a stand",
    "Kettle": "something to boil or pour tea from",
    "KitchenPot": "cookware for soup on the stove",
    "Knife": "a blade to cut food with",
    "Laptop": "a portable computer",
    "Microwave": "it warms up leftovers in minutes",
    "Mug": "a cup for coffee",
    "Oven": "an appliance to bake and roast in",
    "Pen": "something to write with in ink",
    "Pliers": "a hand tool to grip and bend wire",
    "Refrigerator": "it keeps milk and vegetables cold",
    "Ruler": "a strip to measure lengths and draw lines",
    "Safe": "a strong metal vault for valuables",
    "Shampoo": "hair wash in a plastic tube",
    "Stapler": "an office tool that fastens paper with metal wire",
    "StorageFurniture": "a piece with drawers and shelves to keep clothes in",
    "Switch": "press it to turn the light on",
    "Table": "furniture to eat or work at",
    "Trashcan": "a bin to throw garbage away",
    "USB": "a stick to store files on",
    "Washingmachine": "it does the laundry",
    "Window": "glass panes in the wall of a house",
}


def place(scores: Sequence[float], own: int) -> int:
    """How many texts have a higher score than the own one."""
    return sum(score > scores[own] for score in scores)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    reader = Reader.load()
    concepts = load("concepts", reader=reader)
    categories = geometry.categories()
    names = [f"a photo of {with_article(noun_of(name))}" for name in categories]
    rows = [photo for photo in read(folder) if photo.label in categories]
    by_name, by_text, recognised = [], [], []
    for number, photo in enumerate(rows):
        own = categories.index(str(photo.label))
        opened = open_image(photo.path)
        picture = opened.crop(content(opened))
        by_name.append(place(concepts.score(picture, names).scores, own))
        rng = np.random.default_rng([number, FREE])
        others = rng.permutation([other for other in range(len(categories)) if other != own])
        texts = [DESCRIBED[categories[n]] for n in (own, *others[: FREE - 1])]
        by_text.append(place(concepts.score(picture, texts).scores, 0))
        recognised.append(0 if reader.recognized(opened).category == photo.label else 1)
    print(f"| of {len(rows)} photographs | first | among three |\n|---|---|---|")
    for name, places in (("names of all categories", by_name), (f"{FREE} free texts", by_text)):
        fractions = [float((np.array(places) < most).mean()) for most in (1, 3)]
        print(f"| {name} | {fractions[0]:.1%} | {fractions[1]:.1%} |")
    print(f"| recogniser | {1 - float(np.mean(recognised)):.1%} | |")


if __name__ == "__main__":
    main()
