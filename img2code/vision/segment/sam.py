"""SAM and SAM 2 checkpoints as segmenters, through the stock classes of transformers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from img2code.vision import Prompt, Segment
from img2code.vision.checkpoints import device_for, pretrained, required

_SIZES = ("original_sizes", "reshaped_input_sizes")
#: Of ImageNet's colours, as SAM 2's pictures are normalised.
_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)
#: By family: the model's class in transformers.
FAMILIES = {"sam": "SamModel", "sam2": "Sam2Model"}


class Sam:
    """A resident checkpoint; three masks per prompt with the overlap that it predicts."""

    def __init__(self, family: str, model: Any, processor: Any) -> None:
        self.name = family
        self._model, self._processor = model, processor

    def segment(self, picture: Image.Image, prompts: Sequence[Prompt]) -> list[tuple[Segment, ...]]:
        """Nothing in a prompt means a point in the middle of the picture."""
        return [self._one(picture, prompt) for prompt in prompts]

    def _one(self, picture: Image.Image, prompt: Prompt) -> tuple[Segment, ...]:
        import torch

        points = prompt.points
        if not points and prompt.box is None:
            points = ((picture.width / 2, picture.height / 2),)
        inputs = self._prepare(picture.convert("RGB"), Prompt(points, prompt.box))
        sizes = {name: inputs.pop(name, None) for name in _SIZES}
        moved = {name: tensor.to(self._model.device) for name, tensor in inputs.items()}
        with torch.inference_mode():
            found = self._model(**moved, multimask_output=True)
        masks = self._masks(found.pred_masks.cpu().float(), picture, sizes)
        scores = found.iou_scores[0, 0].float().cpu().numpy()
        segments = [
            Segment(np.asarray(mask, bool), float(np.clip(score, 0, 1)))
            for mask, score in zip(masks, scores, strict=True)
        ]
        return tuple(sorted(segments, key=lambda each: -each.iou))

    def _prepare(self, picture: Image.Image, prompt: Prompt) -> dict[str, Any]:
        settings: dict[str, Any] = {"images": picture, "return_tensors": "pt"}
        if prompt.points:
            settings["input_points"] = [[[list(point) for point in prompt.points]]]
            settings["input_labels"] = [[[1] * len(prompt.points)]]
        if prompt.box is not None:
            settings["input_boxes"] = [[list(prompt.box)]]
        return dict(self._processor(**settings))

    def _masks(self, logits: Any, picture: Image.Image, sizes: dict[str, Any]) -> Any:
        """(3, H, W) of the picture's size."""
        return self._processor.post_process_masks(logits, *(sizes[name] for name in _SIZES))[0][0]


class Sam2(Sam):
    """The second generation, whose processor wants torchvision: its few steps are taken here."""

    def _prepare(self, picture: Image.Image, prompt: Prompt) -> dict[str, Any]:
        import torch

        side = self._model.config.prompt_encoder_config.image_size
        side = side[0] if isinstance(side, (list, tuple)) else side
        small = picture.resize((side, side), Image.Resampling.BILINEAR)
        values = (np.asarray(small, np.float32) / 255 - _MEAN) / _DEVIATION
        across, along = side / picture.width, side / picture.height
        inputs = {"pixel_values": torch.from_numpy(values).permute(2, 0, 1)[None]}
        if prompt.points:
            points = [[x * across, y * along] for x, y in prompt.points]
            inputs["input_points"] = torch.tensor([[points]])
            inputs["input_labels"] = torch.ones(1, 1, len(points), dtype=torch.long)
        if prompt.box is not None:
            left, top, right, bottom = prompt.box
            box = [left * across, top * along, right * across, bottom * along]
            inputs["input_boxes"] = torch.tensor([[box]])
        return inputs

    def _masks(self, logits: Any, picture: Image.Image, sizes: dict[str, Any]) -> Any:
        from torch.nn import functional

        size = (picture.height, picture.width)
        return functional.interpolate(logits[0], size, mode="bilinear")[0] > 0


def load(family: str, model: str | None = None, device: str | None = None) -> Sam:
    """model: a checkpoint's folder, or its name on the hub. Raises UserError."""
    import transformers

    path = required(model, family)
    kind = getattr(transformers, FAMILIES[family])
    held = pretrained(kind, path).to(device_for(device)).eval()
    if family == "sam2":
        return Sam2(family, held, None)
    return Sam(family, held, pretrained(transformers.SamProcessor, path))
