"""Captioners: a picture into words, by a model of ours, a checkpoint, or a server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from img2code import vision
from img2code.recipes.models import (
    Api,
    Model,
    Sampling,
    Server,
    check_api,
    check_model,
    check_sampling,
    opened,
    several,
)
from img2code.recipes.registry import Config, Place, Row, step

#: By the names that recipes use, the families of `vision.PRESETS`.
FAMILIES = {
    "BLIPCaptioner": "blip",
    "BLIP2Captioner": "blip2",
    "LLaVACaptioner": "llava",
    "LLaVANeXTCaptioner": "llava-next",
    "LLaVAOneVisionCaptioner": "llava-onevision",
    "MLLamaCaptioner": "mllama",
    "QwenVLCaptioner": "qwen2.5-vl",
}
#: Known, but run by servers only: transformers 5 has no Phi-3 Vision, and the processor of its
#: successor wants torchvision.
SERVED = "Phi3VCaptioner"
_KINDS = ("caption", "paragraph")


@dataclass(frozen=True, kw_only=True)
class Captioning(Model, Sampling):
    """A checkpoint that answers questions about pictures."""


def _check_captioning(config: Captioning) -> Sequence[str]:
    return [*check_model(config), *check_sampling(config)]


def _checkpoint(family: str) -> Callable[[Captioning, Place], Callable[[Row], Row]]:
    def load(config: Captioning, place: Place) -> Callable[[Row], Row]:
        import torch

        model = vision.load("caption", family, model=config.model_path, device=config.device)
        question = " ".join(filter(None, [config.sys_prompt, config.prompt]))

        def run(row: Row) -> Row:
            picture = opened(place.picture(row))
            torch.manual_seed(config.seed + int(row["_id"], 16) % 2**31)
            sampling = config.drawn()
            return several(
                [
                    model.ask(question, picture, config.max_tokens, sampling)
                    for _ in range(config.repeat_time)
                ]
            )

        return run

    load.__doc__ = f"A text about each picture, by a checkpoint of {family}."
    load.__annotations__ = {"config": Captioning, "place": Place}
    return load


for _name, _family in FAMILIES.items():
    step("ImageCaptioner", _name, reads=["image"], writes=["text"], check=_check_captioning)(
        _checkpoint(_family)
    )


def _check_served(config: Captioning) -> Sequence[str]:
    return ["this model runs on a server only: serve it, and take ImageAPICaptioner with api_url."]


step("ImageCaptioner", SERVED, reads=["image"], writes=["text"], check=_check_served)(
    _checkpoint(SERVED)
)


@dataclass(frozen=True, kw_only=True)
class ApiCaptioning(Api, Sampling):
    """A model on a server that answers questions about pictures."""


def _check_api_captioning(config: ApiCaptioning) -> Sequence[str]:
    return [*check_api(config), *check_sampling(config)]


def ask_server(config: ApiCaptioning, place: Place) -> Callable[[Row], Row]:
    """A text about each picture, by a model behind an OpenAI-compatible server."""
    server = Server(config, config)

    def run(row: Row) -> Row:
        picture = opened(place.picture(row))
        return several(
            [server.ask(config.prompt, picture, seed) for seed in range(config.repeat_time)]
        )

    return run


for _name in ("GPTCaptioner", "ImageAPICaptioner"):
    step("ImageCaptioner", _name, reads=["image"], writes=["text"], check=_check_api_captioning)(
        ask_server
    )


@dataclass(frozen=True, kw_only=True)
class EmbeddedCaptioning(Config):
    """kind: "caption" (a sentence) or "paragraph". Another seed words it otherwise."""

    kind: str = "paragraph"
    seed: int = 0
    device: str | None = None
    repeat_time: int = 1


def _check_embedded(config: EmbeddedCaptioning) -> Sequence[str]:
    if config.kind not in _KINDS:
        return [f"kind {config.kind!r} is not known; valid: {', '.join(_KINDS)}."]
    return []


@step(
    "ImageCaptioner", "EmbeddedCaptioner", reads=["image"], writes=["text"], check=_check_embedded
)
def describe(config: EmbeddedCaptioning, place: Place) -> Callable[[Row], Row]:
    """Sentences from the code that is fitted to each picture; nothing is downloaded."""
    captioner: vision.Captioner = vision.load("caption", device=config.device)

    def run(row: Row) -> Row:
        picture = opened(place.picture(row))
        seeds = range(config.seed, config.seed + config.repeat_time)
        return several([getattr(captioner.describe(picture, seed), config.kind) for seed in seeds])

    return run
