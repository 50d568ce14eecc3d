"""Reads what callers send: bounded, in time, as JSON or as a form, and opens the picture in it.

Nothing is fetched for a caller: a picture comes in the request or not at all.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import re
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass

from fastapi import Request
from PIL import Image
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from geometry import program
from geometry.errors import CodeError
from img2code import limits
from img2code.boxes import read_box
from img2code.fit.mask import drawn
from img2code.image import open_image
from img2code.recognition import Box
from img2code.result import Fit, Fitting
from img2code.service.errors import ServiceError, too_large
from img2code.service.threads import Threads
from img2code.wire import AUTO, PredictRequest

JSON, FORM = "application/json", "multipart/form-data"
_URL = re.compile(r"\s*[a-z][a-z0-9+.-]*:/", re.IGNORECASE)
_DATA_URL = re.compile(r"\s*data:[^,]*;base64,", re.IGNORECASE)
_SPACE = str.maketrans("", "", " \t\r\n")


@dataclass(frozen=True)
class Sent:
    """A picture as it was sent: the bytes of a file, or base64 text."""

    image: bytes | str
    category: str | None
    strict: bool = False
    box: Box | None = None
    fit: bool = False
    mask: bytes | str | None = None

    def open(self) -> tuple[Image.Image, str | None, Fit]:
        """The opened picture, the checked category, and what the code is fitted to.

        Takes a while for large pictures. Raises ServiceError or ImageError.
        """
        category = check_category(self.category)
        picture = _opened(self.image)
        if self.mask is None:
            return picture, category, self.fit
        return picture, category, Fitting(drawn(picture, _opened(self.mask)))


def _opened(sent: bytes | str) -> Image.Image:
    content = decode(sent) if isinstance(sent, str) else sent
    if len(content) > limits.MAX_IMAGE_BYTES:
        raise too_large("The picture", limits.MAX_IMAGE_BYTES)
    return open_image(content)


async def read_sent(request: Request, threads: Threads) -> Sent:
    """The picture of a request, as JSON or as a form. Raises ServiceError or ValidationError."""
    if content_type(request) == FORM:
        return await _read_form(request)
    content = await read(request, limits.MAX_BODY_BYTES)
    body = await threads.run(PredictRequest.model_validate_json, content)
    return Sent(body.image, body.category, body.strict, body.box, body.fit, body.mask)


def content_type(request: Request) -> str:
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


async def read(request: Request, limit: int) -> bytes:
    """A JSON body of at most `limit` bytes; refused as soon as it is known to be larger.

    Raises ServiceError.
    """
    if content_type(request) != JSON:
        found = content_type(request) or "none"
        problem = f"The content type is {found}, expected {JSON}."
        raise ServiceError("unsupported_media_type", problem, "Set the header Content-Type.")
    async with _patient():
        return b"".join([chunk async for chunk in _bounded(request, limit)])


async def _read_form(request: Request) -> Sent:
    parser = MultiPartParser(
        request.headers, _bounded(request, limits.MAX_BODY_BYTES), max_files=2, max_fields=6
    )
    parser.max_part_size = limits.MAX_BODY_BYTES
    try:
        async with _patient():
            form = await parser.parse()
    except MultiPartException as error:
        hint = "Send the file as `image`, and a `category` if you like."
        raise ServiceError("invalid_request", f"The form: {error.message}", hint) from None
    try:
        for name in form:
            if len(form.getlist(name)) > 1:
                problem = f"The form has more than one `{name}`."
                raise ServiceError("invalid_request", problem, "Send each field once.")
        sent, category = form.get("image"), form.get("category")
        image = await sent.read() if isinstance(sent, UploadFile) else sent
        over = form.get("mask")
        mask = await over.read() if isinstance(over, UploadFile) else over
        strict, fit = (_flag(name, form.get(name)) for name in ("strict", "fit"))
        box = _box(form.get("box"))
    finally:
        await form.close()
    if image is None or isinstance(category, UploadFile):
        problem = "The form has no `image`." if image is None else "`category` is a file."
        hint = "Send the file as `image`, and the name of a category as text."
        raise ServiceError("invalid_request", problem, hint)
    return Sent(image, category, strict, box, fit, mask or None)


def _flag(name: str, sent: UploadFile | str | None) -> bool:
    """A field of a form that is true or false. Raises ServiceError."""
    if sent not in (None, "", "true", "false"):
        hint = "Send true or false, or leave it out."
        raise ServiceError("invalid_request", f"`{name}` is neither true nor false.", hint)
    return sent == "true"


def _box(sent: UploadFile | str | None) -> Box | None:
    """A field of a form with four numbers. Raises ServiceError."""
    if not sent:
        return None
    try:
        return read_box(sent if isinstance(sent, str) else "a file")
    except ValueError as error:
        hint = "Send it as 0.1,0.2,0.8,0.9, or leave it out."
        raise ServiceError("invalid_request", f"`box`: {error}.", hint) from None


async def _bounded(request: Request, limit: int) -> AsyncGenerator[bytes]:
    """The body as it arrives, whatever the client says about its length.

    Of a body that is not much too large the rest is read and dropped: many clients read no answer
    before they have sent everything, and a connection closed on them would take the answer along.
    """
    most = limit + limits.MAX_BODY_BYTES
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most:
        raise too_large("The request", limit)
    total = 0
    async for chunk in request.stream():
        total += len(chunk)
        if total > most:
            break
        if total <= limit:
            yield chunk
    if total > limit:
        raise too_large("The request", limit)


@contextlib.asynccontextmanager
async def _patient() -> AsyncIterator[None]:
    """Ends the reading of a body that does not arrive."""
    try:
        async with asyncio.timeout(limits.UPLOAD_SECONDS):
            yield
    except TimeoutError:
        problem = f"The request did not arrive within {limits.UPLOAD_SECONDS} seconds."
        raise ServiceError("upload_too_slow", problem, "Send a smaller picture.") from None


def decode(text: str) -> bytes:
    """The bytes of base64 text, with or without the head of a data URL. Raises ServiceError."""
    if len(text) > limits.MAX_BODY_BYTES:
        raise too_large("The picture", limits.MAX_IMAGE_BYTES)
    if head := _DATA_URL.match(text):
        text = text[head.end() :]
    elif _URL.match(text):
        problem = "The image is an address; addresses are not opened."
        raise ServiceError("url_not_fetched", problem, "Send the picture itself, as base64.")
    try:
        return base64.b64decode(text.translate(_SPACE), validate=True)
    except (binascii.Error, ValueError):
        problem = "The image is not base64."
        raise ServiceError("invalid_image", problem, "Encode the bytes of the file.") from None


def check_category(name: str | None) -> str | None:
    """None where the model decides. Raises ServiceError for an unknown name."""
    if not name or name.lower() == AUTO:
        return None
    try:
        return program.find_category(name).name
    except CodeError as error:
        hint = " ".join(filter(None, [error.hint, "GET /v1/categories lists them."]))
        raise ServiceError(
            "unknown_category", f"There is no category {name[:60]!r}.", hint
        ) from None
