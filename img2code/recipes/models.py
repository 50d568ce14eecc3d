"""What presets of models share: their config, where checkpoints lie, servers of models."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from geometry.errors import UserError
from img2code.language.chat_client import Chat
from img2code.recipes.registry import Config
from img2code.vision.caption.server import sent

QUESTION = "What is the content of this image?"
_PATH_STARTS = ("/", "./", "../", "~")


@dataclass(frozen=True, kw_only=True)
class Model(Config):
    """model_path: a checkpoint's folder, or its name on the hub."""

    model_path: str | None = None
    device: str | None = None
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class Sampling(Config):
    """How an answer is drawn. repeat_time: answers per row; the others go into a list."""

    prompt: str = QUESTION
    sys_prompt: str = ""
    max_tokens: int = 256
    temperature: float = 0.6
    top_p: float = 0.9
    top_k: int = 50
    repetition_penalty: float = 1.0
    repeat_time: int = 1

    def drawn(self) -> dict[str, float]:
        """As `generate` of transformers takes it; empty for greedy decoding."""
        if self.temperature <= 0:
            return {}
        return {
            "temperature": self.temperature,
            "top_p": self.top_p,
            "top_k": self.top_k,
            "repetition_penalty": self.repetition_penalty,
        }


@dataclass(frozen=True, kw_only=True)
class Api(Config):
    """A model on a server. model: its name there, also as openai:NAME. api_key: ${A_VARIABLE}."""

    model: str | None = None
    model_id: str | None = None
    api_url: str | None = None
    api_key: str | None = None

    @property
    def name(self) -> str:
        return str(self.model or self.model_id).rpartition("openai:")[2]

    @property
    def url(self) -> str:
        return self.api_url or os.environ.get("OPENAI_BASE_URL") or "https://api.openai.com/v1"

    @property
    def key(self) -> str:
        return self.api_key or os.environ.get("OPENAI_API_KEY", "").strip()


def check_model(config: Model) -> Sequence[str]:
    """What is wrong with the place of a checkpoint that must be named."""
    if not config.model_path:
        return ["model_path is missing: a checkpoint's folder, or its name on the hub."]
    return check_folder(config)


def check_folder(config: Model) -> Sequence[str]:
    path = config.model_path or ""
    if path.startswith(_PATH_STARTS) and not Path(path).expanduser().exists():
        return [f"there is no model at {path}."]
    return []


def check_api(config: Api) -> Sequence[str]:
    if not (config.model or config.model_id):
        return ["model is missing: the name under which the server knows it."]
    return []


def check_sampling(config: Sampling) -> Sequence[str]:
    wrong = []
    if config.max_tokens < 1 or config.repeat_time < 1 or config.top_k < 0:
        wrong.append("max_tokens and repeat_time are at least 1, top_k at least 0.")
    if config.temperature < 0 or not 0 < config.top_p <= 1:
        wrong.append("temperature is at least 0, top_p above 0 and at most 1.")
    return wrong


class Server:
    """Questions to a model on a server; any number of threads may ask."""

    def __init__(self, config: Api, sampling: Sampling) -> None:
        self.config, self.sampling = config, sampling
        self.chat = Chat(config.url, config.key)

    def ask(self, text: str, picture: Image.Image | None = None, seed: int = 0) -> str:
        """Raises GenerationError."""
        content: list[dict[str, Any]] = [{"type": "text", "text": text}]
        if picture is not None:
            content.insert(0, sent(picture))
        system = [{"role": "system", "content": self.sampling.sys_prompt}]
        body = {
            "model": self.config.name,
            "stream": True,
            "messages": [
                *(system if self.sampling.sys_prompt else []),
                {"role": "user", "content": content if picture is not None else text},
            ],
            "max_tokens": self.sampling.max_tokens,
            "temperature": self.sampling.temperature,
            "top_p": self.sampling.top_p,
            "seed": seed,
        }
        return self.chat.answer(body)


def opened(path: Path) -> Image.Image:
    """A picture of a row, RGB and upright. Raises ImageError."""
    from img2code.image import open_image, upright

    return upright(open_image(path))


def several(answers: Sequence[str]) -> dict[str, Any]:
    """The first of some answers as the text, all of them as texts where there are several."""
    if not answers:
        raise UserError("There was no answer.", "Try again.")
    values: dict[str, Any] = {"text": answers[0]}
    return values | ({"texts": list(answers)} if len(answers) > 1 else {})
