"""The embedded model as a back end: our own weights, on the CPU or the GPU, loaded once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from geometry.errors import CodeError
from geometry.program import Program
from img2code.backends import Wanted, always
from img2code.fit.fitting import Evidence
from img2code.fit.mask import Mask, find
from img2code.limits import BATCH_PICTURES
from img2code.model import cores, counting, guesses, lying, recognizer, weights_file
from img2code.model.decode import Decoder, Encoded, program_of, unknown_category
from img2code.model.recognizer import Found
from img2code.model.seeing import view
from img2code.recognition import Box, Recognition

#: Other readings of a picture that a fit may begin with; other lists of templates.
READINGS, OTHERS = 16, 3
#: Logarithm of how much less likely than the first one a list of templates may be: a silhouette
#: alone would take what covers it.
LEAST_LIKELY = -3.0


@dataclass(frozen=True)
class Seen:
    """A picture as the networks have seen it, and what it is taken for.

    found: where the object is. classes: (1000,) ImageNet's logits.
    """

    recognition: Recognition
    encoded: Encoded
    found: Found
    classes: Tensor


class Embedded:
    """The resident networks; only read, so any number of pictures may be under way at once."""

    name = "embedded"
    batch = BATCH_PICTURES

    def __init__(self, path: Path = weights_file.SHIPPED, device: str | None = None) -> None:
        device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self.net, self.vocabulary = weights_file.load(path, device)
        self.recognizer = recognizer.load(device=device)
        self.counter = counting.load(device=device)

    def see(
        self, pictures: Sequence[Image.Image], boxes: Sequence[Box | None] | None = None
    ) -> list[Seen]:
        """What the pictures show; boxes: where, for those where that is known."""
        known = boxes or [None] * len(pictures)
        if self.recognizer.device.type != "cpu":
            return self._see(pictures, known)
        return cores.each(lambda one, box: self._see([one], [box])[0], pictures, known)

    def _see(self, pictures: Sequence[Image.Image], known: Sequence[Box | None]) -> list[Seen]:
        views = view(self.net, self.vocabulary, self.recognizer, pictures, known)
        recognized = self.recognizer.recognize(pictures, views.looked, views.own)
        looked = views.looked
        return [
            Seen(seen, encoded, found, logits)
            for seen, encoded, found, logits in zip(
                recognized, views.encoded, looked.found, looked.logits, strict=True
            )
        ]

    def mask(self, picture: Image.Image, seen: Seen) -> Mask:
        """The object's, as the network finds it."""
        return find(picture, seen.found.box, *self.recognizer.mask(picture, seen.found))

    def evidence(
        self,
        picture: Image.Image,
        seen: Seen,
        program: Program,
        mask: Mask | None = None,
        others: bool = True,
    ) -> Evidence:
        """What the picture says of a program beyond its code, for a fit. Raises GenerationError.

        The program may be another back end's. mask: the object's, where it is known. others: with
        other readings of the picture.
        """
        if program.category.name not in self.vocabulary:
            raise unknown_category(self.vocabulary, program.category.name)
        if mask is None:
            mask = self.mask(picture, seen)
        encoded, read, roll = lying.as_read(self.net, picture, mask, program, seen.encoded)
        free = guesses.free_numbers(self.net, self.vocabulary, encoded, read)
        rng = torch.Generator().manual_seed(0)
        count = READINGS if others else 0
        angles, numbers = guesses.samples(self.net, self.vocabulary, encoded, read, count, rng)
        return Evidence(mask, free, angles + np.array([0, 0, roll]), numbers)

    def alternatives(
        self, picture: Image.Image, seen: Seen, program: Program, mask: Mask
    ) -> Iterator[Program]:
        """The next likeliest codes of other templates, of the program's category."""
        encoded, _, roll = lying.as_read(self.net, picture, mask, program, seen.encoded)
        decoder = Decoder(self.net, self.vocabulary, [encoded])
        written = [part.template.name for part in program.parts]
        for text, likelihood in decoder.likeliest(program.category.name, 1 + OTHERS, roll):
            if likelihood < LEAST_LIKELY:
                break
            with contextlib.suppress(CodeError):  # not an object
                other = program_of(text)
                if [part.template.name for part in other.parts] != written:
                    yield other

    def look_again(self, picture: Image.Image, seen: Seen, program: Program) -> str | None:
        """The answer anew, where a long object was met by turning the picture, or a closer look at
        its parts counts other numbers of pieces."""
        return self._turned(picture, seen, program) or self._recounted(picture, seen, program)

    def _turned(self, picture: Image.Image, seen: Seen, program: Program) -> str | None:
        wide = seen.found.mask
        if wide is not None and lying.long_axis(wide >= 0) is None:
            return None
        mask = self.mask(picture, seen)
        return lying.read_turned(self.net, self.vocabulary, picture, mask, program)

    def _recounted(self, picture: Image.Image, seen: Seen, program: Program) -> str | None:
        known = counting.other_counts(
            self.counter, self.net, self.vocabulary, picture, seen.found.box, seen.encoded, program
        )
        if not known:
            return None
        decoder = Decoder(self.net, self.vocabulary, [seen.encoded])
        pieces = decoder.write_many([program.category.name], known=known)
        return "".join(piece for _, piece in pieces if piece)

    def generate_seen(
        self, seen: Sequence[Seen], categories: Sequence[str | None], wanted: Wanted = always
    ) -> Iterator[tuple[int, str | None]]:
        """As generate_batch, of pictures that were seen."""
        chosen = [
            category or each.recognition.category
            for category, each in zip(categories, seen, strict=True)
        ]
        decoder = Decoder(self.net, self.vocabulary, [each.encoded for each in seen])
        yield from decoder.write_many(chosen, wanted)

    def generate(self, picture: Image.Image, category: str | None) -> Iterator[str]:
        for _, piece in self.generate_seen(self.see([picture]), [category]):
            if piece is not None:
                yield piece

    def generate_batch(
        self,
        pictures: Sequence[Image.Image],
        categories: Sequence[str | None],
        wanted: Wanted = always,
    ) -> Iterator[tuple[int, str | None]]:
        yield from self.generate_seen(self.see(pictures), categories, wanted)


def load(weights: str | Path = weights_file.SHIPPED, device: str | None = None) -> Embedded:
    """The embedded model with the given weights; `device` as torch names it."""
    return Embedded(Path(weights), device)
