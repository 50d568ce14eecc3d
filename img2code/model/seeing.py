"""Both ways of seeing, put together: what categories are judged by and codes are read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image
from torch import Tensor

from img2code.model.crop import crops
from img2code.model.decode import Decoder, Encoded, encode
from img2code.model.net import Net
from img2code.model.recognizer import Looked, Recognizer
from img2code.model.vocabulary import Vocabulary
from img2code.recognition import Box


@dataclass(frozen=True)
class Views:
    """B pictures as both networks see them.

    looked: what the frozen network saw, and where the objects are. encoded: their crops, for the
    decoder. own: (B, C) log-probabilities of the categories by the network that writes codes.
    """

    looked: Looked
    encoded: Sequence[Encoded]
    own: Tensor


def view(
    net: Net,
    vocabulary: Vocabulary,
    recognizer: Recognizer,
    pictures: Sequence[Image.Image],
    boxes: Sequence[Box | None],
) -> Views:
    """boxes: where the object is, for those pictures where that is known."""
    looked = recognizer.look(pictures, boxes)
    framed = [
        crops(picture, net.config.size, found.box)
        for picture, found in zip(pictures, looked.found, strict=True)
    ]
    encoded = encode(net, framed)
    return Views(looked, encoded, Decoder(net, vocabulary, encoded).categories())
