"""Stable Diffusion, SD 3.5, FLUX and ControlNet as painters, through diffusers' own classes."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from typing import Any

from PIL import Image

from geometry.errors import UserError
from img2code.vision import Painting
from img2code.vision.checkpoints import (
    device_for,
    missing_extra,
    precision_for,
    pretrained,
    required,
)
from img2code.vision.paint.canny import edges

#: By family: the pipeline's class in diffusers, steps, and guidance.
FAMILIES = {
    "stable-diffusion": ("StableDiffusionPipeline", 30, 7.5),
    "sd3": ("StableDiffusion3Pipeline", 28, 4.5),
    "flux": ("FluxPipeline", 28, 3.5),
    "controlnet": ("StableDiffusionControlNetPipeline", 30, 7.5),
}
#: What a ControlNet is put on, where nothing else is said.
BASE = "stable-diffusion-v1-5/stable-diffusion-v1-5"


class Diffusion:
    """A resident pipeline."""

    def __init__(
        self,
        family: str,
        pipeline: Any,
        steps: int | None,
        guidance: float | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """more: settings that this family's pipeline alone takes."""
        self.name = family
        _, usual, strong = FAMILIES[family]
        self._pipeline, self._steps = pipeline, steps or usual
        self._guidance = strong if guidance is None else guidance
        self._more = dict(more or {})

    def paint(
        self,
        text: str,
        layout: Image.Image | None = None,
        seed: int = 0,
        size: int | tuple[int, int] = 512,
    ) -> list[Painting]:
        """layout: for a ControlNet, which keeps its edges; others cannot, and say so.

        size: pixels of the sides, or width and height.
        """
        import torch

        if not text.strip():
            raise UserError("The text is empty.", "Say what is to be painted.")
        width, height = (size, size) if isinstance(size, int) else size
        width, height = width - width % 16, height - height % 16
        settings: dict[str, Any] = {"prompt": text, "width": width, "height": height}
        notes: tuple[str, ...] = ()
        if self.name == "controlnet":
            if layout is None:
                problem = "A ControlNet needs a picture whose edges it keeps."
                raise UserError(problem, "Give a layout picture, or use stable-diffusion.")
            settings["image"] = edges(layout, max(width, height)).resize((width, height))
        elif layout is not None:
            notes = (f"{self.name} keeps no layout; use controlnet for that.",)
        generator = torch.Generator("cpu").manual_seed(seed)
        made = self._pipeline(
            **settings,
            **self._more,
            num_inference_steps=self._steps,
            guidance_scale=self._guidance,
            generator=generator,
        )
        return [Painting(picture, None, notes) for picture in made.images]


def load(
    family: str,
    model: str | None = None,
    device: str | None = None,
    base: str | None = None,
    steps: int | None = None,
    guidance: float | None = None,
    max_sequence_length: int | None = None,
) -> Diffusion:
    """model: a checkpoint's folder, or its name on the hub.

    base: what a ControlNet is put on. steps: of the denoising. guidance: by the text.
    max_sequence_length: tokens of a text, of SD 3.5 and FLUX. Raises UserError.
    """
    if importlib.util.find_spec("diffusers") is None:
        raise missing_extra("diffusers")
    import diffusers

    path, where = required(model, family), device_for(device)
    kind = getattr(diffusers, FAMILIES[family][0])
    settings: dict[str, Any] = {"dtype": precision_for(where)}
    if family == "controlnet":
        settings["controlnet"] = pretrained(diffusers.ControlNetModel, path, **settings)
        path = base or BASE
    pipeline = pretrained(kind, path, **settings).to(where)
    pipeline.set_progress_bar_config(disable=True)
    more = {"max_sequence_length": max_sequence_length} if max_sequence_length else {}
    return Diffusion(family, pipeline, steps, guidance, more)
