"""Scores texts by what the recogniser takes a picture for, in the space of sentence embeddings.

Every category and every class of ImageNet is a hypothesis with a probability. Each gives its share
to the texts that its name is most like; what texts say of colour, parts and sizes is then compared
with the picture. Any text may be scored; the probabilities sum to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

import geometry
from geometry.errors import CodeError, UserError
from geometry.program import Program
from img2code import framing
from img2code.errors import GenerationError
from img2code.image import content, open_image, upright
from img2code.vision import PixelBox, Scores
from img2code.vision.paint.satisfying import missing
from img2code.vision.reading import Look, Reader
from img2code.vision.words import meaning
from img2code.vision.words.colour import fractions
from img2code.vision.words.lexicon import NOUNS, noun_of
from img2code.vision.words.wish import Wish, read

Array = np.ndarray

MOST_TEXTS = 256
#: ImageNet's classes that are looked at, the likeliest.
CLASSES = 24
#: Similarities are divided by this before a softmax over the texts.
TEMPERATURE = 0.06
#: A text that names another category is no more like a category than this.
OTHER = 0.35
#: What is left of a text's probability for each thing that it says and the code has not, and for a
#: colour that is nowhere in the object.
_WRONG_PART, WRONG_COLOUR = 0.4, 0.04
#: The least probability, so that no text is impossible.
_FLOOR = 1e-4


class Embedded:
    """Both ways of seeing of the embedded model, and texts."""

    name = "embedded"

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def score(
        self, picture: Image.Image, texts: Sequence[str], box: PixelBox | None = None
    ) -> Scores:
        """picture: RGB and upright. box: what of it is meant."""
        check(texts)
        opened = open_image(picture)
        where = None
        if box is not None:
            left, top, right, _ = content(opened)
            scale = (right - left) / picture.width
            x, y, x_end, y_end = (edge * scale for edge in box)
            where = framing.fractions(opened, (x + left, y + top, x_end + left, y_end + top))
        look = self._reader.look(opened, where)
        wishes = [read(text) for text in texts]
        scores = _by_name(look, texts, wishes)
        scores *= _by_colour(look, opened, wishes)
        if any(wish.parts or wish.sizes or wish.shape for wish in wishes):
            try:
                program = self._reader.guess(opened, where)
            except (GenerationError, CodeError):
                pass  # names and colours have to do
            else:
                scores *= _by_code(program, wishes)
        scores = scores + _FLOOR * scores.max()
        scores /= scores.sum()
        return Scores(tuple(texts), tuple(map(float, scores)))


def check(texts: Sequence[str]) -> None:
    """Raises UserError where texts cannot be scored."""
    if not texts or not any(text.strip() for text in texts):
        raise UserError("There is no text to score.", "Give at least one, such as “a blue mug”.")
    if len(texts) > MOST_TEXTS:
        problem = f"There are {len(texts)} texts; at most {MOST_TEXTS} are scored."
        raise UserError(problem, "Send them in several requests.")


def _by_name(look: Look, texts: Sequence[str], wishes: Sequence[Wish]) -> Array:
    """(T,) the shares that categories and classes give to the texts."""
    names, chances = zip(*hypotheses(look), strict=True)
    probabilities = np.array(chances)
    alike = meaning.similarity(names, texts)
    categories = len(look.recognition.ranking)
    meant = [means(name) for name in names]
    for column, wish in enumerate(wishes):
        if wish.category is not None:
            alike[:categories, column] = np.minimum(alike[:categories, column], OTHER)
            alike[[each == wish.category for each in meant], column] = 1.0
    weights = np.exp((alike - alike.max(1, keepdims=True)) / TEMPERATURE)
    given: Array = (weights / weights.sum(1, keepdims=True)) * probabilities[:, None]
    return given.sum(0)


def hypotheses(look: Look) -> list[tuple[str, float]]:
    """What the object may be called, with probabilities: all categories, ImageNet's likeliest."""
    known = look.recognition.known
    found = [(noun_of(name), known * chance) for name, chance in look.recognition.ranking]
    # a picture of something else is judged by ImageNet's classes, which name more than categories
    for number in np.argsort(-look.classes)[:CLASSES]:
        found.append((_class_names()[number], (1 - known) * float(look.classes[number])))
    return found


@cache
def _class_names() -> tuple[str, ...]:
    """ImageNet's 1000 classes, as torchvision names them."""
    path = Path(__file__).with_name("imagenet.txt")
    return tuple(path.read_text(encoding="utf-8").splitlines())


@cache
def means(name: str) -> str | None:
    """The category that a name of an object is another name for, if it is one."""
    for category in geometry.categories():
        if name.lower() in map(str.lower, NOUNS.get(category, (noun_of(category),))):
            return category
    return None


def _by_colour(look: Look, opened: Image.Image, wishes: Sequence[Wish]) -> Array:
    """(T,) how far the colours that the texts name for the object are in the picture."""
    if not any(wish.colour for wish in wishes):
        return np.ones(len(wishes))
    pixels = np.asarray(upright(opened))[look.found >= 0.5]
    seen = fractions(pixels)
    most = max(seen.values(), default=0.0)
    return np.array(
        [
            max(seen[wish.colour] / most, WRONG_COLOUR) if wish.colour and most else 1.0
            for wish in wishes
        ]
    )


def _by_code(program: Program, wishes: Sequence[Wish]) -> Array:
    """(T,) how far parts, counts and sizes that the texts name are in the code."""
    return np.array(
        [
            _WRONG_PART ** len(list(missing(wish, program)))
            if wish.category in (None, program.category.name)
            else 1.0
            for wish in wishes
        ]
    )


def load(reader: Reader | None = None, device: str | None = None) -> Embedded:
    """reader: one that is there already; device: of the networks, as torch names it."""
    return Embedded(reader or Reader.load(device))
