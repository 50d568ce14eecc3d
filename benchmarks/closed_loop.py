"""Text → picture → recognised code → caption: what of a text comes back, and retrieval both ways.

python benchmarks/closed_loop.py --texts 160 --retrieve 160

Texts are made up from the categories, colours, counts and shapes that the painter knows, by a seed;
each is painted, the picture is read and described, and what the text named is looked for in what
was read. Retrieval is among the first pictures and their own paragraphs, by the embedded concepts:
IR@1 finds the picture by its paragraph, TR@1 the paragraph by its picture. With `text` they are
compared as texts alone: the paragraph with the text that was painted.
"""

from __future__ import annotations

import argparse
import functools
import json
import multiprocessing
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import geometry
from img2code.image import open_image
from img2code.vision import load
from img2code.vision.caption.telling import Tale
from img2code.vision.paint.satisfying import number_of
from img2code.vision.reading import Reader
from img2code.vision.words import facts, meaning
from img2code.vision.words.lexicon import COLOURS, counted, noun_of, with_article
from img2code.vision.words.wish import read


@dataclass(frozen=True)
class Asked:
    """A text, and what it names."""

    text: str
    category: str
    colour: str
    noun: str = ""
    count: int = 0


def made_up(category: str, rng: np.random.Generator) -> Asked:
    """A text that an object of the category can satisfy: its colour, and half of them a count."""
    colour = str(rng.choice(list(COLOURS)))
    noun = noun_of(category)
    head = with_article(f"{colour} {noun}")
    program = geometry.parse(geometry.sample(category, rng))
    choices = {
        name: number
        for name, number in facts.counts(program).items()
        if 1 < number <= 12 and facts.is_countable(category, name)
    }
    if choices and rng.random() < 0.75:
        name = str(rng.choice(sorted(choices)))
        text = f"{head} with {counted(choices[name], name)}"
        return Asked(text, category, colour, name, choices[name])
    return Asked(head, category, colour)


@dataclass(frozen=True)
class Returned:
    """What came back of a text: what was looked for, and whether it was there."""

    found: dict[str, bool]
    caption: str
    paragraph: str
    picture: Image.Image
    notes: Sequence[str]
    seconds: dict[str, float]


@functools.cache
def models() -> tuple[Reader, Any, Any, Any]:
    """What reads, paints, describes and scores; one set per process."""
    import torch

    torch.set_num_threads(1)
    reader = Reader.load()
    return reader, *(load(kind, reader=reader) for kind in ("paint", "caption", "concepts"))


def there_and_back(seed: int, each: Asked) -> Returned:
    reader, painter, captioner, _ = models()
    start = time.perf_counter()
    painting = painter.paint(each.text, seed=seed)[0]
    painted = time.perf_counter()
    told = captioner.describe(painting.picture)
    seconds = {"paint": painted - start, "describe": time.perf_counter() - painted}
    tale = Tale(reader.read(open_image(painting.picture)))
    found = {
        "category": tale.category == each.category,
        "colour": tale.colour == each.colour,
    }
    if each.count and not painting.notes:
        found["count"] = number_of(each.noun, tale.program) == each.count
    found["caption names the category"] = read(told.caption).category == tale.category
    return Returned(found, told.caption, told.paragraph, painting.picture, painting.notes, seconds)


def scores(paragraphs: Sequence[str], picture: Image.Image) -> np.ndarray:
    """(P,) how well each paragraph fits the picture."""
    *_, concepts = models()
    count = len(paragraphs)
    many = [
        concepts.score(picture, paragraphs[first : first + 256]).scores
        for first in range(0, count, 256)
    ]
    return np.concatenate([np.array(each) for each in many])[:count]


def _tell(what: dict[str, Any]) -> None:
    print(json.dumps(what, ensure_ascii=False), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=160)
    parser.add_argument("--retrieve", type=int, default=160)
    parser.add_argument("--counted", action="store_true", help="only texts that name a count")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="a folder for the pictures")
    parser.add_argument("--workers", type=int, default=1, help="processes")
    options = parser.parse_args()
    rng = np.random.default_rng([options.seed, 14])
    categories = geometry.categories()
    asked = [made_up(categories[n % len(categories)], rng) for n in range(options.texts)]
    asked = [each for each in asked if each.count or not options.counted]
    with multiprocessing.get_context("spawn").Pool(options.workers) as pool:
        measure(pool, asked, options)


def measure(pool: Pool, asked: Sequence[Asked], options: argparse.Namespace) -> None:
    kept: Counter[str] = Counter()
    named: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    returned = []
    work = functools.partial(there_and_back, options.seed)
    for number, (each, back) in enumerate(zip(asked, pool.imap(work, asked), strict=True)):
        if back.notes:
            _tell({"text": each.text, "notes": back.notes})
        for name, right in back.found.items():
            kept[name] += right
            named[name] += 1
        if not all(back.found.values()):
            wrong = [name for name, right in back.found.items() if not right]
            _tell({"text": each.text, "lost": wrong, "caption": back.caption})
        seconds.update(back.seconds)
        returned.append(back)
        if options.keep:
            options.keep.mkdir(parents=True, exist_ok=True)
            back.picture.save(options.keep / f"{number:03}.png")
    print(f"| of {len(asked)} texts | kept |\n|---|---|")
    for name, total in named.items():
        print(f"| {name} | {kept[name]} of {total}: {kept[name] / total:.1%} |")
    for name, total in seconds.items():
        print(f"| seconds to {name}, mean | {total / len(asked):.2f} |")

    shown = returned[: options.retrieve]
    if not shown:
        return
    paragraphs = [each.paragraph for each in shown]
    fits = functools.partial(scores, paragraphs)
    image_text = np.stack(list(pool.imap(fits, [each.picture for each in shown])))
    text_text = meaning.similarity([each.text for each in asked[: len(shown)]], paragraphs)
    print(f"\n| among {len(shown)} | IR@1 | TR@1 |\n|---|---|---|")
    for name, matrix in (("paragraph – text", text_text), ("image – text", image_text)):
        own = np.arange(len(shown))
        by_paragraph = float((matrix.argmax(0) == own).mean())
        by_picture = float((matrix.argmax(1) == own).mean())
        print(f"| {name} | {by_paragraph:.1%} | {by_picture:.1%} |")


if __name__ == "__main__":
    main()
