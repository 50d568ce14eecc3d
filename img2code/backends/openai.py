"""Any server that speaks the chat-completions protocol of OpenAI, as vLLM and SGLang do.

The picture goes along as a PNG within the request, smaller where the server says that this is too
large; the schema of the category's codes where it takes one. The key comes from the environment
variable OPENAI_API_KEY only.

A general model, which was never trained on codes, is shown the category's templates with typical
numbers and writes lengths and degrees. Either kind can be shown what became of its answer.

A checkpoint whose values are token ids of their own (100000 …) wants `unconstrained`: within a
schema it could write plain digits only. Its values then come from the ids, which vLLM tells beside
the text, or from the texts that an unmodified tokenizer makes of them, as repairs of the answer.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

import geometry
from geometry.errors import UserError
from geometry.json_schemas import json_schema
from geometry.names import known_category
from img2code.errors import GenerationError
from img2code.image import data_url
from img2code.language import checkpoint, prompt
from img2code.language.answer import read
from img2code.language.chat_client import (
    BadRequestError,
    BrokenOffError,
    Chat,
    Patience,
    TooLargeError,
    UnfinishedError,
)
from img2code.language.tokens import value_of
from img2code.limits import PICTURE_SIDE
from img2code.revise import Attempt

_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)
#: How a picture is sent: format, longest side, settings of Pillow; each smaller than the last.
_FORMS: tuple[tuple[str, int, dict[str, int]], ...] = (
    ("PNG", PICTURE_SIDE, {}),
    ("JPEG", PICTURE_SIDE, {"quality": 90}),
    ("JPEG", PICTURE_SIDE // 2, {"quality": 85}),
    ("JPEG", PICTURE_SIDE // 4, {"quality": 80}),
)
_NAMED = re.compile(r'"category"\s*:\s*"([^"]*)"')
_AGAIN = """\
Here your object is drawn over the picture, with its outline. It covers the pictured object to \
{overlap:.0%} (intersection over union).{mismatches}
Answer with the whole code again, changed so that it falls onto the pictured object."""
#: What not every server takes, and the words by which a refusal names it.
_OPTIONAL = {
    "temperature": ("temperature",),
    "response_format": ("response_format", "schema", "guided", "grammar"),
    "logprobs": ("logprob", "return_tokens_as_token_ids"),
}


class OpenAI:
    """A model on a server; any number of threads may ask it at once."""

    name = "openai"

    def __init__(
        self,
        chat: Chat,
        model: str,
        system: str | None = None,
        constrained: bool = True,
        general: bool = False,
    ) -> None:
        """system: a text for the system turn instead of ours. constrained: send the schema.

        general: the model was never trained on codes.
        """
        self.chat, self.model, self.plain = chat, model, general
        self.system = system or (prompt.GENERAL if general else prompt.SYSTEM)
        self._without = frozenset() if constrained else frozenset({"response_format"})
        self._form = 0  # of pictures, the first one that the server takes

    def generate(self, picture: Image.Image, category: str | None) -> Generator[str]:
        """Where no category is given, the model is asked for it first, then for the code."""
        if category is None:
            category = self._name(picture)
        yield from self._write(picture, category, ())

    def revise(self, picture: Image.Image, attempts: Sequence[Attempt]) -> Generator[str]:
        yield from self._write(picture, attempts[-1].category, attempts)

    def _write(
        self, picture: Image.Image, category: str, attempts: Sequence[Attempt]
    ) -> Generator[str]:
        written = ""
        schema = json_schema(category, tokens=not self.plain)
        try:
            with contextlib.closing(self._ask(picture, category, schema, attempts)) as pieces:
                for piece in pieces:
                    written += piece
                    yield piece
        except UnfinishedError as unfinished:
            if self.plain or not _usable(written, category, unfinished):
                unfinished.raw_text = written
                raise
        except GenerationError as error:
            error.raw_text = written
            raise

    def _name(self, picture: Image.Image) -> str:
        """The category that the model sees; read only as far as it says so."""
        names = geometry.categories()
        schema = {
            "type": "object",
            "properties": {"category": {"enum": names}},
            "required": ["category"],
        }
        said = ""
        unfinished: UnfinishedError | None = None
        try:
            with contextlib.closing(self._ask(picture, None, schema)) as pieces:
                for piece in pieces:
                    said += piece
                    found = _NAMED.search(_THOUGHT.sub("", said))
                    if found and (name := known_category(found[1])):
                        return name
        except UnfinishedError as error:
            unfinished = error
        spoken = _THOUGHT.sub("", said)
        mentioned = [name for name in names if re.search(rf"\b{name}\b", spoken, re.IGNORECASE)]
        if len(mentioned) == 1:
            return mentioned[0]
        if unfinished:
            unfinished.raw_text = said
            raise unfinished
        hint = "Name the category, or try another picture."
        raise GenerationError("The model names no category that is known.", hint, said)

    def _ask(
        self,
        picture: Image.Image,
        category: str | None,
        schema: dict[str, Any],
        attempts: Sequence[Attempt] = (),
    ) -> Generator[str]:
        """The pieces of an answer; what the server refuses to take is left out and remembered."""
        without, form = self._without, self._form
        while True:
            messages = self._messages(picture, form, category, attempts)
            body = {"model": self.model, "stream": True, "messages": messages}
            optional = _optional(schema, without)
            request = body | {key: value for part in optional.values() for key, value in part}
            plainer = body if "response_format" in optional else None
            begun = False
            try:
                with contextlib.closing(self.chat.stream(request, plainer)) as chunks:
                    for piece in self._pieces(chunks, without, form):
                        begun = True
                        yield piece
                return
            except TooLargeError:
                if form + 1 == len(_FORMS):
                    raise
                form += 1
            except (BadRequestError, BrokenOffError) as refused:
                said = refused.problem.lower()
                named = {n for n in optional if any(word in said for word in _OPTIONAL[n])}
                general = isinstance(refused, BadRequestError)
                if begun or not optional or not (named or general):
                    raise
                without |= named or set(_OPTIONAL)

    def _pieces(self, chunks: Generator[Any], without: frozenset[str], form: int) -> Generator[str]:
        """The texts of chunks; a token that stands for a value becomes its number."""
        value = None
        for chunk in chunks:
            self._without, self._form = without, form  # the server takes requests like this one
            before = value
            value = value_of(chunk.ids[0]) if len(chunk.ids) == 1 else None
            if value is not None:
                yield str(value)
            elif before is None:
                yield chunk.text
            else:  # the rest of a character of which the value's own text was a part
                yield chunk.text.lstrip("\ufffd")

    def _messages(
        self,
        picture: Image.Image,
        form: int,
        category: str | None,
        attempts: Sequence[Attempt],
    ) -> list[dict[str, Any]]:
        """The conversation so far: the question, then every answer and what became of it."""
        plain = self.plain and category is not None
        question = prompt.general_question(str(category)) if plain else prompt.question(category)
        messages: list[dict[str, Any]] = [
            {"role": "system", "content": self.system},
            {"role": "user", "content": _turn(picture, form, question)},
        ]
        for attempt in attempts:
            told = "".join(f"\n- {mismatch}" for mismatch in attempt.mismatches)
            again = _AGAIN.format(overlap=attempt.overlap, mismatches=told)
            messages += [
                {"role": "assistant", "content": attempt.answer},
                {"role": "user", "content": _turn(attempt.overlay, form, again)},
            ]
        return messages


def load(
    model: str | None = None,
    url: str | None = None,
    system_prompt: str | Path | None = None,
    unconstrained: bool = False,
    general: bool = False,
    patience: Patience | None = None,
) -> OpenAI:
    """A model on a server; nothing is sent yet. model: its name there.

    url: the server's base address, else OPENAI_BASE_URL. system_prompt: a file whose text replaces
    our system turn. unconstrained: no schema is sent. general: the model was never trained on
    codes. Raises UserError.
    """
    url = url or os.environ.get("OPENAI_BASE_URL")
    if not url:
        hint = "Give --url, such as http://localhost:8000/v1, or set OPENAI_BASE_URL."
        raise UserError("The back end openai needs a server.", hint)
    if not model:
        hint = "Give --model the name under which the server knows it."
        raise UserError("The back end openai needs a model.", hint)
    system = checkpoint.read_system_prompt(system_prompt) if system_prompt else None
    chat = Chat(url, os.environ.get("OPENAI_API_KEY", "").strip(), patience)
    return OpenAI(chat, model, system, constrained=not unconstrained, general=general)


def _optional(
    schema: dict[str, Any], without: frozenset[str]
) -> dict[str, list[tuple[str, object]]]:
    """What is asked for beyond the protocol's core: ids of tokens only where no schema rules."""
    form = {"type": "json_schema", "json_schema": {"name": "code", "schema": schema}}
    parts: dict[str, list[tuple[str, object]]] = {"temperature": [("temperature", 0)]}
    if "response_format" not in without:
        parts["response_format"] = [("response_format", form)]
    else:
        parts["logprobs"] = [("logprobs", True), ("return_tokens_as_token_ids", True)]
    return {name: part for name, part in parts.items() if name not in without}


def _turn(picture: Image.Image, form: int, text: str) -> list[dict[str, Any]]:
    return [
        {"type": "image_url", "image_url": {"url": _data_url(picture, form)}},
        {"type": "text", "text": text},
    ]


def _data_url(picture: Image.Image, form: int) -> str:
    """The picture as it is for form 0, smaller with each further one."""
    kind, side, settings = _FORMS[form]
    if max(picture.size) > side:
        picture = picture.resize((side, side), Image.Resampling.LANCZOS)
    return data_url(picture, kind, **settings)


def _usable(written: str, category: str, unfinished: UnfinishedError) -> bool:
    """Whether an answer that the server did not end well holds a code all the same: a whole one,
    or, where its limit of tokens ended it, parts that can be read."""
    try:
        _, repairs = read.read(written, category)
    except GenerationError:
        return False
    return "limit of tokens" in unfinished.problem or not any("cut off" in r for r in repairs)
