"""Generators: a text into a picture, by our own painter, a diffusion checkpoint, or a server."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image

from geometry.errors import UserError
from img2code import atomic, vision
from img2code.errors import GenerationError
from img2code.recipes.models import Api, Model, check_api, check_folder, check_model
from img2code.recipes.registry import Config, Place, Row, step

#: By the names that recipes use: the family of `vision.PRESETS`, and its steps.
FAMILIES = {
    "FLUXGenerator": ("flux", 50),
    "StableDiffusionGenerator": ("stable-diffusion", 50),
    "StableDiffusion3Generator": ("sd3", 28),
}
_MOST_SIDE = 4096


@dataclass(frozen=True, kw_only=True)
class Size(Config):
    """Pixels."""

    height: int = 1024
    width: int = 1024


@dataclass(frozen=True, kw_only=True)
class Diffusing(Model, Size):
    """num_inference_steps: by default 50, 28 of SD 3.5. max_sequence_length: tokens of a text."""

    guidance_scale: float = 4.5
    num_inference_steps: int | None = None
    max_sequence_length: int | None = None


def check_size(config: Size) -> Sequence[str]:
    wrong = [side for side in (config.width, config.height) if not 16 <= side <= _MOST_SIDE]
    return [f"width and height are 16 to {_MOST_SIDE} pixels."] if wrong else []


def _check_diffusing(config: Diffusing) -> Sequence[str]:
    return [*check_model(config), *check_size(config)]


def _check_stable(config: Diffusing) -> Sequence[str]:
    wrong = list(_check_diffusing(config))
    if config.max_sequence_length:
        wrong.append("max_sequence_length is one of FLUX and SD 3.5; leave it out.")
    return wrong


def text_of(row: Row) -> str:
    """What is to be painted. Raises UserError."""
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise UserError("The row has no text.", "Say what is to be painted.")
    return text


def saved(picture: Image.Image, row: Row, place: Place) -> Row:
    target = place.made(row, "generated.png")
    with atomic.atomic_path(target) as temporary:
        picture.save(temporary)
    return {"image": str(target)}


def _seed(config: Any, row: Row) -> int:
    return (int(config.seed) + int(row["_id"], 16)) % 2**31


def _diffusion(family: str, steps: int) -> Callable[[Diffusing, Place], Callable[[Row], Row]]:
    def load(config: Diffusing, place: Place) -> Callable[[Row], Row]:
        painter = vision.load(
            "paint",
            family,
            model=config.model_path,
            device=config.device,
            steps=config.num_inference_steps or steps,
            guidance=config.guidance_scale,
            max_sequence_length=config.max_sequence_length,
        )

        def run(row: Row) -> Row:
            size = (config.width, config.height)
            (painting,) = painter.paint(text_of(row), seed=_seed(config, row), size=size)
            return saved(painting.picture, row, place)

        return run

    load.__doc__ = f"A picture of each text, by a checkpoint of {family}."
    load.__annotations__ = {"config": Diffusing, "place": Place}
    return load


for _name, (_family, _steps) in FAMILIES.items():
    _check = _check_stable if _family == "stable-diffusion" else _check_diffusing
    step("ImageGenerator", _name, reads=["text"], writes=["image"], check=_check)(
        _diffusion(_family, _steps)
    )


@dataclass(frozen=True, kw_only=True)
class EmbeddedGenerating(Model, Size):
    """The painter that comes along."""


def _check_embedded(config: EmbeddedGenerating) -> Sequence[str]:
    return [*check_folder(config), *check_size(config)]


@step(
    "ImageGenerator",
    "EmbeddedGenerator",
    reads=["text"],
    writes=["image", "code"],
    check=_check_embedded,
)
def paint(config: EmbeddedGenerating, place: Place) -> Callable[[Row], Row]:
    """A picture of the object that each text asks for, with its code; nothing is downloaded."""
    painter: vision.Painter = vision.load("paint", device=config.device)
    side = max(config.width, config.height)

    def run(row: Row) -> Row:
        painting = painter.paint(text_of(row), seed=_seed(config, row), size=side)[0]
        left, top = (side - config.width) // 2, (side - config.height) // 2
        picture = painting.picture.crop((left, top, left + config.width, top + config.height))
        values = saved(picture, row, place)
        if painting.program:
            values["code"] = painting.program.as_dict()
        if painting.notes:
            values["notes"] = list(painting.notes)
        return values

    return run


@dataclass(frozen=True, kw_only=True)
class ApiGenerating(Api, Size):
    """A model on a server that paints."""


def _check_api(config: ApiGenerating) -> Sequence[str]:
    return [*check_api(config), *check_size(config)]


@step("ImageGenerator", "ImageAPIGenerator", reads=["text"], writes=["image"], check=_check_api)
def ask_server(config: ApiGenerating, place: Place) -> Callable[[Row], Row]:
    """A picture of each text, by an OpenAI-compatible server (/images/generations)."""
    import httpx

    headers = {"Authorization": f"Bearer {config.key}"} if config.key else {}
    client = httpx.Client(headers=headers, timeout=httpx.Timeout(10.0, read=600.0))
    base = config.url.rstrip("/")

    def run(row: Row) -> Row:
        body = {
            "model": config.name,
            "prompt": text_of(row),
            "n": 1,
            "size": f"{config.width}x{config.height}",
            "response_format": "b64_json",
        }
        try:
            answer = client.post(f"{base}/images/generations", json=body)
        except httpx.HTTPError as error:
            raise GenerationError(
                f"The server cannot be reached: {error}.", "Try again."
            ) from error
        return saved(_picture(answer, base), row, place)

    return run


def _picture(answer: Any, base: str) -> Image.Image:
    """Raises GenerationError with what the server says."""
    if answer.status_code != 200:
        said = answer.text[:300].strip() or answer.reason_phrase
        raise GenerationError(f"{base} answered {answer.status_code}: {said}", "Try again.")
    try:
        content = base64.b64decode(answer.json()["data"][0]["b64_json"])
        picture = Image.open(io.BytesIO(content))
        picture.load()
    except (ValueError, KeyError, IndexError, TypeError, OSError, binascii.Error) as error:
        raise GenerationError("The server sent no picture.", "Try again.") from error
    return picture.convert("RGB")
