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

from img2code import framing
from img2code.atomic import atomic_path
from img2code.fit.mask import resampled
from img2code.framing import Pixels
from img2code.image import content
from img2code.model import imagenet, salient
from img2code.model.imagenet import ImageNet
from img2code.model.judge import Judge
from img2code.model.salient import Salient, objects
from img2code.recognition import Box, Recognition

#: The weights that the project ships.
SHIPPED = Path(__file__).parent / "weights" / "recognition.safetensors"
#: The fraction of the frame that the object takes in the second of the two views.
CLOSE = 0.85
#: The same of the first view where the box was given: else it is the whole picture.
WIDE = 0.6
#: The edges of a mask are this exact, in its pixels.
_EXACT = 2


@dataclass(frozen=True, eq=False)
class Found:
    """Where the object of a picture is, in its pixels, and more of them.

    empty: nothing stands out, and the box is the whole picture. mask: (192, 192) logits of what
    stands out in the square around the picture; none where the box was given.
    """

    box: Pixels
    others: tuple[Pixels, ...] = ()
    empty: bool = False
    mask: np.ndarray | None = None


@dataclass(frozen=True)
class Looked:
    """What the frozen network saw of B pictures, the means of two views, and where the objects are.

    features: (B, 1280). logits: (B, 1000) of ImageNet's classes.
    """

    features: Tensor
    logits: Tensor
    found: Sequence[Found]


class Recognizer(nn.Module):
    """The networks of recognition; only read, so any number of pictures may be under way."""

    def __init__(self, judge: Judge, categories: Sequence[str]) -> None:
        super().__init__()
        self.imagenet = ImageNet()
        self.salient = Salient()
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
            framing.around(box, WIDE) if box else _whole(picture)
            for picture, box in zip(pictures, given, strict=True)
        ]
        found = [
            Found(box) if box else _found(picture, self.salient_in(picture, square))
            for picture, box, square in zip(pictures, given, squares, strict=True)
        ]
        close = [framing.around(each.box, CLOSE) for each in found]
        first, second = self._sight(pictures, squares), self._sight(pictures, close)
        features = (first.features + second.features) / 2
        return Looked(features, (first.logits + second.logits) / 2, found)

    def salient_in(self, picture: Image.Image, square: Pixels) -> np.ndarray:
        """(192, 192) logits of what stands out in a square of the picture."""
        seen = np.array(framing.cut(picture, square, salient.SIDE))
        with torch.inference_mode():
            logits = self.salient(salient.prepare(seen[None]).to(self.device))
        mask: np.ndarray = logits[0, 0].cpu().numpy()
        return mask

    def mask(self, picture: Image.Image, found: Found) -> tuple[np.ndarray, Pixels]:
        """Logits (192, 192) of the object that was found, and the square that they cover.

        Means of a look at the object alone and of one that shows what is around it: large parts
        that look like their ground are seen by the latter, edges by the former.
        """
        square = framing.around(found.box, CLOSE)
        close, wide, covers = self.salient_in(picture, square), found.mask, _whole(picture)
        if wide is None:
            covers = framing.around(found.box, WIDE)
            wide = self.salient_in(picture, covers)
        return (close + resampled(wide, covers, square, salient.SIDE)) / 2, square

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


def _whole(picture: Image.Image) -> Pixels:
    return framing.around(content(picture), 1.0)


def _found(picture: Image.Image, mask: np.ndarray) -> Found:
    """The object that is meant, and others.

    A plain background tells to the pixel what the mask tells to two of its own; if the mask shows
    nothing, it tells where something is.
    """
    square, plain = _whole(picture), framing.before_plain(picture)
    boxes = objects(mask, square)
    if not boxes:
        return Found(plain or content(picture), empty=plain is None, mask=mask)
    near = _EXACT * (square[2] - square[0]) / len(mask)
    if plain and max(abs(a - b) for a, b in zip(plain, boxes[0], strict=True)) <= near:
        boxes[0] = plain
    return Found(boxes[0], tuple(boxes[1:]), mask=mask)


def save(
    recognizer: Recognizer, classes: dict[str, list[int]], more: Sequence[str], path: Path
) -> None:
    """Writes the weights atomically, but those of masks; the large network in half precision."""
    state = {
        name: (value if name.startswith("judge.") else value.half()).contiguous()
        for name, value in recognizer.state_dict().items()
        if not name.startswith("salient.")
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
    masks = salient.load().state_dict()
    recognizer.load_state_dict(state | {f"salient.{name}": mask for name, mask in masks.items()})
    recognizer.imagenet.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return recognizer.to(device).eval().requires_grad_(False)
