"""Pictures that words ask for, among pictures that were looked at once.

What a picture may show is kept as names with their probabilities, and as the colours of its object;
a text is then compared with all of them in some milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from img2code.image import upright
from img2code.vision.concepts.embedded import (
    OTHER,
    TEMPERATURE,
    WRONG_COLOUR,
    hypotheses,
    means,
)
from img2code.vision.reading import Reader
from img2code.vision.words import meaning
from img2code.vision.words.colour import fractions
from img2code.vision.words.wish import Wish, read

Array = np.ndarray

#: Probabilities below it are not kept.
LEAST = 0.004


@dataclass(frozen=True)
class Glance:
    """What a picture shows at first sight.

    names: probabilities of what it may be called. colours: fractions of the object's pixels.
    """

    names: Mapping[str, float]
    colours: Mapping[str, float]


def glance(reader: Reader, picture: Image.Image) -> Glance:
    """picture: from `open_image`."""
    look = reader.look(picture)
    names: dict[str, float] = {}
    for name, probability in hypotheses(look):
        names[name] = names.get(name, 0.0) + float(probability)
    pixels = np.asarray(upright(picture))[look.found >= 0.5]
    return Glance(
        {name: chance for name, chance in names.items() if chance >= LEAST},
        {name: fraction for name, fraction in fractions(pixels).items() if fraction >= LEAST},
    )


def likeness(glances: Sequence[Glance], text: str) -> Array:
    """(N,) how well a text fits each picture, 1 for the best; zeros where it is like none."""
    names = sorted({name for each in glances for name in each.names})
    if not names:
        return np.zeros(len(glances))
    wish = read(text)
    fits = _fits(names, text, wish)
    found = np.array(
        [sum(chance * fits[name] for name, chance in each.names.items()) for each in glances]
    )
    if wish.colour:
        found *= [_of_colour(each, wish.colour) for each in glances]
    most = float(found.max(initial=0.0))
    return found / most if most > 0 else found


def _fits(names: Sequence[str], text: str, wish: Wish) -> dict[str, float]:
    """How well a text fits each name, 1 for the best; 0 for all where it is like none."""
    alike = meaning.similarity(names, [text])[:, 0]
    if wish.category is not None:
        same = np.array([means(name) == wish.category for name in names])
        alike = np.where(same, 1.0, np.minimum(alike, OTHER))
    best = float(alike.max())
    if best <= 0:
        return dict.fromkeys(names, 0.0)
    weights = np.exp((alike - best) / TEMPERATURE)
    return dict(zip(names, map(float, weights), strict=True))


def _of_colour(seen: Glance, colour: str) -> float:
    most = max(seen.colours.values(), default=0.0)
    return max(seen.colours.get(colour, 0.0) / most, WRONG_COLOUR) if most else WRONG_COLOUR
