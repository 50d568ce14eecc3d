"""What the service answers when something fails: a status, a stable code and a sentence each."""

from __future__ import annotations

import logging
from typing import Any

from pydantic import ValidationError

from geometry.errors import CodeError, UserError
from img2code import limits
from img2code.errors import ImageError

log = logging.getLogger(__name__)

#: Every code that clients may meet, with its HTTP status.
STATUSES: dict[str, int] = {
    "unauthorized": 401,
    "origin_not_allowed": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "upload_too_slow": 408,
    "too_large": 413,
    "unsupported_media_type": 415,
    "host_not_allowed": 421,
    "invalid_request": 422,
    "invalid_image": 422,
    "url_not_fetched": 422,
    "unknown_category": 422,
    "invalid_code": 422,
    "busy": 429,
    "too_many_requests": 429,
    "generation_failed": 500,
    "internal_error": 500,
    "timed_out": 503,
    "not_ready": 503,
    "stopping": 503,
}
UNREAD = ("too_large", "upload_too_slow")  # refused with a part of the body still to come
RETRYABLE = ("busy", "too_many_requests", "timed_out", "not_ready", "stopping")


class ServiceError(UserError):
    """A request that is not fulfilled; `code` is one of STATUSES.

    status: HTTP status, the code's own by default. retry_after: whole seconds, 0 where there is
    no point in it. raw_text: the model's answer, where that is no code.
    """

    def __init__(
        self,
        code: str,
        problem: str,
        hint: str = "",
        retry_after: int = 0,
        status: int | None = None,
        raw_text: str = "",
    ) -> None:
        super().__init__(problem, hint)
        self.code, self.retry_after, self.raw_text = code, retry_after, raw_text
        self.status = status or STATUSES[code]
        self.retryable = code in RETRYABLE

    def content(self) -> dict[str, dict[str, str]]:
        """The body of the answer."""
        error = {"code": self.code, "message": self.problem, "hint": self.hint}
        if self.raw_text:
            error["raw_text"] = self.raw_text
        return {"error": {name: printable(text) for name, text in error.items()}}

    def headers(self) -> dict[str, str]:
        headers = {"Retry-After": str(self.retry_after)} if self.retry_after else {}
        if self.code in UNREAD:
            headers["Connection"] = "close"  # else the server would read the rest
        return headers


class ClientGone(Exception):  # noqa: N818  # not an error
    """Nobody waits for the answer any more."""


def too_large(subject: str, limit: int) -> ServiceError:
    hint = "Send less; pictures may be saved smaller, for instance as JPEG."
    size = f"{limit / 1024**2:.3g} MB" if limit >= 1024**2 else f"{limit // 1024} KB"
    return ServiceError(
        "too_large", f"{subject} is larger than {size}, the most that is read.", hint
    )


def timed_out() -> ServiceError:
    problem = f"There was no answer within {limits.REQUEST_SECONDS} seconds."
    return ServiceError("timed_out", problem, "Try again later.", retry_after=10)


def stopping() -> ServiceError:
    problem = "The service is being stopped."
    return ServiceError("stopping", problem, "Try again when it has started again.", retry_after=10)


def service_error(error: Exception) -> ServiceError:
    """Any failure as one that can be answered. What is not meant for users is logged, not told."""
    match error:
        case ServiceError():
            return error
        case ImageError():
            return ServiceError("invalid_image", error.problem, error.hint)
        case CodeError():
            return ServiceError("invalid_code", error.problem, error.hint)
        case ValidationError():
            return ServiceError("invalid_request", *_first_mistake(error.errors()))
        case UserError():  # of a back end: not the caller's fault
            raw_text = getattr(error, "raw_text", "")
            return ServiceError("generation_failed", error.problem, error.hint, raw_text=raw_text)
    log.error("A request failed.", exc_info=error)
    problem = "Something went wrong on our side."
    return ServiceError("internal_error", problem, "Try again; the log of the service says more.")


def _first_mistake(mistakes: Any) -> tuple[str, str]:
    first = mistakes[0]
    where = ".".join(str(step) for step in first["loc"]) or "the body"
    hint = "See /openapi.json for what a request looks like."
    return f"{where[:80]}: {first['msg']}.", hint


def printable(text: str) -> str:
    """Text that any encoding of JSON can carry: no lone surrogates."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
