"""Sentences from the recovered code: caption, regions, paragraph; never more than it carries."""

from __future__ import annotations

import numpy as np
from PIL import Image

from img2code.image import open_image
from img2code.vision import Description, Region
from img2code.vision.caption.telling import LEAST, Seen, Tale, described
from img2code.vision.reading import Reader
from img2code.vision.words.lexicon import KINDS, listed

#: Fittings that a caption names at most; the paragraph names them all.
_IN_CAPTION = 2
#: Fittings of which a paragraph says where they are, at most.
_PLACED = 3


class Embedded:
    """Reads pictures by their code and says what it says."""

    name = "embedded"

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def describe(self, picture: Image.Image, seed: int = 0) -> Description:
        """seed: another one words it otherwise; what is said stays the same."""
        tale = Tale(self._reader.read(open_image(picture)))
        rng = np.random.default_rng(seed)
        scale = picture.width / tale.reading.size[0]
        return Description(
            caption(tale, rng), tuple(regions(tale, rng, scale)), paragraph(tale, rng)
        )


def caption(tale: Tale, rng: np.random.Generator) -> str:
    """One sentence: the object with its colour, stature and most telling parts."""
    head = described(tale.noun, tale.stature, tale.colour)
    fittings = sorted(tale.fittings, key=lambda part: -_telling(part, tale))[:_IN_CAPTION]
    parts = listed([_phrase(part, tale) for part in fittings])
    joined = str(rng.choice(["with", "that has"])) if parts else ""
    return _sentence(f"{head} {joined} {parts}")


def regions(tale: Tale, rng: np.random.Generator, scale: float) -> list[Region]:
    """The object, and each kind of part that is seen; boxes in pixels of the picture as given."""
    found = []
    whole = Seen(tale.noun, 1, "", 0, tale.object_mask, tale.colour, ())
    own = [(whole, described(tale.noun, tale.stature, tale.colour))]
    own += [(part, _phrase(part, tale, all_words=True)) for part in tale.parts]
    for part, phrase in own:
        if part.box is None or part.mask.mean() < LEAST:
            continue
        where = "" if part is whole else tale.place(part)
        if part is whole:
            where = str(rng.choice([f"seen {tale.view()}", f"viewed {tale.view()}"]))
            phrase = f"{phrase},"
        left, top, right, bottom = (edge * scale for edge in part.box)
        found.append(Region((left, top, right, bottom), _sentence(f"{phrase} {where}")))
    return found


def paragraph(tale: Tale, rng: np.random.Generator) -> str:
    """Everything that is known, in a few sentences."""
    head = described(tale.noun, tale.stature, tale.colour)
    opening = str(rng.choice([
        "The picture shows {}, seen {}", "This is {}, seen {}", "Here is {}, viewed {}",
    ]))  # fmt: skip
    sentences = [opening.format(head, tale.view())]
    fittings = tale.fittings
    if fittings:
        verb = str(rng.choice(["It has", "It comes with"]))
        sentences.append(f"{verb} {listed([_phrase(part, tale) for part in fittings])}")
    told = list(filter(None, map(tale.whereabouts, fittings)))
    if told:
        sentences.append(listed(told[:_PLACED]))
    body = next((part for part in tale.parts if part.shape and part not in fittings), None)
    if body is not None and body.shape in ("round", "square"):
        noun = body.noun if body.noun != tale.noun else "body"
        sentences.append(f"Its {noun} is {body.shape}")
    motions = list(tale.motions())
    if motions:
        sentences.append(f"{listed(motions)}")
    return " ".join(map(_sentence, sentences))


def _phrase(part: Seen, tale: Tale, all_words: bool = False) -> str:
    """A part's noun phrase; its colour where it differs, or always with `all_words`."""
    size = {1: "large", -1: "small"}.get(part.size, "")
    colour = part.colour if all_words else tale.distinct(part)
    order = [size, colour, part.shape] if part.shape in KINDS else [size, part.shape, colour]
    return part.phrase(order)


def _telling(part: Seen, tale: Tale) -> float:
    """How much a caption gains by a part: several of it, another colour, a shape, much seen."""
    several = part.number is None or part.number > 1
    fraction = float(part.mask.sum()) / max(int(tale.object_mask.sum()), 1)
    return 1.0 * several + 1.0 * bool(tale.distinct(part)) + 0.5 * bool(part.shape) + fraction


def _sentence(text: str) -> str:
    words = " ".join(text.split()).replace(" ,", ",").rstrip(",")
    return f"{words[:1].upper()}{words[1:]}."


def load(reader: Reader | None = None, device: str | None = None) -> Embedded:
    """reader: one that is there already; device: of the networks, as torch names it."""
    return Embedded(reader or Reader.load(device))
