"""The embedded model as a back end: our own weights, on the CPU or the GPU, loaded once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image

from img2code.backends import Wanted, always
from img2code.limits import BATCH_PICTURES
from img2code.model import weights_file
from img2code.model.crop import crops
from img2code.model.decode import Decoder


class Embedded:
    """The resident network; it is only read, so any number of pictures may be under way at once."""

    name = "embedded"
    batch = BATCH_PICTURES

    def __init__(self, path: Path = weights_file.SHIPPED, device: str | None = None) -> None:
        import torch

        device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self.net, self.vocabulary = weights_file.load(path, device)

    def generate(self, picture: Image.Image, category: str | None) -> Iterator[str]:
        yield from self._decoder([picture]).write(category)

    def generate_batch(
        self,
        pictures: Sequence[Image.Image],
        categories: Sequence[str | None],
        wanted: Wanted = always,
    ) -> Iterator[tuple[int, str | None]]:
        yield from self._decoder(pictures).write_many(categories, wanted)

    def ranking(self, picture: Image.Image) -> list[str]:
        """The categories, likeliest first."""
        return self._decoder([picture]).ranking()

    def _decoder(self, pictures: Sequence[Image.Image]) -> Decoder:
        framed = [crops(picture, self.net.config.size) for picture in pictures]
        return Decoder(self.net, self.vocabulary, framed)


def load(weights: str | Path = weights_file.SHIPPED, device: str | None = None) -> Embedded:
    """The embedded model with the given weights; `device` as torch names it."""
    return Embedded(Path(weights), device)
