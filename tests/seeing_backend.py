"""A back end that says what a picture shows, by a script: for tests of what is made of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image

from img2code.backends import Wanted, always
from img2code.backends.fake import made_up, pieces
from img2code.recognition import Box, Recognition

FOUND: Box = (0.25, 0.125, 0.75, 0.875)
OTHER: Box = (0.0, 0.5, 0.125, 1.0)
RANKING = (("Mug", 0.875), ("Bucket", 0.0625), ("Kettle", 0.03125), ("Chair", 0.03125))


@dataclass(frozen=True)
class Looked:
    picture: Image.Image
    recognition: Recognition


class Seeing:
    """Takes every picture for a mug, known with the given probability."""

    name = "seeing"
    batch = 4

    def __init__(self, known: float = 1.0) -> None:
        self.known = known

    def see(
        self, pictures: Sequence[Image.Image], boxes: Sequence[Box | None] | None = None
    ) -> Sequence[Looked]:
        given = boxes or [None] * len(pictures)
        return [
            Looked(picture, Recognition(RANKING, self.known, box or FOUND, (OTHER,)))
            for picture, box in zip(pictures, given, strict=True)
        ]

    def generate_seen(
        self, seen: Sequence[Looked], categories: Sequence[str | None], wanted: Wanted = always
    ) -> Iterator[tuple[int, str | None]]:
        for row, (looked, category) in enumerate(zip(seen, categories, strict=True)):
            answer = made_up(looked.picture, category or looked.recognition.category)
            for piece in pieces(answer):
                if wanted(row):
                    yield row, piece
            yield row, None

    def generate_batch(
        self,
        pictures: Sequence[Image.Image],
        categories: Sequence[str | None],
        wanted: Wanted = always,
    ) -> Iterator[tuple[int, str | None]]:
        yield from self.generate_seen(self.see(pictures), categories, wanted)

    def generate(self, picture: Image.Image, category: str | None) -> Iterator[str]:
        for _, piece in self.generate_batch([picture], [category]):
            if piece is not None:
                yield piece


def load(known: float = 1.0) -> Seeing:
    return Seeing(known)
