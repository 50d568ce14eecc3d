"""The embedded model as a back end: our own weights, on the CPU or the GPU, loaded once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image

from img2code.backends import Wanted, always
from img2code.limits import BATCH_PICTURES
from img2code.model import recognizer, weights_file
from img2code.model.decode import Decoder, Encoded
from img2code.model.seeing import view
from img2code.recognition import Box, Recognition


@dataclass(frozen=True)
class Seen:
    """A picture as the network has seen it, and what it is taken for."""

    recognition: Recognition
    encoded: Encoded


class Embedded:
    """The resident networks; only read, so any number of pictures may be under way at once."""

    name = "embedded"
    batch = BATCH_PICTURES

    def __init__(self, path: Path = weights_file.SHIPPED, device: str | None = None) -> None:
        device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self.net, self.vocabulary = weights_file.load(path, device)
        self.recognizer = recognizer.load(device=device)

    def see(
        self, pictures: Sequence[Image.Image], boxes: Sequence[Box | None] | None = None
    ) -> list[Seen]:
        """What the pictures show; boxes: where, for those where that is known."""
        known = boxes or [None] * len(pictures)
        views = view(self.net, self.vocabulary, self.recognizer, pictures, known)
        recognized = self.recognizer.recognize(pictures, views.looked, views.own)
        return [Seen(*each) for each in zip(recognized, views.encoded, strict=True)]

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
