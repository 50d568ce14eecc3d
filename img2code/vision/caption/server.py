"""A vision-language model behind an OpenAI-compatible server: it describes, or writes up."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from PIL import Image

from geometry.errors import UserError
from img2code.image import data_url
from img2code.language.chat_client import Chat, Patience
from img2code.vision import Description
from img2code.vision.caption import asking

_SIDE = 1024  # pixels of pictures that are sent


class Server:
    """One model on a server; the key comes from OPENAI_API_KEY."""

    name = "openai"

    def __init__(self, chat: Chat, model: str) -> None:
        self._chat, self._model = chat, model

    def describe(self, picture: Image.Image, seed: int = 0) -> Description:
        """Three questions: caption, regions, paragraph. Raises UserError, GenerationError."""
        return asking.describe(lambda question: self.ask(question, picture, seed), picture.size)

    def ask(self, question: str, picture: Image.Image | None = None, seed: int = 0) -> str:
        """The model's answer to a question about a picture, if there is one."""
        content: list[dict[str, Any]] = [{"type": "text", "text": question}]
        if picture is not None:
            content.insert(0, sent(picture))
        body = {
            "model": self._model,
            "stream": True,
            "seed": seed,
            "messages": [{"role": "user", "content": content}],
        }
        return self._chat.answer(body)


class Writer:
    """Writes the paragraph from caption, regions and semantics, by a language model."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def write(self, found: Description, labels: Sequence[str]) -> str:
        """Raises UserError, GenerationError."""
        lines = [f"Caption: {found.caption}", "Regions:"]
        for region in found.regions:
            box = ", ".join(str(round(edge)) for edge in region.box)
            lines.append(f"- [{box}] {region.sentence}")
        if labels:
            lines.append(f"Semantics: {', '.join(labels)}")
        lines.append(f"What else is known: {found.paragraph}")
        return self._server.ask("\n".join([asking.WRITE, *lines]))


def sent(picture: Image.Image) -> dict[str, Any]:
    """A picture as part of a message."""
    small = picture.convert("RGB")
    small.thumbnail((_SIDE, _SIDE))
    return {"type": "image_url", "image_url": {"url": data_url(small, "PNG")}}


def load(
    model: str | None = None,
    url: str | None = None,
    device: str | None = None,
    patience: Patience | None = None,
) -> Server:
    """model: its name there. url: the base address, else OPENAI_BASE_URL. Raises UserError.

    device: the server's own choice, so it is refused.
    """
    if device:
        raise UserError("A server chooses its own device.", "Leave the device out.")
    url = url or os.environ.get("OPENAI_BASE_URL")
    if not url:
        hint = "Give its address, such as http://localhost:8000/v1, or set OPENAI_BASE_URL."
        raise UserError("The captioner openai needs a server.", hint)
    if not model:
        hint = "Give the name under which the server knows it."
        raise UserError("The captioner openai needs a model.", hint)
    return Server(Chat(url, os.environ.get("OPENAI_API_KEY", "").strip(), patience), model)
