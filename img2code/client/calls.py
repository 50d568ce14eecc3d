"""What the service's clients say and hear: calls, answers, events and errors, without sending."""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from pydantic import ValidationError

from geometry.errors import UserError
from geometry.program import parse
from img2code import limits, wire
from img2code.atomic import read_regular
from img2code.errors import ImageError
from img2code.fit.camera import Camera
from img2code.fit.fitting import Fitted
from img2code.recognition import Box
from img2code.result import Done, Event, Picture, Result, Text

KEY = "IMG2CODE_API_KEY"  # the variable with the key of a service that wants one


class RefusedError(UserError):
    """What the service refused, with its stable `code` and its HTTP `status`.

    retry_after: seconds that the service asks to wait, 0 where it does not ask. raw_text: the
    model's answer, where that is no code.
    """

    def __init__(
        self, code: str, status: int, problem: str, hint: str = "", retry_after: float = 0.0
    ) -> None:
        super().__init__(problem, hint)
        self.code, self.status, self.retry_after = code, status, retry_after
        self.raw_text = ""
        self.retryable = status in (429, 503)


class UnreachableError(RefusedError):
    """There is no service at the address, or the connection broke."""

    def __init__(self, address: str, reason: str) -> None:
        problem = f"No answer from {address}: {reason}."
        super().__init__("unreachable", 0, problem, "Is the service running? See img2code serve.")
        self.retryable = True


@dataclass(frozen=True)
class Prediction(Result):
    """A result, with how long it waited for the model and took in all, in seconds."""

    queue_seconds: float = 0.0
    total_seconds: float = 0.0


@dataclass(frozen=True)
class Call:
    """One request, whichever client sends it."""

    method: str
    path: str
    files: Mapping[str, Any] | None = None
    data: Mapping[str, str] | None = None
    body: Any = None
    query: Mapping[str, str] | None = None

    def arguments(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "url": self.path,
            "files": self.files,
            "data": self.data,
            "json": self.body,
            "params": self.query,
        }


class Events:
    """Server-sent events out of lines."""

    def __init__(self) -> None:
        self._name, self._finished = "", False

    def take(self, line: str) -> Event | None:
        """The event that a line completes. Raises RefusedError for the service's own."""
        field, _, value = line.partition(": ")
        if field == "event":
            self._name = value
        if field != "data":
            return None
        data = json.loads(value)
        if self._name == "error":
            raise error_of(data, 200)
        if self._name == "fit":
            return None  # how far the fit is; what it comes to is in `done`
        if self._name == "done":
            self._finished = True
            return Done(prediction(data))
        return Text(data["text"], data["tokens"], data["seconds"])

    def end(self, address: str) -> None:
        """Raises UnreachableError where the stream ended early."""
        if not self._finished:
            raise UnreachableError(address, "the stream broke off")


def checked(address: str) -> str:
    if not address.startswith(("http://", "https://")):
        problem = f"{address!r} is not an address."
        raise UserError(problem, "Write it as http://127.0.0.1:8000.")
    return address


def proof(key: str | None) -> dict[str, str]:
    """The headers that show a key, or the one of the environment. Raises UserError."""
    key = os.environ.get(KEY, "") if key is None else key
    if not key:
        return {}
    if not (key.isascii() and key.isprintable()):
        problem = f"The key ({KEY}) has characters that no header can carry."
        raise UserError(problem, "Copy it again, without line breaks.")
    return {"Authorization": f"Bearer {key}"}


def picture(
    path: str,
    image: Picture,
    category: str | None,
    strict: bool = False,
    box: Box | None = None,
    fit: bool = False,
    mask: Picture | None = None,
) -> Call:
    data = {"category": category} if category else {}
    if strict:
        data["strict"] = "true"
    if fit:
        data["fit"] = "true"
    if box:
        data["box"] = ",".join(map(str, box))
    files = {"image": ("image", file_content(image))}
    if mask is not None:
        files["mask"] = ("mask", file_content(mask))
    return Call("POST", path, files=files, data=data)


def file_content(image: Picture) -> bytes:
    """The bytes of a file, or a picture as PNG. The service looks at them, not we."""
    if isinstance(image, bytes):
        return image
    if isinstance(image, Image.Image):
        content = io.BytesIO()
        image.save(content, "PNG")
        return content.getvalue()
    path = Path(image)
    try:
        found = read_regular(path, limits.MAX_IMAGE_BYTES)
        if len(found) <= limits.MAX_IMAGE_BYTES:
            return found
        size = max(path.stat().st_size, len(found))
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise ImageError(f"{path.name} cannot be opened: {reason}.", "Check the path.") from None
    most = limits.MAX_IMAGE_BYTES // 1024**2
    problem = f"This file has {size / 1024**2:.1f} MB; at most {most} are read."
    raise ImageError(problem, "Save it smaller, for instance as JPEG.")


def mesh(code: Mapping[str, Any], kind: str, segments: int, size: str | None = None) -> Call:
    body: dict[str, Any] = {"code": dict(code), "format": kind, "segments": segments}
    if size:
        body["size"] = size
    return Call("POST", "/v1/mesh", body=body)


def schema(category: str, tokens: bool) -> Call:
    form = "tokens" if tokens else "recovered"
    return Call("GET", f"/v1/schema/{category}", query={"form": form})


def categories(answer: Any) -> dict[str, list[str]]:
    listed = wire.Categories.model_validate(answer).categories
    return {category.name: category.templates for category in listed}


def prediction(answer: Any) -> Prediction:
    """The answer of /v1/predict, and the data of the last event of a stream."""
    told = wire.Prediction.model_validate(answer)
    program = parse(told.code)
    fitted = None
    if told.fit:
        camera = Camera(**told.fit.camera.model_dump())
        iou, before = told.fit.iou, told.fit.iou_before
        seconds, other = told.fit.seconds, told.fit.other_parts
        fitted = Fitted(program, camera, iou, before, seconds=seconds, other_parts=other)
    return Prediction(
        program=program,
        token_code=told.token_code,
        raw_text=told.raw_text,
        tokens=told.tokens,
        seconds=told.timings.run,
        first_token_seconds=told.timings.first_token,
        repairs=tuple(told.repairs),
        recognition=told.recognition(),
        fitted=fitted,
        queue_seconds=told.timings.queue,
        total_seconds=told.timings.total,
    )


def answer_of(response: httpx.Response) -> Any:
    """The JSON of an answer. Raises RefusedError where there is none."""
    try:
        return response.json()
    except ValueError:
        problem = f"{response.url} does not answer as a service of img2code."
        raise RefusedError("unknown", response.status_code, problem, "Check the address.") from None


def refusal(response: httpx.Response) -> RefusedError:
    try:
        answer = response.json()
    except ValueError:
        answer = {}
    waits = response.headers.get("retry-after", "")
    retry_after = float(waits) if waits.isdecimal() else 0.0
    return error_of(answer, response.status_code, retry_after)


def error_of(answer: Any, status: int, retry_after: float = 0.0) -> RefusedError:
    try:
        error = wire.ErrorAnswer.model_validate(answer).error
    except ValidationError:
        problem = f"The server answered with status {status}."
        return RefusedError("unknown", status, problem, "Is it an img2code service?", retry_after)
    told = RefusedError(error.code, status, error.message, error.hint, retry_after)
    told.raw_text = error.raw_text or ""
    return told


def pause(refusal: RefusedError, until: float) -> float:
    """Seconds until the next attempt. Raises the refusal where there is to be none."""
    pause = refusal.retry_after
    if not pause or time.monotonic() + pause > until:
        raise refusal
    return pause


def reason(error: httpx.TransportError) -> str:
    return (str(error) or type(error).__name__).rstrip(".")
