"""CLIP and SigLIP 2 checkpoints as concepts, through the stock classes of transformers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PIL import Image

from img2code.vision import PixelBox, Scores
from img2code.vision.checkpoints import device_for, pretrained, required
from img2code.vision.concepts.embedded import check

#: By family: what the tokenizer pads with. SigLIP was trained on texts of full length.
PADDING: dict[str, bool | str] = {"clip": True, "siglip2": "max_length"}


class Clip:
    """A resident checkpoint that compares pictures with texts."""

    def __init__(self, family: str, model: Any, processor: Any) -> None:
        self.name = family
        self._model, self._processor = model, processor

    def score(
        self, picture: Image.Image, texts: Sequence[str], box: PixelBox | None = None
    ) -> Scores:
        """A softmax over the texts, whatever the family was trained with."""
        import torch

        check(texts)
        shown = picture.convert("RGB")
        if box is not None:
            left, top, right, bottom = (round(edge) for edge in box)
            shown = shown.crop((left, top, max(right, left + 1), max(bottom, top + 1)))
        inputs = self._processor(
            text=list(texts),
            images=shown,
            padding=PADDING[self.name],
            truncation=True,
            return_tensors="pt",
        ).to(self._model.device)
        with torch.inference_mode():
            logits = self._model(**inputs).logits_per_image[0].float()
        return Scores(tuple(texts), tuple(logits.softmax(0).cpu().tolist()))


def load(family: str, model: str | None = None, device: str | None = None) -> Clip:
    """model: a checkpoint's folder, or its name on the hub. Raises UserError."""
    from transformers import AutoModel, AutoProcessor

    path = required(model, family)
    held = pretrained(AutoModel, path).to(device_for(device)).eval()
    return Clip(family, held, pretrained(AutoProcessor, path))
