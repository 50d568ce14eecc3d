"""Understanding and creation behind four small protocols: segment, score concepts, describe, paint.

Each has an embedded default that needs no download and comes out of the loop between picture and
code, and back ends that run published checkpoints. They are loaded when asked for.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from PIL import Image

from geometry.errors import UserError, suggestion
from geometry.program import Program

Array = np.ndarray
#: x and y, in pixels of the upright picture.
Point = tuple[float, float]
#: Left, top, right, bottom, in pixels of the upright picture.
PixelBox = tuple[float, float, float, float]
#: Pixel coordinates (x, y) of a closed ring, its first point not repeated.
Ring = tuple[Point, ...]


@dataclass(frozen=True)
class Prompt:
    """What is meant: points on one object, a box around it, both, or nothing: the main object."""

    points: tuple[Point, ...] = ()
    box: PixelBox | None = None


@dataclass(frozen=True)
class Polygon:
    """A region's outer ring, and the rings of its holes."""

    outer: Ring
    holes: tuple[Ring, ...] = ()


@dataclass(frozen=True)
class Segment:
    """A region of a picture. mask: (H, W) of bool. iou: as predicted. name: what it is, or ""."""

    mask: Array
    iou: float
    name: str = ""


class Segmenter(Protocol):
    """Picture and prompts → three regions per prompt.

    Around points from the finest to the coarsest, else the likeliest first.
    """

    name: str

    def segment(self, picture: Image.Image, prompts: Sequence[Prompt]) -> list[tuple[Segment, ...]]:
        """picture: RGB and upright; masks have its size. Raises UserError."""
        ...


@dataclass(frozen=True)
class Scores:
    """How well each text describes a picture; the scores sum to 1."""

    texts: tuple[str, ...]
    scores: tuple[float, ...]

    @property
    def best(self) -> str:
        return max(zip(self.scores, self.texts, strict=True), key=lambda each: each[0])[1]


class Concepts(Protocol):
    """Picture, or a box in it, and texts → scores."""

    name: str

    def score(
        self, picture: Image.Image, texts: Sequence[str], box: PixelBox | None = None
    ) -> Scores:
        """texts: at least one. Raises UserError."""
        ...


@dataclass(frozen=True)
class Region:
    """A sentence about what a box of a picture shows."""

    box: PixelBox
    sentence: str


@dataclass(frozen=True)
class Description:
    """What a picture shows: a caption, sentences about its regions, a paragraph."""

    caption: str
    regions: tuple[Region, ...]
    paragraph: str


class Captioner(Protocol):
    """Picture → words."""

    name: str

    def describe(self, picture: Image.Image, seed: int = 0) -> Description:
        """seed: another one words it otherwise. Raises UserError."""
        ...


@dataclass(frozen=True)
class Painting:
    """A painted picture, and where it was drawn from a code, that. notes: what could not be had.

    scene: what its painter knows of it besides the code.
    """

    picture: Image.Image
    program: Program | None = None
    notes: tuple[str, ...] = ()
    scene: Any = None


class Painter(Protocol):
    """Text, and perhaps a picture of the layout → pictures."""

    name: str

    def paint(
        self, text: str, layout: Image.Image | None = None, seed: int = 0, size: int = 512
    ) -> list[Painting]:
        """One picture per object that the text asks for. Raises UserError."""
        ...


Kind = Literal["segment", "concepts", "caption", "paint"]


@dataclass(frozen=True)
class Preset:
    """A named way to load a back end: a module with `load(**options)`, and options it sets."""

    module: str
    options: Mapping[str, Any] = field(default_factory=dict)


def _presets(module: str, option: str, names: Sequence[str]) -> dict[str, Preset]:
    return {name: Preset(module, {option: name}) for name in names}


#: By task and name. All but "embedded" need a model, by folder or by its name on the hub.
PRESETS: Mapping[Kind, Mapping[str, Preset]] = {
    "segment": {
        "embedded": Preset("img2code.vision.segment.embedded"),
        **_presets("img2code.vision.segment.sam", "family", ("sam", "sam2")),
    },
    "concepts": {
        "embedded": Preset("img2code.vision.concepts.embedded"),
        **_presets("img2code.vision.concepts.clip", "family", ("clip", "siglip2")),
    },
    "caption": {
        "embedded": Preset("img2code.vision.caption.embedded"),
        **_presets(
            "img2code.vision.caption.transformers_models",
            "family",
            (
                "blip", "blip2", "llava", "llava-next", "llava-onevision", "mllama",
                "qwen2-vl", "qwen2.5-vl",
            ),
        ),
        "openai": Preset("img2code.vision.caption.server"),
    },
    "paint": {
        "embedded": Preset("img2code.vision.paint.embedded"),
        **_presets(
            "img2code.vision.paint.diffusion",
            "family",
            ("stable-diffusion", "sd3", "flux", "controlnet"),
        ),
    },
}  # fmt: skip


def load(kind: Kind, name: str = "embedded", **options: Any) -> Any:
    """What does a task, by its name in PRESETS, ready to use.

    options: of the back end's own `load`; those that are None are left to it. Raises UserError for
    a name or an option that there is none of.
    """
    known = PRESETS[kind]
    if name not in known:
        hint = " ".join(filter(None, [suggestion(name, known), f"Known: {', '.join(known)}."]))
        raise UserError(f"There is no back end {name!r} for {kind}.", hint)
    preset = known[name]
    loader = importlib.import_module(preset.module).load
    given = {key: value for key, value in options.items() if value is not None}
    valid = inspect.signature(loader).parameters
    for option in given:
        if option not in valid:
            problem = f"The back end {name} for {kind} has no option {option!r}."
            raise UserError(problem, f"It has {', '.join(valid) or 'none'}.")
    return loader(**{**preset.options, **given})
