"""Finds the object of a picture and says what it is: frozen ImageNet features beside our network's.

Weights on disk hold the frozen network too, in half precision, and which of ImageNet's classes
stand for which category.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from img2code import backdrop, framing
from img2code.atomic import atomic_path
from img2code.framing import Pixels
from img2code.image import content
from img2code.model import imagenet
from img2code.model.foreground import Foreground, objects
from img2code.model.imagenet import ImageNet
from img2code.model.judge import Judge
from img2code.recognition import Box, Recognition

#: The weights that the project ships.
SHIPPED = Path(__file__).parent / "weights" / "recognition.safetensors"
#: The fraction of the frame that the object takes in the second of the two views.
CLOSE = 0.85
#: The same of the first view where the box was given: else it is the whole picture.
WIDE = 0.6
#: If the mask's box covers less of what stands before a plain background, there may be several.
_AGREED = 0.5


@dataclass(frozen=True)
class Found:
    """Where the object of a picture is, in its pixels, and more of them.

    empty: nothing stands out, and the box is the whole picture.
    """

    box: Pixels
    others: tuple[Pixels, ...] = ()
    empty: bool = False


@dataclass(frozen=True)
class Looked:
    """What the frozen network saw of B pictures, the means of two views, and where the objects are.

    features: (B, 1280). logits: (B, 1000) of ImageNet's classes. maps: of the second view, of the
    squares of the pictures, for `Recognizer.masks`.
    """

    features: Tensor
    logits: Tensor
    found: Sequence[Found]
    maps: Sequence[Tensor]
    squares: Sequence[Pixels]


class Recognizer(nn.Module):
    """The networks of recognition; only read, so any number of pictures may be under way."""

    def __init__(self, judge: Judge, categories: Sequence[str]) -> None:
        super().__init__()
        self.imagenet = ImageNet()
        self.foreground = Foreground()
        self.judge = judge
        self.categories = tuple(categories)

    @property
    def device(self) -> torch.device:
        return self.imagenet.first.weight.device

    def look(self, pictures: Sequence[Image.Image], boxes: Sequence[Box | None]) -> Looked:
        """Looks at each picture twice: as a whole, which finds the object, and at the object.

        boxes: where the object is, for those pictures where that is known.
        """
        given = [
            framing.pixels(picture, box) if box else None
            for picture, box in zip(pictures, boxes, strict=True)
        ]
        squares = [
            framing.around(box, WIDE) if box else framing.around(content(picture), 1.0)
            for picture, box in zip(pictures, given, strict=True)
        ]
        first = self._sight(pictures, squares)
        wide = self.masks(first.maps)
        found = [
            Found(box) if box else _found(picture, mask, square)
            for picture, box, mask, square in zip(pictures, given, wide, squares, strict=True)
        ]
        close = [framing.around(each.box, CLOSE) for each in found]
        second = self._sight(pictures, close)
        features = (first.features + second.features) / 2
        logits = (first.logits + second.logits) / 2
        return Looked(features, logits, found, second.maps, close)

    def mask(self, picture: Image.Image) -> np.ndarray:
        """(130, 130) probabilities of the object in the square around the upright picture."""
        sight = self._sight([picture], [framing.around(content(picture), 1.0)])
        logits = self.masks(sight.maps)[0]
        mask: np.ndarray = 1 / (1 + np.exp(-logits))
        return mask

    def masks(self, maps: Sequence[Tensor]) -> np.ndarray:
        """(B, 130, 130) logits of the object, from the maps of a view."""
        with torch.inference_mode():
            masks: np.ndarray = self.foreground(maps).float().cpu().numpy()
        return masks

    def _sight(self, pictures: Sequence[Image.Image], squares: Sequence[Pixels]) -> imagenet.Sight:
        views = [
            np.asarray(framing.cut(picture, square, imagenet.SIZE))
            for picture, square in zip(pictures, squares, strict=True)
        ]
        with torch.inference_mode():
            sight: imagenet.Sight = self.imagenet(imagenet.prepare(np.stack(views)).to(self.device))
        return sight

    def recognize(
        self, pictures: Sequence[Image.Image], looked: Looked, own: Tensor
    ) -> list[Recognition]:
        """own: (B, C) log-probabilities of the categories as the network that writes codes sees."""
        with torch.inference_mode():
            judged = self.judge(looked.features, looked.logits, own.to(self.device))
        probabilities, known = (each.cpu() for each in judged)
        return [
            self._recognition(picture, found, row, float(is_known))
            for picture, found, row, is_known in zip(
                pictures, looked.found, probabilities, known, strict=True
            )
        ]

    def _recognition(
        self, picture: Image.Image, found: Found, probabilities: Tensor, known: float
    ) -> Recognition:
        order = probabilities.argsort(descending=True).tolist()
        return Recognition(
            ranking=tuple((self.categories[n], float(probabilities[n])) for n in order),
            known=0.0 if found.empty else known,
            box=framing.fractions(picture, found.box),
            others=tuple(framing.fractions(picture, box) for box in found.others),
        )


def _found(picture: Image.Image, mask: np.ndarray, square: Pixels) -> Found:
    """The object that is meant, and others.

    A smooth background tells the object's edges exactly, unless it lies around several things.
    """
    boxes = objects(mask, square)
    plain = framing.before_plain(picture) or backdrop.box(picture)
    if not boxes and plain is None:
        return Found(content(picture), empty=True)
    if plain and boxes and _covered(plain, boxes[0]) < _AGREED:
        plain = backdrop.box(picture, boxes[0])  # one of several things, or the network saw a piece
    if plain:
        boxes[:1] = [plain]
    return Found(boxes[0], tuple(boxes[1:]))


def _covered(outer: Pixels, inner: Pixels) -> float:
    """The fraction of a box that another one covers."""
    across = min(outer[2], inner[2]) - max(outer[0], inner[0])
    along = min(outer[3], inner[3]) - max(outer[1], inner[1])
    area = (outer[2] - outer[0]) * (outer[3] - outer[1])
    return max(across, 0.0) * max(along, 0.0) / max(area, 1e-9)


def save(
    recognizer: Recognizer, classes: dict[str, list[int]], more: Sequence[str], path: Path
) -> None:
    """Writes the weights atomically; the large networks in half precision."""
    state = {
        name: (value if name.startswith("judge.") else value.half()).contiguous()
        for name, value in recognizer.state_dict().items()
    }
    settings = {"categories": recognizer.categories, "classes": classes, "more": list(more)}
    with atomic_path(path) as temporary:
        save_file(state, temporary, {"recognizer": json.dumps(settings)})


def load(path: Path = SHIPPED, device: str | torch.device = "cpu") -> Recognizer:
    """The networks with their weights, ready to look."""
    with safe_open(path, "pt") as file:
        settings = json.loads(file.metadata()["recognizer"])
        state = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    judge = Judge(settings["categories"], settings["classes"], settings["more"])
    recognizer = Recognizer(judge, settings["categories"])
    recognizer.load_state_dict(state)
    recognizer.imagenet.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return recognizer.to(device).eval().requires_grad_(False)
